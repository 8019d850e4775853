"""流转路径: where an order has been, how long each unit had it, and whether it goes in a circle."""

import pytest

from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.regroup import ChangeLead
from bancheng.domain.complaint.verify import OrderRework
from bancheng.projections.tickets.tickets import TICKETS_BY_ID
from bancheng.projections.work_orders.work_orders import ORDERS_OF_TICKETS
from projections.views import MemoryLog, Views
from support import backends, builders
from support.builders import CO_1, LEAD, TEXT, after, on_day
from support.given import CLERK, READ, STREAM

pytestmark = backends.ONCE
FIRST, SECOND, THIRD = map(on_day, ("2026-03-03", "2026-03-04", "2026-03-05"))


@pytest.fixture
def shown(engine):
    """The ticket after a history, and its orders."""

    def show(events):
        views = Views(engine, MemoryLog(events)).caught_up()
        with views.database.read() as connection:
            orders = ORDERS_OF_TICKETS(connection, [STREAM])[STREAM]
            return TICKETS_BY_ID.one(connection, STREAM), orders

    return show


def handing_on(order, unit):
    return ReassignWorkOrder(
        ticket_id=STREAM, order_id=order, unit=unit, instruction=TEXT, released=READ
    )


def handed_on():
    return after(builders.a_dispatched_ticket("RS", "YB"), handing_on(LEAD, "GA"), at=FIRST)


def test_the_way_of_the_lead_order_is_every_unit_that_it_was_with(shown):
    ticket, _ = shown(handed_on())
    assert (ticket.way, ticket.reassignments, ticket.loop) == (("RS", "GA"), 1, False)


def test_who_had_it_first_and_who_heard_it_stay_whoever_has_it_now(shown):
    ticket, _ = shown(handed_on())
    assert (ticket.first_receiver, ticket.lead_unit) == ("RS", "GA")
    assert (ticket.first_contact_unit, ticket.first_contact_owner) == (CLERK.unit, CLERK.id)


def test_what_comes_back_to_a_unit_is_shown_as_a_circle(shown):
    ticket, _ = shown(after(handed_on(), handing_on("BCS-1-03", "RS"), at=SECOND))
    assert (ticket.way, ticket.loop) == (("RS", "GA", "RS"), True)


def test_each_order_says_how_long_its_unit_had_it(shown):
    _, (left, helping, had) = shown(handed_on())
    assert left.left_at == FIRST
    assert left.dwell_seconds == (FIRST - left.dispatched_at).total_seconds()
    for one in (helping, had):
        assert (one.left_at, one.dwell_seconds) == (None, 0)


def test_what_a_unit_has_again_to_rework_counts_on(shown):
    done = after(builders.a_signed_in_ticket(), builders.submitting(), at=FIRST)
    rework = OrderRework(ticket_id=STREAM, order_id=LEAD, reason=TEXT)
    again = after(done, rework, at=SECOND)
    _, (order,) = shown(again)
    assert order.left_at is None
    _, (twice,) = shown(after(again, builders.submitting(), at=THIRD))
    assert twice.left_at == THIRD
    assert twice.dwell_seconds == order.dwell_seconds + (THIRD - SECOND).total_seconds()


def test_another_unit_that_leads_is_shown_on_the_ticket_and_on_both_orders(shown):
    asked = after(builders.a_signed_in_ticket("RS", "YB"), builders.asking_termination())
    ticket, (led, leads) = shown(
        after(asked, ChangeLead(ticket_id=STREAM, order_id=CO_1, reason=TEXT))
    )
    assert (ticket.lead_unit, ticket.lead_order_id, ticket.way) == ("YB", CO_1, ("RS", "YB"))
    assert (ticket.first_receiver, ticket.due_at) == ("RS", leads.due_at)
    assert (led.lead, leads.lead, led.termination) == (False, True, None)


def test_a_ticket_is_as_late_as_the_order_that_leads_it_now(shown):
    changed = after(
        builders.a_signed_in_ticket("RS", "YB"),
        ChangeLead(ticket_id=STREAM, order_id=CO_1, reason=TEXT),
    )
    late = after(
        builders.signed_in(changed, CO_1, "YB"), builders.submitting(CO_1),
        builders.officer_of("YB"), at=on_day("2026-05-06"),
    )  # fmt: skip
    ticket, _ = shown(late)
    assert (ticket.on_time, ticket.last_on_time, ticket.late_verdicts) == (False, False, 1)
    assert ticket.overdue > 0
