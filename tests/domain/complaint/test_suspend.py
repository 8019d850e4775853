from datetime import date, timedelta
from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.deadline import NoteProgress, ResultSubmitted
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.suspend import (
    SUSPENSION_MAX,
    RegradeTicket,
    ResumeWorkOrder,
    SuspendWorkOrder,
    TicketRegraded,
    WorkOrderResumed,
    WorkOrderSuspended,
)
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.deadlines import DeadlineState, key_of
from bancheng.domain.limit_kinds import LimitKind
from support.builders import (
    CO_1,
    LEAD,
    SEALED,
    TEXT,
    UNREACHED,
    a_dispatched_ticket,
    a_resolved_ticket,
    a_signed_in_ticket,
    after,
    calling_back,
    passing,
    returning,
    submitting,
)
from support.given import OFFICER, STREAM, given, local

SUSPEND = SuspendWorkOrder(
    ticket_id=STREAM, order_id=LEAD, until=local("2026-03-12 00:00"), measures=TEXT
)
RESUME = ResumeWorkOrder(ticket_id=STREAM, order_id=LEAD)
AT = local("2026-03-04 10:00")


def deadlines(history):
    return reduce(evolve, history, Ticket()).deadlines


def deadline(history, kind=LimitKind.RESOLVE, subject=LEAD):
    return deadlines(history)[key_of(kind, subject)]


def test_a_suspension_moves_the_date_by_the_days_that_were_told_and_no_more():
    [event] = given(*a_signed_in_ticket()).when(SUSPEND, at=AT).events
    assert isinstance(event, WorkOrderSuspended)
    assert (event.due.due_date, event.measures) == (date(2026, 3, 16), SEALED)
    forgotten = after(a_signed_in_ticket(), SUSPEND, at=AT)
    late = given(*forgotten).when(submitting(), by=OFFICER, at=local("2026-03-17 00:00"))
    assert isinstance(late.events[0], ResultSubmitted)
    assert not late.events[0].verdict.on_time


def test_who_can_go_on_earlier_owes_the_result_earlier():
    suspended = after(a_signed_in_ticket(), SUSPEND, at=AT)
    [event] = given(*suspended).when(RESUME, at=local("2026-03-06 10:00")).events
    assert isinstance(event, WorkOrderResumed)
    assert event.due.due_date == date(2026, 3, 11)
    resumed = after(suspended, RESUME, at=local("2026-03-06 10:00"))
    assert deadline(suspended).watch.is_on_pause
    assert not deadline(resumed).watch.is_on_pause


def test_what_is_not_suspended_does_not_resume_and_is_not_suspended_twice():
    given(*a_signed_in_ticket()).when(RESUME).then_refused("DEADLINE_NOT_PAUSED")
    suspended = after(a_signed_in_ticket(), SUSPEND, at=AT)
    given(*suspended).when(SUSPEND, at=local("2026-03-05 10:00")).then_refused("DEADLINE_PAUSED")
    lapsed = given(*suspended).when(
        replace(SUSPEND, until=local("2026-03-20 00:00")), at=local("2026-03-13 10:00")
    )
    assert lapsed.refusal is None


def test_what_is_late_already_is_not_suspended():
    late = local("2026-03-10 00:00")
    act = replace(SUSPEND, until=local("2026-03-20 00:00"))
    given(*a_signed_in_ticket()).when(act, at=late).then_refused("SUSPENSION_TOO_LATE")


@pytest.mark.parametrize("until", [AT, AT - timedelta(1), AT + SUSPENSION_MAX + timedelta(1)])
def test_the_date_told_lies_ahead_and_within_reach(until):
    given(*a_signed_in_ticket()).when(replace(SUSPEND, until=until), at=AT).then_refused(
        "SUSPENSION_DATE_IMPOSSIBLE", field="until"
    )


def test_another_complexity_measures_open_orders_anew_from_their_own_start_and_keeps_pauses():
    regrade = RegradeTicket(ticket_id=STREAM, complexity="complex")
    suspended = after(a_signed_in_ticket("RS", "YB"), SUSPEND, at=AT)
    [event] = given(*suspended).when(regrade, at=local("2026-03-05 10:00")).events
    assert isinstance(event, TicketRegraded)
    dues = {one.order_id: one.due for one in event.orders}
    assert dues[CO_1].due_date == date(2026, 3, 16)
    assert dues[LEAD].due_date == date(2026, 3, 23)
    assert dues[LEAD].pauses == deadline(suspended).due.pauses != ()
    later = after(suspended, regrade, at=local("2026-03-05 10:00"))
    assert deadline(later).due == dues[LEAD]


def test_a_complexity_that_is_the_same_or_has_no_limit_or_is_unknown_changes_nothing():
    for complexity, code, field in (
        ("general", "COMPLEXITY_UNCHANGED", "complexity"),
        ("hard", "LIMIT_UNDEFINED", "complexity"),
        ("odd", "TERM_UNKNOWN", "complexity"),
    ):
        regrade = RegradeTicket(ticket_id=STREAM, complexity=complexity)
        given(*a_signed_in_ticket()).when(regrade).then_refused(code, field)


RESPOND, CALL_BACK = LimitKind.RESPOND, LimitKind.CALL_BACK
PROGRESS = NoteProgress(ticket_id=STREAM, order_id=LEAD, progress=TEXT)


def test_a_unit_has_responded_with_its_first_progress_its_objection_or_its_result():
    assert deadline(a_dispatched_ticket(), RESPOND).is_running
    assert deadline(a_signed_in_ticket(), RESPOND).is_running
    in_time = after(a_signed_in_ticket(), PROGRESS, at=local("2026-03-03 23:59"))
    assert deadline(in_time, RESPOND).state is DeadlineState.MET
    late = after(a_signed_in_ticket(), PROGRESS, at=local("2026-03-04 00:00"))
    assert deadline(late, RESPOND).state is DeadlineState.LATE
    for act in (returning(), submitting()):
        assert not deadline(after(a_signed_in_ticket(), act), RESPOND).is_running


def test_the_call_back_is_owed_from_the_last_result_until_somebody_was_reached():
    first = after(a_signed_in_ticket("RS", "YB"), submitting())
    assert key_of(CALL_BACK, STREAM) not in deadlines(first)
    resolved = a_resolved_ticket()
    assert deadline(resolved, CALL_BACK, STREAM).is_running
    called = after(resolved, calling_back())
    assert deadline(called, CALL_BACK, STREAM).state is DeadlineState.MET
    rework = OrderRework(ticket_id=STREAM, order_id=LEAD, reason=TEXT)
    assert deadline(after(resolved, rework), CALL_BACK, STREAM).state is DeadlineState.RELEASED


def test_a_call_that_reached_nobody_leaves_the_call_owed_and_late_if_it_is():
    tried = after(a_resolved_ticket(), calling_back(**UNREACHED))
    assert deadline(tried, CALL_BACK, STREAM).is_running
    due_at = deadline(tried, CALL_BACK, STREAM).due.due_at
    for at, state in (
        (due_at - timedelta(minutes=1), DeadlineState.MET),
        (due_at, DeadlineState.LATE),
    ):
        assert deadline(after(tried, calling_back(), at=at), CALL_BACK, STREAM).state is state


def test_a_result_that_is_verified_without_reaching_anybody_was_not_called_in_time():
    tried = after(a_resolved_ticket(), calling_back(**UNREACHED))
    tried = after(tried, calling_back(**UNREACHED), at=local("2026-03-03 10:00"))
    assert deadline(after(tried, passing()), CALL_BACK, STREAM).state is DeadlineState.RELEASED
    reached = after(a_resolved_ticket(), calling_back())
    assert deadline(after(reached, passing()), CALL_BACK, STREAM).state is DeadlineState.MET


def test_nobody_is_owed_a_call_who_left_no_name():
    resolved = a_resolved_ticket(reporter=None)
    assert key_of(CALL_BACK, STREAM) not in deadlines(resolved)
