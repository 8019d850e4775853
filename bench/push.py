"""From the instant of a threshold to the push on a subscription, in real time.

Everything is as `bancheng serve` has it: default settings, the real sweeper and projection
threads, uvicorn on the loopback, a real client. Only the rule book gives limits of a minute that
warn after a second, so that each warning has an instant of its own. Aim: at most 2 s.

    python bench/push.py [--warnings 40] [--database sqlite,postgresql]
"""

import argparse
import random
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Thread

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from support import backends, halls
from support.api_client import EFFICIENCY, MASTER_KEY, listening, on_loopback, open_office, token_of

AIM_SECONDS = 2.0
QUERY = "subscription { warnings(levels: [YELLOW]) { plannedAt raisedAt } }"
RULES = """
extends = "default"
version = "bench"
basis = "bench"

[limits.accept]
purpose = "accept"
amount = 1
unit = "minutes"
start = "exact"
label = "bench"
basis = "bench"

[[warnings]]
purpose = "accept"
level = "yellow"
share = 0.02
basis = "bench"
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--warnings", type=int, default=40)
    asked.add_argument("--database", default=",".join(backends.chosen()))
    chosen = asked.parse_args()
    table = Table(
        "数据库", "预警数", "p50", "p95", "最大", "其中到发牌 p50", title="到点至推送(秒)"
    )
    for backend in chosen.database.split(","):
        with backends.on_disk(backend) as url:
            told = measured(url, chosen.warnings)
        pushed, raised = zip(*told, strict=True)
        cuts = statistics.quantiles(pushed, n=20)
        figures = (statistics.median(pushed), cuts[18], max(pushed), statistics.median(raised))
        table.add_row(backend, str(len(told)), *(f"{one:.2f}" for one in figures))
        if max(pushed) > AIM_SECONDS:
            Console().print(f"[red]{backend}: 超过 {AIM_SECONDS} 秒")
    Console().print(table)


def measured(url: str, how_many: int) -> list[tuple[float, float]]:
    """For each warning the seconds from its threshold to the push, and to its raising."""
    with NamedTemporaryFile("w", suffix=".toml") as rules:
        rules.write(RULES)
        rules.flush()
        config = Config(database_url=url, hall="BENCH", master_key=MASTER_KEY, rulebook=rules.name)
        hall = build(config)
    hall.runner.start()
    open_office(hall)
    hall.runner.stop()
    token = token_of(hall, EFFICIENCY.id, 1)
    told = []
    try:
        with on_loopback(hall) as address, listening(address, token, QUERY) as heard:
            reporting = Thread(target=report, args=(hall, how_many))
            reporting.start()
            for _ in range(how_many):
                card = next(heard)["warnings"]
                now = datetime.now(UTC)
                planned, raised = (
                    datetime.fromisoformat(card[n]) for n in ("plannedAt", "raisedAt")
                )
                told.append(((now - planned).total_seconds(), (raised - planned).total_seconds()))
            reporting.join()
    finally:
        hall.close()
    return told


def report(hall: Container, how_many: int) -> None:
    """Tickets at odd instants, so that their thresholds do not beat with the sweep."""
    chance = random.Random(1)
    for _ in range(how_many):
        halls.report(hall)
        time.sleep(chance.uniform(0.1, 0.5))


if __name__ == "__main__":
    main()
