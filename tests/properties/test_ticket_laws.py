"""Laws of a ticket: what holds on any way its staff may take, allowed or not."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from bancheng.app.acts.tickets import TICKET
from bancheng.domain import recusal
from bancheng.domain.complaint import ties
from bancheng.domain.complaint.checks import TicketCheckFailed
from bancheng.domain.complaint.deadline import ExtensionGranted, ResultSubmitted
from bancheng.domain.complaint.dispatch import WorkOrderDispatched
from bancheng.domain.complaint.meeting import (
    MeetingCancelled,
    MeetingFollowedUp,
    MeetingHeld,
)
from bancheng.domain.complaint.merging import MergedSupplemented
from bancheng.domain.complaint.regrade import TicketRegraded
from bancheng.domain.complaint.supervise import TicketReopened
from bancheng.domain.complaint.suspend import (
    WorkOrderResumed,
    WorkOrderSuspended,
)
from bancheng.domain.complaint.terms import MeetingState, OrderStatus, Status
from bancheng.domain.complaint.verify import ReworkOrdered
from bancheng.domain.deadlines import key_of
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.warnings.events import DueDateReplanned, DutiesPassedOn, WarningRaised
from properties.ticket_course import TICKETS
from properties.walks import ABOUT_MEASURES, ABOUT_WARNINGS, OF_ERASURE, Walk, few, numbers

AFTER_END = {
    TicketReopened, TicketCheckFailed, *ABOUT_WARNINGS, *ABOUT_MEASURES, *OF_ERASURE,
    *recusal.EVENTS, *ties.EVENTS, MergedSupplemented,
    MeetingHeld, MeetingCancelled, MeetingFollowedUp,
}  # fmt: skip
walks = st.builds(Walk, st.just(TICKETS), numbers, st.integers(-1, 20))


@few
@given(walks)
def test_a_closed_ticket_says_nothing_but_that_it_is_reopened_and_what_became_of_its_cards(walk):
    for step in walk.steps:
        if step.before.status is Status.CLOSED:
            for event in step.events:
                # Whoever is called to account for it afterwards answers, in time or late.
                if isinstance(event, WarningRaised | DueDateReplanned):
                    asked = LimitKind.FEEDBACK if step.before.unanswered else None
                    set_by_meetings = [one.state for one in step.before.meetings.values()]
                    left = LimitKind.FOLLOW_UP if MeetingState.HELD in set_by_meetings else None
                    assert event.kind in (LimitKind.CARD_FEEDBACK, asked, left)
                elif isinstance(event, DutiesPassedOn):
                    running = (one for one in step.before.deadlines.values() if one.is_running)
                    assert event.unit in {one.unit for one in running}
                else:
                    assert type(event) in AFTER_END


@few
@given(walks)
def test_a_ticket_is_resolved_exactly_when_no_unit_owes_anything(walk):
    settled = {OrderStatus.SUBMITTED, OrderStatus.REASSIGNED, OrderStatus.ENDED}
    for step in walk.steps:
        owes = any(order.status not in settled for order in step.before.orders.values())
        assert owes is (step.before.status is Status.DISPATCHED)


@few
@given(walks)
def test_the_time_to_answer_a_measure_runs_exactly_as_long_as_it_waits_for_its_answer(
    walk,
):
    state = TICKET.empty()
    for recorded in walk.log:
        state = TICKET.evolve(state, recorded)
        running = {deadline.subject for deadline in state.deadlines.values() if deadline.is_running}
        measures = {subject for subject in running if "-D" in subject}
        assert measures == set(state.unanswered)


@few
@given(walks)
def test_a_call_is_owed_exactly_as_long_as_somebody_who_gave_a_name_was_not_reached(walk):
    state = TICKET.empty()
    for recorded in walk.log:
        state = TICKET.evolve(state, recorded)
        running = {deadline.kind for deadline in state.deadlines.values() if deadline.is_running}
        waits = state.status is Status.RESOLVED and not state.reached
        assert (LimitKind.CALL_BACK in running) is (waits and not state.anonymous)


@few
@given(walks)
def test_an_order_is_judged_by_the_date_that_its_deadline_shows(walk):
    for step in walk.steps:
        for event in step.events or ():
            if isinstance(event, ResultSubmitted):
                deadline = step.before.deadlines[key_of(LimitKind.RESOLVE, event.order_id)]
                assert event.verdict.due_at == deadline.due.due_at


@few
@given(chosen=numbers, at=st.integers(0, 20))
def test_a_later_rule_book_or_calendar_changes_a_date_that_was_decided_by_an_event_only(chosen, at):
    due: dict[str, tuple[datetime, str]] = {}
    for recorded in Walk(TICKETS, chosen, changes_at=at).log:
        event = recorded.event
        if isinstance(event, WorkOrderDispatched | ExtensionGranted | ReworkOrdered):
            due[event.order_id] = (event.due.due_at, event.due.rule_version)
        if isinstance(event, WorkOrderSuspended | WorkOrderResumed):
            assert event.due.rule_version == due[event.order_id][1]
            due[event.order_id] = (event.due.due_at, event.due.rule_version)
        for one in event.orders if isinstance(event, TicketRegraded) else ():
            due[one.order_id] = (one.due.due_at, one.due.rule_version)
        if isinstance(event, DueDateReplanned) and event.kind is LimitKind.RESOLVE:
            before, now = event.before, event.due
            assert (before.due_at, before.rule_version) == due[event.subject]
            due[event.subject] = (now.due_at, before.rule_version)
        if isinstance(event, ResultSubmitted):
            verdict = event.verdict
            assert (verdict.due_at, verdict.rule_version) == due[event.order_id]
            # What had run out before an extension stays late (ADR 17), so it is not the other way.
            assert not verdict.on_time or recorded.envelope.occurred_at < verdict.due_at


@few
@given(walks)
def test_no_warning_comes_of_an_order_that_the_unit_no_longer_owes(walk):
    owing = {OrderStatus.DISPATCHED, OrderStatus.SIGNED_IN, OrderStatus.RETURNED}
    for step in walk.steps:
        for event in step.events:
            if isinstance(event, WarningRaised) and event.kind is LimitKind.RESOLVE:
                assert step.before.orders[event.subject].status in owing
            if isinstance(event, WarningRaised) and event.kind is LimitKind.RESPOND:
                assert step.before.orders[event.subject].status in owing - {OrderStatus.RETURNED}
            if isinstance(event, WarningRaised) and event.kind is LimitKind.SIGN_IN:
                assert step.before.orders[event.subject].status is OrderStatus.DISPATCHED
