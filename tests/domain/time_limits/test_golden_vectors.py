"""The golden vectors of domain.md 2.7, computed there from the State Council notices."""

from datetime import date

import pytest

from bancheng.domain.time_limits.limit import StartConvention
from bancheng.domain.time_limits.working_time import count_working_days
from domain.time_limits.samples import CALENDAR, due, working_days

ROWS = [
    ("2025-09-26", 1, "2025-09-28", "2025-09-26"),
    ("2025-09-26", 5, "2025-10-10", "2025-10-09"),
    ("2025-09-26", 20, "2025-10-30", "2025-10-29"),
    ("2025-09-30", 5, "2025-10-14", "2025-10-13"),
    ("2025-01-24", 3, "2025-02-05", "2025-01-27"),
    ("2025-01-24", 5, "2025-02-07", "2025-02-06"),
    ("2025-12-31", 1, "2026-01-04", "2025-12-31"),
    ("2025-12-31", 5, "2026-01-08", "2026-01-07"),
    ("2026-02-12", 5, "2026-02-26", "2026-02-25"),
    ("2026-02-13", 1, "2026-02-14", "2026-02-13"),
    ("2026-02-13", 20, "2026-03-19", "2026-03-18"),
    ("2026-04-30", 5, "2026-05-11", "2026-05-09"),
]


@pytest.mark.parametrize(("start", "n", "next_day", "same_day"), ROWS)
def test_the_golden_vectors_hold_for_both_start_conventions(start, n, next_day, same_day):
    counted = working_days(n, start=StartConvention.SAME_DAY)
    assert due(working_days(n), start).due_date == date.fromisoformat(next_day)
    assert due(counted, start).due_date == date.fromisoformat(same_day)


@pytest.mark.parametrize(("n", "expected"), [(45, date(2026, 3, 13)), (60, date(2026, 4, 3))])
def test_a_joint_licence_takes_45_working_days_and_60_with_its_extension(n, expected):
    assert due(working_days(n), "2026-01-05").due_date == expected


@pytest.mark.parametrize("year", [2025, 2026])
def test_2025_and_2026_have_248_working_days_each(year):
    assert count_working_days(CALENDAR, date(year, 1, 1), date(year, 12, 31)) == 248
