"""访问: that somebody looked, came in or tried to. The access log keeps it; no event is made of it.

Nothing in it is a clear value about a person of the public: what was searched for and filled in
stands there masked, matters by their ids.
"""

import msgspec

from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Actor


class AccessKind(Labelled):
    """访问种类: what was done or tried. Whatever shows or tries something new has its kind here."""

    SIGNED_IN = "SIGNED_IN", "登录"
    SIGN_IN_FAILED = "SIGN_IN_FAILED", "登录失败"
    SIGNED_OUT = "SIGNED_OUT", "退出登录"
    REVOKED = "REVOKED", "吊销凭证"
    VIEWED = "VIEWED", "查看"
    PUSHED = "PUSHED", "接收推送"
    DISCLOSED = "DISCLOSED", "调阅原文"
    OPERATED = "OPERATED", "运维命令"
    CONFIGURED = "CONFIGURED", "配置变更"
    SEARCHED = "SEARCHED", "查人"
    REFUSED = "REFUSED", "无权被拒"
    PURGED = "PURGED", "清除期满记录"
    EXPORT_BEGUN = "EXPORT_BEGUN", "导出开始"
    EXPORTED = "EXPORTED", "导出内容"
    EXPORT_DONE = "EXPORT_DONE", "导出完成"
    EXPORT_BROKEN = "EXPORT_BROKEN", "导出中断"


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """来访: who looks, as they stand now, and whence; what is not known is left out.

    ``credential_id`` is that of the session or token, ``address`` what the network tells,
    ``window`` and ``terminal`` what whoever looks tells.
    """

    actor: Actor | None = None
    credential_id: str | None = None
    address: str | None = None
    window: str | None = None
    terminal: str | None = None
    request_id: str | None = None


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """访问: one look, or one try.

    ``what`` names the query, act or way, ``asked`` is what was filled in, as JSON and masked,
    ``count`` how many rows a page had. ``matters`` are the ids of tickets and cases that were
    shown, or asked for in vain. ``purpose`` is a code of the rule book, ``position`` that of the
    event which an act left; ``refused`` is the code of the refusal.
    """

    kind: AccessKind
    visitor: Visitor
    what: str
    asked: str | None = None
    count: int | None = None
    matters: tuple[str, ...] = ()
    purpose: str | None = None
    position: int | None = None
    refused: str | None = None
