"""受告时段: at what time of day somebody may be told; the law lets nobody be woken for a notice."""

from datetime import datetime, timedelta

from msgspec import Struct

from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.working_time import next_open

_DAYS_LOOKED = 2


class ReceivingHours(Labelled):
    """接收时段: when somebody takes notices."""

    ANY = "any", "随时"
    DAYTIME = "daytime", "免打扰时段以外"
    OFFICE = "office", "办公时间"


class Quiet(Struct, frozen=True, kw_only=True):
    """免打扰时段: from minute ``since`` of the local day up to ``until``, mostly over midnight.

    None if both are the same.
    """

    since: int = 20 * 60
    until: int = 8 * 60

    def holds_at(self, minute: int) -> bool:
        """Whether nobody is to be disturbed at ``minute`` of the local day."""
        if self.since <= self.until:
            return self.since <= minute < self.until
        return minute >= self.since or minute < self.until


def next_moment(at: datetime, hours: ReceivingHours, quiet: Quiet, calendar: Calendar) -> datetime:
    """``at``, or the first moment after it at which somebody with such ``hours`` may be told."""
    if hours is ReceivingHours.OFFICE:
        return next_open(calendar, at)
    if hours is ReceivingHours.DAYTIME:
        return _after_quiet(at, quiet, calendar)
    return at


def _after_quiet(at: datetime, quiet: Quiet, calendar: Calendar) -> datetime:
    local = calendar.local(at)
    if not quiet.holds_at(local.hour * 60 + local.minute):
        return at
    ends = (
        calendar.instant(local.date() + timedelta(days=ahead), quiet.until)
        for ahead in range(_DAYS_LOOKED)
    )
    return next(end for end in ends if end > at)


def next_round(
    at: datetime,
    slots: tuple[int, ...],
    hours: ReceivingHours,
    quiet: Quiet,
    calendar: Calendar,
) -> datetime:
    """汇总发送时点: the first of the ``slots`` at which somebody with such ``hours`` may be told.

    The first moment at which they may, if there are no slots, or none lies in their hours.
    """
    slot, first = at, None
    # Each try leaves a slot behind at which they may not; closed days are passed in one.
    for _ in range(len(slots) + 1):
        slot = next_slot(slot, slots, calendar)
        moment = next_moment(slot, hours, quiet, calendar)
        if moment == slot:
            return slot
        slot, first = moment, first or moment
    return first or at


def next_slot(at: datetime, slots: tuple[int, ...], calendar: Calendar) -> datetime:
    """汇总时点: the first of the ``slots`` (minutes of the local day) at or after ``at``.

    ``at`` itself if there are none.
    """
    day = calendar.local(at).date()
    each = (
        calendar.instant(day + timedelta(days=ahead), slot)
        for ahead in range(_DAYS_LOOKED)
        for slot in sorted(slots)
    )
    return next((slot for slot in each if slot >= at), at)
