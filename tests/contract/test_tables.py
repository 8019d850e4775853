"""CSV as people save it: read as it was meant, or refused by line and column."""

import gzip
import re
from pathlib import Path

import pytest

from bancheng.importing.tables import NUMBERING, Column, Row, TableForm
from bancheng.infra.files import TableError
from bancheng.infra.tables import read_table

HOURS = frozenset({"小时", "工作日"})
FORM = TableForm(
    (
        Column("编号", identifies=True),
        Column("内容", ("正文",)),
        Column("时限", needed=False, remarks=HOURS, remark_in="时限单位"),
        Column("时限单位", needed=False),
        Column("日期"),
        NUMBERING,
    )
)
HEADING = "编号,内容,日期\n"
TEXT = HEADING + "A-1,路灯不亮,2024-01-05\nA-2,停水了,2024-01-06\n"
CODES = ["A-1", "A-2"]


def written(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if name.lower().endswith(".gz") else data)
    return path


def rows(path: Path, *, bytes_max: int = 10**6, form: TableForm = FORM) -> list[Row]:
    return list(read_table(path, form, bytes_max=bytes_max))


def good(found: list[Row]) -> list[str]:
    return [row.text("编号") for row in found if row.error is None]


def bad(found: list[Row]) -> list[tuple[int, str]]:
    return [(row.line, row.error.code) for row in found if row.error is not None]


def refused(path: Path) -> TableError:
    with pytest.raises(TableError) as refusal:
        rows(path)
    assert refusal.value.remedy
    return refusal.value


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_every_encoding_of_an_office_is_read(tmp_path, encoding):
    found = rows(written(tmp_path, TEXT.encode(encoding)))
    assert (good(found), bad(found)) == (CODES, [])
    assert [row.text("内容") for row in found] == ["路灯不亮", "停水了"]


def test_a_rare_name_in_gb18030_is_read(tmp_path):
    text = TEXT.replace("停水了", "㛃𠮷同志反映,路面有坑".replace(",", ""))
    assert rows(written(tmp_path, text.encode("gb18030")))[1].text("内容").startswith("㛃𠮷")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (TEXT.encode("big5", "ignore"), 1),
        (TEXT.encode()[:-20] + b"\xff\xfe\n", 3),
        ((HEADING + "A-1,M\u00fcller,2024-01-05\n").encode() + b"A-2,M\xfcller,2024-01-05\n", 3),
    ],
    ids=["big5", "broken", "latin in utf-8"],
)
def test_another_encoding_is_named_with_the_line_and_not_guessed(tmp_path, data, line):
    error = refused(written(tmp_path, data))
    assert error.code == "ENCODING_UNKNOWN"
    assert f"第 {line} 行" in error.message


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("said", ["", "sep={}\n", '"sep={}"\n'])
def test_every_separator_is_read(tmp_path, separator, said):
    text = said.format(separator) + TEXT.replace(",", separator)
    assert good(rows(written(tmp_path, text))) == CODES


def test_a_file_may_name_an_unusual_separator(tmp_path):
    assert good(rows(written(tmp_path, "sep=|\n" + TEXT.replace(",", "|")))) == CODES


@pytest.mark.parametrize("name", ["导出.CSV", "M.CSV.GZ", "m.csv.Gz", "a.TXT", "a.tsv"])
def test_a_name_in_capitals_is_known(tmp_path, name):
    assert good(rows(written(tmp_path, TEXT, name))) == CODES


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("a.xls", "FILE_KIND_UNKNOWN", "旧版 XLS"),
        ("a.ods", "FILE_KIND_UNKNOWN", "ODS"),
        ("a.docx", "FILE_KIND_UNKNOWN", "不认识文件"),
        ("a.xlsx", "FILE_UNREADABLE", "XLSX"),
    ],
)
def test_another_kind_of_file_is_named(tmp_path, name, code, said):
    error = refused(written(tmp_path, TEXT, name))
    assert error.code == code
    assert said in error.message


@pytest.mark.parametrize(
    "text",
    [
        "2024年留言登记表\n填表人:王五,,\n" + TEXT,
        "2024年留言登记表,,\n\n" + TEXT,
        TEXT + "合计,2,\n",
        TEXT + "合计:,,2件\n,,\n",
        TEXT + "总 计,2\n",
        TEXT + "合计2件,,\n",
        TEXT + "本页小计,,2\n全部合计:,,12\n",
        TEXT + "共 2 条记录,,\n",
        TEXT.replace("编号", "\ufeff编\u200b号:"),
        TEXT.replace("A-2", "\ufeff编号,内容,日期\n\ufeffA-2"),
        TEXT.replace("A-2", "\n,,\n  , ,\nA-2") + "\n\n,,,,\n",
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.replace("编号,内容,日期", "* 编号,正文（原文）,日 期*"),
        TEXT.rstrip("\n"),
        TEXT.replace("\n", ",\n"),
    ],
)
def test_what_stands_around_the_rows_is_passed_over(tmp_path, text):
    found = rows(written(tmp_path, text))
    assert (good(found), bad(found)) == (CODES, [])


def test_a_row_keeps_the_line_at_which_it_begins(tmp_path):
    text = '登记表\nsep,,\n编号,内容,日期\n\nA-1,"两\n行",2024-01-05\nA-2,x,2024-01-06\n'
    assert [row.line for row in rows(written(tmp_path, text))] == [5, 7]


def test_totals_amid_the_rows_are_a_row(tmp_path):
    found = rows(written(tmp_path, TEXT.replace("A-2", "小计,2,\nA-2")))
    assert good(found) == ["A-1", "小计", "A-2"]  # which its importer refuses for what it lacks


SOUND = "A-2,停水,2024-01-06\nA-3,停电,2024-01-07\n"


@pytest.mark.parametrize(
    ("row", "after"),
    [
        ('A-1,"没有水,2024-01-05\n', SOUND),
        ('"A-1,没有水,2024-01-05\n', SOUND),
        ('A-1,没有水,"2024-01-05\n', SOUND),
        ('A-1,没有水",2024-01-05\n', SOUND),
        ('A-1,没"有水,2024-01-05\n', SOUND),
        ('A-1,"没有"水,2024-01-05\n', SOUND),
        ('A-1,"没有水,2024-01-05\n', SOUND.replace("停电", '"停电"')),
        ('A-1,"没有水,2024-01-05\n', SOUND.replace("停电", '"停\n电"')),
    ],
)
def test_a_stray_quotation_mark_loses_its_own_line_alone(tmp_path, row, after):
    found = rows(written(tmp_path, HEADING + row + after))
    assert bad(found) == [(2, "QUOTE_STRAY")]
    assert good(found) == ["A-2", "A-3"]


def test_two_stray_marks_do_not_swallow_what_is_between_them(tmp_path):
    text = HEADING + 'A-1,"没有水,2024-01-05\nA-2,停水,2024-01-06\nA-3,停电",2024-01-07\n'
    found = rows(written(tmp_path, text))
    assert bad(found) == [(2, "QUOTE_STRAY"), (4, "QUOTE_STRAY")]
    assert good(found) == ["A-2"]


def test_two_stray_marks_do_not_swallow_a_row_that_is_answered_and_one_that_is_not(tmp_path):
    heading = "编号,日期,内容,时限\n"
    text = (
        heading + 'A-1,2024-01-05,"路灯,\nA-2,2024-01-06,停水",2024-01-09\nA-3,2024-01-07,噪声,\n'
    )
    assert [row.line for row in rows(written(tmp_path, text)) if row.error] == [2, 3]


def test_a_heading_on_every_page_is_no_row(tmp_path):
    found = rows(written(tmp_path, TEXT + HEADING + "A-3,噪声,2024-01-07\n"))
    assert (good(found), bad(found)) == ([*CODES, "A-3"], [])


def test_all_that_is_wrong_with_a_heading_is_told_at_once(tmp_path):
    error = refused(written(tmp_path, "编号,内容,正文,备注栏,时限(天)\nA-1,x,y,z,3\n"))
    assert [one.code for one in (error, *error.others)] == [
        "COLUMN_MISSING", "COLUMN_DOUBLED", "COLUMN_UNKNOWN", "HEADING_CONTRADICTS",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (TEXT + "编号,正文,日期,时限\nA-3,噪声,2024-01-07,5\n", 1),
        (TEXT + "\n" * 30 + "日期,编号,内容\n2024-01-07,A-3,噪声\n", 34),
        (TEXT + "日期,编号,内容\n2024-01-07,A-3,噪声\n", 4),
    ],
    ids=["wider below", "far below", "turned round"],
)
def test_two_tables_in_one_file_are_too_many(tmp_path, text, line):
    error = refused(written(tmp_path, text))
    assert error.code == "HEADING_AMBIGUOUS"
    assert f"第 {line} 行" in error.message


def test_a_mark_that_is_never_closed_does_not_read_the_file_again_and_again(tmp_path):
    many = "".join(f'A-{n},"没有水,2024-01-05\nB-{n},好,2024-01-05\n' for n in range(3_000))
    found = rows(written(tmp_path, HEADING + many))
    assert len(good(found)) == len(bad(found)) == 3_000


def test_quoted_texts_are_read_whole(tmp_path):
    said = '他说"不行",\n第二行;又一格\t'
    quoted = said.replace('"', '""')
    (row,) = rows(written(tmp_path, f'{HEADING}A-1,"{quoted}",2024-01-05\n'))
    assert row.error is None
    assert row.text("内容") == said.strip()


@pytest.mark.parametrize(
    "cells", ["A-1,您好,您反映的,2024-01-05", "A-1,您好", "A-1,您好,2024-01-05,"]
)
def test_a_row_with_other_cells_than_the_heading_is_bad(tmp_path, cells):
    found = rows(written(tmp_path, f"{HEADING}{cells}\n{SOUND}"))
    assert bad(found) == [(2, "ROW_CELLS_MISCOUNTED")]
    assert [row.text("编号") for row in found] == ["A-1", "A-2", "A-3"]


def test_something_under_no_heading_is_bad(tmp_path):
    found = rows(written(tmp_path, "编号,内容,,日期\nA-1,a,,2024-01-05\nA-2,a,b,2024-01-05\n"))
    assert (good(found), bad(found)) == (["A-1"], [(3, "CELL_WITHOUT_HEADING")])


@pytest.mark.parametrize(
    ("heading", "code", "said"),
    [
        ("编号,日期", "COLUMN_MISSING", "缺少列: 内容"),
        ("编号,内容,日期,备注", "COLUMN_UNKNOWN", "第 1 行的表头有不认识的列: 备注"),
        ("编号,内容,日期,时限天数", "COLUMN_UNKNOWN", "时限天数"),
        ("编号,内容,日期,编号", "COLUMN_DOUBLED", "编号、编号"),
        ("编号,内容,日期,正文", "COLUMN_DOUBLED", "内容、正文"),
        ("编号,内容,日期,时限(小时),时限(工作日)", "COLUMN_DOUBLED", "时限(小时)、时限(工作日)"),
        ("编号,内容,日期,时限(月)", "HEADING_CONTRADICTS", "「时限(月)」的「月」"),
        ("编号,内容,日期,时限(小时),时限单位", "HEADING_CONTRADICTS", "与「时限单位」"),
    ],
)  # fmt: skip
def test_a_heading_that_may_mean_something_else_is_refused(tmp_path, heading, code, said):
    error = refused(written(tmp_path, f"{heading}\n{'x,' * heading.count(',')}x\n"))
    assert error.code == code
    assert said in error.message


@pytest.mark.parametrize("heading", ["时限(小时)", "时限（单位：小时）", "时限【小时，必填】"])
def test_what_a_heading_says_is_told_of_each_row(tmp_path, heading):
    (row,) = rows(written(tmp_path, f"编号;内容;日期;{heading}\nA-1;a;2024-01-05;4\n"))
    assert (row.text("时限"), row.text("时限单位")) == ("4", "小时")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("#N/A", "CELL_ERROR_VALUE"),
        ("#DIV/0!", "CELL_ERROR_VALUE"),
        ("########", "CELL_ERROR_VALUE"),
        ("2.02401E+19", "NUMBER_TOO_LONG"),
        ("A\0", "TEXT_UNREADABLE"),
        ("王\ufffd", "TEXT_UNREADABLE"),
        ("王\ue5e5", "TEXT_UNREADABLE"),
        ("A\u200b1", "TEXT_UNREADABLE"),
        ("-2.02401E+19", "NUMBER_TOO_LONG"),
        ("2.0e-05", "NUMBER_TOO_LONG"),
        ("3月1日", "NUMBER_MADE_A_DATE"),
        ("2024年3月", "NUMBER_MADE_A_DATE"),
        ("2024/3/1", "NUMBER_MADE_A_DATE"),
        ("1-Mar", "NUMBER_MADE_A_DATE"),
        ("Mar-24", "NUMBER_MADE_A_DATE"),
        ("#BUSY!", "CELL_ERROR_VALUE"),
        ("Err:502", "CELL_ERROR_VALUE"),
        ("NULL", "CELL_ERROR_VALUE"),
        ("(null)", "CELL_ERROR_VALUE"),
        ("\\N", "CELL_ERROR_VALUE"),
        ("NaN", "CELL_ERROR_VALUE"),
    ],
)
def test_a_cell_that_lost_what_it_said_is_bad(tmp_path, cell, code):
    found = rows(written(tmp_path, f"{HEADING}{cell},内容,2024-01-05\n{SOUND}"))
    assert bad(found) == [(2, code)]
    assert found[0].error is not None
    assert found[0].error.field == "编号"


@pytest.mark.parametrize("cell", ["A-1", "+123", "-123", "1.0", "00123", "2024-03-01", "无"])
def test_a_number_is_read_as_it_stands_with_its_sign_and_zeros(tmp_path, cell):
    found = rows(written(tmp_path, f"{HEADING}{cell},内容,2024-01-05\n"))
    assert (good(found), bad(found)) == ([cell], [])


@pytest.mark.parametrize("cell", ['="00123"', '"=""00123"""', "'00123", "00123\t"])
def test_what_keeps_a_spreadsheet_from_changing_a_number_is_no_part_of_it(tmp_path, cell):
    found = rows(written(tmp_path, f"{HEADING}{cell},内容,2024-01-05\n"))
    assert (good(found), bad(found)) == (["00123"], [])


def test_a_text_keeps_its_marks(tmp_path):
    text = HEADING + "A-1,'路灯不亮',2024-01-05\nA-2,=1+1,2024-01-05\n"
    assert [row.text("内容") for row in rows(written(tmp_path, text))] == ["'路灯不亮'", "=1+1"]


@pytest.mark.parametrize(
    ("begin", "kind"),
    [
        (b"PK\x03\x04", "XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 XLS"),
        (b"\x1f\x8b\x08", "GZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"<html><table><tr><td>", "网页"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>', "网页"),
    ],
)
def test_a_file_of_another_kind_than_its_name_says_is_called_what_it_is(tmp_path, begin, kind):
    error = refused(written(tmp_path, begin + TEXT.encode() + bytes(range(256))))
    assert error.code == "FILE_KIND_UNKNOWN"
    assert f"内容却是{kind}" in error.message


@pytest.mark.parametrize(
    ("begin", "why"),
    [
        (TEXT.encode(), "而是文本或别的文件"),
        (b"<html><table>", "而是网页"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "而是旧版 XLS 或加了密码的表格"),
        (b"PK\x03\x04", "可能已损坏或没有传完"),
    ],
)
def test_what_is_called_xlsx_and_is_none_is_called_what_it_is(tmp_path, begin, why):
    error = refused(written(tmp_path, begin, "a.xlsx"))
    assert (error.code, why in error.message) == ("FILE_UNREADABLE", True)


def test_why_a_packed_file_can_not_be_read_is_said_in_chinese(tmp_path):
    path = tmp_path / "a.csv.gz"
    whole = gzip.compress((HEADING + "A-1,路灯不亮,2024-01-05\n" * 5_000).encode())
    for data, why in (
        (TEXT.encode(), "不是 GZIP 压缩文件"),
        (whole[:-20], "文件不完整"),
        (whole[:40] + bytes(20) + whole[60:], "损坏"),
    ):
        path.write_bytes(data)
        error = refused(path)
        assert (error.code, why in error.message) == ("FILE_UNREADABLE", True), error.message
        assert not re.search("[a-z]{3}", error.message.replace("a.csv.gz", ""))


def test_all_cells_of_a_row_that_are_bad_are_told_at_once(tmp_path):
    (row,) = rows(written(tmp_path, f"{HEADING}2.02401E+19,#N/A,NULL\n"))
    assert row.error is not None
    assert [(one.field, one.code) for one in row.error.each()] == [
        ("编号", "NUMBER_TOO_LONG"), ("内容", "CELL_ERROR_VALUE"), ("日期", "CELL_ERROR_VALUE"),
    ]  # fmt: skip


def test_a_file_of_a_heading_alone_has_no_rows(tmp_path):
    assert rows(written(tmp_path, HEADING)) == []


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n", b"\0\0\0\0"])
def test_a_file_without_a_heading_is_refused(tmp_path, data):
    assert refused(written(tmp_path, data)).code == "COLUMN_MISSING"


def test_columns_that_nobody_asked_for_may_stand_in_a_log(tmp_path):
    form = TableForm((Column("编号"), Column("日期(原)")), verbatim=True)
    text = ",编号,日期(原),编号(副),编号(副)\n0,A-1,2024-01-05,x,y\n"
    (row,) = rows(written(tmp_path, text), form=form)
    assert row == Row(2, {"编号": "A-1", "日期(原)": "2024-01-05"})
