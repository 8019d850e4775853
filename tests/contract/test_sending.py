"""Notices go out at least once, are known by their id, and nobody waits for a receiver."""

import base64
import hashlib
import hmac
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bancheng.app.noticing.messages import ALONE
from bancheng.domain.errors import DomainError
from bancheng.domain.notices.events import NoticeFailed, NoticeResendOrdered, NoticeSent
from bancheng.domain.notices.recording import ResendNotice
from bancheng.domain.notices.terms import NoticeChannel, NoticeStatus
from bancheng.domain.warnings.events import WarningRaised
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.infra.notice_queue import NoticeQueue
from bancheng.jobs.sending import LEASE, TRIES_MAX
from bancheng.projections.notices import notice
from support import backends, builders, halls, noticing, receivers
from support.noticing import PHONE, HallWith, a_ticket, events, make, rows, send, tell
from support.receivers import CUT, HANG, HttpReceiver

pytestmark = backends.EACH
WEBHOOK, ID = "webhook:12345", "webhook-id"
PATIENCE_SECONDS = 20.0


def until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_a_system_is_told_of_events_signed_and_as_cloud_events(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(webhook=receiver.url)
    ticket = a_ticket(hall)
    make(hall)
    assert send(hall, WEBHOOK) == 1
    (heard,) = receiver.heard
    stamp = heard.headers["webhook-timestamp"]
    assert stamp == str(int(clock.now().timestamp()))
    signed = f"{heard.headers[ID]}.{stamp}.".encode() + heard.body
    digest = hmac.new(noticing.SECRET, signed, hashlib.sha256).digest()
    assert heard.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert heard.headers["content-type"].startswith("application/cloudevents+json")
    (row,) = rows(hall, channel=NoticeChannel.WEBHOOK)
    assert heard.told == {
        "specversion": "1.0",
        "id": row.notice_id,
        "source": "/bancheng/TEST",
        "type": "cn.bancheng.complaint.ticket-reported",
        "subject": "BCSTEST2026000001",
        "time": "2026-03-02T01:00:00Z",
        "sequence": f"{row.position:020d}",
        "datacontenttype": "application/json",
        "data": {
            "matterId": ticket,
            "number": "BCSTEST2026000001",
            "topic": "complaint.ticket-reported",
            "term": "登记",
            "unit": None,
        },
    }
    assert heard.headers[ID] == row.notice_id
    for clear in ("李慕白", PHONE, builders.TEXT.plain or ""):
        assert clear not in heard.body.decode()


def test_a_receiver_that_is_away_for_an_hour_has_everything_afterwards_and_once(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(webhook=receiver.url)
    for _ in range(10):
        a_ticket(hall)
    make(hall)
    receiver.usual = 503
    for _ in range(60):
        send(hall, WEBHOOK)
        clock.advance(minutes=1)
    waiting = rows(hall, channel=NoticeChannel.WEBHOOK)
    assert {one.status for one in waiting} == {NoticeStatus.WAITING}
    assert {one.fault for one in waiting} == {"HTTP_503"}
    # It rests, and only a probe now and then costs a try.
    assert len(receiver.heard) < 25
    (health,) = hall.sending.health()
    assert health.down_since == halls.MONDAY
    receiver.usual = 200
    for _ in range(60):
        send(hall, WEBHOOK)
        clock.advance(minutes=1)
    done = rows(hall, channel=NoticeChannel.WEBHOOK)
    assert {one.status for one in done} == {NoticeStatus.SENT}
    assert Counter(receiver.taken(ID)) == dict.fromkeys((one.notice_id for one in done), 1)
    (health,) = hall.sending.health()
    assert (health.down_since, health.fault) == (None, None)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (500, "HTTP_500"),
        (CUT, "UNREACHABLE_RemoteProtocolError"),
        ((302, {"location": "http://127.0.0.1:1/"}), "HTTP_302"),
        (b"x" * 100_000, "ANSWER_TOO_LONG"),
    ],
)
def test_what_was_not_taken_is_tried_again_under_the_same_id(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock, answer: Any, fault: str
) -> None:
    hall = hall_with(webhook=receiver.url)
    a_ticket(hall)
    make(hall)
    receiver.answers = [answer]
    assert send(hall, WEBHOOK) == 1
    (row,) = rows(hall, channel=NoticeChannel.WEBHOOK)
    assert (row.status, row.fault, row.tries) == (NoticeStatus.WAITING, fault, 1)
    assert row.notify_at == clock.now() + timedelta(seconds=30)
    clock.advance(minutes=1)
    assert send(hall, WEBHOOK) == 1
    (row,) = rows(hall, channel=NoticeChannel.WEBHOOK)
    assert (row.status, row.fault, row.tries) == (NoticeStatus.SENT, None, 2)
    assert [one.headers[ID] for one in receiver.heard] == [row.notice_id] * 2


def test_a_receiver_says_how_long_it_wants_to_be_left_alone(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(webhook=receiver.url)
    a_ticket(hall)
    make(hall)
    receiver.answers = [(429, {"retry-after": "600"})]
    send(hall, WEBHOOK)
    clock.advance(minutes=9)
    assert send(hall, WEBHOOK) == 0
    clock.advance(minutes=1)
    assert send(hall, WEBHOOK) == 1


def test_nobody_is_there(hall_with: HallWith, clock: FixedClock) -> None:
    with receivers.http() as gone:
        url = gone.url
    hall = hall_with(webhook=url)
    a_ticket(hall)
    make(hall)
    send(hall, WEBHOOK)
    (row,) = rows(hall, channel=NoticeChannel.WEBHOOK)
    assert row.fault == "UNREACHABLE_ConnectError"


def test_what_fails_again_and_again_is_given_up_and_sent_again_when_somebody_says_so(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(webhook=receiver.url)
    ticket = a_ticket(hall)
    make(hall)
    receiver.usual = 500
    for _ in range(TRIES_MAX):
        assert send(hall, WEBHOOK) == 1
        clock.advance(hours=1)
    assert send(hall, WEBHOOK) == 0
    (row,) = rows(hall, channel=NoticeChannel.WEBHOOK)
    assert (row.status, row.tries) == (NoticeStatus.FAILED, TRIES_MAX)
    tell(hall)
    (failed,) = events(hall, ticket, NoticeFailed)
    assert (failed.notice_id, failed.fault) == (row.notice_id, "HTTP_500")

    again = ResendNotice(matter_id=ticket, notice_id=row.notice_id)
    halls.act(hall, again)
    with pytest.raises(DomainError, match="NOTICE_NOT_FAILED"):
        halls.act(hall, again)
    receiver.usual = 200
    make(hall)
    assert send(hall, WEBHOOK) == 1
    tell(hall)
    told = events(hall, ticket, NoticeFailed, NoticeResendOrdered, NoticeSent)
    assert [type(one) for one in told] == [NoticeFailed, NoticeResendOrdered, NoticeSent]
    assert {one.notice_id for one in told} == set(receiver.taken(ID)) == {row.notice_id}


def test_what_a_receiver_will_never_take_is_given_up_at_once(
    hall_with: HallWith, receiver: HttpReceiver
) -> None:
    hall = hall_with(webhook=receiver.url)
    a_ticket(hall)
    a_ticket(hall)
    make(hall)
    receiver.answers = [422]
    assert send(hall, WEBHOOK) == 2  # and the next one does not wait for it
    status = [one.status for one in rows(hall, channel=NoticeChannel.WEBHOOK)]
    assert sorted(status) == [NoticeStatus.FAILED, NoticeStatus.SENT]


def test_whoever_dies_between_sending_and_noting_it_sends_again_under_the_same_id(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = hall_with(webhook=receiver.url)
    a_ticket(hall)
    make(hall)

    def killed(*_: object) -> None:
        raise RuntimeError("killed here")

    with monkeypatch.context() as patched:
        patched.setattr(NoticeQueue, "sent", killed)
        with pytest.raises(RuntimeError, match="killed here"):
            send(hall, WEBHOOK)
    assert send(hall, WEBHOOK) == 0  # it is leased
    clock.advance(LEASE)
    assert send(hall, WEBHOOK) == 1
    (row,) = rows(hall, channel=NoticeChannel.WEBHOOK)
    assert (row.status, row.tries) == (NoticeStatus.SENT, 2)
    assert receiver.taken(ID) == [row.notice_id] * 2


def test_what_kills_each_process_that_sends_it_is_given_up(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(webhook=receiver.url)
    ticket = a_ticket(hall)
    make(hall)
    for _ in range(TRIES_MAX):
        assert len(hall.notices.claim(WEBHOOK, clock.now(), LEASE, ALONE)) == 1
        clock.advance(LEASE)  # and it died
    assert send(hall, WEBHOOK) == 1
    assert receiver.heard == []
    tell(hall)
    (failed,) = events(hall, ticket, NoticeFailed)
    assert failed.fault == "UNFINISHED"
    halls.act(hall, ResendNotice(matter_id=ticket, notice_id=failed.notice_id))
    make(hall)
    send(hall, WEBHOOK)
    assert len(receiver.heard) == 1


def test_what_is_not_sent_says_nothing_of_the_receiver(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(sms=receiver.url)
    ticket = noticing.refused(hall)
    make(hall)
    receiver.usual = 503
    assert send(hall, "sms") == 1
    noticing.restrict(hall, ticket)
    clock.advance(minutes=10)
    assert send(hall, "sms") == 2
    assert len(receiver.heard) == 1
    (health,) = hall.sending.health()
    assert (health.down_since, health.fault) == (halls.MONDAY, "HTTP_503")


def test_what_became_of_a_notice_is_in_the_trail_once_however_often_it_is_told(
    hall_with: HallWith, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = hall_with(webhook=receiver.url)
    ticket = a_ticket(hall)
    make(hall)
    send(hall, WEBHOOK)

    def killed(*_: object) -> None:
        raise RuntimeError("killed here")

    with monkeypatch.context() as patched:
        patched.setattr(NoticeQueue, "told", killed)
        with pytest.raises(RuntimeError, match="killed here"):
            hall.telling.go_on()
    tell(hall)
    (row,) = rows(hall, channel=NoticeChannel.WEBHOOK)
    assert not row.untold
    (sent,) = events(hall, ticket, NoticeSent)
    assert (sent.notice_id, sent.channel, sent.route) == (row.notice_id, row.channel, WEBHOOK)
    assert sent.sent_at == halls.MONDAY


def test_who_acts_again_is_not_refused_for_what_was_told_meanwhile(
    hall_with: HallWith, receiver: HttpReceiver
) -> None:
    hall = hall_with(webhook=receiver.url)
    ticket = a_ticket(hall)
    make(hall)
    send(hall, WEBHOOK)
    tell(hall)
    assert len(hall.store.load(ticket)) == 2
    accepted = noticing.accepting(hall, ticket, expected_version=1)
    assert accepted.version == 3
    with pytest.raises(DomainError, match="VERSION_CONFLICT"):
        noticing.accepting(hall, ticket, expected_version=2)
    with pytest.raises(DomainError, match="VERSION_CONFLICT"):
        noticing.accepting(hall, ticket, expected_version=4)


def test_two_senders_never_have_the_same_notice(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(webhook=receiver.url)
    for _ in range(6):
        a_ticket(hall)
    make(hall)
    one, other = NoticeQueue(hall.database), NoticeQueue(hall.database)
    now, claimed = clock.now(), []
    for queue in (one, other, one, other, one, other, one):
        claimed += [row.notice_id for row in queue.claim(WEBHOOK, now, LEASE, ALONE)]
    assert len(claimed) == len(set(claimed)) == 6


def test_who_claims_while_another_does_takes_the_next_one(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock, backend: str
) -> None:
    if backend == "sqlite":  # one writer
        return
    hall = hall_with(webhook=receiver.url)
    a_ticket(hall)
    a_ticket(hall)
    make(hall)
    with database.write(hall.database) as connection:
        held = connection.scalar(
            select(notice.c.notice_id)
            .where(notice.c.route == WEBHOOK)
            .order_by(notice.c.notify_at, notice.c.position, notice.c.notice_id)
            .limit(1)
            .with_for_update()
        )
        (row,) = hall.notices.claim(WEBHOOK, clock.now(), LEASE, ALONE)
    assert row.notice_id != held


def test_one_receiver_that_hangs_holds_up_neither_the_others_nor_the_sweep(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    with receivers.http() as hangs:
        hall = hall_with(webhook=hangs.url, wecom=receiver.url)
        hangs.usual = HANG
        a_ticket(hall)
        hall.sending.start()
        hall.sweeper.start()
        try:
            until(lambda: len(hangs.heard) == 1)
            a_ticket(hall)
            clock.advance(days=2)
            warned = lambda: any(  # noqa: E731
                isinstance(one.event, WarningRaised) for one in hall.store.read(0, 1000)
            )
            until(warned)
            until(lambda: len(receiver.heard) > 0)
            until(lambda: hall.sweeper.health(clock.now()).is_well())
            assert len(hangs.heard) == 1  # it still waits for the first answer
            assert all(one.alive for one in hall.sending.health())
        finally:
            hall.sweeper.stop()
            hangs.stopped.set()
            hall.sending.stop()
