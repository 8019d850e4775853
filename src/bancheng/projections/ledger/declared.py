"""A ledger, declared once: its table, filters, sortings, pages and words follow from here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table

from bancheng.domain.events import Event, term_of
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Role
from bancheng.projections.ledger.asking import Ask, asks_of, filter_of
from bancheng.projections.ledger.fields import Field, Mark, Sorts, fields_of
from bancheng.projections.ledger.listing import Listing, among
from bancheng.projections.ledger.streams import of_streams
from bancheng.projections.ledger.windows import PAGE_MAX, Filter, Page, Window
from bancheng.projections.machine.base import Handler, Projection, TimeBasis
from bancheng.projections.sight import OF_UNITS, Part, Rows, View

R = TypeVar("R", bound=msgspec.Struct)
VALUES = "values"


@dataclass(frozen=True, eq=False)
class Each(Generic[R]):
    """逐一查询: the rows of ``ledger`` by values of a unique column, all in one statement."""

    ledger: "Ledger[R]"
    name: str
    select: Select[Any]

    def __call__(self, connection: Connection, values: Iterable[Any]) -> dict[Any, R]:
        rows = map(self.ledger.read, connection.execute(self.select, {VALUES: list(values)}))
        return {getattr(row, self.name): row for row in rows}

    def one(self, connection: Connection, value: Any) -> R | None:
        """The row of one value; none if there is none."""
        return self(connection, [value]).get(value)


@dataclass(frozen=True, eq=False)
class Several(Generic[R]):
    """成组查询: the rows of ``ledger`` of each value of a column, in order, in one statement."""

    ledger: "Ledger[R]"
    name: str
    select: Select[Any]

    def __call__(self, connection: Connection, values: Iterable[Any]) -> dict[Any, list[R]]:
        found: dict[Any, list[R]] = {}
        for one in connection.execute(self.select, {VALUES: list(values)}):
            row = self.ledger.read(one)
            found.setdefault(getattr(row, self.name), []).append(row)
        return found


class Ledger(Generic[R]):
    """台账: rows that one projection keeps, and everything a reader may ask of them.

    - ``name`` is what the API calls it, ``term`` what people do, ``told`` what one row is;
    - ``row`` declares the fields, ``table`` was made from it (`table_of`), ``beside`` are further
      tables of the same projection;
    - ``follows`` are the families of topics it looks at, ``of`` begins the ids of their streams;
      events without a function in ``handles`` change nothing (docs/events.md lists each);
    - ``seen_by`` are the roles that may see it, ``rows`` which rows somebody bound to a unit sees,
      ``part`` which those see whose role is for a part of it alone;
    - ``source`` and ``elsewhere`` join what other ledgers know, ``asks`` are filters that do not
      follow from a field, ``always`` holds for every row of a page;
    - ``first`` is the sorting when none is asked for; ``under`` names the ledger whose rows have
      these as parts; ``key`` is the column that tells rows apart in a list, by default the first
      of the primary key.
    """

    def __init__(
        self,
        name: str,
        term: str,
        row: type[R],
        table: Table,
        *,
        told: str,
        version: int,
        follows: tuple[str, ...],
        of: tuple[str, ...],
        seen_by: Iterable[Role],
        first: str,
        handles: Mapping[type[Event], Handler] | None = None,
        every: Handler | None = None,
        rows: Rows | None = None,
        part: Part | None = None,
        beside: tuple[Table, ...] = (),
        source: FromClause | None = None,
        elsewhere: Mapping[str, ColumnElement[Any]] | None = None,
        asks: Sequence[Ask] = (),
        always: ColumnElement[bool] | None = None,
        descending: bool = True,
        under: str | None = None,
        key: str | None = None,
        added_by: Mapping[TimeBasis, str] | None = None,
        goes_by_order: bool = False,
        retroactive: frozenset[type[Event]] = frozenset(),
    ) -> None:
        self.name, self.term, self.row, self.table, self.told = name, term, row, table, told
        self.view = View(term, frozenset(seen_by), also_told="" if part is None else part.told)
        self.rows, self.part, self.descending = rows, part, descending
        if rows is None and self.view.roles & OF_UNITS:
            raise TypeError(f"{name} does not say which rows an officer of a unit sees")
        self.under = under
        self._elsewhere = elsewhere or {}
        self._source = table if source is None else source
        self._always = always
        self._first = first
        self._key = table.c[key] if key else next(iter(table.primary_key.columns))
        self.asks = (*asks, *asks_of(self.fields, {f.name: self.at(f.name) for f in self.fields}))
        names = [one.name for one in self.asks]
        if len(set(names)) < len(names):
            raise TypeError(f"{name} has two filters of one name: {', '.join(names)}")
        self.projection = Projection(
            name=str(table.name),
            version=version,
            tables=(table, *beside),
            handles=handles or {},
            every=every,
            follows=follows,
            of=of,
            added_by=added_by,
            goes_by_order=goes_by_order,
            retroactive=retroactive,
        )

    def seen(self, row: R, unit: str | None) -> bool:
        """Whether somebody bound to ``unit``, or not bound at all, sees ``row``."""
        return self.rows is None or self.rows.seen(row, unit)

    @property
    def fields(self) -> tuple[Field, ...]:
        """字段: what its rows have, in the order of the declaration."""
        return fields_of(self.row)

    @property
    def type_name(self) -> str:
        """What the API calls one row."""
        return self.row.__name__.removesuffix("Row")

    @property
    def description(self) -> str:
        """What one row is, in Chinese."""
        return f"{term_of(self.row)}: {self.told}。"

    @cached_property
    def filter(self) -> type[Filter]:
        """筛选: the struct in which a reader says what they ask for."""
        term = f"{self.term.removesuffix('台账')}筛选"
        return filter_of(f"{self.type_name}Filter", term, self.asks)

    @cached_property
    def sort(self) -> type[Labelled]:
        """排序: by what it can be ordered."""
        members = {
            name.upper(): (name, said.label or field.word.heading)
            for name, field, said in self._sortings
            if field.word is not None
        }
        made = Labelled(f"{self.type_name}Sort", members)  # type: ignore[arg-type]
        made.__doc__ = f"{self.term.removesuffix('台账')}排序: by what the ledger can be ordered."
        found: Any = made
        return found  # type: ignore[no-any-return]

    @property
    def first_sort(self) -> Labelled:
        """The sorting when none is asked for."""
        return self.sort(self._first)  # type: ignore[call-arg]

    @property
    def sorts_seen_by(self) -> Mapping[str, View | None]:
        """Who may order by each sorting, if not all who see the ledger."""
        return {name: f.word.seen_by for name, f, _ in self._sortings if f.word is not None}

    def heading(self, name: str) -> str:
        """栏目名: what stands above the column of the field ``name`` on a paper."""
        field = next(field for field in self.fields if field.name == name)
        heading = name if field.word is None else field.word.heading
        # Below it stands the name of the unit, or the word of the book, and not its code.
        heading = heading.removesuffix("编码") if Mark.UNIT in field.marks else heading
        return heading if field.book is None else heading.removesuffix("代码")

    def at(self, name: str) -> ColumnElement[Any]:
        """Where the field ``name`` is read."""
        found = self._elsewhere.get(name)
        return self.table.c[name] if found is None else found

    def page(self, connection: Connection, chosen: Filter, window: Window) -> Page[R]:
        """A page of the rows that ``chosen`` lets through."""
        return self.listing.page(connection, chosen, window)

    def pages(
        self, connection: Connection, chosen: Filter, sort: Labelled, *, descending: bool
    ) -> Iterator[Sequence[R]]:
        """All rows that ``chosen`` lets through, in order; a page of them is in memory."""
        after, goes_on = None, True
        while goes_on:
            window = Window(sort=sort, descending=descending, first=PAGE_MAX, after=after)
            page = self.page(connection, chosen, window)
            yield page.rows
            after, goes_on = (page.cursors or (None,))[-1], page.has_next

    def streams_in(self, rows: Iterable[R]) -> list[str]:
        """The streams that ``rows`` are of, each once."""
        of = [one.name for one in self.fields if Mark.STREAM in one.marks]
        return list(dict.fromkeys(getattr(row, name) for row in rows for name in of))

    def count(self, connection: Connection, chosen: Filter) -> int:
        """How many rows ``chosen`` lets through."""
        return self.listing.count(connection, chosen)

    def select(self) -> Select[Any]:
        """Every row; for queries that are not pages. Read them with `read`."""
        return self.listing.select()

    def read(self, row: Any) -> R:
        """One row of `select`."""
        return self.listing.read(row)

    def one_by(self, name: str) -> "Each[R]":
        """The query for rows by values of their unique column ``name``."""
        return Each(self, name, self._by_values(name))

    def several_by(self, name: str, *order: str) -> "Several[R]":
        """The query for the rows of each value of ``name``, in ``order``."""
        ordered = [*(self.table.c[one] for one in order), *self.table.primary_key.columns]
        return Several(self, name, self._by_values(name).order_by(*ordered))

    def _by_values(self, name: str) -> Select[Any]:
        column = self.table.c[name]
        reads = of_streams(VALUES, column, self._source, self._elsewhere.values())
        return self.select().where(among(column, VALUES)).execution_options(**reads)

    @cached_property
    def by_stream(self) -> "Several[R]":
        """The rows that the events of each stream change, as far as they stand on pages."""
        of = self.several_by(next(one.name for one in self.fields if Mark.STREAM in one.marks))
        return of if self._always is None else replace(of, select=of.select.where(self._always))

    @cached_property
    def parts_of(self) -> "Several[R]":
        """The rows that are parts of rows of the ledger ``under``, in their first sorting."""
        return self.several_by(f"{self.under}_id", self._first)

    @cached_property
    def listing(self) -> Listing[R]:
        """清单: the pages of its rows."""
        return Listing(
            self.row,
            columns=[self._column(field.name) for field in self.fields],
            source=self._source,
            key=self._key,
            sortings={
                self.sort(name): self.table.c[field.name]  # type: ignore[call-arg]
                for name, field, _ in self._sortings
            },
            conditions={k: v for one in self.asks for k, v in one.conditions.items()},
            always=self._always,
        )

    def _column(self, name: str) -> ColumnElement[Any]:
        found = self._elsewhere.get(name)
        return self.table.c[name] if found is None else found.label(name)

    @property
    def _sortings(self) -> list[tuple[str, Field, Sorts]]:
        return [(f.sorts.name or f.name, f, f.sorts) for f in self.fields if f.sorts is not None]
