from datetime import date, timedelta
from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.deadline import NoteProgress, ResultSubmitted
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.suspend import (
    SUSPENSION_MAX,
    DenySuspension,
    ResumeWorkOrder,
    SuspendWorkOrder,
    SuspensionRequested,
    WorkOrderResumed,
    WorkOrderSuspended,
)
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.deadlines import DeadlineState, key_of
from bancheng.domain.limit_kinds import LimitKind
from support.builders import (
    LEAD,
    SEALED,
    TEXT,
    UNREACHED,
    a_dispatched_ticket,
    a_resolved_ticket,
    a_signed_in_ticket,
    after,
    asking_suspension,
    calling_back,
    passing,
    returning,
    submitting,
    suspended,
)
from support.given import HANDLER, OFFICER, RULES, STREAM, SUPERVISOR, given, local

UNTIL = local("2026-03-12 00:00")
REQUEST = asking_suspension(UNTIL)
SUSPEND = SuspendWorkOrder(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
DENY = DenySuspension(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
RESUME = ResumeWorkOrder(ticket_id=STREAM, order_id=LEAD)
AT = local("2026-03-04 10:00")


def deadlines(history):
    return reduce(evolve, history, Ticket()).deadlines


def deadline(history, kind=LimitKind.RESOLVE, subject=LEAD):
    return deadlines(history)[key_of(kind, subject)]


def a_suspended_order(until=UNTIL):
    return suspended(a_signed_in_ticket(), until, AT)


def test_a_suspension_is_asked_for_with_measures_and_a_date_and_moves_nothing_yet():
    asked = given(*a_signed_in_ticket()).when(REQUEST, at=AT)
    asked.then(SuspensionRequested(order_id=LEAD, until=UNTIL, measures=SEALED))
    assert deadline(asked.history).due.due_date == date(2026, 3, 9)
    given(*asked.history).when(REQUEST, at=AT).then_refused("SUSPENSION_PENDING")


def test_jn_24_a_suspension_is_approved_by_somebody_else_than_who_asked():
    handler_asks = after(a_signed_in_ticket(), REQUEST, HANDLER, at=AT)
    for ruling in (SUSPEND, DENY):
        given(*handler_asks).when(ruling, by=HANDLER, at=AT).then_refused("SAME_PERSON")
        assert given(*handler_asks).when(ruling, by=SUPERVISOR, at=AT).refusal is None
        given(*a_signed_in_ticket()).when(ruling, at=AT).then_refused("NO_SUSPENSION_REQUEST")


def test_jn_24_a_ticket_whose_reporter_can_not_be_told_is_not_suspended():
    anonymous = a_signed_in_ticket(reporter=None)
    given(*anonymous).when(REQUEST, at=AT).then_refused("NO_ONE_TO_TELL")


def test_a_suspension_that_is_denied_moves_nothing_and_may_be_asked_for_again():
    denied = after(after(a_signed_in_ticket(), REQUEST, at=AT), DENY, at=AT)
    assert deadline(denied).due.due_date == date(2026, 3, 9)
    assert given(*denied).when(REQUEST, at=AT).refusal is None


def test_a_suspension_moves_the_date_by_the_days_that_were_told_and_no_more():
    asked = after(a_signed_in_ticket(), REQUEST, at=AT)
    [event] = given(*asked).when(SUSPEND, at=AT).events
    assert isinstance(event, WorkOrderSuspended)
    assert (event.due.due_date, event.ruling) == (date(2026, 3, 16), SEALED)
    forgotten = a_suspended_order()
    late = given(*forgotten).when(submitting(), by=OFFICER, at=local("2026-03-17 00:00"))
    assert isinstance(late.events[0], ResultSubmitted)
    assert not late.events[0].verdict.on_time


def test_who_can_go_on_earlier_owes_the_result_earlier():
    suspended_order = a_suspended_order()
    [event] = given(*suspended_order).when(RESUME, at=local("2026-03-06 10:00")).events
    assert isinstance(event, WorkOrderResumed)
    assert event.due.due_date == date(2026, 3, 11)
    resumed = after(suspended_order, RESUME, at=local("2026-03-06 10:00"))
    assert deadline(suspended_order).watch.is_on_pause
    assert not deadline(resumed).watch.is_on_pause


def test_what_is_not_suspended_does_not_resume_and_is_not_suspended_twice():
    given(*a_signed_in_ticket()).when(RESUME).then_refused("DEADLINE_NOT_PAUSED")
    given(*a_suspended_order()).when(REQUEST, at=local("2026-03-05 10:00")).then_refused(
        "DEADLINE_PAUSED"
    )
    lapsed = given(*a_suspended_order()).when(
        replace(REQUEST, until=local("2026-03-20 00:00")), at=local("2026-03-13 10:00")
    )
    assert lapsed.refusal is None


def test_what_is_late_already_is_not_suspended():
    late = local("2026-03-10 00:00")
    act = replace(REQUEST, until=local("2026-03-20 00:00"))
    given(*a_signed_in_ticket()).when(act, at=late).then_refused("SUSPENSION_TOO_LATE")
    asked = after(a_signed_in_ticket(), act, at=AT)
    given(*asked).when(SUSPEND, at=late).then_refused("SUSPENSION_TOO_LATE")


def test_a_date_that_has_gone_by_before_the_approval_is_not_approved():
    asked = after(a_signed_in_ticket(), replace(REQUEST, until=local("2026-03-05 00:00")), at=AT)
    given(*asked).when(SUSPEND, at=local("2026-03-05 00:00")).then_refused("SUSPENSION_DATE_PAST")


@pytest.mark.parametrize("until", [AT, AT - timedelta(1), AT + SUSPENSION_MAX + timedelta(1)])
def test_the_date_told_lies_ahead_and_within_reach(until):
    given(*a_signed_in_ticket()).when(replace(REQUEST, until=until), at=AT).then_refused(
        "SUSPENSION_DATE_IMPOSSIBLE", field="until"
    )


def test_the_rule_book_bounds_a_suspension():
    book = replace(RULES, suspension_days_max=7)
    given(*a_signed_in_ticket()).when(REQUEST, at=AT, rulebook=book).then_refused(
        "SUSPENSION_DATE_IMPOSSIBLE", field="until"
    )
    nearer = replace(REQUEST, until=local("2026-03-11 00:00"))
    assert given(*a_signed_in_ticket()).when(nearer, at=AT, rulebook=book).refusal is None


def test_suspended_in_pieces_an_order_waits_no_longer_in_all():
    book = replace(RULES, suspension_days_max=7)
    until = replace(REQUEST, until=local("2026-03-11 00:00"))
    asked = after(a_signed_in_ticket(), until, at=AT, rulebook=book)
    once = after(asked, SUSPEND, at=AT, rulebook=book)
    later = local("2026-03-11 09:00")
    again = replace(REQUEST, until=local("2026-03-13 00:00"))
    given(*once).when(again, at=later, rulebook=book).then_refused(
        "SUSPENSION_DATE_IMPOSSIBLE", field="until"
    )
    assert given(*once).when(again, at=later).refusal is None


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
