"""A sweep with 100 warnings due: its cost among few open limits and among very many.

The due ones are real tickets, warned of by the real command. The others are rows of the deadline
board that are not due. Aim: among a million at most 1.5 times the cost among ten thousand.

    python bench/sweep.py [--many 1000000] [--few 10000] [--rounds 3]
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, text

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from bancheng.app.engine import Context
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.complaint.discover import ReportTicket
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.events import Channel, Place
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Actor, FreeText, Role, Title
from bancheng.infra.clock import FixedClock
from bancheng.projections.deadlines.board import limit
from support import backends

DUE = 100
ONE_WARNING_A_LIMIT = """
extends = "default"
version = "bench"
basis = "bench"
remove = ["limits.feedback"]

[[warnings]]
level = "red"
after = 0
basis = "bench"
"""
CHUNK = 20_000
START = datetime(2026, 3, 2, 1, tzinfo=UTC)
CLERK = Actor(id="c1", name="窗口", post="窗口", unit="HALL", roles=(Role.WINDOW_CLERK,))
_keys = count(1)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--many", type=int, default=1_000_000)
    asked.add_argument("--few", type=int, default=10_000)
    asked.add_argument("--rounds", type=int, default=3)
    chosen = asked.parse_args()
    table = Table("数据库", "未办结时限", "100 项预警的巡检(毫秒,中位数)", "倍数", title="巡检")
    for backend in backends.chosen():
        with backends.on_disk(backend) as url:
            few, many = measured(url, chosen.few, chosen.many, chosen.rounds)
        table.add_row(backend, f"{chosen.few:,}", f"{few:.0f}", "1.00")
        table.add_row(backend, f"{chosen.many:,}", f"{many:.0f}", f"{many / few:.2f}")
    Console().print(table)


def measured(url: str, few: int, many: int, rounds: int) -> tuple[float, float]:
    """Milliseconds of a sweep among ``few`` and among ``many`` open limits."""
    clock = FixedClock(START)
    with NamedTemporaryFile("w", suffix=".toml") as rules:
        rules.write(ONE_WARNING_A_LIMIT)
        rules.flush()
        config = Config(database_url=url, master_key=b"b" * 32, hall="BENCH", rulebook=rules.name)
        hall = build(config, clock=clock)
    hall.runner.start()
    try:
        sweep(hall, clock)  # a warm-up
        fill(hall, 0, few)
        among_few = [sweep(hall, clock) for _ in range(rounds)]
        fill(hall, few, many)
        among_many = [sweep(hall, clock) for _ in range(rounds)]
    finally:
        hall.close()
    return statistics.median(among_few), statistics.median(among_many)


def sweep(hall: Container, clock: FixedClock) -> float:
    """Milliseconds that it takes to warn of `DUE` tickets whose acceptance is overdue."""
    for _ in range(DUE):
        command = ReportTicket(
            category=TicketCategory.COMPLAINT,
            channel=Channel.WINDOW,
            subject=Title("办不成"),
            content=FreeText("跑了三趟"),
        )
        context = Context(actor=CLERK, key=f"bench/{next(_keys)}", place=Place(Channel.WINDOW))
        hall.engine.execute(command, context)
    assert hall.runner.wait(hall.store.head(), timeout=60)
    clock.advance(days=7)
    started = time.perf_counter()
    raised = hall.sweep.warn()
    milliseconds = (time.perf_counter() - started) * 1000
    assert raised == DUE, raised
    return milliseconds


def fill(hall: Container, since: int, until: int) -> None:
    """Open limits that will not be due for years."""
    with hall.database.begin() as connection:
        for start in range(since, until, CHUNK):
            rows = list(others(start, min(start + CHUNK, until)))
            connection.execute(insert(limit), rows)
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE deadline_board"))


def others(since: int, until: int) -> Iterator[dict[str, object]]:
    for number in range(since, until):
        due = START + timedelta(days=2000, minutes=number % 100_000)
        yield {
            "limit_key": f"other-{number}/resolve/1",
            "matter_id": f"other-{number}",
            "kind": LimitKind.RESOLVE,
            "subject": f"other-{number}",
            "unit": f"U{number % 30}",
            "run": 1,
            "cycle": 1,
            "started_at": START,
            "due_at": due,
            "due_date": due.date(),
            "provisional": True,
            "plan": (),
            "raised": (),
            "next_level": None,
            "next_at": due,
            "extended": False,
            "limit_id": "resolve_general",
            "label": "一般事项5个工作日",
            "rule_version": "2026.1",
            "calendar_version": "bench",
            "state": DeadlineState.RUNNING,
            "position": 0,
        }


if __name__ == "__main__":
    main()
