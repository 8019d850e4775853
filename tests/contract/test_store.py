"""The store: one transaction holds everything a command does, on every backend."""

from contextlib import suppress

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bancheng.app.ports import Answer, Asked, Register
from bancheng.domain.errors import Conflict
from bancheng.infra.sqlite import WritingConnection
from bancheng.infra.store import Store
from support.notes import REGISTER, NoteCodec, asked, notes


@pytest.fixture
def store(engine):
    return Store(engine, NoteCodec())


def write(store, stream, version, *texts, key=None):
    with store.unit() as unit:
        return unit.append(stream, version, notes(*texts), asked(key))


def number(store):
    with store.unit() as unit:
        return unit.next_number(REGISTER)


def texts(recorded):
    return [each.event.text for each in recorded]


def test_a_stream_comes_back_in_order(store):
    first = write(store, "ticket-1", 0, "a", "b")
    second = write(store, "ticket-1", 2, "c")
    found = store.load("ticket-1")
    assert texts(found) == ["a", "b", "c"]
    assert [each.version for each in found] == [1, 2, 3]
    assert [each.stream_id for each in found] == ["ticket-1"] * 3
    assert (first.version, second.version) == (2, 3)
    assert [found[1].position, found[2].position] == [first.position, second.position]
    assert store.load("ticket-2") == []


@pytest.mark.parametrize("expected", [0, 1, 3, 99])
def test_a_stream_that_has_moved_on_is_a_conflict(store, expected):
    write(store, "ticket-1", 0, "a", "b")
    with pytest.raises(Conflict) as refused:
        write(store, "ticket-1", expected, "late")
    assert refused.value.code == "VERSION_CONFLICT"
    assert texts(store.load("ticket-1")) == ["a", "b"]


def test_a_conflict_is_seen_by_a_store_that_has_not_read_the_stream(store, engine):
    write(store, "ticket-1", 0, "a")
    other = Store(engine, NoteCodec())
    with pytest.raises(Conflict, match="VERSION_CONFLICT"):
        write(other, "ticket-1", 5, "gap")
    write(other, "ticket-1", 1, "b")
    with pytest.raises(Conflict, match="VERSION_CONFLICT"):
        write(store, "ticket-1", 1, "stale")
    write(store, "ticket-1", 2, "c")
    assert texts(store.load("ticket-1")) == ["a", "b", "c"]
    assert store.recorder.verify_chain("ticket-1") == []


def test_several_streams_join_one_unit(store):
    with store.unit() as unit:
        unit.append("ticket-1", 0, notes("a"), asked())
        unit.append("ticket-2", 0, notes("b"), asked())
        unit.append("ticket-1", 1, notes("c"), asked())
    log = store.read(0, 10)
    assert texts(log) == ["a", "b", "c"]
    assert store.at([log[2].position, log[0].position, log[2].position + 1]) == [log[0], log[2]]
    assert store.at([]) == []
    assert store.recorder.verify_chain("ticket-1") == []


@pytest.mark.parametrize("ending", [ZeroDivisionError, Conflict])
def test_what_fails_leaves_nothing_and_gives_its_number_back(store, ending):
    write(store, "ticket-1", 0, "a")
    request = asked()

    def fail():
        with store.unit() as unit:
            assert unit.next_number(REGISTER) == 1
            unit.append("ticket-2", 0, notes("b"), request)
            if ending is Conflict:
                unit.append("ticket-1", 0, notes("c"), asked())
            raise ZeroDivisionError

    with pytest.raises(ending):
        fail()
    assert texts(store.read(0, 10)) == ["a"]
    assert store.load("ticket-2") == []
    assert store.answered(request) is None
    assert [number(store), number(store)] == [1, 2]
    write(store, "ticket-2", 0, "again")
    assert store.recorder.verify_chain("ticket-2") == []


def test_each_hall_ledger_and_year_has_its_own_numbers(store):
    others = [
        Register(hall="YQ", ledger="BBCS", year=2026),
        Register(hall="XC", ledger="BJ", year=2026),
        Register(hall="XC", ledger="BBCS", year=2027),
    ]
    with store.unit() as unit:
        assert [unit.next_number(REGISTER), unit.next_number(REGISTER)] == [1, 2]
        assert [unit.next_number(other) for other in others] == [1, 1, 1]


def test_a_key_is_answered_with_what_it_did(store):
    request = Asked(key="k", fingerprint="report the lamp")
    assert store.answered(request) is None
    with store.unit() as unit:
        answer = unit.append("ticket-1", 0, notes("a", "b"), request)
    assert store.answered(request) == answer
    assert answer == Answer(stream_id="ticket-1", version=2, position=store.head())
    assert (store.stream_under("k"), store.stream_under("other")) == ("ticket-1", None)
    with pytest.raises(Conflict) as refused:
        store.answered(Asked(key="k", fingerprint="strike it off"))
    assert refused.value.code == "KEY_REUSED"


@pytest.mark.parametrize(("stream", "version"), [("ticket-2", 0), ("ticket-1", 0), ("ticket-1", 1)])
def test_a_used_key_is_refused_wherever_it_is_used(store, stream, version):
    write(store, "ticket-1", 0, "a", key="k")
    with pytest.raises(Conflict) as refused:
        write(store, stream, version, "b", key="k")
    assert refused.value.code == "KEY_REUSED"
    assert texts(store.read(0, 10)) == ["a"]


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_conflict_that_the_caller_passes_over_still_ends_the_unit(store, goes_on):
    write(store, "ticket-1", 0, "a")

    def pass_over():
        with store.unit() as unit:
            unit.append("ticket-2", 0, notes("lost"), asked())
            with suppress(Conflict):
                unit.append("ticket-1", 0, notes("late"), asked())
            if goes_on:
                unit.append("ticket-3", 0, notes("after the end"), asked())

    with pytest.raises(Conflict, match="VERSION_CONFLICT"):
        pass_over()
    assert texts(store.read(0, 10)) == ["a"]


@pytest.mark.parametrize("size", [0, 1001])
def test_an_append_of_nothing_or_of_too_much_is_refused(store, size):
    with pytest.raises(ValueError, match="1000"):
        write(store, "ticket-1", 0, *(["x"] * size))
    assert store.head() == 0


def test_the_log_is_read_in_pages(store):
    for serial in range(5):
        write(store, f"ticket-{serial}", 0, str(serial))
    seen, after = [], 0
    while page := store.read(after, 2):
        assert len(page) <= 2
        seen += texts(page)
        after = page[-1].position
    assert seen == ["0", "1", "2", "3", "4"]
    assert after == store.head()


def test_the_head_of_an_empty_log_is_zero(store):
    assert store.head() == 0
    assert store.read(0, 10) == []


def test_readers_are_woken_after_the_commit_and_only_by_an_append(store):
    woken = []
    store.on_append(lambda: woken.append(store.head()))
    with store.unit() as unit:
        unit.next_number(REGISTER)
    assert woken == []
    with store.unit() as unit:
        answer = unit.append("ticket-1", 0, notes("a"), asked())
        assert woken == []
    assert woken == [answer.position]
    with pytest.raises(Conflict):
        write(store, "ticket-1", 0, "late")
    assert woken == [answer.position]


# Whether commits wait for the disk, and a number that moves when there is something to wait for.
WAITS = {
    "sqlite": "SELECT synchronous = 2, total_changes() FROM pragma_synchronous",
    "postgresql": "SELECT current_setting('synchronous_commit') = 'on',"
    " pg_current_xact_id_if_assigned()::text",
}


@pytest.fixture
def waits(engine, backend, monkeypatch):
    """For each commit that changed something whether it waited for the disk."""
    found, moved = [], [None]

    def look(connection):
        driver = connection.connection.driver_connection
        durable, number = driver.execute(WAITS[backend]).fetchone()
        if number != moved[-1]:
            found.append(bool(durable))
            moved.append(number)

    def looked_at(commit):
        return lambda connection: (look(connection), commit(connection))

    for cls in (Connection, WritingConnection):
        monkeypatch.setattr(cls, "commit", looked_at(cls.commit))
    return found


def test_each_unit_waits_for_the_disk_and_in_bulk_only_the_end(store, waits):
    write(store, "ticket-1", 0, "a")
    with store.in_bulk() as bulk:
        for version in range(1, 4):
            write(bulk, "ticket-1", version, "b")
        assert waits == [True, False, False, False]
    assert waits == [True, False, False, False, True]
    write(store, "ticket-1", 4, "c")
    assert waits[5:] == [True]


def test_what_is_stored_in_bulk_is_there_at_once_and_stays_if_the_rest_fails(store, waits):
    woken = []
    store.on_append(lambda: woken.append(store.head()))

    def fail():
        with store.in_bulk() as bulk:
            answer = write(bulk, "ticket-1", 0, "a")
            assert woken == [answer.position]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert texts(store.read(0, 10)) == ["a"]
    assert waits == [False]
    with store.in_bulk():
        """Nothing is new to whoever repeats it, and yet it has not reached the disk so far."""
    assert waits == [False, True]


class TakenKeys(NoteCodec):
    """A codec whose new key somebody else has made first."""

    def flush(self, connection):
        raise IntegrityError("INSERT INTO person_key", None, ValueError("UNIQUE"))


def test_a_key_that_somebody_else_made_first_is_a_conflict(engine):
    store = Store(engine, TakenKeys())
    with pytest.raises(Conflict) as refused:
        write(store, "ticket-1", 0, "a")
    assert refused.value.code == "VERSION_CONFLICT"
    assert store.head() == 0


def test_the_codec_hears_how_its_transaction_ended(engine):
    codec = NoteCodec()
    store = Store(engine, codec)
    write(store, "ticket-1", 0, "a")
    assert (codec.published_count, codec.forgotten_count) == (1, 0)
    with pytest.raises(Conflict):
        write(store, "ticket-1", 0, "late")
    assert (codec.published_count, codec.forgotten_count) == (1, 1)
