"""The ledgers, and what their filters are called."""

from bancheng.graphql import permissions
from bancheng.graphql.queries.case_ledgers import CASE_LEDGERS
from bancheng.graphql.queries.ledgers import Ledger
from bancheng.graphql.types.audit import AuditEntry
from bancheng.graphql.types.deadline import Deadline
from bancheng.graphql.types.item import ServiceItem
from bancheng.graphql.types.past_case import PastCase
from bancheng.graphql.types.ticket import OF_OTHER_UNITS, Ticket
from bancheng.graphql.types.warning import Warning as Card
from bancheng.graphql.types.work_order import WorkOrder
from bancheng.projections import (
    deadlines,
    items,
    past_cases,
    tickets,
    trails,
    warnings,
    work_orders,
)

_TIMES = {
    f"{name}_{edge}": f"{term}{word}"
    for name, term in {
        "reported": "登记时间", "closed": "销号时间", "due": "期限", "dispatched": "派发时间",
        "submitted": "反馈时间", "finished": "结束时间", "occurred": "发生时间",
        "recorded": "入库时间", "raised": "发牌时间", "started": "开始时间", "deadline": "期限",
        "ended": "办结时间",
    }.items()
    for edge, word in {"from": "不早于", "before": "早于"}.items()
}  # fmt: skip
_WORDS = _TIMES | {
    "unit": "承办单位编码",
    "lead_unit": "主办单位编码",
    "accused_unit": "被反映单位编码",
    "category": "类别",
    "channel": "渠道",
    "window": "窗口编号",
    "terminal": "终端编号",
    "step": "环节",
    "statuses": "状态,符合其一即可",
    "special_group": "特殊群体",
    "satisfaction": "满意度",
    "cause": "原因代码",
    "service_item": "事项编码",
    "case_id": "关联办件编号",
    "source_ref": "来源编号",
    "anonymous": "是否匿名",
    "proactive": "是否未诉先办",
    "on_time": "是否按时",
    "running": "是否计时中",
    "level": "此刻的预警级别",
    "text": "编号、标题或内容中的文字",
    "ticket_id": "工单标识",
    "lead": "是否主办",
    "extension": "延期情况",
    "kinds": "时限种类,符合其一即可",
    "state": "时限状态",
    "states": "预警状态,符合其一即可",
    "levels": "预警级别,符合其一即可",
    "late": "是否迟发",
    "provisional": "期限是否暂定",
    "stream_id": "所属工单、办件、历史办件、单位或人员的标识",
    "matter_id": "工单或办件标识",
    "matter_number": "工单或办件编号",
    "actor_id": "经办人工号",
    "actor_unit": "经办人单位编码",
    "act": "办理动作,如 AcceptTicket",
    "topic": "事件主题",
    "source_system": "来源系统",
    "source_id": "来源系统中的编号",
    "batch_id": "导入批次",
    "request_id": "请求编号",
}
_ITEM_WORDS = {
    "text": "事项名称或实施编码中的文字",
    "basic_code": "基本编码",
    "parent": "上级事项编码",
    "unit": "实施单位编码",
    "type": "事项类型",
    "kind": "办件类型",
    "level": "事项层级",
    "window": "办理窗口编码",
    "withdrawn": "是否已取消",
    "offered_on": "在该日有效的事项(不含已取消的)",
}
_PAST_WORDS = _WORDS | {
    "external_id": "来源系统中的办件编号",
    "ended": "是否已办结",
    "late": "是否逾期",
    "text": "编号、部门、负责人或最后环节中的文字",
}

LEDGERS: tuple[Ledger, ...] = (
    Ledger(
        name="tickets",
        node=Ticket,
        filter=tickets.TicketFilter,
        words=_WORDS,
        order=tickets.TicketOrder,
        first_order=tickets.TicketOrder.REPORTED_AT,
        descending=True,
        page=tickets.tickets,
        count=tickets.ticket_count,
        view=permissions.TICKETS,
        bound_by="unit",
        hidden=frozenset({"source_ref", "anonymous", "level", "running", *OF_OTHER_UNITS})
        | {"due_from", "due_before"},
    ),
    Ledger(
        name="work_orders",
        node=WorkOrder,
        filter=work_orders.WorkOrderFilter,
        words=_WORDS,
        order=work_orders.WorkOrderOrder,
        first_order=work_orders.WorkOrderOrder.DISPATCHED_AT,
        descending=True,
        page=work_orders.work_orders,
        count=work_orders.work_order_count,
        view=permissions.WORK_ORDERS,
        bound_by="unit",
    ),
    *CASE_LEDGERS,
    Ledger(
        name="deadlines",
        node=Deadline,
        filter=deadlines.DeadlineFilter,
        words=_WORDS,
        order=deadlines.DeadlineOrder,
        first_order=deadlines.DeadlineOrder.DUE_AT,
        descending=False,
        page=deadlines.deadlines,
        count=deadlines.deadline_count,
        view=permissions.DEADLINES,
        bound_by="unit",
    ),
    Ledger(
        name="warnings",
        node=Card,
        filter=warnings.WarningFilter,
        words=_WORDS,
        order=warnings.WarningOrder,
        first_order=warnings.WarningOrder.RAISED_AT,
        descending=True,
        page=warnings.warnings,
        count=warnings.warning_count,
        view=permissions.WARNINGS,
        bound_by="unit",
    ),
    Ledger(
        name="service_items",
        node=ServiceItem,
        filter=items.ItemFilter,
        words=_ITEM_WORDS,
        order=items.ItemOrder,
        first_order=items.ItemOrder.CODE,
        descending=False,
        page=items.items,
        count=items.item_count,
        view=permissions.SERVICE_ITEMS,
    ),
    Ledger(
        name="past_cases",
        node=PastCase,
        filter=past_cases.PastCaseFilter,
        words=_PAST_WORDS,
        order=past_cases.PastCaseOrder,
        first_order=past_cases.PastCaseOrder.FIRST_OCCURRED_AT,
        descending=True,
        page=past_cases.past_cases,
        count=past_cases.past_case_count,
        view=permissions.PAST_CASES,
    ),
    Ledger(
        name="audit_trail",
        node=AuditEntry,
        filter=trails.TrailFilter,
        words=_WORDS,
        order=trails.TrailOrder,
        first_order=trails.TrailOrder.RECORDED,
        descending=False,
        page=trails.audit_trail,
        count=trails.audit_trail_count,
        view=permissions.AUDIT_TRAIL,
    ),
)
