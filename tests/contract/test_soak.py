"""No reader misses an event, whatever the writers do; without the watermark it would."""

import re

import pytest

from bancheng.infra.database import connect
from support.notes import opened
from support.soak import Seen, Size, Written, soak

pytestmark = pytest.mark.long
# SQLite has one writer at a time: there, no append can overtake another.
SIZES = {
    "sqlite": Size(writers=3, threads=2, units=300, overtaking=False),
    "postgresql": Size(writers=4, threads=3, units=250, overtaking=True),
}


def test_a_tailing_reader_sees_every_event_once_and_in_order(backend, database):
    size = SIZES[backend]
    written, seen = soak(database, size)
    assert len(written.texts) > size.writers * size.threads * size.units
    assert seen.faults(written) == {}
    assert sorted(written.numbers) == list(range(1, len(written.numbers) + 1))
    streams = {text.partition("/")[0] for text in written.texts}
    with opened(database) as store:
        assert [stream for stream in streams if store.recorder.verify_chain(stream)] == []


def test_without_the_watermark_the_same_soak_misses_events(postgresql):
    with opened(postgresql):
        remove_watermark(postgresql)
    written, seen = soak(postgresql, Size(writers=2, threads=2, units=50, overtaking=True))
    assert "early/1" in seen.faults(written)["missed"]


def remove_watermark(url):
    engine = connect(url)
    with engine.begin() as connection:
        whole = connection.exec_driver_sql(
            "SELECT pg_get_functiondef('append_events'::regproc)"
        ).scalar_one()
        without, removed = re.subn(
            r"_locked := pg_advisory_xact_lock_shared.*?;", "", whole, flags=re.DOTALL
        )
        assert removed == 1
        connection.exec_driver_sql(without)
    engine.dispose()


@pytest.mark.parametrize(
    ("texts", "positions", "fault"),
    [
        (["a/1"], [1], "missed"),
        (["a/1", "a/2", "a/2"], [1, 2, 3], "twice"),
        (["a/1", "a/2", "a/3"], [1, 2, 3], "never committed"),
        (["a/1", "a/2"], [2, 1], "out of order"),
        (["a/2", "a/1"], [1, 2], "within a stream out of order"),
    ],
)
def test_the_soak_would_notice(texts, positions, fault):
    seen = Seen(positions=positions, texts=texts)
    assert fault in seen.faults(Written(texts=["a/1", "a/2"]))
