"""Catch-up into all ledgers, in events a second and per database.

The log is the simulated hall's: cases and tickets with supplements, returns, extensions, rework
and late ends, sealed as in production. It is made once in memory and appended to each database.
Then fresh read models catch up from the first event.

    python bench/catch_up.py [--events 20000] [--backend postgresql] [--profile]
"""

import argparse
import cProfile
import gc
import pstats
import sys
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table as Printed
from sqlalchemy import Connection, Table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from bancheng.app.engine import Engine
from bancheng.app.ports import Answer, Asked, Register
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.events import Envelope, Event, Recorded
from bancheng.domain.people import Personal
from bancheng.infra.calendars import national_calendar
from bancheng.infra.clock import FixedClock, SeededIds
from bancheng.infra.database import is_postgresql
from bancheng.infra.rulebooks import load_rulebook
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.runner import Runner
from bancheng.projections.registry import PROJECTIONS
from bancheng.simulation import people
from bancheng.simulation.catalogue import catalogue
from bancheng.simulation.run import Simulation
from bancheng.simulation.shares import Shares
from support import backends

SINCE = datetime(2024, 1, 2, tzinfo=UTC)
REPORTS_A_SESSION = 2, 32
CASES_A_MONTH = 1000
ITEMS_STEP = 10
# What sweeps and policies would have to do does not happen here.
NOTHING_BY_ITSELF = Shares(joint=0, forgotten=0, gap_filled=1)
OF_TICKETS = [
    each
    for each in PROJECTIONS
    if each.name in ("ticket_ledger", "work_order_ledger", "deadline_board", "audit_trail")
]
APPEND = 200
ROUNDS = 3


class Notebook:
    """A store in memory that keeps the events in plain text, in their order."""

    def __init__(self) -> None:
        self.streams = defaultdict[str, list[Recorded]](list)
        self.log: list[Recorded] = []
        self._numbers = 0

    def load(self, stream_id: str) -> list[Recorded]:
        return list(self.streams[stream_id])

    def read(self, after: int, limit: int) -> list[Recorded]:
        return self.log[after : after + limit]

    def answered(self, _: Asked) -> None:
        return None

    @contextmanager
    def unit(self) -> Iterator["Notebook"]:
        yield self

    def next_number(self, _: Register) -> int:
        self._numbers += 1
        return self._numbers

    def append(
        self, stream_id: str, version: int, events: Sequence[tuple[Envelope, Event]], _: Asked
    ) -> Answer:
        for envelope, event in events:
            version += 1
            one = Recorded(
                stream_id=stream_id,
                version=version,
                position=len(self.log) + 1,
                envelope=envelope,
                event=event,
            )
            self.log.append(one)
            self.streams[stream_id].append(one)
        return Answer(stream_id=stream_id, version=version, position=len(self.log))


class Names:
    """Gives every reporter a key of their own."""

    def __init__(self) -> None:
        self._people = 0

    def identify(self, _: object) -> str:
        self._people += 1
        return f"person-{self._people}"

    def fingerprint(self, _: bytes) -> str:
        return ""

    def open(self, value: Personal | None) -> str | None:
        return None if value is None else value.plain


class Rules:
    """What is in force in the simulated hall."""

    def __init__(self, store: Notebook) -> None:
        self._store = store
        self._rulebook = load_rulebook("default")

    def calendar(self):
        return national_calendar()

    def rulebook(self):
        return self._rulebook

    def units(self) -> frozenset[str]:
        return frozenset(people.UNITS)

    def windows(self) -> frozenset[str] | None:
        return None  # the simulated hall keeps no register of its windows

    def successors(self) -> dict[str, str]:
        return {}  # and closes no unit

    def holders(self, _: Iterable[str]) -> dict[str, frozenset[str]]:
        return {}  # and erases nobody

    def alike(self, _: Collection[str]) -> frozenset[str]:
        return frozenset()

    def member(self, staff_id: str):
        return next((one for one in people.STAFF if one.id == staff_id), None)

    def item(self, code: str, _: datetime):
        return self._store.streams[f"item-{code}"][-1].event.item

    def knows_item(self, code: str) -> bool:
        return f"item-{code}" in self._store.streams


def make_log(events: int) -> list[Recorded]:
    """At least ``events`` events of a busy hall."""
    clock = FixedClock(SINCE)
    store = Notebook()
    engine = Engine(store, Names(), clock, SeededIds(1, clock), Rules(store), "DEMO")
    simulation = Simulation(engine, clock, seed=1, shares=NOTHING_BY_ITSELF)
    items = [item for item in catalogue(1, SINCE.date()) if not item.children][::ITEMS_STEP]
    simulation.open_hall(SINCE, lambda: None, items)
    since = SINCE
    while len(store.log) < events:
        until = since + timedelta(days=28)
        simulation.expect_tickets(since, until, REPORTS_A_SESSION)
        simulation.expect_cases(since, until, items, CASES_A_MONTH)
        simulation.run(until, lambda: None)
        since = until
    return store.log


def fill(container: Container, log: Sequence[Recorded]) -> None:
    """Append ``log`` to the store in its order."""
    serial = 0
    for start in range(0, len(log), APPEND):
        with container.store.unit() as unit:
            for one in log[start : start + APPEND]:
                serial += 1
                asked = Asked(key=f"bench/{serial}", fingerprint="")
                unit.append(one.stream_id, one.version - 1, [(one.envelope, one.event)], asked)


def measure(container: Container, events: int, *, profiled: bool) -> Iterator[tuple[str, float]]:
    """Events a second: all ledgers together, those that tickets fill, then each by itself."""
    together = {"all, live": PROJECTIONS, "those of tickets, live": OF_TICKETS}
    for name, some in together.items():
        rates = [events / catch_up(container, some, profiled=profiled) for _ in range(ROUNDS)]
        yield name, sorted(rates)[ROUNDS // 2]
    for projection in PROJECTIONS:
        yield projection.name, events / timed(lambda p=projection: container.builder.rebuild(p))


def catch_up(container: Container, some: Sequence[Projection], *, profiled: bool) -> float:
    """Seconds to bring ``some`` ledgers from nothing to the head of the log, no key cached."""
    gc.collect()
    gc.freeze()  # the log that this program holds is not the runner's to look through
    fresh = build(container.config)
    try:
        with fresh.database.begin() as connection:
            for projection in PROJECTIONS:
                for table in projection.tables:
                    empty(connection, table)
            connection.exec_driver_sql("UPDATE projection SET position = 0")
        runner = Runner(fresh.builder.database, fresh.builder.batches, some)
        if not profiled:
            return timed(runner.catch_up)
        profile = cProfile.Profile()
        seconds = timed(lambda: profile.runcall(runner.catch_up))
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
        pstats.Stats(profile).sort_stats("cumtime").print_stats(60)
        return seconds
    finally:
        fresh.close()


def empty(connection: Connection, table: Table) -> None:
    """Leave nothing behind, not even rows that a DELETE would leave to PostgreSQL's cleaning."""
    if is_postgresql(connection):
        connection.exec_driver_sql(f"TRUNCATE {table.name}")
    else:
        connection.execute(table.delete())


def timed(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--backend", choices=backends.ALL, action="append")
    parser.add_argument("--profile", action="store_true")
    chosen = parser.parse_args()
    console = Console(width=100)
    log = make_log(chosen.events)
    table = Printed(title=f"catch-up, {len(log)} events, events/s (median of {ROUNDS} for all)")
    table.add_column("ledger")
    figures = defaultdict[str, list[str]](list)
    for backend in chosen.backend or backends.ALL:
        table.add_column(backend, justify="right")
        with backends.on_disk(backend) as url:
            container = build(Config(database_url=url, master_key=b"k" * 32, hall="DEMO"))
            fill(container, log)
            for name, rate in measure(container, len(log), profiled=chosen.profile):
                figures[name].append(f"{rate:,.0f}")
            container.close()
    for name, cells in figures.items():
        table.add_row(name, *cells)
    console.print(table)


if __name__ == "__main__":
    main()
