"""出件台账: one row a result: its documents, who was told, where it waits, how it went out."""

from datetime import datetime

from sqlalchemy import Boolean, Column, Index, MetaData, Table, Text, bindparam

from bancheng.domain.case.refuse import AcceptanceRefused
from bancheng.domain.case.state import PREFIX
from bancheng.domain.case.supervise import (
    CaseDeemedWithdrawn,
    CaseTerminated,
    CaseVoided,
    CaseWithdrawn,
)
from bancheng.domain.case.terms import NotifyWay
from bancheng.domain.case.theme import ClosedWithTheme
from bancheng.domain.case.verify import ResultDelivered, ResultKept, ResultMade, ResultNotified
from bancheng.domain.events import Recorded
from bancheng.domain.items import DeliveryWay
from bancheng.domain.labelled import Labelled
from bancheng.projections import case_parts
from bancheng.projections.case_events import ENDING, ISSUING, others_than
from bancheng.projections.case_parts import OfCase, OfCaseFilter, actor_columns
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.columns import (
    Code,
    Coded,
    Codes,
    Instant,
    Position,
    partial_index,
    stream_column,
)
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.paging import before, contains, since

result = Table(
    "issuing_ledger",
    MetaData(),
    stream_column("case_id", primary_key=True),
    Column("documents", Codes, nullable=False),
    Column("certificate_no", Code),
    Column("made_at", Instant, nullable=False),
    *actor_columns("made"),
    Column("notified_way", Coded(NotifyWay)),
    Column("notified_at", Instant),
    Column("kept_at", Instant),
    Column("kept_place", Text),
    Column("delivered_way", Coded(DeliveryWay)),
    Column("delivered_at", Instant),
    *actor_columns("delivered"),
    Column("receiver_masked", Text),
    Column("tracking_no", Code),
    Column("bundle_no", Code),
    Column("with_theme", Boolean, nullable=False, default=False),
    Column("in_custody", Boolean, nullable=False, default=False),
    Column("dropped_at", Instant),
    Column("position", Position, nullable=False),
    Index("issuing_ledger_made_at", "made_at", "case_id"),
    partial_index("issuing_ledger_bundle", "bundle_no", where="bundle_no IS NOT NULL"),
    Index("issuing_ledger_custody", "in_custody", "kept_at", "case_id"),
)


def _made(rows: Rows, event: ResultMade, recorded: Recorded) -> None:
    rows.new(
        result,
        case_id=recorded.stream_id,
        documents=event.documents,
        certificate_no=event.certificate_no,
        made_at=recorded.envelope.occurred_at,
        **case_parts.actor("made", recorded.envelope),
        position=recorded.position,
    )


def _notified(rows: Rows, event: ResultNotified, recorded: Recorded) -> None:
    row = _touch(rows, recorded)
    row |= {"notified_way": event.way, "notified_at": recorded.envelope.occurred_at}


def _kept(rows: Rows, event: ResultKept, recorded: Recorded) -> None:
    row = _touch(rows, recorded)
    row["kept_at"] = row["kept_at"] or recorded.envelope.occurred_at
    row |= {"kept_place": event.place, "in_custody": True}


def _delivered(rows: Rows, event: ResultDelivered, recorded: Recorded) -> None:
    row = _handed_out(rows, recorded)
    row |= {
        "delivered_way": event.way,
        "receiver_masked": rows.masked(event.receiver),
        "tracking_no": event.tracking_no,
        "bundle_no": event.bundle_no,
    }


def _delivered_with_theme(rows: Rows, _: ClosedWithTheme, recorded: Recorded) -> None:
    if rows.all_of(result, recorded.stream_id):  # what was refused has no result of its own
        _handed_out(rows, recorded)["with_theme"] = True


def _dropped(rows: Rows, _: CaseTerminated | CaseVoided, recorded: Recorded) -> None:
    if rows.all_of(result, recorded.stream_id):
        row = _touch(rows, recorded)
        row |= {"dropped_at": recorded.envelope.occurred_at, "in_custody": False}


def _handed_out(rows: Rows, recorded: Recorded) -> Row:
    row = _touch(rows, recorded)
    row |= {"delivered_at": recorded.envelope.occurred_at, "in_custody": False}
    row |= case_parts.actor("delivered", recorded.envelope)
    return row


def _touch(rows: Rows, recorded: Recorded) -> Row:
    row = rows.of(result, recorded.stream_id)
    row["position"] = recorded.position
    return row


PROJECTION = Projection(
    name="issuing_ledger",
    version=2,
    tables=(result,),
    handles={
        ResultMade: _made,
        ResultNotified: _notified,
        ResultKept: _kept,
        ResultDelivered: _delivered,
        ClosedWithTheme: _delivered_with_theme,
        CaseTerminated: _dropped,
        CaseVoided: _dropped,
    },
    ignores=others_than(ISSUING, ENDING) | {AcceptanceRefused, CaseWithdrawn, CaseDeemedWithdrawn},
    foreign=("complaint.", "case.past-", "warning.", "deadline.", "office."),
    of=PREFIX,
)


class IssuingRow(OfCase, frozen=True, kw_only=True):
    """出件: one result. ``in_custody``: it waits for who did not come yet (证照代管).

    ``dropped_at`` is when the case ended before it was delivered.
    """

    documents: tuple[str, ...]
    certificate_no: str | None
    made_at: datetime
    made_by: str
    made_by_name: str
    made_unit: str
    notified_way: NotifyWay | None
    notified_at: datetime | None
    kept_at: datetime | None
    kept_place: str | None
    delivered_way: DeliveryWay | None
    delivered_at: datetime | None
    delivered_by: str | None
    delivered_by_name: str | None
    delivered_unit: str | None
    receiver_masked: str | None
    tracking_no: str | None
    bundle_no: str | None
    with_theme: bool
    in_custody: bool
    dropped_at: datetime | None
    position: int


class IssuingOrder(Labelled):
    """出件排序: by what the ledger can be ordered."""

    MADE_AT = "made_at", "制证时间"
    KEPT_AT = "kept_at", "代管起始时间"


class IssuingFilter(OfCaseFilter, frozen=True, kw_only=True):
    """出件筛选: ``…_from`` is included, ``…_before`` is not."""

    text: str | None = None
    in_custody: bool | None = None
    delivered: bool | None = None
    delivered_way: DeliveryWay | None = None
    bundle_no: str | None = None
    made_from: datetime | None = None
    made_before: datetime | None = None
    delivered_from: datetime | None = None
    delivered_before: datetime | None = None


ISSUED = case_parts.listing(
    IssuingRow,
    result,
    orders={IssuingOrder.MADE_AT: result.c.made_at, IssuingOrder.KEPT_AT: result.c.kept_at},
    conditions={
        "text": contains(result.c.certificate_no, result.c.tracking_no, result.c.bundle_no),
        "delivered": result.c.delivered_at.is_not(None)
        == bindparam("delivered", type_=result.c.with_theme.type),
        "made_from": since(result.c.made_at, "made_from"),
        "made_before": before(result.c.made_at, "made_before"),
        "delivered_from": since(result.c.delivered_at, "delivered_from"),
        "delivered_before": before(result.c.delivered_at, "delivered_before"),
    },
    same=("in_custody", "delivered_way", "bundle_no"),
)
issued_of = case_parts.of_cases(ISSUED, result, result.c.made_at)
