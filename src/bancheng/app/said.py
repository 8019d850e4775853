"""What every command must say: no blank texts, a channel of its own, windows that there are."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from bancheng.app.inputs import label_of
from bancheng.domain.commands import Command
from bancheng.domain.errors import InvalidInput
from bancheng.domain.events import Channel, Place
from bancheng.domain.people import Actor, Role, is_seen


def check_said(said: msgspec.Struct) -> None:
    """Raise ``InvalidInput``, naming every field, if a text of ``said`` is there but blank."""
    _refuse_blanks(said, "")


def check_place(place: Place, actor: Actor) -> None:
    """Raise ``InvalidInput`` for blanks, or if a person claims the channel of the hall itself.

    Which of the hall's own channels no client may claim at all is said at the edge.
    """
    _refuse_blanks(place, "place.")
    if place.channel is Channel.SYSTEM and not actor.may(Role.SYSTEM):
        raise InvalidInput(
            "CHANNEL_RESERVED",
            f"渠道「{place.channel.label}」只由系统自身记录",
            field="place.channel",
            remedy="请填写实际的办理渠道",
        )


def check_windows(
    command: Command, place: Place, registered: Callable[[], frozenset[str] | None]
) -> None:
    """Raise ``InvalidInput``, naming every field, for a window that is not of the hall's register.

    A hall that never registered a window keeps no register: then any name of one is taken.
    """
    here = () if place.window is None else (("place.window", place.window),)
    named = (*here, *command.windows_named())
    # One whose windows are all closed keeps a register still: nothing is done at any of them.
    if not named or (known := registered()) is None:
        return
    unknown = [
        InvalidInput(
            "WINDOW_NOT_REGISTERED",
            f"没有编号为「{code}」的窗口,或该窗口已停用",
            field=field,
            remedy="请从窗口名册中选取;新设的窗口请先登记",
        )
        for field, code in named
        if code not in known
    ]
    if unknown:
        raise unknown[0].with_others(unknown[1:])


def _refuse_blanks(said: msgspec.Struct, at: str) -> None:
    blank = [
        InvalidInput(
            "FIELD_EMPTY",
            f"{label_of(type(said), path)}不能为空",
            field=f"{at}{path}",
            remedy="请填写后重试;选填的项可以不填",
        )
        for path in _blanks(said, "")
    ]
    if blank:
        raise blank[0].with_others(blank[1:])


def _blanks(value: Any, path: str, default: object = msgspec.NODEFAULT) -> Iterator[str]:
    if isinstance(value, str):
        # What may be left out is left out; a required text that may be empty says so by its bound.
        if not is_seen(value) and (value or default is None):
            yield path
    elif isinstance(value, msgspec.Struct):
        for info in msgspec.structs.fields(value):
            yield from _blanks(
                getattr(value, info.name), f"{path}.{info.name}".removeprefix("."), info.default
            )
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            yield from _blanks(one, f"{path}[{place}]")
