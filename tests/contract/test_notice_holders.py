"""What two processes say of the same notice: the one that has it counts, and what went out did."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace

from bancheng.app.noticing.messages import ALONE
from bancheng.bootstrap import Container
from bancheng.domain.notices.events import NoticeEvent, NoticeFailed, NoticeSent
from bancheng.domain.notices.recording import ResendNotice
from bancheng.domain.notices.terms import NoticeChannel, NoticeStatus
from bancheng.infra.clock import FixedClock
from bancheng.infra.notice_queue import NoticeQueue
from bancheng.jobs.sending import LEASE
from bancheng.projections.notices import NoticeRow
from support import backends, halls, noticing, receivers
from support.noticing import a_ticket, events, make, rows, send, tell
from support.receivers import HttpReceiver

pytestmark = backends.EACH
HALL = Callable[..., Container]
WEBHOOK = "webhook:12345"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(halls.MONDAY)


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with receivers.http() as it:
        yield it


@pytest.fixture
def hall_with(furnished: str, clock: FixedClock, tmp_path: Path) -> Iterator[HALL]:
    """Opens the hall with these ways out."""
    with ExitStack() as opened:
        yield lambda **ways: opened.enter_context(
            noticing.hall_with(furnished, clock, tmp_path, **ways)
        )


def claimed(hall: Container, clock: FixedClock) -> list[NoticeRow]:
    """What a process of its own takes of the route."""
    return NoticeQueue(hall.database).claim(WEBHOOK, clock.now(), LEASE, ALONE)


def the_row(hall: Container) -> NoticeRow:
    (row,) = rows(hall, channel=NoticeChannel.WEBHOOK)
    return row


def test_who_outlived_their_lease_undoes_nothing_of_who_came_after(
    hall_with: HALL, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(webhook=receiver.url)
    ticket = a_ticket(hall)
    make(hall)
    slow = claimed(hall, clock)
    clock.advance(LEASE)
    fast = claimed(hall, clock)
    hall.notices.later(slow, clock.now(), "TIMEOUT")
    hall.notices.failed(slow, "HTTP_410")
    assert claimed(hall, clock) == [], "the other one has it"
    hall.notices.sent(fast, clock.now())
    sent = the_row(hall)
    assert (sent.status, sent.fault) == (NoticeStatus.SENT, None)
    hall.notices.failed(slow, "HTTP_410")
    hall.notices.later(slow, clock.now(), "TIMEOUT")
    hall.notices.dropped(slow[0])
    tell(hall)
    hall.notices.sent(slow, clock.now())
    assert the_row(hall) == replace(sent, untold=False)
    assert [type(one) for one in events(hall, ticket, NoticeEvent)] == [NoticeSent]


def test_what_went_out_is_noted_though_its_lease_was_over(
    hall_with: HALL, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(webhook=receiver.url)
    a_ticket(hall)
    make(hall)
    slow = claimed(hall, clock)
    clock.advance(LEASE)
    fast = claimed(hall, clock)
    hall.notices.sent(slow, clock.now())
    hall.notices.later(fast, clock.now(), "HTTP_500")
    assert (the_row(hall).status, the_row(hall).fault) == (NoticeStatus.SENT, None)
    assert claimed(hall, clock) == []


def test_what_went_out_while_its_addressee_was_restricted_is_in_the_trail(
    hall_with: HALL, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(sms=receiver.url)
    ticket = noticing.refused(hall)
    make(hall)
    going = hall.notices.claim("sms", clock.now(), LEASE, ALONE)
    noticing.restrict(hall, ticket)
    make(hall)
    assert {one.status for one in rows(hall, channel=NoticeChannel.SMS)} == {NoticeStatus.DROPPED}
    hall.notices.sent(going, clock.now())
    tell(hall)
    (sent,) = events(hall, ticket, NoticeSent)
    assert sent.notice_id == going[0].notice_id
    assert send(hall, "sms") == 0


def test_what_the_trail_has_of_a_first_round_ends_nothing_of_the_second(
    hall_with: HALL, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(webhook=receiver.url)
    ticket = a_ticket(hall)
    make(hall)
    receiver.answers = [410]
    send(hall, WEBHOOK)
    failed = the_row(hall)
    tell(hall)
    halls.act(hall, ResendNotice(matter_id=ticket, notice_id=failed.notice_id))
    make(hall)
    going = claimed(hall, clock)
    hall.notices.told(failed)  # by a leader that was slow, of what it read before
    clock.advance(seconds=1)
    assert claimed(hall, clock) == [], "it is leased still"
    hall.notices.sent(going, clock.now())
    hall.notices.told(failed)
    tell(hall)
    told = events(hall, ticket, NoticeFailed, NoticeSent)
    assert [type(one) for one in told] == [NoticeFailed, NoticeSent]
