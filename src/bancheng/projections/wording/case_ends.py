"""办件办理与办结的叙述: limits, special procedures, hearings, the decision and how a case ends."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.case.charges import ChargeWaived, FeeCharged, FeePaid
from bancheng.domain.case.cross_region import LegReceived, LegSent
from bancheng.domain.case.deadline import (
    CaseExtensionDenied,
    CaseExtensionGranted,
    CaseExtensionLapsed,
    CaseExtensionRequested,
)
from bancheng.domain.case.decide import CaseDecided
from bancheng.domain.case.forward import CaseForwarded
from bancheng.domain.case.hearing_course import HearingHeld, HearingSet
from bancheng.domain.case.hearing_right import HearingRequested, HearingRightTold, HearingWaived
from bancheng.domain.case.procedure import SpecialProcedureEnded, SpecialProcedureStarted
from bancheng.domain.case.recall import DecisionRecalled
from bancheng.domain.case.renewal import CaseDeemedRenewed
from bancheng.domain.case.supervise import (
    ApprovalReviewed,
    CaseArchived,
    CaseDeemedWithdrawn,
    CaseTerminated,
    CaseVoided,
    CaseWithdrawn,
)
from bancheng.domain.events import Event
from bancheng.projections.wording.wording import Part, Saying, says

_JUDGED: Final = "[;时限结论: {verdicts}]"

SAYINGS: Final[Mapping[type[Event], Saying]] = {
    CaseExtensionRequested: says("申请延长办理期限", reason="reason"),
    CaseExtensionGranted: says("准予延长办理期限: {dues}", reason="ruling", was=("dues",)),
    CaseExtensionDenied: says("不同意延长办理期限", reason="ruling"),
    CaseExtensionLapsed: says("延长申请未及批复,随本件办结而终结"),
    SpecialProcedureStarted: says(
        "开始特别程序「{name}」,限 {due}结束[,所需时间不计入办理期限,改定为: {dues}]",
        was=("dues",),
        parts={"name": Part("特别程序"), "due": Part("特别程序期限")},
    ),
    SpecialProcedureEnded: says(
        "结束特别程序「{procedure}」[,办理期限改定为: {dues}]", reason="finding", was=("dues",)
    ),
    HearingRightTold: says("告知听证权利(告知书 {notice_no}),限 {due}提出"),
    HearingRequested: says("收到听证申请 {request_no},由 {unit} 组织[,限 {due}举行]"),
    HearingWaived: says("收到放弃听证的声明 {statement_no}"),
    HearingSet: says("通知于 {at} 在 {place}举行听证(通知书 {notice_no})[,公告 {announcement_no}]"),
    HearingHeld: says("举行听证(笔录 {record_no}),{signatures} 人签名"),
    FeeCharged: says("通知缴费{charge} {amount_fen}(缴款通知 {bill_no})"),
    FeePaid: says("收讫{charge} {amount_fen}(票据 {receipt_no})"),
    ChargeWaived: says("减免或撤销{charge} {amount_fen}", reason="reason"),
    LegSent: says("将「{content}」转送 {counterpart}[,单号 {tracking_no}]"),
    LegReceived: says("收到 {counterpart} 送来的「{content}」[,单号 {tracking_no}]"),
    CaseDecided: says(
        f"作出决定「{{outcome}}」(文书 {{document_no}})[,限 {{deliver_due}}送达]{_JUDGED}",
        reason="reason",
    ),
    DecisionRecalled: says("撤回决定,各项时限续计: {dues}", reason="reason", was=("dues",)),
    CaseDeemedRenewed: says(
        f"至原许可届满({{due}})未作决定,依法视为准予延续[,限 {{deliver_due}}送达]{_JUDGED}"
    ),
    CaseDeemedWithdrawn: says(
        f"申请人未在期限内补正({{due}}),本件视为撤回[,所缺材料: {{missing}}]{_JUDGED}"
    ),
    CaseForwarded: says(
        f"审查后上报 {{organ}} 决定(文书 {{document_no}}),以{{told}}告知申请人{_JUDGED}"
    ),
    CaseWithdrawn: says(
        f"按申请人 {{signed_on}} 的申请书 {{request_no}} 撤回申请{_JUDGED}", reason="reason"
    ),
    CaseTerminated: says(f"异常终止本件{_JUDGED}", reason="reason"),
    CaseVoided: says(f"作废本件{_JUDGED}", reason="reason"),
    CaseArchived: says("将本件归档(档案 {archive_no})"),
    ApprovalReviewed: says("批后复审[{passed}通过][{!passed}不通过]", reason="conclusion"),
}
