"""Which days are worked, when the hall is open, and which calendar said so.

Arithmetic on these days lives in `working_time`.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.intervals import Instant
from bancheng.domain.time_limits.statutory import statutory_days_off

Minute = Annotated[int, Meta(ge=0, le=1440)]
_WEEKDAYS = 7
_MIDNIGHT_MINUTE = 24 * 60


class DayKind(Labelled):
    """日类: what a day is for whoever counts working days. Provisional is a separate flag."""

    WORKDAY = "workday", "工作日"
    DAY_OFF = "day_off", "休息日"
    MAKE_UP_WORKDAY = "make_up_workday", "调休上班"


class DayEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """日历条目: a day that differs from its weekday, and the holiday that is the cause.

    ``swapped`` marks a day off that was won by working on a weekend (调休放假); the weekend day
    worked for it is a ``MAKE_UP_WORKDAY``. The two are never the same day. ``source`` is the notice
    that it comes from, ``reason`` the explicit word of who published what no notice usually says.
    """

    kind: DayKind
    name: str
    swapped: bool = False
    source: str = ""
    reason: str = ""


class Session(Struct, frozen=True, kw_only=True):
    """办公时段: open from minute ``start`` of the local day up to, not including, ``end``."""

    start: Minute
    end: Minute

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= _MIDNIGHT_MINUTE:
            raise ValueError("办公时段须在 00:00 至 24:00 之间, 且先开始后结束")


Sessions = tuple[Session, ...]
OFFICE_HOURS: Sessions = (Session(start=540, end=720), Session(start=780, end=1020))


class Calendar(Struct, frozen=True, kw_only=True, dict=True):
    """工作日历: one version of the days and opening hours of a hall.

    ``days`` holds the exceptions that were announced. Outside ``announced_from`` ..
    ``announced_through`` a day is provisional: taken from the statutory holidays, to which
    ``festivals`` adds the lunar ones where they are known. ``hours`` are the sessions of Monday
    to Sunday; ``date_hours`` replaces them on a date (empty: closed; longer: 延时服务).
    ``published_at`` is since when the version holds; None if it came with the program.
    """

    version: str
    zone: str = "Asia/Shanghai"
    source: str = ""
    days: dict[date, DayEntry] = {}
    festivals: dict[date, str] = {}
    announced_from: date = date.min
    announced_through: date
    published_at: Instant | None = None
    working_weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    hours: tuple[Sessions, ...] = (OFFICE_HOURS,) * 5 + ((), ())
    date_hours: dict[date, Sessions] = {}

    def __post_init__(self) -> None:
        if len(self.hours) != _WEEKDAYS:
            raise ValueError(f"每周办公时段须有 7 项(周一至周日), 现有 {len(self.hours)} 项")
        if not any(self.hours[weekday] for weekday in self.working_weekdays):
            raise ValueError("每周至少须有一个工作日有办公时段")
        for sessions in (*self.hours, *self.date_hours.values()):
            if any(a.end > b.start for a, b in pairwise(sessions)):
                raise ValueError("同一天的办公时段须按先后排列且互不重叠")
        self.tzinfo  # noqa: B018  an unknown zone is refused here, not at the first deadline

    @cached_property
    def tzinfo(self) -> ZoneInfo:
        """时区: the hall's zone; ``ZoneInfoNotFoundError`` if there is none of that name."""
        return ZoneInfo(self.zone)

    @cached_property
    def _provisional_years(self) -> dict[int, Mapping[date, str]]:
        return {}

    def is_provisional(self, day: date) -> bool:
        """待公布: whether no notice covers ``day``, so that it may still change."""
        return not self.announced_from <= day <= self.announced_through

    def entry(self, day: date) -> DayEntry | None:
        """The exception that holds on ``day``: announced, or else derived from the law."""
        # What was announced goes first, also where no notice reaches: a flood may close such a day.
        found = self.days.get(day)
        if found is None and self.is_provisional(day):
            name = self._statutory(day.year).get(day)
            return DayEntry(kind=DayKind.DAY_OFF, name=name) if name else None
        return found

    def _statutory(self, year: int) -> Mapping[date, str]:
        # Once a year and calendar: every day that is counted asks, and a limit may be long.
        years = self._provisional_years
        if year not in years:
            years[year] = statutory_days_off(year, self.festivals)
        return years[year]

    def kind(self, day: date) -> DayKind:
        """日类: the kind of ``day``. Never raises, however far the day lies."""
        found = self.entry(day)
        if found is not None:
            return found.kind
        worked = day.weekday() in self.working_weekdays
        return DayKind.WORKDAY if worked else DayKind.DAY_OFF

    def is_working_day(self, day: date) -> bool:
        """工作日: whether ``day`` counts as a working day (make-up workdays do)."""
        return self.kind(day) is not DayKind.DAY_OFF

    def reason(self, day: date) -> str:
        """原因: why ``day`` is worked or not, as people read it."""
        found = self.entry(day)
        if found is None:
            return "工作日" if day.weekday() in self.working_weekdays else "周末"
        if found.kind is DayKind.MAKE_UP_WORKDAY:
            return f"{found.name}调休上班"
        if found.kind is DayKind.WORKDAY:
            return found.name
        text = f"{found.name}调休放假" if found.swapped else found.name
        return f"{text}(暂定)" if self.is_provisional(day) else text

    def source_of(self, day: date) -> str:
        """出处: the notice that has ``day``, else that of the calendar."""
        found = self.days.get(day)
        return (found.source if found else "") or self.source

    def sessions(self, day: date) -> Sessions:
        """开放时段: when the hall is open on ``day``.

        A make-up workday on a weekday without hours takes those of the first working weekday that
        has some. A day off may have hours too (延时服务): people are served, no limit counts.
        """
        if day in self.date_hours:
            return self.date_hours[day]
        if self.is_working_day(day):
            return self.office_hours(day)
        # A day off by notice is closed even if its weekday has hours, unless they are announced.
        return self.hours[day.weekday()] if self.entry(day) is None else ()

    def office_hours(self, day: date) -> Sessions:
        """正常办公时段: those of the week on a working day, none on a day off.

        What is done for people beyond them is 延时服务, also when the hall is open by notice.
        """
        if not self.is_working_day(day):
            return ()
        usual = self.hours[day.weekday()]
        return usual or next(filter(None, (self.hours[i] for i in self.working_weekdays)))

    def local(self, instant: datetime) -> datetime:
        """当地时间: ``instant`` as the hall reads it; ``ValueError`` if it has no zone."""
        if instant.tzinfo is None:
            raise ValueError("时刻须带时区")
        return instant.astimezone(self.tzinfo)

    def start_of(self, day: date) -> datetime:
        """零时: the instant at which ``day`` begins in the hall."""
        return datetime.combine(day, time(), self.tzinfo).astimezone(UTC)

    def instant(self, day: date, minute: int) -> datetime:
        """时刻: minute ``minute`` (0..1440) of the local ``day`` as an instant."""
        if minute == _MIDNIGHT_MINUTE:
            return self.start_of(day + timedelta(days=1))
        of_day = time(minute // 60, minute % 60)
        return datetime.combine(day, of_day, self.tzinfo).astimezone(UTC)
