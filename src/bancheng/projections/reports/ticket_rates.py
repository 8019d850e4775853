"""办不成事工单指标: how many tickets came, were there and were closed.

And how many of them went round again.
"""

from datetime import date

from sqlalchemy import true

from bancheng.domain.complaint.terms import Status, TicketCategory
from bancheng.domain.events import Channel
from bancheng.domain.people import Role
from bancheng.projections.reports.declared import (
    Dimension,
    Happened,
    Measure,
    OpenAtStart,
    Population,
    Quotient,
    Total,
)
from bancheng.projections.reports.report import Report
from bancheng.projections.sight import SUPERVISION
from bancheng.projections.tickets.row import ticket
from bancheng.projections.tickets.tickets import (
    IS_BARE_REPEAT,
    IS_MERGED,
    IS_ONCE,
    IS_OVER,
    IS_REPEAT,
    is_open_at,
)

_REPORTED = Population(ticket, Happened(ticket.c.reported_at, "reported"), true(), ledger="tickets")
_THERE = Population(ticket, OpenAtStart(is_open_at, "open_at"), true(), ledger="tickets")
_DISPATCHED = Population(
    ticket, Happened(ticket.c.dispatched_at, "dispatched"), true(), ledger="tickets"
)
_CLOSED = Population(ticket, Happened(ticket.c.closed_at, "closed"), true(), ledger="tickets")

_ENDED_AS = {one: ticket.c.status == one for one in (Status.WITHDRAWN, Status.TERMINATED)}

TICKET_RATES = Report(
    "ticket_rates",
    "办不成事工单指标",
    definition="5",
    since=date(2026, 11, 30),
    row_name="TicketRates",
    scope_name="TicketRateScope",
    told="一组办不成事工单在期间内的数量与各率",
    dimensions=(
        Dimension("lead_unit", str, "主办单位编码", ticket.c.lead_unit, ("lead_unit", "主办单位"),
                  asked=True, is_unit=True),
        Dimension("category", TicketCategory, "类别", ticket.c.category, ("category", "类别"),
                  asked=True),
        Dimension("channel", Channel, "来源渠道", ticket.c.channel, ("channel", "来源渠道"),
                  asked=True),
        Dimension("cause", str, "原因代码", ticket.c.cause, ("cause", "原因"), asked=True),
        Dimension("service_item", str, "事项编码", ticket.c.service_item,
                  ("service_item", "事项"), asked=True),
    ),
    measures=(
        Measure("reported", "新增数: 期间内登记的,没有新事实的重复反映除外", _REPORTED,
                ~IS_BARE_REPEAT, opens={"bare_repeat": False}),
        Measure("repeats", "重复反映数: 期间内登记的,登记为此前已答复事项的重复反映的", _REPORTED,
                IS_REPEAT, opens={"repeated": True}),
        Measure("carried", "结转数: 期初已登记,其时尚未结束的;其后重启的视为未曾结束",
                _THERE, true()),
        Total("handled", "总量: 新增数与结转数之和", ("reported", "carried")),
        Measure("dispatched", "派单件数: 期间内派单的;重启后重新派单的计入其时",
                _DISPATCHED, true()),
        Quotient("repeated", "重复投诉率: 重复反映数与派单件数之比,没有新事实的也计入",
                 "repeats", "dispatched"),
        Measure("closed", "结束数: 期间内销号、不予受理、分流、撤回、终止或并入他件的;"
                "其后重启或撤销并件的不计", _CLOSED, true()),
        Measure("withdrawn", "撤回率: 期间内结束的办不成事工单中,由反映人撤回的", _CLOSED,
                _ENDED_AS[Status.WITHDRAWN], true(), opens={"statuses": (Status.WITHDRAWN,)}),
        Measure("terminated", "终止率: 期间内结束的办不成事工单中,经批准终止的", _CLOSED,
                _ENDED_AS[Status.TERMINATED], true(), opens={"statuses": (Status.TERMINATED,)}),
        Measure("merged", "并件率: 期间内结束的办不成事工单中,并入他件的", _CLOSED,
                IS_MERGED, true(), opens={"merged": True}),
        Measure("closing", "结案率: 期间内派单、未并入他件的办不成事工单中,此刻已结束的",
                _DISPATCHED, IS_OVER & ~IS_MERGED, ~IS_MERGED, opens={"over": True},
                opens_of={"merged": False}),
        Measure("returned", "退单率: 期间内派单的办不成事工单中,曾有单位退单的", _DISPATCHED,
                ticket.c.returns > 0, true(), opens={"returns_at_least": 1}),
        Measure("reworked", "重办率: 期间内派单的办不成事工单中,核查后重办过的", _DISPATCHED,
                ticket.c.reworks > 0, true(), opens={"reworks_at_least": 1}),
        Measure("once", "一次办结率: 期间内结束、未并入他件的办不成事工单中,未经重办、重启的",
                _CLOSED, IS_ONCE & ~IS_MERGED, ~IS_MERGED, opens={"once": True},
                opens_of={"merged": False}),
    ),
    seen_by=SUPERVISION | {Role.DUTY_LEADER, Role.GOVERNMENT_HEAD},
    bound_by="lead_unit",
    days_max=366,
)  # fmt: skip
