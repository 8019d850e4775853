"""itemDifferences: what the guides of one basic code say differently, unit by unit."""

from typing import Annotated, Any

import strawberry

from bancheng.graphql.context import asking_of
from bancheng.graphql.types.shown import WITH_THE_ROW, Shown, relation, shown_type
from bancheng.projections.item_differences import ItemDifference, StatedRow, differences
from bancheng.projections.items import ALIKE_MAX, ITEMS, items_alike

_Stated: Any = shown_type(StatedRow, "StatedByItem", "一方的表述: 某一事项的办事指南怎么说。")


async def _stated(root: Any) -> Any:
    shown: Shown = root
    return shown.all_beside(shown.row.stated)


_Difference: Any = shown_type(
    ItemDifference,
    "ItemDifference",
    "一处不同: 同一基本编码的各事项表述不一致的要素。",
    {"stated": relation(_stated, list[_Stated], "各事项的表述,按实施编码。", seen_by=WITH_THE_ROW)},
)


async def _item_differences(
    info: strawberry.Info,
    basic_code: Annotated[str, strawberry.argument(description="事项基本编码。")],
) -> Any:
    asking = asking_of(info)
    ITEMS.view.require(asking.known)
    alike = await asking.read(lambda connection: items_alike(connection, basic_code))
    return [Shown(one, asking) for one in differences(alike)]


ITEM_DIFFERENCES_QUERY = relation(
    _item_differences,
    list[_Difference],
    "同事不同标: 同一基本编码、不同单位(如各乡镇)现行的办事指南中不一致的要素;"
    f"最多比对 {ALIKE_MAX} 项,不足两项的为空。{ITEMS.view.told}",
    seen_by=WITH_THE_ROW,
)
