"""收件台账: one row a receipt: what was taken in for which case, when and by whom."""

from datetime import datetime

from sqlalchemy import Column, Index, MetaData, Table

from bancheng.domain.case.accept import GapFilled
from bancheng.domain.case.analyse import SupplementReceived
from bancheng.domain.case.discover import MaterialsReceived, Received
from bancheng.domain.case.state import PREFIX
from bancheng.domain.events import Recorded
from bancheng.domain.labelled import Labelled
from bancheng.projections import case_parts
from bancheng.projections.case_events import TAKING_IN, others_than
from bancheng.projections.case_parts import OfCase, OfCaseFilter, actor_columns
from bancheng.projections.machine.base import Handler, Projection
from bancheng.projections.machine.columns import (
    Code,
    Coded,
    Codes,
    Instant,
    Position,
    Whole,
    stream_column,
)
from bancheng.projections.machine.rows import Rows
from bancheng.projections.paging import before, since


class IntakeKind(Labelled):
    """收件种类: on what occasion materials were taken in."""

    FIRST = "first", "收件"
    SUPPLEMENT = "supplement", "补正收件"
    GAP = "gap", "容缺补齐"


receipt = Table(
    "intake_ledger",
    MetaData(),
    Column("receipt_id", Code, primary_key=True),
    stream_column("case_id"),
    Column("receipt_no", Code),
    Column("kind", Coded(IntakeKind), nullable=False),
    Column("materials", Whole(tuple[Received, ...]), nullable=False),
    Column("missing", Codes, nullable=False),
    Column("received_at", Instant, nullable=False),
    *actor_columns("received"),
    Column("position", Position, nullable=False),
    case_parts.case_index("intake_ledger"),
    Index("intake_ledger_received_at", "received_at", "receipt_id"),
    Index("intake_ledger_receipt_no", "receipt_no"),
)


def _received(kind: IntakeKind) -> Handler:
    def received(
        rows: Rows, event: MaterialsReceived | SupplementReceived | GapFilled, recorded: Recorded
    ) -> None:
        rows.new(
            receipt,
            receipt_id=f"{recorded.stream_id}/{recorded.version}",
            case_id=recorded.stream_id,
            receipt_no=None if isinstance(event, GapFilled) else event.receipt_no,
            kind=kind,
            materials=event.materials,
            missing=event.missing,
            received_at=recorded.envelope.occurred_at,
            **case_parts.actor("received", recorded.envelope),
            position=recorded.position,
        )

    return received


PROJECTION = Projection(
    name="intake_ledger",
    version=2,
    tables=(receipt,),
    handles={
        MaterialsReceived: _received(IntakeKind.FIRST),
        SupplementReceived: _received(IntakeKind.SUPPLEMENT),
        GapFilled: _received(IntakeKind.GAP),
    },
    ignores=others_than(TAKING_IN),
    foreign=("complaint.", "case.past-", "warning.", "deadline.", "office."),
    of=PREFIX,
)


class ReceiptRow(OfCase, frozen=True, kw_only=True):
    """收件: what was taken in against one receipt; a gap is filled without a number of its own."""

    receipt_id: str
    receipt_no: str | None
    kind: IntakeKind
    materials: tuple[Received, ...]
    missing: tuple[str, ...]
    received_at: datetime
    received_by: str
    received_by_name: str
    received_unit: str
    position: int


class ReceiptOrder(Labelled):
    """收件排序: by what the ledger can be ordered."""

    RECEIVED_AT = "received_at", "收件时间"


class ReceiptFilter(OfCaseFilter, frozen=True, kw_only=True):
    """收件筛选: ``…_from`` is included, ``…_before`` is not."""

    kind: IntakeKind | None = None
    receipt_no: str | None = None
    received_by: str | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None


RECEIPTS = case_parts.listing(
    ReceiptRow,
    receipt,
    orders={ReceiptOrder.RECEIVED_AT: receipt.c.received_at},
    conditions={
        "received_from": since(receipt.c.received_at, "received_from"),
        "received_before": before(receipt.c.received_at, "received_before"),
    },
    same=("kind", "receipt_no", "received_by"),
)
receipts_of = case_parts.of_cases(RECEIPTS, receipt, receipt.c.received_at)
