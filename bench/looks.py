"""What the access log costs a read: the same queries with it and without, in turn, per database.

CPU is that of the whole process, the thread that writes the log included; the time of a request is
what its client waits, the commit of its record included. Compare within a line only.

    python bench/looks.py [--rounds 20] [--at-once 8] [--backend sqlite]
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.accesses import Access, AccessKind, Visitor
from bancheng.graphql.context import Asking, Services
from bancheng.graphql.schema import schema
from bancheng.web.app import services_of
from support import backends
from support.given import BOOK, HANDLER
from support.halls import report

TICKETS = 200
RECORDS = 800
AIM_PERCENT = 15
QUERIES = {
    "one ticket": "query ($id: ID!) { ticket(id: $id) { number statusLabel subject dueAt } }",
    "its page": """query ($id: ID!) { ticket(id: $id) { number statusLabel subject content dueAt
        reporter { name phone } workOrders { unitName status } deadlines { kindLabel dueAt level }
        timeline { sentence where occurredAt } warnings { levelLabel } } }""",
    "a list of 20": """{ tickets { totalCount edges { node {
        number subject statusLabel dueAt leadUnitName } } } }""",
    "a list of 200": """{ tickets(first: 200) { edges { node {
        number subject statusLabel dueAt } } } }""",
}


class Nowhere:
    """An access log that keeps nothing."""

    def __init__(self) -> None:
        self._done: Future[None] = Future()
        self._done.set_result(None)

    def submit(self, _: Access) -> Future[None]:
        return self._done

    def record(self, _: Access) -> None:
        pass


@contextmanager
def filled(url: str) -> Iterator[tuple[Container, str]]:
    config = Config(database_url=url, hall="BENCH", master_key=b"t" * 32, rulebook=str(BOOK))
    hall = build(config)
    hall.runner.start()
    try:
        ids = [report(hall) for _ in range(TICKETS)]
        yield hall, ids[0]
    finally:
        hall.close()


async def asked(services: Services, query: str, ticket_id: str, times: int, at_once: int) -> None:
    async def one_after_the_other() -> None:
        for _ in range(times):
            asking = Asking(services=services, actor=HANDLER, credential_id="bench", address="::1")
            variables = {"id": ticket_id} if "$id" in query else None
            found = await schema.execute(query, variable_values=variables, context_value=asking)
            assert not found.errors, found.errors

    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))


def measure(services: Services, query: str, ticket_id: str, at_once: int) -> tuple[float, float]:
    """CPU and time of a request, in milliseconds."""
    times = 5
    began, cpu = time.perf_counter(), time.process_time()
    asyncio.run(asked(services, query, ticket_id, times, at_once))
    spent, took = time.process_time() - cpu, time.perf_counter() - began
    return spent * 1000 / (times * at_once), took * 1000 / times


def waits(hall: Container, at_once: int) -> Iterator[tuple[str, float, float]]:
    """For how long a record waits for its commit, in milliseconds: the median, and the worst %."""
    for callers in (1, at_once):
        took: list[float] = []

        def look(took: list[float] = took, times: int = RECORDS // callers) -> None:
            for _ in range(times):
                began = time.perf_counter()
                hall.accesses.record(Access(kind=AccessKind.VIEWED, visitor=Visitor(), what="b"))
                took.append((time.perf_counter() - began) * 1000)

        threads = [Thread(target=look) for _ in range(callers)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        found = sorted(took)
        yield f"{callers} at once", statistics.median(found), found[len(found) * 99 // 100]


def compare(backend: str, rounds: int, at_once: int, table: Table) -> None:
    with backends.on_disk(backend) as url, filled(url) as (hall, ticket_id):
        logged = services_of(hall)
        plain = replace(logged, accesses=Nowhere())
        for name, query in QUERIES.items():
            with_it, without = [], []
            for _ in range(rounds + 1):  # in turn: what else the machine does meets both alike
                without.append(measure(plain, query, ticket_id, at_once))
                with_it.append(measure(logged, query, ticket_id, at_once))
            cpu, cpu_plain = (statistics.median(c for c, _ in it[1:]) for it in (with_it, without))
            ms, ms_plain = (statistics.median(t for _, t in it[1:]) for it in (with_it, without))
            more = f"{100 * (cpu / cpu_plain - 1):+.0f} %"
            figures = f"{cpu_plain:.2f}", f"{cpu:.2f}", more, f"{ms_plain:.1f}", f"{ms:.1f}"
            table.add_row(backend, name, *figures)
        for name, median, worst in waits(hall, at_once):
            Console().print(f"{backend}, a record alone, {name}: {median:.2f} ms, 99 % {worst:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--backend", choices=backends.ALL)
    chosen = parser.parse_args()
    headings = ("database", "query", "CPU ms without", "with", "more", "waits ms without", "with")
    table = Table(
        *headings, title=f"{chosen.at_once} at once; aim: at most {AIM_PERCENT} % more CPU"
    )
    for backend in (chosen.backend,) if chosen.backend else backends.ALL:
        compare(backend, chosen.rounds, chosen.at_once, table)
    Console().print(table)


if __name__ == "__main__":
    main()
