"""What a report declares: which rows it counts, by what they are grouped, what its figures are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, FromClause, and_

from bancheng.projections.reports.span import Span

Expression = ColumnElement[Any] | Callable[[Span], ColumnElement[Any]]
Asked = Mapping[str, Any]  # filters of a ledger, each with what is filled in
_NO_FILTER: Final[Asked] = MappingProxyType({})


class Happened(NamedTuple):
    """发生于期间: what happened ``at`` an instant in the period; ``stem`` begins its filters."""

    at: ColumnElement[datetime]
    stem: str

    def condition(self, span: Span) -> ColumnElement[bool]:
        since, until = span.edges
        return and_(self.at >= since, self.at < until)

    def asked(self, span: Span) -> Asked:
        since, until = span.edges
        return {f"{self.stem}_from": since, f"{self.stem}_before": until}


class OpenAtStart(NamedTuple):
    """期初在办: what had begun before the period and was not over when it began."""

    open_at: Callable[[Any], ColumnElement[bool]]
    filter: str

    def condition(self, span: Span) -> ColumnElement[bool]:
        return self.open_at(span.edges[0])

    def asked(self, span: Span) -> Asked:
        return {self.filter: span.edges[0]}


@dataclass(frozen=True, eq=False)  # expressions do not compare, they make expressions
class Population:
    """总体: the rows of ``source`` that are ``within`` the period, if ``always`` holds.

    ``ledger`` lists them by its filters ``opens``; without one nobody can list them.
    """

    source: FromClause
    within: Happened | OpenAtStart
    always: Expression
    ledger: str | None = None
    opens: Asked = field(default_factory=dict)


class Dimension(NamedTuple):
    """维度: by what is counted (``by``: its code and label), and what may be asked for (``asked``).

    ``read`` makes the value for people out of what the database gives. Groups are listed in the
    order of the value, or its reverse (``descending``). ``filter`` is what ledgers call it, if not
    by its own name; a name of several values takes it among them. One that is ``beside`` another
    tells what that one's value is called, and nobody asks for it.
    """

    name: str
    kind: Any
    word: str
    column: Expression
    by: tuple[str, str] | None = None
    asked: bool = False
    is_unit: bool = False
    read: Callable[[Any, Span], Any] | None = None
    descending: bool = False
    filter: str = ""
    beside: bool = False


class Measure(NamedTuple):
    """计数或比率: how many rows of ``population`` fulfil ``counts``; of those in ``of``, a rate.

    One that ``sums`` adds up the amounts that ``counts`` and ``of`` are. ``word`` says in Chinese
    what is counted. ``opens`` are the filters that list what is counted among the rows of the
    population, ``opens_of`` those for the denominator.
    """

    name: str
    word: str
    population: Population
    counts: Expression
    of: ColumnElement[Any] | None = None
    sums: bool = False
    opens: Asked = _NO_FILTER
    opens_of: Asked = _NO_FILTER


class Total(NamedTuple):
    """合计: the sum of counts of the same report, by their names."""

    name: str
    word: str
    counts: tuple[str, ...]


class Quotient(NamedTuple):
    """比: a count over another one of the same report; what is counted need not be counted below.

    So it may pass a hundred.
    """

    name: str
    word: str
    counts: str
    over: str


class Averaged(NamedTuple):
    """平均: mean and median of the ``amount`` of those rows of ``population`` that ``counts``."""

    name: str
    word: str
    population: Population
    counts: ColumnElement[bool]
    amount: ColumnElement[int]
    opens: Asked = _NO_FILTER


Figure = Measure | Total | Quotient | Averaged
