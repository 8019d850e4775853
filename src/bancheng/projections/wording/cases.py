"""办件的叙述: how a case comes in, is looked at, accepted or not, and handed over."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.case.accept import CaseAccepted, CaseDeemedAccepted, GapFilled
from bancheng.domain.case.analyse import MaterialCorrected, SupplementNoticed, SupplementReceived
from bancheng.domain.case.at_window import WindowExceeded
from bancheng.domain.case.contact import ApplicantContacted, ApplicantDisclosed
from bancheng.domain.case.correct import CaseCorrected, RemarkAdded
from bancheng.domain.case.discover import CaseSubmitted, MaterialsReceived
from bancheng.domain.case.dispatch import CaseTransferred, HandOverSigned, StepFinished
from bancheng.domain.case.pre_review import CaseResubmitted, PreReviewPassed, PreReviewRejected
from bancheng.domain.case.refuse import AcceptanceRefused, RefusalDenied, RefusalReported
from bancheng.domain.case.supervise import CheckFailed
from bancheng.domain.events import Event
from bancheng.projections.wording.readers import unit
from bancheng.projections.wording.wording import Part, Saying, says
from bancheng.projections.wording.words import COUNTED_FOR

_CORRECTED: Final = (
    "applicant", "source", "window", "special_group", "agent", "mandate", "delivery",
    "delivery_address", "renewing",
)  # fmt: skip
_CAME: Final = "[,须限 {notice_due}一次性告知][,缺少材料: {missing}][,另有待收材料: {awaited}]"

SAYINGS: Final[Mapping[type[Event], Saying]] = {
    CaseSubmitted: says(
        "登记办件 {number}: {item}(来自{source})[,须限 {pre_review_due}预审]"
        "[,须限 {receive_due}收件][,须限 {notice_due}一次性告知]"
    ),
    PreReviewPassed: says("预审通过[,须限 {receive_due}收件]"),
    PreReviewRejected: says(
        "预审退回(告知书 {notice_no})[,限 {due}重新提交][,需补正: {wanted}]", reason="faults"
    ),
    CaseResubmitted: says("重新提交申请(来自{source})[,须限 {pre_review_due}预审]"),
    MaterialsReceived: says(f"收件 {{receipt_no}}{_CAME}"),
    MaterialCorrected: says(
        "当场更正材料 {code}", reason="correction", parts={"code": Part("材料编码")}
    ),
    SupplementNoticed: says(
        "一次性告知需补正的全部内容(告知书 {notice_no})[,限 {due}补正]: {wanted}"
    ),
    SupplementReceived: says(f"收到补正材料 {{receipt_no}}{_CAME}"),
    CaseAccepted: says(
        "受理本件,由 {unit} 负责,办理期限: {terms}"
        "[;容缺受理(承诺书 {gap_promise_no}): {gap}][,限 {gap_due}补齐][;起算环节 {step_begun}]"
    ),
    WindowExceeded: says(
        "上一办理超出窗口范围: 在窗口 {window},{because}", parts={"because": Part("超出原因")}
    ),
    CaseDeemedAccepted: says(
        "未在期限内告知补正,本件依法{deemed}视为受理,由 {unit} 负责,办理期限: {terms}"
        "[;仍缺材料: {gap}][;起算环节 {step_begun}]"
    ),
    GapFilled: says("收到容缺补齐的材料: {materials}[;仍缺: {missing}][{!missing},已全部补齐]"),
    ApplicantDisclosed: says(
        "为「{purpose}」调阅申请人信息: {fields}", reason="reason", hidden=COUNTED_FOR
    ),
    ApplicantContacted: says("为「{purpose}」联系申请人,{call}", reason="note"),
    RefusalReported: says(
        "报备拟对本件不予受理,事由为「{ground}」[,应向 {right_organ} 申请]", reason="reason"
    ),
    RefusalDenied: says("不同意不予受理,本件继续办理", reason="ruling"),
    AcceptanceRefused: says(
        "对本件不予受理,事由为「{ground}」[,应向 {right_organ} 申请]", reason="reason"
    ),
    CaseTransferred: says(
        "将本件材料[由 {from_unit} ]移交 {to_unit}(清单 {list_no})[,办理环节「{item_step}」]"
        "[,限 {due}办结该环节]",
        unit="to_unit",
    ),
    HandOverSigned: says("签收移交清单 {list_no}[;起算环节 {step_begun}]"),
    StepFinished: says(
        "办结环节「{name}」[,{verdict}][;起算环节 {step_begun}]",
        reason="opinion",
        parts={"name": Part("环节")},
    ),
    CaseCorrected: says(
        "更正办件登记内容[: 来源改为{source}][;窗口改为 {window}][;领取方式改为{delivery}]"
        "[;{renewing}][;须限 {renewal_due}作出延续决定]",
        reason="reason",
        was=_CORRECTED,
        hidden={"corrected": "每个更正的栏目各列一行"},
    ),
    RemarkAdded: says("补充说明", reason="remark"),
    CheckFailed: says(
        "校验发现「{rule}」不符: {detail}", parts={"unit": Part("行为人所在单位", unit)}
    ),
}
