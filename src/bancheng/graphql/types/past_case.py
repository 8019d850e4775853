"""历史办件 as GraphQL: a case of another system, as it tells of it, with its steps."""

from typing import Any

from bancheng.graphql.permissions import TIMELINE
from bancheng.graphql.types.audit import AuditEntry
from bancheng.graphql.types.shown import Shown, Words, relation, shown_type
from bancheng.projections.past_cases import PastCaseRow


async def _timeline(root: Any) -> Any:
    shown: Shown = root
    if not TIMELINE.shows(shown.asking.known):
        return None
    return shown.all_beside(await shown.asking.loaders.trail_of(shown.row.past_case_id))


PastCase = shown_type(
    PastCaseRow,
    Words(
        name="PastCase",
        description="历史办件: 由其他系统办理、从其日志导入的一件,文字与日期均为来源系统所记。",
        fields={
            "past_case_id": "历史办件标识",
            "source_system": "来源系统",
            "external_id": "来源系统中的办件编号",
            "channel": "渠道",
            "department": "承办部门",
            "responsible": "负责人",
            "started_at": "开始时间",
            "deadline": "期限",
            "planned_end": "计划办结时间",
            "ended_at": "办结时间",
            "late": "是否逾期(办结晚于期限);未办结或没有期限时为空",
            "steps": "环节数",
            "last_activity": "最后环节的名称",
            "first_occurred_at": "首个环节的发生时间",
            "last_occurred_at": "最后环节的发生时间",
            "batch_id": "最近一次导入的批次",
            "position": "最近变动在整个事件库中的位置",
        },
    ),
    {
        "timeline": relation(
            _timeline, list[AuditEntry] | None, f"各环节,按入库先后排列。{TIMELINE.told}"
        ),
    },
)
