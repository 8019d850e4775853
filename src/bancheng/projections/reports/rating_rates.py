"""评价统计: what ratings come to. Rates count what citizens gave of their own, and nothing else.

Whatever else there is (assisted, by default, imported, excluded) stays visible as a count. A rate
is a numerator and a denominator, and the filters of the ledgers list both of them.
"""

from sqlalchemy import true

from bancheng.domain.case.terms import RatingLevel, RatingOrigin, RatingState
from bancheng.projections.cases.cases import IS_CHILD, RATED_BY_CITIZEN
from bancheng.projections.cases.ratings import BAD, OWN, SETTLED, rating
from bancheng.projections.cases.row import case
from bancheng.projections.reports.report import Dimension, Measure, Population, Report
from bancheng.projections.sight import AT_WORK

_DAYS_MAX = 366
_RATED = Population(
    rating.join(case, case.c.case_id == rating.c.case_id), rating.c.rated_at, true()
)
# A child is delivered and rated with its theme.
_DELIVERED = Population(case, case.c.delivered_at, ~IS_CHILD)
_OF_CASES = (
    Dimension("unit", str, "承办单位编码", case.c.unit, asked=True, is_unit=True),
    Dimension("item_code", str, "事项实施编码", case.c.item_code, asked=True),
)

COUNTS = Report(
    "rating_counts",
    "评价计数",
    definition="1",
    row_name="RatingCount",
    scope_name="RatingCountScope",
    told="一种来源、一个等级的评价",
    dimensions=(
        *_OF_CASES,
        Dimension(
            "origin", RatingOrigin, "评价来源", rating.c.origin, ("origin", "评价来源"), given=True
        ),
        Dimension(
            "level",
            RatingLevel,
            "评价等级",
            rating.c.level,
            ("level", "评价等级"),
            given=True,
            descending=True,
        ),
    ),
    measures=(
        Measure("count", "评价数,含剔除的", _RATED, true()),
        Measure("excluded", "其中剔除的", _RATED, rating.c.state == RatingState.EXCLUDED),
    ),
    seen_by=AT_WORK,
    bound_by="unit",
    days_max=_DAYS_MAX,
)
RATING_RATES = Report(
    "rating_rates",
    "评价统计",
    definition="1",
    row_name="RatingRates",
    scope_name="RateScope",
    told="期间内的评价及各率",
    dimensions=_OF_CASES,
    measures=(
        Measure(
            "good",
            "好评率: 群众主动评价(不含剔除的)中基本满意及以上的。"
            "逐件: ratings 筛选 own: true,分子另加 bad: false",
            _RATED,
            OWN & ~BAD,
            OWN,
        ),
        Measure(
            "voluntary",
            "主动评价率: 期间内送达的办件(子件随主题件)中有群众主动评价的。"
            "逐件: cases 筛选送达时间、isChild: false,分子另加 rated: true",
            _DELIVERED,
            RATED_BY_CITIZEN,
            true(),
        ),
        Measure(
            "rectified",
            "差评整改率: 群众主动差评(不含剔除的)中按期整改或经核实无需整改的。"
            "逐件: ratings 筛选 own: true、bad: true,分子另加 settled: true",
            _RATED,
            OWN & BAD & SETTLED,
            OWN & BAD,
        ),
    ),
    seen_by=AT_WORK,
    bound_by="unit",
    days_max=_DAYS_MAX,
    within={"counts": ("全部评价,按来源与等级计数", COUNTS)},
)
