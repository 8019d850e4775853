"""What a ledger costs as a file: the same rows as XLSX and CSV, and by XlsxWriter beside them.

The cells of XlsxWriter (constant memory) are the same, and so is what it takes to read the rows,
to mask and to word them. CPU is that of this process; compare within a run only.

    python bench/exports.py [--rows 20000] [--rounds 3]
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from bancheng.app.engine import Context
from bancheng.bootstrap import Container
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.unit import RegisterUnit
from bancheng.hall_papers import LedgerFile, PaperForm, Reader
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.infra.paper_csv import CsvEncoding
from bancheng.projections.ledger.cells import Reading
from bancheng.projections.ledger.papers import columns_of
from bancheng.projections.tickets.tickets import TICKETS
from support import backends, builders, halls

Measured = tuple[float, float, int]  # CPU seconds, seconds to the first byte, bytes


def filled(container: Container, rows: int) -> None:
    halls.act(container, RegisterUnit(code="RS", name="人社局"))
    with container.in_bulk() as bulk:
        for nth in range(rows):
            place = Place(Channel.WINDOW)
            context = Context(actor=halls.EVERYTHING, key=f"bench/{nth}", place=place)
            bulk.engine.execute(builders.reporting(), context)
    container.runner.catch_up()


def file_of(container: Container, connection: Any, form: PaperForm) -> LedgerFile:
    rules = container.rules
    reader = Reader(None, rules.calendar(), rules.rulebook())
    return LedgerFile(
        connection=connection, ledger=TICKETS, chosen=TICKETS.filter(), sort=TICKETS.first_sort,
        descending=False, reader=reader, form=form, encoding=CsvEncoding.UTF_8,
        cover=lambda _: (),
    )  # fmt: skip


def ours(form: PaperForm) -> Callable[[Container], Measured]:
    def made(container: Container) -> Measured:
        began, cpu, first, size = time.perf_counter(), time.process_time(), 0.0, 0
        with database.snapshot(container.database) as connection:
            for piece in file_of(container, connection, form).pieces():
                first = first or time.perf_counter() - began
                size += len(piece.content)
        return time.process_time() - cpu, first, size

    return made


def theirs(container: Container) -> Measured:
    began, cpu = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder, database.snapshot(container.database) as seen:
        path = Path(folder) / "them.xlsx"
        options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}
        book = xlsxwriter.Workbook(path, options)
        sheet = book.add_worksheet("台账")
        file = file_of(container, seen, PaperForm.XLSX)
        names = file.reader.names(seen)
        reading = Reading(names.local, names.unit, names.term)
        columns = columns_of(TICKETS, None, reading)
        at = 0
        for rows in TICKETS.pages(seen, file.chosen, file.sort, descending=False):
            for row in rows:
                at += 1
                for place, column in enumerate(columns):
                    _write(sheet, at, place, column.read(row))
        book.close()
        size = path.stat().st_size
    return time.process_time() - cpu, time.perf_counter() - began, size


def _write(sheet: Any, at: int, place: int, cell: Any) -> None:
    match cell:
        case None:
            return
        case datetime() | date():
            sheet.write_datetime(at, place, cell)
        case str():
            sheet.write_string(at, place, cell)
        case _:
            sheet.write_number(at, place, cell)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    ways = {"XLSX": ours(PaperForm.XLSX), "CSV": ours(PaperForm.CSV), "XlsxWriter": theirs}
    found: dict[str, list[Measured]] = {name: [] for name in ways}
    with backends.furnished("sqlite") as url, halls.hall(url, FixedClock(halls.MONDAY)) as hall:
        filled(hall, asked.rows)
        for _ in range(asked.rounds):
            for name, way in ways.items():
                found[name].append(way(hall))
    told = Table("as", "CPU s", "of XlsxWriter", "first byte s", "MB")
    base = statistics.median(cpu for cpu, _, _ in found["XlsxWriter"])
    for name, rounds in found.items():
        cpu, first, size = (statistics.median(one[at] for one in rounds) for at in range(3))
        told.add_row(name, f"{cpu:.2f}", f"{cpu / base:.2f}", f"{first:.3f}", f"{size / 1e6:.1f}")
    Console().print(f"{asked.rows} tickets, {asked.rounds} rounds")
    Console().print(told)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Console().print(f"peak memory of the process, the filling included: {peak:.0f} MB")


if __name__ == "__main__":
    main()
