"""What no cell may hold that is read, whatever it is to mean."""

import re
import unicodedata
from datetime import date
from typing import Final

from bancheng.domain.errors import InvalidInput
from bancheng.importing.tables import Column

# What spreadsheets show, and write into a CSV, where there is no value.
_NO_VALUE: Final = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|(?:NAME|名称)\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!"
    r"|BUSY!|UNKNOWN!|EXTERNAL!|PYTHON!|GETTING_DATA|#+)|(?:Err|错误)[::]\d{3}"
)
# What databases and programs write for nothing. People write 无 and the like, and mean it.
_NOTHING: Final = re.compile(
    r"\\N|[(<\[]?(?:null|nil|none|nan|nat|undefined|n/a)[)>\]]?", re.IGNORECASE
)
_LOST_DIGITS: Final = re.compile(r"[-+]?\d(?:\.\d+)?E\+?\d+|[-+]?\d\.\d+E-\d+", re.IGNORECASE)
# As a spreadsheet writes into a CSV what it took for a date: 3-1 and 1/3, and how it shows them.
_MONTHS: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_BECAME_A_DATE: Final = re.compile(
    rf"\d{{1,2}}月\d{{1,2}}日|\d{{4}}年\d{{1,2}}月(?:\d{{1,2}}日)?|\d{{4}}/\d{{1,2}}/\d{{1,2}}"
    rf"|\d{{1,2}}-(?:{_MONTHS})(?:-\d{{2,4}})?|(?:{_MONTHS})-\d{{2,4}}",
    re.IGNORECASE,
)
# Zero, what some program could not read, and what only one office's own fonts can show.
_UNREADABLE: Final = re.compile("[\0\ufffd\ue000-\uf8ff]")


def fault_of(column: Column, cell: str | date | InvalidInput) -> InvalidInput | None:
    """Why ``cell`` can not be taken in ``column``; ``None`` if it can."""
    if isinstance(cell, InvalidInput):
        return InvalidInput(
            cell.code, f"{column.name}: {cell.message}", field=column.name, remedy=cell.remedy
        )
    if isinstance(cell, date):
        return None if column.is_time else _made_a_date(column.name)
    if _NO_VALUE.fullmatch(cell):
        return InvalidInput(
            "CELL_ERROR_VALUE",
            f"{column.name}是表格软件的错误值 {cell[:20]},没有内容",
            field=column.name,
            remedy="请改正公式或填写内容",
        )
    if column.identifies and (fault := _fault_of_number(column.name, cell)):
        return fault
    return _unreadable(column.name) if _UNREADABLE.search(cell) else None


def says_nothing(column: Column, cell: str | date | InvalidInput) -> InvalidInput | None:
    """Why ``cell`` is no content of ``column``, if it is what programs write for nothing."""
    if not isinstance(cell, str) or not _NOTHING.fullmatch(cell):
        return None
    return InvalidInput(
        "CELL_ERROR_VALUE",
        f"{column.name}「{cell}」是程序对空值的写法,没有内容",
        field=column.name,
        remedy="没有内容的请留空",
    )


def _fault_of_number(name: str, cell: str) -> InvalidInput | None:
    if _LOST_DIGITS.fullmatch(cell):
        return InvalidInput(
            "NUMBER_TOO_LONG",
            f"{name}「{cell[:40]}」是科学记数,原有的数字已不全",
            field=name,
            remedy="请把本列设为文本,从原处重新录入",
        )
    if _BECAME_A_DATE.fullmatch(cell):
        return _made_a_date(name)
    # Two that look the same would be two.
    unseen = any(unicodedata.category(one) in ("Cc", "Cf") for one in cell)
    return _unreadable(name) if unseen else None


def _made_a_date(name: str) -> InvalidInput:
    return InvalidInput(
        "NUMBER_MADE_A_DATE",
        f"{name}被表格软件变成了日期",
        field=name,
        remedy="请把本列设为文本,从原处重新录入",
    )


def _unreadable(name: str) -> InvalidInput:
    return InvalidInput(
        "TEXT_UNREADABLE",
        f"{name}中有无法辨认的字符(自造字或转码时丢失的字)",
        field=name,
        remedy="请改为通用字后重新导入",
    )
