from datetime import date

import pytest
from msgspec.structs import replace

from bancheng.domain.errors import DomainError, NotAllowed, WrongStep
from bancheng.domain.time_limits.limit import (
    LimitUnit,
    Pause,
    PauseKind,
    StartConvention,
    case_by_case,
    judge,
)
from bancheng.domain.time_limits.stopwatch import Stopwatch
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

BOOK = load_rulebook("default")


def running(limit=None, start="2026-03-02", **fields) -> Stopwatch:
    return Stopwatch(due=due(limit or working_days(5), start), **fields)


def refused(code, act, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        act(*arguments, **named)
    assert caught.value.code == code
    return caught.value


def test_the_day_of_the_pause_counts_and_the_day_after_the_resumption_counts_again():
    paused = pause("2026-03-03T09:30", "2026-03-20T00:00", resumed="2026-03-05T16:00")
    assert due(working_days(5), "2026-03-02", paused).due_date == date(2026, 3, 11)


def test_under_same_day_the_day_of_the_pause_is_left_out_and_the_day_of_resumption_counts():
    limit = working_days(5, start=StartConvention.SAME_DAY)
    paused = pause("2026-03-03T09:30", "2026-03-20T00:00", resumed="2026-03-05T16:00")
    assert due(limit, "2026-03-02", paused).due_date == date(2026, 3, 10)


def test_a_pause_the_applicant_was_not_told_of_does_not_count():
    untold = pause("2026-03-03", "2026-03-20", told=None)
    assert due(working_days(5), "2026-03-02", untold).due_date == date(2026, 3, 9)


def test_a_pause_counts_only_from_when_the_applicant_was_told():
    late = pause("2026-03-03", "2026-03-10", told="2026-03-05")
    assert due(working_days(5), "2026-03-02", late).due_date == date(2026, 3, 12)


def test_past_its_approved_time_a_pause_ends_by_itself():
    limit = exact(7, LimitUnit.WORKING_HOURS)
    overstayed = pause("2026-03-03T09:00", "2026-03-03T11:00", resumed="2026-03-09T09:00")
    forgotten = pause("2026-03-03T09:00", "2026-03-03T11:00")
    expected = at("2026-03-03T12:00")
    assert due(limit, "2026-03-02T10:00", overstayed).due_at == expected
    assert due(limit, "2026-03-02T10:00", forgotten).due_at == expected


def test_a_pause_approved_until_midnight_lets_the_next_day_count():
    paused = pause("2026-03-03", "2026-03-06T00:00")
    assert due(working_days(5), "2026-03-02", paused).due_date == date(2026, 3, 11)


def test_a_pause_cut_at_midnight_is_the_same_pause():
    pieces = pause("2026-03-03", "2026-03-05T00:00"), pause("2026-03-05T00:00", "2026-03-06")
    whole = pause("2026-03-03", "2026-03-06")
    cut = due(working_days(5), "2026-03-02", *pieces)
    uncut = due(working_days(5), "2026-03-02", whole)
    assert replace(cut, pauses=uncut.pauses) == uncut


def test_a_pause_leaves_its_event_in_the_explanation():
    paused = pause("2026-03-03", "2026-03-05", event="第12号")
    [line] = [i for i in due(working_days(5), "2026-03-02", paused).explanation if i.event]
    assert (line.reason, line.counted, line.event) == ("特别程序:专家评审", False, "第12号")


def test_pauses_that_overlap_are_counted_once_and_named_together():
    first = pause("2026-03-03", "2026-03-05", event="甲")
    second = replace(
        pause("2026-03-04", "2026-03-06", event="乙"), kind=PauseKind.SUSPENDED, ground="系统停机"
    )
    both = due(working_days(5), "2026-03-02", second, first)
    assert both.due_date == date(2026, 3, 12)
    assert "特别程序:专家评审、挂起:系统停机" in {i.reason for i in both.explanation}
    assert {i.event for i in both.explanation} == {"", "甲,乙"}


@pytest.mark.parametrize(
    "fields",
    [
        {"resumed_at": at("2026-03-01")},
        {"kind": PauseKind.EXCLUDED},
        {"kind": PauseKind.SPECIAL_PROCEDURE},
    ],
)
def test_a_pause_that_makes_no_sense_is_refused(fields):
    with pytest.raises(ValueError, match=r"恢复计时|起止时刻|批准的截止时刻"):
        Pause(ground="专家评审", started_at=at("2026-03-02"), **fields)


def test_a_pause_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="须带时区"):
        Pause(ground="检测", started_at=at("2026-03-02").replace(tzinfo=None))


def test_a_deadline_is_paused_and_resumed_and_its_due_date_follows():
    watch = running().pause(pause("2026-03-03", "2026-03-31"), CALENDAR)
    assert (watch.due.due_date, watch.is_on_pause) == (date(2026, 4, 7), True)
    watch = watch.resume(at("2026-03-04"), CALENDAR)
    assert (watch.due.due_date, watch.is_on_pause) == (date(2026, 3, 10), False)


def test_the_time_that_people_wait_never_pauses():
    watch = running(pausable=False)
    refused("DEADLINE_NEVER_PAUSES", watch.pause, pause("2026-03-03", "2026-03-31"), CALENDAR)


def test_acts_that_do_not_fit_the_deadline_are_refused():
    watch = running()
    refused("DEADLINE_NOT_PAUSED", watch.resume, at("2026-03-03"), CALENDAR)
    paused = watch.pause(pause("2026-03-03", "2026-03-05"), CALENDAR)
    refused("DEADLINE_PAUSED", paused.pause, pause("2026-03-04", "2026-03-06"), CALENDAR)
    stopped = replace(watch, stopped_at=at("2026-03-04"))
    refused("DEADLINE_STOPPED", stopped.pause, pause("2026-03-05", "2026-03-06"), CALENDAR)
    refused("DEADLINE_STOPPED", stopped.replan, CALENDAR)


def test_a_pause_that_lapsed_does_not_stand_in_the_way_of_another():
    lapsed = running().pause(pause("2026-03-03", "2026-03-04"), CALENDAR)
    again = lapsed.pause(pause("2026-03-05", "2026-03-06"), CALENDAR)
    assert again.due.due_date == date(2026, 3, 11)


def test_a_change_of_priority_keeps_earlier_pauses_also_while_paused():
    resumed = pause("2026-03-03", "2026-03-31", resumed="2026-03-05")
    watch = running().pause(pause("2026-03-03", "2026-03-31"), CALENDAR)
    while_paused = watch.change_limit(working_days(2), CALENDAR, rulebook_version="急")
    assert while_paused.due.due_date == date(2026, 4, 1)
    done = while_paused.resume(at("2026-03-05"), CALENDAR)
    afterwards = watch.resume(at("2026-03-05"), CALENDAR).change_limit(
        working_days(2), CALENDAR, rulebook_version="急"
    )
    expected = due(working_days(2), "2026-03-02", resumed).due_date
    assert done.due.due_date == afterwards.due.due_date == expected == date(2026, 3, 6)
    assert afterwards.due.rule_version == "急"


def test_a_running_deadline_is_planned_anew_by_a_new_calendar():
    days = {**CALENDAR.days, date(2026, 3, 4): CALENDAR.days[date(2026, 1, 1)]}
    later = replace(CALENDAR, version="新", days=days)
    watch = running().replan(later)
    assert (watch.due.due_date, watch.due.calendar_version) == (date(2026, 3, 10), "新")


def test_a_deadline_is_extended_once_before_expiry_by_the_approver_of_the_rule():
    watch = running()
    named = {"at": at("2026-03-09T23:59"), "approvers": {"handler"}}
    extended = watch.extend(BOOK, CALENDAR, **named)
    assert extended.due.due_date == date(2026, 3, 16)
    refused("EXTENSION_USED_UP", extended.extend, BOOK, CALENDAR, **named)
    too_late = {**named, "at": at("2026-03-10T00:00")}
    error = refused("EXTENSION_TOO_LATE", watch.extend, BOOK, CALENDAR, **too_late)
    assert isinstance(error, WrongStep)
    stranger = {**named, "approvers": {"unit_head"}}
    error = refused("EXTENSION_NOT_YOURS", watch.extend, BOOK, CALENDAR, **stranger)
    assert isinstance(error, NotAllowed)
    refused("EXTENSION_NOT_ALLOWED", watch.extend, BOOK, CALENDAR, purpose="sign_in", **named)


def test_an_extension_granted_while_paused_keeps_the_pause():
    watch = running().pause(pause("2026-03-03", "2026-03-05"), CALENDAR)
    extended = watch.extend(BOOK, CALENDAR, at=at("2026-03-04"), approvers={"handler"})
    assert extended.due.due_date == date(2026, 3, 18)


def test_the_deadlines_of_one_matter_are_independent():
    wait = running(natural_days(15), pausable=False)
    respond, resolve = running(case_by_case(1)), running()
    paused = resolve.pause(pause("2026-03-02T11:00", "2026-03-05T11:00"), CALENDAR)
    assert paused.due.due_date == date(2026, 3, 12)
    assert judge(respond.due, at("2026-03-03T10:00"), CALENDAR).on_time
    assert judge(wait.due, at("2026-03-31"), CALENDAR).overdue == 14
