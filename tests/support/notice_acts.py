"""Acts about notices, and a matter of which somebody could not be told."""

from typing import Any

from bancheng.domain.notices.recording import (
    RecordNoticeFailed,
    RecordNoticeSent,
    ResendNotice,
)
from bancheng.domain.notices.terms import Addressee, NoticeChannel

from .builders import History, after
from .given import ROBOT, START

NOTICE = "notice-1"


def _of(matter_id: str) -> dict[str, Any]:
    return {
        "matter_id": matter_id, "notice_id": NOTICE, "of_topic": "complaint.ticket-accepted",
        "addressee": Addressee.UNIT, "unit": "RS", "channel": NoticeChannel.ROBOT, "route": "群",
        "text": "新派单", "tries": 1,
    }  # fmt: skip


def telling(matter_id: str) -> RecordNoticeSent:
    """That the notice went out."""
    return RecordNoticeSent(**_of(matter_id), sent_at=START, message_id=NOTICE)


def giving_up(matter_id: str) -> RecordNoticeFailed:
    """That the notice did not."""
    return RecordNoticeFailed(**_of(matter_id), fault="HTTP_500")


def sending_again(matter_id: str) -> ResendNotice:
    """That it is to go once more."""
    return ResendNotice(matter_id=matter_id, notice_id=NOTICE)


def with_failed_notice(history: History, matter_id: str) -> History:
    """The same history, but nobody received the notice."""
    return after(history, giving_up(matter_id), ROBOT)
