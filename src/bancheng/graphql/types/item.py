"""事项目录 as GraphQL: what an item promises, version by version."""

from collections.abc import Callable
from typing import Any

from bancheng.domain import items
from bancheng.domain.time_limits.terms import Limit as LimitValue
from bancheng.graphql.enums import enum_of
from bancheng.graphql.types.shown import Shown, Words, relation, shown_type, value_type
from bancheng.projections.items import ItemRow, ItemVersionRow

Limit: Any = shown_type(
    LimitValue,
    Words(
        name="Limit",
        description="规定时限: 一个数量、它的单位与依据。",
        fields={
            "amount": "时限长短",
            "unit": "时限单位",
            "label": "说明",
            "basis": "依据",
        },
    ),
)
Material: Any = value_type(items.Material)
SpecialProcedure: Any = value_type(items.SpecialProcedure)
ItemStep: Any = value_type(items.ItemStep)
Charge: Any = value_type(items.Charge)
_DELIVERY: Any = enum_of(items.DeliveryWay)
ItemVersion: Any = shown_type(
    ItemVersionRow,
    Words(
        name="ItemVersion",
        description="事项版本: 何时发布,何时有效。",
        fields={
            "version": "第几版",
            "effective_from": "生效日期",
            "effective_to": "失效日期,当日仍有效",
            "superseded_from": "自该日起由后来的版本取代",
            "published_at": "发布时间",
            "source": "来源",
            "withdrawn_at": "取消时间",
            "withdrawal_reason": "取消原因",
        },
    ),
)


async def _versions(root: Any) -> Any:
    shown: Shown = root
    return shown.all_beside(await shown.asking.loaders.versions_of(shown.row.code))


def _deliveries(root: Any) -> Any:
    shown: Shown = root
    return [_DELIVERY(way.value) for way in shown.row.content.deliveries]


def _children(root: Any) -> Any:
    shown: Shown = root
    return list(shown.row.content.children)


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


ServiceItem = shown_type(
    ItemRow,
    Words(
        name="ServiceItem",
        description="事项: 目录中的一项,所示为其一个版本的承诺。",
        fields={
            "code": "实施编码",
            "version": "第几版",
            "current": "是否最新发布的一版",
            "basic_code": "基本编码",
            "name": "事项名称",
            "level": "事项层级",
            "parent": "上级事项编码",
            "type": "事项类型",
            "kind": "办件类型",
            "unit": "实施单位编码",
            "windows": "办理窗口编码",
            "effective_from": "生效日期",
            "effective_to": "失效日期,当日仍有效",
            "superseded_from": "自该日起由后来的版本取代",
            "published_at": "发布时间",
            "source": "来源",
            "withdrawn": "是否已取消",
            "withdrawn_at": "取消时间",
            "withdrawal_reason": "取消原因",
        },
    ),
    {
        "legal_basis": relation(_legal_basis, str, "设定依据。"),
        "statutory": relation(_limit("statutory"), Limit | None, "法定时限,自受理起。"),
        "promised": relation(_limit("promised"), Limit | None, "承诺时限,自受理起。"),
        "steps": relation(_values("steps"), list[ItemStep], "办理环节,按先后。"),
        "materials": relation(_values("materials"), list[Material], "申请材料。"),
        "procedures": relation(_values("procedures"), list[SpecialProcedure], "特别程序。"),
        "charges": relation(_values("charges"), list[Charge], "收费。"),
        "deliveries": relation(_deliveries, list[_DELIVERY], "送达方式。"),
        "children": relation(_children, list[str], "一件事子项编码;不是一件事则为空。"),
        "versions": relation(_versions, list[ItemVersion], "历次版本,按发布先后。"),
    },
)
