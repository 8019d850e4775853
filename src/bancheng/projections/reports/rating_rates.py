"""评价统计: what ratings come to. Rates count what citizens gave of their own, and nothing else.

Whatever else there is (assisted, by default, imported, excluded) stays visible as a count of its
origin (`ORIGINS`).
"""

from datetime import date

from sqlalchemy import true

from bancheng.domain.case.terms import RatingOrigin, RatingState
from bancheng.domain.rating_levels import RatingLevel
from bancheng.projections.cases.cases import IS_CHILD, RATED_BY_CITIZEN
from bancheng.projections.cases.ratings import BAD, OWN, SETTLED, rating
from bancheng.projections.cases.row import case
from bancheng.projections.reports.declared import Dimension, Happened, Measure, Population
from bancheng.projections.reports.report import Report
from bancheng.projections.sight import AT_WORK

_DAYS_MAX = 366
_RATED = Population(
    rating.join(case, case.c.case_id == rating.c.case_id),
    Happened(rating.c.rated_at, "rated"), true(), ledger="ratings",
)  # fmt: skip
# A child is delivered and rated with its theme.
_DELIVERED = Population(
    case, Happened(case.c.delivered_at, "delivered"), ~IS_CHILD,
    ledger="cases", opens={"is_child": False},
)  # fmt: skip
_OF_CASES = (
    Dimension("unit", str, "承办单位编码", case.c.unit, ("unit", "承办单位"),
              asked=True, is_unit=True),
    Dimension("item_code", str, "事项实施编码", case.c.item_code, ("item", "事项"), asked=True),
)  # fmt: skip

RATING_COUNTS = Report(
    "rating_counts",
    "评价计数",
    definition="1",
    since=date(2026, 11, 30),
    row_name="RatingCounts",
    scope_name="RatingCountScope",
    told="一组的评价数,不论来源",
    dimensions=(
        *_OF_CASES,
        Dimension("origin", RatingOrigin, "评价来源", rating.c.origin, ("origin", "评价来源"),
                  asked=True),
        Dimension("level", RatingLevel, "评价等级", rating.c.level, ("level", "评价等级"),
                  asked=True, descending=True, filter="levels"),
    ),
    measures=(
        Measure("ratings", "评价数,含剔除的", _RATED, true()),
        Measure("excluded", "其中剔除的", _RATED, rating.c.state == RatingState.EXCLUDED,
                opens={"states": (RatingState.EXCLUDED,)}),
    ),
    seen_by=AT_WORK,
    bound_by="unit",
    days_max=_DAYS_MAX,
)  # fmt: skip
RATING_RATES = Report(
    "rating_rates",
    "评价统计",
    definition="1",
    since=date(2026, 11, 30),
    row_name="RatingRates",
    scope_name="RateScope",
    told="一组在期间内的评价各率",
    dimensions=_OF_CASES,
    measures=(
        Measure("good", "好评率: 群众主动评价(不含剔除的)中基本满意及以上的", _RATED,
                OWN & ~BAD, OWN, opens={"bad": False}, opens_of={"own": True}),
        Measure("voluntary", "主动评价率: 期间内送达的办件(子件随主题件)中有群众主动评价的",
                _DELIVERED, RATED_BY_CITIZEN, true(), opens={"rated": True}),
        Measure("rectified", "差评整改率: 群众主动差评(不含剔除的)中按期整改或经核实无需整改的",
                _RATED, OWN & BAD & SETTLED, OWN & BAD,
                opens={"settled": True}, opens_of={"own": True, "bad": True}),
    ),
    seen_by=AT_WORK,
    bound_by="unit",
    days_max=_DAYS_MAX,
)  # fmt: skip
