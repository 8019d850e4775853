"""Tables of items as a hall brings them: CSV, CSV.GZ and XLSX."""

import csv
import gzip
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

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


def write_xlsx(file: Path, *rows: tuple[object, ...]) -> None:
    """The least that is a spreadsheet: one sheet, texts within it, numbers as numbers."""
    office = "http://schemas.openxmlformats.org"
    relations = f"{office}/officeDocument/2006/relationships"
    main = f'xmlns="{office}/spreadsheetml/2006/main" xmlns:r="{relations}"'
    lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in (HEADING, *rows))
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
