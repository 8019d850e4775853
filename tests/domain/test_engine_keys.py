"""Each key is answered once, however often it is asked and whoever asks at the same time."""

import pytest
from msgspec.structs import replace

from bancheng.app.engine import TRIES_MAX
from bancheng.domain.complaint.discover import AcceptTicket, RefuseTicket
from bancheng.domain.errors import Conflict, WrongStep
from bancheng.domain.events import Channel, Place
from bancheng.domain.people import FreeText, Phone
from support.builders import REPORTER, TEXT, analysing, reporting
from support.fakes import BACKENDS, MeddledStore, a_hall, do, with_store
from support.given import CLERK, HANDLER, SUPERVISOR


@pytest.fixture(params=BACKENDS)
def engine(request, tmp_path):
    with a_hall(request.param, tmp_path) as engine:
        yield engine


@pytest.fixture
def ticket(engine):
    return do(engine, reporting(), CLERK).stream_id


def conflicts(code, call):
    with pytest.raises(Conflict) as refusal:
        call()
    assert refusal.value.code == code


def meddled(engine, **meddling):
    return with_store(engine, MeddledStore(engine.store, **meddling))


def once(act):
    """``act`` the first time, nothing after that."""
    left = [act]
    return lambda: left.pop()() if left else None


def test_the_same_key_gets_the_same_answer_and_stores_nothing(engine):
    first = do(engine, reporting(), CLERK, "key-1")
    again = do(engine, reporting(), CLERK, "key-1")
    assert not first.repeated
    assert again == replace(first, repeated=True)
    assert engine.store.head() == first.position


def test_a_repeat_is_answered_although_the_act_would_be_refused_by_now(engine, ticket):
    accept = AcceptTicket(ticket_id=ticket)
    first = do(engine, accept, HANDLER, "key-1", expected_version=1)
    again = do(engine, accept, HANDLER, "key-1", expected_version=1)
    assert again == replace(first, repeated=True)


def test_a_repeat_is_answered_without_looking_at_the_matter(engine, ticket):
    do(engine, AcceptTicket(ticket_id=ticket), HANDLER, "key-1")
    watched = meddled(engine)
    assert do(watched, AcceptTicket(ticket_id=ticket), HANDLER, "key-1").repeated
    assert watched.store.loads == 0


def test_another_request_for_the_same_act_is_the_same_command(engine):
    do(engine, reporting(), CLERK, "key-1", request_id="request-1")
    assert do(engine, reporting(), CLERK, "key-1", request_id="request-2").repeated


def test_the_same_request_from_another_window_is_the_same_command(engine):
    do(engine, reporting(), CLERK, "key-1", place=Place(Channel.WINDOW, "A01"))
    assert do(engine, reporting(), CLERK, "key-1", place=Place(Channel.PHONE)).repeated


@pytest.mark.parametrize(
    "other",
    [
        reporting(content=FreeText("换了一件事")),
        reporting(reporter=replace(REPORTER, phone=Phone("13800138001"))),
        reporting(reporter=None),
        reporting(source_ref="12345-1"),
        reporting(why=FreeText("补录")),
    ],
    ids=["content", "phone", "anonymous", "source", "why"],
)
def test_a_key_serves_one_command_only(engine, other):
    do(engine, reporting(), CLERK, "key-1")
    before = engine.store.head()
    conflicts("KEY_REUSED", lambda: do(engine, other, CLERK, "key-1"))
    assert engine.store.head() == before


def test_a_key_serves_one_actor_only(engine):
    do(engine, reporting(), CLERK, "key-1")
    conflicts("KEY_REUSED", lambda: do(engine, reporting(), SUPERVISOR, "key-1"))


def test_who_loses_a_race_decides_again_on_the_new_state(engine, ticket):
    accept = AcceptTicket(ticket_id=ticket)
    refuse = RefuseTicket(ticket_id=ticket, reason="petition", explanation=TEXT, remedy=TEXT)
    slow = meddled(engine, after_load=once(lambda: do(engine, refuse, HANDLER, "faster")))
    with pytest.raises(WrongStep, match="WRONG_STATUS"):
        do(slow, accept, HANDLER, "slower")
    assert slow.store.loads == 2


def test_a_conflict_is_tried_again(engine, ticket):
    do(engine, AcceptTicket(ticket_id=ticket), HANDLER)
    analyse = replace(analysing(), ticket_id=ticket)
    slow = meddled(engine, after_load=once(lambda: do(engine, analyse, HANDLER, "faster")))
    assert do(slow, analyse, HANDLER, "slower").version == 4
    assert slow.store.loads == 2


def test_it_is_tried_again_only_so_often(engine, ticket):
    do(engine, AcceptTicket(ticket_id=ticket), HANDLER)
    analyse = replace(analysing(), ticket_id=ticket)
    slow = meddled(engine, after_load=lambda: do(engine, analyse, HANDLER))
    conflicts("VERSION_CONFLICT", lambda: do(slow, analyse, HANDLER, "slower"))
    assert slow.store.loads == TRIES_MAX


def test_who_expects_a_version_is_told_at_once_that_it_moved_on(engine, ticket):
    accept = AcceptTicket(ticket_id=ticket)
    slow = meddled(engine, after_load=once(lambda: do(engine, accept, HANDLER, "faster")))
    conflicts("VERSION_CONFLICT", lambda: do(slow, accept, HANDLER, "slower", expected_version=1))
    assert slow.store.loads == 1


@pytest.mark.parametrize("moment", ["before_load", "after_load"])
@pytest.mark.parametrize("expected", [None, 1])
def test_of_two_equal_requests_at_once_both_get_the_one_answer(engine, ticket, moment, expected):
    def accept(hall):
        accepting = AcceptTicket(ticket_id=ticket)
        return do(hall, accepting, HANDLER, "key-1", expected_version=expected)

    slow = meddled(engine, **{moment: once(lambda: accept(engine))})
    answer = accept(slow)
    assert (answer.version, answer.repeated) == (2, True)
    assert engine.store.head() == answer.position


def test_a_matter_is_opened_once_by_two_equal_requests_at_once(engine):
    first = once(lambda: do(engine, reporting(), CLERK, "key-1"))
    slow = meddled(engine, before_unit=first)  # what is new is not loaded
    assert do(slow, reporting(), CLERK, "key-1").repeated
    assert len(engine.store.read(0, 10)) == 1


@pytest.mark.parametrize("moment", ["before_load", "after_load"])
def test_who_loses_a_key_to_another_command_is_told_so(engine, ticket, moment):
    other = once(lambda: do(engine, reporting(source_ref="1"), CLERK, "key-1"))
    slow = meddled(engine, **{moment: other})
    accept = AcceptTicket(ticket_id=ticket)
    conflicts("KEY_REUSED", lambda: do(slow, accept, HANDLER, "key-1"))
