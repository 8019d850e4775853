"""限时看板: one row a limit, running or finished. What is overdue is asked, never stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
)

from bancheng.domain.complaint import analyse, deadline, discover, dispatch, supervise, verify
from bancheng.domain.events import Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.limit import DueDate
from bancheng.projections import levels
from bancheng.projections.base import Projection
from bancheng.projections.columns import Code, Coded, Instant, Position, stream_column
from bancheng.projections.rows import Row, Rows


class LimitKind(Labelled):
    """时限种类: what must have happened when the limit runs out."""

    ACCEPT = "accept", "受理"
    SIGN_IN = "sign_in", "签收"
    RESOLVE = "resolve", "办结"
    FEEDBACK = "feedback", "督办反馈"


class LimitState(Labelled):
    """时限状态: running, or how it ended; then it never changes again."""

    RUNNING = "running", "计时中"
    MET = "met", "按时"
    LATE = "late", "逾期"
    CANCELLED = "cancelled", "已取消"


limit = Table(
    "deadline_board",
    MetaData(),
    Column("limit_key", Code, primary_key=True),
    stream_column("ticket_id"),
    Column("kind", Coded(LimitKind), nullable=False),
    Column("subject", Code, nullable=False),
    Column("order_id", Code),
    Column("slip_id", Code),
    Column("unit", Code),
    Column("cycle", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("due_date", Date, nullable=False),
    Column("provisional", Boolean, nullable=False),
    *levels.columns(),
    Column("extended", Boolean, nullable=False),
    Column("limit_id", Code, nullable=False),
    Column("label", Text, nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("calendar_version", Text, nullable=False),
    Column("state", Coded(LimitState), nullable=False),
    Column("finished_at", Instant),
    Column("position", Position, nullable=False),
    Index("deadline_board_ticket", "ticket_id"),
    Index("deadline_board_state_due", "state", "due_at", "limit_key"),
    Index("deadline_board_unit", "unit", "due_at", "limit_key"),
)


def running_at(*more: ColumnElement[bool]) -> dict[str, ColumnElement[bool]]:
    """For each level the condition that a limit is running, at that level, and ``more``."""
    running = and_(limit.c.state == LimitState.RUNNING, *more)
    return {name: running & at for name, at in levels.conditions(limit).items()}


def _reported(rows: Rows, event: discover.TicketReported, recorded: Recorded) -> None:
    if event.accept_due is not None:
        subject = recorded.stream_id
        _start(rows, recorded, LimitKind.ACCEPT, subject, due=event.accept_due)


def _decided_on(rows: Rows, _: object, recorded: Recorded) -> None:
    _finish(rows, recorded, LimitKind.ACCEPT, recorded.stream_id)


def _dispatched(rows: Rows, event: dispatch.WorkOrderDispatched, recorded: Recorded) -> None:
    of: Row = {"order_id": event.order_id, "unit": event.unit}
    _start(rows, recorded, LimitKind.RESOLVE, event.order_id, due=event.due, **of)
    if event.sign_in_due is not None:
        _start(rows, recorded, LimitKind.SIGN_IN, event.order_id, due=event.sign_in_due, **of)


def _signed_in(rows: Rows, event: dispatch.WorkOrderSignedIn, recorded: Recorded) -> None:
    _finish(rows, recorded, LimitKind.SIGN_IN, event.order_id)


def _returned(rows: Rows, event: dispatch.WorkOrderReturned, recorded: Recorded) -> None:
    # An objection answers the order as a signature does; only the time to resolve goes on.
    _finish(rows, recorded, LimitKind.SIGN_IN, event.order_id)


def _released(
    rows: Rows, event: dispatch.ReturnUpheld | dispatch.WorkOrderReassigned, recorded: Recorded
) -> None:
    for kind in (LimitKind.SIGN_IN, LimitKind.RESOLVE):
        _end(rows, recorded, kind, event.order_id, LimitState.CANCELLED)


def _extended(rows: Rows, event: deadline.ExtensionGranted, recorded: Recorded) -> None:
    row = _running(rows, recorded, LimitKind.RESOLVE, event.order_id)
    if row is not None:
        row |= _terms(event.due)
        row["position"] = recorded.position


def _submitted(rows: Rows, event: deadline.ResultSubmitted, recorded: Recorded) -> None:
    state = LimitState.MET if event.verdict.on_time else LimitState.LATE
    _end(rows, recorded, LimitKind.RESOLVE, event.order_id, state)


def _reworked(rows: Rows, event: verify.ReworkOrdered, recorded: Recorded) -> None:
    earlier = _all(rows, recorded, LimitKind.RESOLVE, event.order_id)
    _start(
        rows,
        recorded,
        LimitKind.RESOLVE,
        event.order_id,
        due=event.due,
        cycle=len(earlier) + 1,
        order_id=event.order_id,
        unit=earlier[0]["unit"],
    )


def _slip_issued(rows: Rows, event: supervise.SupervisionOrderIssued, recorded: Recorded) -> None:
    of: Row = {"slip_id": event.slip_id, "unit": event.unit}
    _start(rows, recorded, LimitKind.FEEDBACK, event.slip_id, due=event.feedback_due, **of)


def _slip_answered(
    rows: Rows, event: supervise.SupervisionOrderAnswered, recorded: Recorded
) -> None:
    _finish(rows, recorded, LimitKind.FEEDBACK, event.slip_id)


def _start(
    rows: Rows,
    recorded: Recorded,
    kind: LimitKind,
    subject: str,
    *,
    due: DueDate,
    cycle: int = 1,
    **of: Any,
) -> None:
    rows.new(
        limit,
        limit_key=f"{subject}/{kind}/{cycle}",
        ticket_id=recorded.stream_id,
        kind=kind,
        subject=subject,
        cycle=cycle,
        state=LimitState.RUNNING,
        position=recorded.position,
        **_terms(due),
        **of,
    )


def _terms(due: DueDate) -> Row:
    return {
        "started_at": due.started_at,
        "due_at": due.due_at,
        "due_date": due.due_date,
        "provisional": due.provisional,
        "extended": due.extension is not None,
        "limit_id": due.limit.id,
        "label": due.limit.label,
        "rule_version": due.rule_version,
        "calendar_version": due.calendar_version,
        **levels.reached(due.warnings),
    }


def _finish(rows: Rows, recorded: Recorded, kind: LimitKind, subject: str) -> None:
    """End a running limit by what happened at ``recorded``."""
    row = _running(rows, recorded, kind, subject)
    if row is not None:
        late = _is_late(row, recorded.envelope.occurred_at)
        _end(rows, recorded, kind, subject, LimitState.LATE if late else LimitState.MET)


def _is_late(row: Row, instant: datetime) -> bool:
    return bool(instant >= row["due_at"])


def _end(rows: Rows, recorded: Recorded, kind: LimitKind, subject: str, state: LimitState) -> None:
    row = _running(rows, recorded, kind, subject)
    if row is not None:
        row["state"] = state
        row["finished_at"] = recorded.envelope.occurred_at
        row["position"] = recorded.position


def _running(rows: Rows, recorded: Recorded, kind: LimitKind, subject: str) -> Row | None:
    for row in _all(rows, recorded, kind, subject):
        if row["state"] is LimitState.RUNNING:
            return rows.of(limit, row["limit_key"])
    return None


def _all(rows: Rows, recorded: Recorded, kind: LimitKind, subject: str) -> list[Row]:
    found = rows.all_of(limit, recorded.stream_id)
    return [row for row in found if row["kind"] is kind and row["subject"] == subject]


PROJECTION = Projection(
    name="deadline_board",
    version=1,
    tables=(limit,),
    handles={
        discover.TicketReported: _reported,
        discover.TicketAccepted: _decided_on,
        discover.TicketRefused: _decided_on,
        discover.TicketDiverted: _decided_on,
        dispatch.WorkOrderDispatched: _dispatched,
        dispatch.WorkOrderSignedIn: _signed_in,
        dispatch.WorkOrderReturned: _returned,
        dispatch.ReturnUpheld: _released,
        dispatch.WorkOrderReassigned: _released,
        deadline.ExtensionGranted: _extended,
        deadline.ResultSubmitted: _submitted,
        verify.ReworkOrdered: _reworked,
        supervise.SupervisionOrderIssued: _slip_issued,
        supervise.SupervisionOrderAnswered: _slip_answered,
    },
    ignores=frozenset(
        {
            analyse.CauseAnalysed,
            analyse.InquiryAnswered,
            analyse.PraisePassedOn,
            dispatch.ReturnRejected,
            deadline.ProgressNoted,
            deadline.ExtensionRequested,
            deadline.ExtensionDenied,
            verify.CallBackRecorded,
            verify.VerificationPassed,
            supervise.WorkOrderUrged,
            supervise.TicketStruckOff,
            supervise.TicketReopened,
        }
    ),
    foreign=("office.",),
)
