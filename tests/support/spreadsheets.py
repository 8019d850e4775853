"""Spreadsheets as several programs write them: each writer has its own idea of the format."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pyexcelerate  # type: ignore[import-untyped]
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from openpyxl import Workbook  # type: ignore[import-untyped]

Rows = Sequence[Sequence[object]]


def by_openpyxl(file: Path, rows: Rows) -> None:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(file)


def by_xlsxwriter(file: Path, rows: Rows) -> None:
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, place, cell)


def by_pyexcelerate(file: Path, rows: Rows) -> None:
    book = pyexcelerate.Workbook()
    sheet = book.new_sheet("Sheet1", data=[list(row) for row in rows])
    dated = pyexcelerate.Style(format=pyexcelerate.Format("yyyy-mm-dd hh:mm"))
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row, start=1):
            if isinstance(cell, datetime):
                sheet.set_cell_style(number, place, dated)
    book.save(str(file))


def by_gnumeric(file: Path, rows: Rows) -> None:
    """What Debian's Gnumeric makes of a spreadsheet when it saves it again."""
    before = file.with_name(f"before-{file.name}")
    by_openpyxl(before, rows)
    subprocess.run(
        ["ssconvert", "--export-type=Gnumeric_Excel:xlsx", str(before), str(file)],
        check=True,
        capture_output=True,
        timeout=120,
    )


# Without it the tests of other writers hold; what lands was tried with it.
GNUMERIC = pytest.param(
    "gnumeric",
    marks=pytest.mark.skipif(
        shutil.which("ssconvert") is None and "CI" not in os.environ,
        reason="gnumeric is not installed",
    ),
)
WRITERS: dict[str, Callable[[Path, Rows], None]] = {
    "openpyxl": by_openpyxl,
    "xlsxwriter": by_xlsxwriter,
    "pyexcelerate": by_pyexcelerate,
    "gnumeric": by_gnumeric,
}
NAMES = [*(name for name in WRITERS if name != "gnumeric"), GNUMERIC]
