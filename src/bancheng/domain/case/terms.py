"""The words of a case: its states, sources, hand-overs, decisions and ratings."""

from typing import Annotated

from msgspec import Meta, Struct

from bancheng.domain.labelled import Labelled
from bancheng.domain.matter_state import MatterStatus


class CaseStatus(MatterStatus):
    """办件状态: what a case waits for, or how it ended."""

    SUBMITTED = "submitted", "待预审"
    PRE_REJECTED = "pre_rejected", "预审退回"
    PRE_REVIEWED = "pre_reviewed", "待收件"
    RECEIVED = "received", "待受理"
    SUPPLEMENTING = "supplementing", "待补正"
    ACCEPTED = "accepted", "办理中"
    DECIDED = "decided", "待制证"
    MADE = "made", "待通知"
    NOTIFIED = "notified", "待送达"
    DELIVERED = "delivered", "已送达"
    FORWARDED = "forwarded", "已上报转报"
    ARCHIVED = "archived", "已归档"
    REFUSED = "refused", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"
    TERMINATED = "terminated", "异常终止"
    VOIDED = "voided", "已作废"

    @property
    def is_closed(self) -> bool:
        return self in _CLOSED


_CLOSED = (
    CaseStatus.DELIVERED,
    CaseStatus.FORWARDED,
    CaseStatus.ARCHIVED,
    CaseStatus.REFUSED,
    CaseStatus.WITHDRAWN,
    CaseStatus.TERMINATED,
    CaseStatus.VOIDED,
)
OPEN = tuple(status for status in CaseStatus if not status.is_closed)


class CaseSource(Labelled):
    """办件来源: where the application came in."""

    WINDOW = "window", "综合窗口"
    ONLINE = "online", "网上大厅"
    KIOSK = "kiosk", "自助终端"
    WECHAT = "wechat", "微信"
    APP = "app", "移动应用"
    OWN_SYSTEM = "own_system", "部门自建系统"
    PROVINCE = "province", "省网办"
    LINKED = "linked", "省市联动"


class RefusalGround(Labelled):
    """不予受理事由: why the law lets an application be refused."""

    NOT_REQUIRED = "not_required", "依法不需要取得许可"
    NOT_OURS = "not_ours", "依法不属于本机关职权"
    NOT_SUPPLEMENTED = "not_supplemented", "未按告知补正材料"
    NOT_ELIGIBLE = "not_eligible", "不符合法定条件"


class CaseOutcome(Labelled):
    """办理结论: what was decided."""

    GRANTED = "granted", "准予"
    REFUSED = "refused", "不予"


class NotifyWay(Labelled):
    """通知方式: how the applicant was told that the result is there."""

    PHONE = "phone", "电话"
    SMS = "sms", "短信"
    SYSTEM = "system", "系统消息"
    ON_SITE = "on_site", "当场告知"


class RatingOrigin(Labelled):
    """评价来源: rates count only what citizens gave of their own."""

    CITIZEN = "citizen", "群众主动评价"
    STAFF_ASSISTED = "staff_assisted", "工作人员协助评价"
    DEFAULT = "default", "默认评价"
    IMPORT = "import", "批量导入"


class VisitKind(Labelled):
    """评价环节: at which act an applicant stood before the hall, and may rate how they were served.

    A refusal to accept is an answer to an application as an acceptance is.
    """

    INTAKE = "intake", "收件"
    ACCEPTANCE = "acceptance", "受理决定"
    DELIVERY = "delivery", "送达"


class RatingState(Labelled):
    """差评状态: what a bad rating waits for, or how it ended."""

    GOOD = "good", "无需整改"
    TO_CONTACT = "to_contact", "待联系"
    TO_RECTIFY = "to_rectify", "待整改"
    APPEALED = "appealed", "申诉中"
    RECTIFIED = "rectified", "已整改"
    EXPLAINED = "explained", "经核实无需整改"
    EXCLUDED = "excluded", "已剔除"

    def contacted(self, *, justified: bool) -> "RatingState":
        """What it waits for after a call; one more call changes nothing about an appeal."""
        if not justified:
            return RatingState.EXPLAINED
        return RatingState.TO_RECTIFY if self is RatingState.TO_CONTACT else self


class CrossMode(Labelled):
    """跨域通办模式: who does what of a case that concerns another area (国办发〔2020〕35号)."""

    COLLECTED = "collected", "异地代收代办"
    ONLINE = "online", "全程网办"
    JOINT = "joint", "多地联办"


class CrossRegion(Struct, frozen=True, kw_only=True):
    """跨域办理: for which area, with which organ of it, and in which mode a case is done."""

    area: Annotated[str, Meta(min_length=1, max_length=60, description="跨域通办的属地")]
    counterpart: Annotated[str, Meta(min_length=1, max_length=100, description="对方办理机关")]
    mode: Annotated[CrossMode, Meta(description="跨域通办模式")]
