"""Tables of items as a hall brings them: CSV, CSV.GZ and XLSX."""

import csv
import gzip
from pathlib import Path

from openpyxl import Workbook  # type: ignore[import-untyped]

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
    """One sheet with the heading, texts as texts and numbers as numbers."""
    book = Workbook()
    for row in (HEADING, *rows):
        book.active.append(row)
    book.save(file)
