"""事项表: which columns a hall's catalogue has, and which field of an item each one fills."""

import re
from collections.abc import Mapping
from typing import Final

from bancheng.domain.time_limits.terms import LimitUnit
from bancheng.importing.tables import NUMBERING, Column, TableForm

# How people call the units of a limit. 天 says not whether days off count, so it is none.
UNITS: Final[Mapping[str, LimitUnit]] = {
    **{unit.label: unit for unit in LimitUnit},
    **{unit.label.removeprefix("个"): unit for unit in LimitUnit},
    "自然日": LimitUnit.NATURAL_DAYS,
    "个自然日": LimitUnit.NATURAL_DAYS,
    "个小时": LimitUnit.NATURAL_HOURS,
}
_WORKING_DAYS: Final = frozenset({"工作日"})
_UNIT_WORDS: Final = frozenset(word for word in UNITS if not word.startswith("个"))


def _code(name: str, *also: str, needed: bool = False) -> Column:
    return Column(name, also, needed=needed, identifies=True)


def _limit(name: str, *also: str) -> Column:
    return Column(name, also, needed=False, remarks=_UNIT_WORDS, remark_in=f"{name}单位")


def _some(name: str, *also: str, remarks: frozenset[str] | None = None) -> Column:
    return Column(name, also, needed=False, remarks=remarks)


COLUMNS: Final[Mapping[str, Column]] = {
    "code": _code("实施编码", needed=True),
    "basic_code": _code("基本编码", needed=True),
    "name": Column("事项名称"),
    "level": _some("事项层级"),
    "parent": _code("上级编码", "主项编码"),
    "type": Column("事项类型"),
    "kind": Column("办件类型"),
    "unit": Column("实施单位"),
    "legal_basis": Column("设定依据"),
    "statutory": _limit("法定时限", "法定办结时限"),
    "promised": _limit("承诺时限", "承诺办结时限"),
    "conditions": _some("受理条件"),
    "materials": _some("申请材料"),
    "form_fields": _some("表单内容要素", "表单要素"),
    "areas": _some("通办范围"),
    "procedures": _some("特别程序", remarks=_WORKING_DAYS),
    "steps": _some("办理环节", remarks=_WORKING_DAYS),
    "charges": _some("收费", remarks=frozenset({"元"})),
    "deliveries": _some("送达方式"),
    "windows": _some("窗口"),
    "children": _code("一件事子项"),
    "effective_from": Column("生效日期", is_time=True),
    "effective_to": Column("失效日期", needed=False, is_time=True),
}
HEADINGS: Final = {field: column.name for field, column in COLUMNS.items()}
# Which unit a limit is in, where that has a column of its own.
UNIT_COLUMNS: Final = tuple(
    _some(f"{COLUMNS[field].name}单位", *(f"{one}单位" for one in COLUMNS[field].also))
    for field in ("statutory", "promised")
)
FORM: Final = TableForm((*COLUMNS.values(), *UNIT_COLUMNS, NUMBERING))
REQUIRED: Final = tuple(column.name for column in FORM.columns if column.needed)


def heading_of(field: str | None) -> str | None:
    """The column that a field of the command, or a part of it, comes from."""
    return HEADINGS.get(re.split(r"[.\[]", field)[0], field) if field else None
