"""Each event changes the rows once: whoever applies it, however the log is cut, whatever dies."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bancheng.infra.database import connect
from bancheng.projections.machine import checkpoints
from projections.journeys import whole_history
from projections.views import MemoryLog, Views
from support import backends

EVENTS = whole_history(3, tickets=6, cases=4)
FEW = whole_history(5, tickets=2, cases=1, steps=8)


@pytest.fixture(scope="module")
def expected():
    """The rows of `FEW`, applied in one go."""
    return _at_once(FEW)


def test_applying_twice_changes_nothing(engine):
    views = Views(engine, MemoryLog(EVENTS)).caught_up()
    once = views.rows()

    assert views.caught_up().rows() == once
    assert len(once["audit_trail"]) == len(EVENTS)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 1000))
def test_any_split_into_batches_gives_the_same_rows(expected, seed):
    chance = Random(seed)
    with backends.furnished("sqlite") as url:
        engine = connect(url)
        log = MemoryLog()
        views = Views(engine, log, batch=chance.randint(1, 9))
        left = list(FEW)
        while left:
            some = chance.randint(1, len(left))
            log.events, left = [*log.events, *left[:some]], left[some:]
            views.caught_up()
        assert views.rows() == expected
        engine.dispose()


def test_both_databases_come_to_the_same_rows(engine, expected):
    assert Views(engine, MemoryLog(FEW), batch=7).caught_up().rows() == expected


def test_told_without_waiting_they_come_to_the_same_rows(engine, expected):
    assert Views(engine, MemoryLog(FEW), batch=7, long_batch=1).caught_up().rows() == expected


@pytest.mark.parametrize("long_batch", [1, 100], ids=["long batches", "short batches"])
def test_two_runners_apply_no_event_twice(engine, long_batch):
    views = Views(engine, MemoryLog(EVENTS), batch=5, long_batch=long_batch)
    runners = [views.runner() for _ in range(3)]

    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda runner: runner.catch_up(), runners))

    rows = views.rows()
    assert len(rows["audit_trail"]) == len(EVENTS)
    with views.database.read() as connection:
        found = checkpoints.find_all(connection).values()
    assert {(place.position, place.poison) for place in found} == {(EVENTS[-1].position, None)}


class Killed(BaseException):
    """What a process sees of its end: nothing after it runs."""


@pytest.mark.parametrize("long_batch", [1, 100], ids=["long batches", "short batches"])
def test_killed_between_apply_and_commit_nothing_is_lost_and_nothing_applied_twice(
    engine, monkeypatch, long_batch
):
    views = Views(engine, MemoryLog(EVENTS), batch=10, long_batch=long_batch)
    runner, chance = views.runner(), Random(1)
    commit = type(engine.connect()).commit

    def die_sometimes(connection):
        if chance.random() < 0.3:
            raise Killed
        commit(connection)

    deaths = 0
    with monkeypatch.context() as patch:
        patch.setattr("sqlalchemy.Connection.commit", die_sometimes)
        for _ in range(40):
            try:
                runner.catch_up()
            except Killed:
                deaths += 1
                runner = views.runner()
    rows = views.caught_up().rows()

    assert deaths > 5
    assert len(rows["audit_trail"]) == len(EVENTS)
    assert rows == _at_once(EVENTS)


def _at_once(events):
    with backends.furnished("sqlite") as url:
        engine = connect(url)
        rows = Views(engine, MemoryLog(events)).caught_up().rows()
        engine.dispose()
        return rows
