from datetime import UTC, date, datetime

import msgspec
import pytest

from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.limit import (
    DueDate,
    EndOf,
    Extension,
    Limit,
    LimitUnit,
    StartConvention,
    Verdict,
    case_by_case,
    decide_due,
    extend,
    judge,
)
from bancheng.infra.rulebooks import load_rulebook
from domain.time_limits.samples import (
    CALENDAR,
    at,
    due,
    exact,
    natural_days,
    pause,
    working_days,
)

SAME_DAY = StartConvention.SAME_DAY


def test_a_working_day_limit_runs_to_midnight_of_its_last_day():
    result = due(working_days(1), "2026-03-02")
    assert result.due_date == date(2026, 3, 3)
    assert result.due_at == at("2026-03-04T00:00")
    assert judge(result, at("2026-03-03T23:59:59"), CALENDAR).on_time
    assert not judge(result, at("2026-03-04T00:00"), CALENDAR).on_time


def test_a_limit_may_end_with_the_last_session_of_its_last_day():
    result = due(working_days(1, end_of=EndOf.SESSION), "2026-03-02")
    assert result.due_at == at("2026-03-03T17:00")
    assert not judge(result, at("2026-03-03T17:00"), CALENDAR).on_time


def test_a_last_day_on_which_the_hall_is_closed_ends_at_midnight_all_the_same():
    closed = msgspec.structs.replace(CALENDAR, date_hours={date(2026, 3, 3): ()})
    result = due(working_days(1, end_of=EndOf.SESSION), "2026-03-02", calendar=closed)
    assert result.due_at == at("2026-03-04T00:00")


@pytest.mark.parametrize("start", ["2026-03-06T23:00", "2026-03-07T12:00", "2026-03-08T12:00"])
def test_both_conventions_start_at_the_next_working_day_from_a_day_off(start):
    assert due(working_days(1), start).due_date == date(2026, 3, 9)
    if start > "2026-03-07":
        assert due(working_days(1, start=SAME_DAY), start).due_date == date(2026, 3, 9)


def test_on_the_spot_after_closing_means_the_next_working_day():
    limit = working_days(1, start=SAME_DAY, end_of=EndOf.SESSION)
    assert due(limit, "2026-03-06T16:59").due_at == at("2026-03-06T17:00")
    assert due(limit, "2026-03-06T17:00").due_at == at("2026-03-09T17:00")


def test_what_remains_runs_to_the_due_date_also_where_the_last_day_was_moved():
    rolled = due(natural_days(15, roll_forward=True), "2026-01-31")  # 2月15日顺延至24日
    verdict = judge(rolled, at("2026-02-20"), CALENDAR)
    assert (verdict.on_time, verdict.used, verdict.remaining) == (True, 20, 4)


def test_natural_days_count_days_off_and_move_on_from_one_only_if_the_rule_says_so():
    assert due(natural_days(15), "2026-01-31").due_date == date(2026, 2, 15)
    rolled = due(natural_days(15, roll_forward=True), "2026-01-31")
    assert rolled.due_date == date(2026, 2, 24)
    assert rolled.explanation[-1].reason == "末日遇春节顺延"
    assert due(natural_days(15, start=SAME_DAY), "2026-01-31").due_date == date(2026, 2, 14)


def test_hours_start_at_once_and_stop_for_lunch_night_and_weekend():
    result = due(exact(8, LimitUnit.WORKING_HOURS), "2026-03-06T11:00")
    assert result.due_at == at("2026-03-09T12:00")
    assert [(i.reason, i.counted) for i in result.explanation] == [
        ("工作日", True),
        ("非开放时段", False),
        ("工作日", True),
        ("非开放时段", False),
        ("周末", False),
        ("非开放时段", False),
        ("工作日", True),
    ]
    assert due(exact(48, LimitUnit.NATURAL_HOURS), "2026-03-06T11:00").due_at == at(
        "2026-03-08T11:00"
    )
    assert due(exact(30, LimitUnit.MINUTES), "2026-03-06T11:50").due_at == at("2026-03-06T12:20")
    assert due(exact(30, LimitUnit.WORKING_MINUTES), "2026-03-06T11:50").due_at == at(
        "2026-03-06T13:20"
    )


def test_hours_that_end_exactly_at_closing_end_there():
    result = due(exact(7, LimitUnit.WORKING_HOURS), "2026-03-06T09:00")
    assert (result.due_at, result.due_date) == (at("2026-03-06T17:00"), date(2026, 3, 6))


def test_an_exact_working_day_ends_at_the_same_time_of_day():
    assert due(exact(1, LimitUnit.WORKING_DAYS), "2026-03-06T10:30").due_at == at(
        "2026-03-09T10:30"
    )
    assert due(exact(2, LimitUnit.NATURAL_DAYS), "2026-03-06T10:30").due_at == at(
        "2026-03-08T10:30"
    )


@pytest.mark.parametrize(
    "start", ["2026-03-06T18:00", "2026-03-08T08:00", "2026-03-08T20:00", "2026-03-09T07:00"]
)
def test_an_exact_working_day_that_starts_in_a_closed_hall_is_the_whole_next_one(start):
    assert due(exact(1, LimitUnit.WORKING_DAYS), start).due_at == at("2026-03-09T17:00")


def test_one_working_day_is_not_24_working_hours():
    day = due(working_days(1), "2026-03-02")
    hours = due(exact(24, LimitUnit.WORKING_HOURS), "2026-03-02")
    assert day.due_date == date(2026, 3, 3)
    assert hours.due_date == date(2026, 3, 5)


def test_a_pause_within_working_hours_moves_an_hour_limit_to_the_minute():
    paused = pause("2026-03-06T11:15", "2026-03-06T14:20")
    result = due(exact(3, LimitUnit.WORKING_HOURS), "2026-03-06T10:00", paused)
    assert result.due_at == at("2026-03-06T16:05")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"amount": 0, "unit": LimitUnit.WORKING_DAYS}, "须在 1 至"),
        ({"amount": 20_001, "unit": LimitUnit.WORKING_DAYS}, "须在 1 至"),
        ({"amount": 1, "unit": LimitUnit.MINUTES}, "即时起算"),
        ({"amount": 1, "unit": LimitUnit.WORKING_DAYS, "roll_forward": True}, "自然日时限"),
        (
            {
                "amount": 1,
                "unit": LimitUnit.WORKING_HOURS,
                "start": StartConvention.EXACT,
                "end_of": EndOf.SESSION,
            },
            "下班时届满",
        ),
    ],
)
def test_a_setting_that_could_have_no_effect_is_an_error(fields, message):
    with pytest.raises(ValueError, match=message):
        Limit(id="x", **fields)


def test_an_instant_without_a_zone_is_refused():
    naive = datetime(2026, 3, 2, 10)
    with pytest.raises(ValueError, match="须带时区"):
        decide_due(working_days(1), naive, CALENDAR, rulebook_version="")
    with pytest.raises(ValueError, match="须带时区"):
        judge(due(working_days(1), "2026-03-02"), naive, CALENDAR)


def test_an_extension_adds_to_the_limit_and_is_told_apart_in_the_explanation():
    result = due(working_days(45), "2026-01-05", extension=Extension(amount=15, basis="42"))
    assert (result.due_date, result.amount) == (date(2026, 4, 3), 60)
    extended = sum(i.days for i in result.explanation if i.reason.endswith("(延期)"))
    assert extended == 15
    hours = due(
        exact(4, LimitUnit.WORKING_HOURS), "2026-03-02T09:00", extension=Extension(amount=2)
    )
    assert hours.due_at == at("2026-03-02T16:00")


def test_the_extension_of_the_rule_book_is_decided_anew_from_the_start():
    book = load_rulebook("default")
    first = due(working_days(5), "2026-03-02")
    rule = book.extension
    longer = extend(first, rule, CALENDAR, rulebook_version=book.version)
    assert (first.due_date, longer.due_date) == (date(2026, 3, 9), date(2026, 3, 16))
    assert longer.rule_version == book.version
    again = extend(longer, rule, CALENDAR, rulebook_version=book.version)
    assert (again.amount, again.extension.times) == (15, 2)


def test_a_limit_may_be_set_case_by_case():
    limit = case_by_case(8)
    assert (limit.amount, limit.unit, limit.basis) == (8, LimitUnit.WORKING_DAYS, "一事一议")


def test_a_verdict_says_used_remaining_and_overdue_in_units_and_minutes():
    result = due(working_days(5), "2026-03-02")
    early = judge(result, at("2026-03-04T11:00"), CALENDAR)
    assert (early.used, early.remaining, early.overdue) == (2, 3, 0)
    assert (early.used_minutes, early.remaining_minutes) == (420 + 120, 300 + 3 * 420)
    late = judge(result, at("2026-03-11T10:00"), CALENDAR)
    assert (late.used, late.remaining, late.overdue) == (7, 0, 2)
    assert (late.on_time, late.overdue_minutes) == (False, 420 + 60)


def test_what_is_finished_on_a_day_off_after_the_due_date_is_late_by_a_begun_day():
    result = due(working_days(4), "2026-03-02")
    verdict = judge(result, at("2026-03-07T10:00"), CALENDAR)
    assert (verdict.on_time, verdict.used, verdict.overdue) == (False, 4, 1)
    assert verdict.overdue_minutes == 0


def test_a_begun_hour_counts_as_an_hour():
    result = due(exact(5, LimitUnit.WORKING_HOURS), "2026-03-02T09:00")
    early = judge(result, at("2026-03-02T11:30"), CALENDAR)
    assert (early.used, early.remaining, early.used_minutes) == (3, 2, 150)
    late = judge(result, at("2026-03-02T15:00:30"), CALENDAR)
    assert (late.overdue, late.overdue_minutes, late.on_time) == (1, 1, False)


def test_what_is_finished_before_time_counts_used_nothing():
    verdict = judge(due(working_days(5), "2026-03-02"), at("2026-03-02T16:00"), CALENDAR)
    assert (verdict.used, verdict.used_minutes, verdict.explanation) == (0, 0, ())
    assert (verdict.remaining, verdict.remaining_minutes) == (5, 5 * 420)


def test_a_finish_dated_before_the_start_has_the_whole_limit_left():
    for limit, amount in ((working_days(5), 5), (exact(4, LimitUnit.WORKING_HOURS), 4)):
        verdict = judge(due(limit, "2026-03-05"), at("2026-03-02"), CALENDAR)
        assert (verdict.used, verdict.remaining, verdict.on_time) == (0, amount, True)


def test_a_later_calendar_changes_no_recorded_verdict():
    recorded = due(working_days(2), "2026-12-30")
    local = {"version": "后来", "announced_through": date(2027, 12, 31), "festivals": {}}
    later = msgspec.structs.replace(CALENDAR, **local)
    before = judge(recorded, at("2027-01-05T09:00"), CALENDAR)
    after = judge(recorded, at("2027-01-05T09:00"), later)
    assert before.on_time is after.on_time is False
    assert (before.calendar_version, after.calendar_version) == (CALENDAR.version, "后来")


@pytest.mark.parametrize(
    ("limit", "start", "provisional"),
    [
        (working_days(2), "2026-12-30", True),
        (working_days(1), "2026-12-30", False),
        (natural_days(20), "2026-12-30", False),
        (natural_days(20, roll_forward=True), "2026-12-30", True),
        (exact(48, LimitUnit.NATURAL_HOURS), "2026-12-31", False),
        (exact(20, LimitUnit.WORKING_HOURS), "2026-12-30", True),
        (working_days(1), "2003-12-30", True),
        (working_days(5), "2003-12-30", True),
    ],
)
def test_a_due_date_is_provisional_if_days_without_a_notice_matter_to_it(limit, start, provisional):
    assert due(limit, start).provisional is provisional


def test_due_dates_and_verdicts_survive_json():
    result = due(working_days(20), "2026-02-13", extension=Extension(amount=10))
    verdict = judge(result, at("2026-05-13"), CALENDAR)
    assert msgspec.json.decode(msgspec.json.encode(result), type=DueDate) == result
    assert msgspec.json.decode(msgspec.json.encode(verdict), type=Verdict) == verdict


def test_an_explanation_of_20_working_days_is_compact():
    result = due(working_days(20), "2026-04-01")
    assert len(result.explanation) <= 12
    assert len(msgspec.json.encode(result)) < 2000


def test_a_hall_in_a_zone_with_summer_time_keeps_its_local_days():
    calendar = Calendar(version="夏令时", zone="Europe/Berlin", announced_through=date.max)
    started = datetime(2026, 3, 27, 9, tzinfo=UTC)
    result = decide_due(working_days(1), started, calendar, rulebook_version="")
    assert result.due_at == datetime(2026, 3, 30, 22, tzinfo=UTC)
    hours = decide_due(
        exact(24 * 3, LimitUnit.NATURAL_HOURS), started, calendar, rulebook_version=""
    )
    assert hours.due_at == datetime(2026, 3, 30, 9, tzinfo=UTC)
    days = decide_due(exact(3, LimitUnit.NATURAL_DAYS), started, calendar, rulebook_version="")
    assert days.due_at == hours.due_at
