"""Public holidays that follow from the law alone, for years without a notice of arrangement."""

from collections.abc import Mapping
from datetime import date, timedelta

_SATURDAY = 5


def qingming(year: int) -> date:
    """清明: the solar term, by the usual formula for the 21st century (4 or 5 April, rarely 6)."""
    short = year % 100
    return date(year, 4, int(short * 0.2422 + 4.81) - short // 4)


def holidays_of(year: int, festivals: Mapping[date, str]) -> list[tuple[date, str]]:
    """法定节假日: the holidays of ``year`` themselves, in order; one day may be two of them.

    全国年节及纪念日放假办法 2. ``festivals`` holds the lunar ones (春节, 端午, 中秋) where known.
    """
    return sorted(
        [
            (date(year, 1, 1), "元旦"),
            (qingming(year), "清明"),
            *((date(year, 5, day), "劳动节") for day in (1, 2)),
            *((date(year, 10, day), "国庆节") for day in (1, 2, 3)),
            *((day, name) for day, name in festivals.items() if day.year == year),
        ]
    )


def statutory_days_off(year: int, festivals: Mapping[date, str]) -> dict[date, str]:
    """法定节假日: the days off of ``year`` with their names, before any swap of working days.

    ``festivals`` holds the lunar ones (春节, 端午, 中秋) where they are known. A full holiday that
    falls on a weekend, or on another holiday, is made up on the next working day (全国年节及纪念日
    放假办法 2-7; so it was done when 中秋 met 国庆 in 2020).
    """
    named: dict[date, str] = {}
    owed: list[tuple[date, str]] = []
    for day, name in holidays_of(year, festivals):
        if day in named or day.weekday() >= _SATURDAY:
            owed.append((day, name))
        named.setdefault(day, name)
    for day, name in owed:
        named[_next_free(day, named)] = f"{name}补假"
    return named


def _next_free(day: date, taken: Mapping[date, str]) -> date:
    while day in taken or day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day
