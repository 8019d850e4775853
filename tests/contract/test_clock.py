"""Clocks stand or go as told, and identifiers sort by the time they were made."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from bancheng.infra.clock import FixedClock, RandomIds, SeededIds, SystemClock

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_the_system_clock_tells_utc_and_goes_on():
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.now() <= clock.now()


def test_a_fixed_clock_moves_only_when_told():
    clock = FixedClock(AT.astimezone(timezone(timedelta(hours=8))))
    assert (clock.now(), clock.now().tzinfo) == (AT, UTC)
    assert clock.advance(days=1, hours=2) == AT + timedelta(days=1, hours=2)
    assert clock.advance(timedelta(hours=-2), minutes=1) == AT + timedelta(days=1, minutes=1)
    assert clock.set(AT) == clock.now() == AT


def test_a_clock_needs_a_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 3, 2))


@pytest.mark.parametrize("make", [RandomIds, lambda clock: SeededIds(7, clock)])
def test_ids_rise_also_while_the_clock_stands_or_steps_back(make):
    clock = FixedClock(AT)
    ids = make(clock)
    made = [ids.new() for _ in range(1000)]
    clock.advance(microseconds=1)
    made.append(ids.new())
    clock.advance(hours=-1)
    made.append(ids.new())
    assert made == sorted(set(made))


def test_an_id_is_a_uuid_of_version_7_that_carries_its_time():
    parsed = UUID(RandomIds(FixedClock(AT)).new())
    assert parsed.version == 7
    assert parsed.variant == "specified in RFC 4122"
    assert parsed.int >> 80 == int(AT.timestamp() * 1000)


def test_ids_of_two_processes_sort_by_time():
    clock = FixedClock(AT)
    one, other = RandomIds(clock), RandomIds(clock)
    made = []
    for ids in (one, other) * 20:
        made.append(ids.new())
        clock.advance(milliseconds=1)
    assert made == sorted(made)


def test_the_same_seed_and_clock_give_the_same_ids():
    one, again = SeededIds(7, FixedClock(AT)), SeededIds(7, FixedClock(AT))
    assert [one.new(), one.query_code()] == [again.new(), again.query_code()]
    assert SeededIds(8, FixedClock(AT)).new() != SeededIds(7, FixedClock(AT)).new()


@pytest.mark.parametrize("make", [RandomIds, lambda clock: SeededIds(7, clock)])
def test_a_query_code_has_ten_digits(make):
    ids = make(FixedClock(AT))
    codes = {ids.query_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 10 and code.isdecimal() for code in codes)


def test_threads_never_get_the_same_id():
    ids, made = RandomIds(FixedClock(AT)), []
    threads = [
        threading.Thread(target=lambda: made.extend(ids.new() for _ in range(500)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2000
