"""1,372 real messages to local leaders with their due dates, computed independently."""

import csv
import gzip
from datetime import date

import pytest

from bancheng.domain.time_limits.limit import decide_due, judge
from bancheng.domain.time_limits.working_time import count_working_days
from domain.time_limits.samples import CALENDAR, SHARED_DATA, at, working_days

FILE = SHARED_DATA / "teddy2020" / "annex4_workday_oracle.csv.gz"


def rows():
    with gzip.open(FILE, "rt", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@pytest.mark.skipif(not FILE.exists(), reason=f"没有 {FILE}")
@pytest.mark.parametrize("n", [5, 15, 60])
def test_each_message_is_due_and_judged_as_the_oracle_says(n):
    for row in rows():
        received, replied = (
            at(row[name].replace(" ", "T")) for name in ("received_at", "replied_at")
        )
        due = decide_due(working_days(n), received, CALENDAR, rulebook_version="")
        verdict = judge(due, replied, CALENDAR)
        assert due.due_date == date.fromisoformat(row[f"due_{n}wd"]), row
        assert verdict.on_time is (row[f"overdue_{n}wd"] == "0"), row
        assert verdict.used == int(row["workdays_elapsed"]), row
        assert not due.provisional


@pytest.mark.skipif(not FILE.exists(), reason=f"没有 {FILE}")
def test_working_days_elapsed_are_those_after_the_day_of_receipt():
    for row in rows():
        first, last = (date.fromisoformat(row[name][:10]) for name in ("received_at", "replied_at"))
        counted = count_working_days(CALENDAR, first, last) - CALENDAR.is_working_day(first)
        assert counted == int(row["workdays_elapsed"]), row
