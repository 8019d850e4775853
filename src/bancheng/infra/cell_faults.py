"""What no cell may hold that is read, whatever it is to mean."""

import re
from datetime import date
from typing import Final

from bancheng.domain.errors import InvalidInput
from bancheng.importing.tables import Column

# What spreadsheets show, and write into a CSV, where there is no value.
_NO_VALUE: Final = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|#+)")
_LOST_DIGITS: Final = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
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
    if column.identifies and _LOST_DIGITS.fullmatch(cell):
        return InvalidInput(
            "NUMBER_TOO_LONG",
            f"{column.name}「{cell[:40]}」是科学记数,原有的数字已不全",
            field=column.name,
            remedy="请把本列设为文本,从原处重新录入",
        )
    return _unreadable(column.name) if _UNREADABLE.search(cell) else None


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
