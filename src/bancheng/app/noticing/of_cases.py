"""办件的通知: what is told of each event of a case. A new event is told of by a line.

The papers of law (受理通知书, 补正告知书) are served as the case says; a notice says that they are
there, and takes the place of none.
"""

from collections.abc import Mapping
from typing import Any, Final

from bancheng.app.noticing.drafts import Template, to_citizen, to_post, to_unit
from bancheng.domain.case import (
    accept,
    analyse,
    charges,
    deadline,
    decide,
    discover,
    dispatch,
    forward,
    hearing_course,
    pre_review,
    procedure,
    rate,
    recall,
    refuse,
    renewal,
    supervise,
    verify,
)
from bancheng.domain.events import Event
from bancheng.domain.people import Role

_YOURS: Final = "您申请的「{item}」(编号 {number})"
_CASE: Final = "办件 {number}「{item}」"


def _is_bad(event: rate.CaseRated, _: Any) -> bool:
    return event.level.is_bad


OF_CASES: Final[Mapping[type[Event], tuple[Template, ...]]] = {
    discover.CaseSubmitted: (
        to_citizen("您申请的「{item}」已登记,编号 {number},查询码 {query_code}。", by_phone=False),
    ),
    pre_review.PreReviewRejected: (
        to_citizen(_YOURS + "预审未通过,须补正的全部内容见告知书 {notice_no}。"),
    ),
    analyse.SupplementNoticed: (
        to_citizen(_YOURS + "须补正材料,全部内容见一次性告知书 {notice_no}[,请于 {due}前补正]。"),
    ),
    accept.CaseAccepted: (to_citizen(_YOURS + "已受理[,最迟 {decide_by}前办结]。"),),
    accept.CaseDeemedAccepted: (
        to_citizen(_YOURS + "逾期未告知补正,已视为受理[,最迟 {decide_by}前办结]。"),
        to_unit(_CASE + " 逾期未告知,已视为受理。", urgent=True),
    ),
    refuse.AcceptanceRefused: (
        to_citizen(_YOURS + "不予受理,理由、依据和救济途径见不予受理决定书。"),
    ),
    refuse.RefusalReported: (to_post(_CASE + " 报备不予受理,请审批。", Role.UNIT_HEAD),),
    dispatch.CaseTransferred: (to_unit(_CASE + " 已移交贵单位,清单 {list_no},请签收。"),),
    procedure.SpecialProcedureStarted: (
        to_citizen(_YOURS + "进入「{procedure}」,所需时间不计入办理期限,至 {due}止。"),
    ),
    procedure.SpecialProcedureEnded: (
        to_citizen(_YOURS + "的特别程序已结束,继续办理[,最迟 {decide_by}前办结]。"),
    ),
    deadline.CaseExtensionRequested: (
        to_post(_CASE + " 申请延长办理期限,请审批。", Role.UNIT_HEAD),
    ),
    deadline.CaseExtensionGranted: (
        to_citizen(_YOURS + "经批准延长办理期限[,最迟 {decide_by}前办结],延长期限的理由见告知书。"),
    ),
    charges.FeeCharged: (to_citizen(_YOURS + "须缴费,请凭缴费通知 {bill_no} 缴纳。"),),
    hearing_course.HearingSet: (
        to_citizen(_YOURS + "将于 {at}在{place}举行听证,听证通知 {notice_no}。"),
    ),
    decide.CaseDecided: (
        to_citizen(_YOURS + "已作出决定,文书编号 {document_no},请等候领取通知。"),
    ),
    renewal.CaseDeemedRenewed: (
        to_citizen(_YOURS + "逾期未作出决定,已视为准予延续。"),
        to_unit(_CASE + " 逾期未决定,已视为准予延续。", urgent=True),
    ),
    forward.CaseForwarded: (to_citizen(_YOURS + "已由本级审查完毕,报{organ}决定。"),),
    recall.DecisionRecalled: (
        to_citizen(_YOURS + "的决定已撤回,继续办理[,最迟 {decide_by}前办结]。"),
    ),
    verify.ResultMade: (to_citizen(_YOURS + "的结果已制成,请按约定方式领取。"),),
    supervise.CaseDeemedWithdrawn: (
        to_citizen(_YOURS + "逾期未补齐材料,已视为撤回申请;仍需办理的可重新申请。"),
    ),
    supervise.CaseTerminated: (
        to_citizen(_YOURS + "已终止办理,理由、依据和救济途径可凭编号到窗口查询。"),
    ),
    supervise.CaseVoided: (to_citizen(_YOURS + "已作废,理由、依据和救济途径可凭编号到窗口查询。"),),
    rate.CaseRated: (to_post(_CASE + " 收到差评,请联系评价人。", Role.VERIFIER, only=_is_bad),),
}
