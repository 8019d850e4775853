"""Every check of a single act stands on each act of a story, and a story is stored whole."""

import pytest
from msgspec.structs import replace

from bancheng.app.engine import TRIES_MAX, Context
from bancheng.domain.complaint.discover import AcceptTicket, RefuseTicket
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.unit import RegisterUnit
from support.builders import TEXT, analysing, reporting
from support.fakes import BACKENDS, MeddledStore, a_hall, do, with_store
from support.given import ADMIN, CLERK, HANDLER


@pytest.fixture(params=BACKENDS)
def engine(request, tmp_path):
    with a_hall(request.param, tmp_path) as engine:
        yield engine


@pytest.fixture
def ticket(engine):
    return do(engine, reporting(), CLERK).stream_id


def by(actor, key, **context):
    return Context(actor=actor, key=key, place=Place(Channel.IMPORT), **context)


def tell(engine, *steps):
    """A story of acts that are settled before it is told."""

    def story():
        for step in steps:  # noqa: UP028  a tuple does not listen to what it is told
            yield step

    return engine.tell(story)


def refused(engine, code, *steps):
    """The story is refused and leaves nothing in the log."""
    before = engine.store.head()
    with pytest.raises(DomainError) as refusal:
        tell(engine, *steps)
    assert refusal.value.code == code
    assert engine.store.head() == before
    return refusal.value


def reported_and_accepted(accepted_by=HANDLER, **context):
    """A story in which the second act is about what the first one opened."""

    def story():
        told = yield reporting(), by(CLERK, "report")
        accept = AcceptTicket(ticket_id=told.answer.stream_id)
        yield accept, by(accepted_by, "accept", **context)

    return story


def once(act):
    """``act`` the first time, nothing after that."""
    left = [act]
    return lambda: left.pop()() if left else None


def test_a_story_about_a_ticket_that_nobody_reported_stores_nothing(engine):
    accept = AcceptTicket(ticket_id="ticket-0")
    error = refused(engine, "MATTER_NOT_FOUND", (accept, by(HANDLER, "accept")))
    assert error.field == "ticket_id"


def test_a_story_about_something_that_is_no_ticket_stores_nothing(engine):
    register, accept = RegisterUnit(code="RS", name="人社局"), AcceptTicket(ticket_id="unit-RS")
    accepting = accept, by(HANDLER, "accept")
    refused(engine, "MATTER_NOT_FOUND", accepting)
    refused(engine, "MATTER_NOT_FOUND", (register, by(ADMIN, "register")), accepting)


def test_each_act_of_a_story_needs_its_role(engine):
    with pytest.raises(DomainError, match="ROLE_MISSING"):
        engine.tell(reported_and_accepted(accepted_by=CLERK))
    assert engine.store.head() == 0


def test_the_version_that_an_act_of_a_story_expects_must_be_the_newest(engine, ticket):
    accept = AcceptTicket(ticket_id=ticket)
    for stale in (0, 2):
        stale_one = accept, by(HANDLER, "accept", expected_version=stale)
        refused(engine, "VERSION_CONFLICT", stale_one)
    (answer,) = tell(engine, (accept, by(HANDLER, "accept", expected_version=1)))
    assert answer.version == 2


def test_the_version_counts_what_the_story_itself_has_done(engine):
    with pytest.raises(DomainError, match="VERSION_CONFLICT"):
        engine.tell(reported_and_accepted(expected_version=0))
    assert engine.store.head() == 0
    answers = engine.tell(reported_and_accepted(expected_version=1))
    assert [answer.version for answer in answers] == [1, 2]


def test_of_two_equal_stories_at_once_both_get_the_same_answers(engine, ticket):
    accepting = AcceptTicket(ticket_id=ticket), by(HANDLER, "accept")
    faster = once(lambda: tell(engine, accepting))
    slow = with_store(engine, MeddledStore(engine.store, after_load=faster))
    (answer,) = tell(slow, accepting)
    assert (answer.version, answer.repeated) == (2, True)
    assert engine.store.head() == answer.position


def test_a_story_goes_on_behind_the_act_that_somebody_else_did_under_its_key(engine, ticket):
    accepting = AcceptTicket(ticket_id=ticket), by(HANDLER, "accept")
    faster = once(lambda: tell(engine, accepting))
    slow = with_store(engine, MeddledStore(engine.store, before_load=faster))
    registering = RegisterUnit(code="RS", name="人社局"), by(ADMIN, "register")
    answers = tell(slow, accepting, registering)
    assert [answer.repeated for answer in answers] == [True, False]


def test_a_story_that_loses_a_race_is_told_again_on_the_new_state(engine, ticket):
    refuse = RefuseTicket(ticket_id=ticket, reason="petition", explanation=TEXT, remedy=TEXT)
    faster = once(lambda: do(engine, refuse, HANDLER, "faster"))
    slow = with_store(engine, MeddledStore(engine.store, after_load=faster))
    with pytest.raises(DomainError, match="WRONG_STATUS"):
        tell(slow, (AcceptTicket(ticket_id=ticket), by(HANDLER, "accept")))
    assert slow.store.loads == 2


def test_a_story_is_not_told_for_ever(engine, ticket):
    do(engine, AcceptTicket(ticket_id=ticket), HANDLER)
    analyse = replace(analysing(), ticket_id=ticket)
    busy = MeddledStore(engine.store, after_load=lambda: do(engine, analyse, HANDLER))
    with pytest.raises(DomainError, match="VERSION_CONFLICT"):
        tell(with_store(engine, busy), (analyse, by(HANDLER, "analyse")))
    assert busy.loads == TRIES_MAX


def test_an_act_on_a_matter_costs_one_look_up_one_load_and_one_transaction(engine, ticket):
    counted = with_store(engine, MeddledStore(engine.store))
    do(counted, AcceptTicket(ticket_id=ticket), HANDLER)
    assert (counted.store.look_ups, counted.store.loads, counted.store.units) == (1, 1, 1)


def test_a_new_matter_is_not_loaded_nor_looked_up_again(engine):
    counted = with_store(engine, MeddledStore(engine.store))
    counted.tell(reported_and_accepted())
    assert (counted.store.look_ups, counted.store.loads, counted.store.units) == (1, 0, 1)


def test_a_story_that_was_told_before_loads_nothing_and_begins_no_transaction(engine):
    first = engine.tell(reported_and_accepted())
    counted = with_store(engine, MeddledStore(engine.store))
    again = counted.tell(reported_and_accepted())
    assert [one.stream_id for one in again] == [one.stream_id for one in first]
    assert (counted.store.look_ups, counted.store.loads, counted.store.units) == (2, 0, 0)


def test_a_story_is_told_what_state_each_act_has_led_to(engine, ticket):
    seen = []

    def story():
        told = yield AcceptTicket(ticket_id=ticket), by(HANDLER, "accept")
        seen.append(told.state.status.value)

    engine.tell(story)
    engine.tell(story)  # what was done before is told in the same way
    assert seen == ["accepted", "accepted"]
