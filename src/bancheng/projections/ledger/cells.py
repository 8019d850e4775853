"""What a field reads like to people: one text for the terminal, CSV and XLSX alike."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from bancheng.domain.labelled import Labelled
from bancheng.projections.ledger.fields import Field, Mark


class Reading(NamedTuple):
    """读法: how a hall reads instants (its own time), codes of units and words of its rule book."""

    local: Callable[[datetime], datetime]
    unit: Callable[[str], str]
    term: Callable[[str, str], str]


def text_of(field: Field, value: Any, reading: Reading) -> str:
    """``value`` of ``field`` as people of the hall read it; nothing if it is absent."""
    match value:
        case None:
            text = ""
        case bool():
            text = "是" if value else "否"
        case Labelled():
            text = value.label
        case datetime():
            text = f"{reading.local(value):%Y-%m-%d %H:%M}"
        case tuple():
            text = "、".join(text_of(field, one, reading) for one in value)
        case msgspec.Struct():
            parts = (text_of(field, one, reading) for one in msgspec.structs.astuple(value))
            text = " ".join(filter(None, parts))
        case _:
            text = _named(field, str(value), reading)
    return text


def _named(field: Field, code: str, reading: Reading) -> str:
    """What the hall calls ``code``, if it is one."""
    if Mark.UNIT in field.marks:
        return reading.unit(code)
    return code if field.book is None else reading.term(field.book.among, code)
