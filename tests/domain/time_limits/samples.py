"""Short ways to say a limit, an instant and a due date."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bancheng.domain.time_limits.levels import PlannedWarning, WarningLevel
from bancheng.domain.time_limits.limit import (
    DueDate,
    Limit,
    LimitUnit,
    Pause,
    StartConvention,
    decide_due,
)
from bancheng.domain.time_limits.plan import owed_warnings
from bancheng.infra.calendars import national_calendar

CALENDAR = national_calendar()
SHARED_DATA = Path(__file__).parents[4] / "shared" / "data"


def at(text: str) -> datetime:
    """A Shanghai wall-clock time as an instant; a bare date is 10:00."""
    clock = text if "T" in text else f"{text}T10:00"
    return datetime.fromisoformat(f"{clock}+08:00")


def working_days(amount: int, **settings) -> Limit:
    return Limit(id="test", amount=amount, unit=LimitUnit.WORKING_DAYS, **settings)


def natural_days(amount: int, **settings) -> Limit:
    return Limit(id="test", amount=amount, unit=LimitUnit.NATURAL_DAYS, **settings)


def exact(amount: int, unit: LimitUnit) -> Limit:
    return Limit(id="test", amount=amount, unit=unit, start=StartConvention.EXACT)


def due(limit: Limit, start: str, *pauses: Pause, calendar=CALENDAR, extension=None) -> DueDate:
    return decide_due(
        limit, at(start), calendar, rulebook_version="试行1", pauses=pauses, extension=extension
    )


def reached(plan: Iterable[PlannedWarning], now: datetime) -> list[WarningLevel]:
    """The levels whose instant has come by then, in the order of the plan."""
    return [warning.level for warning in owed_warnings(plan, (), now)]


def pause(start: str, until: str, *, resumed=None, told="同", **fields) -> Pause:
    """A special procedure approved until ``until``, told at its start unless said otherwise."""
    return Pause(
        ground="专家评审",
        started_at=at(start),
        told_at=at(start) if told == "同" else told and at(told),
        approved_until=at(until),
        resumed_at=resumed and at(resumed),
        **fields,
    )
