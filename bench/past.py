"""The past: what it costs to be able to ask it, and a first page as of then against one of today.

The log is that of `catch_up.py`. The ledger of tickets is then filled up to so many rows, half of
them closed before the moment and half begun after it: the streams of neither are read, so they
have none. As of is the moment in the middle of the log, with whatever was open then. The claim is
about 100,000 rows; fewer are enough to compare with.

    python bench/past.py [--events 20000] [--rows 20000] [--backend postgresql]
"""

import argparse
import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import structs
from rich.console import Console
from rich.table import Table as Printed
from sqlalchemy import Connection, func, insert, select

sys.path.insert(0, str(Path(__file__).parent))
from catch_up import catch_up, fill, make_log

from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.infra.database import is_postgresql
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.windows import PAGE_MAX, Window
from bancheng.projections.machine import spans
from bancheng.projections.machine.base import Projection, TimeBasis
from bancheng.projections.machine.moments import Moment, moment_of
from bancheng.projections.machine.past import past
from bancheng.projections.matters import matter
from bancheng.projections.registry import LEDGERS, PROJECTIONS
from bancheng.projections.tickets.row import ticket
from bancheng.projections.tickets.tickets import TICKETS
from support import backends

ROUNDS = 3
WITHOUT = [one for one in PROJECTIONS if one is not spans.PROJECTION]
ASKED = ("tickets", "work_orders", "cases", "deadlines", "audit_trail")


def measure(container: Container, rows: int) -> Iterator[tuple[str, str]]:
    """What it costs, then what is answered."""
    yield from costs(container)
    at = middle_of(container)
    pad(container, at, rows)
    yield "rows of tickets", f"{today(container, TICKETS.count, TICKETS.filter()):,}"
    yield "streams open then", f"{open_at(container, at):,}"
    for ledger in (one for one in LEDGERS if one.name in ASKED):
        window = Window(sort=ledger.first_sort, descending=ledger.descending, first=100)
        asked = ledger.page, ledger.filter(), window
        now = median(lambda asked=asked: today(container, *asked))
        yield f"{ledger.name}: first page, today", f"{now * 1000:.1f} ms"
        for by in TimeBasis:
            moment = moment_of(container.batches.log, at, by)
            then = median(lambda asked=asked, moment=moment: as_of(container, moment, *asked))
            yield f"{ledger.name}: as of then, {by.value}", f"{then * 1000:.0f} ms"
            yield f"{ledger.name}: then : today, {by.value}", f"{then / now:.0f}"
    moment = moment_of(container.batches.log, at, TimeBasis.RECORDED)
    for ledger in (one for one in LEDGERS if one.name in ("tickets", "work_orders")):
        began, count = time.perf_counter(), as_of(container, moment, stream_whole, ledger)
        took = time.perf_counter() - began
        yield f"{ledger.name}: every row as of then", f"{count:,} in {took:.1f} s"


def costs(container: Container) -> Iterator[tuple[str, str]]:
    before, with_it = [], []
    for _ in range(ROUNDS):
        before.append(cpu(container, WITHOUT))
        with_it.append(cpu(container, PROJECTIONS))
    container.runner.catch_up()
    ratio = sorted(with_it)[ROUNDS // 2] / sorted(before)[ROUNDS // 2]
    own, whole = bytes_of(container)
    yield "catch-up with / without, CPU", f"{ratio:.2f}"
    yield "bytes with / without", f"{whole / (whole - own):.3f}"


def cpu(container: Container, some: Sequence[Projection]) -> float:
    start = time.process_time()
    catch_up(container, some, profiled=False)
    return time.process_time() - start


def bytes_of(container: Container) -> tuple[int, int]:
    """Those of the spans with their index, and those of the whole database."""
    with container.database.connect() as connection:
        if is_postgresql(connection):
            own = f"SELECT pg_total_relation_size('{spans.span.name}')"
            whole = "SELECT pg_database_size(current_database())"
        else:
            own = f"SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%{spans.span.name}%'"
            whole = "SELECT sum(pgsize) FROM dbstat"
        return tuple(connection.exec_driver_sql(one).scalar_one() for one in (own, whole))


def middle_of(container: Container) -> datetime:
    head = container.store.head()
    return container.store.read(head // 2, 1)[0].envelope.recorded_at


def pad(container: Container, at: datetime, rows: int) -> None:
    """Copies of the rows that were over at the moment, and as many that began after it."""
    with container.database.connect() as connection:
        over = select(ticket).where(ticket.c.closed_at < at)
        models = [dict(one) for one in connection.execute(over).mappings()]
        has = TICKETS.count(connection, TICKETS.filter())
    copies = range(1, (rows - has) // (2 * len(models)) + 1)
    with container.database.begin() as connection:
        for copy in copies:
            copied(connection, models, f"{copy}-", timedelta(days=-copy), position=1)
            copied(connection, models, f"{copy}+", timedelta(days=copy + 400), position=2**40)


def copied(
    connection: Connection, models: list[dict], mark: str, later: timedelta, *, position: int
) -> None:
    rows = [
        one | {"ticket_id": mark + one["ticket_id"], "number": mark + one["number"],
               "reported_at": one["reported_at"] + later, "position": position}
        for one in models
    ]  # fmt: skip
    connection.execute(insert(ticket), rows)
    connection.execute(
        insert(matter), [{"matter_id": row["ticket_id"], "number": row["number"]} for row in rows]
    )
    told = {"first_position": position, "last_position": position}
    connection.execute(
        insert(spans.span),
        [
            {"stream_id": row["ticket_id"], "first_occurred_at": row["reported_at"],
             "last_occurred_at": row["reported_at"], **told}
            for row in rows
        ],
    )  # fmt: skip


def today(container: Container, ask: Callable, *asked: object) -> object:
    with container.database.connect() as connection:
        return ask(connection, *asked)


def as_of(container: Container, moment: Moment, ask: Callable, *asked: object) -> object:
    """What is answered as of the moment, until the connection was given back."""
    with past(container.database, container.batches, moment, PROJECTIONS) as connection:
        return ask(connection, *asked)


def open_at(container: Container, at: datetime) -> int:
    moment = moment_of(container.batches.log, at, TimeBasis.RECORDED)
    some = select(func.count()).where(
        moment.has(spans.span, spans.FIRST), ~moment.has(spans.span, spans.LAST)
    )
    with container.database.connect() as connection:
        return connection.scalar(some)


def stream_whole(connection: Connection, ledger: Ledger) -> int:
    order = {"sort": ledger.first_sort, "descending": ledger.descending}
    window, count = Window(first=PAGE_MAX, **order), 0
    while True:
        page = ledger.page(connection, ledger.filter(), window)
        count += len(page.rows)
        if not page.has_next:
            return count
        window = structs.replace(window, after=page.cursors[-1])


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median(work: Callable[[], object]) -> float:
    gc.collect()
    return sorted(seconds(work) for _ in range(ROUNDS))[ROUNDS // 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--backend", choices=backends.ALL, action="append")
    chosen = parser.parse_args()
    log = make_log(chosen.events)
    table = Printed(title=f"the past, {len(log)} events, medians of {ROUNDS}")
    table.add_column("what")
    figures: dict[str, list[str]] = {}
    for backend in chosen.backend or backends.ALL:
        table.add_column(backend, justify="right")
        with backends.on_disk(backend) as url:
            container = build(Config(database_url=url, master_key=b"k" * 32, hall="DEMO"))
            fill(container, log)
            for name, figure in measure(container, chosen.rows):
                figures.setdefault(name, []).append(figure)
            container.close()
    for name, cells in figures.items():
        table.add_row(name, *cells)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
