"""Notices are made of the log, once; no person is in them; nobody is told of what is past."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from bancheng.bootstrap import Container
from bancheng.domain.calls import CallResult
from bancheng.domain.complaint.contact import ContactReporter
from bancheng.domain.complaint.dispatch import SignInWorkOrder
from bancheng.domain.complaint.supervise import StrikeOffTicket
from bancheng.domain.notices.terms import Addressee, NoticeChannel, NoticeStatus
from bancheng.domain.people import FreeText
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.infra.schema import NOTICED, VERSION, bookmark, create_schema, store_schema
from bancheng.projections.notices import notice
from bancheng.projections.registry import PROJECTIONS
from support import backends, builders, halls, noticing
from support.noticing import PHONE, a_dispatched, make, rows

pytestmark = backends.EACH


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        noticing.furnish(container)
        yield container


def told(hall: Container, **of: Any) -> list[tuple[str, str]]:
    return [(one.of_topic, one.status.value) for one in rows(hall, **of)]


def test_a_hall_without_anything_set_up_has_screen_and_telephone_list(hall: Container) -> None:
    ticket = a_dispatched(hall)
    make(hall)
    assert told(hall, addressee=Addressee.CITIZEN) == [
        ("complaint.ticket-accepted", "to_call"),
        ("complaint.work-order-dispatched", "to_call"),
    ]
    assert told(hall, unit="RS") == [("complaint.work-order-dispatched", "shown")]
    assert {one.matter_id for one in rows(hall)} == {ticket}
    assert {one.channel for one in rows(hall)} == {NoticeChannel.SCREEN, NoticeChannel.PHONE}


def test_it_is_made_once_however_often_the_log_is_read(hall: Container) -> None:
    a_dispatched(hall)
    make(hall)
    before = rows(hall)
    # The bookmark of a process that was slower: what it made is not kept a second time.
    slower = hall.noticing._made(hall.store.read(0, 1000))
    assert not hall.notices.keep(slower, after=0, position=1000)
    assert rows(hall) == before
    # The same from the beginning, as after a power cut that took rows and bookmark together.
    with database.write(hall.database) as connection:
        connection.execute(delete(notice))
        connection.execute(update(bookmark).where(bookmark.c.name == NOTICED).values(position=0))
    make(hall)
    assert [one.notice_id for one in rows(hall)] == [one.notice_id for one in before]
    assert rows(hall) == before


def test_what_fails_between_rows_and_bookmark_leaves_neither(
    hall: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_dispatched(hall)

    def killed(*_: object) -> None:
        raise RuntimeError("killed here")

    with monkeypatch.context() as patched:
        patched.setattr("bancheng.infra.bookmarks.move", killed)
        with pytest.raises(RuntimeError, match="killed here"):
            hall.noticing.go_on()
    assert (rows(hall), hall.notices.position()) == ([], 0)
    make(hall)
    assert len(rows(hall)) > 0


def test_building_anew_makes_none(hall: Container) -> None:
    a_dispatched(hall)
    make(hall)
    before = rows(hall)
    for projection in PROJECTIONS:
        hall.builder.rebuild(projection)
    make(hall)
    assert rows(hall) == before


def test_nothing_about_a_person_is_in_a_row(hall: Container) -> None:
    ticket = a_dispatched(hall)
    make(hall)
    code = hall.store.load(ticket)[0].event.query_code  # type: ignore[attr-defined]
    with hall.database.connect() as connection:
        stored = " ".join(str(row) for row in connection.execute(select(notice)))
    for clear in ("李慕白", PHONE, builders.TEXT.plain or "", code):
        assert clear not in stored


def test_who_can_not_be_called_is_not_on_the_list(hall: Container) -> None:
    a_dispatched(hall, reporter=None)
    make(hall)
    assert rows(hall, addressee=Addressee.CITIZEN) == []


def test_whoever_was_reached_need_not_be_called_for_what_was_before(hall: Container) -> None:
    ticket = a_dispatched(hall)
    make(hall)
    call = ContactReporter(ticket_id=ticket, purpose="contact", call=CallResult.NO_ANSWER,
                           note=FreeText("再拨"))  # fmt: skip
    halls.act(hall, call)
    make(hall)
    assert {one.status for one in rows(hall, channel=NoticeChannel.PHONE)} == {NoticeStatus.TO_CALL}
    reached = ContactReporter(ticket_id=ticket, purpose="contact", call=CallResult.CONNECTED)
    halls.act(hall, reached)
    make(hall)
    called = rows(hall, channel=NoticeChannel.PHONE)
    assert {one.status for one in called} == {NoticeStatus.CALLED}
    assert {one.sent_at for one in called} == {halls.MONDAY}


def test_whoever_was_called_back_is_not_called_for_what_led_to_it(hall: Container) -> None:
    ticket = a_dispatched(hall)
    noticing.acted(hall, ticket, SignInWorkOrder(ticket_id="", order_id=""), by="o1", of="RS")
    noticing.acted(hall, ticket, builders.submitting(), by="o1", of="RS")
    noticing.acted(hall, ticket, builders.calling_back(), by="v1")
    noticing.acted(hall, ticket, builders.passing(), by="v1")
    halls.act(hall, StrikeOffTicket(ticket_id=ticket))
    make(hall)
    called = rows(hall, channel=NoticeChannel.PHONE)
    assert {one.of_topic for one in called if one.status is NoticeStatus.CALLED} >= {
        "complaint.ticket-accepted", "complaint.result-submitted",
    }  # fmt: skip
    assert NoticeStatus.TO_CALL not in {one.status for one in called}


def test_whose_data_is_only_kept_is_told_nothing_more(hall: Container) -> None:
    ticket = noticing.refused(hall)
    make(hall)
    (to_call,) = rows(hall, channel=NoticeChannel.PHONE)
    assert to_call.status is NoticeStatus.TO_CALL
    noticing.restrict(hall, ticket)
    make(hall)
    (dropped,) = rows(hall, channel=NoticeChannel.PHONE)
    assert dropped.status is NoticeStatus.DROPPED


def test_a_hall_of_an_earlier_program_tells_nobody_of_what_is_past(hall: Container) -> None:
    a_dispatched(hall)
    with database.write(hall.database) as connection:
        connection.execute(text("DROP TABLE notice"))
        connection.execute(delete(bookmark).where(bookmark.c.name == NOTICED))
        connection.execute(update(store_schema).values(version=9))
    create_schema(hall.database)
    with database.read(hall.database) as connection:
        assert connection.scalar(select(store_schema.c.version)) == VERSION
    make(hall)
    assert rows(hall) == []
    noticing.refused(hall)
    make(hall)
    about = {"complaint.ticket-reported", "complaint.ticket-refused"}
    assert {one.of_topic for one in rows(hall)} == about
