"""What two processes say of the same notice: the one that has it counts, and what went out did."""

from functools import partial

from msgspec.structs import replace
from sqlalchemy import select

from bancheng.app.noticing.messages import ALONE
from bancheng.bootstrap import Container
from bancheng.domain.notices.events import NoticeEvent, NoticeFailed, NoticeSent
from bancheng.domain.notices.recording import ResendNotice
from bancheng.domain.notices.terms import NoticeChannel, NoticeStatus
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.infra.notice_queue import NoticeQueue
from bancheng.jobs.sending import LEASE
from bancheng.projections.notices import NoticeRow, notice
from support import backends, halls, noticing
from support.noticing import HallWith, a_ticket, events, make, rows, send, tell
from support.receivers import HttpReceiver

pytestmark = backends.EACH
WEBHOOK, ROBOT = "webhook:12345", "robot:处理"


def claimed(hall: Container, clock: FixedClock) -> list[NoticeRow]:
    """What a process of its own takes of the route."""
    return NoticeQueue(hall.database).claim(WEBHOOK, clock.now(), LEASE, ALONE)


def the_row(hall: Container) -> NoticeRow:
    (row,) = rows(hall, channel=NoticeChannel.WEBHOOK)
    return row


def test_who_outlived_their_lease_undoes_nothing_of_who_came_after(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
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
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
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
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
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
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
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


def gathered(hall: Container, receiver: HttpReceiver, answer: int) -> list[NoticeRow]:
    """Three notices of as many tickets, in one message to which the receiver says that."""
    for _ in range(3):
        a_ticket(hall)
    make(hall)
    receiver.answers = [answer]
    assert send(hall, ROBOT) == 1
    return rows(hall, route=ROBOT)


def said(receiver: HttpReceiver) -> str:
    """What the group read last."""
    content: str = receiver.heard[-1].told["text"]["content"]
    return content


def again(hall: Container, *of: NoticeRow) -> None:
    """Order that these go once more, and let them."""
    for row in of:
        halls.act(hall, ResendNotice(matter_id=row.matter_id, notice_id=row.notice_id))
    make(hall)
    assert send(hall, ROBOT) == 1


def test_what_goes_again_without_those_beside_it_is_another_message(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(wecom=receiver.url)
    first, second, third = gathered(hall, receiver, 400)
    tell(hall)
    all_three = said(receiver)
    again(hall, first, third)
    two = said(receiver)
    again_failed = rows(hall, route=ROBOT)
    assert all(one in two for one in ("000001", "000003"))
    assert "000002" not in two
    assert again_failed[0].message_id == again_failed[2].message_id
    assert again_failed[0].message_id not in (first.message_id, first.notice_id)
    assert two.rpartition("通知号")[2] != all_three.rpartition("通知号")[2]
    again(hall, second)
    (alone,) = (one for one in rows(hall, route=ROBOT) if one.notice_id == second.notice_id)
    assert alone.message_id == second.notice_id != first.message_id
    assert said(receiver) != all_three


def test_a_message_of_which_all_goes_again_is_the_same_one(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    hall = hall_with(wecom=receiver.url)
    failed = gathered(hall, receiver, 400)
    tell(hall)
    before = said(receiver)
    again(hall, *failed)
    assert said(receiver) == before
    assert {one.message_id for one in rows(hall, route=ROBOT)} == {failed[0].message_id}


def test_a_message_is_not_divided_between_two_who_come_for_it(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock, backend: str
) -> None:
    if backend == "sqlite":  # one writer
        return
    hall = hall_with(wecom=receiver.url)
    waiting = gathered(hall, receiver, 503)
    clock.advance(minutes=1)
    (sender,) = hall.sending.senders
    claim = partial(hall.notices.claim, ROBOT, clock.now(), LEASE, sender.way.gathers)
    for row in waiting:
        with database.write(hall.database) as connection:
            held = select(notice.c.notice_id).where(notice.c.notice_id == row.notice_id)
            connection.execute(held.with_for_update())
            assert claim() == []
    assert [one.notice_id for one in claim()] == [one.notice_id for one in waiting]
