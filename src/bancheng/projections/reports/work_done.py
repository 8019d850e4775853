"""经办记录: one row an act of the staff on a case, to be counted by day, unit, window and post."""

from sqlalchemy import Boolean, Column, Index, MetaData, Table, Text

from bancheng.domain.case.accept import CaseAccepted, GapFilled
from bancheng.domain.case.analyse import SupplementReceived
from bancheng.domain.case.decide import CaseDecided
from bancheng.domain.case.discover import CaseSubmitted, MaterialsReceived
from bancheng.domain.case.forward import CaseForwarded
from bancheng.domain.case.recall import DecisionRecalled
from bancheng.domain.case.state import PREFIX
from bancheng.domain.case.supervise import CaseTerminated, CaseVoided
from bancheng.domain.case.terms import CaseSource
from bancheng.domain.case.verify import ResultDelivered
from bancheng.domain.events import Event, Recorded
from bancheng.domain.items import DeliveryWay
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Role
from bancheng.projections.machine.base import Handler, Projection
from bancheng.projections.machine.columns import Code, Coded, Instant, Position, stream_column
from bancheng.projections.machine.rows import Rows


class WorkKind(Labelled):
    """工作种类: which acts on a case count as work done."""

    SUBMITTED = "submitted", "登记"
    RECEIVED = "received", "收件"
    ACCEPTED = "accepted", "受理"
    DECIDED = "decided", "办结"
    DELIVERED = "delivered", "送达"


work = Table(
    "workload",
    MetaData(),
    Column("position", Position, primary_key=True, autoincrement=False),
    stream_column("case_id"),
    Column("kind", Coded(WorkKind), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor_id", Code, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("actor_unit", Code, nullable=False),
    Column("post", Code, nullable=False),
    Column("at_counter", Boolean, nullable=False),
    Column("undone", Boolean, nullable=False, default=False),
    Index("workload_at", "at", "position"),
    Index("workload_case", "case_id"),
)


def _done(kind: WorkKind) -> Handler:
    def done(rows: Rows, event: Event, recorded: Recorded) -> None:
        envelope = recorded.envelope
        actor = envelope.actor
        if actor.may(Role.SYSTEM):
            return  # what the hall does by itself is nobody's work
        rows.new(
            work,
            position=recorded.position,
            case_id=recorded.stream_id,
            kind=kind,
            at=envelope.occurred_at,
            actor_id=actor.id,
            actor_name=actor.name,
            actor_unit=actor.unit,
            post=actor.post,
            at_counter=actor.may(Role.WINDOW_CLERK) and not _is_from_afar(event),
        )

    return done


def _is_from_afar(event: Event) -> bool:
    """Whether nobody stood at the counter: applications come in online at any hour."""
    if isinstance(event, CaseSubmitted):
        return event.source is not CaseSource.WINDOW
    return isinstance(event, ResultDelivered) and event.way is not DeliveryWay.COUNTER


def _undone(rows: Rows, _: Event, recorded: Recorded) -> None:
    for row in rows.all_of(work, recorded.stream_id):
        if row["kind"] is WorkKind.DECIDED and not row["undone"]:
            row["undone"] = True


PROJECTION = Projection(
    name="workload",
    version=3,
    tables=(work,),
    handles={
        CaseSubmitted: _done(WorkKind.SUBMITTED),
        MaterialsReceived: _done(WorkKind.RECEIVED),
        SupplementReceived: _done(WorkKind.RECEIVED),
        GapFilled: _done(WorkKind.RECEIVED),
        CaseAccepted: _done(WorkKind.ACCEPTED),
        **dict.fromkeys((CaseDecided, CaseForwarded), _done(WorkKind.DECIDED)),
        **dict.fromkeys((DecisionRecalled, CaseTerminated, CaseVoided), _undone),
        ResultDelivered: _done(WorkKind.DELIVERED),
    },
    follows=("case",),
    of=(PREFIX,),
)
