"""The past is what it was: what the ledgers showed at a moment they show as of that moment."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import Connection, Table, select

from bancheng.domain.events import Recorded
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.infra.database import connect
from bancheng.projections.cases.codes import code
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.windows import PAGE_MAX, Filter, HoldsAt, LevelAt, Window
from bancheng.projections.machine import spans
from bancheng.projections.machine.base import TimeBasis
from bancheng.projections.registry import LEDGERS, PROJECTIONS
from bancheng.projections.trail import addressee
from projections.views import MemoryLog, Views
from properties import case_course, ticket_course
from properties.walks import Course, ToldLater

COURSES = {"ticket": ticket_course.TICKETS, "case": case_course.CASES}
SEEDS = range(2)
MOMENTS = 2
# Who was addressed is asked when a row of the trail is added, and never of the past; and on a walk
# all visits have the same code.
NOT_ASKED = {addressee, code}
TABLES = [one for each in PROJECTIONS for one in each.tables if one not in NOT_ASKED]
Shown = dict[str, Any]


def walked(course: Course, seed: int) -> ToldLater:
    chance = random.Random(seed)
    return ToldLater(course, [chance.randrange(2**20) for _ in range(30)], changes_at=seed * 5)


def moments_of(walk: ToldLater, seed: int) -> list[datetime]:
    """Some instants between the first event and the last, and those of an event."""
    chance = random.Random(seed)
    first, last = (one.envelope.recorded_at for one in (walk.log[0], walk.log[-1]))
    between = [first + chance.random() * (last - first) for _ in range(MOMENTS)]
    return sorted([*between, chance.choice(walk.log).envelope.recorded_at])


@contextmanager
def hall(log: list[Recorded]) -> Iterator[Views]:
    """The read models of ``log``."""
    with TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{folder}/views.db")
        try:
            yield Views(engine, MemoryLog(log)).caught_up()
        finally:
            engine.dispose()


def shown(connection: Connection, at: datetime, by: TimeBasis = TimeBasis.RECORDED) -> Shown:
    """All that the read models say: rows, pages, and what can be asked of them at an instant."""
    found: Shown = {
        table.name: connection.execute(select(table).order_by(*table.primary_key.columns)).all()
        for table in TABLES
        if _given(table, by)
    }
    for ledger in LEDGERS:
        if not all(_given(table, by) for table in ledger.projection.tables):
            continue
        window = Window(sort=ledger.first_sort, first=PAGE_MAX)
        found[f"page of {ledger.name}"] = ledger.page(connection, ledger.filter(), window)
        for asked, chosen in _lights(ledger, at):
            found[f"{ledger.name} {asked}"] = ledger.page(connection, chosen, window)
    return found


def _given(table: Table, by: TimeBasis) -> bool:
    """What a source tells in an order of its own is not given by the time of occurrence."""
    by_order = {one for each in PROJECTIONS if each.goes_by_order for one in each.tables}
    return by is TimeBasis.RECORDED or table not in by_order


def _lights(ledger: Ledger[Any], at: datetime) -> Iterator[tuple[str, Filter]]:
    for one in ledger.asks:
        if one.kind is LevelAt:
            for level in WarningLevel:
                asked = LevelAt(level=level, now=at)
                yield f"{one.name} {level}", ledger.filter(**{one.name: asked})
        elif one.kind is HoldsAt:
            for holds in (True, False):
                asked = HoldsAt(holds=holds, now=at)
                yield f"{one.name} {holds}", ledger.filter(**{one.name: asked})


def at_hand(views: Views, at: datetime, by: TimeBasis = TimeBasis.RECORDED) -> Shown:
    with views.database.read() as connection:
        return shown(connection, at, by)


@pytest.mark.parametrize("kind", COURSES)
@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_shown_when_the_walk_stopped_is_shown_as_of_then(kind, seed):
    walk = walked(COURSES[kind], seed)
    with hall([]) as views:
        runner, were = views.runner(), {}
        for at in moments_of(walk, seed):
            views.log.events = [one for one in walk.log if one.envelope.recorded_at <= at]
            runner.catch_up()
            were[at] = at_hand(views, at)
        views.log.events = walk.log
        runner.catch_up()

        for at, was in were.items():
            with views.past(at) as connection:
                assert shown(connection, at) == was


@pytest.mark.parametrize("kind", COURSES)
@pytest.mark.parametrize("seed", SEEDS)
def test_by_the_time_of_occurrence_it_is_what_all_that_happened_by_then_comes_to(kind, seed):
    walk = walked(COURSES[kind], seed)
    with hall(walk.log) as views:
        for at in moments_of(walk, seed)[::2]:
            with hall([one for one in walk.log if one.envelope.occurred_at <= at]) as others:
                was = at_hand(others, at, TimeBasis.OCCURRED)
            with views.past(at, TimeBasis.OCCURRED) as connection:
                assert shown(connection, at, TimeBasis.OCCURRED) == was


def test_the_law_is_broken_where_it_is_not_known_what_has_changed_since():
    walk = walked(COURSES["ticket"], 1)
    at = walk.log[len(walk.log) // 2].envelope.recorded_at
    with hall(walk.log) as views:
        with views.past(at) as connection:
            was = shown(connection, at)
        with views.database.write() as connection:
            connection.execute(spans.span.update().values(last_position=0))

        with views.past(at) as connection:
            assert shown(connection, at) != was
