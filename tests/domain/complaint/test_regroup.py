"""调整主办、增派协办: another unit leads, or one more helps, and no limit is lost by it."""

from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.dispatch import AddCoUnit, ReassignWorkOrder
from bancheng.domain.complaint.regroup import ChangeLead, LeadChanged
from bancheng.domain.complaint.returns import EndWorkOrder
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.terms import Status
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from support.builders import (
    CO_1,
    LEAD,
    TEXT,
    a_dispatched_ticket,
    a_released_order,
    a_signed_in_ticket,
    after,
    asking_termination,
    deadline_of,
    deadlines_of,
    officer_of,
    on_day,
    signed_in,
    submitting,
)
from support.given import OFFICER, READ, STREAM, given, local
from support.meeting_acts import convening, naming

CHANGE = ChangeLead(ticket_id=STREAM, order_id=CO_1, reason=TEXT)
ADD = AddCoUnit(ticket_id=STREAM, unit="GA", instruction=TEXT, released=READ)
LATE = local("2026-05-06 09:00")


def state(history) -> Ticket:
    return reduce(evolve, history, Ticket())


def changed():
    """RS led and YB helped; now it is the other way round."""
    return after(a_dispatched_ticket("RS", "YB"), CHANGE)


def test_a_unit_that_helps_leads_and_the_one_that_led_helps():
    outcome = given(*a_dispatched_ticket("RS", "YB")).when(CHANGE)
    outcome.then(
        LeadChanged(
            order_id=CO_1,
            unit="YB",
            former=LEAD,
            due=deadline_of(outcome.history, LimitKind.RESOLVE, CO_1).due,
            reason=TEXT.owned_by(STREAM),
        )
    )
    orders = state(outcome.history).orders
    assert (orders[LEAD].lead, orders[CO_1].lead) == (False, True)
    assert state(outcome.history).lead_order.id == CO_1


def test_no_limit_moves_or_ends_by_it():
    before = a_signed_in_ticket("RS", "YB")
    assert deadlines_of(after(before, CHANGE)) == deadlines_of(before)


def test_what_was_late_already_stays_late_for_each():
    done = after(signed_in(changed()), submitting(), OFFICER, at=LATE)
    lead = after(signed_in(done, CO_1, "YB"), submitting(CO_1), officer_of("YB"))
    for order in (LEAD, CO_1):
        assert deadline_of(lead, LimitKind.RESOLVE, order).state is DeadlineState.LATE
    assert state(lead).status is Status.RESOLVED


def test_it_can_be_changed_back():
    back = after(changed(), replace(CHANGE, order_id=LEAD))
    assert state(back).lead_order.id == LEAD


def test_who_leads_already_is_not_made_to_lead():
    assert given(*changed()).when(CHANGE).refusal.code == "ALREADY_LEADS"


def test_once_the_unit_that_leads_has_answered_no_other_leads():
    answered = after(a_signed_in_ticket("RS", "YB"), submitting(), OFFICER)
    assert given(*answered).when(CHANGE).refusal.code == "LEAD_ANSWERED"


def test_whom_a_meeting_named_and_nobody_else_is_made_to_lead():
    met = after(a_dispatched_ticket("RS", "YB"), convening())
    other = after(met, naming("RS"))
    assert given(*other).when(CHANGE).refusal.code == "OTHER_LEAD_NAMED"
    outcome = given(*after(met, naming("YB"))).when(CHANGE)
    assert outcome.events[0].final
    assert state(outcome.history).orders[CO_1].final


def test_the_order_of_a_lead_that_was_right_to_return_it_may_end_once_another_leads():
    released = a_released_order("RS", "YB")
    end = EndWorkOrder(ticket_id=STREAM, order_id=LEAD, reason=TEXT)
    assert given(*released).when(end).refusal.code == "LEAD_ORDER_STAYS"
    assert given(*after(released, CHANGE)).when(end).events


def test_what_the_former_lead_asked_to_end_is_asked_no_more():
    asked = after(a_signed_in_ticket("RS", "YB"), asking_termination())
    assert state(after(asked, CHANGE)).orders[LEAD].termination_asked_by is None
    refusal = given(*after(asked, CHANGE)).when(asking_termination(), OFFICER).refusal
    assert refusal.code == "NOT_LEAD_ORDER"


def test_who_is_added_then_has_the_limit_of_the_order_that_leads_and_a_verdict_of_its_own():
    history = after(changed(), ADD, at=on_day("2026-03-05"))
    added = history[-1].event
    lead = deadline_of(history, LimitKind.RESOLVE, CO_1)
    assert added.due.limit == lead.due.limit
    assert added.due.due_at > lead.due.due_at
    taken = signed_in(history, added.order_id, "GA")
    late = after(taken, submitting(added.order_id), officer_of("GA"), at=LATE)
    assert not late[-1].event.verdict.on_time
    assert state(late).status is Status.DISPATCHED  # the two others still owe theirs


@pytest.mark.parametrize("moves", [1, 2])
def test_the_order_that_leads_is_found_however_often_it_went_on(moves):
    story, order = a_dispatched_ticket("RS", "YB"), LEAD
    for serial, unit in ((3, "GA"), (4, "HALL"))[:moves]:
        move = ReassignWorkOrder(
            ticket_id=STREAM, order_id=order, unit=unit, instruction=TEXT, released=READ
        )
        story, order = after(story, move), f"BCS-1-{serial:02d}"
    assert state(story).lead_order.id == order
    assert state(after(story, CHANGE)).lead_order.id == CO_1
