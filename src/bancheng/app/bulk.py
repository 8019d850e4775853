"""批量办理: one act for many matters, each with a transaction, an event and a refusal of its own.

What is common is said once, and each target says the rest. As a whole it has one key: whoever
repeats it, after a crash in the middle or because some were refused, has the rest done and nothing
twice, for every matter goes by a key that follows from that one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import Meta

from bancheng.app.acting import principal_of
from bancheng.app.acts.act import Act, Many
from bancheng.app.engine import Context, Engine
from bancheng.app.fingerprints import fingerprint_of
from bancheng.app.inputs import to_command
from bancheng.app.ports import Vault
from bancheng.app.said import check_said
from bancheng.domain.bulk import BULK_MAX, PREFIX, BeginBulk
from bancheng.domain.commands import Command
from bancheng.domain.errors import InvalidInput, together

TARGETS: Final = "targets"
_Version = Annotated[int, Meta(description="您看到的该件的版本;已被他人更新则拒绝。不填则不核对")]
_ID_LENGTH: Final = 32


class Each(NamedTuple):
    """其中一件: what is to be done on one of the targets, on the version that the actor saw.

    ``named`` is what it is done on: the matter, and the part of it if it is about one.
    """

    command: Command
    named: tuple[str, ...]
    expected_version: int | None


@dataclass(frozen=True)
class Bulk:
    """批量办理: an act, and each of those for which it is to be done, in their order."""

    act: Act
    each: Sequence[Each]


@cache
def form_of(act: Act) -> type[msgspec.Struct]:
    """The form in which ``act`` is filled in for many: the common fields, and the targets."""
    many = _many(act)
    fields = msgspec.structs.fields(act.command)
    of_target = {act.command.about_field, *many.part, *many.own}
    target = msgspec.defstruct(
        f"{act.name}Target",
        [
            *(_field(one) for one in fields if one.name in of_target),
            ("expected_version", _Version | None, None),
        ],
        namespace={"__doc__": f"{act.term}对象: one of those for which the act is done."},
        frozen=True, kw_only=True, forbid_unknown_fields=True,
    )  # fmt: skip
    listed = Meta(min_length=1, max_length=BULK_MAX, description="对象,依次办理,不得重复")
    return msgspec.defstruct(
        f"{act.name}ForMany",
        [
            *(_field(one) for one in fields if one.name not in of_target),
            (TARGETS, Annotated[tuple[target, ...], listed]),  # type: ignore[valid-type]
        ],
        namespace={"__doc__": f"批量{act.term}: the act, for many matters at once."},
        frozen=True, kw_only=True, forbid_unknown_fields=True,
    )  # fmt: skip


def read(act: Act, data: dict[str, Any]) -> Bulk:
    """What ``data`` asks for; ``InvalidInput`` names every field, and whoever stands there twice.

    A form that is at fault is refused as a whole: whoever fills it in meant something else.
    """
    form = to_command(form_of(act), data)
    each = [_each(act, form, target) for target in getattr(form, TARGETS)]
    together(partial(check_said, form), partial(_check_once, act, each))
    return Bulk(act, each)


def begun(bulk: Bulk, engine: Engine, context: Context) -> Context:
    """The context in which each is done, once the whole has begun; the same under the same key.

    Raises ``NotAllowed`` if the role lacks the act, and ``Conflict`` ``KEY_REUSED`` if something
    else was begun under this key.
    """
    acting = context.actor
    if context.acting_for is not None:
        now = engine.clock.now()
        _, acting = principal_of(bulk.act, acting, context.acting_for, engine.rules, now)
    if (refused := bulk.act.role_refusal(acting)) is not None:
        raise refused
    beginning, within = beginning_of(bulk, engine.vault, context)
    engine.execute(beginning, replace(within, occurred_at=None, acting_for=None))
    return within


def beginning_of(bulk: Bulk, vault: Vault, context: Context) -> tuple[BeginBulk, Context]:
    """What begins the whole, and the context in which that and each of it is done."""
    bulk_id = fingerprint_of(vault, ("bulk", context.key))[:_ID_LENGTH]
    asked: list[object] = [one.command for one in bulk.each]
    if context.acting_for is not None:  # what began before there were stand-ins named nobody
        asked.append(context.acting_for)
    beginning = BeginBulk(
        bulk_id=bulk_id,
        act=bulk.act.name,
        act_term=bulk.act.term,
        count=len(bulk.each),
        asked=fingerprint_of(vault, asked),
    )
    return beginning, replace(context, batch_id=f"{PREFIX}{bulk_id}")


def steps(bulk: Bulk, context: Context) -> Iterator[tuple[Command, Context]]:
    """Each command with its context, in their order; ``context`` is that of what has `begun`."""
    for one in bulk.each:
        key = "/".join((context.batch_id or "", *one.named))
        yield one.command, replace(context, key=key, expected_version=one.expected_version)


def bulk_of(act: Act, commands: Iterable[Command]) -> Bulk:
    """``commands``, which are all of ``act``, as one."""
    return Bulk(act, [Each(one, _named(act, one), None) for one in commands])


def _many(act: Act) -> Many:
    if act.many is None or not act.command.about_field or act.command.opens_data:
        raise TypeError(f"{act.name} can not be done for many")
    return act.many


def _field(info: msgspec.structs.FieldInfo) -> tuple[str, Any] | tuple[str, Any, Any]:
    if info.required:
        return info.name, info.type
    return info.name, info.type, info.default


def _each(act: Act, form: msgspec.Struct, target: msgspec.Struct) -> Each:
    fields = msgspec.structs.fields(act.command)
    said = {
        one.name: getattr(target if one.name in target.__struct_fields__ else form, one.name)
        for one in fields
    }
    command = act.command(**said)
    version: int | None = target.expected_version  # type: ignore[attr-defined]
    return Each(command, _named(act, command), version)


def _named(act: Act, command: Command) -> tuple[str, ...]:
    return tuple(getattr(command, name) or "" for name in _naming(act))


def _naming(act: Act) -> tuple[str, ...]:
    """The fields that name what the act is done on."""
    return (act.command.about_field, *_many(act).part)


def _check_once(act: Act, each: Sequence[Each]) -> None:
    """``InvalidInput`` ``TARGET_TWICE`` for each target that stands there before."""
    first: dict[tuple[str, ...], int] = {}
    for at, one in enumerate(each):
        first.setdefault(one.named, at)
    twice = [
        InvalidInput(
            "TARGET_TWICE",
            f"第 {at + 1} 个对象与第 {first[one.named] + 1} 个相同",
            field=f"{TARGETS}[{at}].{_naming(act)[-1]}",
            remedy="请删去重复的对象",
        )
        for at, one in enumerate(each)
        if first[one.named] != at
    ]
    if twice:
        raise twice[0].with_others(twice[1:])
