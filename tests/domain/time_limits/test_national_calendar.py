"""The national calendar against the notices: what each of them adds up to.

Of every notice the weekdays that are off, less the weekend days that are worked, are the days that
the law gives in that year, and what was decreed beside it.
"""

from collections import Counter
from datetime import date

import pytest

from bancheng.domain.time_limits.calendar import DayKind
from bancheng.infra.calendars import national_calendar

CALENDAR = national_calendar()
YEARS = range(2005, CALENDAR.announced_through.year + 1)
SATURDAY = 5
# 抗日战争胜利70周年 (国发明电〔2015〕1号); 春节延长 (国办发明电〔2020〕1号).
DECREED = {2015: 1, 2020: 2}


def by_law(year):
    """How many days off the law gives (全国年节及纪念日放假办法, 1999, 2007 and 2024)."""
    if year < 2008:
        return 10
    return 11 if year < 2025 else 13


def notice_of(day, entry):
    """The year whose notice says of ``day``: the end of December belongs to the new year."""
    return day.year + (day.month == 12 and "元旦" in entry.name)


def balance():
    found = Counter()
    for day, entry in CALENDAR.days.items():
        is_weekend = day.weekday() >= SATURDAY
        if entry.kind is DayKind.DAY_OFF and not is_weekend:
            found[notice_of(day, entry)] += 1
        if entry.kind is DayKind.MAKE_UP_WORKDAY and is_weekend:
            found[notice_of(day, entry)] -= 1
    return found


@pytest.mark.parametrize("year", YEARS)
def test_each_notice_adds_up_to_the_days_off_by_law(year):
    assert balance()[year] == by_law(year) + DECREED.get(year, 0)


def test_the_last_day_of_2005_was_worked_by_the_notice_for_2006():
    day = date(2005, 12, 31)
    assert CALENDAR.is_working_day(day)
    assert CALENDAR.days[day].source == "国办发明电〔2005〕35号"
