"""出件台账: one row a result: its documents, who was told, where it waits, how it went out."""

from datetime import date, datetime
from typing import Annotated

from sqlalchemy import Index

from bancheng.domain.case.collecting import Collector
from bancheng.domain.case.supervise import CaseTerminated, CaseVoided
from bancheng.domain.case.terms import NotifyWay
from bancheng.domain.case.theme import ClosedWithTheme
from bancheng.domain.case.verify import ResultDelivered, ResultKept, ResultMade, ResultNotified
from bancheng.domain.events import Recorded
from bancheng.domain.identity_numbers import PaperKind
from bancheng.domain.items import DeliveryWay
from bancheng.projections.cases.part import OfCase, by, of_case
from bancheng.projections.ledger.asking import ask, search
from bancheng.projections.ledger.fields import (
    Leads,
    Position,
    Word,
    asked,
    key,
    prose,
    sorts,
    stream,
    unseen,
)
from bancheng.projections.ledger.listing import is_so
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import partial_index
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.sight import APPLICANT


class IssuingRow(OfCase, frozen=True, kw_only=True):
    """出件: the result of a case, who was told of it, and how it went out.

    ``in_custody``: it waits for who did not come yet (证照代管). ``dropped_at`` is when the case
    ended before it was delivered.
    """

    case_id: Annotated[str, Word("办件标识"), key, stream, asked, Leads("case", "所属办件。")]
    documents: Annotated[tuple[str, ...], Word("结果文书名称")]
    certificate_no_masked: Annotated[str | None, Word("证照编号,证件号码已脱敏")]
    valid_from: Annotated[date | None, Word("证照有效期起始日")]
    valid_until: Annotated[date | None, Word("证照有效期届满日")]
    made_at: Annotated[datetime, Word("制证时间"), asked, sorts]
    made_by: Annotated[str, Word("制证人工号")]
    made_by_name: Annotated[str, Word("制证人姓名"), prose]
    made_unit: Annotated[str, Word("制证人单位编码")]
    notified_way: Annotated[NotifyWay | None, Word("通知方式")]
    notified_at: Annotated[datetime | None, Word("通知时间")]
    kept_at: Annotated[datetime | None, Word("代管起始时间"), sorts]
    kept_place: Annotated[str | None, Word("存放位置"), prose]
    delivered_way: Annotated[DeliveryWay | None, Word("送达方式"), asked]
    instead_of: Annotated[DeliveryWay | None, Word("未采用的申请人所选送达方式"), asked]
    other_way_reason_masked: Annotated[str | None, Word("未按所选方式送达的缘由(已脱敏)")]
    delivered_at: Annotated[datetime | None, Word("送达时间"), asked]
    delivered_by: Annotated[str | None, Word("送达人工号")]
    delivered_by_name: Annotated[str | None, Word("送达人姓名"), prose]
    delivered_unit: Annotated[str | None, Word("送达人单位编码")]
    receiver_masked: Annotated[str | None, Word("领取人(已脱敏)", APPLICANT)]
    collector: Annotated[Collector | None, Word("领取人身份"), asked]
    paper: Annotated[PaperKind | None, Word("所核验证件的类型", APPLICANT)]
    paper_no_masked: Annotated[str | None, Word("所核验证件的号码(已脱敏)", APPLICANT)]
    collecting_mandate: Annotated[str | None, Word("领取委托书编号")]
    tracking_no: Annotated[str | None, Word("邮寄单号")]
    bundle_no: Annotated[str | None, Word("打包送达的包号"), asked]
    with_theme: Annotated[bool, Word("是否随主题件统一出件")] = False
    in_custody: Annotated[bool, Word("是否代管中"), asked] = False
    dropped_at: Annotated[datetime | None, Word("办件提前结束而不再送达的时间")]
    position: Annotated[Position, unseen]


result = table_of(
    IssuingRow,
    "issuing_ledger",
    Index("issuing_ledger_made_at", "made_at", "case_id"),
    partial_index("issuing_ledger_bundle", "bundle_no", where="bundle_no IS NOT NULL"),
    Index("issuing_ledger_custody", "in_custody", "kept_at", "case_id"),
)


def _made(rows: Rows, event: ResultMade, recorded: Recorded) -> None:
    rows.new(
        result,
        case_id=recorded.stream_id,
        documents=event.documents,
        certificate_no_masked=rows.masked(event.certificate_no),
        valid_from=event.valid_from,
        valid_until=event.valid_until,
        made_at=recorded.envelope.occurred_at,
        **by("made", recorded.envelope),
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
    row, seen = _handed_out(rows, recorded), event.seen
    row |= {
        "delivered_way": event.way,
        "instead_of": event.instead_of,
        "other_way_reason_masked": rows.masked(event.other_way_reason),
        "receiver_masked": rows.masked(event.receiver),
        "collector": seen and seen.collector,
        "paper": seen and seen.paper,
        "paper_no_masked": seen and rows.masked(seen.paper_no),
        "collecting_mandate": seen and seen.mandate,
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
    row |= by("delivered", recorded.envelope)
    return row


def _touch(rows: Rows, recorded: Recorded) -> Row:
    row = rows.of(result, recorded.stream_id)
    row["position"] = recorded.position
    return row


ISSUED = of_case(
    "issued",
    "出件台账",
    IssuingRow,
    result,
    told="一件的结果及其去向",
    version=7,
    handles={
        ResultMade: _made,
        ResultNotified: _notified,
        ResultKept: _kept,
        ResultDelivered: _delivered,
        ClosedWithTheme: _delivered_with_theme,
        CaseTerminated: _dropped,
        CaseVoided: _dropped,
    },
    first="made_at",
    asks=(
        search(
            "证照编号、邮寄单号或包号中的文字",
            result.c.certificate_no_masked,
            result.c.tracking_no,
            result.c.bundle_no,
        ),
        ask(
            "delivered", bool, "是否已送达", is_so(result.c.delivered_at.is_not(None), "delivered")
        ),
    ),
    under=None,
)
RESULTS_OF_CASES = ISSUED.one_by("case_id")
