"""派发工单: the file goes from hand to hand against signed lists, one step after the other."""

import pytest
from msgspec.structs import replace

from bancheng.domain.case.dispatch import (
    CaseTransferred,
    HandOverSigned,
    SignHandOver,
    StepFinished,
)
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.limit import judge
from support.builders import after, officer_of
from support.case_builders import (
    CASE_ID,
    EXAMINE,
    ITEM,
    REVIEW,
    SEALED,
    C,
    a_decided_case,
    a_delivered_case,
    a_notified_case,
    a_pre_reviewed_case,
    a_received_case,
    a_submitted_case,
    accepting,
    an_accepted_case,
    an_online_case,
    case_due,
    deadline,
    delivering,
    finishing,
    granting,
    handed_over,
    receiving,
    running,
    starting,
    state_of,
    transferring,
)
from support.given import CALENDAR, CLERK, CO_OFFICER, DUTY, OFFICER, given, local

AT = local("2026-03-03 10:00")
SIGN = SignHandOver(**C)
SENT = CaseTransferred(
    list_no="BJ-1-Y01", to_unit="RS", from_unit=None, materials=("M1",), item_step=None, due=None
)
EXAMINE_DUE = case_due(ITEM.steps[0].limit, LimitKind.STEP, AT, "2026-03-06")
STEP = f"{CASE_ID}/{EXAMINE}"
WAITING = after(an_accepted_case(), transferring())
SECOND = replace(OFFICER, id="o9")


def examining():
    """The file is with RS for its step since ``AT``, the list signed."""
    sent = after(an_accepted_case(), transferring(step=EXAMINE), at=AT)
    return after(sent, SIGN, OFFICER)


def test_the_window_hands_the_file_over_by_a_list():
    given(*an_accepted_case()).when(transferring()).then(SENT)


def test_for_a_step_with_a_limit_its_time_begins_with_the_list_not_with_the_signature():
    sent = given(*an_accepted_case()).when(transferring(step=EXAMINE), at=AT)
    sent.then(replace(SENT, item_step=EXAMINE, due=EXAMINE_DUE))
    step = deadline(sent.history, LimitKind.STEP, STEP)
    assert (step.unit, step.is_running) == ("RS", True)


def test_a_step_without_a_limit_has_no_deadline():
    sent = given(*an_accepted_case()).when(transferring(step="登记"))
    sent.then(replace(SENT, item_step="登记"))
    assert LimitKind.STEP not in running(sent.history)


def test_the_list_counts_once_the_other_side_has_signed():
    assert state_of(WAITING).holder is None
    named = after(an_accepted_case(), transferring(step=EXAMINE))
    signed = given(*named).when(SIGN, OFFICER)
    signed.then(HandOverSigned(list_no="BJ-1-Y01"))
    assert state_of(signed.history).holder == "RS"


def test_nobody_of_another_unit_signs():
    given(*WAITING).when(SIGN, CO_OFFICER).then_refused("NOT_RECEIVER")


def test_who_handed_over_does_not_sign_also_after_changing_the_unit():
    moved = replace(CLERK, unit="RS")
    given(*WAITING).when(SIGN, moved).then_refused("NOT_RECEIVER")


def test_a_list_is_signed_once():
    given(*after(WAITING, SIGN, OFFICER)).when(SIGN, OFFICER).then_refused("NO_HAND_OVER")
    given(*an_accepted_case()).when(SIGN, OFFICER).then_refused("NO_HAND_OVER")


def test_no_second_list_before_the_first_was_signed():
    given(*WAITING).when(transferring("YB")).then_refused("HAND_OVER_PENDING")


def test_lists_are_numbered_and_name_both_sides():
    there = handed_over(an_accepted_case())
    given(*there).when(transferring("YB", REVIEW), OFFICER, at=AT).then(
        replace(
            SENT,
            list_no="BJ-1-Y02",
            to_unit="YB",
            from_unit="RS",
            item_step=REVIEW,
            due=case_due(ITEM.steps[1].limit, LimitKind.STEP, AT, "2026-03-04"),
        )
    )


@pytest.mark.parametrize("by", [CLERK, CO_OFFICER], ids=lambda it: it.name)
@pytest.mark.parametrize(
    "act", [transferring("GA"), finishing(), starting()], ids=lambda it: type(it).__name__
)
def test_only_who_has_the_file_works_on_it(act, by):
    given(*handed_over(an_accepted_case())).when(act, by).then_refused("NOT_OWN_UNIT")


def test_before_the_first_hand_over_the_window_and_the_unit_of_the_item_have_it():
    for by in (CLERK, OFFICER, DUTY):
        assert given(*an_accepted_case()).when(transferring("GA"), by).refusal is None
    given(*an_accepted_case()).when(transferring("GA"), CO_OFFICER).then_refused("NOT_OWN_UNIT")


def test_the_file_goes_to_another_unit_of_the_hall_with_materials_of_the_item():
    there = handed_over(an_accepted_case())
    given(*there).when(transferring("RS"), OFFICER).then_refused("HOLDER_UNCHANGED", "to_unit")
    given(*there).when(transferring("XX"), OFFICER).then_refused("UNIT_UNKNOWN", "to_unit")
    unknown = replace(transferring("YB"), materials=("M9",))
    given(*there).when(unknown, OFFICER).then_refused("MATERIAL_UNKNOWN", "materials[0]")
    twice = replace(transferring("YB"), materials=("M1", "M1"))
    given(*there).when(twice, OFFICER).then_refused("MATERIAL_TWICE", "materials[1]")


def test_a_step_is_one_of_the_item():
    given(*an_accepted_case()).when(transferring(step="公示")).then_refused("STEP_UNKNOWN", "step")
    given(*an_accepted_case()).when(finishing("公示")).then_refused("STEP_UNKNOWN", "name")


def test_a_step_finished_on_its_last_day_is_in_time():
    last = local("2026-03-06 23:59:59.999999")
    finished = given(*examining()).when(finishing(), OFFICER, at=last)
    verdict = judge(EXAMINE_DUE, last, CALENDAR)
    assert (verdict.on_time, verdict.used) == (True, 3)
    finished.then(StepFinished(name=EXAMINE, opinion=SEALED, verdict=verdict))
    assert deadline(finished.history, LimitKind.STEP, STEP).state is DeadlineState.MET


def test_a_step_finished_the_day_after_is_late_though_the_case_is_not():
    late = given(*examining()).when(finishing(), OFFICER, at=local("2026-03-07 00:00"))
    [event] = late.events
    assert not event.verdict.on_time
    assert deadline(late.history, LimitKind.STEP, STEP).state is DeadlineState.LATE
    [decided] = given(*late.history).when(granting(), OFFICER, at=local("2026-03-09 10:00")).events
    assert all(one.verdict.on_time for one in decided.verdicts)


def test_a_step_that_nobody_was_sent_for_is_finished_without_a_verdict():
    given(*an_accepted_case()).when(finishing(), CLERK).then(
        StepFinished(name=EXAMINE, opinion=SEALED)
    )


def test_a_step_is_done_once():
    done = after(examining(), finishing(), OFFICER)
    given(*done).when(finishing(), OFFICER).then_refused("STEP_DONE", "name")
    given(*done).when(transferring("YB", EXAMINE), OFFICER).then_refused("STEP_DONE", "step")


def test_a_step_that_is_handed_on_unfinished_keeps_its_due_date():
    passed_on = given(*examining()).when(
        transferring("YB", EXAMINE), OFFICER, at=local("2026-03-06 10:00")
    )
    [event] = passed_on.events
    assert event.due == EXAMINE_DUE
    step = deadline(passed_on.history, LimitKind.STEP, STEP)
    assert (step.unit, step.run, step.due) == ("YB", 2, EXAMINE_DUE)


def test_who_takes_over_a_step_that_is_late_already_was_not_late_by_that():
    late = local("2026-03-09 10:00")
    handed = given(*examining()).when(transferring("YB", EXAMINE), OFFICER, at=late)
    before = deadline(examining(), LimitKind.STEP, STEP)
    [event] = handed.events
    assert before.has_expired(late)
    assert event.due.started_at == late
    assert not deadline(handed.history, LimitKind.STEP, STEP).has_expired(late)


def test_no_decision_while_a_hand_over_or_a_step_is_in_hand():
    given(*WAITING).when(granting(), OFFICER).then_refused("CASE_IN_HAND")
    given(*examining()).when(granting(), OFFICER).then_refused("CASE_IN_HAND")
    done = after(examining(), finishing(), OFFICER)
    assert given(*done).when(granting(), OFFICER).refusal is None


def test_steps_after_the_decision_are_handed_over_and_finished_like_the_others():
    sent = handed_over(a_decided_case(), "YB", REVIEW)
    finished = given(*sent).when(finishing(REVIEW), CO_OFFICER)
    [event] = finished.events
    assert event.verdict.on_time


def test_a_step_that_is_not_finished_at_the_delivery_is_waited_for_no_more():
    sent = handed_over(a_notified_case(), "YB", REVIEW)
    delivered = after(sent, delivering())
    assert (
        deadline(delivered, LimitKind.STEP, f"{CASE_ID}/{REVIEW}").state is DeadlineState.RELEASED
    )


def test_nothing_is_handed_over_after_the_end():
    given(*a_delivered_case()).when(transferring(), OFFICER).then_refused("WRONG_STATUS")


BEFORE = (a_submitted_case(), an_online_case(), a_pre_reviewed_case(), a_received_case())


@pytest.mark.parametrize("history", BEFORE)
def test_before_acceptance_the_file_is_handed_over_but_no_step_begins(history):
    sent = given(*history).when(transferring())
    sent.then(SENT)
    signed = given(*sent.history).when(SIGN, OFFICER)
    signed.then(HandOverSigned(list_no="BJ-1-Y01"))
    state = state_of(signed.history)
    assert (state.holder, state.file_at, state.status) == ("RS", "RS", state_of(history).status)
    assert LimitKind.STEP not in running(signed.history)
    given(*history).when(transferring(step=EXAMINE)).then_refused("NOT_ACCEPTED", "step")
    given(*signed.history).when(finishing(), OFFICER).then_refused("WRONG_STATUS")


def test_what_the_back_office_accepts_begins_where_the_file_is():
    there = handed_over(a_received_case())
    given(*there).when(accepting()).then_refused("NOT_OWN_UNIT")
    accepted = given(*there).when(accepting(), OFFICER)
    assert accepted.events[0].step_begun.name == EXAMINE
    by_the_duty_leader = given(*there).when(
        accepting(), replace(DUTY, roles=(*DUTY.roles, CLERK.roles[0]))
    )
    assert by_the_duty_leader.events[0].step_begun.unit == "RS"


def test_more_that_comes_to_the_window_leaves_the_file_where_it_is():
    there = after(handed_over(a_received_case("M1")), receiving("M2"))
    assert (state_of(there).file_at, state_of(there).missing) == ("RS", ())


def test_a_step_is_finished_by_who_has_the_file_and_once_the_list_is_signed():
    accepted = an_accepted_case()
    given(*accepted).when(finishing(), OFFICER).then_refused("NOT_OWN_UNIT")
    given(*WAITING).when(finishing(), OFFICER).then_refused("NOT_OWN_UNIT")
    given(*WAITING).when(finishing(), CLERK).then_refused("HAND_OVER_PENDING")
    back = after(handed_over(accepted), transferring("YB"), OFFICER)
    given(*back).when(finishing(), OFFICER).then_refused("HAND_OVER_PENDING")
    given(*back).when(finishing(), CO_OFFICER).then_refused("NOT_OWN_UNIT")
    assert given(*after(WAITING, SIGN, OFFICER)).when(finishing(), OFFICER).refusal is None


def test_an_officer_of_the_unit_that_has_the_file_hands_it_back():
    back = after(handed_over(an_accepted_case(), "YB"), transferring("RS"), officer_of("YB"))
    assert state_of(after(back, SIGN, SECOND)).holder == "RS"
