"""Bugs that users of comparable systems reported (pitfalls.md), as far as they are about time.

The number after a sentence is the row. Rows 1, 6, 13 and 18 are in test_stopwatch, 8 to 11, 14 and
21 in test_plan, 2, 25 and 33 to 37 in test_calendar, 29 and 30 in test_limit.
"""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from bancheng.domain.deadlines import AllReleased, DeadlineState, Ended, Started, fold
from bancheng.domain.errors import WrongStep
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.calendar import Calendar, DayEntry, DayKind
from bancheng.domain.time_limits.limit import LimitUnit, decide_due, judge
from bancheng.domain.time_limits.plan import plan_warnings
from bancheng.domain.time_limits.stopwatch import Stopwatch
from bancheng.domain.time_limits.thresholds import WarningLevel
from bancheng.domain.time_limits.working_time import working_between
from bancheng.infra.rulebooks import load_rulebook
from domain.time_limits.samples import (
    CALENDAR,
    at,
    due,
    exact,
    pause,
    reached,
    working_days,
)
from support.rules import load_calendar

RULES = load_rulebook("default").thresholds_for("resolve")
HOURS = LimitUnit.WORKING_HOURS


def test_a_short_target_never_hides_another():  # 4
    update, response = (due(exact(hours, HOURS), "2026-03-02T09:00") for hours in (1, 2))
    late = at("2026-03-02T12:00")
    assert [judge(target, late, CALENDAR).overdue for target in (update, response)] == [2, 1]


def test_a_merged_matter_goes_on_to_no_breach():  # 5, 16
    about = {"kind": LimitKind.RESOLVE, "subject": "1"}
    started = Started(**about, due=due(working_days(5), "2026-03-02"))
    merged = fold({}, [started, AllReleased()], at("2026-03-04T10:00"))
    [deadline] = fold(merged, [Ended(**about)], at("2026-12-01")).values()
    assert deadline.state is DeadlineState.RELEASED


def test_a_pause_over_a_weekend_moves_a_limit_in_days_by_its_working_days_only():  # 7
    paused = pause("2026-03-06T09:00", "2026-03-31", resumed="2026-03-09T11:00")
    result = due(working_days(5), "2026-03-02", paused)
    assert result.due_date == date(2026, 3, 10)
    assert sum(line.days for line in result.explanation) == 5


def test_nothing_is_breached_between_pause_and_resume():  # 12
    paused = pause("2026-03-05T09:00", "2026-03-20T00:00")
    result = due(working_days(5), "2026-03-02", paused)
    plan = plan_warnings(result, RULES, CALENDAR)
    during = [at(f"2026-03-{day:02d}T23:59") for day in range(6, 20)]
    assert not any(reached(plan, instant) for instant in during)
    assert all(judge(result, instant, CALENDAR).on_time for instant in during)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles", "Pacific/Auckland"])
def test_a_new_matter_is_never_breached_at_its_first_instant(zone):  # 14
    calendar = replace(CALENDAR, zone=zone)
    for hour in range(24):
        started = datetime(2026, 3, 6, hour, tzinfo=UTC)
        result = decide_due(working_days(1), started, calendar, rulebook_version="")
        assert judge(result, started, calendar).on_time
        plan = plan_warnings(result, RULES, calendar)
        assert reached(plan, started) == []


@pytest.mark.parametrize(
    ("start", "day", "hour"),
    [
        ("2026-03-05T23:00", "2026-03-06", "2026-03-06T10:00"),
        ("2026-05-03T10:00", "2026-05-06", "2026-05-06T10:00"),
        ("2026-05-09T10:00", "2026-05-11", "2026-05-09T11:00"),
        ("2026-05-09T20:00", "2026-05-11", "2026-05-11T10:00"),
    ],
)
def test_a_matter_from_outside_hours_has_its_whole_limit(start, day, hour):  # 15
    assert due(working_days(1), start).due_date == date.fromisoformat(day)
    assert due(exact(1, HOURS), start).due_at == at(hour)


def test_the_due_date_the_red_level_and_the_verdict_turn_at_the_same_instant():  # 17
    result = due(exact(5, HOURS), "2026-03-06T15:00")
    plan = plan_warnings(result, RULES, CALENDAR)
    before = result.due_at - timedelta(microseconds=1)
    assert WarningLevel.RED not in reached(plan, before)
    assert judge(result, before, CALENDAR).on_time
    assert WarningLevel.RED in reached(plan, result.due_at)
    assert not judge(result, result.due_at, CALENDAR).on_time


def test_a_lunch_break_is_no_working_time():  # 19
    morning_and_afternoon = working_between(
        CALENDAR, at("2026-03-06T09:00"), at("2026-03-06T17:00")
    )
    assert morning_and_afternoon == timedelta(hours=7)


def test_a_pause_on_a_matter_from_a_holiday_moves_working_time_and_not_the_start():  # 20
    paused = pause("2026-10-02T09:00", "2026-10-08T10:00")
    result = due(exact(2, HOURS), "2026-10-01T10:00", paused)
    assert result.started_at == at("2026-10-01T10:00")
    assert result.due_at == at("2026-10-08T12:00")


def test_an_extended_holiday_moves_what_runs_and_leaves_closed_ones():  # 22, 35
    extended = load_calendar(
        'version = "延长"\nsource = "国办发明电〔2020〕1号"\n'
        "[days]\n"
        + "\n".join(
            f'2020-{day} = {{ kind = "day_off", name = "春节延长" }}' for day in ("02-03", "02-04")
        )
    )
    watch = Stopwatch(due=due(working_days(2), "2020-01-31"))
    closed = replace(watch, stopped_at=at("2020-02-03T10:00"))
    assert watch.due.due_date == date(2020, 2, 4)
    assert watch.replan(extended).due.due_date == date(2020, 2, 6)
    with pytest.raises(WrongStep):
        closed.replan(extended)


def test_every_finish_says_what_was_used_and_what_was_spare():  # 24
    verdict = judge(due(working_days(10), "2026-03-02"), at("2026-03-05"), CALENDAR)
    assert (verdict.used, verdict.remaining, verdict.remaining_minutes > 0) == (3, 7, True)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"])
def test_a_holiday_is_a_date_and_the_same_in_every_zone(zone):  # 26
    calendar = replace(CALENDAR, zone=zone)
    local_noon = calendar.instant(date(2026, 10, 1), 720)
    assert calendar.reason(calendar.local(local_noon).date()) == "国庆节"
    assert msgspec.json.encode(calendar.days) == msgspec.json.encode(CALENDAR.days)


def test_the_end_of_a_month_is_that_of_the_hall():  # 27
    result = due(working_days(1), "2026-03-30")
    assert result.due_date == date(2026, 3, 31)
    assert result.due_at.astimezone(UTC).date() == date(2026, 3, 31)
    assert due(working_days(1), "2026-03-31T07:00").due_date == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("start", "end"), [("2026-03-27", "2026-03-30"), ("2026-10-23", "2026-10-26")]
)
def test_history_uses_the_offset_of_its_own_date(start, end):  # 28
    calendar = Calendar(version="柏林", zone="Europe/Berlin", announced_through=date.max)
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    result = decide_due(
        exact(7, HOURS), calendar.instant(first, 600), calendar, rulebook_version=""
    )
    assert result.due_at == calendar.instant(last, 600)
    lines = result.explanation
    assert calendar.local(lines[-1].since).hour == 9
    assert sum((line.time for line in lines), timedelta()) == timedelta(hours=7)


def test_a_day_off_of_a_hall_is_found_in_the_explanation():  # 34, 37
    local = {date(2027, 1, 5): DayEntry(kind=DayKind.DAY_OFF, name="地方节日")}
    calendar = replace(CALENDAR, days={**CALENDAR.days, **local}, version="地方")
    reasons = [
        line.reason for line in due(working_days(5), "2026-12-30", calendar=calendar).explanation
    ]
    assert "地方节日(暂定)" in reasons
    assert "元旦(暂定)" in reasons
