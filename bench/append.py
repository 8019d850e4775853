"""Events a second: our append, a plain Core insert of the same rows, eventsourcing's recorder.

Every round runs all contestants one after the other, each time beginning with another one, so
that whatever else the machine does hits them alike. Ratios are taken within a round; what is
printed are medians over the rounds.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import slow_commit
from append_contestants import CONTESTANTS, Make, Write, competing, create_tables

from support.backends import Server, die_with_parent, fresh

ROUNDS = 15
SECONDS = 0.2  # a writer that SQLite keeps waiting sleeps up to 0.1 s
WARM_UP_SECONDS = 0.01
BATCHES = (1, 100)
WRITERS = {"sqlite": (1, 4), "postgresql": (1, 4, 16)}
SETTINGS = {"max_connections": "200", "max_wal_size": "4GB", "autovacuum": "off"}


def main() -> list[dict]:
    """Measure and print; the rows of the table."""
    table = []
    with team(max(WRITERS["postgresql"])) as workers, ExitStack() as databases:
        for backend, disk, urls in settings(databases):
            for batch in BATCHES:
                for writers in WRITERS[backend]:
                    rates = measured(workers[:writers], urls, batch)
                    table.append(row(backend, disk, writers, batch, rates))
                    print(shown(table[-1]), flush=True)
    return table


def settings(databases: ExitStack) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each database to measure, by contestant; every contestant has one of its own."""
    print(HEAD)
    urls = {name: databases.enter_context(fresh("sqlite")) for name in competing("sqlite")}
    yield "sqlite", "as it is", prepared(urls)
    slow = databases.enter_context(slow_commit.environment())
    for disk, environment in (("as it is", {}), ("+ 1 ms", slow)):
        if environment is None:
            print("postgresql with slow commits: left out, there is no C compiler")
            continue
        server = Server(SETTINGS, environment)
        databases.callback(server.stop)
        urls = {
            name: databases.enter_context(server.database()) for name in competing("postgresql")
        }
        yield "postgresql", disk, prepared(urls)
    if "library" not in competing("postgresql"):
        print("eventsourcing's PostgreSQL recorder: left out, psycopg-pool is not installed")


def prepared(urls: dict[str, str]) -> dict[str, str]:
    for name, url in urls.items():
        create_tables(name, url)
    return urls


def measured(workers: list, urls: dict[str, str], batch: int) -> list[dict[str, float]]:
    """For each round the events a second of each contestant."""
    names = list(urls)
    orders = [names[turn % len(names) :] + names[: turn % len(names)] for turn in range(ROUNDS)]
    return [{name: rate(workers, name, urls[name], batch) for name in order} for order in orders]


def rate(workers: list, name: str, url: str, batch: int) -> float:
    for worker in workers:
        worker.send((name, url, batch))
    for worker in workers:
        assert worker.recv() == "ready"
    opens = time.monotonic() + WARM_UP_SECONDS
    for worker in workers:
        worker.send(opens)
    return sum(worker.recv() for worker in workers) / SECONDS


@contextmanager
def team(size: int) -> Iterator[list]:
    """Processes that write when told to. Threads would measure Python's lock instead."""
    context, pipes, processes = get_context("spawn"), [], []
    for _ in range(size):
        ours, its = context.Pipe()
        pipes.append(ours)
        processes.append(context.Process(target=work, args=(its,), daemon=True))
        processes[-1].start()
    try:
        yield pipes
    finally:
        for pipe in pipes:
            pipe.send(None)
        for process in processes:
            process.join(10)


def work(pipe) -> None:
    die_with_parent()
    while (job := pipe.recv()) is not None:
        name, url, batch = job
        make, write = contestant(name, url)
        pipe.send("ready")
        pipe.send(spin(make, write, batch, opens=pipe.recv()))


@cache
def contestant(name: str, url: str):
    return CONTESTANTS[name](url)


def spin(make: Make, write: Write, batch: int, opens: float) -> int:
    """Write until `SECONDS` after ``opens``; how many events were committed since ``opens``.

    The time is the same for all writers. If each had its own, those that others keep waiting
    would write when these have ended, and the rates of both would be added.
    """
    written = 0
    while True:
        write(make(batch))
        now = time.monotonic()
        if now >= opens + SECONDS:
            return written
        if now >= opens:
            written += batch


def row(backend: str, disk: str, writers: int, batch: int, rounds: list[dict]) -> dict:
    def ratio(name: str, to: str) -> float | None:
        return median(each[name] / each[to] for each in rounds) if to in rounds[0] else None

    return {
        "database": backend,
        "disk": disk,
        "batch": batch,
        "writers": writers,
        **{name: median(each[name] for each in rounds) for name in rounds[0]},
        "recorder/plain": ratio("recorder", "plain"),
        "unit/plain": ratio("unit", "plain"),
        "recorder/library": ratio("recorder", "library"),
        "unit/library": ratio("unit", "library"),
    }


RATES = ("plain", "recorder", "unit", "library")
RATIOS = ("recorder/plain", "unit/plain", "recorder/library", "unit/library")
HEAD = "append, events/s".ljust(24) + "".join(
    name.rjust(18) for name in ("events a call", "writers", *RATES, *RATIOS)
)


def shown(figures: dict) -> str:
    cells = [str(figures["batch"]), str(figures["writers"])]
    cells += [f"{figures[name]:,.0f}" if name in figures else "-" for name in RATES]
    cells += ["-" if figures[name] is None else f"{figures[name]:.2f}" for name in RATIOS]
    return f"{figures['database']}, {figures['disk']}".ljust(24) + "".join(
        c.rjust(18) for c in cells
    )


if __name__ == "__main__":
    main()
