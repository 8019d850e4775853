"""That somebody was told by the hall itself, or could not be. They stand in the matter's trail.

What was told is here word for word, but for a query code, which is the reporter's alone. No value
about a person is: the sender opens the number to call for one sending, and keeps it nowhere.
"""

from collections.abc import Iterable
from datetime import datetime

from bancheng.domain.events import Event, topic
from bancheng.domain.notices.terms import Addressee, NoticeChannel
from bancheng.domain.people import Role


class NoticeEvent(Event, frozen=True, kw_only=True):
    """通知记录: what is kept of one notice. It changes nothing of the matter itself.

    ``notice_id`` is the same however often it is sent: by it a receiver knows what it has seen.
    ``of_topic`` is that of the event that it tells of, ``tries`` how often sending was begun.
    """

    notice_id: str
    of_topic: str
    addressee: Addressee
    channel: NoticeChannel
    text: str
    tries: int
    unit: str | None = None
    post: Role | None = None
    route: str | None = None


@topic("notice.sent")
class NoticeSent(NoticeEvent, frozen=True, kw_only=True):
    """通知发出: somebody was told, at ``sent_at``; ``message_id`` is the message it went in."""

    sent_at: datetime
    message_id: str


@topic("notice.failed")
class NoticeFailed(NoticeEvent, frozen=True, kw_only=True):
    """通知失败: after its last try nobody was told. ``fault`` is a code, such as ``HTTP_500``."""

    fault: str


@topic("notice.resend-ordered")
class NoticeResendOrdered(Event, frozen=True, kw_only=True):
    """通知重发: what had failed is to be sent again, by the same id."""

    notice_id: str


def only_notices(events: Iterable[Event]) -> bool:
    """Whether nothing but notices is among ``events``: then the matter is as it was."""
    return all(isinstance(one, NoticeEvent | NoticeResendOrdered) for one in events)
