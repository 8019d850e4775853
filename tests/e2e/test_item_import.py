"""A hall's catalogue comes in whole, row by row; only what changed is published again."""

import csv
import gzip
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from support.program import bancheng

HEADING = (
    "实施编码", "基本编码", "事项名称", "事项类型(代码)", "办件类型", "实施单位", "设定依据",
    "承诺时限（工作日）", "申请材料", "窗口", "生效日期",
)  # fmt: skip
NEW = ("A-1", "A", "食品经营许可新办", "01", "承诺件", "市场监督管理局", "食品安全法", "5",
       "申请表\n执照|复印件||可容缺", "W01", "2026-01-01")  # fmt: skip
INSTANT = ("A-2", "A", "食品经营许可注销", "1", "即办件", "SCJG", "食品安全法", "", "申请表", "W01",
           "2026-01-01")  # fmt: skip


def changed(row: tuple[str, ...], **cells: str) -> tuple[str, ...]:
    """``row`` with other cells, named without the remarks of the heading."""
    names = [name.partition("(")[0].partition("（")[0] for name in HEADING]
    return tuple(cells.get(name, cell) for name, cell in zip(names, row, strict=True))


def written(file: Path, *rows: tuple[str, ...]) -> str:
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "wt", encoding="utf-8-sig", newline="") as table:
        csv.writer(table).writerows([HEADING, *rows])
    return str(file)


def listed(stdout: str) -> list[list[str]]:
    """The line, code and field of each row that was refused."""
    rows = [line.split("│")[1:4] for line in stdout.splitlines() if "│" in line]
    return [cells for row in rows if (cells := [cell.strip() for cell in row])[0]]


@pytest.fixture
def hall(database: str) -> str:
    bancheng(database, "unit", "add", "SCJG", "市场监督管理局")
    return database


def test_bad_rows_are_listed_by_line_and_the_rest_goes_in(hall: str, tmp_path: Path) -> None:
    file = written(
        tmp_path / "items.csv",
        NEW,  # takes two lines of the file
        changed(NEW, 实施编码="A-3", 事项类型="审批"),
        changed(NEW, 实施编码="A-4", 实施单位="无此单位"),
        changed(NEW, 实施编码="A-5", 承诺时限=""),
        changed(NEW),
        changed(NEW, 实施编码=""),
        INSTANT,
    )
    first = bancheng(hall, "import", "items", file, fails=True)
    assert "共 7 行: 新发布 2,新版本 0,没有变化 0,有误 5" in first.stdout
    assert listed(first.stdout) == [
        ["4", "A-3", "事项类型"],
        ["6", "A-4", "实施单位"],
        ["8", "A-5", "承诺时限"],
        ["10", "A-1", "实施编码"],
        ["12", "", "实施编码"],
    ]
    second = bancheng(hall, "import", "items", file, fails=True)
    assert "共 7 行: 新发布 0,新版本 0,没有变化 2,有误 5" in second.stdout


def test_a_changed_row_is_a_new_version_and_may_change_back(hall: str, tmp_path: Path) -> None:
    before = written(tmp_path / "before.csv", NEW, INSTANT)
    after = written(tmp_path / "after.csv.gz", changed(NEW, 承诺时限="3"), INSTANT)
    counts = [
        bancheng(hall, "import", "items", file).stdout.splitlines()[-1]
        for file in (before, after, after, before)
    ]
    assert counts == [
        "共 2 行: 新发布 2,新版本 0,没有变化 0,有误 0",
        "共 2 行: 新发布 0,新版本 1,没有变化 1,有误 0",
        "共 2 行: 新发布 0,新版本 0,没有变化 2,有误 0",
        "共 2 行: 新发布 0,新版本 1,没有变化 1,有误 0",
    ]


def test_a_spreadsheet_is_read_as_well(hall: str, tmp_path: Path) -> None:
    file = tmp_path / "items.xlsx"
    _write_xlsx(file, [HEADING, (*NEW[:7], 5, *NEW[8:]), (*INSTANT[:3], 1, *INSTANT[4:])])
    assert "新发布 2" in bancheng(hall, "import", "items", str(file)).stdout
    same = written(tmp_path / "items.csv", NEW, INSTANT)
    assert "没有变化 2" in bancheng(hall, "import", "items", same).stdout


def test_a_file_without_a_column_is_refused_whole(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text("实施编码,事项名称\nA,B\n", encoding="utf-8")
    done = bancheng(f"sqlite:///{tmp_path}/hall.db", "import", "items", str(file), fails=True)
    assert "缺少列: 基本编码、事项类型、办件类型、实施单位、设定依据、生效日期" in done.stderr
    assert "Traceback" not in done.stderr


def _write_xlsx(file: Path, rows: list[tuple[object, ...]]) -> None:
    """The least that is a spreadsheet: one sheet, texts within it, numbers as numbers."""
    office = "http://schemas.openxmlformats.org"
    relations = f"{office}/officeDocument/2006/relationships"
    main = f'xmlns="{office}/spreadsheetml/2006/main" xmlns:r="{relations}"'
    lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": _relation(office, f"{relations}/officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook {main}><sheets><sheet name="目录" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relation(
            office, f"{relations}/worksheet", "worksheets/sheet1.xml"
        ),
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{lines}</sheetData></worksheet>",
    }
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def _relation(office: str, kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{office}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kind}" Target="{target}"/></Relationships>'
    )
