"""当场办结: what is simple needs no work order, and is verified all the same."""

from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.analyse import AnswerInquiry, InquiryAnswered
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.complaint.on_the_spot import (
    RejectSettlement,
    SettlementRejected,
    TicketSettledOnTheSpot,
)
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.supervise import StrikeOffTicket
from bancheng.domain.complaint.terms import Outcome, Status, TicketCategory
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from support.builders import (
    SEALED,
    TEXT,
    UNSOLVED,
    a_reported_ticket,
    a_resolved_ticket,
    after,
    an_accepted_ticket,
    an_analysed_ticket,
    analysing,
    calling_back,
    deadline_of,
    deadlines_of,
    due,
    passing,
    reporting,
    settling,
)
from support.given import (
    CLERK,
    HANDLER,
    RULES,
    START,
    STREAM,
    SUPERVISOR,
    VERIFIER,
    Given,
    given,
    local,
)

REJECT = RejectSettlement(ticket_id=STREAM, reason=TEXT)
INQUIRY = TicketCategory.INQUIRY
ANSWER = AnswerInquiry(ticket_id=STREAM, answer=TEXT)
AT = local("2026-03-02 09:30")


def a_settled_ticket(**fields):
    return after(a_reported_ticket(**fields), settling(), at=AT)


def status(history):
    return reduce(evolve, history, Ticket()).status


def test_the_window_settles_a_simple_complaint_and_its_reporter_is_called_back():
    outcome = given(*a_reported_ticket()).when(settling(), by=CLERK, at=AT)
    outcome.then(
        TicketSettledOnTheSpot(
            cause="delay",
            complexity="simple",
            outcome=Outcome.SOLVED,
            answer=SEALED,
            rule_version=RULES.version,
            call_back_due=due("call_back", AT, "2026-03-03"),
        )
    )
    assert status(outcome.history) is Status.RESOLVED
    assert deadline_of(outcome.history, LimitKind.ACCEPT, STREAM).state is DeadlineState.MET
    assert deadline_of(outcome.history, LimitKind.CALL_BACK, STREAM).is_running


def test_it_passes_and_closes_after_the_call_without_any_work_order():
    story = a_settled_ticket()
    given(*story).when(passing()).then_refused("CALL_BACK_MISSING")
    for act in (calling_back(), passing(), StrikeOffTicket(ticket_id=STREAM)):
        story = after(story, act)
    assert status(story) is Status.CLOSED


def test_who_settled_it_does_not_verify_it():
    both = replace(CLERK, roles=(Role.WINDOW_CLERK, Role.VERIFIER))
    given(*a_settled_ticket()).when(calling_back(), by=both).then_refused("VERIFIER_IS_RESOLVER")
    assert given(*a_settled_ticket()).when(calling_back(), by=VERIFIER).refusal is None


def test_what_the_reporter_calls_unsolved_is_sent_on_to_be_dispatched():
    unsolved = after(a_settled_ticket(), calling_back(**UNSOLVED))
    given(*unsolved).when(passing()).then_refused("REPORTER_SAYS_UNSOLVED")
    rejected = given(*unsolved).when(REJECT)
    rejected.then(SettlementRejected(reason=SEALED))
    assert status(rejected.history) is Status.ACCEPTED
    assert given(*rejected.history).when(analysing()).refusal is None


def test_what_the_law_forbids_passes_against_the_reporters_no():
    explained = after(a_reported_ticket(), settling(Outcome.EXPLAINED), at=AT)
    unsolved = after(explained, calling_back(**UNSOLVED))
    assert given(*unsolved).when(passing()).refusal is None


def test_what_has_a_work_order_is_reworked_and_not_sent_on():
    given(*a_resolved_ticket()).when(REJECT).then_refused("NOT_SETTLED_ON_THE_SPOT")


@pytest.mark.parametrize(
    ("story", "code"),
    [
        (lambda: an_analysed_ticket("general"), "NOT_ON_THE_SPOT"),
        (lambda: a_reported_ticket(category=INQUIRY), "CATEGORY_MISMATCH"),
        (lambda: a_reported_ticket(category=TicketCategory.PRAISE), "CATEGORY_MISMATCH"),
    ],
)
def test_only_what_is_simple_and_a_complaint_or_suggestion(story, code):
    given(*story()).when(settling()).then_refused(code)
    given(*story()).when(settling(), by=HANDLER).then_refused(code)


def test_a_rule_book_without_such_a_complexity_has_no_such_act():
    none = replace(
        RULES, complexities=tuple(replace(one, on_the_spot=False) for one in RULES.complexities)
    )
    given(*a_reported_ticket()).when(settling(), rulebook=none).then_refused("NOT_ON_THE_SPOT")


def test_a_clerk_settles_what_they_heard_first_handlers_and_supervisors_any():
    other = replace(CLERK, id="c2")
    given(*an_accepted_ticket()).when(settling(), by=other).then_refused("NOT_FIRST_CONTACT")
    for actor in (CLERK, HANDLER, SUPERVISOR):
        assert given(*an_analysed_ticket("simple")).when(settling(), by=actor).refusal is None


def test_an_anonymous_one_owes_nobody_a_call():
    story = a_settled_ticket(reporter=None)
    assert f"{STREAM}/call_back" not in deadlines_of(story)
    assert given(*story).when(passing()).refusal is None


def test_an_inquiry_is_heard_and_answered_in_one_act():
    outcome = Given().when(reporting(category=INQUIRY, answer=TEXT), at=START)
    reported, answered = outcome.events
    assert isinstance(reported, TicketReported)
    assert answered == InquiryAnswered(answer=SEALED)
    assert status(outcome.history) is Status.VERIFIED
    assert not deadline_of(outcome.history, LimitKind.ACCEPT, STREAM).is_running


def test_only_an_inquiry_is_answered_as_it_is_reported():
    Given().when(reporting(answer=TEXT), at=START).then_refused("ANSWER_OF_NO_INQUIRY", "answer")


def test_who_first_heard_an_inquiry_answers_it_before_anybody_accepts_it():
    heard = a_reported_ticket(category=INQUIRY)
    given(*heard).when(ANSWER, by=CLERK).then(InquiryAnswered(answer=SEALED))
    for stranger in (HANDLER, replace(CLERK, id="c2")):
        given(*heard).when(ANSWER, by=stranger).then_refused("NOT_FIRST_CONTACT")
