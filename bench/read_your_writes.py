"""Read your own writes: from the commit of a command to its row in the ledgers, per database.

Every command goes through the real engine and store; the runner follows in a thread of this
process, or of another one (``--elsewhere``), as with a separate worker.

    python bench/read_your_writes.py [--commands 300] [--backend sqlite] [--elsewhere]
"""

import argparse
import multiprocessing
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from bancheng.app.engine import Context
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.complaint.discover import AcceptTicket, ReportTicket
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import Channel, Place
from bancheng.domain.people import Actor, FreeText, PersonName, Phone, Reporter, Role, Title
from support import backends

CLERK = Actor(id="h1", name="处理甲", post="派单", unit="HALL", roles=(Role.HANDLER,))
REPORT = ReportTicket(
    category=TicketCategory.COMPLAINT,
    channel=Channel.WINDOW,
    subject=Title("社保卡补办多次未成"),
    content=FreeText("本人三次到窗口办理社保卡补办,每次都被告知材料不全。" * 4),
    reporter=Reporter(name=PersonName("张建国"), phone=Phone("13800138000")),
)
AIM_MS = 10.0


def measure(container: Container, commands: range) -> tuple[list[float], list[float]]:
    """Milliseconds from each commit until the ticket's row, and until all ledgers, are there."""
    row, everything = [], []
    for serial in commands:
        answer = container.engine.execute(REPORT, context(f"report/{serial}"))
        row.append(waited(container, answer.position, ["ticket_ledger"]))
        accept = AcceptTicket(ticket_id=answer.stream_id)
        answer = container.engine.execute(accept, context(f"accept/{serial}"))
        everything.append(waited(container, answer.position, None))
    return row, everything


def context(key: str) -> Context:
    return Context(actor=CLERK, key=key, place=Place(Channel.WINDOW))


def waited(container: Container, position: int, names: list[str] | None) -> float:
    start = time.perf_counter()
    if not container.runner.wait(position, names):
        raise TimeoutError(f"position {position} was not applied")
    return (time.perf_counter() - start) * 1000


@contextmanager
def following(container: Container, *, elsewhere: bool) -> Iterator[None]:
    """The runner runs: in a thread of this process, or in another process."""
    if not elsewhere:
        container.runner.start()
        yield
        container.runner.stop()
        return
    spawning = multiprocessing.get_context("spawn")
    ready, over = spawning.Event(), spawning.Event()
    process = spawning.Process(target=follow, args=(container.config, ready, over))
    process.start()
    ready.wait()
    yield
    over.set()
    process.join()


def follow(config: Config, ready, over) -> None:
    container = build(config)
    container.runner.start()
    ready.set()
    over.wait()
    container.close()


def line(name: str, milliseconds: list[float]) -> list[str]:
    ordered = sorted(milliseconds)
    p95 = ordered[int(len(ordered) * 0.95)]
    mark = "yes" if p95 <= AIM_MS else "NO"
    return [name, f"{statistics.median(ordered):.1f}", f"{p95:.1f}", f"{ordered[-1]:.1f}", mark]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", type=int, default=300)
    parser.add_argument("--backend", choices=backends.ALL, action="append")
    parser.add_argument("--elsewhere", action="store_true")
    chosen = parser.parse_args()
    table = Table(title=f"commit → row, ms, {chosen.commands} commands each")
    for column in ("database, until", "p50", "p95", "max", f"p95 ≤ {AIM_MS:g} ms"):
        table.add_column(column)
    for backend in chosen.backend or backends.ALL:
        with backends.on_disk(backend) as url:
            container = build(Config(database_url=url, master_key=b"k" * 32, hall="DEMO"))
            with following(container, elsewhere=chosen.elsewhere):
                measure(container, range(-20, 0))
                row, everything = measure(container, range(chosen.commands))
            table.add_row(*line(f"{backend}, ticket's row", row))
            table.add_row(*line(f"{backend}, all ledgers", everything))
            container.close()
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
