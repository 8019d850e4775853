"""重新定期: a later calendar changes a running limit by an event, and no verdict."""

import pytest
from msgspec.structs import replace

from bancheng.domain.case.terms import RefusalGround
from bancheng.domain.complaint.deadline import GrantExtension, SubmitResult
from bancheng.domain.complaint.terms import Outcome
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.limit import decide_due, judge
from bancheng.domain.time_limits.plan import plan_warnings
from bancheng.domain.warnings.events import DueDateReplanned
from bancheng.domain.warnings.raising import ReplanDueDate
from support import case_builders
from support.builders import (
    LEAD,
    SEALED,
    TEXT,
    a_dispatched_ticket,
    a_reported_ticket,
    a_resolved_ticket,
    a_signed_in_ticket,
    after,
    an_order_with_extension_asked,
    asking_extension,
    deadline_of,
    dispatched_from,
    due,
    raising,
    reporting,
    signed_in,
    submitting,
)
from support.given import CALENDAR, RULES, STREAM, given, local
from support.rules import load_calendar

RESOLVE, AWAIT = LimitKind.RESOLVE, LimitKind.AWAIT_SUPPLEMENT
REMINDER, YELLOW, RED = WarningLevel.REMINDER, WarningLevel.YELLOW, WarningLevel.RED
ORDER = {"ticket_id": STREAM, "order_id": LEAD}
MUCH_LATER = local("2026-03-30 10:00")


def a_notice(version, *days, through=None, base=CALENDAR, reason=""):
    """A calendar in which ``days`` are ``2026-03-09 day_off`` or the like."""
    lines = [f'version = "{version}"', 'source = "通知"']
    lines += [f"announced_through = {through}"] if through else []
    for day, kind in (one.split() for one in days):
        lines += [f"[days.{day}]", f'kind = "{kind}"', 'name = "防汛"']
        lines += [f'reason = "{reason}"'] if reason else []
    return load_calendar("\n".join(lines), base)


# The order of the usual story goes out on Monday the 2nd and is due on Monday the 9th.
MONDAY_OFF = a_notice("汛情", "2026-03-09 day_off")
TUESDAY_OFF = a_notice("汛情早", "2026-03-03 day_off")
THURSDAY_OFF = a_notice("汛情中", "2026-03-05 day_off")
SATURDAY_WORKED = a_notice("补班", "2026-03-07 make_up_workday", reason="补班")
BEFORE = due("resolve_general", local("2026-03-02 09:03"), "2026-03-09")


def replan(kind=RESOLVE, subject=LEAD):
    return ReplanDueDate(matter_id=STREAM, kind=kind, subject=subject)


def decided_by(calendar, before, purpose="resolve"):
    """What ``before`` is by another calendar and the same rule."""
    anew = decide_due(
        before.limit, before.started_at, calendar,
        rulebook_version=before.rule_version, extension=before.extension,
    )  # fmt: skip
    plan = plan_warnings(anew, RULES.thresholds_for(purpose), calendar)
    return replace(anew, warnings=plan)


def replanned(calendar=MONDAY_OFF, story=None):
    return after(story or a_signed_in_ticket(), replan(), calendar=calendar)


def test_a_holiday_that_was_added_moves_the_date_and_the_event_keeps_both():
    now = decided_by(MONDAY_OFF, BEFORE)
    given(*a_signed_in_ticket()).when(replan(), calendar=MONDAY_OFF).then(
        DueDateReplanned(kind=RESOLVE, subject=LEAD, before=BEFORE, due=now)
    )
    assert (str(BEFORE.due_date), str(now.due_date)) == ("2026-03-09", "2026-03-10")
    assert (BEFORE.calendar_version, now.calendar_version) == (CALENDAR.version, "汛情")
    assert any(piece.reason == "防汛" for piece in now.explanation)


def test_a_working_day_that_was_added_moves_the_date_forward():
    (event,) = given(*a_signed_in_ticket()).when(replan(), calendar=SATURDAY_WORKED).events
    assert str(event.due.due_date) == "2026-03-07"


def test_the_rule_of_the_day_of_the_first_decision_stays():
    shorter = tuple(replace(r, limit=replace(r.limit, amount=1)) for r in RULES.limits)
    later = replace(RULES, version="2099.1", limits=shorter)
    story = given(*a_signed_in_ticket())
    (event,) = story.when(replan(), calendar=MONDAY_OFF, rulebook=later).events
    assert (event.due.limit, event.due.rule_version) == (BEFORE.limit, BEFORE.rule_version)


def test_a_calendar_that_does_not_touch_the_limit_changes_nothing():
    for untouched in (CALENDAR, a_notice("明年再说", "2026-03-20 day_off")):
        given(*a_signed_in_ticket()).when(replan(), calendar=untouched).then_refused(
            "DUE_DATE_UNCHANGED"
        )


def test_a_limit_is_decided_anew_once_a_calendar():
    given(*replanned()).when(replan(), calendar=MONDAY_OFF).then_refused("DUE_DATE_UNCHANGED")


def test_a_limit_is_decided_anew_as_often_as_calendars_change():
    third = a_notice("汛情二", "2026-03-10 day_off", base=MONDAY_OFF)
    (event,) = given(*replanned()).when(replan(), calendar=third).events
    assert [str(it.due_date) for it in (event.before, event.due)] == ["2026-03-10", "2026-03-11"]
    (back,) = given(*replanned()).when(replan(), calendar=CALENDAR).events
    assert replace(back.due, calendar_version="") == replace(BEFORE, calendar_version="")


ORDERED = IssueSupervisionOrder(
    matter_id=STREAM, unit="RS", colour=SupervisionColour.BLUE, ground="overdue", demand=TEXT
)


@pytest.mark.parametrize(
    ("kind", "subject", "story"),
    [
        (LimitKind.ACCEPT, STREAM, a_reported_ticket),
        (LimitKind.SIGN_IN, LEAD, a_dispatched_ticket),
        (LimitKind.FEEDBACK, "BCS-1-D01", lambda: after(a_dispatched_ticket("RS", "YB"), ORDERED)),
    ],
)
def test_every_kind_of_limit_is_decided_anew(kind, subject, story):
    before = deadline_of(story(), kind, subject).due
    given(*story()).when(replan(kind, subject), calendar=TUESDAY_OFF).then(
        DueDateReplanned(
            kind=kind,
            subject=subject,
            before=before,
            due=decided_by(TUESDAY_OFF, before, kind.value),
        )
    )


def test_what_had_run_out_before_it_was_imported_warns_nobody_by_a_later_calendar_either():
    story = after((), reporting(), imported_at=MUCH_LATER)
    assert deadline_of(story, LimitKind.ACCEPT, STREAM).due.warnings == ()
    (event,) = given(*story).when(replan(LimitKind.ACCEPT, STREAM), calendar=TUESDAY_OFF).events
    assert event.before.due_date < event.due.due_date
    assert event.due.warnings == ()


def test_the_unit_is_judged_by_the_new_date():
    at = local("2026-03-10 16:00")
    late = given(*a_signed_in_ticket()).when(submitting(), at=at, calendar=MONDAY_OFF).events[0]
    in_time = given(*replanned()).when(submitting(), at=at, calendar=MONDAY_OFF).events[0]
    assert (late.verdict.on_time, in_time.verdict.on_time) == (False, True)
    assert in_time.verdict == judge(decided_by(MONDAY_OFF, BEFORE), at, MONDAY_OFF)


def test_more_time_may_be_asked_for_until_the_new_date():
    at = local("2026-03-10 23:59")
    given(*a_signed_in_ticket()).when(asking_extension(), at=at).then_refused("EXTENSION_TOO_LATE")
    asked = given(*replanned()).when(asking_extension(), at=at, calendar=MONDAY_OFF)
    assert asked.refusal is None


def test_an_extension_survives_the_new_calendar():
    granted = after(an_order_with_extension_asked(), GrantExtension(**ORDER, ruling=TEXT))
    (event,) = given(*granted).when(replan(), calendar=MONDAY_OFF).events
    assert event.due.extension == event.before.extension
    dates = [str(it.due_date) for it in (event.before, event.due)]
    assert dates == ["2026-03-16", "2026-03-17"]


def test_a_new_date_cancels_the_old_plan_and_begins_a_new_cycle():
    reminder, yellow, red = (raising(RESOLVE, LEAD, level) for level in (REMINDER, YELLOW, RED))
    reminded = after(a_signed_in_ticket(), reminder, at=local("2026-03-06 09:00"))
    story = replanned(THURSDAY_OFF, reminded)
    given(*story).when(reminder, at=local("2026-03-06 09:00")).then_refused("WARNING_NOT_DUE")
    for act, old in ((yellow, "2026-03-09 09:00"), (red, "2026-03-10 00:00")):
        given(*story).when(act, at=local(old)).then_refused("LEVEL_NOT_DUE", "level")
    for act, new in ((reminder, "2026-03-09 09:00"), (yellow, "2026-03-10 09:00"),
                     (red, "2026-03-11 00:00")):  # fmt: skip
        story = after(story, act, at=local(new))
        card = story[-1].event
        assert (card.cycle, card.planned_at, card.late) == (2, local(new), False)


def test_a_card_is_told_when_the_hall_opens_by_the_calendar_of_that_day():
    act = raising(RESOLVE, LEAD, RED)
    story = after(a_signed_in_ticket(), replan(), calendar=MONDAY_OFF)
    friday_off = a_notice("再停", "2026-03-13 day_off", base=MONDAY_OFF)
    (card,) = given(*story).when(act, at=local("2026-03-13 10:00"), calendar=friday_off).events
    assert card.notify_at == local("2026-03-16 09:00")


@pytest.mark.parametrize(
    "finished",
    [a_resolved_ticket, lambda: after(a_signed_in_ticket(), submitting(), at=MUCH_LATER)],
    ids=["in time", "late"],
)
def test_a_verdict_that_was_given_stays_whatever_calendar_comes(finished):
    given(*finished()).when(replan(), calendar=MONDAY_OFF).then_refused("DEADLINE_NOT_RUNNING")


def test_what_does_not_exist_is_not_decided_anew():
    given(*a_signed_in_ticket()).when(replan(subject="BCS-1-09"), calendar=MONDAY_OFF).then_refused(
        "DEADLINE_NOT_FOUND", "subject"
    )


# The Spring Festival of 2020, first announced until 30 January, then extended to 2 February.
FIRST_NOTICE = load_calendar(
    """
    version = "国办发明电〔2019〕16号"
    source = "国办发明电〔2019〕16号"
    [days.2020-01-31]
    kind = "workday"
    name = "工作日"
    [days.2020-02-01]
    kind = "make_up_workday"
    name = "春节"
    reason = "以1月30日换得"
    """
)


def test_the_spring_festival_of_2020_was_extended_after_the_fact():
    story = dispatched_from(local("2020-01-21 10:00"), calendar=FIRST_NOTICE)
    (event,) = given(*story).when(replan(), at=local("2020-01-27 09:00"), calendar=CALENDAR).events
    dates = [str(it.due_date) for it in (event.before, event.due)]
    assert dates == ["2020-02-03", "2020-02-05"]
    assert not event.due.provisional


def over_new_year():
    """Five working days from Monday the 28th of December 2026."""
    return signed_in(dispatched_from(local("2026-12-28 10:00")))


NEW_YEAR = "2027-01-01 day_off"
HOLIDAYS = [f"2027-{day} day_off" for day in ("02-05", "02-08", "04-05", "06-09", "09-15", "10-01")]
NOTICE_2027 = a_notice("国办2027", NEW_YEAR, "2027-01-04 day_off", *HOLIDAYS, through="2027-12-31")
CONFIRMED_2027 = a_notice("国办2027", NEW_YEAR, *HOLIDAYS, through="2027-12-31")
AT_NEW_YEAR = local("2026-12-29 10:00")


def test_a_date_beyond_what_was_announced_is_provisional():
    decided = deadline_of(over_new_year(), RESOLVE).due
    assert (str(decided.due_date), decided.provisional) == ("2027-01-05", True)


def test_the_notice_of_the_new_year_moves_the_date_and_makes_it_final():
    outcome = given(*over_new_year()).when(replan(), at=AT_NEW_YEAR, calendar=NOTICE_2027)
    (event,) = outcome.events
    assert (str(event.before.due_date), event.before.provisional) == ("2027-01-05", True)
    assert (str(event.due.due_date), event.due.provisional) == ("2027-01-06", False)
    assert "元旦(暂定)" in {piece.reason for piece in event.before.explanation}
    assert "防汛" in {piece.reason for piece in event.due.explanation}


def test_a_notice_that_confirms_the_date_makes_it_final_all_the_same():
    (event,) = (
        given(*over_new_year()).when(replan(), at=AT_NEW_YEAR, calendar=CONFIRMED_2027).events
    )
    assert event.before.due_at == event.due.due_at
    assert (event.before.provisional, event.due.provisional) == (True, False)
    final = after(over_new_year(), replan(), calendar=CONFIRMED_2027)
    given(*final).when(replan(), calendar=CONFIRMED_2027).then_refused("DUE_DATE_UNCHANGED")


def test_a_verdict_under_a_provisional_date_stays_when_the_notice_comes():
    finished = after(over_new_year(), SubmitResult(**ORDER, outcome=Outcome.SOLVED, result=TEXT))
    assert finished[-1].event.result == SEALED
    given(*finished).when(replan(), calendar=NOTICE_2027).then_refused("DEADLINE_NOT_RUNNING")


def test_a3_who_was_late_stays_so_when_the_day_is_closed_afterwards():
    overdue = local("2026-03-10 10:00")
    replanned_late = after(a_signed_in_ticket(), replan(), at=overdue, calendar=MONDAY_OFF)
    order = deadline_of(replanned_late, RESOLVE)
    assert str(order.due.due_date) == "2026-03-10"
    assert order.expired_at == local("2026-03-10 00:00")
    [result] = given(*replanned_late).when(submitting(), at=overdue).events
    assert not result.verdict.on_time


def test_a_date_that_no_notice_had_confirmed_made_nobody_late():
    late = local("2027-01-06 10:00")
    story = after(over_new_year(), replan(), at=late, calendar=NOTICE_2027)
    assert deadline_of(story, RESOLVE).expired_at is None


def test_b9_an_applicant_has_again_the_last_day_that_was_closed_afterwards():
    """A flood is told of when their time is over: nobody is refused for not coming through it."""
    waited = case_builders.a_supplementing_case()
    assert str(case_builders.deadline(waited, AWAIT).due.due_date) == "2026-03-16"
    flooded = a_notice("汛情", "2026-03-16 day_off")
    late = case_builders.reporting_refusal(RefusalGround.NOT_SUPPLEMENTED)
    told = local("2026-03-17 09:00")
    assert given(*waited).when(late, at=told).events
    again = replace(replan(AWAIT, case_builders.CASE_ID), matter_id=case_builders.CASE_ID)
    moved = after(waited, again, at=told, calendar=flooded)
    given(*moved).when(late, calendar=flooded).then_refused("SUPPLEMENT_STILL_DUE")
    assert given(*moved).when(late, at=local("2026-03-18 00:00"), calendar=flooded).events
