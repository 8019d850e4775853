"""退单与裁定: a unit objects inside its window, for a reason, once; and the deadline goes on."""

from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.discover import DivertTicket, RefuseTicket
from bancheng.domain.complaint.dispatch import (
    ReassignWorkOrder,
    SignInWorkOrder,
    WorkOrderSignedIn,
)
from bancheng.domain.complaint.returns import (
    EndWorkOrder,
    RejectReturn,
    ReturnRejected,
    ReturnUpheld,
    ReturnWorkOrder,
    UpholdReturn,
    WorkOrderEnded,
    WorkOrderReturned,
)
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.supervise import ReopenTicket
from bancheng.domain.complaint.terms import OrderStatus, Status
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from support.builders import (
    CO_1,
    LEAD,
    SEALED,
    TEXT,
    a_called_back_ticket,
    a_dispatched_ticket,
    a_released_order,
    a_returned_order,
    a_signed_in_ticket,
    after,
    analysing,
    deadline_of,
    deadlines_of,
    dispatching,
    due,
    officer_of,
    returning,
    signed_in,
    submitting,
    verdict,
)
from support.given import CO_OFFICER, OFFICER, READ, RULES, START, STREAM, given, local

RETURNED = WorkOrderReturned(order_id=LEAD, reason="not_our_duty", explanation=SEALED)
REJECT = RejectReturn(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
UPHOLD = UpholdReturn(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
AWAY = ReassignWorkOrder(
    ticket_id=STREAM, order_id=LEAD, unit="GA", instruction=TEXT, released=READ
)
END = EndWorkOrder(ticket_id=STREAM, order_id=CO_1, reason=TEXT)
REFUSE = RefuseTicket(ticket_id=STREAM, reason="litigation", explanation=TEXT, remedy=TEXT)
DIVERT = DivertTicket(ticket_id=STREAM, target="petition_office", explanation=TEXT, organ="信访局")
SIGN_IN = SignInWorkOrder(ticket_id=STREAM, order_id=LEAD)


@pytest.mark.parametrize("open_order", [a_dispatched_ticket, a_signed_in_ticket])
def test_a_unit_returns_its_order_before_or_after_signing_it_in(open_order):
    given(*open_order()).when(returning()).then(RETURNED)


@pytest.mark.parametrize("reason", [term.code for term in RULES.return_reasons])
def test_every_return_reason_of_the_rule_book_is_one(reason):
    given(*a_dispatched_ticket()).when(returning(reason=reason)).then(
        replace(RETURNED, reason=reason)
    )


def test_no_other_reason_returns_an_order():
    given(*a_dispatched_ticket()).when(returning(reason="too_busy")).then_refused(
        "TERM_UNKNOWN", "reason"
    )


def test_the_window_is_open_until_its_last_microsecond():
    last = local("2026-03-03 23:59:59.999999")
    given(*a_dispatched_ticket()).when(returning(), at=last).then(RETURNED)


def test_after_the_window_the_unit_keeps_the_order():
    first = local("2026-03-04 00:00")
    given(*a_dispatched_ticket()).when(returning(), at=first).then_refused("RETURN_TOO_LATE")


def test_a_unit_can_see_that_its_window_has_passed_without_writing_an_objection():
    assert given(*a_dispatched_ticket()).refusal_of(ReturnWorkOrder, LEAD) == ""
    first = local("2026-03-04 00:00")
    assert (
        given(*a_dispatched_ticket()).refusal_of(ReturnWorkOrder, LEAD, now=first)
        == "RETURN_TOO_LATE"
    )


def test_the_window_is_the_one_decided_at_dispatch_whatever_the_rule_book_says_later():
    later = replace(RULES, limits=tuple(r for r in RULES.limits if r.purpose != "return_window"))
    first = local("2026-03-04 00:00")
    given(*a_dispatched_ticket()).when(returning(), at=first, rulebook=later).then_refused(
        "RETURN_TOO_LATE"
    )


def test_a_unit_returns_no_order_of_another():
    given(*a_dispatched_ticket()).when(returning(), by=CO_OFFICER).then_refused("NOT_OWN_UNIT")


def test_an_order_is_returned_once():
    given(*a_returned_order()).when(returning()).then_refused("WRONG_ORDER_STATUS")


def test_a_return_is_rejected_by_a_ruling():
    given(*a_returned_order()).when(REJECT).then(ReturnRejected(order_id=LEAD, ruling=SEALED))


def test_a_return_is_upheld_by_a_ruling():
    at = local("2026-03-04 10:00")
    limit = due("resolve_general", START, "2026-03-09")
    given(*a_returned_order()).when(UPHOLD, at=at).then(
        ReturnUpheld(order_id=LEAD, ruling=SEALED, verdict=verdict(limit, at, on_time=True, used=2))
    )


@pytest.mark.parametrize("ruling", [REJECT, UPHOLD], ids=lambda it: type(it).__name__)
def test_a_return_is_ruled_upon_once(ruling):
    for ruled in (after(a_returned_order(), REJECT), a_released_order()):
        given(*ruled).when(ruling).then_refused("WRONG_ORDER_STATUS")


def test_what_was_signed_for_before_a_rejected_return_is_in_hand_again():
    ruled = after(after(a_signed_in_ticket(), returning()), REJECT)
    given(*ruled).when(SIGN_IN).then_refused("WRONG_ORDER_STATUS")
    assert given(*ruled).when(submitting()).refusal is None


def test_what_was_not_signed_for_before_a_rejected_return_waits_for_its_signature():
    ruled = after(a_returned_order(), REJECT)
    given(*ruled).when(submitting()).then_refused("WRONG_ORDER_STATUS")
    given(*ruled).when(SIGN_IN).then(WorkOrderSignedIn(order_id=LEAD))


def test_after_a_ruling_the_unit_may_not_return_the_order_again_signed_in_or_not():
    ruled = after(a_returned_order(), REJECT)
    given(*ruled).when(returning()).then_refused("RETURN_AFTER_RULING")
    given(*signed_in(ruled)).when(returning()).then_refused("RETURN_AFTER_RULING")


def test_a_final_assignment_may_not_be_returned():
    assigned = after(a_dispatched_ticket(), replace(AWAY, final=True))
    given(*assigned).when(returning(CO_1), by=officer_of("GA")).then_refused("RETURN_AFTER_RULING")


def test_an_ordinary_successor_has_a_window_of_its_own():
    assigned = after(a_dispatched_ticket(), AWAY)
    given(*assigned).when(returning(CO_1), by=officer_of("GA")).then(
        replace(RETURNED, order_id=CO_1)
    )


def test_an_order_under_rework_may_not_be_returned():
    rework = OrderRework(ticket_id=STREAM, order_id=LEAD, reason=TEXT)
    given(*after(a_called_back_ticket(), rework)).when(returning()).then_refused(
        "RETURN_AFTER_RULING"
    )


def test_the_deadline_of_a_returned_order_goes_on_from_its_dispatch():
    ruled = given(*a_returned_order()).when(REJECT, at=local("2026-03-09 15:00"))
    again = given(*ruled.history).when(SIGN_IN, by=OFFICER, at=local("2026-03-09 16:00"))
    late = local("2026-03-10 09:00")
    submitted = given(*again.history).when(submitting(), at=late).events[0]
    dispatched = due("resolve_general", local("2026-03-02 09:03"), "2026-03-09")
    assert submitted.verdict == verdict(dispatched, late, on_time=False, used=6)


def a_co_order_released(history):
    """The objection of the unit that should help was right."""
    returned = after(history, returning(CO_1, "duplicate_order"), CO_OFFICER)
    return after(returned, replace(UPHOLD, order_id=CO_1))


def state_of(history):
    return reduce(evolve, history, Ticket())


def test_what_a_unit_need_not_help_with_ends_without_a_successor():
    released = a_co_order_released(a_signed_in_ticket("RS", "YB"))
    ended = given(*released).when(END)
    ended.then(WorkOrderEnded(order_id=CO_1, reason=SEALED))
    assert state_of(ended.history).status is Status.DISPATCHED
    assert state_of(ended.history).orders[CO_1].status is OrderStatus.ENDED
    given(*ended.history).when(END).then_refused("WRONG_ORDER_STATUS")
    solved = after(ended.history, submitting())
    assert state_of(solved).status is Status.RESOLVED


def test_the_ticket_is_resolved_once_no_other_unit_owes_anything():
    solved = after(a_signed_in_ticket("RS", "YB"), submitting())
    [ended] = given(*a_co_order_released(solved)).when(END).events
    done = given(*a_co_order_released(solved)).when(END).history
    assert state_of(done).status is Status.RESOLVED
    assert ended.call_back_due is not None
    assert deadline_of(done, LimitKind.CALL_BACK, STREAM).due == ended.call_back_due


def test_an_order_that_ends_is_not_to_be_reassigned_and_keeps_the_verdict_of_its_return():
    late = local("2026-03-10 09:00")
    returned = after(a_signed_in_ticket("RS", "YB"), returning(CO_1), CO_OFFICER)
    released = after(returned, replace(UPHOLD, order_id=CO_1), at=late)
    ended = after(released, END, at=late)
    assert deadline_of(ended, LimitKind.RESOLVE, CO_1).state is DeadlineState.RELEASED_LATE
    reassign = [one for one in deadlines_of(ended).values() if one.kind is LimitKind.REASSIGN]
    assert not any(one.is_running for one in reassign)


def test_the_order_of_the_lead_unit_does_not_end_for_somebody_has_to_answer():
    given(*a_released_order("RS", "YB")).when(replace(END, order_id=LEAD)).then_refused(
        "LEAD_ORDER_STAYS"
    )


@pytest.mark.parametrize("act", [REFUSE, DIVERT], ids=lambda it: type(it).__name__)
def test_what_every_unit_rightly_returned_is_refused_or_diverted(act):
    one_left = a_released_order("RS", "YB")
    given(*one_left).when(act).then_refused("WRONG_STATUS")
    for over in (a_co_order_released(one_left), after(a_co_order_released(one_left), END)):
        declined = given(*over).when(act)
        assert declined.refusal is None
        assert not any(one.is_running for one in deadlines_of(declined.history).values())


def test_what_a_unit_answered_or_works_on_is_not_declined():
    solved = after(a_signed_in_ticket("RS", "YB"), submitting())
    given(*a_co_order_released(solved)).when(DIVERT).then_refused("WRONG_STATUS")
    passed_on = after(a_released_order(), AWAY)
    given(*passed_on).when(DIVERT).then_refused("WRONG_STATUS")


def test_what_was_declined_so_and_is_reopened_goes_out_anew():
    declined = after(a_released_order(), DIVERT)
    again = after(declined, ReopenTicket(ticket_id=STREAM, reason=TEXT))
    sent = after(after(again, analysing()), dispatching("RS"))
    done = after(signed_in(sent, CO_1), submitting(CO_1))
    assert state_of(done).status is Status.RESOLVED
