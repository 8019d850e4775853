"""补录: an act may be told as of when it happened, and no lateness is told away by that."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.app.acts.tickets import TICKET
from bancheng.domain.backdating import check_begun, check_limits
from bancheng.domain.complaint.deadline import NoteProgress, SubmitResult
from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.complaint.dispatch import SignInWorkOrder
from bancheng.domain.complaint.terms import Outcome
from bancheng.domain.deadlines import Deadline, DeadlineState, key_of
from bancheng.domain.errors import InvalidInput
from bancheng.domain.events import Channel, Place
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.time_limits.limit import decide_due
from bancheng.domain.time_limits.plan import owed_warnings
from bancheng.domain.time_limits.terms import Limit, LimitUnit
from bancheng.domain.warnings.answering import AnswerWarning
from bancheng.domain.warnings.raising import RaiseWarning
from bancheng.jobs.sweep import SWEEPER
from support.builders import TEXT, analysing, dispatching, reporting
from support.fakes import a_hall, do
from support.given import ADMIN, CALENDAR, CLERK, HANDLER, OFFICER, RULES, START, local

YESTERDAY = local("2026-02-27 16:00")  # a Friday; START is the Monday behind it
HOUR = timedelta(hours=1)
RUNNING = {DeadlineState.RUNNING}


@pytest.fixture
def engine():
    with a_hall("memory", None) as engine:
        yield engine


def history(engine, answer):
    return engine.store.load(answer.stream_id)


def refused(engine, code, command, by, at):
    before = engine.store.head()
    with pytest.raises(InvalidInput) as refusal:
        do(engine, command, by, occurred_at=at)
    assert (refusal.value.code, refusal.value.field) == (code, "occurred_at")
    assert refusal.value.remedy
    assert engine.store.head() == before


def a_signed_in_order(engine):
    """A ticket whose one order was signed for at START, and the command that solves it."""
    ticket = do(engine, reporting(), CLERK).stream_id
    of = {"ticket_id": ticket}
    do(engine, AcceptTicket(**of), HANDLER)
    do(engine, replace(analysing(), **of), HANDLER)
    do(engine, replace(dispatching(), **of), HANDLER)
    [order] = state_of(engine, ticket).orders
    do(engine, SignInWorkOrder(**of, order_id=order), OFFICER)
    return ticket, SubmitResult(**of, order_id=order, outcome=Outcome.SOLVED, result=TEXT)


def state_of(engine, ticket):
    return TICKET.state_after(engine.store.load(ticket))


def resolving(engine, ticket):
    [one] = [
        one for one in state_of(engine, ticket).deadlines.values() if one.kind is LimitKind.RESOLVE
    ]
    return one


def test_d23_yesterdays_letter_is_told_as_of_yesterday_and_marked(engine):
    [event] = history(engine, do(engine, reporting(), CLERK, occurred_at=YESTERDAY))
    envelope = event.envelope
    assert (envelope.occurred_at, envelope.recorded_at) == (YESTERDAY, START)
    assert envelope.backdated


def test_d23_limits_run_from_the_time_it_happened(engine):
    [event] = history(engine, do(engine, reporting(), CLERK, occurred_at=YESTERDAY))
    [today] = history(engine, do(engine, reporting(), CLERK))
    assert event.event.accept_due.started_at == YESTERDAY
    assert event.event.accept_due.due_at < today.event.accept_due.due_at
    assert not today.envelope.backdated


def test_d23_the_book_says_how_far_back(engine):
    [limit] = [rule.limit for rule in RULES.limits if rule.purpose == "record.back"]
    assert (limit.amount, limit.unit) == (3, LimitUnit.WORKING_DAYS)
    assert "本厅规定" in limit.basis
    engine.clock.set(local("2026-03-03 17:00"))  # the Saturday is worked
    assert do(engine, reporting(), CLERK, occurred_at=YESTERDAY).version == 1
    engine.clock.set(local("2026-03-04 00:00"))
    refused(engine, "OCCURRED_TIME_TOO_FAR", reporting(), CLERK, YESTERDAY)


def test_d23_never_in_the_future_and_never_before_what_was_there(engine):
    later = START + timedelta(seconds=1)
    refused(engine, "OCCURRED_TIME_IMPOSSIBLE", reporting(), CLERK, later)
    ticket = do(engine, reporting(), CLERK).stream_id
    engine.clock.advance(hours=2)
    accept = AcceptTicket(ticket_id=ticket)
    refused(engine, "OCCURRED_TIME_IMPOSSIBLE", accept, HANDLER, START - HOUR)
    answer = do(engine, accept, HANDLER, occurred_at=START + HOUR)
    assert history(engine, answer)[-1].envelope.backdated


def warned(engine, ticket):
    """The clock gives the card that the order has reached; its id."""
    one = resolving(engine, ticket)
    level = owed_warnings(one.due.warnings, one.raised, engine.clock.now())[-1].level
    card = RaiseWarning(matter_id=ticket, kind=one.kind, subject=one.subject, level=level)
    answer = do(engine, card, SWEEPER, place=Place(Channel.SYSTEM))
    return history(engine, answer)[-1].event.warning_id


def test_d23_what_the_clock_recorded_meanwhile_keeps_no_act_from_when_it_happened(engine):
    ticket, result = a_signed_in_order(engine)
    engine.clock.set(resolving(engine, ticket).due.due_at - HOUR)
    warned(engine, ticket)
    at = engine.clock.now() - 2 * HOUR
    answer = do(engine, result, OFFICER, occurred_at=at)
    assert history(engine, answer)[-1].envelope.occurred_at == at
    assert resolving(engine, ticket).state is DeadlineState.MET


def test_d23_nobody_answers_a_card_before_it_was_given(engine):
    ticket, _ = a_signed_in_order(engine)
    engine.clock.set(resolving(engine, ticket).due.due_at - HOUR)
    card = AnswerWarning(matter_id=ticket, warning_id=warned(engine, ticket), answer=TEXT)
    refused(engine, "OCCURRED_TIME_IMPOSSIBLE", card, OFFICER, engine.clock.now() - HOUR)


def test_d23_nothing_is_told_as_of_before_what_another_person_did(engine):
    ticket, result = a_signed_in_order(engine)
    of = {"ticket_id": ticket, "order_id": result.order_id}
    engine.clock.advance(hours=2)
    do(engine, NoteProgress(**of, progress=TEXT), OFFICER)
    refused(engine, "OCCURRED_TIME_IMPOSSIBLE", result, OFFICER, START + HOUR)


def test_d23_a_result_is_not_told_as_of_before_a_limit_that_has_run_out(engine):
    ticket, result = a_signed_in_order(engine)
    due_at = resolving(engine, ticket).due.due_at
    engine.clock.set(due_at)
    refused(engine, "BACKDATED_PAST_LIMIT", result, OFFICER, due_at - HOUR)
    do(engine, result, OFFICER)
    assert resolving(engine, ticket).state is DeadlineState.LATE


def test_d23_before_it_has_run_out_a_result_may_be_told_an_hour_later(engine):
    ticket, result = a_signed_in_order(engine)
    due_at = resolving(engine, ticket).due.due_at
    engine.clock.set(due_at - HOUR)
    do(engine, result, OFFICER, occurred_at=due_at - 2 * HOUR)
    assert resolving(engine, ticket).state is DeadlineState.MET


def test_d23_an_import_is_no_backdating_and_not_bound_by_it(engine):
    long_ago = START - timedelta(days=900)
    source = {"source_system": "old", "source_id": "1", "batch_id": "b"}
    [event] = history(engine, do(engine, reporting(), CLERK, occurred_at=long_ago, **source))
    assert not event.envelope.backdated


def test_d23_only_matters_are_told_later(engine):
    unit = RegisterUnit(code="XX", name="新单位")
    refused(engine, "OCCURRED_TIME_NOT_ALLOWED", unit, ADMIN, YESTERDAY)


def running(kind=LimitKind.RESOLVE, *, days=5, at=START):
    limit = Limit(id="x", amount=days, unit=LimitUnit.WORKING_DAYS, label="x", basis="x")
    due = decide_due(limit, at, CALENDAR, rulebook_version="1")
    return Deadline(kind=kind, subject="s", due=due, unit=None)


def of(deadline):
    return {key_of(deadline.kind, deadline.subject): deadline}


def wrong(code, *told):
    with pytest.raises(InvalidInput, match=code) as refusal:
        check_limits(*told)
    assert refusal.value.field == "occurred_at"


def test_d23_a_limit_that_has_run_out_is_not_paused_extended_or_cancelled_by_an_earlier_telling():
    one = running()
    now, since = one.due.due_at + HOUR, one.due.due_at - HOUR
    for changed in (
        running(days=10),
        *(replace(one, state=state, ended_at=since) for state in set(DeadlineState) - RUNNING),
        replace(one, cycle=2),
    ):
        wrong("BACKDATED_PAST_LIMIT", of(one), of(changed), of(changed), since, now)
    check_limits(of(one), of(one), of(one), since, now)


def test_d23_a_date_that_the_clock_gave_to_what_had_run_out_hides_nothing():
    first = running()
    now, since = first.due.due_at + HOUR, first.due.due_at - HOUR
    one = replace(running(days=10), cycle=2, expired_at=first.due.due_at)
    ended = replace(one, state=DeadlineState.MET, ended_at=since, expired_at=None)
    wrong("BACKDATED_PAST_LIMIT", of(one), of(ended), of(ended), since, now)


def test_d23_no_limit_is_ended_by_what_was_before_it_began():
    one = running()
    again = replace(one, run=2)
    ended = replace(again, state=DeadlineState.MET)
    for then in ({}, of(one)):
        with pytest.raises(InvalidInput, match="OCCURRED_TIME_IMPOSSIBLE"):
            check_begun(of(again), of(ended), then)
        check_begun(of(again), of(again), then)
    check_begun(of(again), of(ended), of(again))


def test_d23_no_limit_gets_more_time_than_the_same_act_would_give_it_now():
    one, now = running(), START + 10 * HOUR
    longer = running(days=6)
    wrong("BACKDATED_MORE_TIME", of(one), of(longer), of(one), START + HOUR, now)
    check_limits(of(one), of(one), of(longer), START + HOUR, now)


@pytest.mark.parametrize("kind", [one for one in LimitKind if one.theirs])
def test_d23_no_applicants_time_is_shortened(kind):
    early = running(kind)
    later = running(kind, at=START + timedelta(days=1))
    now = START + timedelta(days=1)
    wrong("BACKDATED_LESS_TIME", {}, of(early), of(later), START, now)
    for_the_hall = replace(early, kind=LimitKind.ACCEPT), replace(later, kind=LimitKind.ACCEPT)
    check_limits({}, of(for_the_hall[0]), of(for_the_hall[1]), START, now)
