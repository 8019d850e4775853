"""A report, declared once: what is counted, by what, in which period, and what each figure means.

Rows of ledgers keep instants. What is a day, and which hours are the office's, is asked of the
calendar at the time of the question: so a figure is right in any zone and after any new notice.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, select

from bancheng.domain.errors import InvalidInput
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Role
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.projections.ledger.fields import Mark, Word
from bancheng.projections.ledger.windows import Period
from bancheng.projections.sight import View

GROUPS_MAX: Final = 2000
_DAY: Final = timedelta(days=1)
_WHOLE = "__whole"


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """比率: ``numerator`` of ``denominator``; none of nothing is no rate."""

    numerator: Annotated[int, Word("分子")]
    denominator: Annotated[int, Word("分母")]

    @property
    def percent(self) -> float | None:
        """The rate in hundredths, to two places."""
        if self.denominator == 0:
            return None
        return round(100 * self.numerator / self.denominator, 2)


class Span(NamedTuple):
    """时段: the days of a question, the calendar that says when each begins, and when it is asked.

    What has not come by ``now`` is counted in no period.
    """

    days: Sequence[date]
    calendar: Calendar
    now: datetime

    @property
    def edges(self) -> tuple[datetime, datetime]:
        """When the first day begins and the last has ended."""
        start_of = self.calendar.start_of
        return start_of(self.days[0]), start_of(self.days[-1] + _DAY)


Expression = ColumnElement[Any] | Callable[[Span], ColumnElement[Any]]


@dataclass(frozen=True, eq=False)  # expressions do not compare, they make expressions
class Population:
    """总体: the rows of ``source`` whose instant ``when`` is in the period, if ``always`` holds."""

    source: FromClause
    when: ColumnElement[datetime]
    always: Expression


class Dimension(NamedTuple):
    """维度: by what is counted (``by``: its code and label), and what may be asked for (``asked``).

    A ``given`` one is always counted by. ``read`` makes the value for people out of what the
    database gives. Groups are listed in the order of the value, or its reverse (``descending``).
    """

    name: str
    kind: Any
    word: str
    column: Expression
    by: tuple[str, str] | None = None
    asked: bool = False
    is_unit: bool = False
    given: bool = False
    read: Callable[[Any, Span], Any] | None = None
    descending: bool = False


class Measure(NamedTuple):
    """指标: how many rows of ``population`` fulfil ``counts``; of those that fulfil ``of``, a rate.

    One that ``sums`` adds up the amounts that ``counts`` and ``of`` are.

    ``word`` says in Chinese what is counted; of a rate also by which filters of which ledger
    numerator and denominator can be listed.
    """

    name: str
    word: str
    population: Population
    counts: Expression
    of: ColumnElement[Any] | None = None
    sums: bool = False


class Report:
    """统计: figures over ledgers, by dimensions, for a period.

    ``definition`` is raised whenever a figure comes to mean something else, and is shown beside
    the figures. ``row_name`` and ``scope_name`` name the types of the API. ``within`` are reports
    of the same period that one row of this one holds, grouped by all their dimensions.
    """

    def __init__(
        self,
        name: str,
        term: str,
        *,
        definition: str,
        row_name: str,
        scope_name: str,
        told: str,
        dimensions: Sequence[Dimension],
        measures: Sequence[Measure],
        seen_by: Iterable[Role],
        bound_by: str,
        days_max: int,
        within: "Mapping[str, tuple[str, Report]] | None" = None,
    ) -> None:
        self.name, self.term, self.told, self.definition = name, term, told, definition
        self.row_name, self.scope_name = row_name, scope_name
        self.dimensions, self.measures = dimensions, measures
        self.view, self.bound_by = View(term, frozenset(seen_by)), bound_by
        self.within = within or {}
        self._days_max = days_max

    @property
    def is_grouped(self) -> bool:
        """Whether a reader may ask for groups."""
        return any(one.by for one in self.dimensions)

    @cached_property
    def scope(self) -> type[Period]:
        """统计范围: the period, and what may be asked for."""
        asked = [
            (one.name, Annotated[one.kind, Word(one.word)] | None, None)
            for one in self.dimensions
            if one.asked
        ]
        made: type[Period] = _struct(self.scope_name, f"{self.term}范围", asked, Period)
        return made

    @cached_property
    def by(self) -> type[Labelled]:
        """统计口径: by what figures can be grouped."""
        members = {one.by[0].upper(): one.by for one in self.dimensions if one.by}
        made: Any = Labelled(f"{self.name.title().replace('_', '')}By", members)  # type: ignore[arg-type]
        made.__doc__ = "统计口径: by what work is counted."
        return made  # type: ignore[no-any-return]

    @cached_property
    def row(self) -> type[msgspec.Struct]:
        """统计行: one group: what it was grouped by, and its figures."""
        grouped = [_grouped(one) for one in self.dimensions if one.by]
        figures = [
            (one.name, Annotated[int if one.of is None else Rate, Word(one.word)])
            for one in self.measures
        ]
        held: list[tuple[str, Any]] = [
            (name, Annotated[tuple.__class_getitem__((report.row, ...)), Word(word)])
            for name, (word, report) in self.within.items()
        ]
        fields = [*grouped, *figures, *held, ("definition", Annotated[str, Word("口径版本")])]
        made: type[msgspec.Struct] = _struct(self.row_name, self.term, fields)
        return made

    def read(
        self,
        connection: Connection,
        scope: Period,
        calendar: Calendar,
        by: Iterable[str] = (),
        *,
        now: datetime,
    ) -> list[Any]:
        """The figures, one row for each group that has any, in the order of the groups."""
        span = Span(scope.days(self._days_max), calendar, now)
        groups = [one for one in self.dimensions if one.by and one.by[0] in set(by)]
        found: dict[tuple[Any, ...], dict[str, Any]] = {}
        for population in dict.fromkeys(one.population for one in self.measures):
            for row in self._rows(connection, population, scope, span, groups):
                key = tuple(row[one.name] for one in groups)
                found.setdefault(key, {}).update(row)
        return [self._shown(row, connection, scope, span, groups) for row in found.values()]

    def _rows(
        self,
        connection: Connection,
        population: Population,
        scope: Period,
        span: Span,
        groups: Sequence[Dimension],
    ) -> list[dict[str, Any]]:
        counted = [one for one in self.measures if one.population is population]
        statement = self._statement(population, counted, scope, span, groups)
        rows = connection.execute(statement).mappings().all()
        if len(rows) > GROUPS_MAX:
            raise InvalidInput(
                "REPORT_TOO_LARGE",
                f"统计结果超过 {GROUPS_MAX} 行",
                field="by",
                remedy="请减少统计口径或缩小范围",
            )
        return [_with_rates(dict(row), counted) for row in rows]

    def _statement(
        self,
        population: Population,
        counted: Sequence[Measure],
        scope: Period,
        span: Span,
        groups: Sequence[Dimension],
    ) -> Select[Any]:
        since, until = span.edges
        chosen = [
            _at(one.column, span) == value
            for one in self.dimensions
            if one.asked and (value := getattr(scope, one.name)) is not None
        ]
        flags = [_at(one.counts, span).label(one.name) for one in counted]
        flags += [one.of.label(one.name + _WHOLE) for one in counted if one.of is not None]
        # Grouped outside: one expression, one value. Databases do not see that an expression with
        # parameters stands in the list and in the grouping alike.
        each = (
            select(*(_at(one.column, span).label(one.name) for one in groups), *flags)
            .select_from(population.source)
            .where(
                population.when >= since,
                population.when < until,
                _at(population.always, span),
                *chosen,
            )
            .subquery()
        )
        keys = [each.c[one.name] for one in groups]
        summed = {name for one in counted if one.sums for name in (one.name, one.name + _WHOLE)}
        sums = [
            (
                func.coalesce(func.sum(each.c[one.name]), 0)
                if one.name in summed
                else func.count().filter(each.c[one.name])
            ).label(one.name)
            for one in flags
        ]
        return (
            select(*keys, *sums)
            .group_by(*keys)
            .order_by(*(_ordered(each.c[one.name], one) for one in groups))
            .limit(GROUPS_MAX + 1)
        )

    def _shown(
        self,
        row: dict[str, Any],
        connection: Connection,
        scope: Period,
        span: Span,
        groups: Sequence[Dimension],
    ) -> Any:
        for one in groups:
            if one.read is not None:
                row[one.name] = one.read(row[one.name], span)
        for name, (_, report) in self.within.items():
            dimensions = [one.by[0] for one in report.dimensions if one.by]
            held = report.read(connection, scope, span.calendar, dimensions, now=span.now)
            row[name] = tuple(held)
        return self.row(definition=self.definition, **row)


def _with_rates(row: dict[str, Any], counted: Sequence[Measure]) -> dict[str, Any]:
    for one in counted:
        if one.of is not None:
            whole = row.pop(one.name + _WHOLE)
            row[one.name] = Rate(numerator=row[one.name], denominator=whole)
    return row


def _ordered(column: ColumnElement[Any], by: Dimension) -> ColumnElement[Any]:
    return column.desc().nulls_last() if by.descending else column.asc().nulls_first()


def _at(expression: Expression, span: Span) -> ColumnElement[Any]:
    return expression if isinstance(expression, ColumnElement) else expression(span)


def _grouped(one: Dimension) -> tuple[Any, ...]:
    """The field of a dimension; it is empty where nobody asked for it."""
    said = (Word(one.word), Mark.UNIT) if one.is_unit else (Word(one.word),)
    if one.given:
        return one.name, Annotated[one.kind, *said]
    return one.name, Annotated[one.kind | None, *said], None


def _struct(name: str, term: str, fields: Sequence[Any], *bases: type) -> Any:
    told = {"__doc__": f"{term}: as its report declares it."}
    return msgspec.defstruct(
        name, fields, bases=bases or None, namespace=told, frozen=True, kw_only=True
    )
