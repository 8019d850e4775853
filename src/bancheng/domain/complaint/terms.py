"""The closed vocabularies of a ticket. What a hall may choose itself is in the rule book."""

from bancheng.domain.labelled import Labelled
from bancheng.domain.matter_state import MatterStatus


class TicketCategory(Labelled):
    """类别: the four kinds of ticket (四类登记, seed S0, 5.7)."""

    COMPLAINT = "complaint", "投诉"
    SUGGESTION = "suggestion", "建议"
    INQUIRY = "inquiry", "咨询"
    PRAISE = "praise", "表扬"


class Status(MatterStatus):
    """状态: what a ticket waits for."""

    REPORTED = "reported", "待受理"
    ACCEPTED = "accepted", "待分析"
    ANALYSED = "analysed", "待派发"
    DISPATCHED = "dispatched", "办理中"
    RESOLVED = "resolved", "待核查"
    VERIFIED = "verified", "待销号"
    CLOSED = "closed", "已销号"
    REFUSED = "refused", "不予受理"
    DIVERTED = "diverted", "已分流"
    WITHDRAWN = "withdrawn", "已撤回"
    TERMINATED = "terminated", "已终止"
    MERGED = "merged", "已并入"

    @property
    def is_closed(self) -> bool:
        return self in _CLOSED


_CLOSED = (
    Status.CLOSED, Status.REFUSED, Status.DIVERTED, Status.WITHDRAWN, Status.TERMINATED,
    Status.MERGED,
)  # fmt: skip


class EscalationCause(Labelled):
    """提级缘由: what happened to a ticket too often (H16).

    To come back to a unit that had it is what a hall may count by itself (本厅规定).
    """

    REWORKED = "reworked", "重办"
    REASSIGNED = "reassigned", "改派"
    SAME_UNIT = "same_unit", "派给同一单位"

    @property
    def is_loop(self) -> bool:
        """循环派单: whether it says that the matter goes from hand to hand and nobody leads."""
        return self is not EscalationCause.REWORKED


class OrderStatus(Labelled):
    """派单状态: what a work order waits for."""

    DISPATCHED = "dispatched", "待签收"
    SIGNED_IN = "signed_in", "办理中"
    RETURNED = "returned", "退单待裁定"
    RELEASED = "released", "同意退单待改派"
    REASSIGNED = "reassigned", "已改派"
    SUBMITTED = "submitted", "已反馈"
    ENDED = "ended", "已终结"


class MeetingLevel(Labelled):
    """会议层级: units among themselves, or the executive meeting above them (JN 30, WF 23)."""

    JOINT = "joint", "联席会议"
    EXECUTIVE = "executive", "政府常务会议"


class MeetingResult(Labelled):
    """会议结果: what a meeting settled."""

    LEAD_NAMED = "lead_named", "明确主办单位"
    NOT_SOLVABLE = "not_solvable", "目前不能解决"
    REFERRED = "referred", "提请上会"


class MeetingState(Labelled):
    """会议状态: what a meeting waits for, or how it ended."""

    CONVENED = "convened", "待召开"
    HELD = "held", "待落实"
    SETTLED = "settled", "已了结"
    CANCELLED = "cancelled", "已取消"


class ReporterWay(Labelled):
    """反映人表示方式: by which way a reporter says what they want."""

    IN_PERSON = "in_person", "当面"
    PHONE = "phone", "电话"
    WRITTEN = "written", "书面"
    ONLINE = "online", "网上"
    HOTLINE_12345 = "hotline_12345", "12345热线转达"


class AnswerWay(Labelled):
    """答复方式: by which way a reporter was told what became of their matter."""

    IN_PERSON = "in_person", "当面"
    PHONE = "phone", "电话"
    WRITTEN = "written", "书面"
    MESSAGE = "message", "短信"
    ONLINE = "online", "网上"
    HOTLINE_12345 = "hotline_12345", "12345热线转达"


class Outcome(Labelled):
    """办理结果: what the unit says it achieved."""

    SOLVED = "solved", "已解决"
    PARTLY_SOLVED = "partly_solved", "部分解决"
    EXPLAINED = "explained", "依法依规不能办理,已解释"
    ANSWERED = "answered", "已答复"


class Satisfaction(Labelled):
    """满意度: the five levels of 好差评; the last two are bad ratings (国办发〔2019〕51号)."""

    VERY_SATISFIED = "very_satisfied", "非常满意"
    SATISFIED = "satisfied", "满意"
    BASICALLY_SATISFIED = "basically_satisfied", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"
    VERY_DISSATISFIED = "very_dissatisfied", "非常不满意"
