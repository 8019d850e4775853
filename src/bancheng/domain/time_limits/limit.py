"""Decide when something is due. The words of such decisions are at hand here too."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.counters import (
    DayCounter,
    TimeCounter,
    day_counter,
    duration,
    time_counter,
)
from bancheng.domain.time_limits.intervals import Interval, joined, utc
from bancheng.domain.time_limits.rules import ExtensionRule
from bancheng.domain.time_limits.terms import (
    DueDate,
    EffectRule,
    EndOf,
    Extension,
    Limit,
    LimitUnit,
    Pause,
    PauseKind,
    StartConvention,
    Verdict,
)
from bancheng.domain.time_limits.verdict import judge
from bancheng.domain.time_limits.working_time import nth_working_day

__all__ = [
    "DueDate",
    "EffectRule",
    "EndOf",
    "Extension",
    "Limit",
    "LimitUnit",
    "Pause",
    "PauseKind",
    "StartConvention",
    "Verdict",
    "case_by_case",
    "decide_due",
    "extend",
    "judge",
]
_DAY, _TICK = timedelta(days=1), timedelta(microseconds=1)


def decide_due(
    limit: Limit,
    started_at: datetime,
    calendar: Calendar,
    *,
    rulebook_version: str,
    pauses: Iterable[Pause] = (),
    extension: Extension | None = None,
    effect: EffectRule | None = None,
) -> DueDate:
    """到期: when ``limit`` runs out, decided once and explained.

    A pause still on is taken to last for its approved time; decide again when it ends. Raises
    ``ValueError`` for an instant without a zone.
    """
    started_at, pauses = utc(started_at), tuple(pauses)
    extra = extension.amount if extension else 0
    if limit.start is StartConvention.EXACT:
        counter = time_counter(limit, started_at, calendar, pauses)
        due_at, pieces = _full_time(counter, limit, extra)
        # A limit that is full at midnight ends with the day before, not on the day that begins.
        due_date = calendar.local(due_at - _TICK).date()
    else:
        due_date, pieces = _full_days(
            day_counter(limit, started_at, calendar, pauses), limit, extra
        )
        due_at = _end_of(limit, due_date, calendar)
    return DueDate(
        limit=limit,
        started_at=started_at,
        due_at=due_at,
        due_date=due_date,
        rule_version=rulebook_version,
        calendar_version=calendar.version,
        zone=calendar.zone,
        effect=effect,
        provisional=_is_provisional(limit, started_at, due_date, calendar),
        extension=extension,
        pauses=pauses,
        explanation=joined(pieces),
    )


def case_by_case(working_days: int) -> Limit:
    """一事一议: a limit that was set for one matter, where the rule book has none."""
    return Limit(
        id="case_by_case",
        amount=working_days,
        unit=LimitUnit.WORKING_DAYS,
        label=f"一事一议, {working_days}个工作日",
        basis="一事一议",
    )


def extend(
    due: DueDate, rule: ExtensionRule, calendar: Calendar, *, rulebook_version: str
) -> DueDate:
    """延期: ``due`` with the extension the rule book allows on top, decided anew from its start.

    Whether it may be granted is asked before (`check_extension`); ``rule`` is the one it found.
    """
    earlier = due.extension
    extension = Extension(
        amount=rule.amount + (earlier.amount if earlier else 0),
        basis=rule.basis,
        times=1 + (earlier.times if earlier else 0),
    )
    return decide_due(
        due.limit,
        due.started_at,
        calendar,
        rulebook_version=rulebook_version,
        pauses=due.pauses,
        extension=extension,
        effect=due.effect,
    )


def _full_time(counter: TimeCounter, limit: Limit, extra: int) -> tuple[datetime, list[Interval]]:
    base = duration(limit, limit.amount, counter.first, counter.axis.calendar)
    end, pieces = counter.full(base)
    if extra:
        # Measured as the rest of one longer limit, not from ``end``: on a day with shorter hours it
        # ends at another time of day than it began, and the extension must not inherit that.
        total = duration(limit, limit.amount + extra, counter.first, counter.axis.calendar)
        end, more = counter._replace(first=end).full(total - base)
        pieces += _extended(more)
    return end, pieces


def _full_days(counter: DayCounter, limit: Limit, extra: int) -> tuple[date, list[Interval]]:
    last, pieces = counter.full(limit.amount)
    if extra:
        last, more = counter._replace(first=last + _DAY).full(extra)
        pieces += _extended(more)
    calendar = counter.axis.calendar
    if limit.roll_forward and not calendar.is_working_day(last):
        moved = nth_working_day(calendar, last, 1)
        since, until = calendar.start_of(last + _DAY), calendar.start_of(moved + _DAY)
        reason = f"末日遇{calendar.reason(last)}顺延"
        pieces.append(Interval(since=since, until=until, reason=reason))
        last = moved
    return last, pieces


def _extended(pieces: Iterable[Interval]) -> list[Interval]:
    return [replace(p, reason=f"{p.reason}(延期)") if p.counted else p for p in pieces]


def _end_of(limit: Limit, day: date, calendar: Calendar) -> datetime:
    sessions = calendar.sessions(day)
    if limit.end_of is EndOf.SESSION and sessions:
        return calendar.instant(day, sessions[-1].end)
    return calendar.start_of(day + _DAY)


def _is_provisional(limit: Limit, started_at: datetime, due_date: date, calendar: Calendar) -> bool:
    if not (limit.unit.is_working or limit.roll_forward):
        return False
    # Both ends are enough: the announced days have no gap between them.
    first = calendar.local(started_at).date()
    return calendar.is_provisional(due_date) or calendar.is_provisional(first)
