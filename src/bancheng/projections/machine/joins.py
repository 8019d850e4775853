"""连接: what a query joins to the rows that it asks for, replaced by something like it."""

from collections.abc import Callable, Container
from typing import Any

from sqlalchemy import Column, FromClause, Join, Table
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import AliasedReturnsRows

from bancheng.projections.machine.columns import STREAM


def table_in(one: FromClause | Any) -> Table | None:
    """The table that ``one`` is, or is another name of."""
    while isinstance(one, AliasedReturnsRows):
        one = one.element
    return one if isinstance(one, Table) else None


def joined_apart(query: Any, of: Callable[[Table], Table], among: Container[Table]) -> Any:
    """``query``, in which what ``of`` gives for them stands for tables on the right of outer joins.

    That is done to those ``among`` these of which a stream has one row at most.
    """
    instead: dict[int, Any] = {}
    for one in visitors.iterate(query):
        if isinstance(one, Join) and one.isouter:
            table = table_in(one.right)
            if table is not None and table in among and _has_one_a_stream(table):
                other: FromClause = of(table)
                if one.right is not table:
                    other = other.alias(getattr(one.right, "name", None))
                instead[id(one.right)] = other
                instead |= {id(column): other.c[column.name] for column in one.right.c}
    if not instead:
        return query

    def found(element: Any, **_: Any) -> Any:
        return instead.get(id(element))

    return visitors.replacement_traverse(query, {}, found)


def _has_one_a_stream(table: Table) -> bool:
    keys: list[Column[Any]] = list(table.primary_key.columns)
    return len(keys) == 1 and STREAM in keys[0].info
