"""答复: who tells the reporter what became of the matter, and that nothing is closed untold."""

from functools import reduce

import pytest

from bancheng.domain.complaint.answer import AnswerPublished, ReporterAnswered
from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.complaint.on_the_spot import RejectSettlement
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.supervise import ReopenTicket, StrikeOffTicket, TicketStruckOff
from bancheng.domain.complaint.terms import AnswerWay
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.events import Channel
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.infra.rulebooks import load_rulebook
from support.builders import (
    LEAD,
    REPORTER,
    SEALED,
    TEXT,
    UNREACHED,
    UNSOLVED,
    a_called_back_ticket,
    a_reported_ticket,
    a_resolved_ticket,
    a_verified_ticket,
    after,
    an_unanswered_ticket,
    answering,
    calling_back,
    deadline_of,
    on_day,
    passing,
    publishing,
    reporting,
    settling,
    submitting,
)
from support.given import CO_OFFICER, HANDLER, OFFICER, START, STREAM, given

STRIKE_OFF = StrikeOffTicket(ticket_id=STREAM)
REWORK = OrderRework(ticket_id=STREAM, order_id=LEAD, reason=TEXT)
BOOK = load_rulebook("guangdong_12345")
ELSEWHERE = {"accused_unit": "YB"}


def by_day(history):
    """The same ticket in a hall whose book limits the citizen's answer to 15 working days."""
    _, *onward = history
    return (*given().when(reporting(), at=START, rulebook=BOOK).history, *onward)


def answer_owed(history):
    """The time within which the citizen must have an answer."""
    return deadline_of(history, LimitKind.ANSWER, STREAM)


def test_an_answer_says_how_it_was_given_in_what_words_and_what_proves_it():
    given(*a_resolved_ticket()).when(answering(record_no="邮 1"), HANDLER).then(
        ReporterAnswered(way=AnswerWay.WRITTEN, answer=SEALED, record_no="邮 1")
    )


def test_the_unit_in_the_lead_answers_and_no_other():
    history = a_resolved_ticket(**ELSEWHERE)
    assert given(*history).when(answering(), OFFICER).refusal is None
    given(*history).when(answering(), CO_OFFICER).then_refused("NOT_CONCERNED")


def test_the_accused_unit_answers_only_who_agreed_to_hear_from_it():
    given(*a_resolved_ticket()).when(answering(), OFFICER).then_refused("ACCUSED_UNIT")
    agreed = a_resolved_ticket(agrees_to_contact=True)
    assert given(*agreed).when(answering(), OFFICER).refusal is None


def test_nobody_is_answered_twice_for_one_result():
    for history in (after(a_resolved_ticket(), answering()), a_verified_ticket()):
        given(*history).when(answering()).then_refused("ALREADY_ANSWERED")


def test_who_gave_no_name_is_answered_in_public():
    anonymous = a_resolved_ticket(reporter=None)
    given(*anonymous).when(answering(), HANDLER).then_refused("NO_ONE_TO_ANSWER")
    given(*anonymous).when(publishing("已改正。"), HANDLER).then(
        AnswerPublished(place="大厅公示栏", answer=ReleasedText("已改正。").owned_by(STREAM))
    )


def test_who_can_be_told_is_not_answered_in_public():
    given(*a_resolved_ticket()).when(publishing()).then_refused("REPORTER_CAN_BE_TOLD")
    tried = a_called_back_ticket(**UNREACHED)
    assert given(*tried).when(publishing()).refusal is None


@pytest.mark.parametrize("text", ["请致电13800138000", "证件 110101199003070038"])
def test_what_is_published_has_no_number_by_which_somebody_is_known_or_reached(text):
    anonymous = a_resolved_ticket(reporter=None)
    given(*anonymous).when(publishing(text)).then_refused("PERSON_IN_PUBLISHED", "answer")


def test_what_is_published_does_not_tell_who_reported():
    tried = a_called_back_ticket(**UNREACHED)
    text = f"{REPORTER.name.plain}反映的问题已解决"
    given(*tried).when(publishing(text), HANDLER).then_refused("REPORTER_TOLD_TO_UNIT", "answer")


def test_nothing_is_struck_off_of_which_nobody_was_told_the_end():
    history = an_unanswered_ticket()
    given(*history).when(STRIKE_OFF).then_refused("REPORTER_UNANSWERED")
    for answer in (answering(), publishing()):
        given(*after(history, answer)).when(STRIKE_OFF).then(TicketStruckOff())


def test_an_answer_before_the_verification_is_enough():
    history = a_resolved_ticket(reporter=None)
    history = after(after(history, publishing()), passing())
    given(*history).when(STRIKE_OFF).then(TicketStruckOff())


def test_of_what_the_hall_found_itself_nobody_waits_to_hear():
    found = a_resolved_ticket(reporter=None, channel=Channel.STAFF)
    given(*after(found, passing())).when(STRIKE_OFF).then(TicketStruckOff())


@pytest.mark.parametrize("right", [{"reporter": REPORTER}, {"channel": Channel.PHONE}])
def test_what_somebody_reported_after_all_is_no_finding_of_the_hall(right):
    found = a_reported_ticket(reporter=None, channel=Channel.STAFF)
    right = after(found, CorrectTicket(ticket_id=STREAM, reason=TEXT, **right))
    assert [reduce(evolve, one, Ticket()).owes_answer for one in (found, right)] == [False, True]


def test_the_time_to_answer_ends_with_the_answer_and_not_with_a_result_that_passes():
    history = by_day(an_unanswered_ticket())
    assert answer_owed(history).is_running
    answered = after(history, publishing(), at=on_day("2026-03-05"))
    assert answer_owed(answered).state is DeadlineState.MET
    assert answer_owed(answered).ended_at == on_day("2026-03-05")


def test_an_answer_that_a_rework_sets_aside_is_owed_again_by_the_same_day():
    answered = after(by_day(a_resolved_ticket()), answering())
    due = answer_owed(answered).due
    again = after(after(answered, calling_back(**UNSOLVED)), REWORK)
    assert (answer_owed(again).is_running, answer_owed(again).due) == (True, due)
    assert answer_owed(again).run == 1
    solved = after(again, submitting())
    given(*solved).when(answering(), HANDLER).then(
        ReporterAnswered(way=AnswerWay.WRITTEN, answer=SEALED)
    )


def test_a_second_answer_after_the_day_is_late():
    answered = after(by_day(a_resolved_ticket()), answering())
    again = after(answered, REWORK)
    late = on_day("2026-06-01")
    solved = after(after(again, submitting(), at=late), answering(), at=late)
    assert answer_owed(solved).state is DeadlineState.LATE


def test_who_is_answered_at_the_window_has_their_answer_until_that_is_rejected():
    settled = after(a_reported_ticket(), settling())
    given(*settled).when(answering()).then_refused("ALREADY_ANSWERED")
    rejected = after(settled, RejectSettlement(ticket_id=STREAM, reason=TEXT))
    again = after(rejected, settling())
    given(*again).when(answering()).then_refused("ALREADY_ANSWERED")


def test_what_was_answered_before_a_reopening_is_no_answer_to_what_comes_after():
    closed = after(a_verified_ticket(), STRIKE_OFF)
    reopened = after(closed, ReopenTicket(ticket_id=STREAM, reason=TEXT))
    assert not reduce(evolve, reopened, Ticket()).answered
