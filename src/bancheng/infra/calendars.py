"""The national calendar from the notices of the State Council."""

from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version as package_version

from chinese_calendar.constants import (  # type: ignore[import-untyped]  # it ships no types
    Holiday,
    holidays,
    in_lieu_days,
    workdays,
)

from bancheng.domain.time_limits.calendar import Calendar, DayEntry, DayKind

# Dates of the lunar new year, 端午 (5/5) and 中秋 (8/15) from the almanac of the Chinese lunar
# calendar (GB/T 33661-2017). They only serve years without a notice, whose days are provisional.
_LUNAR = {
    2027: ("02-06", "06-09", "09-15"),
    2028: ("01-26", "05-28", "10-03"),
    2029: ("02-13", "06-16", "09-22"),
    2030: ("02-03", "06-05", "09-12"),
    2031: ("01-23", "06-24", "10-01"),
    2032: ("02-11", "06-12", "09-19"),
    2033: ("01-31", "06-01", "09-08"),
    2034: ("02-19", "06-20", "09-27"),
    2035: ("02-08", "06-10", "09-16"),
}
# What the package has otherwise than the notice; found by adding up each of them (in the tests).
_CORRECTED = {
    date(2005, 12, 31): DayEntry(
        kind=DayKind.MAKE_UP_WORKDAY, name="元旦", source="国办发明电〔2005〕35号"
    ),
}
_NAMES = {holiday.value: holiday.chinese for holiday in Holiday}


@lru_cache(maxsize=4)
def national_calendar(*, version: str | None = None) -> Calendar:
    """全国工作日历: the notices of 2004 to 2026 and, for later years, the statutory holidays.

    The version names the package the days come from, unless ``version`` is given.
    """
    package = f"chinesecalendar-{package_version('chinesecalendar')}"
    days = {**_days_off(), **_make_up_workdays(), **_CORRECTED}
    return Calendar(
        version=version or f"国办通知-{package}",
        source=f"国务院办公厅历年节假日安排通知({package})",
        days=dict(sorted(days.items())),
        festivals=_festivals(),
        announced_from=date(min(days).year, 1, 1),
        announced_through=date(max(days).year, 12, 31),
    )


def _days_off() -> dict[date, DayEntry]:
    return {
        day: DayEntry(kind=DayKind.DAY_OFF, name=_NAMES[name], swapped=day in in_lieu_days)
        for day, name in holidays.items()
    }


def _make_up_workdays() -> dict[date, DayEntry]:
    return {
        day: DayEntry(kind=DayKind.MAKE_UP_WORKDAY, name=_NAMES[name])
        for day, name in workdays.items()
    }


def _festivals() -> dict[date, str]:
    """The lunar statutory holidays of the years to come: 春节 is 除夕 to 初三 (2024 rules)."""
    days: dict[date, str] = {}
    for year, (spring, dragon_boat, mid_autumn) in _LUNAR.items():
        new_year = date.fromisoformat(f"{year}-{spring}")
        days |= {new_year + timedelta(days=offset): "春节" for offset in range(-1, 3)}
        days[date.fromisoformat(f"{year}-{dragon_boat}")] = "端午"
        days[date.fromisoformat(f"{year}-{mid_autumn}")] = "中秋"
    return days
