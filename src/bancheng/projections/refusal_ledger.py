"""否定报备台账: one row a proposed refusal, and what was decided above (窗口无否决权)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, MetaData, Table, Text

from bancheng.domain.case.accept import CaseAccepted, CaseDeemedAccepted, GapFilled
from bancheng.domain.case.analyse import MaterialCorrected, SupplementNoticed, SupplementReceived
from bancheng.domain.case.discover import MaterialsReceived
from bancheng.domain.case.refuse import AcceptanceRefused, RefusalDenied, RefusalReported
from bancheng.domain.case.state import PREFIX
from bancheng.domain.case.supervise import (
    CaseDeemedWithdrawn,
    CaseTerminated,
    CaseVoided,
    CaseWithdrawn,
)
from bancheng.domain.case.terms import RefusalGround
from bancheng.domain.case.theme import ClosedWithTheme
from bancheng.domain.case.verify import ResultDelivered
from bancheng.domain.events import Event, Recorded
from bancheng.domain.labelled import Labelled
from bancheng.projections import case_parts
from bancheng.projections.case_events import (
    ACCEPTING,
    CORRECTING,
    ENDING,
    PROPOSING_REFUSAL,
    TAKING_IN,
    others_than,
)
from bancheng.projections.case_parts import OfCase, OfCaseFilter, actor_columns
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.columns import Code, Coded, Instant, Position, stream_column
from bancheng.projections.machine.rows import Rows
from bancheng.projections.paging import among, before, since


class RefusalState(Labelled):
    """否定报备状态: what became of a proposed refusal."""

    PENDING = "pending", "待批"
    DENIED = "denied", "不同意否定"
    REFUSED = "refused", "同意否定"
    LAPSED = "lapsed", "已失效"


refusal = Table(
    "refusal_ledger",
    MetaData(),
    Column("report_id", Code, primary_key=True),
    stream_column("case_id"),
    Column("ground", Coded(RefusalGround), nullable=False),
    Column("reason_masked", Text),
    Column("basis", Text, nullable=False),
    Column("reported_at", Instant, nullable=False),
    *actor_columns("reported"),
    Column("state", Coded(RefusalState), nullable=False),
    Column("decided_at", Instant),
    *actor_columns("decided"),
    Column("ruling_masked", Text),
    Column("remedy_masked", Text),
    Column("position", Position, nullable=False),
    case_parts.case_index("refusal_ledger"),
    Index("refusal_ledger_reported_at", "reported_at", "report_id"),
    Index("refusal_ledger_state", "state", "reported_at", "report_id"),
)


def _reported(rows: Rows, event: RefusalReported, recorded: Recorded) -> None:
    rows.new(
        refusal,
        report_id=f"{recorded.stream_id}/{recorded.version}",
        case_id=recorded.stream_id,
        ground=event.ground,
        reason_masked=rows.masked(event.reason),
        basis=event.basis,
        reported_at=recorded.envelope.occurred_at,
        **case_parts.actor("reported", recorded.envelope),
        state=RefusalState.PENDING,
        position=recorded.position,
    )


def _denied(rows: Rows, event: RefusalDenied, recorded: Recorded) -> None:
    _decide(rows, recorded, RefusalState.DENIED, ruling_masked=rows.masked(event.ruling))


def _refused(rows: Rows, event: AcceptanceRefused, recorded: Recorded) -> None:
    told = {"ruling_masked": event.reason, "remedy_masked": event.remedy}
    masked = {name: rows.masked(text) for name, text in told.items()}
    _decide(rows, recorded, RefusalState.REFUSED, **masked)


def _lapsed(rows: Rows, _: Event, recorded: Recorded) -> None:
    # Whoever let the case go on, often the reporter, decided nothing about the report.
    _settle(rows, recorded, RefusalState.LAPSED)


def _decide(rows: Rows, recorded: Recorded, state: RefusalState, **told: str | None) -> None:
    by = case_parts.actor("decided", recorded.envelope)
    _settle(rows, recorded, state, **by, **told)


def _settle(rows: Rows, recorded: Recorded, state: RefusalState, **more: Any) -> None:
    """Let what waits for a decision, one at most, have come to ``state``."""
    for row in rows.all_of(refusal, recorded.stream_id):
        if row["state"] is RefusalState.PENDING:
            row |= {
                "state": state,
                "decided_at": recorded.envelope.occurred_at,
                "position": recorded.position,
                **more,
            }


PROJECTION = Projection(
    name="refusal_ledger",
    version=3,
    tables=(refusal,),
    handles={
        RefusalReported: _reported,
        RefusalDenied: _denied,
        AcceptanceRefused: _refused,
        **dict.fromkeys(
            (
                MaterialsReceived,
                SupplementNoticed,
                SupplementReceived,
                CaseAccepted,
                CaseDeemedAccepted,
                CaseWithdrawn,
                CaseTerminated,
                CaseVoided,
            ),
            _lapsed,
        ),
    },
    ignores=others_than(TAKING_IN, CORRECTING, PROPOSING_REFUSAL, ACCEPTING, ENDING)
    | {GapFilled, MaterialCorrected, CaseDeemedWithdrawn, ResultDelivered, ClosedWithTheme},
    foreign=("complaint.", "case.past-", "warning.", "deadline.", "office."),
    of=PREFIX,
)


class RefusalRow(OfCase, frozen=True, kw_only=True):
    """否定报备: who proposed to refuse, on what ground, and who decided what.

    ``ruling_masked`` is why it was not agreed to, or the reason told to the applicant.
    """

    report_id: str
    ground: RefusalGround
    reason_masked: str | None
    basis: str
    reported_at: datetime
    reported_by: str
    reported_by_name: str
    reported_unit: str
    state: RefusalState
    decided_at: datetime | None
    decided_by: str | None
    decided_by_name: str | None
    decided_unit: str | None
    ruling_masked: str | None
    remedy_masked: str | None
    position: int


class RefusalOrder(Labelled):
    """否定报备排序: by what the ledger can be ordered."""

    REPORTED_AT = "reported_at", "报备时间"


class RefusalFilter(OfCaseFilter, frozen=True, kw_only=True):
    """否定报备筛选: ``…_from`` is included, ``…_before`` is not."""

    ground: RefusalGround | None = None
    states: tuple[RefusalState, ...] = ()
    reported_by: str | None = None
    reported_from: datetime | None = None
    reported_before: datetime | None = None


REFUSALS = case_parts.listing(
    RefusalRow,
    refusal,
    orders={RefusalOrder.REPORTED_AT: refusal.c.reported_at},
    conditions={
        "states": among(refusal.c.state, "states"),
        "reported_from": since(refusal.c.reported_at, "reported_from"),
        "reported_before": before(refusal.c.reported_at, "reported_before"),
    },
    same=("ground", "reported_by"),
)
refusals_of = case_parts.of_cases(REFUSALS, refusal, refusal.c.reported_at)
