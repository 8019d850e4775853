"""督促反馈: answers in time and late, more time to answer, closing; tickets and cases alike."""

import pytest
from msgspec.structs import replace

from bancheng.app.registry import matter_kind
from bancheng.domain.complaint.discover import DivertTicket
from bancheng.domain.complaint.supervise import StrikeOffTicket, TicketStruckOff
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from bancheng.domain.supervision.events import AnswerExtended, MeasureAnswered, MeasureClosed
from bancheng.domain.supervision.taking import IssueSupervisionOrder, UrgeUnit
from domain.supervision.measured import AT, CASE, OF_RS, TICKET, stranger
from support.builders import TEXT, a_reported_ticket, a_verified_ticket, after
from support.given import EFFICIENCY, RULES, STREAM, SUPERVISOR, given, local

KINDS = pytest.mark.parametrize("kind", [TICKET, CASE], ids=["ticket", "case"])
LAST = local("2026-03-09 17:00")  # its last day
LATE = local("2026-03-12 10:00")  # three working days after it


def ordered(kind, begun=None):
    return after(begun or kind.begun(), kind.demand(IssueSupervisionOrder), SUPERVISOR, at=AT)


def limit_of(kind, history):
    state = matter_kind(kind.matter_id).state_after(history)
    return state.deadlines[f"{kind.number}-D01/{LimitKind.FEEDBACK}"]


@KINDS
def test_an_answer_on_the_last_day_is_in_time(kind):
    answered = given(*ordered(kind)).when(kind.answer(), OF_RS, at=LAST)
    (event,) = answered.events
    assert event == MeasureAnswered(
        measure_id=f"{kind.number}-D01", answer=kind.sealed, verdict=event.verdict
    )
    assert (event.verdict.on_time, event.verdict.used) == (True, 2)
    assert limit_of(kind, answered.history).state is DeadlineState.MET


@KINDS
def test_a_late_answer_is_a_breach_that_says_by_how_much(kind):
    answered = given(*ordered(kind)).when(kind.answer(), OF_RS, at=LATE)
    (event,) = answered.events
    assert (event.verdict.on_time, event.verdict.overdue) == (False, 3)
    assert limit_of(kind, answered.history).state is DeadlineState.LATE


@KINDS
@pytest.mark.parametrize("roles", [(Role.UNIT_OFFICER,), (Role.UNIT_OFFICER, Role.HANDLER)])
def test_nobody_else_answers_it(kind, roles):
    other = replace(stranger(), roles=roles)
    given(*ordered(kind)).when(kind.answer(), other).then_refused("NOT_OWN_UNIT")


@KINDS
def test_it_is_answered_once_and_only_if_an_answer_was_asked_for(kind):
    answered = after(ordered(kind), kind.answer(), OF_RS)
    given(*answered).when(kind.answer(), OF_RS).then_refused("MEASURE_ANSWERED")
    urged = after(kind.begun(), kind.demand(UrgeUnit))
    given(*urged).when(kind.answer(), OF_RS).then_refused("NO_ANSWER_ASKED")
    given(*urged).when(kind.answer(7), OF_RS).then_refused("MEASURE_NOT_FOUND", "measure_id")


@KINDS
def test_its_time_is_extended_once_before_it_is_over(kind):
    extended = given(*ordered(kind)).when(kind.extend(), SUPERVISOR, at=LAST)
    (event,) = extended.events
    assert event == AnswerExtended(
        measure_id=f"{kind.number}-D01", due=event.due, ruling=kind.sealed
    )
    assert str(event.due.due_date) == "2026-03-11"
    assert event.due.warnings
    given(*extended.history).when(kind.extend()).then_refused("EXTENSION_USED_UP")
    (answered,) = (
        given(*extended.history).when(kind.answer(), OF_RS, at=local("2026-03-11 17:00")).events
    )
    assert answered.verdict.on_time


@KINDS
def test_what_is_late_is_not_made_punctual(kind):
    given(*ordered(kind)).when(kind.extend(), at=LATE).then_refused("EXTENSION_TOO_LATE")
    answered = after(ordered(kind), kind.answer(), OF_RS)
    given(*answered).when(kind.extend()).then_refused("MEASURE_ANSWERED")
    none = replace(RULES, extensions=())
    given(*ordered(kind)).when(kind.extend(), rulebook=none).then_refused("EXTENSION_NOT_ALLOWED")


@KINDS
def test_it_is_closed_once_and_not_before_its_answer(kind):
    given(*ordered(kind)).when(kind.close()).then_refused("MEASURE_UNANSWERED")
    answered = after(ordered(kind), kind.answer(), OF_RS)
    closed = given(*answered).when(kind.close())
    closed.then(MeasureClosed(measure_id=f"{kind.number}-D01", ruling=kind.sealed))
    given(*closed.history).when(kind.close()).then_refused("MEASURE_CLOSED")
    urged = after(kind.begun(), kind.demand(UrgeUnit))
    assert given(*urged).when(kind.close(), EFFICIENCY).refusal is None


def test_it_is_still_answered_when_its_ticket_went_elsewhere():
    divert = DivertTicket(
        ticket_id=STREAM, target="petition_office", explanation=TEXT, organ="信访局"
    )
    diverted = after(ordered(TICKET, a_reported_ticket()), divert)
    assert given(*diverted).when(TICKET.answer(), OF_RS).refusal is None


def test_no_ticket_is_struck_off_before_every_unit_has_answered():
    strike_off = StrikeOffTicket(ticket_id=STREAM)
    two = ordered(TICKET, ordered(TICKET, a_verified_ticket()))
    given(*two).when(strike_off).then_refused("MEASURES_UNANSWERED")
    one = after(two, TICKET.answer(), OF_RS)
    given(*one).when(strike_off).then_refused("MEASURES_UNANSWERED")
    none = after(one, TICKET.answer(2), OF_RS)
    given(*none).when(strike_off).then(TicketStruckOff())
