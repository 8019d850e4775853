"""提级督办: the third rework or transfer is recorded, once."""

from msgspec.structs import replace

from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.escalate import TicketEscalated
from bancheng.domain.complaint.terms import EscalationCause
from bancheng.domain.complaint.verify import OrderRework
from support.builders import (
    LEAD,
    TEXT,
    a_dispatched_ticket,
    a_resolved_ticket,
    after,
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
