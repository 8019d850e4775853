"""What a figure of a report is, and the rows that it counts, as filters that list them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from strawberry.scalars import JSON

from bancheng.domain.labelled import Labelled
from bancheng.graphql.naming import lower_camel
from bancheng.graphql.types.shown import WITH_THE_ROW, relation, shown_type
from bancheng.projections.reports.figures import Average, Interval, Rate
from bancheng.projections.reports.metrics import MetricRow
from bancheng.projections.reports.opened import FigureRows


def _percent(root: Any) -> Any:
    return root.row.percent


def _is_small(root: Any) -> Any:
    return root.row.is_small


def _interval(root: Any) -> Any:
    return root.beside(root.row.interval)


def _ledger(root: Any) -> Any:
    return lower_camel(root.row.ledger)


def _figure(root: Any) -> Any:
    return lower_camel(root.row.figure)


def _filter(root: Any) -> Any:
    return {lower_camel(name): _written(value) for name, value in root.row.asked.items()}


def _report(root: Any) -> Any:
    return lower_camel(root.row.report)


def _scope(root: Any) -> Any:
    return {lower_camel(name): _written(value) for name, value in root.row.scope.items()}


def _written(value: Any) -> Any:
    """``value`` as it is filled in as a variable."""
    if isinstance(value, Labelled):
        return value.name
    if isinstance(value, datetime | date):
        return value.isoformat()
    return [_written(one) for one in value] if isinstance(value, tuple | list) else value


def _of_all(resolver: Any, returns: Any, text: str) -> Any:
    return relation(resolver, returns, text, seen_by=WITH_THE_ROW)


shown_interval = shown_type(
    Interval, "Interval", "置信区间: 比率可能所在的范围(威尔逊法,百分之九十五)。"
)
_OF_RATES: Mapping[str, Any] = {
    "percent": _of_all(_percent, float | None, "百分数,两位小数;分母为零则为空。"),
    "is_small": _of_all(_is_small, bool, "是否小样本: 不足30件,不宜据以排名。"),
    "interval": _of_all(_interval, shown_interval | None, "小样本的置信区间;分母为零则为空。"),
}
# Fields of reports find these types by their rows.
shown_type(Rate, "Rate", "比率: 分子、分母及其所依据的件数。", _OF_RATES)
shown_type(Average, "Average", "平均: 平均数与中位数,及其所依据的件数。")
SHOWN_ROWS = shown_type(
    FigureRows,
    "FigureRows",
    "指标明细: 一项指标所计的记录,以其筛选条件可在台账中逐件列出。",
    {
        "figure": _of_all(_figure, str, "指标,本统计的字段名。"),
        "ledger": _of_all(_ledger, str, "台账,查询名。"),
        "filter": _of_all(_filter, JSON, "筛选条件,可原样作该台账查询的 filter。"),
    },
)
Metric = shown_type(
    MetricRow,
    "Metric",
    "指标定义: 指标的名称、口径、依据与版本;数值以所列统计的字段查询。",
    {
        "report": _of_all(_report, str, "统计,查询名。"),
        "figure": _of_all(_figure, str, "该统计的字段名。"),
        "scope": _of_all(_scope, JSON, "查询该统计时范围中须另填的条件。"),
    },
)
