"""Likely repeats: how many of the pairs that a reader judged to be one matter are shown.

The messages are those of 附件3 of 泰迪杯 2020 C, which is no part of this project; the judgements
are lines `row,row,1` or `...,0` of `likely_pairs.csv`: whether somebody who read both, one pair
after the other, says that they tell of one trouble. Each message is compared with all others, as
`likelyRepeats` does; a pair is found if one of the two is among the first five that are shown for
the other. The pairs that are not one matter were chosen for being alike, and say how often one of
those is shown.

    python bench/likeness.py annex3_messages_with_votes.csv.gz [--backend postgresql]
"""

import argparse
import csv
import gzip
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table as Printed
from sqlalchemy import Connection, insert

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from bancheng.bootstrap import build
from bancheng.config import Config
from bancheng.infra.database import is_postgresql
from bancheng.projections.ledger.full_text import PART, grams_of, spelt
from bancheng.projections.tickets.likeness import alike, pairs_of
from bancheng.projections.tickets.repeats import SHOWN_MAX
from bancheng.projections.tickets.texts import ticket_text
from support import backends

TITLE, TEXT = "留言主题", "留言详情"
JUDGED = Path(__file__).with_name("likely_pairs.csv")


def messages(path: Path) -> dict[str, tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        return {str(number): (row[TITLE], row[TEXT]) for number, row in enumerate(rows, 1)}


def judged(path: Path) -> list[tuple[str, str, bool]]:
    with path.open(encoding="utf-8") as file:
        return [(one, other, same == "1") for one, other, same in csv.reader(file)]


def fill(connection: Connection, told: dict[str, tuple[str, str]]) -> None:
    rows = []
    for place, (number, texts) in enumerate(told.items(), 1):
        spelling = PART.join(map(spelt, texts))
        rows.append({
            "ticket_id": number, "place": place, "number": "", "spelling_masked": spelling,
            "grams": grams_of(spelling),
        })  # fmt: skip
    connection.execute(insert(ticket_text), rows)


def measured(
    connection: Connection,
    told: dict[str, tuple[str, str]],
    pairs: list[tuple[str, str, bool]],
) -> Iterator[tuple[str, str]]:
    shown: dict[str, list[str]] = {}
    took = []
    for number in {one for pair in pairs for one in pair[:2]}:
        began = time.perf_counter()
        found = alike(connection, pairs_of(*told[number]), but=number)
        took.append(time.perf_counter() - began)
        shown[number] = [one.ticket_id for one in found[:SHOWN_MAX]]

    def recall(*, same: bool) -> str:
        those = [pair[:2] for pair in pairs if pair[2] is same]
        hits = sum(one in shown[other] or other in shown[one] for one, other in those)
        return f"{hits} of {len(those)}, {hits / len(those):.2f}"

    yield "messages", f"{len(told):,}"
    yield f"one matter, shown among {SHOWN_MAX}", recall(same=True)
    yield f"not one matter, shown among {SHOWN_MAX}", recall(same=False)
    yield "median of a question", f"{statistics.median(took) * 1000:.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("messages", type=Path)
    parser.add_argument("--backend", choices=backends.ALL, action="append")
    chosen = parser.parse_args()
    told, pairs = messages(chosen.messages), judged(JUDGED)
    table = Printed(title="likely repeats")
    table.add_column("what")
    figures: dict[str, list[str]] = {}
    for backend in chosen.backend or backends.ALL:
        table.add_column(backend, justify="right")
        with backends.on_disk(backend) as url:
            container = build(Config(database_url=url, master_key=b"k" * 32, hall="DEMO"))
            container.runner.catch_up()
            with container.database.begin() as connection:
                fill(connection, told)
                if is_postgresql(connection):
                    connection.exec_driver_sql("ANALYZE")
            with container.database.connect() as connection:
                for name, figure in measured(connection, told, pairs):
                    figures.setdefault(name, []).append(figure)
            container.close()
    for name, cells in figures.items():
        table.add_row(name, *cells)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
