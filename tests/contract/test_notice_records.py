"""The trail has what became of each notice, and one of which it can not have it stops no other."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update
from structlog.testing import capture_logs

from bancheng.bootstrap import Container
from bancheng.domain.notices.events import NoticeEvent, NoticeFailed, NoticeSent
from bancheng.domain.notices.recording import ResendNotice
from bancheng.domain.notices.terms import NoticeChannel, NoticeStatus
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.infra.notice_queue import NoticeQueue
from bancheng.infra.schema import create_schema, store_schema
from bancheng.jobs import notice_records
from bancheng.jobs.notice_records import AGAIN
from bancheng.projections.notices import NoticeRow, notice
from support import backends, halls, noticing
from support.noticing import a_ticket, events, make, rows, send, tell
from support.receivers import HttpReceiver

pytestmark = backends.EACH
WEBHOOK = "webhook:12345"


@pytest.fixture
def hall(
    furnished: str, clock: FixedClock, tmp_path: Path, receiver: HttpReceiver
) -> Iterator[Container]:
    with ExitStack() as opened:
        yield opened.enter_context(
            noticing.hall_with(furnished, clock, tmp_path, webhook=receiver.url)
        )


def webhooks(hall: Container) -> list[NoticeRow]:
    return rows(hall, channel=NoticeChannel.WEBHOOK)


def changed(hall: Container, row: NoticeRow, **values: Any) -> None:
    """Put into the row what no program of ours would."""
    with database.write(hall.database) as connection:
        connection.execute(
            update(notice).where(notice.c.notice_id == row.notice_id).values(**values)
        )


def aside(hall: Container) -> int:
    stages = hall.sweeper.health(hall.clock.now()).stages
    return next(one.aside for one in stages if one.name == "tell")


def test_whoever_dies_before_it_is_noted_as_told_and_sends_again_stops_no_recording(
    hall: Container, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = a_ticket(hall)
    make(hall)
    receiver.answers = [410]
    send(hall, WEBHOOK)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(NoticeQueue, "told", killed)
        with pytest.raises(KeyboardInterrupt):
            hall.telling.go_on()
    (row,) = webhooks(hall)
    halls.act(hall, ResendNotice(matter_id=ticket, notice_id=row.notice_id))
    make(hall)
    tell(hall)
    (row,) = webhooks(hall)
    assert (row.status, row.untold) == (NoticeStatus.WAITING, False)
    send(hall, WEBHOOK)
    tell(hall)
    told = events(hall, ticket, NoticeFailed, NoticeSent)
    assert [type(one) for one in told] == [NoticeFailed, NoticeSent]


def test_one_that_can_not_be_recorded_is_left_aside_and_tried_again_later(
    hall: Container, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_records, "BATCH", 2)
    tickets = [a_ticket(hall) for _ in range(5)]
    make(hall)
    send(hall, WEBHOOK)
    bad, good = webhooks(hall)[:3], webhooks(hall)[3:]
    for row in bad:
        changed(hall, row, sent_at=None)
    with capture_logs() as lines:
        tell(hall)
        tell(hall)
    found = [one for one in lines if one["event"] == "notice_unrecorded"]
    assert [one["notice"] for one in found] == [one.notice_id for one in bad], "each once"
    assert {one["log_level"] for one in found} == {"error"}
    assert [len(events(hall, one, NoticeEvent)) for one in tickets] == [0, 0, 0, 1, 1]
    assert [one.untold for one in webhooks(hall)] == [True] * 3 + [False] * 2
    assert aside(hall) == 3
    changed(hall, bad[0], sent_at=clock.now())
    tell(hall)
    assert aside(hall) == 3
    clock.advance(AGAIN)
    with capture_logs():
        tell(hall)
    (sent,) = events(hall, tickets[0], NoticeSent)
    assert sent.notice_id == bad[0].notice_id
    assert aside(hall) == 2
    assert len(good) == 2


def test_what_the_matter_refuses_is_left_aside_and_not_forgotten(
    hall: Container, clock: FixedClock
) -> None:
    tickets = [a_ticket(hall) for _ in range(2)]
    make(hall)
    send(hall, WEBHOOK)
    first = webhooks(hall)[0]
    changed(hall, first, matter_id="complaint-nowhere")
    with capture_logs() as lines:
        tell(hall)
    assert [one["code"] for one in lines if one["event"] == "notice_unrecorded"] == [
        "MATTER_NOT_FOUND"
    ]
    assert [len(events(hall, one, NoticeEvent)) for one in tickets] == [0, 1]
    assert aside(hall) == 1


def test_an_upgraded_hall_has_nothing_to_tell_of_what_goes_again(
    hall: Container, receiver: HttpReceiver
) -> None:
    a_ticket(hall)
    make(hall)
    (row,) = webhooks(hall)
    changed(hall, row, untold=True)  # as an earlier program left it
    with database.write(hall.database) as connection:
        connection.execute(text("ALTER TABLE notice DROP COLUMN urgent"))
        connection.execute(update(store_schema).values(version=10))
    create_schema(hall.database)
    assert [one.untold for one in webhooks(hall)] == [False]
