"""The access log: what was recorded is there, in one chain, and waits for nobody but its commit."""

from collections.abc import Iterator
from concurrent.futures import wait
from datetime import timedelta

import pytest
from sqlalchemy import Row, select

from bancheng.bootstrap import Container
from bancheng.domain.accesses import Access, AccessKind, Visitor
from bancheng.infra import database
from bancheng.infra.access_chain import digest_of, hash_of
from bancheng.infra.access_tables import access_batch, beside
from bancheng.infra.access_verification import looked_through
from bancheng.infra.chain import GENESIS
from bancheng.infra.clock import FixedClock
from bancheng.infra.ownership import WrongOwner
from bancheng.projections.accesses import access_log, access_matter
from support.given import CLERK, START
from support.halls import hall

VISITOR = Visitor(actor=CLERK, credential_id="session-1", address="10.0.0.7", request_id="r-1")
PATIENCE_SECONDS = 30


@pytest.fixture
def opened(furnished: str) -> Iterator[Container]:
    with hall(furnished, FixedClock(START)) as container:
        yield container


def refused(*matters: str, what: str = "acceptTicket") -> Access:
    return Access(
        kind=AccessKind.REFUSED,
        visitor=VISITOR,
        what=what,
        matters=matters,
        refused="ROLE_MISSING",
    )


def rows(container: Container) -> list[Row]:
    # As every reader of the hall does: the log is read where the ledgers are.
    with database.read(container.database) as connection:
        return list(connection.execute(select(access_log).order_by(access_log.c.position)))


def test_a_record_says_who_stood_where_and_tried_what(opened: Container):
    opened.accesses.record(refused("ticket-2", "ticket-1"))
    (row,) = rows(opened)
    told = row._mapping
    assert {name: told[name] for name in ("position", "accessed_at", "kind", "refused")} == {
        "position": 1, "accessed_at": START, "kind": AccessKind.REFUSED, "refused": "ROLE_MISSING",
    }  # fmt: skip
    assert (row.staff_id, row.staff_name, row.staff_post, row.staff_unit) == (
        CLERK.id, CLERK.name, CLERK.post, CLERK.unit,
    )  # fmt: skip
    assert (row.credential_id, row.address, row.request_id) == ("session-1", "10.0.0.7", "r-1")
    with database.read(opened.database) as connection:
        found = connection.execute(select(access_matter).order_by(access_matter.c.matter_id))
        assert [tuple(one) for one in found] == [("ticket-1", 1), ("ticket-2", 1)]


def test_records_that_come_together_are_committed_together_and_none_is_lost(opened: Container):
    held = database.write(opened.accesses._engine)
    with held as connection:
        connection.execute(select(access_batch))  # the writer has to wait for us
        first = opened.accesses.submit(refused(what="first"))
        while not opened.accesses._waiting.empty():
            pass  # the thread takes it, and waits for the writer
        done = [opened.accesses.submit(refused(what=f"n{n}")) for n in range(50)]
        assert not any(one.done() for one in (first, *done))
    wait([first, *done], PATIENCE_SECONDS)
    assert all(one.result() is None for one in done)
    assert [row.what for row in rows(opened)] == ["first", *(f"n{n}" for n in range(50))]
    with database.read(opened.database) as connection:
        batches = connection.execute(select(access_batch).order_by(access_batch.c.number)).all()
    assert [(one.first_position, one.last_position) for one in batches] == [(1, 1), (2, 51)]


def test_each_batch_is_chained_to_the_one_before_over_what_the_database_gives_back(
    opened: Container,
):
    for nth in range(3):
        opened.clock.advance(milliseconds=1)
        opened.accesses.record(refused("ticket-1", f"case-{nth}"))
    with database.read(opened.database) as connection:
        batches = connection.execute(select(access_batch).order_by(access_batch.c.number)).all()
    previous = GENESIS
    for batch, row, nth in zip(batches, rows(opened), range(3), strict=True):
        values = {**row._mapping, "kind": row.kind.value}
        assert bytes(batch.digests) == digest_of("sha256", values, ["ticket-1", f"case-{nth}"])
        place = batch.number, batch.first_position, bytes(batch.digests)
        previous = hash_of("sha256", previous, *place)
        assert bytes(batch.hash) == previous


def test_one_that_can_not_be_kept_fails_alone(opened: Container):
    with database.write(opened.accesses._engine) as connection:
        connection.execute(select(access_batch))
        first = opened.accesses.submit(refused())
        while not opened.accesses._waiting.empty():
            pass
        bad = opened.accesses.submit(refused("\ud800"))
        good = opened.accesses.submit(refused("ticket-9"))
    wait([first, bad, good], PATIENCE_SECONDS)
    assert isinstance(bad.exception(), UnicodeEncodeError)
    assert (first.exception(), good.exception()) == (None, None)
    assert [row.position for row in rows(opened)] == [1, 2]


def test_what_waits_is_written_before_the_hall_closes(furnished: str):
    with hall(furnished, FixedClock(START)) as container:
        done = [container.accesses.submit(refused()) for _ in range(20)]
    assert all(one.done() for one in done)
    with hall(furnished, FixedClock(START + timedelta(days=1))) as again:
        again.accesses.record(refused())
        assert [row.position for row in rows(again)] == list(range(1, 22))


def test_whoever_does_not_wait_any_more_was_recorded_all_the_same(opened: Container):
    done = opened.accesses.submit(refused())
    assert not done.cancel()
    done.result(PATIENCE_SECONDS)
    assert len(rows(opened)) == 1


def test_two_processes_write_one_chain(furnished: str):
    clock = FixedClock(START)
    with hall(furnished, clock) as one, hall(furnished, clock) as other:
        done = [who.accesses.submit(refused()) for _ in range(40) for who in (one, other)]
        wait(done, PATIENCE_SECONDS)
        assert [row.position for row in rows(one)] == list(range(1, 81))
        with database.read(one.database) as connection:
            batches = connection.execute(select(access_batch).order_by(access_batch.c.number)).all()
    previous = GENESIS
    for nth, batch in enumerate(batches, start=1):
        place = nth, batch.first_position, bytes(batch.digests)
        assert bytes(batch.hash) == (previous := hash_of("sha256", previous, *place))


def test_a_look_does_not_wait_for_the_writer_of_the_hall(opened: Container):
    if database.is_postgresql(opened.database):
        return  # there is not one
    with database.write(opened.database) as connection:
        connection.exec_driver_sql("UPDATE bookmark SET position = position")
        opened.accesses.submit(refused()).result(PATIENCE_SECONDS)


def test_nobody_writes_the_log_through_the_halls_own_connections(opened: Container):
    if database.is_postgresql(opened.database):
        return
    opened.accesses.record(refused())
    with pytest.raises(Exception, match="readonly"), database.read(opened.database) as connection:
        connection.execute(access_log.delete())
    with pytest.raises(Exception, match="no such table"), database.write(opened.database) as own:
        own.execute(access_log.delete())


def test_the_log_of_another_hall_is_refused(opened: Container):
    if database.is_postgresql(opened.database):
        return  # there it lies in the database that the hall has claimed
    with pytest.raises(WrongOwner, match="OTHER"):
        beside(opened.database, "OTHER")


def broken(container: Container) -> list[int]:
    with database.read(container.database) as connection:
        return [one for page in looked_through(connection) for one in page.broken]


@pytest.fixture
def kept(opened: Container) -> Container:
    for nth in range(6):
        opened.clock.advance(seconds=1)
        opened.accesses.record(refused(f"ticket-{nth}", "case-1"))
    return opened


def test_a_log_that_nobody_touched_holds(kept: Container):
    with database.read(kept.database) as connection:
        pages = list(looked_through(connection))
    assert [(page.records, page.broken) for page in pages] == [(6, ())]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE access_log SET staff_id = 'x' WHERE position = 3", [3]),
        ("UPDATE access_log SET refused = NULL WHERE position = 1", [1]),
        ("DELETE FROM access_log WHERE position = 4", [4]),
        ("DELETE FROM access_matter WHERE position = 2 AND matter_id = 'case-1'", [2]),
        ("INSERT INTO access_matter VALUES ('case-9', 5)", [5]),
        ("DELETE FROM access_batch WHERE number = 3", [3, 4]),
        ("UPDATE access_batch SET hash = digests WHERE number = 2", [2, 3]),
        ("UPDATE access_batch SET hash_algorithm = 'sm3' WHERE number = 6", [6]),
        ("UPDATE access_matter SET position = 6 WHERE matter_id = 'ticket-4'", [5, 6]),
    ],
)  # fmt: skip
def test_what_was_changed_removed_or_added_behind_the_programs_back_is_found(
    kept: Container, change: str, found: list[int]
):
    assert broken(kept) == []
    with database.write(kept.accesses._engine) as connection:
        connection.exec_driver_sql(change)
    assert broken(kept) == found
