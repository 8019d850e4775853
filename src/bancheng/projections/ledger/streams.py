"""所读事件流: of which streams one must know to answer for the rows of some."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Join, Select, SelectBase, Table
from sqlalchemy.sql import visitors

from bancheng.projections.machine.columns import STREAM
from bancheng.projections.machine.past import OF_STREAMS, OfStreams


def of_streams(
    name: str, column: Column[Any], source: FromClause, elsewhere: Iterable[ColumnElement[Any]]
) -> dict[str, OfStreams]:
    """The options of a query for rows whose ``column`` is among the values of ``name``.

    None if these are not streams, or if what is shown counts in rows of any others.
    """
    leading = _leading(column.table, source)
    counts = any(
        isinstance(one, SelectBase) and not _is_of_the_row(one, column)
        for each in elsewhere
        for one in visitors.iterate(each)
    )
    if STREAM not in column.info or leading is None or counts:
        return {}
    return {OF_STREAMS: OfStreams(name, column.table, tuple(leading))}


def _is_of_the_row(query: SelectBase, column: Column[Any]) -> bool:
    """Whether ``query`` reads one table beside the row, and of it what is of its own stream."""
    if not isinstance(query, Select):
        return False
    sides: Any = query.whereclause
    others = [one for one in query.get_final_froms() if one is not column.table]
    compared = [getattr(sides, name, None) for name in ("left", "right")]
    streams = [one for one in compared if one is not column and isinstance(one, Column)]
    return len(others) == 1 and len(streams) == 1 and _is_stream(streams[0])


def _leading(table: FromClause, source: FromClause) -> Sequence[str] | None:
    """The columns of ``table`` that name the streams of what is joined to it, beside its own."""
    found = []
    for joined, own in _joined(table, source):
        if own is None or not _is_stream(joined):
            return None
        if STREAM not in own.info:
            found.append(str(own.name))
    return found


def _joined(table: FromClause, source: FromClause) -> Iterator[tuple[Any, Column[Any] | None]]:
    """What each join compares: the column of what is joined, and that of ``table`` if it is one."""
    while isinstance(source, Join):
        sides: Any = source.onclause
        pair = (sides.left, sides.right) if hasattr(sides, "left") else (None, None)
        own = next((one for one in pair if getattr(one, "table", None) is table), None)
        yield (pair[1] if own is pair[0] else pair[0]), own
        source = source.left


def _is_stream(column: Any) -> bool:
    base = getattr(column.table, "element", column.table)
    return isinstance(base, Table) and STREAM in base.c[column.name].info
