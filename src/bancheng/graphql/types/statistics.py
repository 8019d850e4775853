"""评价统计 and 工作量 as GraphQL."""

from typing import Any

from bancheng.graphql.types.shown import Shown, Words, relation, shown_type
from bancheng.projections import rating_rates, workloads


def _percent(root: Any) -> Any:
    shown: Shown = root
    return shown.row.percent


def _counts(root: Any) -> Any:
    shown: Shown = root
    return shown.all_beside(shown.row.counts)


Rate: Any = shown_type(
    rating_rates.Rate,
    Words(
        name="Rate",
        description="比率: 分子与分母均可按所述筛选条件在台账中逐件列出。",
        fields={"numerator": "分子", "denominator": "分母"},
    ),
    {"percent": relation(_percent, float | None, "百分数,两位小数;分母为零则为空。")},
)
RatingCount: Any = shown_type(
    rating_rates.RatingCount,
    Words(
        name="RatingCount",
        description="评价计数: 一种来源、一个等级的评价。",
        fields={
            "origin": "评价来源",
            "level": "评价等级",
            "count": "评价数,含剔除的",
            "excluded": "其中剔除的",
        },
    ),
)
RatingRates: Any = shown_type(
    rating_rates.RatingRates,
    Words(
        name="RatingRates",
        description="评价统计: 期间内的评价及各率。",
        fields={
            "good": "好评率: 群众主动评价(不含剔除的)中基本满意及以上的。"
            "逐件: ratings 筛选 own: true,分子另加 bad: false",
            "voluntary": "主动评价率: 期间内送达的办件(子件随主题件)中有群众主动评价的。"
            "逐件: cases 筛选送达时间、isChild: false,分子另加 rated: true",
            "rectified": "差评整改率: 群众主动差评(不含剔除的)中按期整改或经核实无需整改的。"
            "逐件: ratings 筛选 own: true、bad: true,分子另加 settled: true",
        },
    ),
    {"counts": relation(_counts, list[RatingCount], "全部评价,按来源与等级计数。")},
)
WorkloadGroup: Any = shown_type(
    workloads.WorkloadRow,
    Words(
        name="WorkloadGroup",
        description="工作量: 一组的办理次数;系统自动的不计。",
        fields={
            "day": "日期",
            "unit": "承办单位编码",
            "window": "窗口编号",
            "source": "办件来源",
            "actor_unit": "经办人单位编码",
            "post": "经办人岗位",
            "actor_id": "经办人工号",
            "actor_name": "经办人姓名",
            "submitted": "登记数",
            "received": "收件数,含补正与容缺补齐",
            "accepted": "受理数",
            "decided": "办结数,已撤回的决定与其后终止、作废的办件不计",
            "delivered": "送达数",
            "extended": "延时服务数: 以上各项中窗口人员在正常办公时段之外当面办理的",
        },
    ),
)
