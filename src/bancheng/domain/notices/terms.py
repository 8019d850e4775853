"""How somebody is told something by the hall itself, who that is, and what became of it."""

from bancheng.domain.labelled import Labelled


class NoticeChannel(Labelled):
    """通知渠道: the way that a notice takes. Screen and telephone list need nothing set up."""

    SMS = "sms", "短信"
    PHONE = "phone", "电话告知"
    ROBOT = "robot", "工作群机器人"
    EMAIL = "email", "电子邮件"
    WEBHOOK = "webhook", "系统推送"
    SCREEN = "screen", "大厅屏幕"


class Addressee(Labelled):
    """通知对象: whom a notice is for. A citizen is who reported the ticket or applied."""

    CITIZEN = "citizen", "当事人"
    UNIT = "unit", "单位"
    POST = "post", "岗位"
    SYSTEM = "system", "外部系统"


class NoticeStatus(Labelled):
    """通知状态: what a notice waits for, or what became of it."""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已发送"
    SHOWN = "shown", "已上屏"
    TO_CALL = "to_call", "待电话告知"
    CALLED = "called", "已电话告知"
    FAILED = "failed", "发送失败"
    DROPPED = "dropped", "不再发送"
