"""Two times: when it happened, as claimed, and when it was recorded, by our clock."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.calls import CallResult
from bancheng.domain.complaint.deadline import NoteProgress, SubmitResult
from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.complaint.dispatch import SignInWorkOrder, WorkOrderDispatched
from bancheng.domain.complaint.terms import Outcome
from bancheng.domain.complaint.verify import RecordCallBack
from bancheng.domain.errors import InvalidInput
from support.builders import TEXT, analysing, dispatching, reporting
from support.fakes import BACKENDS, a_hall, do
from support.given import CLERK, HANDLER, OFFICER, RULES, START, VERIFIER, local

EARLIER = START - timedelta(days=3)
SOURCE = {"source_system": "12345", "source_id": "A-1", "batch_id": "batch-1"}


@pytest.fixture(params=BACKENDS)
def engine(request, tmp_path):
    with a_hall(request.param, tmp_path) as engine:
        yield engine


def times(engine, answer):
    envelope = engine.store.load(answer.stream_id)[-1].envelope
    return envelope.occurred_at, envelope.recorded_at


def impossible(code, engine, command, by, **context):
    before = engine.store.head()
    with pytest.raises(InvalidInput) as refusal:
        do(engine, command, by, **context)
    assert (refusal.value.code, refusal.value.field) == (code, "occurred_at")
    assert engine.store.head() == before


def test_what_is_done_at_the_desk_happens_when_it_is_recorded(engine):
    assert times(engine, do(engine, reporting(), CLERK)) == (START, START)


def test_nobody_at_the_desk_claims_a_time_where_the_book_lets_nothing_be_told_later(engine):
    others = tuple(rule for rule in RULES.limits if rule.purpose != "record.back")
    engine.rules.rulebook_in_force = replace(RULES, limits=others)
    impossible("OCCURRED_TIME_NOT_ALLOWED", engine, reporting(), CLERK, occurred_at=EARLIER)


def test_an_import_keeps_the_time_of_its_source_and_says_where_it_is_from(engine):
    answer = do(engine, reporting(), CLERK, occurred_at=EARLIER, **SOURCE)
    assert times(engine, answer) == (EARLIER, START)
    envelope = engine.store.load(answer.stream_id)[0].envelope
    assert {name: getattr(envelope, name) for name in SOURCE} == SOURCE


def test_the_limits_of_an_import_run_from_the_claimed_time(engine):
    answer = do(engine, reporting(), CLERK, occurred_at=EARLIER, **SOURCE)
    event = engine.store.load(answer.stream_id)[0].event
    assert event.accept_due.started_at == EARLIER


def test_an_import_may_be_as_young_as_now_but_not_from_the_future(engine):
    assert do(engine, reporting(), CLERK, occurred_at=START, **SOURCE).version == 1
    soon = START + timedelta(microseconds=1)
    impossible("OCCURRED_TIME_IMPOSSIBLE", engine, reporting(), CLERK, occurred_at=soon, **SOURCE)


def test_an_import_never_goes_behind_the_last_event_of_its_matter(engine):
    ticket = do(engine, reporting(), CLERK, occurred_at=EARLIER, **SOURCE).stream_id
    accept = AcceptTicket(ticket_id=ticket)
    before = EARLIER - timedelta(microseconds=1)
    impossible("OCCURRED_TIME_IMPOSSIBLE", engine, accept, HANDLER, occurred_at=before, **SOURCE)
    same = do(engine, accept, HANDLER, occurred_at=EARLIER, **SOURCE)
    assert times(engine, same) == (EARLIER, START)


def test_an_import_tells_of_what_was_before_something_that_people_did_here(engine):
    ticket, order = an_imported_order(engine)
    do(engine, NoteProgress(**order, progress=TEXT), OFFICER)
    at = EARLIER + timedelta(hours=1)
    result = SubmitResult(**order, outcome=Outcome.SOLVED, result=TEXT)
    answer = do(engine, result, OFFICER, occurred_at=at, **SOURCE)
    assert times(engine, answer) == (at, START)
    engine.clock.set(START - timedelta(seconds=2))  # no step back behind what was noted
    called = RecordCallBack(ticket_id=ticket, call=CallResult.NO_ANSWER, comment=TEXT)
    assert times(engine, do(engine, called, VERIFIER))[0] == START


def test_an_import_tells_of_nothing_that_could_not_be_done_then(engine):
    _, order = an_imported_order(engine)
    do(engine, NoteProgress(**order, progress=TEXT), OFFICER)
    result = SubmitResult(**order, outcome=Outcome.SOLVED, result=TEXT)
    before = EARLIER + timedelta(minutes=29)
    impossible("OCCURRED_TIME_IMPOSSIBLE", engine, result, OFFICER, occurred_at=before, **SOURCE)


def an_imported_order(engine):
    """A ticket of another system, whose order was signed for half an hour after it came in."""
    ticket = do(engine, reporting(), CLERK, occurred_at=EARLIER, **SOURCE).stream_id
    of = {"ticket_id": ticket}
    for command in (AcceptTicket(**of), replace(analysing(), **of), replace(dispatching(), **of)):
        do(engine, command, HANDLER, occurred_at=EARLIER, **SOURCE)
    [event] = [
        one.event for one in engine.store.load(ticket) if isinstance(one.event, WorkOrderDispatched)
    ]
    order = {**of, "order_id": event.order_id}
    at = EARLIER + timedelta(minutes=30)
    do(engine, SignInWorkOrder(**order), OFFICER, occurred_at=at, **SOURCE)
    return ticket, order


def test_a_clock_that_is_a_little_behind_never_steps_back(engine):
    ticket = do(engine, reporting(), CLERK).stream_id
    behind = engine.clock.set(START - timedelta(seconds=2))
    answer = do(engine, AcceptTicket(ticket_id=ticket), HANDLER)
    assert times(engine, answer) == (START, behind)


def test_a_claimed_time_in_another_zone_is_the_same_instant(engine):
    zone = engine.rules.calendar().tzinfo
    at = local("2026-02-27 09:00")
    answer = do(engine, reporting(), CLERK, occurred_at=at.astimezone(zone), **SOURCE)
    assert times(engine, answer)[0] == at
