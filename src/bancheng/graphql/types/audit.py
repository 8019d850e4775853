"""全程留痕 as GraphQL: every event, who, when, from where and why."""

from typing import Any

from strawberry.scalars import JSON

from bancheng.graphql.permissions import AUDIT_BODY
from bancheng.graphql.types.shown import Shown, Words, relation, shown_type
from bancheng.projections.trails import TrailRow


async def _details(root: Any) -> Any:
    shown: Shown = root
    if not AUDIT_BODY.shows(shown.asking.known):
        return None
    return await shown.asking.loaders.details_of(shown.row.position)


AuditEntry = shown_type(
    TrailRow,
    Words(
        name="AuditEntry",
        description="留痕: 一个已记录的事件,只增不改;个人信息已脱敏。",
        fields={
            "position": "在整个事件库中的位置",
            "event_id": "事件标识",
            "stream_id": "所属工单、办件、历史办件、单位或人员的标识",
            "matter_number": "工单或办件编号",
            "version": "在所属事项中的序号",
            "topic": "事件主题",
            "term": "事件名称;历史办件的环节并注明其名称",
            "step": "环节",
            "act": "办理动作",
            "actor_id": "经办人工号",
            "actor_name": "经办人姓名",
            "actor_post": "经办人岗位",
            "actor_unit": "经办人单位编码",
            "channel": "渠道",
            "window": "窗口编号",
            "terminal": "终端编号",
            "source_system": "来源系统",
            "source_id": "来源系统中的编号",
            "batch_id": "导入批次",
            "request_id": "请求编号",
            "occurred_at": "发生时间",
            "recorded_at": "入库时间",
            "basis": "依据",
            "why_masked": "办理说明",
        },
        only={"why_masked": AUDIT_BODY, "request_id": AUDIT_BODY},
    ),
    {"details": relation(_details, JSON | None, f"事件正文。{AUDIT_BODY.told}")},
)
