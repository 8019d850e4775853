"""Nobody is told outside their hours, whenever a process lives, and what is urgent stays so."""

from datetime import datetime, timedelta

from sqlalchemy import inspect, select, text, update

from bancheng.domain.notices.terms import NoticeChannel, NoticeStatus
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.infra.schema import VERSION, create_schema, store_schema
from support import backends, halls, noticing
from support.noticing import HallWith, a_dispatched, a_ticket, make, rows, send
from support.receivers import HttpReceiver

pytestmark = backends.EACH
UNIT = "robot:人社"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of March 2026, of which the 2nd is a Monday, by the hall's clock."""
    ahead = timedelta(days=day - 2, hours=hour - 9, minutes=minute)
    return halls.MONDAY + ahead


def test_nobody_is_woken_by_what_was_due_in_the_evening_while_no_process_was_there(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    clock.set(at(2, 19, 30))
    hall = hall_with(sms=receiver.url)
    a_ticket(hall)
    make(hall)
    clock.set(at(3, 2, 30))
    assert send(hall, "sms") == 0
    (row,) = rows(hall, channel=NoticeChannel.SMS)
    assert (row.status, row.notify_at, row.tries) == (NoticeStatus.WAITING, at(3, 8), 0)
    clock.set(at(3, 8))
    assert send(hall, "sms") == 1
    (row,) = rows(hall, channel=NoticeChannel.SMS)
    assert (row.status, row.tries) == (NoticeStatus.SENT, 1)
    assert len(receiver.heard) == 1


def test_whoever_died_in_the_evening_is_not_followed_at_night(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    clock.set(at(2, 19, 59))
    hall = hall_with(sms=receiver.url)
    a_ticket(hall)
    make(hall)
    (sender,) = hall.sending.senders
    lease = timedelta(minutes=3)
    assert len(hall.notices.claim("sms", clock.now(), lease, sender.way.gathers)) == 1
    clock.set(at(2, 20, 5))  # its lease is over
    assert send(hall, "sms") == 0
    clock.set(at(3, 8))
    assert send(hall, "sms") == 1


def test_an_urgent_notice_is_tried_again_after_hours_as_it_was_told_after_hours(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    clock.set(at(6, 19))  # Friday
    hall = hall_with(dingtalk=receiver.url + "?access_token=t")
    a_dispatched(hall)
    make(hall)
    receiver.answers = [503]
    assert send(hall, UNIT) == 1
    (row,) = rows(hall, channel=NoticeChannel.ROBOT)
    assert (row.status, row.notify_at) == (NoticeStatus.WAITING, at(6, 19) + timedelta(seconds=30))
    clock.advance(minutes=1)
    assert send(hall, UNIT) == 1
    (row,) = rows(hall, channel=NoticeChannel.ROBOT)
    assert (row.status, row.tries) == (NoticeStatus.SENT, 2)


def test_what_is_urgent_takes_nothing_along_that_is_not(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    clock.set(at(6, 10))
    hall = hall_with(dingtalk=receiver.url + "?access_token=t")
    noticing.reassigned(hall)
    make(hall)
    assert send(hall, UNIT) == 1  # the order at once; that it went to others, at the next slot
    clock.set(at(7, 12))  # nobody sent on Friday
    a_dispatched(hall)
    make(hall)
    assert send(hall, UNIT) == 1
    assert "新派单" in receiver.heard[-1].told["text"]["content"]
    assert "改派" not in receiver.heard[-1].told["text"]["content"]
    clock.set(at(9, 9))
    assert send(hall, UNIT) == 1
    assert "改派" in receiver.heard[-1].told["text"]["content"]


def test_an_upgraded_hall_sends_what_an_earlier_program_made(
    hall_with: HallWith, receiver: HttpReceiver
) -> None:
    hall = hall_with(sms=receiver.url)
    a_ticket(hall)
    make(hall)
    with database.write(hall.database) as connection:
        connection.execute(text("ALTER TABLE notice DROP COLUMN urgent"))
        connection.execute(update(store_schema).values(version=10))
    create_schema(hall.database)
    with database.read(hall.database) as connection:
        assert connection.scalar(select(store_schema.c.version)) == VERSION
        (column,) = (
            one for one in inspect(connection).get_columns("notice") if one["name"] == "urgent"
        )
    assert not column["nullable"]
    assert not any(one.urgent for one in rows(hall))
    assert send(hall, "sms") == 1


def test_what_is_gathered_over_a_weekend_goes_at_the_first_slot_of_the_week(
    hall_with: HallWith, receiver: HttpReceiver, clock: FixedClock
) -> None:
    clock.set(at(6, 16, 30))  # Friday, behind its last slot
    hall = hall_with(dingtalk=receiver.url + "?access_token=t")
    noticing.reassigned(hall)
    make(hall)
    (gathered,) = (one for one in rows(hall, route=UNIT) if "改派" in one.text)
    assert gathered.notify_at == at(9, 11)
    assert send(hall, UNIT) == 1
    clock.set(at(9, 10, 59))
    assert send(hall, UNIT) == 0
    clock.set(at(9, 11))
    assert send(hall, UNIT) == 1
