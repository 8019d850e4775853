"""A report, declared once: what is counted, by what, in which period, and what each figure means.

Rows of ledgers keep instants. What is a day, and which hours are the office's, is asked of the
calendar at the time of the question: so a figure is right in any zone and after any new notice.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Annotated, Any, Final

import msgspec
from sqlalchemy import Connection, RowMapping, Select

from bancheng.domain.errors import InvalidInput
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Role
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.projections.ledger.fields import Mark, Word, unseen
from bancheng.projections.ledger.windows import Period
from bancheng.projections.reports.declared import (
    Averaged,
    Dimension,
    Figure,
    Measure,
    Quotient,
    Total,
)
from bancheng.projections.reports.figures import Average, Rate, average_of
from bancheng.projections.reports.opened import Group
from bancheng.projections.reports.span import Against, PeriodKind, Span, compared, cut
from bancheng.projections.reports.statements import (
    GROUPS_MAX,
    ROWS,
    TIMES,
    WHOLE,
    Scope,
    amounts,
    counted,
)
from bancheng.projections.sight import View

PERIODS_MAX: Final = 62
_Key = tuple[Any, ...]
_Found = dict[_Key, dict[str, Any]]


class Report:
    """统计: figures over ledgers, by dimensions, for a period.

    ``definition`` is raised whenever a figure comes to mean something else, holds from the day
    ``since``, and is shown beside the figures: what is published can name it. ``row_name`` and
    ``scope_name`` name the types of the API.
    """

    def __init__(
        self,
        name: str,
        term: str,
        *,
        definition: str,
        since: date,
        row_name: str,
        scope_name: str,
        told: str,
        dimensions: Sequence[Dimension],
        measures: Sequence[Figure],
        seen_by: Iterable[Role],
        bound_by: str,
        days_max: int,
    ) -> None:
        self.name, self.term, self.told, self.definition = name, term, told, definition
        self.since, self.row_name, self.scope_name = since, row_name, scope_name
        self.dimensions, self.measures = dimensions, measures
        self.view, self.bound_by = View(term, frozenset(seen_by)), bound_by
        self.days_max = days_max

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
        """统计行: one group in one period: what it was grouped by, and its figures."""
        days = [
            ("first_day", Annotated[date, Word("起始日期")]),
            ("last_day", Annotated[date, Word("截止日期,含当日")]),
        ]
        grouped = [_grouped(one) for one in self.dimensions if one.by]
        figures = [(one.name, Annotated[_kind(one), Word(one.word)]) for one in self.measures]
        fields = [
            *days, *grouped, *figures, ("definition", Annotated[str, Word("口径版本")]),
            ("group", Annotated[Group, unseen]),
        ]  # fmt: skip
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
        every: PeriodKind | None = None,
        against: Against | None = None,
    ) -> list[Any]:
        """The figures, one row for each group that has any, in the order of the groups.

        With ``every``, for each of its periods in the scope, one after the other; with ``against``
        for the days with which the scope is compared. ``InvalidInput`` if that is too much.
        """
        scope.days(self.days_max)
        days = scope.first_day, scope.last_day
        asked = days if against is None else compared(days, against)
        periods = [asked] if every is None else list(cut(asked, every))
        if len(periods) > PERIODS_MAX:
            raise _too_many(len(periods))
        chosen = [
            (one, value)
            for one in self.dimensions
            if one.asked and (value := getattr(scope, one.name)) is not None
        ]
        groups = [one for one in self.dimensions if one.by and one.by[0] in set(by)]
        spans = (Span(_days(*one), calendar, now) for one in periods)
        return [
            row for span in spans for row in self._rows(connection, Scope(span, chosen, groups))
        ]

    def _rows(self, connection: Connection, scope: Scope) -> list[Any]:
        found: _Found = {}
        measures = [one for one in self.measures if isinstance(one, Measure)]
        for population in dict.fromkeys(one.population for one in measures):
            of_it = [one for one in measures if one.population is population]
            for row in _asked(connection, counted(population, of_it, scope)):
                group = found.setdefault(_key(row, scope), {})
                group.update(_beside(row, scope) | _with_rates(row, of_it))
        averages = [one for one in self.measures if isinstance(one, Averaged)]
        for one in averages:
            for key, average in _averages(connection, one, scope):
                # Whoever has an average is among the counted ones of some population.
                found.setdefault(key, {})[one.name] = average
        return [self._shown(key, row, scope) for key, row in found.items()]

    def _shown(self, key: _Key, row: dict[str, Any], scope: Scope) -> Any:
        span = scope.span
        keys = (one for one in scope.groups if not one.beside)
        values = dict(zip(keys, key, strict=True))
        values |= {one: row.get(one.name) for one in scope.groups if one.beside}
        shown = {
            one.name: value if one.read is None else one.read(value, span)
            for one, value in values.items()
        }
        figures = {one.name: row.get(one.name, _NOTHING[_kind(one)]) for one in self.measures}
        for one in self.measures:
            if isinstance(one, Total):
                figures[one.name] = sum(figures[name] for name in one.counts)
        for one in self.measures:
            if isinstance(one, Quotient):
                figures[one.name] = _quotient(figures[one.counts], figures[one.over])
        group = dict(scope.chosen) | {one: shown[one.name] for one in scope.groups}
        return self.row(
            first_day=span.days[0],
            last_day=span.days[-1],
            definition=self.definition,
            group=Group(span, group),
            **shown,
            **figures,
        )


def _asked(connection: Connection, statement: Select[Any]) -> Sequence[RowMapping]:
    rows = connection.execute(statement).mappings().all()
    if len(rows) > GROUPS_MAX:
        raise InvalidInput(
            "REPORT_TOO_LARGE",
            f"统计结果超过 {GROUPS_MAX} 行",
            field="by",
            remedy="请减少统计口径或缩小范围",
        )
    return rows


def _averages(
    connection: Connection, one: Averaged, scope: Scope
) -> Iterable[tuple[_Key, Average]]:
    rows = connection.execute(amounts(one, scope)).mappings()
    for key, of_group in groupby(rows, key=lambda row: _key(row, scope)):
        yield key, average_of({row[one.name]: row[TIMES] for row in of_group})


def _key(row: RowMapping, scope: Scope) -> _Key:
    return tuple(row[one.name] for one in scope.groups if not one.beside)


def _beside(row: RowMapping, scope: Scope) -> dict[str, Any]:
    return {one.name: row[one.name] for one in scope.groups if one.beside}


def _with_rates(row: RowMapping, measures: Sequence[Measure]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for one in measures:
        counts = row[one.name]
        if one.of is None:
            figures[one.name] = counts
        else:
            whole = row[one.name + WHOLE]
            n = row[ROWS] if one.sums else whole
            figures[one.name] = Rate(
                numerator=counts, denominator=whole, n=n, is_share=not one.sums
            )
    return figures


def _quotient(counts: int, over: int) -> Rate:
    return Rate(numerator=counts, denominator=over, n=over, is_share=False)


_NOTHING: Final[Mapping[type, Any]] = {
    int: 0,
    Rate: Rate(numerator=0, denominator=0, n=0),
    Average: average_of({}),
}


def _kind(one: Figure) -> type:
    match one:
        case Averaged():
            return Average
        case Total() | Measure(of=None):
            return int
    return Rate


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _too_many(periods: int) -> InvalidInput:
    return InvalidInput(
        "PERIODS_TOO_MANY",
        f"所选时段含 {periods} 个期间,超过 {PERIODS_MAX} 个",
        field="every",
        remedy="请改用更长的期间,或缩短起止日期",
    )


def _grouped(one: Dimension) -> tuple[Any, ...]:
    """The field of a dimension; it is empty where nobody asked for it."""
    said = (Word(one.word), Mark.UNIT) if one.is_unit else (Word(one.word),)
    return one.name, Annotated[one.kind | None, *said], None


def _struct(name: str, term: str, fields: Sequence[Any], *bases: type) -> Any:
    told = {"__doc__": f"{term}: as its report declares it."}
    return msgspec.defstruct(
        name, fields, bases=bases or None, namespace=told, frozen=True, kw_only=True
    )
