"""评价统计: what ratings come to. Rates count what citizens gave of their own, and nothing else.

Whatever else there is (assisted, by default, imported, excluded) stays visible as a count. A rate
is a numerator and a denominator, and the filters of the ledgers list both of them.
"""

from datetime import timedelta
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from bancheng.domain.case.terms import RatingLevel, RatingOrigin, RatingState
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.projections.case_table import case
from bancheng.projections.cases import RATED_BY_CITIZEN
from bancheng.projections.paging import before, equals, since
from bancheng.projections.rating_ledger import BAD, OWN, SETTLED, rating
from bancheng.projections.windows import Period

DAYS_MAX: Final = 366


class RateScope(Period, frozen=True, kw_only=True):
    """评价统计范围: a period, and perhaps one unit's cases or one item's."""

    unit: str | None = None
    item_code: str | None = None


class RatingCount(msgspec.Struct, frozen=True, kw_only=True):
    """评价计数: ratings of one level and origin; ``excluded`` of them count in no rate."""

    origin: RatingOrigin
    level: RatingLevel
    count: int
    excluded: int


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """比率: ``numerator`` of ``denominator``; none of nothing is no rate."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> float | None:
        """The rate in hundredths, to two places."""
        if self.denominator == 0:
            return None
        return round(100 * self.numerator / self.denominator, 2)


class RatingRates(msgspec.Struct, frozen=True, kw_only=True):
    """评价统计: counts of the ratings given in the period, and the rates by their definitions.

    ``good`` 好评率: levels 3 to 5 of what citizens gave of their own. ``voluntary`` 主动评价率:
    cases delivered in the period that a citizen rated of their own. ``rectified`` 差评整改率: bad
    ratings of that kind that were rectified before their date, or found to need nothing. The
    ledgers list them by the filters that the schema names with each rate.
    """

    counts: tuple[RatingCount, ...]
    good: Rate
    voluntary: Rate
    rectified: Rate


_RATED_IN = since(rating.c.rated_at, "since") & before(rating.c.rated_at, "until")
_DELIVERED_IN = and_(
    since(case.c.delivered_at, "since"),
    before(case.c.delivered_at, "until"),
    case.c.theme_id.is_(None),  # a child is delivered and rated with its theme
)
_EXCLUDED = rating.c.state == RatingState.EXCLUDED


S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


_BY_LEVEL = (
    select(rating.c.origin, rating.c.level, func.count(), _count(_EXCLUDED))
    .select_from(rating.join(case, case.c.case_id == rating.c.case_id))
    .where(_RATED_IN)
    .group_by(rating.c.origin, rating.c.level)
    .order_by(rating.c.origin, rating.c.level.desc())
)
_OF_RATINGS = (
    select(_count(OWN & ~BAD), _count(OWN), _count(OWN & BAD & SETTLED), _count(OWN & BAD))
    .select_from(rating.join(case, case.c.case_id == rating.c.case_id))
    .where(_RATED_IN)
)
_OF_DELIVERED = select(_count(RATED_BY_CITIZEN), func.count()).where(_DELIVERED_IN)


def rating_rates(connection: Connection, scope: RateScope, calendar: Calendar) -> RatingRates:
    """The counts and the rates of the period."""
    days = scope.days(DAYS_MAX)
    values = asdict(scope) | {
        "since": calendar.start_of(days[0]),
        "until": calendar.start_of(days[-1] + timedelta(days=1)),
    }
    by_level = connection.execute(_of_cases(_BY_LEVEL, scope), values).all()
    good, own, settled, bad = connection.execute(_of_cases(_OF_RATINGS, scope), values).one()
    rated, delivered = connection.execute(_of_cases(_OF_DELIVERED, scope), values).one()
    return RatingRates(
        counts=tuple(
            RatingCount(origin=origin, level=level, count=count, excluded=excluded)
            for origin, level, count, excluded in by_level
        ),
        good=Rate(numerator=good, denominator=own),
        voluntary=Rate(numerator=rated, denominator=delivered),
        rectified=Rate(numerator=settled, denominator=bad),
    )


def _of_cases(statement: S, scope: RateScope) -> S:
    for name, column in (("unit", case.c.unit), ("item_code", case.c.item_code)):
        if getattr(scope, name) is not None:
            statement = statement.where(equals(column, name))
    return statement
