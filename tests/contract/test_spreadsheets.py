"""XLSX as several programs write it: what people see is read, or refused by line and column."""

import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook

from bancheng.importing.tables import NUMBERING, Column, Row, TableForm
from bancheng.infra.files import TableError
from bancheng.infra.tables import read_table
from support.spreadsheets import NAMES, WRITERS, by_openpyxl, by_xlsxwriter

FORM = TableForm(
    (
        NUMBERING,
        Column("编号", identifies=True),
        Column("内容"),
        Column("时间", needed=False, is_time=True),
    )
)
HEADING = ("编号", "内容", "时间")
SOUND = ("A-2", "停水了", "2024-01-06")
DAY, MIDNIGHT = date(2024, 1, 5), datetime(2024, 1, 5)


def rows(path: Path, *, bytes_max: int = 10**7) -> list[Row]:
    return list(read_table(path, FORM, bytes_max=bytes_max))


def bad(found: list[Row]) -> list[tuple[int, str | None, str]]:
    return [(row.line, row.error.field, row.error.code) for row in found if row.error]


def refused(path: Path, *, bytes_max: int = 10**7) -> TableError:
    with pytest.raises(TableError) as refusal:
        rows(path, bytes_max=bytes_max)
    assert refusal.value.remedy
    return refusal.value


@pytest.mark.parametrize("writer", NAMES)
def test_every_writer_is_read_alike(tmp_path, writer):
    file = tmp_path / "导出.XLSX"
    at = datetime(2024, 1, 5, 8, 5)
    WRITERS[writer](
        file,
        [
            ("登记表",),
            HEADING,
            ("0012", "第一行\n第二行", at),
            (17, 4.5, datetime(2024, 1, 6)),
            SOUND,
        ],
    )
    assert rows(file) == [
        Row(3, {"编号": "0012", "内容": "第一行\n第二行", "时间": at}),
        Row(4, {"编号": "17", "内容": "4.5", "时间": datetime(2024, 1, 6)}),
        Row(5, dict(zip(HEADING, SOUND, strict=True))),
    ]


@pytest.mark.parametrize("writer", NAMES)
def test_a_long_number_is_refused_and_the_rest_goes_in(tmp_path, writer):
    file = tmp_path / "a.xlsx"
    long = [20240105123456789012, 20240105123456789013, 1234567890123456]
    WRITERS[writer](file, [HEADING, *((number, "x", "") for number in long), SOUND])
    found = rows(file)
    assert bad(found) == [(line, "编号", "NUMBER_TOO_LONG") for line in (2, 3, 4)]
    assert found[3].error is None
    assert "文本" in found[0].error.remedy


@pytest.mark.parametrize("writer", NAMES)
def test_fifteen_digits_are_kept(tmp_path, writer):
    file = tmp_path / "a.xlsx"
    WRITERS[writer](file, [HEADING, (123456789012345, "x", "")])
    assert rows(file)[0].text("编号") == "123456789012345"


@pytest.mark.parametrize(
    ("value", "form", "code"),
    [
        (123, "00000", "NUMBER_LOST_ZEROS"),
        (123, "000-000", "NUMBER_LOST_ZEROS"),
        (4, '0"个工作小时"', "NUMBER_SHOWN_OTHERWISE"),
        (4, "0天", "NUMBER_SHOWN_OTHERWISE"),
        (0.05, "0%", "NUMBER_SHOWN_OTHERWISE"),
        (4.6, "0", "NUMBER_SHOWN_OTHERWISE"),
        (1.005, "#,##0.00", "NUMBER_SHOWN_OTHERWISE"),
        (4000, "0,", "NUMBER_SHOWN_OTHERWISE"),
        (4, ";;;", "NUMBER_SHOWN_OTHERWISE"),
        (-4, "0;0", "NUMBER_SHOWN_OTHERWISE"),
        (-4, "0;;0", "NUMBER_SHOWN_OTHERWISE"),
        (0, "0;-0;;@", "NUMBER_SHOWN_OTHERWISE"),
        (0, "#", "NUMBER_SHOWN_OTHERWISE"),
        (4, "[>=2]0;[<2]0", "NUMBER_SHOWN_OTHERWISE"),
        (time(8, 5), "hh:mm", "CELL_WITHOUT_DAY"),
        ("=1+1", "General", "CELL_IS_FORMULA"),
        ("#N/A", "General", "CELL_ERROR_VALUE"),
    ],
)
def test_what_is_kept_otherwise_than_it_is_shown_is_refused(tmp_path, value, form, code):
    book = Workbook()
    book.active.append(HEADING)
    book.active.append(("A-1", value, ""))
    book.active["B2"].number_format = form
    book.active.append(SOUND)
    book.save(tmp_path / "a.xlsx")
    found = rows(tmp_path / "a.xlsx")
    assert bad(found) == [(2, "内容", code)]
    assert found[1].error is None


@pytest.mark.parametrize(
    "form", ["General", "0", "0_ ", "#,##0", "@", "0_);[Red](0)", "[$-804]General", "00000"]
)
def test_a_number_that_is_shown_as_it_is_kept_is_read(tmp_path, form):
    book = Workbook()
    book.active.append(HEADING)
    book.active.append(("A-1", 12345, ""))
    book.active["B2"].number_format = form
    book.save(tmp_path / "a.xlsx")
    assert rows(tmp_path / "a.xlsx") == [Row(2, {"编号": "A-1", "内容": "12345", "时间": ""})]


@pytest.mark.parametrize(
    ("value", "form"),
    [(-4, "General"), (-4, "0"), (-4, "0;-0"), (-4, "0_);[Red](0)"), (0, "0;-0"), (0, "General")],
)
def test_a_sign_and_a_zero_that_are_shown_are_read(tmp_path, value, form):
    book = Workbook()
    book.active.append(HEADING)
    book.active.append(("A-1", value, ""))
    book.active["B2"].number_format = form
    book.save(tmp_path / "a.xlsx")
    (row,) = rows(tmp_path / "a.xlsx")
    assert (row.text("内容"), row.error) == (str(value), None)


@pytest.mark.parametrize(
    ("value", "form"), [(4.5, "0.0"), (4.5, "0.00"), (0.1 + 0.2, "0.0"), (4.5, "General")]
)
def test_a_fraction_that_is_shown_whole_is_read(tmp_path, value, form):
    book = Workbook()
    book.active.append(HEADING)
    book.active.append(("A-1", value, ""))
    book.active["B2"].number_format = form
    book.save(tmp_path / "a.xlsx")
    assert [row.error for row in rows(tmp_path / "a.xlsx")] == [None]


@pytest.mark.parametrize(
    ("form", "read"),
    [
        *((form, DAY) for form in ("yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "m/d/yy", 31, 57)),
        *((form, MIDNIGHT) for form in ("m/d/yy h:mm", 'yyyy"年"m"月"d"日" h"时"mm"分"')),
    ],
)
def test_a_date_is_read_however_it_is_shown(tmp_path, form, read):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADING)
        sheet.write_row(1, 0, ("A-1", "x"))
        sheet.write_datetime(1, 2, date(2024, 1, 5), book.add_format({"num_format": form}))
    cell = rows(tmp_path / "a.xlsx")[0].cells["时间"]
    assert (type(cell), cell) == (type(read), read)


def test_a_clock_that_a_format_does_not_show_is_kept(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADING)
        sheet.write_row(1, 0, ("A-1", "x"))
        at = datetime(2024, 1, 5, 15)
        sheet.write_datetime(1, 2, at, book.add_format({"num_format": "yyyy-mm-dd"}))
    assert rows(tmp_path / "a.xlsx")[0].cells["时间"] == at


@pytest.mark.parametrize("writer", NAMES)
def test_a_text_that_became_a_date_is_refused(tmp_path, writer):
    WRITERS[writer](tmp_path / "a.xlsx", [HEADING, ("A-1", datetime(2024, 1, 5, 8), ""), SOUND])
    assert bad(rows(tmp_path / "a.xlsx")) == [(2, "内容", "NUMBER_MADE_A_DATE")]


def test_what_stands_in_a_column_that_is_passed_over_is_no_matter(tmp_path):
    heading = ("序号", *HEADING)
    numbers = ("=ROW()-1", "#REF!", datetime(2024, 1, 5), 20240105123456789012)
    by_openpyxl(tmp_path / "a.xlsx", [heading, *((one, *SOUND) for one in numbers)])
    found = rows(tmp_path / "a.xlsx")
    assert bad(found) == []
    assert [row.text("编号") for row in found] == ["A-2"] * len(numbers)


@pytest.mark.parametrize("error", ["#N/A", "#GETTING_DATA", "#BUSY!", "#名称?"])
def test_a_cell_that_is_an_error_is_one_whatever_it_is_called(tmp_path, error):
    by_openpyxl(tmp_path / "a.xlsx", [HEADING, ("A-1", "@@", ""), SOUND])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    cell = f'<c r="B2" t="e"><v>{error}</v></c>'.encode()
    _change_sheet(tmp_path / "a.xlsx", re.sub(rb'<c r="B2".*?</c>', cell, sheet))
    assert bad(rows(tmp_path / "a.xlsx")) == [(2, "内容", "CELL_ERROR_VALUE")]


def test_a_code_that_became_a_date_is_refused(tmp_path):
    by_xlsxwriter(tmp_path / "a.xlsx", [HEADING, (datetime(2024, 3, 1), "x", "")])
    assert bad(rows(tmp_path / "a.xlsx")) == [(2, "编号", "NUMBER_MADE_A_DATE")]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_the_visible_sheet_is_read_and_no_hidden_one(tmp_path, state):
    book = Workbook()
    book.active.append(HEADING)
    book.active.append(("隐藏", "x", ""))
    book.active.sheet_state = state
    book.create_sheet("说明").append(("请按说明填写",))
    shown = book.create_sheet("数据")
    shown.append(HEADING)
    shown.append(SOUND)
    book.active = 2
    book.save(tmp_path / "a.xlsx")
    assert [row.text("编号") for row in rows(tmp_path / "a.xlsx")] == ["A-2"]


def test_two_visible_sheets_are_too_many(tmp_path):
    book = Workbook()
    for sheet in (book.active, book.create_sheet("二月")):
        sheet.append(HEADING)
    book.save(tmp_path / "a.xlsx")
    error = refused(tmp_path / "a.xlsx")
    assert error.code == "SHEET_AMBIGUOUS"
    assert "Sheet、二月" in error.message


def test_a_book_without_a_visible_sheet_and_a_file_that_is_not_there_are_refused(tmp_path):
    file = tmp_path / "a.xlsx"
    by_openpyxl(tmp_path / "seen.xlsx", [HEADING, SOUND])
    # No writer saves such a book, but some program did.
    with zipfile.ZipFile(tmp_path / "seen.xlsx") as seen, zipfile.ZipFile(file, "w") as hidden:
        for name in seen.namelist():
            data = seen.read(name)
            if name == "xl/workbook.xml":
                assert b'state="visible"' in data
                data = data.replace(b'state="visible"', b'state="hidden"')
            hidden.writestr(name, data)
    assert refused(file).code == "SHEET_MISSING"
    missing = refused(tmp_path / "nowhere.xlsx")
    assert (missing.code, "nowhere.xlsx" in missing.message) == ("FILE_NOT_FOUND", True)


@pytest.mark.parametrize("place", ["C3000", "B1048576", "XFD1048576"])
def test_a_stray_blank_far_away_makes_no_row(tmp_path, place):
    book = Workbook()
    book.active.append(HEADING)
    book.active.append(SOUND)
    book.active[place] = " "
    book.save(tmp_path / "a.xlsx")
    found = rows(tmp_path / "a.xlsx")
    assert [row.text("编号") for row in found] == ["A-2"]
    assert bad(found) == []


def merged(file: Path, table: list[tuple[str, ...]], *ranges: str) -> Path:
    book = Workbook()
    for row in table:
        book.active.append(row)
    for one in ranges:
        book.active.merge_cells(one)
    book.save(file)
    return file


def test_what_lies_under_a_merged_cell_is_bad_and_not_empty(tmp_path):
    table = [HEADING, SOUND, ("A-3", "", ""), ("A-4", "x", "2024-01-07"), ("A-5", "y", "")]
    found = rows(merged(tmp_path / "a.xlsx", table, "B2:B3", "C4:C5"))
    assert bad(found) == [(3, "内容", "CELL_MERGED"), (5, "时间", "CELL_MERGED")]
    assert "取消合并" in found[1].error.remedy
    assert found[0] == Row(2, dict(zip(HEADING, SOUND, strict=True)))


def test_what_a_program_left_under_a_merged_cell_is_not_taken(tmp_path):
    file = merged(tmp_path / "a.xlsx", [HEADING, SOUND, ("A-3", "", "")], "B2:B3")
    with zipfile.ZipFile(file) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    left = b'<c r="B3" t="inlineStr"><is><t>unseen</t></is></c>'
    _change_sheet(file, re.sub(rb'(<c r="A3".*?</c>)', rb"\1" + left, sheet))
    assert left in zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml")
    assert bad(rows(file)) == [(3, "内容", "CELL_MERGED")]


def test_a_cell_merged_sideways_says_nothing_of_the_second_column(tmp_path):
    found = rows(merged(tmp_path / "a.xlsx", [HEADING, ("A-1", "x", ""), SOUND], "B2:C2"))
    assert bad(found) == [(2, "时间", "CELL_MERGED")]


@pytest.mark.parametrize(
    ("table", "ranges"),
    [
        ([("登记表",), HEADING, SOUND], ["A1:C1"]),
        ([HEADING, SOUND, ("", "", "")], ["A2:A3", "B2:B3", "C2:C3"]),
        ([HEADING, SOUND], ["C2:F2"]),
        ([HEADING, SOUND, ("合计", "", "1")], ["A3:B3"]),
        ([("编号", "内容", "", "时间"), ("A-2", "停水了", "", "2024-01-06")], ["B1:C1", "B2:C2"]),
    ],
    ids=["title", "high row", "wide cell", "totals", "wide column"],
)
def test_what_is_merged_for_its_looks_alone_is_read(tmp_path, table, ranges):
    found = rows(merged(tmp_path / "a.xlsx", table, *ranges))
    assert [(row.text("编号"), row.text("时间"), row.error) for row in found] == [
        ("A-2", "2024-01-06", None)
    ]


def test_a_column_under_a_merged_heading_has_none(tmp_path):
    table = [("编号", "内容", "", "时间"), ("A-2", "停水了", "又停水了", "2024-01-06")]
    assert bad(rows(merged(tmp_path / "a.xlsx", table, "B1:C1"))) == [
        (2, None, "CELL_WITHOUT_HEADING")
    ]


def test_a_row_that_a_filter_hides_is_told(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for place, row in enumerate((HEADING, ("A-1", "x", ""), SOUND, ("", "", ""))):
            sheet.write_row(place, 0, row)
        for hidden in (1, 3):
            sheet.set_row(hidden, None, None, {"hidden": True})
    found = rows(tmp_path / "a.xlsx")
    assert bad(found) == [(2, None, "ROW_HIDDEN")]
    assert [row.text("编号") for row in found] == ["A-1", "A-2"]


HIDDEN: dict[str, dict[str, Any]] = {"hidden": {"hidden": True}, "of no width": {}}


@pytest.mark.parametrize("how", HIDDEN)
@pytest.mark.parametrize("columns", ["B:B", "B:C", "C:XFD"])
def test_a_column_that_nobody_sees_is_told_and_neither_read_nor_left_out(tmp_path, columns, how):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for place, row in enumerate((HEADING, SOUND)):
            sheet.write_row(place, 0, row)
        sheet.set_column(columns, 0 if how == "of no width" else None, None, HIDDEN[how])
    error = refused(tmp_path / "a.xlsx")
    assert error.code == "COLUMN_HIDDEN"
    hidden = {"B:B": "内容", "B:C": "内容、时间", "C:XFD": "时间"}[columns]
    assert error.message.endswith(f"的表头有被隐藏的列: {hidden}")


def test_columns_without_a_heading_may_be_hidden_and_in_a_log_what_is_not_mapped(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for place, row in enumerate((HEADING, SOUND)):
            sheet.write_row(place, 0, row)
        sheet.set_column("D:XFD", None, None, {"hidden": True})
        sheet.set_column("B:B", None, None, {"hidden": True})
    form = TableForm((Column("编号"), Column("时间")), verbatim=True)
    (row,) = read_table(tmp_path / "a.xlsx", form, bytes_max=10**7)
    assert row.cells == {"编号": "A-2", "时间": "2024-01-06"}


def test_a_heading_that_nobody_sees_is_none(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet().write_row(0, 0, HEADING)
        book.worksheets()[0].set_row(0, None, None, {"hidden": True})
    assert refused(tmp_path / "a.xlsx").code == "COLUMN_MISSING"


def test_a_sheet_like_the_others_that_lacks_a_column_is_not_passed_over(tmp_path):
    book = Workbook()
    book.active.append(HEADING)
    book.active.append(SOUND)
    for name, heading in (("二月", ("编号", "内 容 摘 要", "时间")), ("说明", ("请按说明填写",))):
        book.create_sheet(name).append(heading)
    book.save(tmp_path / "a.xlsx")
    error = refused(tmp_path / "a.xlsx")
    assert error.code == "SHEET_INCOMPLETE"
    assert "二月" in error.message
    assert "说明" not in error.message.partition(":")[0]
    book["二月"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert [row.text("编号") for row in rows(tmp_path / "a.xlsx")] == ["A-2"]


def test_something_beyond_the_heading_is_bad(tmp_path):
    by_openpyxl(tmp_path / "a.xlsx", [HEADING, (*SOUND, "", "批注")])
    assert bad(rows(tmp_path / "a.xlsx")) == [(2, None, "ROW_CELLS_MISCOUNTED")]


def test_a_row_of_totals_at_the_end_is_passed_over(tmp_path):
    by_openpyxl(tmp_path / "a.xlsx", [HEADING, SOUND, ("合计", "=COUNTA(B2:B2)", 1), (None, " ")])
    assert [row.text("编号") for row in rows(tmp_path / "a.xlsx")] == ["A-2"]


def test_what_a_spreadsheet_unpacks_to_is_bounded(tmp_path):
    file = tmp_path / "a.xlsx"
    by_openpyxl(file, [HEADING, *(("A", "长" * 1000, "") for _ in range(500))])
    assert file.stat().st_size < 100_000
    assert refused(file, bytes_max=100_000).code == "FILE_TOO_LARGE"


@pytest.mark.parametrize("damage", ["cut", "no sheet", "no xml", "password"])
def test_a_broken_spreadsheet_says_so_in_chinese(tmp_path, damage):
    file = tmp_path / "a.xlsx"
    by_openpyxl(file, [HEADING, SOUND])
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-100])
    elif damage == "password":
        file.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1000))
    else:
        _change_sheet(file, b"" if damage == "no sheet" else b"<worksheet><sheetData><row>")
    error = refused(file)
    assert error.code == "FILE_UNREADABLE"
    assert "不是完好的 XLSX" in error.message


def _change_sheet(file: Path, content: bytes) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, content if name.endswith("sheet1.xml") else part)
