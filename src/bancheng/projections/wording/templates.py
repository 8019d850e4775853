"""句式: sentences with gaps, read once into what fills them quickly.

``{unit}`` is a field of the event. What stands in ``[…]`` is left out if one of its own fields is
absent, empty or no; ``{!unit}`` shows nothing and asks that the field be absent. A field that is
yes or no shows nothing either, and only decides. ``{whose}`` is no field: it is the unit that has
the order, which the event does not say.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from bancheng.projections.wording.marks import unit_mark
from bancheng.projections.wording.readers import Masked, Reader

Fill = Callable[[Any, Masked, str | None], str | None]
_PIECE: Final = re.compile(r"\[|\]|\{!?\w+\}|[^\[\]{}]+")


WHOSE: Final = "whose"


def fields_in(template: str) -> frozenset[str]:
    """The fields that the sentence shows or asks about."""
    return frozenset(re.findall(r"\{!?(\w+)\}", template)) - {WHOSE}


def compiled(
    template: str, readers: Mapping[str, Reader]
) -> Callable[[Any, Masked, str | None], str]:
    """What says the sentence of an event; a field is read as ``readers`` says.

    It is given the event, what masks, and the unit that has the order, if it is known.
    """
    pieces = iter(_PIECE.findall(template))
    fills = tuple(_fills(pieces, readers))

    def say(event: Any, masked: Masked, whose: str | None) -> str:
        return "".join(fill(event, masked, whose) or "" for fill in fills)

    return say


def _fills(pieces: Iterator[str], readers: Mapping[str, Reader]) -> Iterator[Fill]:
    for piece in pieces:
        if piece == "]":
            return
        if piece == "[":
            yield _group(tuple(_fills(pieces, readers)))
        elif piece == f"{{{WHOSE}}}":
            yield _whose
        elif piece.startswith("{"):
            yield _field(piece.strip("{!}"), readers, absent=piece.startswith("{!"))
        else:
            yield _text(piece)


def _text(text: str) -> Fill:
    return lambda _event, _masked, _whose: text


def _group(fills: tuple[Fill, ...]) -> Fill:
    def whole(event: Any, masked: Masked, whose: str | None) -> str:
        parts = []
        for fill in fills:
            part = fill(event, masked, whose)
            if part is None:
                return ""
            parts.append(part)
        return "".join(parts)

    return whole


def _field(name: str, readers: Mapping[str, Reader], *, absent: bool) -> Fill:
    read = readers[name]

    def one(event: Any, masked: Masked, _whose: str | None) -> str | None:
        value = getattr(event, name)
        if absent:
            return None if value else ""
        if not value:
            return None
        return "" if value is True else read(value, masked)

    return one


def _whose(_event: Any, _masked: Masked, whose: str | None) -> str | None:
    return None if whose is None else unit_mark(whose)
