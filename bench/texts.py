"""Words in the texts of tickets: the first 50 hits by the index, against LIKE over the same rows.

So many tickets are written into the ledger, with texts of the length that people write: signs drawn
by chance, common ones more often, and planted words that stand in a known number of them. Each word
is looked for as the API does it, and by a LIKE over the column that the index is of, in turn.

The claims are about 100,000 tickets: 50 hits in 50 ms (p95), and words with fewer than 100 hits
twenty times as fast as LIKE.

    python bench/texts.py [--tickets 100000] [--backend postgresql]
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from rich.console import Console
from rich.table import Table as Printed
from sqlalchemy import Connection, insert, select

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.complaint.terms import Status, TicketCategory
from bancheng.domain.events import Channel
from bancheng.domain.steps import Step
from bancheng.infra.database import is_postgresql
from bancheng.projections.ledger.full_text import Written, grams_of
from bancheng.projections.ledger.windows import Window
from bancheng.projections.machine import grams
from bancheng.projections.tickets.row import ticket
from bancheng.projections.tickets.texts import TICKET_TEXTS, ticket_text
from bancheng.projections.tickets.tickets import TICKETS
from support import backends

SINCE = datetime(2024, 1, 2, tzinfo=UTC)
HITS = 50
ROUNDS = 9
BATCH = 2000
SIGNS = 3000
LENGTHS = (60, 120, 240, 480, 960)  # mean 372; the messages of a real board have 366 signs
# Of two, three and four signs, each of which stands elsewhere, too.
PLANTED = {
    "社保": 7, "医保卡": 30, "异地就医": 90, "公积": 400, "营业照": 900, "公交": 1500,
    "排队": 5000, "窗口": 25_000, "问题": 60_000,
}  # fmt: skip
RARE = 100


def texts(tickets: int) -> Iterator[str]:
    """The texts, each word of `PLANTED` in its share of 100,000 of them."""
    chance = random.Random(7)
    signs = [chr(0x4E00 + n) for n in range(SIGNS)]
    weights = list(accumulate(1 / (n + 10) for n in range(SIGNS)))
    shares = {word: hits / 100_000 for word, hits in PLANTED.items()}
    for _ in range(tickets):
        drawn = chance.choices(signs, cum_weights=weights, k=chance.choice(LENGTHS))
        for word, share in shares.items():
            if chance.random() < share:
                drawn.insert(chance.randrange(len(drawn)), word)
        yield "".join(drawn)


def fill(connection: Connection, tickets: int) -> None:
    rows, spelt = [], []
    for n, told in enumerate(texts(tickets), 1):
        at = SINCE + timedelta(minutes=n)
        rows.append({
            "ticket_id": f"ticket-{n:032x}", "version": 1, "number": f"BCS2024{n:06}",
            "query_code": f"{n:010}", "category": TicketCategory.COMPLAINT,
            "channel": Channel.WINDOW, "subject_masked": told[:20], "content_masked": told,
            "anonymous": True, "proactive": False, "first_contact_owner": "W1",
            "status": Status.REPORTED, "step": Step.DISCOVER, "reported_at": at, "updated_at": at,
            "position": n,
        })  # fmt: skip
        spelt.append({
            "ticket_id": rows[-1]["ticket_id"], "place": n, "number": "", "spelling_masked": told,
            "grams": grams_of(told),
        })  # fmt: skip
        if len(rows) == BATCH or n == tickets:
            connection.execute(insert(ticket), rows)
            connection.execute(insert(ticket_text), spelt)
            rows, spelt = [], []


def measured(container: Container, tickets: int) -> Iterator[tuple[str, str]]:
    began = time.perf_counter()
    with container.database.begin() as connection:
        postgresql = is_postgresql(connection)
        if postgresql:  # what is put into a GIN index row by row takes minutes
            connection.exec_driver_sql("DROP INDEX ticket_text__grams")
        fill(connection, tickets)
        if postgresql:
            grams.create_index(connection, ticket_text)
            connection.exec_driver_sql("ANALYZE")
    yield "filled in", f"{time.perf_counter() - began:.0f} s"
    with container.database.connect() as connection:
        yield "bytes of the index : bytes of the texts", f"{share(connection):.2f}"
        took: list[float] = []
        for word in PLANTED:
            yield from asked(connection, word, took)
        took.sort()
        yield f"first {HITS} hits, p95", f"{took[int(len(took) * 0.95)] * 1000:.1f} ms"


def asked(connection: Connection, word: str, took: list[float]) -> Iterator[tuple[str, str]]:
    by_index, by_like, by_statement = [], [], []
    for _ in range(ROUNDS):
        by_index.append(seconds(lambda: page(connection, word)))
        by_statement.append(
            seconds(lambda: TICKET_TEXTS.looked_up(connection, Written(text=word), "text"))
        )
        by_like.append(seconds(lambda: like(connection, word)))
    assert page(connection, word) == like(connection, word)[:HITS], word
    took += by_index
    ratio = statistics.median(slow / fast for slow, fast in zip(by_like, by_statement, strict=True))
    hits = len(like(connection, word))
    middle = statistics.median(by_index) * 1000
    yield f"{word}: {hits:,} hits, first {HITS}", f"{middle:.1f} ms"
    if hits < RARE:
        yield f"{word}: LIKE : statement", f"{ratio:.0f}"


def page(connection: Connection, word: str) -> list[str]:
    """The first hits, newest first, as the query of the ledger finds them."""
    looked_up = TICKET_TEXTS.looked_up(connection, Written(text=word), "text")
    window = Window(sort=TICKETS.first_sort, descending=True, first=HITS)
    found = TICKETS.page(connection, TICKETS.filter(text=looked_up), window)
    return [row.ticket_id for row in found.rows]


def like(connection: Connection, word: str) -> Sequence[str]:
    of = ticket_text.c
    every = (
        select(of.ticket_id).where(of.spelling_masked.like(f"%{word}%")).order_by(of.place.desc())
    )
    return list(connection.scalars(every))


def share(connection: Connection) -> float:
    if is_postgresql(connection):
        index = "SELECT pg_relation_size('ticket_text__grams')"
    else:
        index = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'ticket_text__grams%'"
    told = "SELECT 3 * sum(length(spelling_masked)) FROM ticket_text"
    sizes = [float(connection.exec_driver_sql(one).scalar_one()) for one in (index, told)]
    return sizes[0] / sizes[1]


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--backend", choices=backends.ALL, action="append")
    chosen = parser.parse_args()
    table = Printed(title=f"words in the texts of {chosen.tickets:,} tickets")
    table.add_column("what")
    figures: dict[str, list[str]] = {}
    for backend in chosen.backend or backends.ALL:
        table.add_column(backend, justify="right")
        with backends.on_disk(backend) as url:
            container = build(Config(database_url=url, master_key=b"k" * 32, hall="DEMO"))
            for name, figure in measured(container, chosen.tickets):
                figures.setdefault(name, []).append(figure)
            container.close()
    for name, cells in figures.items():
        table.add_row(name, *cells)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
