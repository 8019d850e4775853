"""Waiting, waking and watching: whoever has written reads it back, and a dead runner is seen."""

import gc
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Semaphore

import pytest
from sqlalchemy.exc import OperationalError

from projections.journeys import history
from projections.views import MemoryLog, Views
from support.given import START

EVENTS = history(3, tickets=4)
HEAD = EVENTS[-1].position
LONG = 30.0


@pytest.fixture
def views(engine):
    return Views(engine, MemoryLog(EVENTS))


@pytest.fixture
def running(views):
    runner = views.runner()
    runner.start()
    yield runner
    runner.stop()


def test_waits_until_the_position_is_applied(views, running):
    assert running.wait(HEAD, timeout=LONG)
    assert len(views.rows()["audit_trail"]) == len(EVENTS)


def test_a_runner_that_follows_is_not_started_a_second_time(running):
    with pytest.raises(RuntimeError, match="follows the log already"):
        running.start()


def test_is_woken_by_an_append_and_also_finds_out_by_itself(views, running):
    assert running.wait(HEAD, timeout=LONG)
    for offset in range(1, 21):
        last = views.log.events[-1]
        views.log.events.append(_copy(last, HEAD + offset))
        if offset % 2:
            running.wake()
        assert running.wait(HEAD + offset, ["audit_trail"], timeout=LONG)


def _copy(recorded, position):
    envelope = recorded.envelope
    return type(recorded)(
        stream_id=f"unit-{position}",
        version=1,
        position=position,
        envelope=envelope,
        event=next(one.event for one in EVENTS if one.stream_id == "unit-RS"),
    )


def test_a_wait_that_is_in_vain_ends(views):
    started = time.monotonic()

    assert not views.runner().wait(HEAD, timeout=0.05)
    assert time.monotonic() - started < LONG


def test_waits_for_what_another_process_applies(views):
    idle, other = views.runner(), views.runner()

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(idle.wait, HEAD, None, LONG)
        other.catch_up()
        assert waiting.result()


def test_does_not_wait_for_what_another_process_found_out_to_be_stopped(views, monkeypatch):
    idle, other = views.runner(), views.runner()

    def fail(*_):
        raise ValueError

    monkeypatch.setattr("bancheng.projections.machine.rows.Rows.new", fail)
    other.catch_up()

    assert not idle.wait(HEAD, ["audit_trail"], timeout=LONG)


def test_many_wait_at_once(views, running):
    with ThreadPoolExecutor(8) as pool:
        waits = [pool.submit(running.wait, one.position, None, LONG) for one in EVENTS]
        assert all(wait.result() for wait in waits)


def test_a8_who_waits_is_told_and_asks_the_database_nothing(views, running, monkeypatch):
    assert running.wait(HEAD, timeout=LONG)
    asked, waiting = [], Semaphore(0)
    still_behind, move = running._still_behind, running._move
    monkeypatch.setattr(
        running, "_still_behind", lambda *them: asked.append(them) or still_behind(*them)
    )
    monkeypatch.setattr(running, "_move", lambda *them: waiting.release() or move(*them))
    with ThreadPoolExecutor(8) as pool:
        waits = [pool.submit(running.wait, HEAD + n, None, LONG) for n in range(1, 9)]
        assert all(waiting.acquire(timeout=LONG) for _ in waits)
        views.log.events += [_copy(views.log.events[-1], HEAD + n) for n in range(1, 9)]
        running.wake()
        assert all(wait.result() for wait in waits)
    assert asked == []


def test_a_failing_database_ends_neither_thread_nor_work(views, monkeypatch):
    failures = iter(range(2))
    read = views.log.read

    def fail_at_first(after, limit):
        if next(failures, None) is not None:
            raise OperationalError("select", None, ValueError("gone"))
        return read(after, limit)

    monkeypatch.setattr(views.log, "read", fail_at_first)
    runner = views.runner()
    runner.start()
    assert runner.wait(HEAD, timeout=LONG)
    runner.stop()


def test_it_can_be_stopped_and_started_again(views):
    runner = views.runner()
    runner.start()
    runner.stop()
    runner.stop()
    runner.start()
    assert runner.wait(HEAD, timeout=LONG)
    runner.stop()


def test_health_is_that_of_the_rows_and_not_of_the_memory(views):
    dead, alive = views.runner(), views.runner()
    oldest = EVENTS[0].envelope.recorded_at
    before = dead.health(oldest + timedelta(seconds=31))

    alive.catch_up()
    after = dead.health(oldest + timedelta(days=365))

    assert {(one.position, one.head, one.behind) for one in before} == {(0, HEAD, HEAD)}
    assert {one.age for one in before} == {timedelta(seconds=31)}
    assert not any(one.is_well() for one in before)
    assert all(one.is_well() for one in dead.health(START + timedelta(seconds=30)))
    assert {(one.position, one.age, one.is_well()) for one in after} == {(HEAD, timedelta(), True)}


def test_a_page_leaves_the_collector_nothing_to_find(engine):
    early, late = EVENTS[:-40], EVENTS[-40:]
    views = Views(engine, MemoryLog(list(early)))
    runner = views.runner()
    runner.catch_up()  # what is made once, such as statements, is not of a page
    views.log.events.extend(late)
    gc.collect()
    gc.disable()
    try:
        runner.catch_up()
        assert gc.collect() < len(late)
    finally:
        gc.enable()
