"""视为受理: what the law does when no notice was given in time (行政许可法 32)."""

from datetime import datetime

from msgspec import Struct

from bancheng.domain.time_limits.explain import explain_due
from bancheng.domain.time_limits.intervals import Instant
from bancheng.domain.time_limits.terms import DueDate


class DeemedAcceptance(Struct, frozen=True, kw_only=True):
    """视为受理: accepted by law from the day the materials were received (行政许可法 32(4)).

    ``effective_at`` is that day's instant, ``since`` when the effect set in, ``notice`` the limit
    that ran out.
    """

    effective_at: Instant
    since: Instant
    notice: DueDate

    def lines(self) -> list[str]:
        """The reason as people read it."""
        return [
            "视为受理: 未在期限内一次性告知需要补正的全部内容,自收到申请材料之日起即为受理",
            "依据: 行政许可法第三十二条第一款第(四)项",
            *explain_due(self.notice),
        ]


def deemed_acceptance(
    notice: DueDate, *, noticed_at: datetime | None, at: datetime
) -> DeemedAcceptance | None:
    """视为受理: whether the matter is accepted by law ``at``, because no notice came in time.

    ``notice`` is the limit for the one-time notice, started when the materials were received;
    ``noticed_at`` is when the whole notice was given, None if it was not.
    """
    in_time = noticed_at is not None and noticed_at < notice.due_at
    if in_time or at < notice.due_at:
        return None
    return DeemedAcceptance(effective_at=notice.started_at, since=notice.due_at, notice=notice)
