"""派单 as GraphQL: what one unit was asked to do, without who reported the matter."""

from typing import Any

from bancheng.graphql.permissions import OTHER_UNITS
from bancheng.graphql.types.shown import Shown, Words, lazily, relation, shown_type
from bancheng.projections.work_orders import WorkOrderRow

_TICKET: Any = lazily("Ticket", "bancheng.graphql.types.ticket")


async def _ticket(root: Any) -> Any:
    shown: Shown = root
    return shown.beside(await shown.asking.loaders.ticket(shown.row.ticket_id))


WorkOrder = shown_type(
    WorkOrderRow,
    Words(
        name="WorkOrder",
        description="派单: 派给一个单位的工单,不含反映人信息。",
        fields={
            "order_id": "派单编号",
            "ticket_id": "工单标识",
            "ticket_number": "工单编号",
            "ticket_category": "工单类别",
            "ticket_subject_masked": "工单标题(已脱敏)",
            "unit": "承办单位编码",
            "lead": "是否主办",
            "status": "派单状态",
            "instruction_masked": "办理要求(已脱敏)",
            "dispatched_at": "派发时间",
            "signed_in_at": "签收时间",
            "sign_in_due_at": "签收期限",
            "return_due_at": "退单期限",
            "due_at": "办理期限,此刻起为逾期",
            "due_date": "办理到期日",
            "due_provisional": "期限是否暂定",
            "limit_label": "时限规则",
            "extension": "延期情况",
            "extensions": "延期次数",
            "return_reason": "退单理由代码",
            "return_explanation_masked": "退单说明(已脱敏)",
            "ruling_masked": "退单裁定意见(已脱敏)",
            "final": "是否不得再退单",
            "replaces": "改派自哪一派单",
            "successor": "改派到哪一派单",
            "latest_progress_masked": "最近进展(已脱敏)",
            "latest_progress_at": "最近进展时间",
            "submitted_at": "反馈时间",
            "outcome": "办理结果",
            "result_masked": "办理情况(已脱敏)",
            "on_time": "是否按时",
            "limit_unit": "时限单位",
            "used": "已用时限",
            "remaining": "剩余时限",
            "overdue": "逾期时限",
            "late_verdicts": "逾期反馈次数",
            "urges": "催办次数",
            "reworks": "重办次数",
            "updated_at": "更新时间",
        },
        only={"replaces": OTHER_UNITS, "successor": OTHER_UNITS},
    ),
    {"ticket": relation(_ticket, _TICKET | None, "所属工单。")},
)
