"""派单的叙述: what happens to the orders of a ticket."""

from collections.abc import Mapping
from typing import Any, Final

from bancheng.domain.complaint.deadline import (
    ExtensionDenied,
    ExtensionGranted,
    ExtensionRequested,
    ProgressNoted,
    ResultSubmitted,
)
from bancheng.domain.complaint.dispatch import (
    WorkOrderDispatched,
    WorkOrderReassigned,
    WorkOrderSignedIn,
)
from bancheng.domain.complaint.ending import (
    TerminationDenied,
    TerminationRequested,
    TicketTerminated,
    WorkOrderDropped,
)
from bancheng.domain.complaint.regroup import LeadChanged
from bancheng.domain.complaint.release import TextReleased, TextWithdrawn
from bancheng.domain.complaint.returns import (
    ReturnRejected,
    ReturnUpheld,
    WorkOrderEnded,
    WorkOrderReturned,
)
from bancheng.domain.complaint.suspend import (
    SuspensionDenied,
    SuspensionRequested,
    WorkOrderResumed,
    WorkOrderSuspended,
)
from bancheng.domain.complaint.verify import ReworkOrdered
from bancheng.domain.events import Event
from bancheng.projections.wording.readers import other_order, term
from bancheng.projections.wording.wording import Part, Saying, says


def _of_order(said: str, reason: str | None = None, **shape: Any) -> Saying:
    """What is said of an order is for the unit that has it."""
    return says(said, reason=reason, of="order_id", **shape)


# A text that was taken back would stay readable in the trail of its unit.
_ON_THE_ORDER: Final = {
    "released": "派单台账只有现行的一份,收回的不再可读;历次的在事件正文中",
    "tells": "单位不由留痕得知转办内容中哪些是反映人的",
}
SAYINGS: Final[Mapping[type[Event], Saying]] = {
    WorkOrderDispatched: says(
        "[{!replaces}将派单 {order_id} 派给 {unit}([{lead}主办][{!lead}协办])]"
        "[将{replaces}改派至 {unit}(新派单 {order_id})],限 {due}办结"
        "[,限 {sign_in_due}签收][{final},指定承办、不得再退单]",
        reason="instruction",
        unit="unit",
        opens="order_id",
        parts={"due": Part("办理期限")},
        hidden=_ON_THE_ORDER,
    ),
    WorkOrderSignedIn: _of_order("签收派单 {order_id}"),
    LeadChanged: _of_order(
        "将 {unit} 的派单 {order_id} 改为主办(原主办为{former})[,{final}不得再退单],仍限 {due}办结",
        "reason",
        parts={"former": Part("原主办派单", other_order), "due": Part("办理期限")},
    ),
    TextReleased: _of_order(
        "重新放行[ {whose} 的]派单 {order_id} 的转办内容", hidden=_ON_THE_ORDER
    ),
    TextWithdrawn: _of_order("收回[ {whose} 的]派单 {order_id} 的转办内容"),
    WorkOrderReassigned: _of_order(
        "收回[ {whose} 的]派单 {order_id},由{successor}接办[,{verdict}]",
        parts={"successor": Part("接办的派单", other_order)},
    ),
    WorkOrderReturned: _of_order(
        "退回派单 {order_id},理由为「{reason}」[,限 {rule_due}裁定]",
        "explanation",
        parts={"reason": Part("退单理由", term("return_reasons"))},
    ),
    ReturnUpheld: _of_order(
        "同意退回[ {whose} 的]派单 {order_id}[,限 {reassign_due}改派][,{verdict}]", "ruling"
    ),
    ReturnRejected: _of_order("裁定维持[ {whose} 的]派单 {order_id},不同意退单", "ruling"),
    WorkOrderEnded: _of_order(
        "终结[ {whose} 的]派单 {order_id},不再要求结果[,限 {call_back_due}回访]", "reason"
    ),
    WorkOrderDropped: _of_order("使[ {whose} 的]派单 {order_id} 随件终结[,{verdict}]"),
    TerminationRequested: _of_order(
        "就派单 {order_id} 书面申请终止本件(申请 {request_no})", "reason"
    ),
    TerminationDenied: _of_order("不同意[ {whose} 就]派单 {order_id} 申请的终止", "ruling"),
    TicketTerminated: _of_order(
        "批准[ {whose} 就]派单 {order_id} 申请的终止,已告知反映人理由与救济途径",
        "ruling",
    ),
    ProgressNoted: _of_order("报告派单 {order_id} 的进展", "progress"),
    ExtensionRequested: _of_order("申请派单 {order_id} 延期", "reason"),
    ExtensionGranted: _of_order(
        "准予[ {whose} 的]派单 {order_id} 延期,改限 {due}办结", "ruling", was=("due",)
    ),
    ExtensionDenied: _of_order("不同意[ {whose} 的]派单 {order_id} 延期", "ruling"),
    SuspensionRequested: _of_order("申请挂起派单 {order_id} 至 {until}", "measures"),
    WorkOrderSuspended: _of_order(
        "挂起[ {whose} 的]派单 {order_id}({pause}),改限 {due}办结", "ruling", was=("due",)
    ),
    SuspensionDenied: _of_order("不同意挂起[ {whose} 的]派单 {order_id}", "ruling"),
    WorkOrderResumed: _of_order(
        "恢复办理[ {whose} 的]派单 {order_id},改限 {due}办结", was=("due",)
    ),
    ResultSubmitted: _of_order(
        "反馈派单 {order_id} 的结果「{outcome}」,{verdict}[,限 {call_back_due}回访]", "result"
    ),
    ReworkOrdered: _of_order(
        "将[ {whose} 的]派单 {order_id} 退回重办,限 {due}办结"
        "[{answer_set_aside};已作的答复不再作数,须重新答复]",
        "reason",
        was=("due",),
    ),
}
