"""派单台账: what each event does to the row of its work order, and what is asked of it."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_

from bancheng.domain.complaint import (
    deadline,
    discover,
    dispatch,
    ending,
    regrade,
    regroup,
    release,
    returns,
    suspend,
    verify,
)
from bancheng.domain.complaint.correct import TicketCorrected
from bancheng.domain.complaint.state import PREFIX
from bancheng.domain.complaint.supervised_before import WorkOrderUrged
from bancheng.domain.complaint.terms import OrderStatus, TicketCategory
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.events import Recorded
from bancheng.domain.holding import events as holding
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.supervision.events import MeasureTaken
from bancheng.domain.time_limits.levels import Rung
from bancheng.domain.time_limits.limit import DueDate, Verdict
from bancheng.domain.warnings.events import DueDateReplanned, DutiesPassedOn
from bancheng.projections.deadlines.board import any_is_late, limit, running_at
from bancheng.projections.ledger.asking import Ask, ask, holds_now, search
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.in_hand import keep_holder
from bancheng.projections.ledger.listing import equals, is_so
from bancheng.projections.ledger.verdicts import judge_row, only_late
from bancheng.projections.ledger.windows import LevelAt
from bancheng.projections.machine.base import Handler
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.sight import AT_WORK, OWN_UNIT
from bancheng.projections.tickets.row import ticket
from bancheng.projections.work_orders import succession
from bancheng.projections.work_orders.row import RUNNING, ExtensionState, WorkOrderRow, order

# The hall's own limits on an order, such as that of a ruling, are not its unit's.
_OF_ORDER = (limit.c.order_id == order.c.order_id) & limit.c.unit.is_not(None)
_NOT_JUDGED = dict.fromkeys(
    ("last_on_time", "limit_unit", "used", "remaining", "overdue", "outcome", "ended")
)
_NOT_SUSPENDED = dict.fromkeys(("suspended_at", "suspended_until"))


def _dispatched(rows: Rows, event: dispatch.WorkOrderDispatched, recorded: Recorded) -> None:
    row = rows.new(
        order,
        order_id=event.order_id,
        ticket_id=recorded.stream_id,
        unit=event.unit,
        lead=event.lead,
        status=OrderStatus.DISPATCHED,
        instruction_masked=rows.masked(event.instruction),
        released_masked=rows.masked(event.released),
        tells=event.tells,
        dispatched_at=recorded.envelope.occurred_at,
        with_unit_since=recorded.envelope.occurred_at,
        sign_in_due_at=event.sign_in_due and event.sign_in_due.due_at,
        return_due_at=event.return_due and event.return_due.due_at,
        final=event.final,
        replaces=event.replaces,
    )
    succession.dispatched(rows, event, recorded)
    _due(row, event.due)
    _touch(rows, event.order_id, recorded)


def _text_released(rows: Rows, event: release.TextReleased, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    row |= {"released_masked": rows.masked(event.released), "tells": event.tells}


def _text_withdrawn(rows: Rows, event: release.TextWithdrawn, _: Recorded) -> None:
    # As of before it, too: there may be no such order then, and nothing else of it is of now.
    with suppress(KeyError):
        rows.of(order, event.order_id).update(released_masked=None, tells=())


def _signed_in(rows: Rows, event: dispatch.WorkOrderSignedIn, recorded: Recorded) -> None:
    row, who = _touch(rows, event.order_id, recorded), recorded.envelope.actor
    row |= {
        "status": OrderStatus.SIGNED_IN,
        "signed_in_at": recorded.envelope.occurred_at,
        "signed_in_by": who.id,
        "signed_in_by_name": who.name,
    }


def _returned(rows: Rows, event: returns.WorkOrderReturned, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    row["status"] = OrderStatus.RETURNED
    row["return_reason"] = event.reason
    row["return_explanation_masked"] = rows.masked(event.explanation)


def _return_rejected(rows: Rows, event: returns.ReturnRejected, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    signed_in = row["signed_in_at"] is not None
    row["status"] = OrderStatus.SIGNED_IN if signed_in else OrderStatus.DISPATCHED
    row["final"] = True
    row["ruling_masked"] = rows.masked(event.ruling)


def _return_upheld(rows: Rows, event: returns.ReturnUpheld, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    _let_go(row, recorded)
    row["status"] = OrderStatus.RELEASED
    row["ruling_masked"] = rows.masked(event.ruling)
    _handed_on(row, event.verdict)


def _order_ended(rows: Rows, event: returns.WorkOrderEnded, recorded: Recorded) -> None:
    _over(_touch(rows, event.order_id, recorded), recorded)
    rows.of(order, event.order_id)["closing_reason_masked"] = rows.masked(event.reason)


def _declined(
    rows: Rows, _: discover.TicketRefused | discover.TicketDiverted, recorded: Recorded
) -> None:
    # What every unit rightly returned is over with the ticket.
    for row in rows.all_of(order, recorded.stream_id):
        if row["status"] is OrderStatus.RELEASED:
            _over(_touch(rows, row["order_id"], recorded), recorded)


def _dropped(rows: Rows, event: ending.WorkOrderDropped, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    _let_go(row, recorded)
    _over(row, recorded)
    _handed_on(row, event.verdict)


def _termination(state: ExtensionState) -> Handler:
    def ruled(rows: Rows, event: Any, recorded: Recorded) -> None:
        _touch(rows, event.order_id, recorded)["termination"] = state

    return ruled


def _over(row: Row, recorded: Recorded) -> None:
    row |= {"status": OrderStatus.ENDED, "closed_at": recorded.envelope.occurred_at}


def _reassigned(rows: Rows, event: dispatch.WorkOrderReassigned, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    _let_go(row, recorded)
    row["status"] = OrderStatus.REASSIGNED
    row["successor"] = event.successor
    _handed_on(row, event.verdict)


def _lead_changed(rows: Rows, event: regroup.LeadChanged, recorded: Recorded) -> None:
    former = _touch(rows, event.former, recorded)
    former |= {"lead": False, "termination": _unasked(former["termination"])}
    row = _touch(rows, event.order_id, recorded)
    row |= {"lead": True, "final": row["final"] or event.final}


def _unasked(state: ExtensionState | None) -> ExtensionState | None:
    return None if state is ExtensionState.ASKED else state


def _let_go(row: Row, recorded: Recorded) -> None:
    """What the unit has done, or lost, stands still no more and waits for no more time."""
    row |= _NOT_SUSPENDED
    # What a ruling has taken from it is taken once, though it then waits to be reassigned.
    if row["with_unit_since"] is not None:
        at = recorded.envelope.occurred_at
        row["dwell_seconds"] += int((at - row["with_unit_since"]).total_seconds())
        row |= {"left_at": at, "with_unit_since": None}
    row |= {asked: _unasked(row[asked]) for asked in ("extension", "termination")}


def _handed_on(row: Row, verdict: Verdict | None) -> None:
    """Keep how long the unit had the order that leaves it, and whether its time had run out."""
    if verdict is not None:
        released = DeadlineState.RELEASED if verdict.on_time else DeadlineState.RELEASED_LATE
        row |= {"ended": released, "held_minutes": verdict.used_minutes}
        row["late_verdicts"] += not verdict.on_time
        # In time it was not finished either: only a late one is judged.
        if not verdict.on_time:
            judge_row(row, verdict)


def _progressed(rows: Rows, event: deadline.ProgressNoted, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    row["latest_progress_masked"] = rows.masked(event.progress)
    row["latest_progress_at"] = recorded.envelope.occurred_at


def _extension_asked(rows: Rows, event: deadline.ExtensionRequested, recorded: Recorded) -> None:
    _touch(rows, event.order_id, recorded)["extension"] = ExtensionState.ASKED


def _extended(rows: Rows, event: deadline.ExtensionGranted, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    row["extension"] = ExtensionState.GRANTED
    row["extensions"] += 1
    _due(row, event.due)


def _suspended(rows: Rows, event: suspend.WorkOrderSuspended, recorded: Recorded) -> None:
    row, who = _touch(rows, event.order_id, recorded), recorded.envelope.actor
    _due(row, event.due)
    row |= {
        "suspended_at": event.pause.started_at,
        "suspended_until": event.pause.approved_until,
        "suspended_by": who.id,
        "suspended_by_name": who.name,
        "suspension_ruling_masked": rows.masked(event.ruling),
    }


def _suspension_asked(rows: Rows, event: suspend.SuspensionRequested, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    row["suspension_measures_masked"] = rows.masked(event.measures)


def _resumed(rows: Rows, event: suspend.WorkOrderResumed, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    row |= _NOT_SUSPENDED
    _due(row, event.due)


def _regraded(rows: Rows, event: regrade.TicketRegraded, recorded: Recorded) -> None:
    for one in event.orders:
        _due(_touch(rows, one.order_id, recorded), one.due)


def _extension_denied(rows: Rows, event: deadline.ExtensionDenied, recorded: Recorded) -> None:
    _touch(rows, event.order_id, recorded)["extension"] = ExtensionState.DENIED


def _submitted(rows: Rows, event: deadline.ResultSubmitted, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    verdict = event.verdict
    row["late_verdicts"] += not verdict.on_time
    judge_row(row, verdict)
    _let_go(row, recorded)
    row |= {
        "status": OrderStatus.SUBMITTED,
        "submitted_at": recorded.envelope.occurred_at,
        "outcome": event.outcome,
        "result_masked": rows.masked(event.result),
        "ended": DeadlineState.MET if verdict.on_time else DeadlineState.LATE,
        "held_minutes": verdict.used_minutes,
        "limit_unit": verdict.unit,
        "used": verdict.used,
        "remaining": verdict.remaining,
        "overdue": verdict.overdue,
    }


def _reworked(rows: Rows, event: verify.ReworkOrdered, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    row["reworks"] += 1
    row["on_time"] = only_late(row)
    row |= {**_NOT_JUDGED, "status": OrderStatus.SIGNED_IN, "submitted_at": None, "final": True}
    row |= {"extension": None, "left_at": None}
    row["with_unit_since"] = recorded.envelope.occurred_at
    _due(row, event.due)


def _urged(rows: Rows, event: MeasureTaken, recorded: Recorded) -> None:
    if event.rung is Rung.URGE and event.order_id is not None:
        _touch(rows, event.order_id, recorded)["urges"] += 1


def _urged_before(rows: Rows, event: WorkOrderUrged, recorded: Recorded) -> None:
    _touch(rows, event.order_id, recorded)["urges"] += 1


def _replanned(rows: Rows, event: DueDateReplanned, recorded: Recorded) -> None:
    if event.kind is LimitKind.RESOLVE:
        _due(_touch(rows, event.subject, recorded), event.due)


def _hands(rows: Rows, _: object, recorded: Recorded) -> None:
    for row in rows.all_of(order, recorded.stream_id):
        before = row["held_by"]
        keep_holder(row, row["order_id"], recorded)
        if row["held_by"] != before:
            _touch(rows, row["order_id"], recorded)


def _passed_on(rows: Rows, event: DutiesPassedOn, recorded: Recorded) -> None:
    succession.passed_on(rows, event, recorded)
    _hands(rows, event, recorded)


def _touch(rows: Rows, order_id: str, recorded: Recorded) -> Row:
    row = rows.of(order, order_id)
    keep_holder(row, order_id, recorded)
    row["updated_at"] = recorded.envelope.recorded_at
    row["position"] = recorded.position
    return row


def _due(row: Row, due: DueDate) -> None:
    row |= {
        "due_at": due.due_at,
        "due_date": due.due_date,
        "due_provisional": due.provisional,
        "limit_label": due.limit.label,
    }


def _is_suspended(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    return (order.c.suspended_at <= now) & (order.c.suspended_until > now)


def _is_not_suspended(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    since, until = order.c.suspended_at, order.c.suspended_until
    return or_(since.is_(None), since > now, until <= now)


WAS_RETURNED = order.c.return_reason.is_not(None)
WORK_ORDERS = Ledger(
    "work_orders",
    "派单台账",
    WorkOrderRow,
    order,
    told="派给一个单位的事,不含反映人信息",
    version=15,
    follows=("complaint", "supervision", "deadline", "holding", "recusal"),
    of=(PREFIX,),
    handles={
        dispatch.WorkOrderDispatched: _dispatched,
        dispatch.WorkOrderSignedIn: _signed_in,
        release.TextReleased: _text_released,
        release.TextWithdrawn: _text_withdrawn,
        returns.WorkOrderReturned: _returned,
        returns.ReturnRejected: _return_rejected,
        returns.ReturnUpheld: _return_upheld,
        returns.WorkOrderEnded: _order_ended,
        discover.TicketRefused: _declined,
        discover.TicketDiverted: _declined,
        ending.WorkOrderDropped: _dropped,
        ending.TerminationRequested: _termination(ExtensionState.ASKED),
        ending.TerminationDenied: _termination(ExtensionState.DENIED),
        ending.TicketTerminated: _termination(ExtensionState.GRANTED),
        dispatch.WorkOrderReassigned: _reassigned,
        regroup.LeadChanged: _lead_changed,
        deadline.ProgressNoted: _progressed,
        deadline.ExtensionRequested: _extension_asked,
        deadline.ExtensionGranted: _extended,
        deadline.ExtensionDenied: _extension_denied,
        suspend.SuspensionRequested: _suspension_asked,
        suspend.WorkOrderSuspended: _suspended,
        suspend.WorkOrderResumed: _resumed,
        regrade.TicketRegraded: _regraded,
        deadline.ResultSubmitted: _submitted,
        verify.ReworkOrdered: _reworked,
        MeasureTaken: _urged,
        WorkOrderUrged: _urged_before,
        DueDateReplanned: _replanned,
        **dict.fromkeys((*holding.HANDS, TicketCorrected), _hands),
        DutiesPassedOn: _passed_on,
    },
    beside=(succession.succession,),
    retroactive=frozenset({release.TextWithdrawn}),
    seen_by=AT_WORK,
    rows=OWN_UNIT,
    first="dispatched_at",
    source=order.outerjoin(ticket, ticket.c.ticket_id == order.c.ticket_id),
    elsewhere={
        "ticket_number": ticket.c.number,
        "ticket_category": ticket.c.category,
        "ticket_subject_masked": ticket.c.subject_masked,
    },
    asks=(
        ask("ticket_category", TicketCategory, "办不成事工单类别",
            equals(ticket.c.category, "ticket_category")),
        holds_now("paused", "此刻是否挂起", _is_suspended, _is_not_suspended),
        ask("returned", bool, "是否曾被退单,含退单未准的", is_so(WAS_RETURNED, "returned")),
        ask("running", bool, "是否计时中", is_so(order.c.status.in_(RUNNING), "running")),
        Ask("level", LevelAt, "此刻的预警级别",
            {name: exists().where(at)
             for name, at in running_at(_OF_ORDER).items()}),
        holds_now("late", "任一时限是否曾届满未结,含此刻已届满的",
                  any_is_late(_OF_ORDER)),
        search("编号、办理要求、转办内容或办理情况中的文字",
               order.c.order_id, order.c.instruction_masked, order.c.released_masked,
               order.c.result_masked),
    ),
)  # fmt: skip
ORDERS_BY_ID = WORK_ORDERS.one_by("order_id")
ORDERS_OF_TICKETS = WORK_ORDERS.several_by("ticket_id")
