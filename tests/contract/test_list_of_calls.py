"""On the list of calls is who is still to be called, whatever came before they got onto it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from bancheng.bootstrap import Container
from bancheng.domain.calls import CallResult
from bancheng.domain.complaint.contact import ContactReporter
from bancheng.domain.complaint.dispatch import SignInWorkOrder
from bancheng.domain.complaint.supervise import StrikeOffTicket
from bancheng.domain.notices.terms import Addressee, NoticeChannel, NoticeStatus
from bancheng.domain.people import FreeText, PersonName, Phone, Reporter
from bancheng.infra.clock import FixedClock
from bancheng.infra.notice_queue import NoticeQueue
from bancheng.projections.notices import Made, NoticeRow
from support import backends, builders, halls, noticing, receivers
from support.noticing import a_ticket, make, rows, send

pytestmark = backends.EACH
EVENING = halls.MONDAY + timedelta(hours=11, minutes=30)
MORNING = EVENING + timedelta(hours=12)
LANDLINE = Reporter(name=PersonName("李慕白"), phone=Phone("0475-8230000"))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(EVENING)


@pytest.fixture
def hall(furnished: str, clock: FixedClock, tmp_path: Path) -> Iterator[Container]:
    with (
        receivers.http() as receiver,
        noticing.hall_with(furnished, clock, tmp_path, sms=receiver.url) as container,
    ):
        yield container


def of_citizen(hall: Container) -> list[NoticeRow]:
    return rows(hall, addressee=Addressee.CITIZEN)


def reach(hall: Container, ticket: str, call: CallResult = CallResult.CONNECTED) -> None:
    """Record a call about the ticket."""
    note = FreeText("再拨")
    halls.act(hall, ContactReporter(ticket_id=ticket, purpose="contact", call=call, note=note))


def test_who_was_reached_before_the_number_was_looked_at_is_not_called_again(
    hall: Container, clock: FixedClock
) -> None:
    ticket = a_ticket(hall, reporter=LANDLINE)
    make(hall)
    reach(hall, ticket)
    make(hall)
    assert {one.status for one in of_citizen(hall)} == {NoticeStatus.WAITING}
    clock.set(MORNING)
    send(hall, "sms")
    (row,) = of_citizen(hall)
    assert (row.status, row.channel, row.sent_at) == (
        NoticeStatus.CALLED, NoticeChannel.PHONE, EVENING,
    )  # fmt: skip


def test_who_was_not_reached_is(hall: Container, clock: FixedClock) -> None:
    ticket = a_ticket(hall, reporter=LANDLINE)
    make(hall)
    reach(hall, ticket, CallResult.NO_ANSWER)
    make(hall)
    clock.set(MORNING)
    send(hall, "sms")
    (row,) = of_citizen(hall)
    assert (row.status, row.route) == (NoticeStatus.TO_CALL, "phone")


def test_what_came_after_the_call_is_still_to_be_told(hall: Container, clock: FixedClock) -> None:
    ticket = a_ticket(hall, reporter=LANDLINE)
    reach(hall, ticket)
    noticing.accepting(hall, ticket, expected_version=2)
    make(hall)
    clock.set(MORNING)
    send(hall, "sms")
    assert [(one.of_topic, one.status) for one in of_citizen(hall)] == [
        ("complaint.ticket-reported", NoticeStatus.CALLED),
        ("complaint.ticket-accepted", NoticeStatus.TO_CALL),
    ]


def test_whose_matter_is_over_is_not_called(hall: Container, clock: FixedClock) -> None:
    ticket = noticing.a_dispatched(hall, reporter=LANDLINE)
    signing = SignInWorkOrder(ticket_id="", order_id="")
    noticing.acted(hall, ticket, signing, by="o1", of="RS")
    noticing.acted(hall, ticket, builders.submitting(), by="o1", of="RS")
    noticing.acted(hall, ticket, builders.calling_back(), by="v1")
    noticing.acted(hall, ticket, builders.passing(), by="v1")
    halls.act(hall, StrikeOffTicket(ticket_id=ticket))
    make(hall)
    clock.set(MORNING)
    send(hall, "sms")
    ends = {one.status for one in of_citizen(hall)}
    assert ends == {NoticeStatus.CALLED, NoticeStatus.DROPPED}


def test_a_call_that_is_noted_while_the_number_is_looked_at_is_not_overlooked(
    hall: Container, clock: FixedClock, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if backend == "sqlite":  # one writer: whoever follows the log waits
        return
    ticket = a_ticket(hall, reporter=LANDLINE)
    make(hall)
    clock.set(MORNING)
    to_call, followers = type(hall.notices).to_call, []

    def called_meanwhile(queue: NoticeQueue, row: NoticeRow, so_far: Callable[[], Made]) -> None:
        def read() -> Made:
            found = so_far()  # without the call, which comes now
            reach(hall, ticket)
            followers.append(Thread(target=make, args=(hall,)))
            followers[0].start()
            followers[0].join(timeout=1)  # it would be done if it did not wait for us
            return found

        to_call(queue, row, read)

    monkeypatch.setattr(type(hall.notices), "to_call", called_meanwhile)
    send(hall, "sms")
    followers[0].join()
    (row,) = of_citizen(hall)
    assert row.status is NoticeStatus.CALLED
