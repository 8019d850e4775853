"""疑似重复件: what a ticket that may be the same matter is shown with."""

from typing import Final, NamedTuple

from bancheng.domain.labelled import Labelled

SHOWN_MAX: Final = 5


class LikelyBy(Labelled):
    """疑似依据: why a ticket may be the same matter."""

    SOURCE = "source", "来源编号相同"
    REPORTER = "reporter", "同一反映人"
    ITEM = "item", "同一事项"
    TEXT = "text", "内容相似"


class Report(NamedTuple):
    """所报: what is compared of a report. It is kept nowhere."""

    subject: str
    content: str
    source_ref: str | None = None
    service_item: str | None = None


class LikelyRepeat(NamedTuple):
    """疑似重复件: a ticket, why it may be the same, and in percent how much of a text is common."""

    ticket_id: str
    reasons: tuple[LikelyBy, ...]
    percent: int
