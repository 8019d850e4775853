"""限期解决: the unit works against its date and submits a result, once, with its verdict."""

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.deadline import NoteProgress, ProgressNoted, ResultSubmitted
from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.returns import ReturnWorkOrder
from bancheng.domain.complaint.terms import Outcome
from bancheng.domain.complaint.verify import PassVerification
from bancheng.domain.people import Role
from support.builders import (
    CO_1,
    LEAD,
    SEALED,
    TEXT,
    a_dispatched_ticket,
    a_released_order,
    a_signed_in_ticket,
    after,
    due,
    officer_of,
    on_day,
    signed_in,
    submitting,
    verdict,
)
from support.given import CO_OFFICER, HANDLER, READ, ROBOT, STREAM, given, local

NOTE = NoteProgress(ticket_id=STREAM, order_id=LEAD, progress=TEXT)
DUE = due("resolve_general", local("2026-03-02 09:03"), "2026-03-09")


def test_the_unit_tells_how_far_it_is():
    given(*a_signed_in_ticket()).when(NOTE).then(ProgressNoted(order_id=LEAD, progress=SEALED))


def test_progress_may_be_told_again():
    once = after(a_signed_in_ticket(), NOTE)
    given(*once).when(NOTE).then(ProgressNoted(order_id=LEAD, progress=SEALED))


@pytest.mark.parametrize("command", [NOTE, submitting()], ids=lambda it: type(it).__name__)
def test_an_officer_touches_no_order_of_another_unit(command):
    given(*a_signed_in_ticket()).when(command, by=CO_OFFICER).then_refused("NOT_OWN_UNIT")


@pytest.mark.parametrize(
    "act", [submitting(), NoteProgress(ticket_id=STREAM, order_id=LEAD, progress=TEXT)],
    ids=["result", "progress"],
)  # fmt: skip
def test_whoever_dispatched_neither_reports_nor_submits_for_a_unit_other_than_their_own(act):
    given(*a_signed_in_ticket()).when(act, by=HANDLER).then_refused("NOT_OWN_UNIT")
    own = signed_in(a_dispatched_ticket("HALL"), unit="HALL")
    assert given(*own).when(act, by=HANDLER).refusal is None


def test_an_import_tells_what_a_unit_did_in_another_system():
    robot = replace(ROBOT, roles=(Role.SYSTEM, Role.HANDLER))
    assert given(*a_signed_in_ticket()).when(submitting(), by=robot).refusal is None


@pytest.mark.parametrize("outcome", Outcome)
def test_a_result_is_submitted_with_its_verdict(outcome):
    at = on_day("2026-03-04")
    given(*a_signed_in_ticket()).when(submitting(outcome=outcome), at=at).then(
        ResultSubmitted(
            order_id=LEAD,
            outcome=outcome,
            result=SEALED,
            verdict=verdict(DUE, at, on_time=True, used=2),
            call_back_due=due("call_back", at, "2026-03-05"),
        )
    )


def test_the_last_microsecond_of_the_last_day_is_in_time():
    last = local("2026-03-09 23:59:59.999999")
    judged = verdict(DUE, last, on_time=True, used=5)
    given(*a_signed_in_ticket()).when(submitting(), at=last).then(
        ResultSubmitted(
            order_id=LEAD,
            outcome=Outcome.SOLVED,
            result=SEALED,
            verdict=judged,
            call_back_due=due("call_back", last, "2026-03-10"),
        )
    )
    assert (judged.remaining, judged.overdue) == (0, 0)


def test_the_first_instant_of_the_next_day_is_late():
    first = local("2026-03-10 00:00")
    judged = verdict(DUE, first, on_time=False, used=6)
    given(*a_signed_in_ticket()).when(submitting(), at=first).then(
        ResultSubmitted(
            order_id=LEAD,
            outcome=Outcome.SOLVED,
            result=SEALED,
            verdict=judged,
            call_back_due=due("call_back", first, "2026-03-11"),
        )
    )
    assert (judged.remaining, judged.overdue) == (0, 1)


def test_a_result_cannot_be_submitted_twice():
    once = after(a_signed_in_ticket("RS", "YB"), submitting())
    given(*once).when(submitting()).then_refused("WRONG_ORDER_STATUS")


def _is_resolved(history):
    """Whether the ticket waits for its verification, seen through the next act."""
    conclude = PassVerification(ticket_id=STREAM, conclusion=TEXT)
    refusal = given(*history).when(conclude).refusal
    return refusal is None or refusal.code != "WRONG_STATUS"


def test_the_ticket_is_resolved_only_when_every_co_unit_has_submitted():
    one = after(a_signed_in_ticket("RS", "YB"), submitting())
    both = after(signed_in(one, CO_1, "YB"), submitting(CO_1), officer_of("YB"))
    assert not _is_resolved(one)
    assert _is_resolved(both)


def test_the_co_unit_may_be_the_first_to_submit():
    co_unit_in = after(
        signed_in(a_signed_in_ticket("RS", "YB"), CO_1, "YB"), submitting(CO_1), officer_of("YB")
    )
    assert not _is_resolved(co_unit_in)
    assert _is_resolved(after(co_unit_in, submitting()))


@pytest.mark.parametrize(
    ("history", "unit"),
    [(a_released_order("RS", "YB"), "YB"), (a_dispatched_ticket("RS", "YB"), "YB")],
    ids=["released", "not signed in"],
)
def test_an_order_that_still_waits_for_somebody_holds_the_ticket_open(history, unit):
    in_hand = signed_in(history, CO_1, unit)
    assert not _is_resolved(after(in_hand, submitting(CO_1), officer_of(unit)))


def test_a_returned_order_holds_the_ticket_open_until_it_is_ruled_upon():
    back = ReturnWorkOrder(ticket_id=STREAM, order_id=CO_1, reason="not_our_duty", explanation=TEXT)
    returned = after(a_signed_in_ticket("RS", "YB"), back, officer_of("YB"))
    assert not _is_resolved(after(returned, submitting()))


def test_an_order_that_was_reassigned_is_not_waited_for():
    away = ReassignWorkOrder(
        ticket_id=STREAM, order_id=LEAD, unit="GA", instruction=TEXT, released=READ
    )
    successor = signed_in(after(a_signed_in_ticket(), away), CO_1, "GA")
    assert _is_resolved(after(successor, submitting(CO_1), officer_of("GA")))
