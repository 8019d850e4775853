"""What is kept long enough goes, and only that; what is gone is told, and the rest is chained."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bancheng.bootstrap import Container
from bancheng.cli.purging import months_before
from bancheng.domain.accesses import Access, AccessKind, Visitor
from bancheng.domain.time_limits.toml_reading import TextError
from bancheng.infra import database
from bancheng.infra.access_purging import AT_ONCE, over
from bancheng.infra.access_verification import Looked, looked_through
from bancheng.infra.clock import FixedClock
from bancheng.infra.rulebooks import load_rulebook
from bancheng.projections.accesses import access_log
from bancheng.projections.tickets.row import ticket
from support.given import ADMIN, BOOK, CLERK, START
from support.halls import hall, report

VISITOR = Visitor(actor=CLERK, address="10.0.0.7")
OPERATOR = Visitor(actor=ADMIN)
LATER = START + timedelta(days=200)


@pytest.fixture
def opened(furnished: str) -> Iterator[Container]:
    with hall(furnished, FixedClock(START)) as container:
        yield container


def looked(container: Container, *matters: str, times: int = 1) -> None:
    for _ in range(times):
        access = Access(kind=AccessKind.VIEWED, visitor=VISITOR, what="ticket", matters=matters)
        container.accesses.record(access)


def purged(container: Container, before: datetime = LATER) -> Sequence[int]:
    """What a purge takes, which is done."""
    with database.read(container.database) as connection:
        positions = over(connection, before, 0)
    if positions:
        container.accesses.purge(positions, OPERATOR, before)
    return positions


def verified(container: Container) -> Looked:
    with database.read(container.accesses._engine) as connection:
        pages = list(looked_through(connection))
    return Looked(
        sum(one.records for one in pages),
        tuple(at for one in pages for at in one.broken),
        tuple(at for one in pages for at in one.purged),
    )


def closed(container: Container, ticket_id: str) -> None:
    with database.write(container.database) as connection:
        connection.execute(
            update(ticket).where(ticket.c.ticket_id == ticket_id).values(closed_at=START)
        )


def taken(container: Container, position: int) -> None:
    """Somebody takes a record away by hand."""
    with database.write(container.accesses._engine) as connection:
        connection.execute(access_log.delete().where(access_log.c.position == position))


def test_what_is_old_goes_and_what_is_not_stays(opened: Container):
    looked(opened, times=3)
    opened.clock.advance(timedelta(days=10))
    looked(opened)

    assert purged(opened, START + timedelta(days=10)) == [1, 2, 3]
    assert purged(opened, START + timedelta(days=10)) == []

    with database.read(opened.database) as connection:
        assert list(connection.scalars(select(access_log.c.position))) == [4, 5]
    assert verified(opened) == Looked(2, (), (1, 2, 3))


def test_a_purge_says_who_took_how_many_from_before_when(opened: Container):
    looked(opened, times=2)
    purged(opened)
    with database.read(opened.database) as connection:
        row = connection.execute(select(access_log)).one()
    assert (row.kind, row.staff_id, row.count) == (AccessKind.PURGED, ADMIN.id, 2)
    assert row.what == "before 2026-09-18T01:00:00Z"
    assert '"through":2,"count":2' in row.asked_for
    assert purged(opened, LATER + timedelta(days=900)) == []  # it stays itself


def test_who_looked_at_a_matter_is_known_as_long_as_it_lives(opened: Container):
    living = report(opened)
    opened.runner.catch_up()
    looked(opened, living)
    looked(opened, "past-case-1")
    looked(opened, "past-case-1", living)

    assert purged(opened) == [2]
    closed(opened, living)
    assert purged(opened) == [1, 3]
    assert verified(opened) == Looked(2, (), (1, 2, 3))


def test_what_somebody_took_is_found_among_what_was_purged(opened: Container):
    living = report(opened)
    opened.runner.catch_up()
    looked(opened)
    looked(opened, living)
    looked(opened)
    assert purged(opened) == [1, 3]
    assert verified(opened).broken == ()

    taken(opened, 2)

    assert verified(opened).broken == (1, 2, 3)


def test_what_somebody_took_beyond_a_purge_is_told_by_its_position(opened: Container):
    looked(opened)
    purged(opened)
    looked(opened, times=2)
    taken(opened, 3)
    assert verified(opened).broken == (3,)


def test_who_takes_the_record_of_a_purge_is_found(opened: Container):
    looked(opened, times=2)
    purged(opened)
    looked(opened)
    taken(opened, 3)
    assert verified(opened).broken == (1, 2, 3)


def test_a_purge_takes_so_many_at_once(opened: Container):
    assert AT_ONCE <= 1000
    with database.read(opened.database) as connection:
        looked(opened, times=3)
        assert over(connection, LATER, 2) in ([3], [])


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2026, 8, 15), 6, date(2026, 2, 15)),
        (date(2026, 3, 1), 6, date(2025, 9, 1)),
        (date(2026, 1, 1), 12, date(2025, 1, 1)),
        (date(2026, 12, 31), 1, date(2026, 11, 30)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, before: date):
    assert months_before(day, months) == before


def test_the_law_wants_six_months_at_least(tmp_path):
    own = tmp_path / "short.toml"
    own.write_text(BOOK.read_text("utf-8").replace("\n[", "\naccess_log_months = 5\n[", 1), "utf-8")
    with pytest.raises(TextError):
        load_rulebook(own)
    assert load_rulebook("national").access_log_months == 6
