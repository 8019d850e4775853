"""事项目录 as GraphQL: what an item promises, version by version."""

from collections.abc import Callable
from typing import Any

from bancheng.domain import items
from bancheng.domain.time_limits.terms import Limit as LimitValue
from bancheng.graphql.enums import enum_of
from bancheng.graphql.types.shown import WITH_THE_ROW, Shown, relation, shown_type, value_type
from bancheng.projections.items import ITEMS, ItemVersionRow, ServiceItemRow

Limit: Any = value_type(
    LimitValue,
    {"amount": "时限长短", "unit": "时限单位", "label": "说明", "basis": "依据"},
    "规定时限: 一个数量、它的单位与依据。",
)
Material: Any = value_type(items.Material)
SpecialProcedure: Any = value_type(items.SpecialProcedure)
ItemStep: Any = value_type(items.ItemStep, units={"unit"})
Charge: Any = value_type(items.Charge)
_DELIVERY: Any = enum_of(items.DeliveryWay)
ItemVersion: Any = shown_type(ItemVersionRow, "ItemVersion", "事项版本: 何时发布,何时有效。")


async def _versions(root: Any) -> Any:
    shown: Shown = root
    return shown.all_beside(await shown.asking.loaders.versions_of(shown.row.code))


def _deliveries(root: Any) -> Any:
    shown: Shown = root
    return [_DELIVERY(way.value) for way in shown.row.content.deliveries]


def _legal_basis(root: Any) -> Any:
    shown: Shown = root
    return shown.row.content.legal_basis


def _limit(name: str) -> Callable[..., Any]:
    def read(root: Any) -> Any:
        shown: Shown = root
        return shown.beside(getattr(shown.row.content, name))

    return read


def _values(name: str) -> Callable[..., Any]:
    def read(root: Any) -> Any:
        shown: Shown = root
        return shown.all_beside(getattr(shown.row.content, name))

    return read


def _words(name: str) -> Callable[..., Any]:
    def read(root: Any) -> Any:
        shown: Shown = root
        return list(getattr(shown.row.content, name))

    return read


def _seen(read: Callable[..., Any], returns: Any, text: str) -> Any:
    return relation(read, returns, text, seen_by=WITH_THE_ROW)


ServiceItem: Any = shown_type(
    ServiceItemRow,
    ITEMS.type_name,
    ITEMS.description,
    {
        "legal_basis": _seen(_legal_basis, str, "设定依据。"),
        "statutory": _seen(_limit("statutory"), Limit | None, "法定时限,自受理起。"),
        "promised": _seen(_limit("promised"), Limit | None, "承诺时限,自受理起。"),
        "steps": _seen(_values("steps"), list[ItemStep], "办理环节,按先后。"),
        "materials": _seen(_values("materials"), list[Material], "申请材料。"),
        "procedures": _seen(_values("procedures"), list[SpecialProcedure], "特别程序。"),
        "charges": _seen(_values("charges"), list[Charge], "收费。"),
        "deliveries": _seen(_deliveries, list[_DELIVERY], "送达方式。"),
        "conditions": _seen(_words("conditions"), list[str], "受理条件,逐条。"),
        "form_fields": _seen(_words("form_fields"), list[str], "表单内容要素。"),
        "areas": _seen(_words("areas"), list[str], "通办范围: 可跨域办理的地区;空为仅在本地。"),
        "children": _seen(_words("children"), list[str], "一件事子项编码;不是一件事则为空。"),
        "versions": _seen(_versions, list[ItemVersion], "历次版本,按发布先后。"),
    },
)
