"""案件 as GraphQL: what a ticket and a case have in common, told once."""

from typing import Any

import strawberry

from bancheng.graphql.types.citizen_wait import CitizenWait, waited
from bancheng.graphql.types.nodes import node_of
from bancheng.graphql.types.shown import WITH_THE_ROW, Shown, relation
from bancheng.projections import sight
from bancheng.projections.accesses import ACCESSES, LATEST_MAX
from bancheng.projections.deadlines.deadlines import DEADLINES, DEADLINES_OF_MATTERS
from bancheng.projections.notices import NOTICES, NOTICES_OF_MATTERS
from bancheng.projections.sight import TIMELINE
from bancheng.projections.supervision import MEASURES, MEASURES_OF_MATTERS
from bancheng.projections.trail import TRAIL, TRAILS
from bancheng.projections.warnings import WARNINGS, WARNINGS_OF_MATTERS


def _matter_id(root: Any) -> Any:
    return root.row.matter_id


async def _deadlines(root: Any) -> Any:
    shown: Shown = root
    found = await shown.asking.loaders.several(DEADLINES_OF_MATTERS, shown.row.matter_id)
    return shown.all_beside(found)


async def _citizen_wait(root: Any) -> Any:
    shown: Shown = root
    calendar = await shown.asking.calendar()
    return waited(calendar, shown.row.began_at, shown.row.over_at, shown.asking.now)


async def _warnings(root: Any) -> Any:
    shown: Shown = root
    found = await shown.asking.loaders.several(WARNINGS_OF_MATTERS, shown.row.matter_id)
    return shown.all_beside(found)


async def _notices(root: Any) -> Any:
    shown: Shown = root
    found = await shown.asking.loaders.several(NOTICES_OF_MATTERS, shown.row.matter_id)
    return shown.all_beside(found)


async def _measures(root: Any) -> Any:
    shown: Shown = root
    found = await shown.asking.loaders.several(MEASURES_OF_MATTERS, shown.row.matter_id)
    return shown.all_beside(found)


async def _accesses(root: Any) -> Any:
    shown: Shown = root
    return shown.all_beside(await shown.asking.loaders.accesses_of(shown.row.matter_id))


async def _timeline(root: Any) -> Any:
    shown: Shown = root
    return shown.all_beside(await shown.asking.loaders.several(TRAILS, shown.row.matter_id))


@strawberry.interface(description="案件: 办不成事工单或办件。")
class Matter:
    """What every matter has: its number, its deadlines, its warnings and its course."""

    matter_id = relation(
        _matter_id, strawberry.ID, "办不成事工单或办件标识。", seen_by=WITH_THE_ROW
    )
    number: str = strawberry.field(description="编号。")
    deadlines = relation(
        _deadlines,
        list[node_of(DEADLINES)],  # type: ignore[misc]
        "时限;单位人员只见本单位的,办件的还见本厅的。",
        seen_by=WITH_THE_ROW,
    )
    citizen_wait = relation(
        _citizen_wait,
        CitizenWait,
        "群众等待时间: 群众已等多久,从不暂停。",
        seen_by=WITH_THE_ROW,
    )
    warnings = relation(
        _warnings,
        list[node_of(WARNINGS)],  # type: ignore[misc]
        "预警,按发牌先后排列;单位人员只见本单位的预警。",
        seen_by=WITH_THE_ROW,
    )
    notices = relation(
        _notices,
        list[node_of(NOTICES)],  # type: ignore[misc]
        "通知,按生成先后排列;单位人员只见对本单位的通知。",
        seen_by=WITH_THE_ROW,
    )
    measures = relation(
        _measures,
        list[node_of(MEASURES)],  # type: ignore[misc]
        "督促,按发出先后排列;单位人员只见对本单位的。",
        seen_by=WITH_THE_ROW,
    )
    accesses = relation(
        _accesses,
        list[node_of(ACCESSES)] | None,  # type: ignore[misc]
        f"访问记录: 最近 {LATEST_MAX} 次,新的在前;更早的以 accesses 按标识查询。",
        seen_by=sight.ACCESSES,
    )
    timeline = relation(
        _timeline,
        list[node_of(TRAIL)] | None,  # type: ignore[misc]
        "办理过程,按先后排列。",
        seen_by=TIMELINE,
    )
