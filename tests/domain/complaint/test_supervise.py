"""监督检查: urging, supervision orders that must be answered, striking off, reopening."""

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.deadline import ResultSubmitted
from bancheng.domain.complaint.discover import DivertTicket
from bancheng.domain.complaint.supervise import (
    AnswerSupervisionOrder,
    IssueSupervisionOrder,
    ReopenTicket,
    StrikeOffTicket,
    SupervisionOrderAnswered,
    SupervisionOrderIssued,
    TicketReopened,
    TicketStruckOff,
    UrgeWorkOrder,
    WorkOrderUrged,
)
from bancheng.domain.complaint.terms import SupervisionColour
from bancheng.domain.people import Role
from bancheng.domain.time_limits.limit import case_by_case, decide_due
from support.builders import (
    LEAD,
    SEALED,
    TEXT,
    a_closed_ticket,
    a_dispatched_ticket,
    a_diverted_ticket,
    a_refused_ticket,
    a_reported_ticket,
    a_signed_in_ticket,
    a_verified_ticket,
    after,
    analysing,
    calling_back,
    dispatching,
    due,
    officer_of,
    on_day,
    passing,
    signed_in,
    submitting,
    warned,
)
from support.given import CALENDAR, OFFICER, RULES, STREAM, SUPERVISOR, given

AT = on_day("2026-03-05")
SLIP_1, SLIP_2 = "BCS-1-D01", "BCS-1-D02"
URGE = UrgeWorkOrder(ticket_id=STREAM, order_id=LEAD, demand=TEXT)
ISSUE = IssueSupervisionOrder(
    ticket_id=STREAM, unit="RS", colour=SupervisionColour.BLUE, demand=TEXT, feedback_working_days=3
)
ANSWER = AnswerSupervisionOrder(ticket_id=STREAM, supervision_order_id=SLIP_1, answer=TEXT)
STRIKE_OFF = StrikeOffTicket(ticket_id=STREAM)
REOPEN = ReopenTicket(ticket_id=STREAM, reason=TEXT)
ISSUED = SupervisionOrderIssued(
    supervision_order_id=SLIP_1,
    unit="RS",
    colour=SupervisionColour.BLUE,
    demand=SEALED,
    feedback_due=warned(
        decide_due(case_by_case(3), AT, CALENDAR, rulebook_version=RULES.version), "feedback"
    ),
)


@pytest.mark.parametrize("open_order", [a_dispatched_ticket, a_signed_in_ticket])
def test_a_unit_that_owes_a_result_is_urged_as_often_as_needed(open_order):
    urged = given(*open_order()).when(URGE)
    urged.then(WorkOrderUrged(order_id=LEAD, demand=SEALED))
    given(*urged.history).when(URGE).then(WorkOrderUrged(order_id=LEAD, demand=SEALED))


def test_a_supervision_order_names_its_unit_its_colour_and_the_day_of_its_answer():
    given(*a_dispatched_ticket()).when(ISSUE, by=SUPERVISOR, at=AT).then(ISSUED)
    assert str(ISSUED.feedback_due.due_date) == "2026-03-10"


def test_without_a_day_of_its_own_a_supervision_order_is_answered_by_the_day_of_the_rule_book():
    by_rule = replace(ISSUE, feedback_working_days=None)
    issued = given(*a_dispatched_ticket()).when(by_rule, by=SUPERVISOR, at=AT)
    issued.then(replace(ISSUED, feedback_due=due("feedback", AT, "2026-03-09")))


def test_a_supervision_order_has_a_day_of_its_answer_from_somewhere():
    by_rule = replace(ISSUE, feedback_working_days=None)
    silent = replace(RULES, limits=tuple(r for r in RULES.limits if r.purpose != "feedback"))
    given(*a_dispatched_ticket()).when(by_rule, rulebook=silent).then_refused(
        "LIMIT_UNDEFINED", "feedback_working_days"
    )
    assert given(*a_dispatched_ticket()).when(ISSUE, rulebook=silent).refusal is None


@pytest.mark.parametrize("colour", SupervisionColour)
def test_a_supervision_order_has_any_of_the_three_colours(colour):
    issued = given(*a_reported_ticket()).when(replace(ISSUE, colour=colour), at=AT)
    issued.then(replace(ISSUED, colour=colour))


def test_supervision_orders_are_numbered_through_also_when_earlier_ones_were_answered():
    answered = after(after(a_dispatched_ticket(), ISSUE), ANSWER)
    given(*answered).when(ISSUE, at=AT).then(replace(ISSUED, supervision_order_id=SLIP_2))


def test_a_supervision_order_goes_to_a_unit_of_the_hall():
    given(*a_dispatched_ticket()).when(replace(ISSUE, unit="XX")).then_refused(
        "UNIT_UNKNOWN", "unit"
    )


def test_the_unit_answers_its_slip():
    given(*after(a_dispatched_ticket(), ISSUE)).when(ANSWER).then(
        SupervisionOrderAnswered(supervision_order_id=SLIP_1, answer=SEALED)
    )


@pytest.mark.parametrize("roles", [(Role.UNIT_OFFICER,), (Role.UNIT_OFFICER, Role.HANDLER)])
def test_nobody_else_answers_it(roles):
    stranger = replace(officer_of("YB"), roles=roles)
    given(*after(a_dispatched_ticket(), ISSUE)).when(ANSWER, by=stranger).then_refused(
        "NOT_OWN_UNIT"
    )


def test_a_supervision_order_is_answered_once():
    answered = after(after(a_dispatched_ticket(), ISSUE), ANSWER)
    given(*answered).when(ANSWER).then_refused(
        "SUPERVISION_ORDER_NOT_FOUND", "supervision_order_id"
    )


def test_a_supervision_order_that_was_never_issued_is_not_answered():
    given(*a_dispatched_ticket()).when(ANSWER).then_refused(
        "SUPERVISION_ORDER_NOT_FOUND", "supervision_order_id"
    )


def test_a_supervision_order_may_still_be_answered_when_its_ticket_went_elsewhere():
    divert = DivertTicket(ticket_id=STREAM, target="petition_office", explanation=TEXT)
    diverted = after(after(a_reported_ticket(), ISSUE), divert)
    given(*diverted).when(ANSWER).then(
        SupervisionOrderAnswered(supervision_order_id=SLIP_1, answer=SEALED)
    )


def test_a_refusal_may_be_questioned_by_a_slip():
    given(*a_refused_ticket()).when(ISSUE, at=AT).then(ISSUED)


def test_a_verified_ticket_is_struck_off():
    given(*a_verified_ticket()).when(STRIKE_OFF).then(TicketStruckOff())


def test_no_ticket_is_struck_off_before_every_supervision_order_was_answered():
    two = after(after(a_verified_ticket(), ISSUE), ISSUE)
    given(*two).when(STRIKE_OFF).then_refused("SUPERVISION_ORDERS_UNANSWERED")
    one = after(two, ANSWER)
    given(*one).when(STRIKE_OFF).then_refused("SUPERVISION_ORDERS_UNANSWERED")
    none = after(one, replace(ANSWER, supervision_order_id=SLIP_2))
    given(*none).when(STRIKE_OFF).then(TicketStruckOff())


def test_a_ticket_is_struck_off_once():
    given(*a_closed_ticket()).when(STRIKE_OFF).then_refused("WRONG_STATUS")


@pytest.mark.parametrize("ended", [a_closed_ticket, a_refused_ticket, a_diverted_ticket])
def test_a_matter_that_ended_is_reopened_and_analysed_anew(ended):
    reopened = given(*ended()).when(REOPEN)
    reopened.then(TicketReopened(reason=SEALED))
    assert given(*reopened.history).when(analysing()).refusal is None
    given(*reopened.history).when(REOPEN).then_refused("WRONG_STATUS")


def _handled_again(history):
    """The second round of a reopened ticket, up to its striking off; its order is no. 2."""
    order = {"order_id": f"{LEAD[:-1]}2"}
    sent = after(after(history, analysing()), dispatching())
    resolved = after(signed_in(sent, **order), submitting(**order), OFFICER)
    return after(after(after(resolved, calling_back()), passing()), STRIKE_OFF)


def test_a_reopened_ticket_keeps_its_verdicts_and_numbers_its_orders_on():
    second = _handled_again(after(a_closed_ticket(), REOPEN))
    results = [one.event for one in second if isinstance(one.event, ResultSubmitted)]
    assert [event.order_id for event in results] == ["BCS-1-01", "BCS-1-02"]


def test_the_call_back_of_the_first_round_does_not_serve_the_second():
    sent = after(after(after(a_closed_ticket(), REOPEN), analysing()), dispatching())
    order = {"order_id": "BCS-1-02"}
    resolved = after(signed_in(sent, **order), submitting(**order), OFFICER)
    given(*resolved).when(passing()).then_refused("CALL_BACK_MISSING")


def test_a_supervision_order_goes_to_no_unit_that_the_matter_does_not_concern():
    slip = IssueSupervisionOrder(
        ticket_id=STREAM, unit="GA", colour=SupervisionColour.BLUE, demand=TEXT
    )
    given(*a_dispatched_ticket()).when(slip).then_refused("UNIT_NOT_INVOLVED", "unit")
    accused = a_dispatched_ticket(accused_unit="GA")
    assert given(*accused).when(slip).refusal is None
