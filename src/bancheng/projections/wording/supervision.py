"""督促的叙述: what is demanded of units on any matter, and how they answer."""

from collections.abc import Mapping
from typing import Any, Final

from bancheng.domain.complaint.supervised_before import (
    SupervisionOrderAnswered,
    SupervisionOrderIssued,
    WorkOrderUrged,
)
from bancheng.domain.events import Event
from bancheng.domain.supervision.events import (
    AnswerExtended,
    MeasureAnswered,
    MeasureClosed,
    MeasureDeclined,
    MeasureProposed,
    MeasureTaken,
)
from bancheng.projections.wording.readers import term
from bancheng.projections.wording.wording import Part, Saying, says


def _of_measure(said: str, reason: str, **shape: Any) -> Saying:
    return says(said, reason=reason, of="measure_id", **shape)


SAYINGS: Final[Mapping[type[Event], Saying]] = {
    MeasureTaken: says(
        "对 {unit} {rung}(编号 {measure_id}[,{colour}][,派单 {order_id}]),"
        "事由为「{ground}」[,应于 {climb}升至此级][,限 {answer_due}反馈]",
        reason="demand",
        unit="unit",
        opens="measure_id",
        parts={
            "ground": Part("督促事由", term("supervision_grounds")),
            "answer_due": Part("反馈期限"),
            "rung": Part("督促措施"),
            "climb": Part("阶梯应升时间"),
        },
    ),
    MeasureProposed: says(
        "拟对 {unit} {rung}(编号 {measure_id}[,派单 {order_id}]),事由为「{ground}」,"
        "应于 {climb}升至此级,待签发",
        parts={
            "ground": Part("督促事由", term("supervision_grounds")),
            "rung": Part("督促措施"),
            "climb": Part("阶梯应升时间"),
        },
    ),
    MeasureDeclined: says("不予督促 {measure_id}", reason="reason"),
    MeasureAnswered: _of_measure("反馈督促 {measure_id},{verdict}", "answer"),
    AnswerExtended: _of_measure(
        "准予[ {whose} ]延期反馈督促 {measure_id},改限 {due}反馈", "ruling", was=("due",)
    ),
    MeasureClosed: _of_measure("了结[对 {whose} 的]督促 {measure_id}", "ruling"),
    WorkOrderUrged: says("催办[ {whose} 的]派单 {order_id}", reason="demand", of="order_id"),
    SupervisionOrderIssued: says(
        "向 {unit} 发出督办单 {supervision_order_id}({colour}),限 {feedback_due}反馈",
        reason="demand",
        unit="unit",
        opens="supervision_order_id",
    ),
    SupervisionOrderAnswered: says(
        "反馈督办单 {supervision_order_id}", reason="answer", of="supervision_order_id"
    ),
}
