"""办不成事工单的叙述: its registration, analysis, verification and end."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.complaint.analyse import CauseAnalysed, InquiryAnswered, PraisePassedOn
from bancheng.domain.complaint.answer import AnswerPublished, ReporterAnswered
from bancheng.domain.complaint.checks import TicketCheckFailed
from bancheng.domain.complaint.contact import ReporterContacted, ReporterDisclosed
from bancheng.domain.complaint.correct import ReportSupplemented, TicketCorrected
from bancheng.domain.complaint.discover import (
    TicketAccepted,
    TicketDiverted,
    TicketRefused,
    TicketReported,
)
from bancheng.domain.complaint.ending import TicketWithdrawn
from bancheng.domain.complaint.escalate import TicketEscalated
from bancheng.domain.complaint.merging import (
    MergedAnswered,
    MergedSupplemented,
    MergeUndone,
    TicketMerged,
)
from bancheng.domain.complaint.on_the_spot import SettlementRejected, TicketSettledOnTheSpot
from bancheng.domain.complaint.regrade import RegradeDenied, RegradeRequested, TicketRegraded
from bancheng.domain.complaint.repeating import RepeatRegistered
from bancheng.domain.complaint.supervise import TicketReopened, TicketStruckOff
from bancheng.domain.complaint.ties import TicketLinked, TicketUnlinked, TieNoted
from bancheng.domain.complaint.verify import CallBackRecorded, VerificationPassed
from bancheng.domain.events import Event
from bancheng.projections.wording.readers import term, unit
from bancheng.projections.wording.wording import Part, Saying, says
from bancheng.projections.wording.words import COUNTED_FOR

_CORRECTED: Final = (
    "category", "channel", "subject", "content", "reporter", "service_item", "case_id",
    "accused_unit", "accused_window", "accused_staff", "agrees_to_contact",
)  # fmt: skip
_SUBJECT: Final = {"subject": Part("标题")}
_BY_NUMBER: Final = {"other_id": "同一件,以编号称呼"}
_OTHER: Final = {"parts": {"kind": Part("关联种类")}, "hidden": _BY_NUMBER}
_NAMES_FIELDS: Final = {"corrected": "每个更正的栏目各列一行"}

SAYINGS: Final[Mapping[type[Event], Saying]] = {
    TicketReported: says(
        "登记办不成事工单 {number}({category},来自{channel})[,须限 {accept_due}受理]",
        parts=_SUBJECT,
    ),
    TicketAccepted: says("受理本件[,限 {analyse_due}分析原因][,限 {answer_inquiry_due}答复咨询]"),
    TicketRefused: says(
        "对本件不予受理,情形为「{reason}」",
        reason="explanation",
        parts={"reason": Part("不予受理情形", term("exclusions"))},
    ),
    TicketDiverted: says(
        "将本件分流至「{target}」[,由{organ}接办]",
        reason="explanation",
        parts={"organ": Part("接办机关")},
    ),
    TicketWithdrawn: says("按反映人{way}表示的意愿撤回本件(凭据 {record_no})", reason="reason"),
    TicketCorrected: says(
        "更正登记内容[: 类别改为{category}][;渠道改为{channel}][;事项编码改为 {service_item}]"
        "[;清除{cleared}]",
        reason="reason",
        was=_CORRECTED,
        parts=_SUBJECT | {"cleared": Part("清除的被反映项")},
        hidden=_NAMES_FIELDS,
    ),
    ReporterDisclosed: says(
        "为「{purpose}」调阅反映人信息: {fields}", reason="reason", hidden=COUNTED_FOR
    ),
    ReporterContacted: says(
        "为「{purpose}」联系反映人[(派单 {order_id})],{call}", reason="note", of="order_id"
    ),
    ReportSupplemented: says("补充反映内容", reason="content", sets=False),
    CauseAnalysed: says(
        "分析原因为「{cause}」,复杂程度为「{complexity}」[,限 {dispatch_due}派发]",
        reason="opinion",
        was=("cause", "complexity", "units"),
    ),
    InquiryAnswered: says("直接答复咨询[,限 {strike_off_due}销号]", reason="answer"),
    PraisePassedOn: says("将表扬转达 {unit}[,限 {strike_off_due}销号]", unit="unit"),
    TicketSettledOnTheSpot: says(
        "当场办结本件,结果为「{outcome}」,原因为「{cause}」[,限 {call_back_due}回访]",
        reason="answer",
    ),
    SettlementRejected: says("退回当场办结[,限 {analyse_due}重新分析]", reason="reason"),
    RegradeRequested: says("申请将复杂程度重新定为「{complexity}」", reason="reason", sets=False),
    TicketRegraded: says(
        "将复杂程度重新定为「{complexity}」,各派单期限随之改定({orders})",
        reason="ruling",
        was=("complexity", "orders"),
    ),
    RegradeDenied: says("不同意重新定级", reason="ruling"),
    CallBackRecorded: says(
        "回访{call}[,反映人认为[{solved}已解决][{!solved}未解决],{satisfaction}]",
        reason="comment",
    ),
    VerificationPassed: says(
        "核查通过[{!answered},尚待答复反映人][,限 {strike_off_due}销号]", reason="conclusion"
    ),
    ReporterAnswered: says(
        "以{way}方式答复反映人[(凭据 {record_no})]",
        reason="answer",
        parts={"record_no": Part("答复凭据编号")},
    ),
    AnswerPublished: says("在{place}公开答复", reason="answer", parts={"place": Part("公开位置")}),
    TicketStruckOff: says("将本件销号"),
    TicketReopened: says(
        "重启本件[,限 {analyse_due}分析原因][,限 {answer_due}答复]", reason="reason"
    ),
    TicketEscalated: says(
        "因{cause}满 {count} 次提级督办", parts={"cause": Part("提级原因", None)}
    ),
    TicketLinked: says(
        "登记本件与办不成事工单 {other_number} 的关联({kind})", reason="reason", **_OTHER
    ),
    TicketUnlinked: says(
        "取消本件与办不成事工单 {other_number} 的关联({kind})", reason="reason", **_OTHER
    ),
    TieNoted: says(
        "[{!ended}记下: 办不成事工单 {other_number} 已与本件关联({kind})]"
        "[{ended}记下: 办不成事工单 {other_number} 已解除与本件的关联({kind})]",
        **_OTHER,
    ),
    RepeatRegistered: says(
        "登记为办不成事工单 {other_number} 的重复反映,[{new_facts}有新的事实或理由,重新办理]"
        "[{!new_facts}没有新的事实和理由,已告知反映人原办理结果]",
        reason="reason",
        parts={"new_facts": Part("是否有新事实")},
        hidden=_BY_NUMBER,
    ),
    TicketMerged: says(
        "将本件并入办不成事工单 {other_number},已告知反映人办理进展",
        reason="reason",
        hidden=_BY_NUMBER,
    ),
    MergeUndone: says(
        "撤销本件与办不成事工单 {other_number} 的并件,恢复为「{status}」[,接续计时: {dues}]"
        "[,限 {dispatch_due}派发]",
        reason="reason",
        parts={"status": Part("恢复为")},
        hidden=_BY_NUMBER,
    ),
    MergedSupplemented: says("知悉并入的办不成事工单 {other_number} 有补充反映", hidden=_BY_NUMBER),
    MergedAnswered: says(
        "随办不成事工单 {other_number}({ended})一并答复[,结果为「{outcome}」]"
        "[{to_publish};匿名反映,答复须公布]",
        parts={"ended": Part("主件如何结束"), "to_publish": Part("是否须公布")},
        hidden=_BY_NUMBER,
    ),
    TicketCheckFailed: says(
        "校验发现「{rule}」不符: {detail}", parts={"unit": Part("行为人所在单位", unit)}
    ),
}
