"""结果核查: somebody other than the resolver asks the reporter, and passes the result or not."""

import pytest
from msgspec.structs import replace

from bancheng.domain.calls import CallResult
from bancheng.domain.complaint.analyse import AnalyseCause
from bancheng.domain.complaint.dispatch import DispatchWorkOrders, ReassignWorkOrder
from bancheng.domain.complaint.returns import EndWorkOrder, UpholdReturn
from bancheng.domain.complaint.supervise import ReopenTicket, StrikeOffTicket
from bancheng.domain.complaint.terms import Outcome, Satisfaction
from bancheng.domain.complaint.verify import (
    CallBackRecorded,
    OrderRework,
    RecordCallBack,
    ReworkOrdered,
    VerificationPassed,
)
from bancheng.domain.people import Role
from support.builders import (
    CO_1,
    CO_2,
    LEAD,
    SEALED,
    TEXT,
    UNREACHED,
    UNSOLVED,
    a_called_back_ticket,
    a_dispatched_ticket,
    a_resolved_ticket,
    a_signed_in_ticket,
    after,
    an_unanswered_ticket,
    analysing,
    calling_back,
    due,
    officer_of,
    on_day,
    passing,
    returning,
    signed_in,
    submitting,
    verdict,
)
from support.given import HANDLER, OFFICER, READ, RULES, STREAM, VERIFIER, given

REWORK = OrderRework(ticket_id=STREAM, order_id=LEAD, reason=TEXT)
PASSED = VerificationPassed(conclusion=SEALED)
CONTENT = CallBackRecorded(
    call=CallResult.CONNECTED, solved=True, satisfaction=Satisfaction.SATISFIED, comment=None
)
EVERY_ACT = pytest.mark.parametrize(
    "command", [calling_back(), passing(), REWORK], ids=lambda it: type(it).__name__
)


def test_the_reporters_answer_is_recorded():
    given(*a_resolved_ticket()).when(calling_back(comment=TEXT)).then(
        replace(CONTENT, comment=SEALED)
    )


@pytest.mark.parametrize("satisfaction", Satisfaction)
@pytest.mark.parametrize("solved", [True, False])
def test_solved_and_satisfied_are_two_answers(solved, satisfaction):
    answer = {"solved": solved, "satisfaction": satisfaction}
    given(*a_resolved_ticket()).when(calling_back(**answer)).then(replace(CONTENT, **answer))


def test_that_nobody_was_reached_is_recorded_too():
    given(*a_resolved_ticket()).when(calling_back(**UNREACHED)).then(
        CallBackRecorded(call=CallResult.NO_ANSWER, solved=None, satisfaction=None, comment=SEALED)
    )


def test_why_nobody_was_reached_is_said():
    silent = {**UNREACHED, "comment": None}
    given(*a_resolved_ticket()).when(calling_back(**silent)).then_refused(
        "CALL_NOTE_MISSING", "comment"
    )


@pytest.mark.parametrize("missing", ["solved", "satisfaction"])
def test_a_call_back_that_reached_somebody_is_complete(missing):
    given(*a_resolved_ticket()).when(calling_back(**{missing: None})).then_refused(
        "CALL_BACK_INCOMPLETE", missing
    )


@pytest.mark.parametrize(
    ("field", "invented"),
    [
        ("solved", {"solved": True}),
        ("solved", {"solved": False}),
        ("satisfaction", {"satisfaction": Satisfaction.VERY_SATISFIED}),
    ],
)
def test_no_answer_is_invented_for_somebody_who_was_not_reached(field, invented):
    given(*a_resolved_ticket()).when(calling_back(**{**UNREACHED, **invented})).then_refused(
        "CALL_BACK_INVENTED", field
    )


def test_nobody_calls_an_anonymous_reporter_back():
    given(*a_resolved_ticket(reporter=None)).when(calling_back()).then_refused("NO_ONE_TO_CALL")


def test_the_result_passes_after_the_call_back():
    given(*a_called_back_ticket()).when(passing()).then(PASSED)


def test_without_a_call_back_the_result_of_a_named_report_does_not_pass():
    given(*a_resolved_ticket()).when(passing()).then_refused("CALL_BACK_MISSING")


def test_the_result_of_an_anonymous_report_passes_without_a_call_back():
    assert given(*a_resolved_ticket(reporter=None)).when(passing()).refusal is None


def test_whoever_was_not_reached_has_not_been_answered_by_a_result_that_passes():
    unanswered = replace(PASSED, answered=False)
    given(*a_resolved_ticket(reporter=None)).when(passing()).then(unanswered)
    assert an_unanswered_ticket()[-1].event == unanswered


def test_one_call_that_reached_nobody_is_not_enough():
    given(*a_called_back_ticket(**UNREACHED)).when(passing()).then_refused("CALL_BACK_MISSING")


def test_two_calls_on_one_day_are_not_enough_either():
    twice = after(a_called_back_ticket(**UNREACHED), calling_back(**UNREACHED))
    given(*twice).when(passing()).then_refused("CALL_BACK_MISSING")


def test_as_many_calls_on_as_many_days_as_the_rule_book_says_are_enough():
    tried = a_called_back_ticket(**UNREACHED)
    for day in ("2026-03-03", "2026-03-04"):
        tried = after(tried, calling_back(**UNREACHED), at=on_day(day))
    assert given(*tried).when(passing()).refusal is None
    strict = replace(RULES, call_back_tries=4)
    given(*tried).when(passing(), rulebook=strict).then_refused("CALL_BACK_MISSING")
    strict = replace(RULES, call_back_days=4)
    given(*tried).when(passing(), rulebook=strict).then_refused("CALL_BACK_MISSING")


def test_calls_of_several_days_that_are_entered_in_one_sitting_prove_none_of_them():
    tried = a_called_back_ticket(**UNREACHED)
    claimed = tuple(
        replace(call, envelope=replace(call.envelope, occurred_at=on_day(day)))
        for call, day in zip(
            after(after(tried, calling_back(**UNREACHED)), calling_back(**UNREACHED))[-2:],
            ("2026-03-03", "2026-03-04"),
            strict=True,
        )
    )
    given(*tried, *claimed).when(passing()).then_refused("CALL_BACK_MISSING")


def test_tries_before_a_rework_do_not_count_for_the_new_result():
    tried = a_called_back_ticket(**UNREACHED)
    tried = after(tried, calling_back(**UNREACHED), at=on_day("2026-03-04"))
    again = after(after(tried, REWORK), submitting())
    given(*again).when(passing()).then_refused("CALL_BACK_MISSING")


def a_ticket_that_the_hall_solved():
    own = signed_in(a_dispatched_ticket("HALL"), unit="HALL")
    return after(own, submitting(), officer_of("HALL"))


@EVERY_ACT
def test_what_the_halls_own_unit_solved_is_verified_by_who_took_no_part(command):
    solved = a_ticket_that_the_hall_solved()
    if not isinstance(command, RecordCallBack):
        solved = after(solved, calling_back())
    assert given(*solved).when(command, by=VERIFIER).refusal is None


@EVERY_ACT
def test_no_officer_of_the_hall_and_nobody_who_took_part_verifies_what_it_solved(command):
    both = (Role.UNIT_OFFICER, Role.VERIFIER)
    colleague = replace(officer_of("HALL"), id="second", roles=both)
    moved = replace(officer_of("HALL"), roles=(Role.VERIFIER,))
    for actor in (colleague, moved):
        given(*a_ticket_that_the_hall_solved()).when(command, by=actor).then_refused(
            "VERIFIER_IS_RESOLVER"
        )


def test_dissatisfaction_alone_does_not_fail_a_result():
    unhappy = a_called_back_ticket(satisfaction=Satisfaction.VERY_DISSATISFIED)
    given(*unhappy).when(passing()).then(PASSED)


@pytest.mark.parametrize("outcome", [it for it in Outcome if it is not Outcome.EXPLAINED])
def test_what_the_reporter_calls_unsolved_does_not_pass(outcome):
    given(*a_called_back_ticket(outcome, **UNSOLVED)).when(passing()).then_refused(
        "REPORTER_SAYS_UNSOLVED"
    )


def test_what_the_law_forbids_passes_though_the_reporter_calls_it_unsolved():
    explained = a_called_back_ticket(Outcome.EXPLAINED, **UNSOLVED)
    given(*explained).when(passing()).then(PASSED)


def test_one_explained_result_does_not_excuse_another_that_claims_success():
    two = signed_in(a_signed_in_ticket("RS", "YB"), CO_1, "YB")
    two = after(two, submitting(outcome=Outcome.EXPLAINED))
    two = after(two, submitting(CO_1), officer_of("YB"))
    unsolved = after(two, calling_back(**UNSOLVED))
    given(*unsolved).when(passing()).then_refused("REPORTER_SAYS_UNSOLVED")


def test_a_second_call_that_reaches_nobody_does_not_take_the_no_back():
    unsolved = after(a_called_back_ticket(**UNSOLVED), calling_back(**UNREACHED))
    given(*unsolved).when(passing()).then_refused("REPORTER_SAYS_UNSOLVED")


def test_a_second_call_may_hear_another_answer():
    content = after(a_called_back_ticket(**UNSOLVED), calling_back())
    given(*content).when(passing()).then(PASSED)


@EVERY_ACT
def test_the_verifier_is_not_of_a_unit_that_had_an_order(command):
    colleague = replace(VERIFIER, unit="RS")
    given(*a_resolved_ticket()).when(command, by=colleague).then_refused("VERIFIER_IS_RESOLVER")


@EVERY_ACT
def test_the_verifier_did_not_submit_the_result_also_after_changing_the_unit(command):
    moved = replace(OFFICER, unit="HALL")
    given(*a_resolved_ticket()).when(command, by=moved).then_refused("VERIFIER_IS_RESOLVER")


@EVERY_ACT
def test_a_handler_who_entered_the_result_does_not_verify_it(command):
    handler = replace(HANDLER, unit="RS")
    entered = given(*a_signed_in_ticket()).when(submitting(), by=handler)
    given(*entered.history).when(command, by=HANDLER).then_refused("VERIFIER_IS_RESOLVER")


@EVERY_ACT
def test_a_unit_that_lost_its_order_does_not_verify_its_successor(command):
    away = ReassignWorkOrder(
        ticket_id=STREAM, order_id=LEAD, unit="GA", instruction=TEXT, released=READ
    )
    taken = signed_in(after(a_signed_in_ticket(), away), CO_1, "GA")
    resolved = after(taken, submitting(CO_1), officer_of("GA"))
    first = replace(VERIFIER, unit="RS")
    given(*resolved).when(command, by=first).then_refused("VERIFIER_IS_RESOLVER")


def test_rework_has_a_new_due_date_under_the_same_limit():
    at = on_day("2026-03-11")
    given(*a_called_back_ticket()).when(REWORK, at=at).then(
        ReworkOrdered(order_id=LEAD, reason=SEALED, due=due("resolve_general", at, "2026-03-18"))
    )


def test_the_verdict_on_rework_is_a_second_one_and_the_first_stays():
    late = on_day("2026-03-11")
    first = given(*a_signed_in_ticket()).when(submitting(), at=late)
    again = given(*first.history).when(REWORK, at=late)
    second = given(*again.history).when(submitting(), at=on_day("2026-03-12"))
    verdicts = [one.event.verdict for one in second.history if hasattr(one.event, "verdict")]
    assert [one.on_time for one in verdicts] == [False, True]
    new_due = due("resolve_general", late, "2026-03-18")
    assert verdicts[1] == verdict(new_due, on_day("2026-03-12"), on_time=True, used=1)


def test_an_order_is_reworked_once_at_a_time():
    given(*after(a_called_back_ticket(), REWORK)).when(REWORK).then_refused("WRONG_STATUS")


def test_after_rework_the_reporter_is_called_again():
    again = after(after(a_called_back_ticket(), REWORK), submitting())
    given(*again).when(passing()).then_refused("CALL_BACK_MISSING")
    given(*after(again, calling_back())).when(passing()).then(PASSED)


def test_what_was_said_before_a_rework_does_not_pass_what_stands_when_its_order_is_ended():
    two = signed_in(a_signed_in_ticket("RS", "YB"), CO_1, "YB")
    two = after(after(two, submitting()), submitting(CO_1), officer_of("YB"))
    of_the_ticket = {"ticket_id": STREAM}
    acts = (
        (calling_back(), None),
        (OrderRework(**of_the_ticket, order_id=CO_1, reason=TEXT), None),
        (
            ReassignWorkOrder(
                **of_the_ticket, order_id=CO_1, unit="GA", instruction=TEXT, released=READ
            ),
            None,
        ),
        (returning(CO_2), officer_of("GA")),
        (UpholdReturn(**of_the_ticket, order_id=CO_2, ruling=TEXT), None),
        (EndWorkOrder(**of_the_ticket, order_id=CO_2, reason=TEXT), None),
    )
    for command, by in acts:
        two = after(two, command, by)
    given(*two).when(passing()).then_refused("CALL_BACK_MISSING")
    given(*after(two, calling_back())).when(passing()).then(PASSED)


def test_the_unit_of_a_result_before_a_reopening_is_not_sent_to_work_again():
    closed = after(after(a_called_back_ticket(), passing()), StrikeOffTicket(ticket_id=STREAM))
    for command in (
        ReopenTicket(ticket_id=STREAM, reason=TEXT),
        analysing(),
        DispatchWorkOrders(ticket_id=STREAM, lead_unit="YB", instruction=TEXT, released=READ),
    ):
        closed = after(closed, command)
    resolved = after(signed_in(closed, CO_1, "YB"), submitting(CO_1), officer_of("YB"))
    given(*resolved).when(REWORK).then_refused("RESULT_SET_ASIDE")
    again = OrderRework(ticket_id=STREAM, order_id=CO_1, reason=TEXT)
    assert given(*resolved).when(again).refusal is None


def test_only_the_unit_that_must_work_again_is_waited_for():
    two = signed_in(a_signed_in_ticket("RS", "YB"), CO_1, "YB")
    two = after(after(two, submitting()), submitting(CO_1), officer_of("YB"))
    resolved = after(after(two, REWORK), submitting())
    given(*resolved).when(calling_back()).then(CONTENT)


def test_an_order_without_a_result_is_not_reworked():
    away = ReassignWorkOrder(
        ticket_id=STREAM, order_id=LEAD, unit="GA", instruction=TEXT, released=READ
    )
    taken = signed_in(after(a_signed_in_ticket(), away), CO_1, "GA")
    resolved = after(taken, submitting(CO_1), officer_of("GA"))
    given(*resolved).when(REWORK).then_refused("WRONG_ORDER_STATUS")


def test_passing_twice_is_refused():
    passed = after(a_called_back_ticket(), passing())
    given(*passed).when(passing()).then_refused("WRONG_STATUS")


def test_after_a_reopening_only_the_new_result_counts_as_what_the_office_says():
    closed = after(after(a_called_back_ticket(), passing()), StrikeOffTicket(ticket_id=STREAM))
    acts = (
        ReopenTicket(ticket_id=STREAM, reason=TEXT),
        AnalyseCause(
            ticket_id=STREAM, cause="forbidden", complexity="general", units=("YB",), opinion=TEXT
        ),
        DispatchWorkOrders(ticket_id=STREAM, lead_unit="YB", instruction=TEXT, released=READ),
    )
    for command in acts:
        closed = after(closed, command)
    resolved = signed_in(closed, CO_1, "YB")
    resolved = after(resolved, submitting(CO_1, Outcome.EXPLAINED), officer_of("YB"))
    unsolved = after(resolved, calling_back(**UNSOLVED))
    given(*unsolved).when(passing()).then(PASSED)
