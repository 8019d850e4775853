"""工单台账: its rows, filters and queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, bindparam, exists

from bancheng.domain.complaint.terms import OrderStatus, Outcome, TicketCategory
from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.limit import LimitUnit
from bancheng.projections.deadline_board import limit, running_at
from bancheng.projections.paging import Listing, among, before, contains, equals, since
from bancheng.projections.ticket_table import ticket
from bancheng.projections.windows import Filter, LevelAt, Page, Window
from bancheng.projections.work_order_ledger import ExtensionState, order


class WorkOrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """工单: a work order with what its unit must know of the ticket, and nothing of the reporter.

    The three fields of the ticket are empty for a moment if its ledger is behind.
    """

    order_id: str
    ticket_id: str
    ticket_number: str | None
    ticket_category: TicketCategory | None
    ticket_subject_masked: str | None
    unit: str
    lead: bool
    status: OrderStatus
    instruction_masked: str | None
    dispatched_at: datetime
    signed_in_at: datetime | None
    sign_in_due_at: datetime | None
    return_due_at: datetime | None
    due_at: datetime
    due_date: date
    due_provisional: bool
    limit_label: str
    extension: ExtensionState | None
    extensions: int
    return_reason: str | None
    return_explanation_masked: str | None
    ruling_masked: str | None
    final: bool
    replaces: str | None
    successor: str | None
    latest_progress_masked: str | None
    latest_progress_at: datetime | None
    submitted_at: datetime | None
    outcome: Outcome | None
    result_masked: str | None
    on_time: bool | None
    limit_unit: LimitUnit | None
    used: int | None
    remaining: int | None
    overdue: int | None
    late_verdicts: int
    urges: int
    reworks: int
    updated_at: datetime
    position: int

    @property
    def is_running(self) -> bool:
        """Whether the unit's limit is running, so that a light is on."""
        return self.status in _RUNNING


_RUNNING = (OrderStatus.DISPATCHED, OrderStatus.SIGNED_IN, OrderStatus.RETURNED)


class WorkOrderOrder(Labelled):
    """工单排序: by what the ledger can be ordered."""

    DISPATCHED_AT = "dispatched_at", "派发时间"
    DUE_AT = "due_at", "办理期限"
    NUMBER = "number", "工单编号"


class WorkOrderFilter(Filter, frozen=True, kw_only=True):
    """工单筛选: ``…_from`` is included, ``…_before`` is not."""

    unit: str | None = None
    ticket_id: str | None = None
    lead: bool | None = None
    category: TicketCategory | None = None
    statuses: tuple[OrderStatus, ...] = ()
    extension: ExtensionState | None = None
    on_time: bool | None = None
    running: bool | None = None
    dispatched_from: datetime | None = None
    dispatched_before: datetime | None = None
    submitted_from: datetime | None = None
    submitted_before: datetime | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    level: LevelAt | None = None
    text: str | None = None


WORK_ORDERS = Listing(
    WorkOrderRow,
    columns=(
        *order.c,
        ticket.c.number.label("ticket_number"),
        ticket.c.category.label("ticket_category"),
        ticket.c.subject_masked.label("ticket_subject_masked"),
    ),
    source=order.outerjoin(ticket, ticket.c.ticket_id == order.c.ticket_id),
    key=order.c.order_id,
    orders={
        WorkOrderOrder.DISPATCHED_AT: order.c.dispatched_at,
        WorkOrderOrder.DUE_AT: order.c.due_at,
        WorkOrderOrder.NUMBER: order.c.order_id,
    },
    conditions={
        "unit": equals(order.c.unit),
        "ticket_id": equals(order.c.ticket_id),
        "lead": equals(order.c.lead),
        "category": equals(ticket.c.category),
        "statuses": among(order.c.status, "statuses"),
        "extension": equals(order.c.extension),
        "on_time": equals(order.c.on_time),
        "running": order.c.status.in_(_RUNNING) == bindparam("running", type_=order.c.lead.type),
        "dispatched_from": since(order.c.dispatched_at, "dispatched_from"),
        "dispatched_before": before(order.c.dispatched_at, "dispatched_before"),
        "submitted_from": since(order.c.submitted_at, "submitted_from"),
        "submitted_before": before(order.c.submitted_at, "submitted_before"),
        "due_from": since(order.c.due_at, "due_from"),
        "due_before": before(order.c.due_at, "due_before"),
        "text": contains(order.c.order_id, order.c.instruction_masked, ticket.c.subject_masked),
    }
    | {
        name: exists().where(at)
        for name, at in running_at(limit.c.order_id == order.c.order_id).items()
    },
)

_OF_TICKETS = WORK_ORDERS.select().where(among(order.c.ticket_id, "ids")).order_by(order.c.order_id)
_BY_IDS = WORK_ORDERS.select().where(among(order.c.order_id, "ids"))


def work_orders(
    connection: Connection, chosen: WorkOrderFilter, window: Window
) -> Page[WorkOrderRow]:
    """A page of the ledger."""
    return WORK_ORDERS.page(connection, chosen, window)


def work_order_count(connection: Connection, chosen: WorkOrderFilter) -> int:
    """How many work orders ``chosen`` lets through."""
    return WORK_ORDERS.count(connection, chosen)


def work_orders_of(
    connection: Connection, ticket_ids: Iterable[str]
) -> dict[str, list[WorkOrderRow]]:
    """The work orders of each ticket, in the order of their numbers."""
    found: defaultdict[str, list[WorkOrderRow]] = defaultdict(list)
    for row in connection.execute(_OF_TICKETS, {"ids": list(ticket_ids)}):
        found[row.ticket_id].append(WORK_ORDERS.read(row))
    return found


def work_orders_by_id(connection: Connection, ids: Iterable[str]) -> dict[str, WorkOrderRow]:
    """The work orders of ``ids`` that there are."""
    found = connection.execute(_BY_IDS, {"ids": list(ids)})
    return {row.order_id: WORK_ORDERS.read(row) for row in found}
