"""退单台账: what each event leaves of a return, and both dwell times."""

from datetime import timedelta

import pytest

from bancheng.domain.complaint.discover import DivertTicket
from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.returns import EndWorkOrder, RejectReturn, UpholdReturn
from bancheng.projections.work_orders.returns import RETURNS, ReturnState
from projections.views import MemoryLog, Views
from support import builders
from support.builders import CO_1, LEAD, TEXT, after, on_day
from support.given import READ, START, STREAM

SENT_BACK, RULED, REASSIGNED = map(on_day, ("2026-03-03", "2026-03-04", "2026-03-05"))
RETURNS_OF_TICKETS = RETURNS.several_by("ticket_id", "returned_at")


@pytest.fixture
def returns(engine):
    """The rows after a history, in the order of the returns."""

    def show(events):
        views = Views(engine, MemoryLog(events)).caught_up()
        with views.database.read() as connection:
            return RETURNS_OF_TICKETS(connection, [STREAM]).get(STREAM, [])

    return show


def returned():
    """A history in which the unit sent its order back on the morning after it came."""
    dispatched = builders.a_dispatched_ticket()
    return after(dispatched, builders.returning(), at=SENT_BACK)


def test_a_return_waits_for_its_ruling_with_what_the_unit_said(returns):
    (row,) = returns(returned())

    assert (row.order_id, row.unit, row.reason) == (LEAD, "RS", "not_our_duty")
    assert row.explanation_masked
    assert row.state is ReturnState.PENDING
    assert row.ticket_number == "BCS-1"
    assert (row.ruled_at, row.ruled_by, row.ruling_seconds, row.successor) == (None,) * 4


def test_how_long_the_unit_held_it_counts_from_the_dispatch_of_this_order(returns):
    (row,) = returns(returned())

    assert row.dispatched_at == START + timedelta(minutes=3)
    assert row.returned_at == SENT_BACK
    assert row.held_seconds == (row.returned_at - row.dispatched_at).total_seconds() > 0


@pytest.mark.parametrize(
    ("act", "state"),
    [(RejectReturn, ReturnState.REJECTED), (UpholdReturn, ReturnState.UPHELD)],
)
def test_a_ruling_says_who_and_how_long_it_took(returns, act, state):
    ruling = act(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
    (row,) = returns(after(returned(), ruling, at=RULED))

    assert row.state is state
    assert row.ruled_by_name
    assert row.ruling_masked
    assert (row.ruled_at, row.ruling_seconds) == (RULED, 24 * 3600)


def test_an_upheld_return_names_the_order_that_took_its_place(returns):
    upheld = after(returned(), UpholdReturn(ticket_id=STREAM, order_id=LEAD, ruling=TEXT))
    again = ReassignWorkOrder(
        ticket_id=STREAM, order_id=LEAD, unit="YB", instruction=TEXT, released=READ
    )
    (row,) = returns(after(upheld, again, at=REASSIGNED))

    assert (row.state, row.reassigned_at) == (ReturnState.UPHELD, REASSIGNED)
    assert row.successor not in (None, LEAD)


def test_an_order_that_was_never_sent_back_is_not_in_it(returns):
    assert returns(builders.a_closed_ticket()) == []


def test_a_rejected_return_has_no_successor(returns):
    ruling = RejectReturn(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
    (row,) = returns(after(returned(), ruling))

    assert (row.successor, row.reassigned_at) == (None, None)


def test_an_upheld_return_that_nobody_takes_over_says_since_when(returns):
    history = builders.a_dispatched_ticket("YB", "RS")
    of_co = {"ticket_id": STREAM, "order_id": CO_1}
    upheld = after(after(history, builders.returning(CO_1)), UpholdReturn(**of_co, ruling=TEXT))
    (row,) = returns(after(upheld, EndWorkOrder(**of_co, reason=TEXT), at=REASSIGNED))

    assert (row.successor, row.closed_at) == (None, REASSIGNED)


def test_so_does_one_whose_ticket_was_diverted(returns):
    upheld = after(returned(), UpholdReturn(ticket_id=STREAM, order_id=LEAD, ruling=TEXT))
    divert = DivertTicket(
        ticket_id=STREAM, target="petition_office", explanation=TEXT, organ="信访局"
    )
    (row,) = returns(after(upheld, divert, at=REASSIGNED))

    assert (row.successor, row.closed_at) == (None, REASSIGNED)


def test_how_long_the_unit_had_it_counts_until_the_ruling_takes_it_away(returns):
    (waiting,) = returns(returned())
    assert (waiting.left_at, waiting.dwell_seconds, waiting.dwell_minutes) == (None,) * 3
    upheld = after(returned(), UpholdReturn(ticket_id=STREAM, order_id=LEAD, ruling=TEXT), at=RULED)
    again = ReassignWorkOrder(
        ticket_id=STREAM, order_id=LEAD, unit="YB", instruction=TEXT, released=READ
    )
    (row,) = returns(after(upheld, again, at=REASSIGNED))
    assert row.left_at == RULED
    assert row.dwell_seconds == (RULED - row.dispatched_at).total_seconds()
    assert 0 < row.dwell_minutes * 60 < row.dwell_seconds  # nobody works at night


def test_after_a_ruling_that_it_stays_it_counts_until_the_result(returns):
    ruling = RejectReturn(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
    kept = builders.signed_in(after(returned(), ruling, at=RULED))
    (row,) = returns(after(kept, builders.submitting(), at=REASSIGNED))
    assert (row.state, row.left_at) == (ReturnState.REJECTED, REASSIGNED)
    assert row.dwell_seconds == (REASSIGNED - row.dispatched_at).total_seconds()
