"""What the access log costs a read: the same reads with it and without, in turn, per database.

A read is a request as the application answers it, from the headers to the bytes, but for the
sockets; CPU is that of the whole process, the thread that writes the log included, and that of the
server on PostgreSQL besides. The projections stand still: what they poll would count by the clock.
Of each pair of rounds the ratio is taken; what else the machine does meets both alike.

Then for how long an answer that is ready waits: until its record's commit begins, and for that;
the median, and what a hundredth exceeds.

    python bench/looks.py [--rounds 30] [--clients 1 8 32] [--backend sqlite]
"""

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import msgspec
import psycopg

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from clients import register

from bancheng.bootstrap import Container, build
from bancheng.cli.office import token_of
from bancheng.config import Config
from bancheng.domain.accesses import Access
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.graphql.context import Services
from bancheng.graphql.view import Api
from bancheng.web.app import services_of
from support import backends
from support.given import BOOK, HANDLER
from support.halls import report

TICKETS = 200
REQUESTS = 32  # of a round, by all clients together
AIM_PERCENT = 15
COSTS = "{:10}  {:13} {:>7}  {:10}  {:>7}  {:>7}  {}"
COST_HEADINGS = (
    "database", "read", "clients", "CPU of", "without", "with ms",
    f"more: median of the pairs (quartiles); aim: {AIM_PERCENT} %",
)  # fmt: skip
WAITS = "{:10}  {:>7}  {:>16}  {:>14}  {:>18}  {:>14}"
WAIT_HEADINGS = (
    "database", "clients", "records a commit", "ready to out", "until commit begins", "commit ms",
)  # fmt: skip
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


class Clock:
    """What is written, and when: put around the log of a hall."""

    def __init__(self, log: Any) -> None:
        self._submit, self._write = log.submit, log._write  # noqa: SLF001  nothing else tells
        self._came: dict[Future[None], float] = {}
        self.waited: list[float] = []
        self.committed: list[float] = []
        self.records: list[int] = []
        log.submit, log._write = self.submit, self.write  # noqa: SLF001

    def submit(self, access: Access) -> Future[None]:
        came = time.perf_counter()
        done = self._submit(access)
        self._came[done] = came
        return done

    def write(self, entries: Sequence[Any]) -> None:
        began = time.perf_counter()
        self._write(entries)
        self.committed.append(time.perf_counter() - began)
        self.records.append(len(entries))
        self.waited += [began - self._came.pop(one.done, began) for one in entries]


@dataclass(frozen=True, kw_only=True)
class Unwitnessed(Services):
    """Services that have no access log."""

    async def witness(self, *_: Access) -> None:
        pass


@dataclass(frozen=True, kw_only=True)
class Timed(Services):
    """Services that note for how long an answer that is ready waits."""

    took: list[float]

    async def witness(self, *accesses: Access) -> None:
        began = time.perf_counter()
        await super().witness(*accesses)
        self.took.append(time.perf_counter() - began)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A hall with a ticket to look at, and whoever looks."""

    hall: Container
    ticket_id: str
    token: str
    server: int | None  # the process of PostgreSQL

    def api(self, kind: type[Services], **others: Any) -> Api:
        known = services_of(self.hall)
        return Api(kind(**{one.name: getattr(known, one.name) for one in fields(known)} | others))


@contextmanager
def filled(url: str) -> Iterator[Measured]:
    config = Config(database_url=url, hall="BENCH", master_key=b"t" * 32, rulebook=str(BOOK))
    hall = build(config)
    hall.runner.start()
    try:
        register(hall, RegisterUnit(code="HALL", name="政务大厅"))
        said = {name: getattr(HANDLER, name) for name in ("name", "post", "unit", "roles")}
        register(hall, RegisterStaff(staff_id=HANDLER.id, **said))
        ids = [report(hall) for _ in range(TICKETS)]
        hall.runner.stop()
        token = token_of(hall, HANDLER.id, 8)
        yield Measured(hall=hall, ticket_id=ids[0], token=token, server=postmaster(url))
    finally:
        hall.close()


def postmaster(url: str) -> int | None:
    if url.startswith("sqlite"):
        return None
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    return int(Path(folder, "postmaster.pid").read_text().split()[0])


def server_seconds(pid: int | None) -> float:
    """CPU of the server and of all its processes; of Linux alone."""
    if pid is None:
        return 0.0
    ended = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[13:15]
    spent = sum(map(int, ended)) * 1e9 / os.sysconf("SC_CLK_TCK")
    for one in (pid, *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        with suppress(FileNotFoundError):  # one of its processes may just have ended
            spent += int(Path(f"/proc/{one}/schedstat").read_text().split()[0])
    return spent / 1e9


async def ask(api: Api, token: str, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"authorization", b"Bearer " + token)]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": "/graphql", "raw_path": b"/graphql", "query_string": b"",
        "root_path": "", "headers": headers, "client": ("10.0.0.7", 1), "server": ("hall", 80),
        "state": {"request_id": "bench"},
    }  # fmt: skip
    answered = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        answered.append(message.get("body", b""))

    await api(scope, receive, send)
    assert b'"errors"' not in (answer := b"".join(answered)), answer
    assert b'"number":"' in answer, answer


async def asked(api: Api, token: str, body: bytes, clients: int, requests: int) -> None:
    async def one_after_the_other() -> None:
        for _ in range(requests // clients):
            await ask(api, token, body)

    await asyncio.gather(*(one_after_the_other() for _ in range(clients)))


@dataclass(frozen=True, kw_only=True)
class Way:
    """One query, answered by ``services`` again and again."""

    of: Measured
    api: Api
    body: bytes
    clients: int

    def spent(self) -> tuple[float, float]:
        """Milliseconds of CPU that a request takes: of the process, and with the server."""
        before, cpu = server_seconds(self.of.server), time.process_time()
        LOOP.run_until_complete(
            asked(self.api, self.of.token.encode(), self.body, self.clients, REQUESTS)
        )
        cpu = time.process_time() - cpu
        both = cpu + server_seconds(self.of.server) - before
        return cpu * 1000 / REQUESTS, both * 1000 / REQUESTS


LOOP = asyncio.new_event_loop()


def compare(
    of: Measured, query: str, clients: int, rounds: int
) -> Iterator[tuple[str, str, str, str]]:
    told = {"query": query, "variables": {"id": of.ticket_id} if "$id" in query else {}}
    body, apis = msgspec.json.encode(told), (of.api(Unwitnessed), of.api(Services))
    plain, logged = (Way(of=of, api=one, body=body, clients=clients) for one in apis)
    plain.spent(), logged.spent()  # what is made at the first request is not measured
    pairs = []
    for nth in range(rounds):
        if nth % 2:
            pairs.append((plain.spent(), logged.spent()))
        else:
            pairs.append((logged.spent(), plain.spent())[::-1])
    for at, whose in enumerate(("process", "and server")[: 1 if of.server is None else 2]):
        less = statistics.median(a[at] for a, _ in pairs)
        more = statistics.median(b[at] for _, b in pairs)
        percents = [100 * (b[at] / a[at] - 1) for a, b in pairs]
        yield whose, f"{less:.2f}", f"{more:.2f}", spread(percents)


def spread(percents: Sequence[float]) -> str:
    low, middle, high = statistics.quantiles(percents, n=4)
    return f"{middle:+.0f} % ({low:+.0f} to {high:+.0f})"


def told(took: Sequence[float]) -> str:
    ordered = sorted(took)
    return (
        f"{statistics.median(ordered) * 1000:.1f} / {ordered[len(ordered) * 99 // 100] * 1000:.1f}"
    )


def waits(of: Measured, clock: Clock, clients: int, rounds: int) -> Iterator[str]:
    took: list[float] = []
    query = {"query": QUERIES["one ticket"], "variables": {"id": of.ticket_id}}
    api = of.api(Timed, took=took)
    for noted in (clock.waited, clock.committed, clock.records):
        noted.clear()
    way = Way(of=of, api=api, body=msgspec.json.encode(query), clients=clients)
    for _ in range(rounds):
        way.spent()
    yield f"{sum(clock.records) / len(clock.records):.1f}"
    yield told(took)
    yield told(clock.waited)
    yield told(clock.committed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--backend", choices=backends.ALL, action="append")
    parser.add_argument("--query", action="append", choices=QUERIES)
    chosen = parser.parse_args()
    asyncio.set_event_loop(LOOP)
    for backend in chosen.backend or backends.ALL:
        with backends.on_disk(backend) as url, filled(url) as of:
            print(COSTS.format(*COST_HEADINGS))
            for name in chosen.query or QUERIES:
                for clients in chosen.clients:
                    for whose, *found in compare(of, QUERIES[name], clients, chosen.rounds):
                        print(COSTS.format(backend, name, clients, whose, *found), flush=True)
            clock = Clock(of.hall.accesses)
            print(WAITS.format(*WAIT_HEADINGS))
            for clients in chosen.clients:
                found = waits(of, clock, clients, chosen.rounds)
                print(WAITS.format(backend, clients, *found), flush=True)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
