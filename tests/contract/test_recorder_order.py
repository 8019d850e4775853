"""The in-flight watermark on PostgreSQL: readers stay below what may still appear (ADR 0004)."""

import pytest
from eventsourcing.persistence import StoredEvent
from sqlalchemy import make_url, text
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError

from bancheng.infra import database
from bancheng.infra.database import connect
from bancheng.infra.recorder import Recorder
from bancheng.infra.schema import create_schema


def note(stream, version=1):
    return StoredEvent(stream, version, "test.note", b"")


@pytest.fixture
def opened(postgresql):
    """Opens recorders, each with connections of its own, and closes them at the end."""
    engines = []

    def open_recorder(url=postgresql):
        engines.append(connect(url))
        create_schema(engines[-1])
        return Recorder(engines[-1])

    yield open_recorder
    for engine in engines:
        engine.dispose()


@pytest.fixture
def recorder(opened):
    return opened()


def seen(recorder):
    return [each.originator_id for each in recorder.select_notifications(None, 100)]


def test_nothing_behind_an_open_append_is_seen_until_it_ends(recorder):
    recorder.insert_events([note("first")])
    with database.write(recorder.engine) as open_append:
        recorder.insert_events([note("early")], connection=open_append)
        recorder.insert_events([note("late")])
        assert seen(recorder) == ["first"]
        assert recorder.max_notification_id() == 1
    assert seen(recorder) == ["first", "early", "late"]


def test_the_very_first_append_holds_readers_back_too(recorder):
    with database.write(recorder.engine) as open_append:
        recorder.insert_events([note("early")], connection=open_append)
        recorder.insert_events([note("late")])
        assert seen(recorder) == []
        assert recorder.max_notification_id() is None
    assert seen(recorder) == ["early", "late"]


def test_an_append_that_is_rolled_back_holds_nobody_back(recorder):
    with database.write(recorder.engine) as open_append:
        recorder.insert_events([note("early")], connection=open_append)
        recorder.insert_events([note("late")])
        open_append.rollback()
        assert seen(recorder) == ["late"]
    assert recorder.max_notification_id() == 2


def test_a_second_append_of_a_transaction_does_not_lift_its_watermark(recorder):
    with database.write(recorder.engine) as open_append:
        recorder.insert_events([note("early")], connection=open_append)
        recorder.insert_events([note("late")])
        recorder.insert_events([note("early", 2)], connection=open_append)
        assert seen(recorder) == []
    assert seen(recorder) == ["early", "late", "early"]


def test_the_events_of_one_append_follow_each_other(recorder):
    given = [note("a"), note("a", 2), note("b"), note("a", 3), note("b", 2)]
    positions = recorder.insert_events(given)
    assert positions == sorted(positions)
    found = recorder.select_notifications(None, 10)
    assert [(each.originator_id, each.originator_version) for each in found] == [
        (each.originator_id, each.originator_version) for each in given
    ]


def held_lock(engine, statement):
    """A connection that holds the lock that ``statement`` takes."""
    connection = engine.connect()
    connection.execute(text(statement))
    return connection


def test_locks_of_other_programs_hold_nobody_back(recorder):
    recorder.insert_events([note("first")])
    for statement in (
        "SELECT pg_advisory_xact_lock_shared(0)",
        "SELECT pg_advisory_xact_lock_shared(77)",
        "SELECT pg_advisory_xact_lock_shared(0, 0)",
        "SELECT pg_advisory_xact_lock(-1)",
    ):
        with held_lock(recorder.engine, statement):
            assert seen(recorder) == ["first"]


def test_locks_in_other_databases_hold_nobody_back(recorder, opened, postgresql):
    recorder.insert_events([note("first")])
    with database.write(recorder.engine) as open_append:
        recorder.insert_events([note("early")], connection=open_append)
        key = open_append.scalar(text(
            "SELECT classid::bigint << 32 | objid::bigint FROM pg_locks"
            " WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        ))  # fmt: skip
    elsewhere = connect(make_url(postgresql).set(database="postgres").render_as_string())
    with held_lock(elsewhere, f"SELECT pg_advisory_xact_lock_shared({key})"):
        assert seen(recorder) == ["first", "early"]
    with held_lock(recorder.engine, f"SELECT pg_advisory_xact_lock_shared({key})"):
        assert seen(recorder) == ["first"]
    elsewhere.dispose()


@pytest.fixture
def neighbours(opened, postgresql):
    """Two applications in one database, each in a schema of its own."""
    admin = connect(postgresql)
    with admin.begin() as connection:
        for schema in ("hall_a", '"Hall B"'):
            connection.execute(text(f"CREATE SCHEMA {schema}"))
    admin.dispose()
    paths = ("-csearch_path=hall_a", '-csearch_path="Hall\\ B",hall_a')
    return [opened(make_url(postgresql).update_query_dict({"options": path})) for path in paths]


def test_two_applications_in_one_database_keep_their_logs_apart(neighbours):
    first, second = neighbours
    first.insert_events([note("a")])
    second.insert_events([note("b")])
    assert (seen(first), seen(second)) == (["a"], ["b"])


def test_a_neighbours_open_append_holds_nobody_back(neighbours):
    first, second = neighbours
    with database.write(first.engine) as open_append:
        first.insert_events([note("a")], connection=open_append)
        second.insert_events([note("b")])
        assert (seen(first), seen(second)) == ([], ["b"])


def test_a_reader_with_one_snapshot_for_all_is_refused(recorder):
    one_snapshot = recorder.engine.execution_options(isolation_level="REPEATABLE READ")
    with pytest.raises(DBAPIError, match="read committed"):
        Recorder(one_snapshot).max_notification_id()


def test_an_append_is_one_call_however_many_events(recorder):
    with database.write(recorder.engine) as connection:
        connection.execute(text("SET LOCAL track_functions = 'pl'"))
        recorder.insert_events([note("a", n) for n in range(1, 101)], connection=connection)
        calls = connection.scalar(text(
            "SELECT calls FROM pg_stat_xact_user_functions WHERE funcname = 'append_events'"
        ))  # fmt: skip
    assert calls == 1


def test_an_append_neither_notifies_nor_locks_anybody_out(recorder):
    with database.write(recorder.engine) as connection:
        recorder.insert_events([note("a")], connection=connection)
        modes = connection.scalars(text(
            "SELECT DISTINCT mode FROM pg_locks WHERE pid = pg_backend_pid()"
            " AND locktype IN ('advisory', 'relation', 'object')"
        ))  # fmt: skip
        assert set(modes) <= {"AccessShareLock", "RowExclusiveLock", "ShareLock"}


def test_a_page_is_not_sorted_out_of_the_whole_log_before_anybody_counted_it(recorder):
    recorder.insert_events([note("long", version) for version in range(1, 3001)])
    asked = []
    listen(recorder.engine, "before_cursor_execute", lambda *found: asked.append(found[2:4]))
    assert len(recorder.select_notifications(1, 10)) == 10
    statement, parameters = asked[-1]
    with database.read(recorder.engine) as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
    assert "event.position" in statement
    assert "Sort" not in "".join(plan)
