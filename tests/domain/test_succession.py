"""单位承接: what a closed unit owes goes to its successor; what it was late by stays its own."""

from msgspec.structs import replace

from bancheng.domain.case.dispatch import SignHandOver
from bancheng.domain.case.succession import TakeOverCase
from bancheng.domain.complaint.dispatch import (
    ReassignWorkOrder,
    SignInWorkOrder,
    WorkOrderDispatched,
    WorkOrderReassigned,
)
from bancheng.domain.complaint.escalate import TicketEscalated
from bancheng.domain.complaint.returns import RejectReturn
from bancheng.domain.complaint.succession import TakeOverTicket
from bancheng.domain.complaint.supervise import StrikeOffTicket
from bancheng.domain.complaint.terms import EscalationCause
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.office.item import ItemPublished, ItemWithdrawn, TakeOverItem
from bancheng.domain.office.staff import StaffDismissed, StaffRegistered, TakeOverStaff
from bancheng.domain.people import Role
from bancheng.domain.supervision.answering import AnswerMeasure
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.answering import AnswerWarning
from bancheng.domain.warnings.events import DutiesPassedOn
from support import case_builders as cases
from support.builders import (
    LEAD,
    TEXT,
    a_called_back_ticket,
    a_dispatched_ticket,
    a_resolved_ticket,
    a_returned_order,
    a_verified_ticket,
    after,
    calling_back,
    deadline_of,
    officer_of,
    on_day,
    passing,
    raising,
    returning,
    submitting,
)
from support.given import READ, STREAM, VERIFIER, given, local

TICKET = TakeOverTicket(ticket_id=STREAM, unit="RS", successor="GA")
CASE = TakeOverCase(case_id=cases.CASE_ID, unit="RS", successor="GA")
SLIP = IssueSupervisionOrder(
    matter_id=STREAM,
    unit="RS",
    colour=SupervisionColour.BLUE,
    ground="overdue",
    demand=TEXT,
    answer_working_days=3,
)
ANSWER = AnswerMeasure(matter_id=STREAM, measure_id="BCS-1-D01", answer=TEXT)
REJECT = RejectReturn(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
OLD = officer_of("RS")
NEW = officer_of("GA")


def test_an_order_goes_to_the_successor_with_a_limit_of_its_own():
    outcome = given(*a_dispatched_ticket("RS", "YB")).when(TICKET, at=on_day("2026-03-09"))
    left, came = outcome.events
    assert isinstance(left, WorkOrderReassigned)
    assert isinstance(came, WorkOrderDispatched)
    assert (left.order_id, left.successor, came.order_id) == (LEAD, "BCS-1-03", "BCS-1-03")
    assert (came.unit, came.lead, came.replaces) == ("GA", True, LEAD)
    assert deadline_of(outcome.history, LimitKind.RESOLVE).state is DeadlineState.RELEASED
    assert deadline_of(outcome.history, LimitKind.RESOLVE, "BCS-1-03").unit == "GA"


def test_the_limits_of_an_order_go_along_with_it_and_not_beside_it():
    left, came = given(*a_dispatched_ticket()).when(TICKET).events
    assert isinstance(left, WorkOrderReassigned)
    assert isinstance(came, WorkOrderDispatched)


def test_no_order_goes_to_a_unit_that_takes_no_work():
    lost = replace(TICKET, successor="XX")
    given(*a_dispatched_ticket()).when(lost).then_refused("UNIT_UNKNOWN", "successor")


def test_a_succession_that_is_the_third_transfer_is_recorded_as_an_escalation():
    history = a_dispatched_ticket("YB")
    for serial, unit in enumerate(("GA", "RS"), start=1):
        order = f"BCS-1-{serial:02d}"
        move = ReassignWorkOrder(
            ticket_id=STREAM, order_id=order, unit=unit, instruction=TEXT, released=READ
        )
        history = after(history, move)
    events = given(*history).when(TICKET).events
    (escalated,) = (one for one in events if isinstance(one, TicketEscalated))
    assert (escalated.cause, escalated.count) == (EscalationCause.REASSIGNED, 3)


def test_an_order_that_was_late_stays_late_for_the_closed_unit():
    outcome = given(*a_dispatched_ticket()).when(TICKET, at=on_day("2026-06-01"))
    left = outcome.events[0]
    assert isinstance(left, WorkOrderReassigned)
    assert left.verdict is not None
    assert not left.verdict.on_time
    assert deadline_of(outcome.history, LimitKind.RESOLVE).state is DeadlineState.RELEASED_LATE


def test_a_successor_that_helps_already_has_two_orders():
    outcome = given(*a_dispatched_ticket("RS", "GA")).when(TICKET)
    assert [one.unit for one in outcome.events if isinstance(one, WorkOrderDispatched)] == ["GA"]


def test_what_the_unit_objects_to_waits_for_its_ruling():
    given(*a_returned_order()).when(TICKET).then_refused("NOTHING_TO_TAKE_OVER")


def test_what_a_ruling_gave_to_the_unit_its_successor_may_not_return_either():
    history = after(a_returned_order(), REJECT)
    taken = given(*history).when(TICKET)
    assert taken.events[1].final
    given(*taken.history).when(returning("BCS-1-02"), by=NEW).then_refused("RETURN_AFTER_RULING")


def test_a_supervision_order_of_a_closed_unit_is_answered_by_its_successor():
    history = after(a_verified_ticket(), SLIP)
    given(*history).when(StrikeOffTicket(ticket_id=STREAM)).then_refused("MEASURES_UNANSWERED")
    taken = given(*history).when(TICKET)
    [passed] = taken.events
    assert isinstance(passed, DutiesPassedOn)
    [limit] = passed.limits
    assert (limit.kind, limit.subject) == (LimitKind.FEEDBACK, "BCS-1-D01")
    assert limit.due == deadline_of(history, LimitKind.FEEDBACK, "BCS-1-D01").due
    given(*taken.history).when(ANSWER).then_refused("NOT_OWN_UNIT")
    answered = given(*taken.history).when(ANSWER, by=NEW)
    closed = given(*answered.history).when(StrikeOffTicket(ticket_id=STREAM))
    assert closed.events


def test_an_overdue_supervision_order_is_late_for_the_old_unit_and_begins_anew_for_the_new():
    history, late = after(a_verified_ticket(), SLIP), on_day("2026-06-01")
    taken = given(*history).when(TICKET, at=late)
    limit = deadline_of(taken.history, LimitKind.FEEDBACK, "BCS-1-D01")
    assert (limit.unit, limit.run, limit.is_running) == ("GA", 2, True)
    assert limit.due.started_at == late
    assert limit.due.limit == deadline_of(history, LimitKind.FEEDBACK, "BCS-1-D01").due.limit


def test_a_card_that_nobody_answered_is_answered_by_the_successor():
    card = raising(LimitKind.RESOLVE, LEAD, WarningLevel.RED)
    history = after(a_dispatched_ticket(), card, at=on_day("2026-06-01"))
    answer = AnswerWarning(matter_id=STREAM, warning_id=f"{LEAD}/resolve/1/red", answer=TEXT)
    given(*history).when(answer, by=NEW).then_refused("NOT_OWN_UNIT")
    taken = given(*history).when(TICKET)
    assert given(*taken.history).when(answer, by=NEW).events


def test_a_card_whose_answer_is_overdue_begins_anew_for_the_successor():
    card = raising(LimitKind.RESOLVE, LEAD, WarningLevel.RED)
    history = after(a_dispatched_ticket(), card, at=on_day("2026-06-01"))
    number, late = f"{LEAD}/resolve/1/red", on_day("2026-07-01")
    taken = given(*history).when(TICKET, at=late)
    limit = deadline_of(taken.history, LimitKind.CARD_FEEDBACK, number)
    assert (limit.unit, limit.run, limit.due.started_at) == ("GA", 2, late)


def test_nothing_is_taken_over_twice():
    taken = given(*a_dispatched_ticket()).when(TICKET)
    given(*taken.history).when(TICKET).then_refused("NOTHING_TO_TAKE_OVER")


def test_a_rework_that_comes_back_to_a_closed_unit_goes_to_its_successor():
    history = a_called_back_ticket()
    given(*history).when(TICKET).then_refused("NOTHING_TO_TAKE_OVER")
    again = after(history, OrderRework(ticket_id=STREAM, order_id=LEAD, reason=TEXT))
    taken = given(*again).when(TICKET)
    assert isinstance(taken.events[1], WorkOrderDispatched)
    assert taken.events[1].unit == "GA"


def test_a_case_keeps_its_dates_and_the_old_unit_what_it_took():
    history = cases.an_accepted_case()
    taken = given(*history).when(CASE, at=local("2026-03-04 09:00"))
    [passed] = taken.events
    assert isinstance(passed, DutiesPassedOn)
    for kind in (LimitKind.STATUTORY, LimitKind.PROMISED):
        before, now = cases.deadline(history, kind), cases.deadline(taken.history, kind)
        assert (before.unit, now.unit, now.due, now.run) == ("RS", "GA", before.due, 2)


def test_a_limit_of_the_case_that_has_run_out_stays_with_the_unit_that_let_it_pass():
    history = cases.an_accepted_case()
    promised = cases.deadline(history, LimitKind.PROMISED)
    taken = given(*history).when(CASE, at=promised.due.due_at)
    assert cases.deadline(taken.history, LimitKind.PROMISED) == promised
    assert cases.deadline(taken.history, LimitKind.STATUTORY).unit == "GA"
    given(*taken.history).when(CASE).then_refused("NOTHING_TO_TAKE_OVER")


def test_the_successor_decides_the_case_and_the_closed_unit_does_not():
    history = after(
        cases.handed_over(cases.an_accepted_case()), cases.finishing(), officer_of("RS")
    )
    taken = given(*history).when(CASE)
    given(*taken.history).when(cases.granting(), by=OLD).then_refused("NOT_OWN_UNIT")
    assert given(*taken.history).when(cases.granting(), by=NEW).events


def test_a_list_that_waits_for_a_closed_unit_is_signed_by_its_successor():
    history = after(cases.an_accepted_case(), cases.transferring("RS"))
    taken, sign = given(*history).when(CASE), SignHandOver(case_id=cases.CASE_ID)
    given(*taken.history).when(sign, by=OLD).then_refused("NOT_RECEIVER")
    assert given(*taken.history).when(sign, by=NEW).events


def test_a_case_that_is_over_stays_with_the_unit_that_handled_it():
    given(*cases.a_terminated_case()).when(CASE).then_refused("NOTHING_TO_TAKE_OVER")


def test_an_item_of_a_closed_unit_is_published_anew_by_its_successor():
    published = ItemPublished(item=replace(cases.ITEM, version=3), source="目录")
    take = TakeOverItem(code=cases.ITEM.code, unit="RS", successor="GA")
    taken = given(published).when(take)
    [anew] = taken.events
    assert isinstance(anew, ItemPublished)
    assert (anew.item.unit, anew.item.version) == ("GA", 4)
    assert "RS" not in {step.unit for step in anew.item.steps}
    given(*taken.history).when(take).then_refused("NOTHING_TO_TAKE_OVER")
    given(published, ItemWithdrawn(reason="停办")).when(take).then_refused("NOTHING_TO_TAKE_OVER")


def test_no_case_is_opened_for_an_item_whose_unit_is_closed():
    given().when(cases.submitting(), units=frozenset({"HALL"}), items=cases.ITEMS).then_refused(
        "ITEM_UNIT_CLOSED", "item"
    )


def test_the_staff_of_a_closed_unit_go_along_with_post_and_roles():
    member = StaffRegistered(
        staff_id="o1", name="人社甲", post="承办", unit="RS", roles=(Role.UNIT_OFFICER,)
    )
    take = TakeOverStaff(staff_id="o1", unit="RS", successor="GA")
    given(member).when(take).then(replace(member, unit="GA"))
    given(member, StaffDismissed()).when(take).then_refused("NOTHING_TO_TAKE_OVER")
    given(replace(member, unit="YB")).when(take).then_refused("NOTHING_TO_TAKE_OVER")


def test_the_successor_is_called_to_account_for_what_the_closed_unit_had_a_part_in():
    slip = replace(SLIP, unit="GA")
    given(*a_verified_ticket()).when(slip).then_refused("UNIT_NOT_INVOLVED", "unit")
    issued = given(*a_verified_ticket()).when(slip, successors={"RS": "GA"})
    assert given(*issued.history).when(ANSWER, by=NEW).events


def test_the_successor_does_not_verify_what_the_closed_unit_did():
    moved = replace(VERIFIER, unit="GA")
    taken = {"successors": {"RS": "GA"}}
    given(*a_resolved_ticket()).when(calling_back(), by=moved, **taken).then_refused(
        "VERIFIER_IS_RESOLVER"
    )
    given(*a_called_back_ticket()).when(passing(), by=moved, **taken).then_refused(
        "VERIFIER_IS_RESOLVER"
    )
    assert given(*a_called_back_ticket()).when(passing(), by=VERIFIER, **taken).events


def test_who_is_of_a_successor_that_is_closed_itself_does_not_verify_what_the_first_unit_did():
    chain = {"successors": {"RS": "YB", "GA": "YB"}}
    given(*a_resolved_ticket()).when(
        calling_back(), by=replace(VERIFIER, unit="GA"), **chain
    ).then_refused("VERIFIER_IS_RESOLVER")


def test_what_the_hall_itself_takes_over_is_verified_by_who_took_no_part():
    take = replace(TICKET, successor="HALL")
    sign, by = SignInWorkOrder(ticket_id=STREAM, order_id="BCS-1-02"), officer_of("HALL")
    taken = given(*a_dispatched_ticket()).when(take).history
    signed = given(*taken).when(sign, by=by).history
    solved = given(*signed).when(submitting("BCS-1-02"), by=by).history
    assert given(*solved).when(calling_back(), by=VERIFIER).events
