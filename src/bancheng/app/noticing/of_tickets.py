"""办不成事工单的通知: what is told of each event of a ticket, and of warnings.

A new event is told of by a line. A unit reads its order and the time it has, never who reported
what; a reporter reads their number and how far it is, never a text of theirs.
"""

from collections.abc import Mapping
from typing import Any, Final

from bancheng.app.noticing.drafts import Template, to_citizen, to_post, to_unit
from bancheng.app.noticing.texts import File
from bancheng.domain.complaint import (
    analyse,
    answer,
    deadline,
    discover,
    dispatch,
    ending,
    escalate,
    meeting,
    merging,
    on_the_spot,
    regrade,
    regroup,
    repeating,
    returns,
    supervise,
    suspend,
    verify,
)
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.events import Event
from bancheng.domain.people import Role

_YOURS: Final = "您反映的事项(编号 {number})"
_MEETING: Final = "办不成事工单 {number} 的会议 {meeting} "
_ORDER: Final = "办不成事工单 {number} 的派单 {order}"


def _leader(file: File) -> tuple[str, ...]:
    """The unit that leads, to which the others report (BJJS 14); nobody reports to itself."""
    lead = file.state.lead_order if isinstance(file.state, Ticket) else None
    return () if lead is None or lead.unit == file.unit() else (lead.unit,)


def _former(file: File) -> tuple[str, ...]:
    """The unit that led until now; not one that has both orders, which is told already."""
    orders = file.state.orders if isinstance(file.state, Ticket) else {}
    former = orders[file.said("former")].unit
    return () if former == file.unit() else (former,)


def _leads(event: dispatch.WorkOrderDispatched, _: Any) -> bool:
    return event.lead


def _sets(event: meeting.MeetingHeld, _: Any) -> bool:
    return event.unit is not None


def _in_vain(event: verify.CallBackRecorded, _: Any) -> bool:
    return not event.call.reached


def _brings_nothing_new(event: repeating.RepeatRegistered, _: Any) -> bool:
    return not event.new_facts


def _is_published(event: merging.MergedAnswered, _: Any) -> bool:
    return event.to_publish


def _is_told(event: merging.MergedAnswered, _: Any) -> bool:
    return not event.to_publish


OF_TICKETS: Final[Mapping[type[Event], tuple[Template, ...]]] = {
    discover.TicketReported: (
        to_citizen(
            "您反映的事项已登记,编号 {number},查询码 {query_code}[,最迟 {accept_by}告知是否受理]。",
            by_phone=False,  # who registers it says so
        ),
        to_post("新登记办不成事工单 {number}[,受理期限 {accept_by}]。", Role.HANDLER),
    ),
    discover.TicketAccepted: (to_citizen(_YOURS + "已受理[,最迟 {answer_by}前答复]。"),),
    discover.TicketRefused: (
        to_citizen(_YOURS + "不予受理,情形为「{reason}」。理由和救济途径可凭编号到窗口查询。"),
    ),
    discover.TicketDiverted: (
        to_citizen(_YOURS + "不属于本厅办理,已分流至「{target}」[,由{organ}接办]。"),
    ),
    ending.TicketWithdrawn: (
        to_citizen(_YOURS + "已按您的意愿撤回。并非您本人意愿的,请联系我们。"),
    ),
    repeating.RepeatRegistered: (
        to_citizen(
            _YOURS + "此前已经答复,没有新的事实和理由的不再重新办理,原办理结果可凭编号到窗口查询。",
            only=_brings_nothing_new,
        ),
    ),
    merging.TicketMerged: (
        to_citizen(
            _YOURS + "与先前反映的同一事项一并办理,办理进展可凭编号到窗口查询,办结后一并答复您。"
        ),
    ),
    merging.MergeUndone: (
        to_citizen(_YOURS + "改为单独办理[,最迟 {answer_by}前答复]。"),
        to_post("办不成事工单 {number} 已撤销并件,请办理。", Role.HANDLER),
    ),
    merging.MergedSupplemented: (
        to_post("并入办不成事工单 {number} 的一件有补充反映,请一并办理。", Role.HANDLER),
    ),
    merging.MergedAnswered: (
        to_citizen(
            _YOURS + "已随同一事项办理[,结果为「{outcome}」],可凭编号到窗口查询。", only=_is_told
        ),
        to_post(
            "匿名的办不成事工单 {number} 已随主件办理,请公布答复。",
            Role.HANDLER,
            only=_is_published,
        ),
    ),
    ending.WorkOrderDropped: (to_unit(_ORDER + " 已随件终结,贵单位不再办理。"),),
    ending.TerminationRequested: (
        to_post("{unit}就" + _ORDER + " 申请终止,请审批。", Role.HANDLER),
    ),
    ending.TerminationDenied: (to_unit(_ORDER + " 的终止申请未予同意,请继续办理。"),),
    ending.TicketTerminated: (
        to_citizen(_YOURS + "经批准终止办理,理由和救济途径可凭编号到窗口查询。"),
    ),
    analyse.InquiryAnswered: (
        to_citizen("您咨询的事项(编号 {number})已答复,可凭编号到窗口查询。", by_phone=False),
    ),
    on_the_spot.TicketSettledOnTheSpot: (
        to_citizen(_YOURS + "已当场办理,结果为「{outcome}」,我们将对您回访。", by_phone=False),
    ),
    dispatch.WorkOrderDispatched: (
        to_citizen(_YOURS + "已转{unit}办理,办理期限 {due}。", only=_leads),
        to_unit("新派单: " + _ORDER + ",办理期限 {due}[,请于 {sign_in_by}前签收]。", urgent=True),
    ),
    regroup.LeadChanged: (
        to_citizen(_YOURS + "改由{unit}主办,办理期限 {due}。"),
        to_unit(_ORDER + " 已调整为主办,期限 {due}不变,请牵头办理。", urgent=True),
        to_unit("办不成事工单 {number} 已改由{unit}主办,贵单位改为协办。", units=_former),
    ),
    dispatch.WorkOrderReassigned: (to_unit(_ORDER + " 已改派其他单位,贵单位不再办理。"),),
    returns.WorkOrderReturned: (to_post("{unit}退回" + _ORDER + ",请裁定。", Role.HANDLER),),
    returns.ReturnRejected: (to_unit(_ORDER + " 的退单未予同意,请继续办理。", urgent=True),),
    returns.ReturnUpheld: (to_unit(_ORDER + " 的退单已同意。"),),
    returns.WorkOrderEnded: (to_unit(_ORDER + " 已终结,贵单位不再办理。"),),
    deadline.ExtensionRequested: (
        to_post("{unit}申请延长" + _ORDER + " 的办理期限,请审批。", Role.HANDLER),
    ),
    deadline.ExtensionGranted: (
        to_citizen(_YOURS + "经批准延长办理期限至 {due},延期理由可凭编号到窗口查询。"),
        to_unit(_ORDER + " 已准予延期,新的期限 {due}。"),
    ),
    deadline.ExtensionDenied: (to_unit(_ORDER + " 的延期申请未予批准,期限不变。"),),
    deadline.ResultSubmitted: (
        to_citizen(_YOURS + "已由{unit}反馈办理结果「{outcome}」,我们将对您回访核实。"),
        to_post("{unit}已反馈" + _ORDER + " 的办理结果,请核查。", Role.VERIFIER),
        to_unit("协办单位{unit}已反馈" + _ORDER + ",结果「{outcome}」。", units=_leader),
    ),
    deadline.ProgressNoted: (
        to_unit("协办单位{unit}报告了" + _ORDER + " 的进展。", units=_leader),
    ),
    regrade.RegradeRequested: (
        to_post("办不成事工单 {number} 申请重新定级,请审批。", Role.SUPERVISOR),
    ),
    suspend.SuspensionRequested: (to_post("{unit}申请挂起" + _ORDER + ",请审批。", Role.HANDLER),),
    suspend.WorkOrderSuspended: (
        to_citizen(_YOURS + "目前尚不具备解决条件,暂停办理,恢复后期限至 {due}。"),
        to_unit(_ORDER + " 已挂起,恢复后期限 {due}。"),
    ),
    suspend.SuspensionDenied: (to_unit(_ORDER + " 的挂起申请未予同意,期限不变。"),),
    suspend.WorkOrderResumed: (
        to_citizen(_YOURS + "已恢复办理,办理期限 {due}。"),
        to_unit(_ORDER + " 已恢复办理,期限 {due}。", urgent=True),
    ),
    verify.CallBackRecorded: (
        to_citizen(
            _YOURS + "已办理,我们的回访电话未能接通,将再次联系您;您也可凭编号到窗口反馈。",
            by_phone=False,
            only=_in_vain,
        ),
    ),
    answer.ReporterAnswered: (
        to_citizen(_YOURS + "的办理结果已以{way}方式答复您。未收到的,请联系我们。", by_phone=False),
    ),
    verify.VerificationPassed: (to_citizen(_YOURS + "经核查已办理完毕。", by_phone=False),),
    verify.ReworkOrdered: (
        to_citizen(_YOURS + "经核查尚未办好,已责成{unit}重新办理,期限 {due}。"),
        to_unit(_ORDER + " 核查未通过,须重新办理,期限 {due}。", urgent=True),
    ),
    supervise.TicketReopened: (
        to_citizen(_YOURS + "已重新启动办理[,最迟 {answer_by}前答复]。"),
        to_post("办不成事工单 {number} 已重启,请办理。", Role.HANDLER),
    ),
    meeting.MeetingConvened: (
        to_unit(
            _MEETING + "请派员参加{level}: {meets_at},{place}。", units=File.named, urgent=True
        ),
    ),
    meeting.MeetingCancelled: (to_unit(_MEETING + "已取消。", units=File.named, urgent=True),),
    meeting.MeetingHeld: (
        to_unit(_MEETING + "明确由贵单位落实有关事项,期限 {follow_up_by}。", only=_sets),
    ),
    meeting.MeetingFollowedUp: (to_post(_MEETING + "的事项已落实。", Role.HANDLER),),
    escalate.TicketEscalated: (
        to_post("办不成事工单 {number} 已提级督办({cause})。", Role.SUPERVISOR, urgent=True),
    ),
}
