"""句式: sentences with gaps, read once into what fills them quickly.

``{unit}`` is a field of the event. What stands in ``[…]`` is left out if one of its own fields is
absent, empty or no; ``{!unit}`` shows nothing and asks that the field be absent. A field that is
yes or no shows nothing either, and only decides. Two are no fields, for no event says them:
``{whose}`` is the unit that has the order, ``{registered}`` the code or staff id that a stream of
the office is of.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from bancheng.projections.wording.marks import unit_mark
from bancheng.projections.wording.readers import Masked, Reader

_PIECE: Final = re.compile(r"\[|\]|\{!?\w+\}|[^\[\]{}]+")


class Beside(NamedTuple):
    """旁注: what is said that no event says: who has the order, and what was registered."""

    whose: str | None = None
    registered: str | None = None


ALONE: Final = Beside()
Fill = Callable[[Any, Masked, Beside], str | None]


def fields_in(template: str) -> frozenset[str]:
    """The fields that the sentence shows or asks about."""
    return frozenset(re.findall(r"\{!?(\w+)\}", template)) - {*Beside._fields}


def compiled(template: str, readers: Mapping[str, Reader]) -> Callable[[Any, Masked, Beside], str]:
    """What says the sentence of an event; a field is read as ``readers`` says."""
    pieces = iter(_PIECE.findall(template))
    fills = tuple(_fills(pieces, readers))

    def say(event: Any, masked: Masked, beside: Beside) -> str:
        return "".join(fill(event, masked, beside) or "" for fill in fills)

    return say


def _fills(pieces: Iterator[str], readers: Mapping[str, Reader]) -> Iterator[Fill]:
    for piece in pieces:
        if piece == "]":
            return
        if piece == "[":
            yield _group(tuple(_fills(pieces, readers)))
        elif piece == "{whose}":
            yield _whose
        elif piece == "{registered}":
            yield _registered
        elif piece.startswith("{"):
            yield _field(piece.strip("{!}"), readers, absent=piece.startswith("{!"))
        else:
            yield _text(piece)


def _text(text: str) -> Fill:
    return lambda _event, _masked, _beside: text


def _group(fills: tuple[Fill, ...]) -> Fill:
    def whole(event: Any, masked: Masked, beside: Beside) -> str:
        parts = []
        for fill in fills:
            part = fill(event, masked, beside)
            if part is None:
                return ""
            parts.append(part)
        return "".join(parts)

    return whole


def _field(name: str, readers: Mapping[str, Reader], *, absent: bool) -> Fill:
    read = readers[name]

    def one(event: Any, masked: Masked, _beside: Beside) -> str | None:
        value = getattr(event, name)
        if absent:
            return None if value else ""
        if not value:
            return None
        return "" if value is True else read(value, masked) or None

    return one


def _whose(_event: Any, _masked: Masked, beside: Beside) -> str | None:
    return None if beside.whose is None else unit_mark(beside.whose)


def _registered(_event: Any, _masked: Masked, beside: Beside) -> str | None:
    return beside.registered
