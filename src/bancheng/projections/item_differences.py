"""同事不同标: what the items of one basic code say differently, unit by unit (同要素管理).

The same matter is to be the same everywhere in a district: what its guides state of it is laid side
by side, and only what is not the same is told.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Final

import msgspec

from bancheng.domain.items import ServiceItem
from bancheng.projections.ledger.fields import Word, unit_code, unseen


class StatedRow(msgspec.Struct, frozen=True, kw_only=True):
    """一方的表述: what the guide of one item says there; empty if it says nothing."""

    code: Annotated[str, Word("实施编码")]
    unit: Annotated[str, Word("实施单位编码"), unit_code]
    stated: Annotated[tuple[str, ...], Word("该事项的表述,逐条")]


class ItemDifference(msgspec.Struct, frozen=True, kw_only=True):
    """一处不同: an element of the guide of which not all items say the same."""

    element: Annotated[str, Word("要素名称")]
    stated: Annotated[tuple[StatedRow, ...], unseen]


def _names(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(getattr(one, "name", one)) for one in values)


def _label(limit: object) -> tuple[str, ...]:
    return () if limit is None else (str(getattr(limit, "label", "")),)


_ELEMENTS: Final[Mapping[str, Callable[[ServiceItem], tuple[str, ...]]]] = {
    "事项名称": lambda item: (item.name,),
    "办件类型": lambda item: (item.kind.label,),
    "设定依据": lambda item: (item.legal_basis,),
    "受理条件": lambda item: item.conditions,
    "申请材料": lambda item: _names(item.materials),
    "必要材料": lambda item: _names(one for one in item.materials if one.required),
    "审核要点": lambda item: tuple(
        f"{one.name}: {point}" for one in item.materials for point in one.review_points
    ),
    "表单内容要素": lambda item: item.form_fields,
    "办理环节": lambda item: _names(item.steps),
    "法定时限": lambda item: _label(item.statutory),
    "承诺时限": lambda item: _label(item.promised),
    "特别程序": lambda item: _names(item.procedures),
    "收费": lambda item: tuple(
        f"{one.name} {one.amount_fen // 100}.{one.amount_fen % 100:02d}元" for one in item.charges
    ),
    "送达方式": lambda item: tuple(one.label for one in item.deliveries),
    "通办范围": lambda item: item.areas,
}


def differences(items: Iterable[ServiceItem]) -> tuple[ItemDifference, ...]:
    """What ``items`` do not all say alike, element by element; nothing of fewer than two."""
    compared = tuple(items)
    found = []
    for element, read in _ELEMENTS.items():
        said = tuple(StatedRow(code=one.code, unit=one.unit, stated=read(one)) for one in compared)
        # In another order it is the same: no guide is ranked by how it numbers its papers.
        if len({frozenset(one.stated) for one in said}) > 1:
            found.append(ItemDifference(element=element, stated=said))
    return tuple(found)
