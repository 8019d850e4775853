"""办不成事工单 as GraphQL, with its reporter and its work orders."""

from typing import Any

import strawberry

from bancheng.graphql.permissions import (
    OTHER_UNITS,
    QUERY_CODE,
    REPORTER,
    SOURCE,
    bound_unit,
)
from bancheng.graphql.types.matter import Matter
from bancheng.graphql.types.shown import Shown, Words, lazily, relation, shown_type
from bancheng.graphql.types.work_order import WorkOrder
from bancheng.projections.tickets import TicketRow

_CASE: Any = lazily("Case", "bancheng.graphql.types.case")

# What the ticket's row knows only from work and supervision orders, perhaps of other units.
OF_OTHER_UNITS = (
    "accused_unit", "responsible_units", "lead_order_id", "lead_unit", "due_at", "due_date",
    "on_time", "limit_unit", "used", "remaining", "overdue", "outcome", "late_verdicts",
    "open_orders", "returns", "reworks", "reassignments", "extensions", "urges",
    "supervision_orders", "open_supervision_orders",
)  # fmt: skip


@strawberry.type(description="反映人: 只有脱敏后的信息。")
class MaskedReporter:
    """Who reported the matter, as everybody who may know of them sees them."""

    anonymous: bool = strawberry.field(description="是否匿名。")
    name: str | None = strawberry.field(description="姓名(已脱敏)。")
    phone: str | None = strawberry.field(description="电话(已脱敏)。")
    id_number: str | None = strawberry.field(description="证件号码(已脱敏)。")
    address: str | None = strawberry.field(description="地址(已脱敏)。")


def _reporter(root: Any) -> Any:
    shown: Shown = root
    row: TicketRow = shown.row
    if not REPORTER.shows(shown.asking.known):
        return None
    return MaskedReporter(
        anonymous=row.anonymous,
        name=row.reporter_name_masked,
        phone=row.reporter_phone_masked,
        id_number=row.reporter_id_number_masked,
        address=row.reporter_address_masked,
    )


def _units(root: Any) -> Any:
    shown: Shown = root
    own = bound_unit(shown.asking.known)
    return [unit for unit in shown.row.units if own in (None, unit)]


async def _case(root: Any) -> Any:
    shown: Shown = root
    case_id = shown.row.case_id
    return None if case_id is None else shown.beside(await shown.asking.loaders.case(case_id))


async def _work_orders(root: Any) -> Any:
    shown: Shown = root
    return shown.all_beside(await shown.asking.loaders.orders_of(shown.row.ticket_id))


Ticket = shown_type(
    TicketRow,
    Words(
        name="Ticket",
        description="办不成事工单: 台账中的一件;个人信息已脱敏。",
        fields={
            "ticket_id": "工单标识",
            "version": "版本,办理时可作 expectedVersion",
            "query_code": "查询码",
            "category": "类别",
            "channel": "来源渠道",
            "source_ref": "来源编号",
            "subject_masked": "标题(已脱敏)",
            "content_masked": "反映内容(已脱敏)",
            "service_item": "事项编码",
            "case_id": "关联办件编号",
            "special_group": "特殊群体",
            "proactive": "是否未诉先办",
            "first_contact_owner": "首问责任人工号",
            "accused_unit": "被反映单位编码",
            "cause": "原因代码",
            "complexity": "复杂程度代码",
            "responsible_units": "责任单位编码",
            "lead_order_id": "主办派单编号",
            "lead_unit": "主办单位编码",
            "status": "状态",
            "step": "环节",
            "refusal_reason": "不予受理情形代码",
            "diverted_to": "分流去向代码",
            "reported_at": "登记时间",
            "accepted_at": "受理时间",
            "analysed_at": "分析时间",
            "dispatched_at": "派单时间",
            "resolved_at": "办结时间",
            "verified_at": "核查通过时间",
            "closed_at": "销号时间",
            "due_at": "主办期限,此刻起为逾期",
            "due_date": "主办到期日",
            "on_time": "主办是否按时",
            "limit_unit": "时限单位",
            "used": "主办已用时限",
            "remaining": "主办剩余时限",
            "overdue": "主办逾期时限",
            "outcome": "主办办理结果",
            "late_verdicts": "逾期反馈次数",
            "open_orders": "在办派单数",
            "returns": "退单次数",
            "reworks": "重办次数",
            "reassignments": "改派次数",
            "extensions": "延期次数",
            "urges": "催办次数",
            "supervision_orders": "督办单数",
            "open_supervision_orders": "未反馈的督办单数",
            "reopenings": "重启次数",
            "call_backs": "回访次数",
            "reached": "回访是否联系上",
            "solved": "反映人认为是否解决",
            "satisfaction": "满意度",
            "recording_gap_seconds_max": "发生与入库相差的最大秒数",
            "updated_at": "更新时间",
        },
        only={
            "query_code": QUERY_CODE,
            "source_ref": SOURCE,
            **dict.fromkeys(OF_OTHER_UNITS, OTHER_UNITS),
        },
    ),
    {
        "reporter": relation(_reporter, MaskedReporter | None, f"反映人(已脱敏)。{REPORTER.told}"),
        "units": relation(_units, list[str], "有过派单的单位编码;单位人员只见本单位。"),
        "case": relation(_case, _CASE | None, "关联办件;单位人员只见本单位的。"),
        "work_orders": relation(_work_orders, list[WorkOrder], "派单;单位人员只见本单位的派单。"),
    },
    Matter,
)
