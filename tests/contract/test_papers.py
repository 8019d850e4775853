"""A paper says the same to two readers that know nothing of us: openpyxl and Debian's gnumeric."""

import csv
import io
import os
import shutil
import subprocess
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from bancheng.infra import paper_xlsx
from bancheng.infra.paper_csv import CsvEncoding, CsvPaper
from bancheng.infra.paper_xlsx import LETTERS_MAX, XlsxPaper
from bancheng.projections.ledger.papers import CellKind, PaperColumn

KINDS = (CellKind.TEXT, CellKind.DAY, CellKind.INSTANT, CellKind.COUNT)
COLUMNS = [
    PaperColumn(heading, kind, 12, lambda row, at=at: row[at])
    for at, (heading, kind) in enumerate(
        zip(("编号", "到期日", "登记时间", "次数"), KINDS, strict=True)
    )
]
TEXTS = (
    "11010519491231002X", "110105194912310021", "000120", "第一行\n第二行", " 前后有空 ", "=1+1",
    "<b>&\"'", "😀𠮷", "1e5", "2026-03-02",
)  # fmt: skip
ROWS = [
    (text, date(2026, 2, 28), datetime(2026, 3, 2, 23, 59, 59), nth)
    for nth, text in enumerate(TEXTS)
]


def written(rows=ROWS, title: str = "台账") -> bytes:
    paper = XlsxPaper(title, COLUMNS)
    pieces = [paper.add(rows[:1]), paper.add(rows[1:]), paper.end([("大厅", "甲厅")])]
    return b"".join(pieces)


def test_every_cell_is_what_it_was_to_one_reader():
    sheet = openpyxl.load_workbook(io.BytesIO(written()))["台账"]
    headings, *rows = sheet.iter_rows(values_only=True)
    assert headings == ("编号", "到期日", "登记时间", "次数")
    assert [(row[0], row[1].date(), *row[2:]) for row in rows] == ROWS
    assert (sheet.freeze_panes, sheet["A2"].data_type) == ("A2", "s")


@pytest.mark.skipif(
    shutil.which("ssconvert") is None and "CI" not in os.environ, reason="gnumeric is not installed"
)
def test_and_to_another(tmp_path):
    source, target = tmp_path / "a.xlsx", tmp_path / "a.csv"
    source.write_bytes(written())
    command = ["ssconvert", "-S", str(source), str(tmp_path / "a%n.csv")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    with (tmp_path / "a1.csv").open(newline="") as file:
        _, *rows = csv.reader(file)
    assert not target.exists()
    assert [row[0] for row in rows] == list(TEXTS)
    assert {(row[1], row[2]) for row in rows} == {("2026/02/28", "2026/03/02 23:59:59")}
    assert [int(row[3]) for row in rows] == list(range(len(TEXTS)))


def test_a_sheet_that_is_full_is_followed_by_another_under_the_same_headings(monkeypatch):
    monkeypatch.setattr(paper_xlsx, "ROWS_MAX", 4)
    book = openpyxl.load_workbook(io.BytesIO(written()))
    assert book.sheetnames == ["说明", "台账", "台账(2)", "台账(3)", "台账(4)"]
    found = [
        row[0]
        for name in book.sheetnames[1:]
        for row in book[name].iter_rows(min_row=2, values_only=True)
    ]
    assert found == list(TEXTS)


def test_what_no_cell_can_hold_is_shown_and_what_was_left_out_is_said():
    rows = [("a\x00b\x0bc\r\nd", None, None, None), ("长" * 40_000, None, None, None)]
    sheet = openpyxl.load_workbook(io.BytesIO(written(rows)))["台账"]
    assert sheet["A2"].value == "a␀b␋c\nd"
    told = sheet["A3"].value
    assert len(told) <= LETTERS_MAX
    kept = told.count("长")
    assert f"略去 {40_000 - kept} 字" in told


def test_a_file_without_a_row_has_its_headings():
    sheet = openpyxl.load_workbook(io.BytesIO(written([])))["台账"]
    assert list(sheet.iter_rows(values_only=True)) == [("编号", "到期日", "登记时间", "次数")]
    paper = CsvPaper(COLUMNS, CsvEncoding.UTF_8)
    assert (paper.add([]) + paper.end(())).decode("utf-8-sig") == "编号,到期日,登记时间,次数\r\n"


def test_the_zip_is_whole():
    with zipfile.ZipFile(io.BytesIO(written())) as package:
        assert package.testzip() is None
        assert "[Content_Types].xml" in package.namelist()


@pytest.mark.parametrize("encoding", CsvEncoding)
def test_a_csv_has_its_mark_once_and_no_formula(encoding: CsvEncoding):
    paper = CsvPaper(COLUMNS, encoding)
    content = b"".join([paper.add(ROWS[:5]), paper.add(ROWS[5:]), paper.end(())])
    _, *rows = csv.reader(io.StringIO(content.decode(encoding.value), newline=""))
    assert [row[0] for row in rows] == [f"'{one}" if one == "=1+1" else one for one in TEXTS]
    assert rows[0][1:] == ["2026-02-28", "2026-03-02 23:59:59", "0"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\n=1", "\r=1", "＝1"])
def test_a_text_like_a_formula_gets_an_apostrophe_and_a_number_none(text: str):
    paper = CsvPaper(COLUMNS, CsvEncoding.UTF_8)
    content = (paper.add([(text, None, None, -1)]) + paper.end(())).decode("utf-8-sig")
    (_, row) = csv.reader(io.StringIO(content, newline=""))
    assert row == [f"'{text}", "", "", "-1"]
