"""环节计时: each step has its deadline once the file is with its unit and all before it is done."""

from datetime import date

import pytest
from msgspec.structs import replace

from bancheng.domain.case.accept import DeemAccepted
from bancheng.domain.case.deadline import GrantCaseExtension, RequestCaseExtension
from bancheng.domain.case.dispatch import SignHandOver
from bancheng.domain.case.item_steps import StepBegun, part_of
from bancheng.domain.deadlines import DeadlineState, key_of
from bancheng.domain.items import ItemStep
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.limit import judge
from bancheng.domain.warnings.raising import ReplanDueDate
from support.builders import after
from support.case_builders import (
    CASE_ID,
    CERTIFY,
    DECIDE,
    EXAMINE,
    ITEM,
    OWN,
    REVIEW,
    TEXT,
    C,
    a_received_case,
    a_submitted_case,
    accepting,
    an_accepted_case,
    case_due,
    deadline,
    ending,
    finishing,
    granting,
    handed_over,
    making,
    receiving,
    running,
    starting,
    state_of,
    terminating,
    transferring,
    withdrawing,
    working_days,
)
from support.given import CALENDAR, CLERK, CO_OFFICER, OFFICER, given, local

STEP = LimitKind.STEP
LISTED = replace(OWN, steps=(ItemStep(name="受理"), *OWN.steps))
AT_RS = replace(CLERK, id="c9", unit="RS")
AT = local("2026-03-03 10:00")
LAPSED = local("2026-03-10 00:00")


def due_of(step, since, last_day, item=OWN):
    limit = next(one.limit for one in item.steps if one.name == step)
    return case_due(limit, STEP, since, last_day)


def at_its_unit(item=OWN):
    """Accepted at ``AT`` by the unit whose item it is."""
    return after(a_received_case(item=item), accepting(), OFFICER, at=AT)


def step_deadline(history, step):
    return state_of(history).deadlines.get(key_of(STEP, part_of(CASE_ID, step)))


def on_its_way(history, *steps):
    """The steps whose deadline runs."""
    return [step for step in steps if (it := step_deadline(history, step)) and it.is_running]


@pytest.mark.parametrize("by", [OFFICER, AT_RS], ids=["officer", "clerk at the unit's window"])
def test_what_the_unit_accepts_itself_begins_with_its_first_step(by):
    accepted = given(*a_received_case(item=OWN)).when(accepting(), by, at=AT)
    [event] = accepted.events
    begun = StepBegun(name=EXAMINE, unit="RS", due=due_of(EXAMINE, AT, "2026-03-06"))
    assert event.step_begun == begun
    own = step_deadline(accepted.history, EXAMINE)
    assert (own.unit, own.due, own.is_running) == ("RS", begun.due, True)
    assert own.due.started_at == event.terms.statutory.started_at


def test_what_the_hall_accepts_for_a_unit_begins_with_the_list():
    accepted = after(a_received_case(item=OWN), accepting(), CLERK, at=AT)
    assert STEP not in running(accepted)
    sent = after(accepted, transferring(step=EXAMINE), at=AT)
    assert on_its_way(sent, EXAMINE) == [EXAMINE]


def test_the_first_step_of_the_windows_own_unit_begins_with_acceptance():
    hall = ItemStep(name="受理", unit="HALL", limit=working_days(1, "step.0"))
    accepted = after(a_received_case(item=replace(OWN, steps=(hall, *OWN.steps))), accepting())
    assert step_deadline(accepted, "受理").unit == "HALL"


@pytest.mark.parametrize("step", [ItemStep(name="受理"), ItemStep(name="受理", unit="RS")])
def test_a_step_without_a_limit_has_no_deadline_and_the_one_after_it_waits_for_its_end(step):
    accepted = at_its_unit(replace(OWN, steps=(step, *OWN.steps)))
    assert STEP not in running(accepted)
    done = after(accepted, finishing("受理"), OFFICER, at=local("2026-03-04 10:00"))
    assert step_deadline(done, EXAMINE).due.started_at == local("2026-03-04 10:00")


@pytest.mark.parametrize(("by", "begins"), [(AT_RS, True), (CLERK, False)])
def test_the_law_begins_the_first_step_where_the_materials_are_and_when_they_came(by, *, begins):
    received = after(a_submitted_case(item=OWN), receiving("M3"), by)
    [event] = given(*received).when(DeemAccepted(**C), at=LAPSED).events
    assert (event.step_begun is not None) is begins
    if begins:
        since = event.deemed.effective_at
        assert event.step_begun.due == due_of(EXAMINE, since, "2026-03-05")
        assert since == event.terms.statutory.started_at


def test_with_the_end_of_a_step_the_next_one_of_the_same_unit_begins():
    at = local("2026-03-05 10:00")
    done = given(*at_its_unit()).when(finishing(), OFFICER, at=at)
    [event] = done.events
    assert event.verdict.on_time
    due = due_of(DECIDE, at, "2026-03-06")
    assert event.step_begun == StepBegun(name=DECIDE, unit="RS", due=due)
    assert on_its_way(done.history, EXAMINE, DECIDE, CERTIFY) == [DECIDE]
    late = given(*done.history).when(finishing(DECIDE), OFFICER, at=local("2026-03-07 00:00"))
    [event] = late.events
    assert event.verdict == judge(due, local("2026-03-07 00:00"), CALENDAR)
    assert not event.verdict.on_time
    assert step_deadline(late.history, DECIDE).state is DeadlineState.LATE


def test_the_next_one_of_another_unit_begins_with_its_list():
    done = given(*at_its_unit(ITEM)).when(finishing(), OFFICER)
    assert done.events[0].step_begun is None
    sent = after(done.history, transferring("YB", REVIEW), OFFICER)
    assert step_deadline(sent, REVIEW).unit == "YB"
    signed = given(*sent).when(SignHandOver(**C), CO_OFFICER)
    assert signed.events[0].step_begun is None
    assert step_deadline(signed.history, REVIEW).run == 1


def test_a_list_that_names_no_step_begins_the_one_that_waits_with_the_signature():
    sent = after(after(at_its_unit(ITEM), finishing(), OFFICER), transferring("YB"), OFFICER)
    assert STEP not in running(sent)
    signed = given(*sent).when(SignHandOver(**C), CO_OFFICER, at=local("2026-03-05 10:00"))
    [event] = signed.events
    since = local("2026-03-05 10:00")
    due = due_of(REVIEW, since, "2026-03-06", ITEM)
    assert event.step_begun == StepBegun(name=REVIEW, unit="YB", due=due)
    given(*signed.history).when(granting(), OFFICER).then_refused("NOT_OWN_UNIT")


def test_no_step_of_a_unit_begins_before_those_of_others_are_done():
    early = handed_over(after(a_received_case(item=ITEM), accepting()), "YB")
    assert STEP not in running(early)


def test_a_step_that_runs_already_has_no_second_deadline():
    ahead = after(at_its_unit(), transferring("YB", DECIDE), OFFICER)
    ahead = after(ahead, SignHandOver(**C), CO_OFFICER)
    before = step_deadline(ahead, DECIDE)
    done = given(*ahead).when(finishing(), CO_OFFICER)
    assert done.events[0].step_begun is None
    assert step_deadline(done.history, DECIDE) == before


def test_a_step_that_began_by_itself_and_is_handed_on_keeps_its_due_date():
    moved = after(at_its_unit(), transferring("YB", EXAMINE), OFFICER, at=local("2026-03-05 10:00"))
    own = step_deadline(moved, EXAMINE)
    assert (own.unit, own.run, own.due) == ("YB", 2, due_of(EXAMINE, AT, "2026-03-06"))


def test_a_step_that_was_done_out_of_turn_is_passed_over():
    done = after(at_its_unit(), finishing(DECIDE), OFFICER)
    assert on_its_way(done, EXAMINE, CERTIFY) == [EXAMINE]
    done = after(done, finishing(), OFFICER)
    assert on_its_way(done, EXAMINE, DECIDE, CERTIFY) == [CERTIFY]


def test_who_does_a_step_before_any_list_has_the_file():
    at_its_unit = after(a_received_case(item=LISTED), accepting(), OFFICER)
    done = after(at_its_unit, finishing("受理"), OFFICER)
    assert on_its_way(done, EXAMINE) == [EXAMINE]
    at_window = after(an_accepted_case(item=LISTED), finishing("受理"), CLERK)
    assert STEP not in running(at_window)


def test_the_decision_waits_for_the_step_the_case_began_with_but_not_for_what_follows_it():
    begun = at_its_unit()
    given(*begun).when(granting(), OFFICER).then_refused("CASE_IN_HAND")
    examined = after(begun, finishing(), OFFICER)
    decided = after(after(examined, finishing(DECIDE), OFFICER), granting(), OFFICER)
    assert on_its_way(decided, CERTIFY) == [CERTIFY]
    certified = given(*after(decided, making(), OFFICER)).when(finishing(CERTIFY), OFFICER)
    assert certified.events[0].verdict.on_time
    sent = handed_over(examined, "YB", DECIDE)
    back = handed_over(sent, "RS")
    given(*back).when(granting(), OFFICER).then_refused("CASE_IN_HAND")


def test_it_is_paused_and_goes_on_like_any_step():
    paused = after(
        at_its_unit(), starting(days=2, on="2026-03-04"), OFFICER, at=local("2026-03-04 10:00")
    )
    assert deadline(paused, STEP, part_of(CASE_ID, EXAMINE)).watch.is_on_pause
    ended = after(paused, ending(), OFFICER, at=local("2026-03-06 10:00"))
    assert step_deadline(ended, EXAMINE).due.due_date > date(2026, 3, 6)


def test_an_extension_leaves_it_as_any_step():
    asked = after(at_its_unit(), RequestCaseExtension(**C, reason=TEXT), OFFICER)
    granted = after(asked, GrantCaseExtension(**C, ruling=TEXT))
    assert step_deadline(granted, EXAMINE).due == due_of(EXAMINE, AT, "2026-03-06")


def test_another_calendar_moves_it():
    off = replace(CALENDAR, version="later", working_weekdays=(0, 1, 2, 4))
    replan = ReplanDueDate(matter_id=CASE_ID, kind=STEP, subject=part_of(CASE_ID, EXAMINE))
    replanned = given(*at_its_unit()).when(replan, calendar=off)
    assert replanned.events[0].due.due_date == date(2026, 3, 9)


@pytest.mark.parametrize("end", [withdrawing(), terminating()])
def test_the_end_of_the_case_ends_it(end):
    ended = after(at_its_unit(), end)
    assert step_deadline(ended, EXAMINE).state is DeadlineState.RELEASED
