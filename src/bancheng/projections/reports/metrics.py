"""指标目录: the metrics that halls publish, each as a figure of a report, and whose formula it is.

A metric is data: its words and its definition are those of the figure, and a definition that comes
to mean something else has another version (docs/metrics.md has the words of the one in force).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, NamedTuple

import msgspec

from bancheng.domain.limit_kinds import LimitKind
from bancheng.projections.ledger.fields import Word, unseen
from bancheng.projections.reports.call_back_rates import CALL_BACK_RATES
from bancheng.projections.reports.case_rates import CASE_RATES
from bancheng.projections.reports.declared import Averaged, Figure, Measure, Quotient, Total
from bancheng.projections.reports.on_time_rates import ON_TIME_RATES
from bancheng.projections.reports.rating_rates import RATING_RATES
from bancheng.projections.reports.report import Report
from bancheng.projections.reports.speed_rates import SPEED_RATES
from bancheng.projections.reports.ticket_rates import TICKET_RATES
from bancheng.projections.reports.work_order_rates import WORK_ORDER_RATES
from bancheng.projections.reports.workload import WORKLOAD

OWN = "口径自拟: 名称见于公开资料,公式未见"
_NO_SCOPE: Mapping[str, Any] = {}


class Metric(NamedTuple):
    """指标: the ``figure`` of ``report``, of what ``scope`` says, by the name that halls give it.

    ``basis`` is where the formula was published, or says that it is ours.
    """

    code: str
    term: str
    report: Report
    figure: str
    basis: str = OWN
    scope: Mapping[str, Any] = _NO_SCOPE


class MetricRow(msgspec.Struct, frozen=True, kw_only=True):
    """指标定义: what a metric is called, what is counted, by which version, on whose authority."""

    code: Annotated[str, Word("指标代码")]
    term: Annotated[str, Word("指标名称")]
    formula: Annotated[str, Word("口径: 计什么,占什么")]
    kind: Annotated[str, Word("数值种类: 计数、比率、比值或平均")]
    report: Annotated[str, unseen]
    figure: Annotated[str, unseen]
    scope: Annotated[dict[str, Any], unseen]
    dimensions: Annotated[tuple[str, ...], Word("可用的统计口径")]
    basis: Annotated[str, Word("依据")]
    definition: Annotated[str, Word("口径版本")]
    effective_from: Annotated[date, Word("口径自何日起")]


def _of(kind: LimitKind) -> Mapping[str, Any]:
    return {"kind": kind}


METRICS = (
    Metric("tickets_handled", "办不成事工单总量", TICKET_RATES, "handled",
           "连云港12345月报: 新增加结转"),
    Metric("response_rate", "响应率", ON_TIME_RATES, "on_time", scope=_of(LimitKind.RESPOND)),
    Metric("sign_in_rate", "及时签收率", ON_TIME_RATES, "on_time", "连云港12345通报",
           _of(LimitKind.SIGN_IN)),
    Metric("on_time_rate", "按时办结率", ON_TIME_RATES, "on_time", "连云港12345通报: 占应办结的",
           _of(LimitKind.RESOLVE)),
    Metric("answer_rate", "按时答复率", ON_TIME_RATES, "on_time", scope=_of(LimitKind.ANSWER)),
    Metric("closing_rate", "结案率", TICKET_RATES, "closing", "宁国12345月表: 办结占交办"),
    Metric("return_rate", "退单率", TICKET_RATES, "returned"),
    Metric("rework_rate", "重办率", TICKET_RATES, "reworked"),
    Metric("repeat_rate", "重复投诉率", TICKET_RATES, "repeated"),
    Metric("first_time_rate", "一次办结率", TICKET_RATES, "once"),
    Metric("resolution_rate", "解决率", CALL_BACK_RATES, "solved"),
    Metric("satisfaction_rate", "满意率", CALL_BACK_RATES, "satisfied"),
    Metric("reach_rate", "回访接通率", CALL_BACK_RATES, "reached"),
    Metric("call_back_rate", "按时回访率", ON_TIME_RATES, "on_time",
           scope=_of(LimitKind.CALL_BACK)),
    Metric("order_return_rate", "派单退单率", WORK_ORDER_RATES, "returned"),
    Metric("order_rework_rate", "派单重办率", WORK_ORDER_RATES, "reworked"),
    Metric("cases_handled", "办件总量", CASE_RATES, "handled", "参照连云港12345月报: 新增加结转"),
    Metric("finishing_rate", "办结率", CASE_RATES, "finishing", "湖南省电子监察系统: 办结比受理"),
    Metric("statutory_rate", "法定按时办结率", ON_TIME_RATES, "on_time",
           scope=_of(LimitKind.STATUTORY)),
    Metric("promised_rate", "承诺按时办结率", ON_TIME_RATES, "on_time",
           scope=_of(LimitKind.PROMISED)),
    Metric("early_rate", "提前办结率", CASE_RATES, "early", "平潭综合审批系统: 占办结的承诺件"),
    Metric("overdue_rate", "超期办结率", CASE_RATES, "late", "平潭综合审批系统: 逾期占办结"),
    Metric("working_days", "平均办结用时", CASE_RATES, "working_days",
           "防城港政务服务月报: 承诺件平均工作日"),
    Metric("compression_rate", "承诺时限压缩率", SPEED_RATES, "promised"),
    Metric("speed_up_rate", "提速率", SPEED_RATES, "actual"),
    Metric("instant_share", "即办件占比", CASE_RATES, "instant",
           "防城港政务服务月报: 占办结的办件"),
    Metric("online_rate", "网办率", CASE_RATES, "online"),
    Metric("extended_hours", "延时服务办件量", WORKLOAD, "extended"),
    Metric("good_rate", "好评率", RATING_RATES, "good", "国办发〔2019〕51号: 基本满意及以上为好评"),
    Metric("voluntary_rate", "主动评价率", RATING_RATES, "voluntary"),
    Metric("rectified_rate", "差评整改率", RATING_RATES, "rectified"),
)  # fmt: skip


def metric_rows() -> Iterator[MetricRow]:
    """The catalogue, in its order."""
    for one in METRICS:
        figure = next(found for found in one.report.measures if found.name == one.figure)
        yield MetricRow(
            code=one.code,
            term=one.term,
            formula=figure.word,
            kind=kind_of(figure),
            report=one.report.name,
            figure=one.figure,
            scope=dict(one.scope),
            dimensions=tuple(dict.fromkeys(d.by[1] for d in one.report.dimensions if d.by)),
            basis=one.basis,
            definition=one.report.definition,
            effective_from=one.report.since,
        )


def kind_of(figure: Figure) -> str:
    """What people call a figure of this kind."""
    match figure:
        case Averaged():
            return "平均"
        case Quotient() | Measure(sums=True):
            return "比值"
        case Total() | Measure(of=None):
            return "计数"
    return "比率"
