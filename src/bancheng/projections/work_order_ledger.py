"""工单台账: one row a work order, as the unit that handles it sees it."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text

from bancheng.domain.complaint import (
    analyse,
    deadline,
    discover,
    dispatch,
    supervise,
    suspend,
    verify,
)
from bancheng.domain.complaint.state import PREFIX
from bancheng.domain.complaint.terms import OrderStatus, Outcome
from bancheng.domain.events import Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.limit import DueDate, LimitUnit
from bancheng.domain.warnings import events as warnings
from bancheng.projections.base import Projection
from bancheng.projections.columns import Code, Coded, Instant, Position, count_column, stream_column
from bancheng.projections.rows import Row, Rows


class ExtensionState(Labelled):
    """延期情况: what became of the latest request for more time."""

    ASKED = "asked", "待批"
    GRANTED = "granted", "已准予"
    DENIED = "denied", "未准予"


order = Table(
    "work_order_ledger",
    MetaData(),
    Column("order_id", Code, primary_key=True),
    stream_column("ticket_id"),
    Column("unit", Code, nullable=False),
    Column("lead", Boolean, nullable=False),
    Column("status", Coded(OrderStatus), nullable=False),
    Column("instruction_masked", Text),
    Column("dispatched_at", Instant, nullable=False),
    Column("signed_in_at", Instant),
    Column("sign_in_due_at", Instant),
    Column("return_due_at", Instant),
    Column("due_at", Instant, nullable=False),
    Column("due_date", Date, nullable=False),
    Column("due_provisional", Boolean, nullable=False),
    Column("limit_label", Text, nullable=False),
    Column("extension", Coded(ExtensionState)),
    count_column("extensions"),
    Column("return_reason", Code),
    Column("return_explanation_masked", Text),
    Column("ruling_masked", Text),
    Column("final", Boolean, nullable=False),
    Column("replaces", Code),
    Column("successor", Code),
    Column("latest_progress_masked", Text),
    Column("latest_progress_at", Instant),
    Column("submitted_at", Instant),
    Column("outcome", Coded(Outcome)),
    Column("result_masked", Text),
    Column("on_time", Boolean),
    Column("limit_unit", Coded(LimitUnit)),
    Column("used", Integer),
    Column("remaining", Integer),
    Column("overdue", Integer),
    count_column("late_verdicts"),
    count_column("urges"),
    count_column("reworks"),
    Column("updated_at", Instant, nullable=False),
    Column("position", Position, nullable=False),
    Index("work_order_ledger_ticket", "ticket_id"),
    Index("work_order_ledger_unit", "unit", "dispatched_at", "order_id"),
    Index("work_order_ledger_due_at", "due_at", "order_id"),
)

_NOT_JUDGED = dict.fromkeys(("on_time", "limit_unit", "used", "remaining", "overdue", "outcome"))


def _dispatched(rows: Rows, event: dispatch.WorkOrderDispatched, recorded: Recorded) -> None:
    row = rows.new(
        order,
        order_id=event.order_id,
        ticket_id=recorded.stream_id,
        unit=event.unit,
        lead=event.lead,
        status=OrderStatus.DISPATCHED,
        instruction_masked=rows.masked(event.instruction),
        dispatched_at=recorded.envelope.occurred_at,
        sign_in_due_at=event.sign_in_due and event.sign_in_due.due_at,
        return_due_at=event.return_due and event.return_due.due_at,
        final=event.final,
        replaces=event.replaces,
    )
    _due(row, event.due)
    _touch(rows, event.order_id, recorded)


def _signed_in(rows: Rows, event: dispatch.WorkOrderSignedIn, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    row["status"] = OrderStatus.SIGNED_IN
    row["signed_in_at"] = recorded.envelope.occurred_at


def _returned(rows: Rows, event: dispatch.WorkOrderReturned, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    row["status"] = OrderStatus.RETURNED
    row["return_reason"] = event.reason
    row["return_explanation_masked"] = rows.masked(event.explanation)


def _return_rejected(rows: Rows, event: dispatch.ReturnRejected, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    signed_in = row["signed_in_at"] is not None
    row["status"] = OrderStatus.SIGNED_IN if signed_in else OrderStatus.DISPATCHED
    row["final"] = True
    row["ruling_masked"] = rows.masked(event.ruling)


def _return_upheld(rows: Rows, event: dispatch.ReturnUpheld, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    row["status"] = OrderStatus.RELEASED
    row["ruling_masked"] = rows.masked(event.ruling)


def _reassigned(rows: Rows, event: dispatch.WorkOrderReassigned, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    row["status"] = OrderStatus.REASSIGNED
    row["successor"] = event.successor


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


def _due_changed(
    rows: Rows, event: suspend.WorkOrderSuspended | suspend.WorkOrderResumed, recorded: Recorded
) -> None:
    _due(_touch(rows, event.order_id, recorded), event.due)


def _regraded(rows: Rows, event: suspend.TicketRegraded, recorded: Recorded) -> None:
    for one in event.orders:
        _due(_touch(rows, one.order_id, recorded), one.due)


def _extension_denied(rows: Rows, event: deadline.ExtensionDenied, recorded: Recorded) -> None:
    _touch(rows, event.order_id, recorded)["extension"] = ExtensionState.DENIED


def _submitted(rows: Rows, event: deadline.ResultSubmitted, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    verdict = event.verdict
    row["late_verdicts"] += not verdict.on_time
    row |= {
        "status": OrderStatus.SUBMITTED,
        "submitted_at": recorded.envelope.occurred_at,
        "outcome": event.outcome,
        "result_masked": rows.masked(event.result),
        "on_time": verdict.on_time,
        "limit_unit": verdict.unit,
        "used": verdict.used,
        "remaining": verdict.remaining,
        "overdue": verdict.overdue,
    }


def _reworked(rows: Rows, event: verify.ReworkOrdered, recorded: Recorded) -> None:
    row = _touch(rows, event.order_id, recorded)
    row["reworks"] += 1
    row |= {**_NOT_JUDGED, "status": OrderStatus.SIGNED_IN, "submitted_at": None, "final": True}
    row["extension"] = None
    _due(row, event.due)


def _urged(rows: Rows, event: supervise.WorkOrderUrged, recorded: Recorded) -> None:
    _touch(rows, event.order_id, recorded)["urges"] += 1


def _replanned(rows: Rows, event: warnings.DueDateReplanned, recorded: Recorded) -> None:
    if event.kind is LimitKind.RESOLVE:
        _due(_touch(rows, event.subject, recorded), event.due)


def _touch(rows: Rows, order_id: str, recorded: Recorded) -> Row:
    row = rows.of(order, order_id)
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


PROJECTION = Projection(
    name="work_order_ledger",
    version=1,
    tables=(order,),
    handles={
        dispatch.WorkOrderDispatched: _dispatched,
        dispatch.WorkOrderSignedIn: _signed_in,
        dispatch.WorkOrderReturned: _returned,
        dispatch.ReturnRejected: _return_rejected,
        dispatch.ReturnUpheld: _return_upheld,
        dispatch.WorkOrderReassigned: _reassigned,
        deadline.ProgressNoted: _progressed,
        deadline.ExtensionRequested: _extension_asked,
        deadline.ExtensionGranted: _extended,
        deadline.ExtensionDenied: _extension_denied,
        suspend.WorkOrderSuspended: _due_changed,
        suspend.WorkOrderResumed: _due_changed,
        suspend.TicketRegraded: _regraded,
        deadline.ResultSubmitted: _submitted,
        verify.ReworkOrdered: _reworked,
        supervise.WorkOrderUrged: _urged,
        warnings.DueDateReplanned: _replanned,
    },
    ignores=frozenset(
        {
            discover.TicketReported,
            discover.TicketAccepted,
            discover.TicketRefused,
            discover.TicketDiverted,
            analyse.CauseAnalysed,
            analyse.InquiryAnswered,
            analyse.PraisePassedOn,
            verify.CallBackRecorded,
            verify.VerificationPassed,
            supervise.SupervisionOrderIssued,
            supervise.SupervisionOrderAnswered,
            supervise.TicketStruckOff,
            supervise.TicketReopened,
            warnings.WarningRaised,
            warnings.WarningAnswered,
            warnings.WarningAppealed,
            warnings.WarningAppealRejected,
            warnings.WarningRevoked,
        }
    ),
    foreign=("office.", "case."),
    of=PREFIX,
)
