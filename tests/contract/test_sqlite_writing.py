"""SQLite's one writing connection: what goes through SQLAlchemy and past it is one transaction."""

import sqlite3

import pytest
from eventsourcing.persistence import StoredEvent
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from bancheng.infra import database
from bancheng.infra.recorder import Recorder
from bancheng.infra.schema import register
from support import backends


@pytest.fixture
def recorder():
    with backends.furnished("sqlite") as url:
        engine = database.connect(url)
        yield Recorder(engine)
        engine.dispose()


def append(recorder, connection):
    """Past SQLAlchemy."""
    recorder.insert_events([StoredEvent("ticket-1", 1, "test.note", b"")], connection=connection)


def count(_recorder, connection):
    """Through SQLAlchemy."""
    row = {"hall": "XC", "ledger": "L", "year": 2026, "last_number": 1}
    connection.execute(insert(register).values(row))


def stored(recorder):
    """How many events and how many registers there are."""
    with database.read(recorder.engine) as connection:
        numbers = len(connection.execute(select(register)).all())
    return len(recorder.select_notifications(None, 10)), numbers


@pytest.mark.parametrize("ways", [(append, count), (count, append)])
def test_both_ways_are_one_transaction_whichever_is_first(recorder, ways):
    with database.write(recorder.engine) as connection:
        for way in ways:
            way(recorder, connection)
            assert stored(recorder) == (0, 0)
        connection.rollback()
        assert not connection.driver.in_transaction
    assert stored(recorder) == (0, 0)
    with database.write(recorder.engine) as connection:
        for way in ways:
            way(recorder, connection)
    assert stored(recorder) == (1, 1)


class Failing:
    """A driver's connection of which one method fails."""

    def __init__(self, driver, *methods):
        self._driver = driver
        self._methods = methods

    def __getattr__(self, name):
        return self._fail if name in self._methods else getattr(self._driver, name)

    def _fail(self):
        raise sqlite3.OperationalError("disk I/O error")


def test_a_commit_that_fails_stores_nothing_and_says_so(recorder):
    refused = pytest.raises(OperationalError, match="disk I/O error")
    with refused, database.write(recorder.engine) as connection:
        intact, connection.driver = connection.driver, Failing(connection.driver, "commit")
        append(recorder, connection)
    connection.driver = intact
    assert stored(recorder) == (0, 0)
    with database.write(recorder.engine) as connection:
        count(recorder, connection)
    assert stored(recorder) == (0, 1)


@pytest.mark.parametrize("disposed", [False, True])
def test_what_could_not_be_rolled_back_is_not_committed_with_the_next(recorder, disposed):
    refused = pytest.raises(sqlite3.OperationalError, match="disk I/O error")
    with refused, database.write(recorder.engine) as connection:
        connection.driver = Failing(connection.driver, "commit", "rollback")
        append(recorder, connection)
    if disposed:
        recorder.engine.dispose()
    with database.write(recorder.engine) as connection:
        count(recorder, connection)
    assert stored(recorder) == (0, 1)
