"""The hash chain names every change to what was stored."""

import hashlib

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from bancheng.infra import database
from bancheng.infra.chain import GENESIS, link
from bancheng.infra.recorder import Recorder
from bancheng.infra.schema import create_schema, event
from support.tampering import tamper

TOPIC = "test.note"


def fill(recorder, stream="ticket-1", versions=range(1, 6)):
    recorder.insert_events(
        [StoredEvent(stream, version, TOPIC, b"note %d" % version) for version in versions]
    )


@pytest.fixture(params=["sha256", "sm3"])
def recorder(engine, request):
    recorder = Recorder(engine, algorithm=request.param)
    fill(recorder)
    assert recorder.verify_chain("ticket-1") == []
    return recorder


@pytest.mark.parametrize("change", [update(event).values(state=b"forged"), delete(event)])
def test_the_database_refuses_to_change_or_remove_an_event(engine, recorder, change):
    before = recorder.select_notifications(None, 10)
    refused = pytest.raises(DBAPIError, match="neither changed nor removed")
    with refused, database.write(engine) as connection:
        connection.execute(change.where(event.c.version == 5))
    assert recorder.select_notifications(None, 10) == before


def test_postgresql_refuses_to_empty_the_log(postgresql):
    engine = database.connect(postgresql)
    create_schema(engine)
    refused = pytest.raises(DBAPIError, match="neither changed nor removed")
    with refused, database.write(engine) as connection:
        connection.execute(text("TRUNCATE event"))
    engine.dispose()


@pytest.mark.parametrize(
    "values", [{"state": b"another"}, {"topic": "test.other"}, {"hash": bytes(32)}]
)
def test_a_changed_event_is_named(engine, recorder, values):
    tamper(engine, 3, **values)
    assert recorder.verify_chain("ticket-1")[0] == 3


def test_an_event_changed_together_with_its_hash_breaks_the_next_one(engine, recorder):
    rows = {row.version: row for row in recorder._pages("ticket-1")}
    forged = link(rows[3].hash_algorithm, rows[2].hash, "ticket-1", (3, TOPIC, b"forged"))
    tamper(engine, 3, state=b"forged", hash=forged)
    assert recorder.verify_chain("ticket-1") == [4]


@pytest.mark.parametrize(("removed", "broken"), [(1, 2), (3, 4)])
def test_a_removed_event_is_missed_by_its_successor(engine, recorder, removed, broken):
    tamper(engine, removed, statement=delete)
    assert recorder.verify_chain("ticket-1") == [broken]


def test_an_event_moved_to_another_stream_is_named(engine, recorder):
    tamper(engine, 1, stream_id="ticket-2")
    assert recorder.verify_chain("ticket-2") == [1]


def test_an_unknown_algorithm_is_a_broken_link_and_not_a_crash(engine, recorder):
    tamper(engine, 3, hash_algorithm="md5")
    assert recorder.verify_chain("ticket-1") == [3]


def test_the_algorithm_may_change_within_a_stream(engine, recorder):
    for version, algorithm in ((6, "sm3"), (7, "sha256"), (8, "sm3")):
        fill(Recorder(engine, algorithm=algorithm), versions=[version])
    assert recorder.verify_chain("ticket-1") == []
    assert [row.hash_algorithm for row in recorder._pages("ticket-1")][-3:] == [
        "sm3",
        "sha256",
        "sm3",
    ]


def test_a_long_stream_is_verified_over_page_borders(engine):
    recorder = Recorder(engine)
    fill(recorder, versions=range(1, 1203))
    assert recorder.verify_chain("ticket-1") == []
    tamper(engine, 1001, state=b"forged")
    assert recorder.verify_chain("ticket-1") == [1001]


def test_the_chain_goes_on_after_a_rollback_and_a_conflict(engine, recorder):
    with database.write(engine) as connection:
        recorder.insert_events(
            [StoredEvent("ticket-1", 6, TOPIC, b"rolled back")], connection=connection
        )
        connection.rollback()
    with pytest.raises(IntegrityError):
        fill(recorder, versions=[5, 6])
    fill(recorder, versions=[6, 7])
    assert recorder.verify_chain("ticket-1") == []


def test_a_stream_has_no_gap(recorder):
    with pytest.raises(IntegrityError):
        fill(recorder, versions=[7])
    with pytest.raises(IntegrityError):
        fill(recorder, versions=[6, 8])


def test_an_append_joins_the_transaction_of_the_connection_it_is_given(engine, recorder):
    with database.write(engine) as connection:
        recorder.insert_events(
            [StoredEvent("ticket-1", 6, TOPIC, b"joined")], connection=connection
        )
        recorder.insert_events([StoredEvent("ticket-1", 7, TOPIC, b"too")], connection=connection)
    assert [one.state for one in recorder.select_events("ticket-1", gt=5)] == [b"joined", b"too"]
    assert recorder.verify_chain("ticket-1") == []


def test_an_unknown_algorithm_is_refused_at_the_start(engine):
    with pytest.raises(ValueError, match="md5"):
        Recorder(engine, algorithm="md5")


def test_the_bytes_that_are_hashed_never_change():
    """A verifier in another language starts from here; the chain of 2026 must hold in 2046."""
    lengths = b"".join(n.to_bytes(8, "big") for n in (32, 8, 7, 9, 3))
    framed = lengths + bytes(32) + b"ticket-1" + b"test.note" + b"abc"
    assert (
        link("sha256", GENESIS, "ticket-1", (7, "test.note", b"abc"))
        == hashlib.sha256(framed).digest()
    )
    assert (
        link("sm3", GENESIS, "ticket-1", (7, "test.note", b"abc")).hex()
        == "ca9c19f7c00610faf7a1950e701b40b0139730afc614db565f2d9a090d84e8c0"
    )


def test_parts_can_not_flow_into_each_other():
    assert link("sha256", GENESIS, "a", (1, "bc", b"d")) != link(
        "sha256", GENESIS, "ab", (1, "c", b"d")
    )
    assert link("sha256", GENESIS, "a", (1, "b", b"cd")) != link(
        "sha256", GENESIS, "a", (1, "bc", b"d")
    )
