"""Stretches of time: the lines of an explanation, and what a pause leaves out."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Generic, NamedTuple, TypeVar

from msgspec import Meta, Struct
from msgspec.structs import replace

Instant = Annotated[datetime, Meta(tz=True)]
P = TypeVar("P", date, datetime)
_NO_TIME = timedelta()


class Interval(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """时段: from ``since`` up to, not including, ``until``, counted or skipped, and why.

    A limit in days counts ``days``; one in hours or minutes counts ``time``. What is skipped
    counts nothing. ``event`` names the pause that is the cause.
    """

    since: Instant
    until: Instant
    reason: str
    counted: bool = False
    days: int = 0
    time: timedelta = _NO_TIME
    event: str = ""


def utc(instant: datetime) -> datetime:
    """世界时: ``instant`` in UTC; ``ValueError`` if it has no zone."""
    if instant.tzinfo is None:
        raise ValueError("时刻须带时区")
    return instant.astimezone(UTC)


def joined(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """合并: the same intervals, neighbours of one reason made into one."""
    result: list[Interval] = []
    for interval in intervals:
        last = result[-1] if result else None
        if last and last.until == interval.since and _alike(last, interval):
            # Of the defaults only the very object is left out of what is stored.
            days, time = last.days + interval.days, last.time + interval.time or _NO_TIME
            result[-1] = replace(last, until=interval.until, days=days, time=time)
        else:
            result.append(interval)
    return tuple(result)


def _alike(a: Interval, b: Interval) -> bool:
    return (a.counted, a.reason, a.event) == (b.counted, b.reason, b.event)


class Stretch(NamedTuple, Generic[P]):
    """不计时段: what does not count, from ``since`` up to, not including, ``until``."""

    since: P
    until: P
    reason: str
    event: str
