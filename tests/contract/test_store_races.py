"""The store under concurrency: what two do at once is done once, and nothing is lost."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import chain

import pytest
from eventsourcing.persistence import StoredEvent
from sqlalchemy import insert, select, update

from bancheng.app.ports import Register
from bancheng.domain.errors import Conflict
from bancheng.infra import database as db
from bancheng.infra.schema import VERSION, SchemaTooNew, create_schema, register, store_schema
from bancheng.infra.store import Store
from bancheng.infra.turnstile import Turnstile
from support import backends
from support.notes import REGISTER, NoteCodec, asked, notes, opened, set_up
from support.processes import processes_of
from support.soak import TakenBack

PATIENCE_SECONDS = 30


@pytest.fixture
def store(engine):
    return Store(engine, NoteCodec())


def at_once(*jobs):
    """Run ``jobs`` in threads that start together; what each returned or raised."""
    gate = threading.Barrier(len(jobs))

    def run(job):
        gate.wait(PATIENCE_SECONDS)
        try:
            return job()
        except (Conflict, TakenBack) as refused:
            return refused

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs, timeout=PATIENCE_SECONDS))


@pytest.mark.parametrize("same_stream", [True, False])
def test_of_two_racing_calls_with_one_key_one_is_stored(store, same_stream):
    def call(key, stream):
        with store.unit() as unit:
            return unit.append(stream, 0, notes("once"), asked(key))

    for turn in range(20):
        streams = [f"t{turn}-{0 if same_stream else n}" for n in range(4)]
        ends = at_once(*(partial(call, f"key-{turn}", stream) for stream in streams))
        refused = [end.code for end in ends if isinstance(end, Conflict)]
        assert refused == ["KEY_REUSED"] * 3
        (answer,) = (end for end in ends if not isinstance(end, Conflict))
        assert store.answered(asked(f"key-{turn}")) == answer
    assert len(store.read(0, 1000)) == 20


def test_of_two_racing_calls_at_one_version_one_is_stored(store):
    def call(version):
        with store.unit() as unit:
            return unit.append("ticket-1", version, notes("x"), asked())

    for version in range(20):
        ends = at_once(*[partial(call, version)] * 3)
        assert sorted(getattr(end, "code", "") for end in ends) == [
            "",
            "VERSION_CONFLICT",
            "VERSION_CONFLICT",
        ]
    assert [each.version for each in store.load("ticket-1")] == list(range(1, 21))
    assert store.recorder.verify_chain("ticket-1") == []


def test_numbers_have_no_gap_whoever_rolls_back(store):
    def draw(seed):
        chance, kept = random.Random(seed), []
        for _ in range(40):
            with suppress(TakenBack):
                with store.unit() as unit:
                    number = unit.next_number(REGISTER)
                    if chance.random() < 0.4:
                        raise TakenBack
                kept.append(number)
        return kept

    numbers = sorted(chain(*at_once(*(partial(draw, seed) for seed in range(4)))))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 60


def test_a_deadlock_is_a_conflict_to_be_tried_again(postgresql):
    halls = [Register(hall=hall, ledger="BBCS", year=2026) for hall in ("XC", "YQ")]
    met = threading.Barrier(2)

    def cross(first, second):
        with store.unit() as unit:
            unit.next_number(first)
            met.wait(PATIENCE_SECONDS)
            return unit.next_number(second)

    with opened(postgresql) as store:
        ends = at_once(partial(cross, *halls), partial(cross, *reversed(halls)))
    assert sorted(map(str, ends)) == ["1", "VERSION_CONFLICT: 本件刚被他人更新"]


def test_several_processes_may_create_the_tables_at_once(database):
    with processes_of(4) as processes:
        found = list(processes.map(set_up, [database] * 4, timeout=PATIENCE_SECONDS))
    assert found == [[VERSION]] * 4


def test_threads_may_create_the_tables_at_once(database):
    assert at_once(*[partial(set_up, database)] * 4) == [[VERSION]] * 4


def test_a_database_of_a_later_program_is_refused(engine):
    with db.write(engine) as connection:
        connection.execute(update(store_schema).values(version=99))
    with pytest.raises(SchemaTooNew, match="请升级程序"):
        create_schema(engine)


@pytest.mark.parametrize("durable", [True, False])
def test_a_write_is_committed_whole_or_not_at_all(engine, durable):
    row = {"hall": "XC", "ledger": "L", "last_number": 1}

    def fail():
        with db.write(engine, durable=durable) as connection:
            connection.execute(insert(register).values(year=2026, **row))
            raise TakenBack

    with pytest.raises(TakenBack):
        fail()
    with db.write(engine, durable=durable) as connection:
        connection.execute(insert(register).values(year=2027, **row))
    with db.read(engine) as connection:
        assert connection.scalars(select(register.c.year)).all() == [2027]


def test_threads_pass_the_turnstile_in_the_order_they_came():
    turnstile, order, threads = Turnstile(PATIENCE_SECONDS), [], []

    def pass_through(number):
        with turnstile:
            order.append(number)

    with turnstile:
        for number in range(8):
            threads.append(threading.Thread(target=pass_through, args=[number]))
            threads[-1].start()
            while len(turnstile._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert order == list(range(8))


def test_the_turnstile_is_not_waited_for_for_ever():
    turnstile = Turnstile(0.05)
    with turnstile, pytest.raises(TimeoutError, match=r"0\.05"):
        turnstile.__enter__()
    with turnstile:
        assert not turnstile._waiting


def test_an_engine_serves_again_after_it_was_disposed(store, engine):
    for version in range(2):
        with store.unit() as unit:
            unit.append("ticket-1", version, notes("x"), asked())
        engine.dispose()
    assert len(store.load("ticket-1")) == 2


def test_an_append_outside_a_write_transaction_is_refused_on_sqlite():
    event = StoredEvent("ticket-1", 1, "test.note", b"")
    with (
        backends.fresh("sqlite") as url,
        opened(url) as store,
        db.read(store.recorder.engine) as reading,
        pytest.raises(TypeError, match=r"database\.write"),
    ):
        store.recorder.insert_events([event], connection=reading)
