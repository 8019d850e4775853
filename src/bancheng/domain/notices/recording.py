"""通知入痕: what became of notices is recorded on their matter, and what failed is sent again."""

from datetime import datetime
from typing import Annotated, Any, Protocol

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.notices.events import (
    NoticeEvent,
    NoticeFailed,
    NoticeResendOrdered,
    NoticeSent,
)
from bancheng.domain.notices.terms import Addressee, NoticeChannel
from bancheng.domain.people import Role
from bancheng.domain.warnings.matter import MatterCommand

NoticeId = Annotated[str, Meta(min_length=1, max_length=40, description="通知标识")]
_Code = Annotated[str, Meta(max_length=80)]


class Matter(Protocol):
    """案件: a ticket or a case, and which notices about it nobody received."""

    @property
    def failed_notices(self) -> frozenset[str]: ...


class NoticeCommand(MatterCommand, frozen=True, kw_only=True):
    """通知指令: an act about one notice of a matter."""

    notice_id: NoticeId


class RecordingCommand(NoticeCommand, frozen=True, kw_only=True):
    """通知入痕指令: what the sender tells of one notice; the hall itself does it."""

    of_topic: Annotated[_Code, Meta(description="所告知事件的主题")]
    addressee: Annotated[Addressee, Meta(description="通知对象")]
    channel: Annotated[NoticeChannel, Meta(description="通知渠道")]
    text: Annotated[str, Meta(max_length=1000, description="告知的内容")]
    tries: Annotated[int, Meta(ge=0, le=1000, description="已试次数")]
    unit: Annotated[_Code | None, Meta(description="单位编码")] = None
    post: Annotated[Role | None, Meta(description="岗位")] = None
    route: Annotated[_Code | None, Meta(description="线路名称")] = None


class RecordNoticeSent(RecordingCommand, frozen=True, kw_only=True):
    """记录通知发出: somebody was told."""

    sent_at: Annotated[datetime, Meta(description="发出时间")]
    message_id: Annotated[str, Meta(max_length=40, description="所在消息的标识")]


class RecordNoticeFailed(RecordingCommand, frozen=True, kw_only=True):
    """记录通知失败: nobody was told, and it is not tried any more."""

    fault: Annotated[_Code, Meta(description="失败代码")]


class ResendNotice(NoticeCommand, frozen=True, kw_only=True):
    """重发通知: send once more what had failed, by the same id."""


FAILED = Targets[Matter](
    of=lambda command: command.notice_id, within=lambda matter: sorted(matter.failed_notices)
)


def may_record(_: Matter, __: Attempt) -> None:
    """Always: what has gone out has gone out, whatever became of the matter meanwhile."""


def may_resend(matter: Matter, attempt: Attempt) -> None:
    """Only what failed. ``WrongStep`` ``NOTICE_NOT_FAILED``."""
    if attempt.target not in matter.failed_notices:
        raise WrongStep(
            "NOTICE_NOT_FAILED",
            "本件没有这一发送失败的通知",
            field="notice_id",
            remedy="请从通知台账中选取发送失败的通知",
        )


@guarded(may_record, though_restricted=True)
def record_sent(_: Matter, command: RecordNoticeSent, __: Desk) -> list[Event]:
    told = _told(command)
    return [NoticeSent(**told, sent_at=command.sent_at, message_id=command.message_id)]


@guarded(may_record, though_restricted=True)
def record_failed(_: Matter, command: RecordNoticeFailed, __: Desk) -> list[Event]:
    return [NoticeFailed(**_told(command), fault=command.fault)]


@guarded(may_resend, FAILED)
def resend(_: Matter, command: ResendNotice, __: Desk) -> list[Event]:
    return [NoticeResendOrdered(notice_id=command.notice_id)]


def _told(command: RecordingCommand) -> dict[str, Any]:
    return {name: getattr(command, name) for name in NoticeEvent.__struct_fields__}
