"""派单指标: what became of the work orders of a period, by the unit that each was given to."""

from datetime import date

from sqlalchemy import true

from bancheng.domain.complaint.terms import TicketCategory
from bancheng.projections.reports.declared import Dimension, Happened, Measure, Population
from bancheng.projections.reports.report import Report
from bancheng.projections.sight import AT_WORK
from bancheng.projections.tickets.row import ticket
from bancheng.projections.work_orders.row import order
from bancheng.projections.work_orders.work_orders import WAS_RETURNED

_DISPATCHED = Population(
    order.join(ticket, ticket.c.ticket_id == order.c.ticket_id),
    Happened(order.c.dispatched_at, "dispatched"), true(), ledger="work_orders",
)  # fmt: skip

WORK_ORDER_RATES = Report(
    "work_order_rates",
    "派单指标",
    definition="1",
    since=date(2026, 11, 30),
    row_name="WorkOrderRates",
    scope_name="WorkOrderRateScope",
    told="一组在期间内派出的派单的去向;改派给另一单位的各计一单",
    dimensions=(
        Dimension("unit", str, "承办单位编码", order.c.unit, ("unit", "承办单位"),
                  asked=True, is_unit=True),
        Dimension("category", TicketCategory, "办不成事工单类别", ticket.c.category,
                  ("category", "类别"), asked=True, filter="ticket_category"),
    ),
    measures=(
        Measure("dispatched", "派单数: 期间内派出的", _DISPATCHED, true()),
        Measure("returned", "退单率: 期间内派出的派单中,单位退回过的,未准的也计", _DISPATCHED,
                WAS_RETURNED, true(), opens={"returned": True}),
        Measure("reworked", "重办率: 期间内派出的派单中,核查后重办过的", _DISPATCHED,
                order.c.reworks > 0, true(), opens={"reworks_at_least": 1}),
        Measure("extended", "延期率: 期间内派出的派单中,准予延期过的", _DISPATCHED,
                order.c.extensions > 0, true(), opens={"extensions_at_least": 1}),
        Measure("urged", "催办率: 期间内派出的派单中,被催办过的", _DISPATCHED,
                order.c.urges > 0, true(), opens={"urges_at_least": 1}),
    ),
    seen_by=AT_WORK,
    bound_by="unit",
    days_max=366,
)  # fmt: skip
