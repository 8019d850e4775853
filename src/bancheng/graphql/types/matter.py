"""事件 as GraphQL: what a ticket and a case have in common, told once."""

from typing import Any

import strawberry

from bancheng.graphql.permissions import TIMELINE
from bancheng.graphql.types.audit import AuditEntry
from bancheng.graphql.types.citizen_wait import CitizenWait, waited
from bancheng.graphql.types.deadline import Deadline
from bancheng.graphql.types.shown import Shown, relation
from bancheng.graphql.types.warning import Warning as Card


def _matter_id(root: Any) -> Any:
    return root.row.matter_id


async def _deadlines(root: Any) -> Any:
    shown: Shown = root
    return shown.all_beside(await shown.asking.loaders.deadlines_of(shown.row.matter_id))


async def _citizen_wait(root: Any) -> Any:
    shown: Shown = root
    calendar = await shown.asking.calendar()
    return waited(calendar, shown.row.began_at, shown.row.over_at, shown.asking.now)


async def _warnings(root: Any) -> Any:
    shown: Shown = root
    return shown.all_beside(await shown.asking.loaders.warnings_of(shown.row.matter_id))


async def _timeline(root: Any) -> Any:
    shown: Shown = root
    if not TIMELINE.shows(shown.asking.known):
        return None
    return shown.all_beside(await shown.asking.loaders.trail_of(shown.row.matter_id))


@strawberry.interface(description="事件: 工单或办件。")
class Matter:
    """What every matter has: its number, its deadlines, its warnings and its course."""

    matter_id = relation(_matter_id, strawberry.ID, "工单或办件标识。")
    number: str = strawberry.field(description="编号。")
    deadlines = relation(_deadlines, list[Deadline], "时限;单位人员只见本单位的,办件的还见本厅的。")
    citizen_wait = relation(_citizen_wait, CitizenWait, "群众等待时间: 群众已等多久,从不暂停。")
    warnings = relation(_warnings, list[Card], "预警,按发牌先后排列;单位人员只见本单位的预警。")
    timeline = relation(_timeline, list[AuditEntry] | None, f"办理过程,按先后排列。{TIMELINE.told}")
