"""预警 as GraphQL: one warning of one limit, what it rests on, and what came of it."""

from typing import Any

from bancheng.graphql.types.shown import Shown, Words, lazily, relation, shown_type
from bancheng.projections.warnings import WarningRow

_MATTER: Any = lazily("Matter", "bancheng.graphql.types.matter")


async def _matter(root: Any) -> Any:
    shown: Shown = root
    return shown.beside(await shown.asking.loaders.matter(shown.row.matter_id))


Warning = shown_type(  # noqa: A001  the schema's name for it
    WarningRow,
    Words(
        name="Warning",
        description="预警: 一项时限到达一个级别时发出的一张牌。",
        fields={
            "warning_id": "预警编号",
            "matter_id": "工单或办件标识",
            "matter_number": "工单或办件编号",
            "kind": "时限种类",
            "subject": "时限所属的工单、派单或督办单",
            "cycle": "第几轮(重新定期、重办加一)",
            "level": "级别",
            "unit": "责任单位编码,空为本厅",
            "post": "责任岗位",
            "late_step": "滞后环节",
            "planned_at": "应发时间",
            "raised_at": "发牌时间",
            "late": "是否迟发",
            "due_at": "时限的到期时间",
            "ground": "依据",
            "rule_version": "规则库版本",
            "notify_at": "通知时间(非办公时间顺延到开门时)",
            "feedback_due_at": "反馈期限",
            "rung": "督促阶梯",
            "state": "预警状态",
            "answered_at": "反馈时间",
            "answer_masked": "反馈内容(已脱敏)",
            "appealed_at": "申诉时间",
            "appeal_ground_masked": "申诉理由(已脱敏)",
            "ruled_at": "裁定时间",
            "ruling_masked": "裁定意见(已脱敏)",
            "position": "最近变动在整个事件库中的位置,重新订阅时可作 after",
        },
    ),
    {"matter": relation(_matter, _MATTER | None, "所属工单或办件。")},
)
