"""退单台账: one row a return of a work order: why, for how long it was held, and what was ruled."""

from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import Column, Index, MetaData, Table

from bancheng.domain.complaint.deadline import ResultSubmitted
from bancheng.domain.complaint.discover import TicketDiverted, TicketRefused
from bancheng.domain.complaint.dispatch import WorkOrderDispatched, WorkOrderReassigned
from bancheng.domain.complaint.ending import WorkOrderDropped
from bancheng.domain.complaint.returns import (
    ReturnRejected,
    ReturnUpheld,
    WorkOrderEnded,
    WorkOrderReturned,
)
from bancheng.domain.complaint.state import PREFIX
from bancheng.domain.events import Recorded
from bancheng.domain.labelled import Labelled
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    BookTerm,
    Leads,
    Position,
    Word,
    asked,
    asked_any,
    elsewhere,
    key,
    prose,
    sorts,
    stream,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import Code, Instant, stream_column
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.sight import AT_WORK, OTHER_UNITS, OWN_UNIT
from bancheng.projections.tickets.row import ticket


class ReturnState(Labelled):
    """退单状态: what became of an objection."""

    PENDING = "pending", "待裁定"
    REJECTED = "rejected", "裁定维持"
    UPHELD = "upheld", "同意退单"
    MOOT = "moot", "未裁定,随件终结"


class OrderReturnRow(msgspec.Struct, frozen=True, kw_only=True):
    """退单: a work order that its unit sent back, why, and how that was ruled.

    Times in seconds are natural ones. The unit's limit goes on meanwhile: whether it was kept
    stands in the ledger of work orders. An order leaves its unit once; what that does when it has
    it again to rework is no part of the dispute.
    """

    return_id: Annotated[str, Word("退单标识"), key]
    ticket_id: Annotated[
        str, Word("办不成事工单标识"), stream, asked, Leads("ticket", "所属办不成事工单。")
    ]
    ticket_number: Annotated[str | None, Word("办不成事工单编号"), elsewhere]
    order_id: Annotated[str, Word("派单编号"), asked]
    unit: Annotated[str, Word("退单单位编码"), asked, unit_code]
    reason: Annotated[str, Word("退单理由代码"), BookTerm("return_reasons"), asked]
    explanation_masked: Annotated[str | None, Word("退单说明(已脱敏)")]
    dispatched_at: Annotated[datetime, Word("派发时间")]
    returned_at: Annotated[datetime, Word("退单时间"), asked, sorts]
    held_seconds: Annotated[int, Word("退单前停留秒数,自派发起"), sorts]
    state: Annotated[ReturnState, Word("退单状态"), asked_any]
    ruled_at: Annotated[datetime | None, Word("裁定时间"), asked]
    ruled_by: Annotated[str | None, Word("裁定人工号"), asked]
    ruled_by_name: Annotated[str | None, Word("裁定人姓名"), prose]
    ruling_masked: Annotated[str | None, Word("裁定意见(已脱敏)")]
    ruling_seconds: Annotated[int | None, Word("裁定用时秒数,自退单起"), sorts]
    left_at: Annotated[datetime | None, Word("离开单位时间: 反馈、同意退单、改派或终结")]
    dwell_seconds: Annotated[int | None, Word("单位停留秒数,自派发至离开单位"), sorts]
    dwell_minutes: Annotated[
        int | None, Word("单位停留分钟数: 按办理期限计时的分钟,自派发至离开单位")
    ]
    successor: Annotated[str | None, Word("改派到哪一派单", OTHER_UNITS)]
    reassigned_at: Annotated[datetime | None, Word("改派时间")]
    closed_at: Annotated[datetime | None, Word("终结时间: 此时起不再改派")]
    position: Annotated[Position, unseen]


returned = table_of(
    OrderReturnRow,
    "return_ledger",
    Index("return_ledger_ticket", "ticket_id"),
    Index("return_ledger_returned_at", "returned_at", "return_id"),
    Index("return_ledger_unit", "unit", "returned_at", "return_id"),
)
# Since when an order was with its unit: a return itself does not say.
dispatched = Table(
    "return_ledger_order",
    MetaData(),
    Column("order_id", Code, primary_key=True),
    stream_column("ticket_id"),
    Column("unit", Code, nullable=False),
    Column("dispatched_at", Instant, nullable=False),
    Index("return_ledger_order_ticket", "ticket_id"),
)


def _dispatched(rows: Rows, event: WorkOrderDispatched, recorded: Recorded) -> None:
    rows.new(
        dispatched,
        order_id=event.order_id,
        ticket_id=recorded.stream_id,
        unit=event.unit,
        dispatched_at=recorded.envelope.occurred_at,
    )


def _returned(rows: Rows, event: WorkOrderReturned, recorded: Recorded) -> None:
    order, at = rows.of(dispatched, event.order_id), recorded.envelope.occurred_at
    rows.new(
        returned,
        return_id=f"{event.order_id}/{recorded.version}",
        ticket_id=recorded.stream_id,
        order_id=event.order_id,
        unit=order["unit"],
        reason=event.reason,
        explanation_masked=rows.masked(event.explanation),
        dispatched_at=order["dispatched_at"],
        returned_at=at,
        held_seconds=int((at - order["dispatched_at"]).total_seconds()),
        state=ReturnState.PENDING,
        position=recorded.position,
    )


def _rejected(rows: Rows, event: ReturnRejected, recorded: Recorded) -> None:
    _rule(rows, event, recorded, ReturnState.REJECTED)


def _upheld(rows: Rows, event: ReturnUpheld, recorded: Recorded) -> None:
    _rule(rows, event, recorded, ReturnState.UPHELD)
    _left(rows, event, recorded)


def _rule(
    rows: Rows, event: ReturnRejected | ReturnUpheld, recorded: Recorded, state: ReturnState
) -> None:
    who, at = recorded.envelope.actor, recorded.envelope.occurred_at
    for row in _of_order(rows, event.order_id, recorded):
        if row["state"] is ReturnState.PENDING:
            row |= {
                "state": state,
                "ruled_at": at,
                "ruled_by": who.id,
                "ruled_by_name": who.name,
                "ruling_masked": rows.masked(event.ruling),
                "ruling_seconds": int((at - row["returned_at"]).total_seconds()),
                "position": recorded.position,
            }


def _left(
    rows: Rows,
    event: ReturnUpheld | WorkOrderReassigned | WorkOrderDropped | ResultSubmitted,
    recorded: Recorded,
) -> None:
    at = recorded.envelope.occurred_at
    for row in _of_order(rows, event.order_id, recorded):
        if row["left_at"] is None:
            row |= {
                "left_at": at,
                "dwell_seconds": int((at - row["dispatched_at"]).total_seconds()),
                "dwell_minutes": event.verdict and event.verdict.used_minutes,
                "position": recorded.position,
            }


def _reassigned(rows: Rows, event: WorkOrderReassigned, recorded: Recorded) -> None:
    _left(rows, event, recorded)
    for row in _of_order(rows, event.order_id, recorded):
        if row["state"] is ReturnState.UPHELD:
            row |= {
                "successor": event.successor,
                "reassigned_at": recorded.envelope.occurred_at,
                "position": recorded.position,
            }


def _order_ended(rows: Rows, event: WorkOrderEnded, recorded: Recorded) -> None:
    _over(_of_order(rows, event.order_id, recorded), recorded)


def _dropped(rows: Rows, event: WorkOrderDropped, recorded: Recorded) -> None:
    _left(rows, event, recorded)
    of_order = _of_order(rows, event.order_id, recorded)
    for row in of_order:
        if row["state"] is ReturnState.PENDING:
            row |= {"state": ReturnState.MOOT, "position": recorded.position}
            row["closed_at"] = recorded.envelope.occurred_at
    _over(of_order, recorded)


def _declined(rows: Rows, _: TicketRefused | TicketDiverted, recorded: Recorded) -> None:
    _over(rows.all_of(returned, recorded.stream_id), recorded)


def _over(of_orders: list[Row], recorded: Recorded) -> None:
    for row in of_orders:
        if row["state"] is ReturnState.UPHELD and not (row["successor"] or row["closed_at"]):
            row |= {"closed_at": recorded.envelope.occurred_at, "position": recorded.position}


def _of_order(rows: Rows, order_id: str, recorded: Recorded) -> list[Row]:
    found = rows.all_of(returned, recorded.stream_id)
    return [row for row in found if row["order_id"] == order_id]


RETURNS = Ledger(
    "order_returns",
    "退单台账",
    OrderReturnRow,
    returned,
    told="一次退单及其裁定",
    version=4,
    follows=("complaint",),
    of=(PREFIX,),
    handles={
        WorkOrderDispatched: _dispatched,
        WorkOrderReturned: _returned,
        ReturnRejected: _rejected,
        ReturnUpheld: _upheld,
        WorkOrderReassigned: _reassigned,
        WorkOrderEnded: _order_ended,
        TicketRefused: _declined,
        TicketDiverted: _declined,
        WorkOrderDropped: _dropped,
        ResultSubmitted: _left,
    },
    beside=(dispatched,),
    seen_by=AT_WORK,
    rows=OWN_UNIT,
    first="returned_at",
    source=returned.outerjoin(ticket, ticket.c.ticket_id == returned.c.ticket_id),
    elsewhere={"ticket_number": ticket.c.number},
    under="ticket",
)
