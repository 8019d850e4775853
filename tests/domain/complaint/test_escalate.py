"""提级督办: the third rework or transfer is recorded, once."""

from msgspec.structs import replace

from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.escalate import TicketEscalated
from bancheng.domain.complaint.returns import UpholdReturn
from bancheng.domain.complaint.terms import EscalationCause
from bancheng.domain.complaint.verify import OrderRework
from support.builders import (
    CO_1,
    LEAD,
    TEXT,
    a_dispatched_ticket,
    a_resolved_ticket,
    after,
    officer_of,
    returning,
    signed_in,
    submitting,
)
from support.given import READ, RULES, STREAM, given

REWORK = OrderRework(ticket_id=STREAM, order_id=LEAD, reason=TEXT)


def reworked(times):
    story = a_resolved_ticket()
    for _ in range(times):
        story = after(after(story, REWORK), submitting())
    return story


def handing_on(serial, unit):
    order = f"BCS-1-{serial:02d}"
    return ReassignWorkOrder(
        ticket_id=STREAM, order_id=order, unit=unit, instruction=TEXT, released=READ
    )


def handed_on(*units):
    story = a_dispatched_ticket()
    for serial, unit in enumerate(units, start=1):
        story = after(story, handing_on(serial, unit))
    return story


def escalated(outcome):
    return [one for one in outcome.events if isinstance(one, TicketEscalated)]


def test_the_third_rework_is_recorded_as_an_escalation_with_its_ground():
    assert not escalated(given(*reworked(1)).when(REWORK))
    (event,) = escalated(given(*reworked(2)).when(REWORK))
    assert (event.cause, event.count) == (EscalationCause.REWORKED, 3)
    assert event.rule_version == RULES.version
    assert "3次" in event.basis


def test_the_third_transfer_is_recorded_as_an_escalation():
    assert not escalated(given(*handed_on("GA")).when(handing_on(2, "YB")))
    (event,) = escalated(given(*handed_on("GA", "YB")).when(handing_on(3, "RS")))
    assert (event.cause, event.count) == (EscalationCause.REASSIGNED, 3)


def test_it_is_recorded_once_and_hinders_no_further_rework():
    assert not escalated(given(*reworked(3)).when(REWORK))
    assert given(*reworked(3)).when(REWORK).refusal is None


def test_the_number_is_the_rule_books():
    sooner = replace(RULES, rework_max=1)
    (event,) = escalated(given(*reworked(0)).when(REWORK, rulebook=sooner))
    assert event.count == 1
    never = replace(RULES, rework_max=None)
    assert not escalated(given(*reworked(2)).when(REWORK, rulebook=never))


def test_an_order_that_comes_back_to_a_unit_goes_in_a_circle():
    assert not escalated(given(*a_dispatched_ticket()).when(handing_on(1, "GA")))
    (event,) = escalated(given(*handed_on("GA")).when(handing_on(2, "RS")))
    assert (event.cause, event.count) == (EscalationCause.SAME_UNIT, 2)
    assert event.cause.is_loop
    assert "派给同一单位满2次" in event.basis


def test_whoever_returned_it_and_has_it_again_is_found_as_well():
    upheld = UpholdReturn(ticket_id=STREAM, order_id="BCS-1-02", ruling=TEXT)
    back = after(after(handed_on("GA"), returning("BCS-1-02"), officer_of("GA")), upheld)
    (event,) = escalated(given(*back).when(handing_on(2, "RS")))
    assert event.cause is EscalationCause.SAME_UNIT


def test_the_unit_of_another_order_is_no_circle():
    """It had a part of its own; nobody has handed it this one before."""
    taken = signed_in(a_dispatched_ticket("RS", "YB"), CO_1, "YB")
    story = after(taken, submitting(CO_1), officer_of("YB"))
    assert not escalated(given(*story).when(handing_on(1, "YB")))


def test_a_hall_whose_book_counts_no_circles_records_none():
    never = replace(RULES, same_unit_max=None)
    assert not escalated(given(*handed_on("GA")).when(handing_on(2, "RS"), rulebook=never))
