"""Keyset pages: found by comparing with the last row seen, never by counting rows.

So rows that come or go meanwhile make a page neither skip nor repeat one, and a page far down
costs no more than the first.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    bindparam,
    func,
    literal_column,
    select,
)

from bancheng.domain.labelled import Labelled
from bancheng.projections.ledger.cursors import KEY, VALUE, Ordering
from bancheng.projections.ledger.searching import ROWS
from bancheng.projections.ledger.windows import Filter, Page, Window

_STATEMENTS_KEPT = 256

R = TypeVar("R")


class Listing(Generic[R]):
    """清单: the rows of ``source``, under conditions, in their sortings, as ``row``.

    Each condition compares with parameters of its own name; ``always`` holds for every row of a
    page. ``key`` is unique.
    """

    def __init__(
        self,
        row: type[R],
        *,
        columns: Sequence[ColumnElement[Any]],
        source: FromClause,
        key: Column[Any],
        sortings: Mapping[Labelled, Column[Any]],
        conditions: Mapping[str, ColumnElement[bool]],
        always: ColumnElement[bool] | None = None,
    ) -> None:
        self._row = row
        self._columns = columns
        self._source = source
        self._key = key
        self._sortings = sortings
        self._conditions = conditions
        self._always = () if always is None else (always,)
        self._page_statement = lru_cache(_STATEMENTS_KEPT)(self._build_page)
        self._count_statement = lru_cache(_STATEMENTS_KEPT)(self._build_count)

    def page(self, connection: Connection, chosen: Filter, window: Window) -> Page[R]:
        """The page that ``window`` asks for of the rows that ``chosen`` lets through."""
        size, values, sort = window.size(), chosen.chosen(), self._sort(window)
        asked = chosen.mark()
        cursor = None if window.cursor is None else sort.read(window.cursor, asked)
        from_null = None if cursor is None else cursor.value is None
        statement = self._page_statement(self._named(values), sort, from_null=from_null)
        if cursor is not None:
            values |= {KEY: cursor.key, VALUE: cursor.value}
        found = connection.execute(statement, values | {"the_size": size + 1}).all()
        more, found = len(found) > size, found[:size]
        if window.is_backward:
            found = found[::-1]
        return Page(
            rows=tuple(self.read(row) for row in found),
            cursors=tuple(sort.at(row, asked) for row in found),
            has_next=cursor is not None if window.is_backward else more,
            has_previous=more if window.is_backward else cursor is not None,
        )

    def count(self, connection: Connection, chosen: Filter) -> int:
        """How many rows ``chosen`` lets through."""
        values = chosen.chosen()
        statement = self._count_statement(self._named(values))
        return int(connection.execute(statement, values).scalar_one())

    def select(self) -> Select[Any]:
        """Every row; for queries that are not pages."""
        return select(*self._columns).select_from(self._source)

    def read(self, row: Any) -> R:
        """One row of `select`."""
        return self._row(**row._mapping)  # noqa: SLF001  its public name

    def _named(self, values: Mapping[str, Any]) -> frozenset[str]:
        # One condition may compare with more than one value.
        return frozenset(name for name in values if name in self._conditions)

    def _sort(self, window: Window) -> Ordering:
        # A page before a cursor is one behind it in the opposite order, turned round at the end.
        backward = window.is_backward
        column = self._sortings[window.sort]
        return Ordering(window.sort, column, self._key, window.descending != backward, backward)

    def _build_page(
        self, names: frozenset[str], sort: Ordering, *, from_null: bool | None
    ) -> Select[Any]:
        conditions = [self._conditions[name] for name in sorted(names)]
        if from_null is not None:
            conditions.append(sort.behind(from_null=from_null))
        wanted, order = (*self._always, *conditions), sort.ordering()
        if any(name.endswith(ROWS) for name in names):
            # Of thousands that are listed one by one the keys are sorted, and not the wide rows.
            keys = select(self._key).select_from(self._source).where(*wanted)
            first = keys.order_by(*order).limit(bindparam("the_size"))
            return self.select().where(self._key.in_(first)).order_by(*order)
        return self.select().where(*wanted).order_by(*order).limit(bindparam("the_size"))

    def _build_count(self, names: frozenset[str]) -> Select[Any]:
        conditions = (self._conditions[name] for name in sorted(names))
        return select(func.count()).select_from(self._source).where(*self._always, *conditions)


def equals(column: ColumnElement[Any], name: str | None = None) -> ColumnElement[bool]:
    """``column`` has the value of the parameter, by default of its own name."""
    return column == bindparam(name or column.key, type_=column.type)


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """``column`` has one of the parameter's values."""
    return column.in_(bindparam(name, type_=column.type, expanding=True))


def since(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Not before the parameter."""
    return column >= bindparam(name, type_=column.type)


def before(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Before the parameter, which is not included."""
    return column < bindparam(name, type_=column.type)


def at_least(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """As many as the parameter, which is one at least, or more.

    That there are any is said in the words of `count_index`: a parameter may be nothing, for all
    that a database knows, and then the index would not be used.
    """
    return (column > literal_column("0")) & (column >= bindparam(name, type_=column.type))


def up_to(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Not after the parameter."""
    return column <= bindparam(name, type_=column.type)


def is_so(condition: ColumnElement[bool], name: str) -> ColumnElement[bool]:
    """``condition`` holds, or does not, as the parameter says; it is never unknown."""
    return bindparam(name, type_=Boolean()) == condition


def contains(*columns: ColumnElement[Any], name: str = "text") -> ColumnElement[bool]:
    """One of ``columns`` contains the parameter; large and small letters are alike."""
    first, *others = (column.ilike(bindparam(name), escape="/") for column in columns)
    condition: ColumnElement[bool] = first
    for other in others:
        condition = condition | other
    return condition
