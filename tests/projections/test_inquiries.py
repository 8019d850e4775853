"""咨询台账: which reports are inquiries, and what was answered to them, by whom."""

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.analyse import AnswerInquiry
from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.complaint.supervise import ReopenTicket, StrikeOffTicket
from bancheng.domain.complaint.terms import Status, TicketCategory
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.limit import Limit, LimitUnit
from bancheng.domain.time_limits.rules import LimitRule
from bancheng.projections.tickets.inquiries import INQUIRIES
from projections.views import MemoryLog, Views
from support import builders
from support.builders import TEXT, after, deadline_of, on_day
from support.given import CLERK, HANDLER, RULES, START, STREAM

_DAYS = Limit(
    id="answer_inquiry", amount=2, unit=LimitUnit.WORKING_DAYS, label="答复咨询", basis="本厅规定"
)
DUE = replace(RULES, limits=(*RULES.limits, LimitRule(purpose="answer_inquiry", limit=_DAYS)))
ANSWERED = on_day("2026-03-03")
ANSWER = AnswerInquiry(ticket_id=STREAM, answer=TEXT)


@pytest.fixture
def inquiry(engine):
    """The row of the ticket after a history; none if it never was an inquiry."""

    def show(events):
        views = Views(engine, MemoryLog(events)).caught_up()
        with views.database.read() as connection:
            return INQUIRIES.one_by("ticket_id").one(connection, STREAM)

    return show


def asked():
    return builders.a_reported_ticket(category=TicketCategory.INQUIRY)


def accepted():
    return after(asked(), AcceptTicket(ticket_id=STREAM), rulebook=DUE)


def corrected(history, category):
    return after(history, CorrectTicket(ticket_id=STREAM, reason=TEXT, category=category))


def test_an_inquiry_waits_for_its_answer_with_what_was_asked(inquiry):
    row = inquiry(asked())

    assert (row.ticket_number, row.inquired_at) == ("BCS-1", START)
    assert (row.category, row.status) == (TicketCategory.INQUIRY, Status.REPORTED)
    assert row.subject_masked
    assert row.content_masked
    assert (row.answered_at, row.answered_by, row.answer_masked, row.answers) == (
        None, None, None, 0,
    )  # fmt: skip


def test_who_heard_it_first_may_answer_it_at_once(inquiry):
    row = inquiry(after(asked(), ANSWER, CLERK, at=ANSWERED))

    assert (row.answered_at, row.answered_by, row.answered_by_name) == (
        ANSWERED, CLERK.id, CLERK.name,
    )  # fmt: skip
    assert row.answer_masked
    assert (row.accepted_at, row.answers, row.status) == (None, 1, Status.VERIFIED)


def test_one_that_was_accepted_is_due_by_the_day_that_the_book_says(inquiry):
    history = accepted()
    row = inquiry(history)

    due = deadline_of(history, LimitKind.ANSWER_INQUIRY, STREAM).due
    assert (row.answer_due_at, row.accepted_at) == (
        due.due_at, history[-1].envelope.occurred_at,
    )  # fmt: skip


def test_after_it_was_reopened_it_is_answered_again_and_the_last_answer_stands(inquiry):
    closed = after(after(accepted(), ANSWER, HANDLER), StrikeOffTicket(ticket_id=STREAM))
    again = after(closed, ReopenTicket(ticket_id=STREAM, reason=TEXT))
    row = inquiry(after(again, ANSWER, HANDLER, at=ANSWERED))

    assert (row.answers, row.answered_at, row.answered_by) == (2, ANSWERED, HANDLER.id)


def test_a_complaint_is_none_until_it_is_corrected_to_one(inquiry):
    complaint = builders.a_reported_ticket()
    assert inquiry(complaint) is None

    changed = corrected(complaint, TicketCategory.INQUIRY)
    row = inquiry(changed)
    assert (row.category, row.inquired_at) == (
        TicketCategory.INQUIRY, changed[-1].envelope.occurred_at,
    )  # fmt: skip


def test_one_that_turned_out_to_be_none_says_what_it_is_now(inquiry):
    changed = corrected(asked(), TicketCategory.COMPLAINT)
    assert inquiry(changed).category is TicketCategory.COMPLAINT

    row = inquiry(corrected(changed, TicketCategory.INQUIRY))
    assert (row.category, row.inquired_at) == (TicketCategory.INQUIRY, START)
