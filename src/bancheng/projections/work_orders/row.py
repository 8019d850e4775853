"""派单台账: what it has of a work order, and its table. What each event does: `work_orders`."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from sqlalchemy import Index

from bancheng.domain.complaint.terms import OrderStatus, Outcome, TicketCategory
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.labelled import Labelled
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.time_limits.limit import LimitUnit
from bancheng.projections.ledger.fields import (
    BookTerm,
    Leads,
    Position,
    Sorts,
    Word,
    asked,
    asked_any,
    asked_least,
    elsewhere,
    key,
    prose,
    sorts,
    stream,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import count_index, partial_index
from bancheng.projections.sight import ORIGINAL, OTHER_UNITS


class ExtensionState(Labelled):
    """延期情况: what became of the latest request for more time."""

    ASKED = "asked", "待批"
    GRANTED = "granted", "已准予"
    DENIED = "denied", "未准予"


class WorkOrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """派单: a work order with what its unit must know of the ticket, and nothing of the reporter.

    The three fields of the ticket are empty for a moment if its ledger is behind.
    """

    order_id: Annotated[str, Word("派单编号"), key, Sorts("number")]
    ticket_id: Annotated[
        str, Word("办不成事工单标识"), stream, asked, Leads("ticket", "所属办不成事工单。")
    ]
    ticket_number: Annotated[str | None, Word("办不成事工单编号"), elsewhere]
    ticket_category: Annotated[TicketCategory | None, Word("办不成事工单类别"), elsewhere]
    ticket_subject_masked: Annotated[
        str | None, Word("办不成事工单标题(已脱敏)", ORIGINAL), elsewhere
    ]
    unit: Annotated[str, Word("承办单位编码"), asked, unit_code]
    lead: Annotated[bool, Word("是否主办"), asked]
    status: Annotated[OrderStatus, Word("派单状态"), asked_any]
    instruction_masked: Annotated[str | None, Word("办理要求(已脱敏)")]
    released_masked: Annotated[str | None, Word("转办内容(已脱敏): 单位所见的反映内容")]
    tells: Annotated[
        tuple[PersonalField, ...], Word("转办内容所含反映人信息,经工单处理员确认", OTHER_UNITS)
    ] = ()
    dispatched_at: Annotated[datetime, Word("派发时间"), asked, sorts]
    signed_in_at: Annotated[datetime | None, Word("签收时间")]
    signed_in_by: Annotated[str | None, Word("派单签收人工号"), asked]
    signed_in_by_name: Annotated[str | None, Word("派单签收人姓名"), prose]
    held_by: Annotated[str | None, Word("承办人工号: 签收、认领或被指派的人"), asked]
    held_by_name: Annotated[str | None, Word("承办人姓名"), prose]
    held_by_unit: Annotated[str | None, unseen]
    sign_in_due_at: Annotated[datetime | None, Word("签收期限")]
    return_due_at: Annotated[datetime | None, Word("退单期限")]
    due_at: Annotated[datetime, Word("办理期限,此刻起为逾期"), asked, sorts]
    due_date: Annotated[date, Word("办理到期日,当日24时止"), asked]
    due_provisional: Annotated[bool, Word("期限是否暂定")]
    limit_label: Annotated[str, Word("时限规则"), prose]
    extension: Annotated[ExtensionState | None, Word("延期情况"), asked]
    extensions: Annotated[int, Word("延期次数"), asked_least, sorts] = 0
    termination: Annotated[ExtensionState | None, Word("终止申请情况"), asked]
    return_reason: Annotated[str | None, Word("退单理由代码"), BookTerm("return_reasons")]
    return_explanation_masked: Annotated[str | None, Word("退单说明(已脱敏)")]
    ruling_masked: Annotated[str | None, Word("退单裁定意见(已脱敏)")]
    final: Annotated[bool, Word("是否不得再退单")]
    replaces: Annotated[str | None, Word("改派自哪一派单", OTHER_UNITS)]
    successor: Annotated[str | None, Word("改派到哪一派单", OTHER_UNITS)]
    closed_at: Annotated[datetime | None, Word("终结时间")]
    closing_reason_masked: Annotated[str | None, Word("终结理由(已脱敏)")]
    suspended_at: Annotated[datetime | None, Word("挂起起时")]
    suspended_until: Annotated[datetime | None, Word("挂起止时,到时自动恢复")]
    suspended_by: Annotated[str | None, Word("挂起批准人工号", OTHER_UNITS)]
    suspended_by_name: Annotated[str | None, Word("挂起批准人姓名", OTHER_UNITS), prose]
    suspension_measures_masked: Annotated[str | None, Word("挂起时告知的原因与措施(已脱敏)")]
    suspension_ruling_masked: Annotated[str | None, Word("挂起批准意见(已脱敏)")]
    latest_progress_masked: Annotated[str | None, Word("最近进展(已脱敏)")]
    latest_progress_at: Annotated[datetime | None, Word("最近进展时间")]
    left_at: Annotated[datetime | None, Word("离开单位时间: 反馈、同意退单、改派或终结")]
    dwell_seconds: Annotated[
        int, Word("单位停留秒数: 自派发至离开单位,重办的另加,不扣除任何停表"), sorts
    ] = 0
    submitted_at: Annotated[datetime | None, Word("反馈时间"), asked]
    outcome: Annotated[Outcome | None, Word("办理结果")]
    result_masked: Annotated[str | None, Word("办理情况(已脱敏)")]
    on_time: Annotated[
        bool | None, Word("是否按时: 任一次结论逾期即为否,其后重办按时也不改"), asked
    ]
    first_on_time: Annotated[bool | None, Word("首次结论是否按时"), asked]
    last_on_time: Annotated[bool | None, Word("最近一次结论是否按时"), asked]
    ended: Annotated[DeadlineState | None, Word("办理期限如何结束"), asked]
    held_minutes: Annotated[int | None, Word("停留分钟数: 按办理期限计时的分钟,自起算至结束")]
    limit_unit: Annotated[LimitUnit | None, Word("时限单位")]
    used: Annotated[int | None, Word("已用时限")]
    remaining: Annotated[int | None, Word("剩余时限")]
    overdue: Annotated[int | None, Word("逾期时限")]
    late_verdicts: Annotated[int, Word("逾期次数,含逾期后转出")] = 0
    urges: Annotated[int, Word("催办次数"), asked_least, sorts] = 0
    reworks: Annotated[int, Word("重办次数"), asked_least, sorts] = 0
    with_unit_since: Annotated[datetime | None, unseen]
    updated_at: Annotated[datetime, Word("更新时间")]
    position: Annotated[Position, unseen]

    @property
    def is_running(self) -> bool:
        """Whether the unit's limit is running, so that a light is on."""
        return self.status in RUNNING


RUNNING = (OrderStatus.DISPATCHED, OrderStatus.SIGNED_IN, OrderStatus.RETURNED)
order = table_of(
    WorkOrderRow,
    "work_order_ledger",
    Index("work_order_ledger_ticket", "ticket_id"),
    Index("work_order_ledger_unit", "unit", "dispatched_at", "order_id"),
    partial_index("work_order_ledger_held_by", "held_by", "order_id", where="held_by IS NOT NULL"),
    Index("work_order_ledger_due_at", "due_at", "order_id"),
    Index("work_order_ledger_dispatched_at", "dispatched_at", "order_id"),
    *(
        count_index("work_order_ledger", name, "order_id")
        for name in ("extensions", "urges", "reworks")
    ),
)
