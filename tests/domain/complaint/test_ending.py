"""撤回、终止: a matter ends without a result, and what was late by then stays late."""

from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.complaint.dispatch import SignInWorkOrder
from bancheng.domain.complaint.ending import (
    DenyTermination,
    TerminationDenied,
    TerminationRequested,
    TicketTerminated,
    TicketWithdrawn,
    WorkOrderDropped,
)
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.supervise import ReopenTicket
from bancheng.domain.complaint.terms import OrderStatus, ReporterWay, Status
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.deadlines import DeadlineState, key_of
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from bancheng.infra.rulebooks import load_rulebook
from support.builders import (
    CO_1,
    LEAD,
    TEXT,
    a_called_back_ticket,
    a_dispatched_ticket,
    a_released_order,
    a_reported_ticket,
    a_returned_order,
    a_signed_in_ticket,
    a_terminated_ticket,
    a_ticket_with_termination_asked,
    a_withdrawn_ticket,
    after,
    an_order_with_extension_asked,
    asking_suspension,
    asking_termination,
    reporting,
    terminating,
    withdrawing,
)
from support.given import CLERK, HANDLER, OFFICER, START, STREAM, SUPERVISOR, given, local

DENY = DenyTermination(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
RESOLVE, ANSWER = key_of(LimitKind.RESOLVE, LEAD), key_of(LimitKind.ANSWER, STREAM)
BOOK = load_rulebook("guangdong_12345")
LATE = local("2026-05-06 09:00")


def state(history) -> Ticket:
    return reduce(evolve, history, Ticket())


def answered_by_book(history):
    """The same, under a book that limits when the citizen has their answer."""
    _, *onward = history
    return (*given().when(reporting(), at=START, rulebook=BOOK).history, *onward)


def states(history) -> dict[str, DeadlineState]:
    return {key: one.state for key, one in state(history).deadlines.items()}


def test_a_reporter_takes_back_what_has_no_order_yet():
    given(*a_reported_ticket()).when(withdrawing(), CLERK).then(
        TicketWithdrawn(
            way=ReporterWay.PHONE, record_no="LY-2026-0001", reason=TEXT.owned_by(STREAM)
        )
    )


def test_every_order_that_is_left_ends_with_it_each_with_its_verdict():
    outcome = given(*a_signed_in_ticket("RS", "YB")).when(withdrawing(), HANDLER)
    lead, other, withdrawn = outcome.events
    assert (lead.order_id, other.order_id) == (LEAD, CO_1)
    assert lead.verdict.on_time
    assert other.verdict.on_time
    assert isinstance(withdrawn, TicketWithdrawn)
    ended = state(outcome.history)
    assert ended.status is Status.WITHDRAWN
    assert {one.status for one in ended.orders.values()} == {OrderStatus.ENDED}


def test_what_was_late_by_then_is_released_late_for_the_unit_and_the_citizen():
    outcome = given(*answered_by_book(a_signed_in_ticket())).when(withdrawing(), HANDLER, at=LATE)
    dropped = outcome.events[0]
    assert isinstance(dropped, WorkOrderDropped)
    assert not dropped.verdict.on_time
    found = states(outcome.history)
    assert found[RESOLVE] is DeadlineState.RELEASED_LATE
    assert found[ANSWER] is DeadlineState.RELEASED_LATE


def test_what_was_in_time_is_released_and_not_met():
    found = states(after(answered_by_book(a_signed_in_ticket()), withdrawing(), HANDLER))
    assert found[RESOLVE] is DeadlineState.RELEASED
    assert found[ANSWER] is DeadlineState.RELEASED


@pytest.mark.parametrize("objected", [a_returned_order, a_released_order])
def test_what_its_unit_objected_to_ends_as_well(objected):
    history = after(objected(), withdrawing(), HANDLER)
    assert state(history).orders[LEAD].status is OrderStatus.ENDED
    assert not any(one.is_running for one in state(history).deadlines.values())


@pytest.mark.parametrize(
    "asked",
    [
        an_order_with_extension_asked,
        a_ticket_with_termination_asked,
        lambda: after(a_signed_in_ticket(), asking_suspension(local("2026-03-31 00:00"))),
    ],
)
def test_what_was_asked_for_is_asked_no_more(asked):
    order = state(after(asked(), withdrawing(), HANDLER)).orders[LEAD]
    asked_for = (order.extension_asked, order.suspension_asked, order.termination_asked_by)
    assert asked_for == (None, None, None)


def test_an_anonymous_matter_is_taken_back_by_nobody():
    given(*a_reported_ticket(reporter=None)).when(withdrawing(), CLERK).then_refused(
        "NO_ONE_TO_WITHDRAW"
    )


def test_who_worked_on_it_does_not_write_down_that_it_was_taken_back():
    worker = replace(OFFICER, roles=(Role.UNIT_OFFICER, Role.HANDLER))
    given(*a_signed_in_ticket()).when(withdrawing(), worker).then_refused("WITHDRAWN_BY_PARTY")


def test_the_accused_unit_does_not_write_it_down_but_its_handler_does():
    of_the_accused = replace(CLERK, id="rs-clerk", unit="RS")
    given(*a_reported_ticket()).when(withdrawing(), of_the_accused).then_refused(
        "WITHDRAWN_BY_PARTY"
    )
    agreed = a_reported_ticket(agrees_to_contact=True)  # to be called, and to no more
    given(*agreed).when(withdrawing(), of_the_accused).then_refused("WITHDRAWN_BY_PARTY")
    hall = a_reported_ticket(accused_unit="HALL")
    assert given(*hall).when(withdrawing(), CLERK).refusal is not None
    assert given(*hall).when(withdrawing(), HANDLER).refusal is None


def test_once_there_is_a_result_the_reporter_speaks_in_the_call_back():
    given(*a_called_back_ticket()).when(withdrawing(), HANDLER).then_refused("WRONG_STATUS")


def test_the_lead_unit_asks_in_writing_and_somebody_else_approves():
    asked = given(*a_signed_in_ticket()).when(asking_termination(), OFFICER)
    asked.then(
        TerminationRequested(
            order_id=LEAD, request_no="人社函2026-1号", reason=TEXT.owned_by(STREAM)
        )
    )
    outcome = given(*asked.history).when(terminating(), HANDLER)
    dropped, terminated = outcome.events
    assert dropped.order_id == LEAD
    sealed = TEXT.owned_by(STREAM)
    assert terminated == TicketTerminated(
        order_id=LEAD, ruling=sealed, explanation=sealed, remedy=sealed
    )
    assert state(outcome.history).status is Status.TERMINATED


def test_a_termination_with_reason_and_remedy_is_an_answer_in_time_or_late():
    asked = answered_by_book(a_ticket_with_termination_asked())
    assert states(after(asked, terminating(), HANDLER))[ANSWER] is DeadlineState.MET
    late = after(asked, terminating(), HANDLER, at=LATE)
    assert states(late)[ANSWER] is DeadlineState.LATE
    assert states(late)[RESOLVE] is DeadlineState.RELEASED_LATE


@pytest.mark.parametrize("ruling", [terminating(), DENY])
def test_who_asked_does_not_rule(ruling):
    both = replace(OFFICER, roles=(Role.UNIT_OFFICER, Role.HANDLER))
    history = after(a_signed_in_ticket(), asking_termination(), both)
    given(*history).when(ruling, both).then_refused("SAME_PERSON")


@pytest.mark.parametrize("ruling", [terminating(), DENY])
def test_nobody_rules_on_what_nobody_asked_for(ruling):
    given(*a_signed_in_ticket()).when(ruling, HANDLER).then_refused("NO_TERMINATION_REQUEST")


def test_it_is_asked_for_once_until_it_was_denied():
    asked = a_ticket_with_termination_asked()
    given(*asked).when(asking_termination(), OFFICER).then_refused("TERMINATION_PENDING")
    denied = given(*asked).when(DENY, SUPERVISOR)
    denied.then(TerminationDenied(order_id=LEAD, ruling=TEXT.owned_by(STREAM)))
    assert given(*denied.history).when(asking_termination(), OFFICER).refusal is None


def test_a_unit_that_only_helps_does_not_end_the_matter_of_another():
    history = a_signed_in_ticket("RS", "YB")
    helper = replace(OFFICER, id="yb", unit="YB")
    given(*history).when(asking_termination(CO_1), helper).then_refused("WRONG_ORDER_STATUS")
    signed = after(history, SignInWorkOrder(ticket_id=STREAM, order_id=CO_1), helper)
    given(*signed).when(asking_termination(CO_1), helper).then_refused("NOT_LEAD_ORDER")


def test_another_unit_asks_for_nothing():
    other = replace(OFFICER, id="yb", unit="YB")
    given(*a_signed_in_ticket()).when(asking_termination(), other).then_refused("NOT_OWN_UNIT")


def test_what_a_unit_has_not_signed_for_it_does_not_end():
    given(*a_dispatched_ticket()).when(asking_termination(), OFFICER).then_refused(
        "WRONG_ORDER_STATUS"
    )


@pytest.mark.parametrize("ended", [a_withdrawn_ticket, a_terminated_ticket])
def test_what_has_ended_so_is_taken_up_again_and_nothing_else(ended):
    given(*ended()).when(AcceptTicket(ticket_id=STREAM)).then_refused("WRONG_STATUS")
    again = after(ended(), ReopenTicket(ticket_id=STREAM, reason=TEXT), SUPERVISOR)
    assert state(again).status is Status.ACCEPTED
    assert all(one.status is OrderStatus.ENDED for one in state(again).orders.values())
