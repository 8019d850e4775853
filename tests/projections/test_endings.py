"""撤回、终止 in the ledgers: what was late stays late, and what waited for a ruling is over."""

import pytest

from bancheng.domain.complaint.ending import DenyTermination
from bancheng.domain.complaint.supervise import ReopenTicket
from bancheng.domain.complaint.terms import OrderStatus, ReporterWay, Status
from bancheng.domain.deadlines import DeadlineState
from bancheng.projections.registry import PROJECTIONS
from bancheng.projections.tickets.tickets import TICKETS_BY_ID
from bancheng.projections.work_orders.returns import RETURNS, ReturnState
from bancheng.projections.work_orders.row import ExtensionState
from bancheng.projections.work_orders.work_orders import ORDERS_OF_TICKETS
from projections.views import Anew
from support.builders import (
    LEAD,
    TEXT,
    a_returned_order,
    a_signed_in_ticket,
    a_terminated_ticket,
    a_ticket_with_termination_asked,
    after,
    terminating,
    withdrawing,
)
from support.given import HANDLER, STREAM, SUPERVISOR, local

LATE = local("2026-03-16 10:00")
RETURNS_OF = RETURNS.several_by("ticket_id")


@pytest.fixture
def read(engine):
    anew = Anew(engine, *PROJECTIONS)

    def ask(events):
        views = anew.of(events)
        with views.database.read() as connection:
            ticket = TICKETS_BY_ID.one(connection, STREAM)
            (order,) = ORDERS_OF_TICKETS(connection, [STREAM])[STREAM]
            returns = RETURNS_OF(connection, [STREAM]).get(STREAM, [])
        return ticket, order, returns

    return ask


def test_what_is_withdrawn_late_is_late_for_ticket_and_order(read):
    ticket, order, _ = read(after(a_signed_in_ticket(), withdrawing(), HANDLER, at=LATE))
    assert (ticket.status, ticket.closed_at, ticket.open_orders) == (Status.WITHDRAWN, LATE, 0)
    assert (ticket.on_time, ticket.late_verdicts, ticket.due_at) == (False, 1, None)
    assert ticket.withdrawn_by_way is ReporterWay.PHONE
    assert ticket.ending_reason_masked
    assert (order.status, order.closed_at) == (OrderStatus.ENDED, LATE)
    assert (order.ended, order.on_time) == (DeadlineState.RELEASED_LATE, False)


def test_what_is_withdrawn_in_time_was_neither_kept_nor_broken(read):
    ticket, order, _ = read(after(a_signed_in_ticket(), withdrawing(), HANDLER))
    assert (ticket.on_time, ticket.late_verdicts) == (None, 0)
    assert (order.ended, order.on_time) == (DeadlineState.RELEASED, None)


def test_a_termination_is_asked_granted_or_denied(read):
    asked = a_ticket_with_termination_asked()
    denied = DenyTermination(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
    assert read(asked)[1].termination is ExtensionState.ASKED
    assert read(after(asked, denied, SUPERVISOR))[1].termination is ExtensionState.DENIED
    ticket, order, _ = read(after(asked, terminating(), HANDLER, at=LATE))
    assert ticket.status is Status.TERMINATED
    assert ticket.ending_reason_masked
    assert (order.termination, order.status) == (ExtensionState.GRANTED, OrderStatus.ENDED)
    assert order.ended is DeadlineState.RELEASED_LATE


def test_an_objection_that_waits_for_its_ruling_is_over_with_the_ticket(read):
    _, _, (objection,) = read(after(a_returned_order(), withdrawing(), HANDLER, at=LATE))
    assert (objection.state, objection.closed_at) == (ReturnState.MOOT, LATE)


def test_what_is_taken_up_again_has_not_ended(read):
    again = after(a_terminated_ticket(), ReopenTicket(ticket_id=STREAM, reason=TEXT), SUPERVISOR)
    ticket, _, _ = read(again)
    assert (ticket.status, ticket.closed_at) == (Status.ACCEPTED, None)
    assert ticket.ending_reason_masked is None
