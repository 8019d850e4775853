"""收件台账: one row a receipt: what was taken in for which case, when and by whom."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import Index

from bancheng.domain.case.accept import GapFilled
from bancheng.domain.case.analyse import SupplementReceived
from bancheng.domain.case.discover import MaterialsReceived, Received
from bancheng.domain.events import Recorded
from bancheng.domain.labelled import Labelled
from bancheng.projections.cases.part import OfCase, by, case_index, of_case
from bancheng.projections.ledger.fields import Position, Word, asked, key, prose, sorts, unseen
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.base import Handler
from bancheng.projections.machine.rows import Rows


class IntakeKind(Labelled):
    """收件种类: on what occasion materials were taken in."""

    FIRST = "first", "收件"
    MORE = "more", "继续收件"
    SUPPLEMENT = "supplement", "补正收件"
    GAP = "gap", "容缺补齐"


class ReceiptRow(OfCase, frozen=True, kw_only=True):
    """收件: what was taken in against one receipt; a gap is filled without a number of its own."""

    receipt_id: Annotated[str, Word("收件标识"), key]
    receipt_no: Annotated[str | None, Word("收件凭证编号;容缺补齐的为空"), asked]
    kind: Annotated[IntakeKind, Word("收件种类"), asked]
    materials: Annotated[tuple[Received, ...], Word("收到的材料")]
    missing: Annotated[tuple[str, ...], Word("收件后尚缺的材料编码")]
    received_at: Annotated[datetime, Word("收件时间"), asked, sorts]
    received_by: Annotated[str, Word("收件人工号"), asked]
    received_by_name: Annotated[str, Word("收件人姓名"), prose]
    received_unit: Annotated[str, Word("收件人单位编码")]
    position: Annotated[Position, unseen]


receipt = table_of(
    ReceiptRow,
    "intake_ledger",
    case_index("intake_ledger"),
    Index("intake_ledger_received_at", "received_at", "receipt_id"),
    Index("intake_ledger_receipt_no", "receipt_no"),
)


def _first_or_more(rows: Rows, event: MaterialsReceived, recorded: Recorded) -> None:
    there = rows.all_of(receipt, recorded.stream_id)
    _received(IntakeKind.MORE if there else IntakeKind.FIRST)(rows, event, recorded)


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
            **by("received", recorded.envelope),
            position=recorded.position,
        )

    return received


RECEIPTS = of_case(
    "receipts",
    "收件台账",
    ReceiptRow,
    receipt,
    told="一次收件及其凭证",
    version=4,
    handles={
        MaterialsReceived: _first_or_more,
        SupplementReceived: _received(IntakeKind.SUPPLEMENT),
        GapFilled: _received(IntakeKind.GAP),
    },
    first="received_at",
)
