"""The table of a ledger, as its row declares it: same names, same order."""

from datetime import date, datetime
from typing import Any, get_args

import msgspec
from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from bancheng.domain.labelled import Labelled
from bancheng.projections.ledger.fields import Field, Mark, fields_of
from bancheng.projections.machine.columns import (
    MASKED,
    STREAM,
    Code,
    Coded,
    Codes,
    Instant,
    Position,
    Whole,
)

_PLAIN: dict[type, Any] = {bool: Boolean, int: Integer, datetime: Instant, date: Date}


def table_of(row: type[msgspec.Struct], name: str, *indexes: Index) -> Table:
    """The table of ``row``'s own fields, with ``indexes``; its key before what it inherits."""
    own = [field for field in fields_of(row) if Mark.ELSEWHERE not in field.marks]
    inherits = len(row.__annotations__) < len(fields_of(row))
    key = [one for one in own if inherits and Mark.KEY in one.marks]
    return Table(
        name, MetaData(), *map(column_of, key + [f for f in own if f not in key]), *indexes
    )


def column_of(field: Field) -> Column[Any]:
    """The column of ``field``: NULL only if it may be absent, its default that of the row."""
    is_key = Mark.KEY in field.marks
    return Column(
        field.name,
        _type_of(field),
        primary_key=is_key,
        nullable=field.optional,
        default=field.default,
        autoincrement=False,
        info={STREAM: True} if Mark.STREAM in field.marks else {},
    )


def _type_of(field: Field) -> TypeEngine[Any] | type[TypeEngine[Any]]:
    if Mark.POSITION in field.marks:
        return Position
    if field.kind is str:
        return Text if Mark.PROSE in field.marks or field.name.endswith(MASKED) else Code
    if field.kind in _PLAIN:
        found: type[TypeEngine[Any]] = _PLAIN[field.kind]
        return found
    if field.is_several and get_args(field.kind)[0] is str:  # members of a vocabulary are texts too
        return Codes
    if isinstance(field.kind, type) and issubclass(field.kind, Labelled):
        return Coded(field.kind)
    return Whole(field.kind, unread=Mark.UNREAD in field.marks)
