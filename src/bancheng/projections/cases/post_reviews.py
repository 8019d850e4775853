"""批后复审台账: one row a grant that is looked at again after its issue, planned or unasked."""

from datetime import date, datetime
from typing import Annotated

from sqlalchemy import Index

from bancheng.domain.case.supervise import ApprovalReviewed
from bancheng.domain.case.theme import ClosedWithTheme
from bancheng.domain.case.verify import ResultDelivered
from bancheng.domain.events import Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.warnings.events import DueDateReplanned, DutiesPassedOn
from bancheng.projections.cases.part import OfCase, case_index, of_case
from bancheng.projections.ledger.asking import ask
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    asked,
    asked_any,
    key,
    prose,
    sorts,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.listing import is_so
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Row, Rows


class PostReviewState(Labelled):
    """批后复审状态: what a grant that is looked at again waits for, or what was found."""

    WAITING = "waiting", "待复审"
    UPHELD = "upheld", "予以维持"
    FAILED = "failed", "不予维持"


class PostReviewRow(OfCase, frozen=True, kw_only=True):
    """批后复审: which grant, of whom until when it was due, who looked at it and what they found.

    A grant may be looked at that was not among those drawn: then nothing was due.
    """

    review_id: Annotated[str, Word("复审标识"), key]
    review_unit: Annotated[str, Word("复审单位编码"), asked, unit_code]
    due_at: Annotated[datetime | None, Word("复审期限,此刻起为逾期;未列入计划的为空"), asked]
    due_date: Annotated[date | None, Word("复审到期日,当日24时止")]
    state: Annotated[PostReviewState, Word("复审状态"), asked_any]
    reviewed_at: Annotated[datetime | None, Word("复审时间"), asked]
    reviewed_by: Annotated[str | None, Word("复审人工号"), asked]
    reviewed_by_name: Annotated[str | None, Word("复审人姓名"), prose]
    conclusion_masked: Annotated[str | None, Word("复审结论(已脱敏)")]
    began_at: Annotated[datetime, Word("列入时间: 送达之时,未列入计划的为复审之时"), asked, sorts]
    position: Annotated[Position, unseen]


review = table_of(
    PostReviewRow,
    "post_review_ledger",
    case_index("post_review_ledger"),
    Index("post_review_ledger_began_at", "began_at", "review_id"),
    Index("post_review_ledger_state", "state", "began_at", "review_id"),
)


def _delivered(rows: Rows, event: ResultDelivered | ClosedWithTheme, recorded: Recorded) -> None:
    plan = event.review
    if plan is not None:
        _until(_begun(rows, recorded, plan.unit), plan.due)


def _reviewed(rows: Rows, event: ApprovalReviewed, recorded: Recorded) -> None:
    who = recorded.envelope.actor
    row = _waiting(rows, recorded)
    row = _begun(rows, recorded, who.unit) if row is None else row
    row |= {
        "state": PostReviewState.UPHELD if event.passed else PostReviewState.FAILED,
        "reviewed_at": recorded.envelope.occurred_at,
        "reviewed_by": who.id,
        "reviewed_by_name": who.name,
        "conclusion_masked": rows.masked(event.conclusion),
        "position": recorded.position,
    }


def _replanned(rows: Rows, event: DueDateReplanned, recorded: Recorded) -> None:
    row = _waiting(rows, recorded)
    if event.kind is LimitKind.POST_REVIEW and row is not None:
        _until(row, event.due)
        row["position"] = recorded.position


def _passed_on(rows: Rows, event: DutiesPassedOn, recorded: Recorded) -> None:
    row = _waiting(rows, recorded)
    for one in event.limits:
        if one.kind is LimitKind.POST_REVIEW and row is not None:
            row |= {"review_unit": event.successor, "position": recorded.position}
            _until(row, one.due)


def _begun(rows: Rows, recorded: Recorded, unit: str) -> Row:
    return rows.new(
        review,
        review_id=f"{recorded.stream_id}/{recorded.version}",
        case_id=recorded.stream_id,
        review_unit=unit,
        state=PostReviewState.WAITING,
        began_at=recorded.envelope.occurred_at,
        position=recorded.position,
    )


def _waiting(rows: Rows, recorded: Recorded) -> Row | None:
    found = rows.all_of(review, recorded.stream_id)
    return next((row for row in found if row["state"] is PostReviewState.WAITING), None)


def _until(row: Row, due: DueDate) -> None:
    row |= {"due_at": due.due_at, "due_date": due.due_date}


POST_REVIEWS = of_case(
    "post_reviews",
    "批后复审台账",
    PostReviewRow,
    review,
    told="一次批后复审: 列入计划待复审的,以及已复审的",
    version=1,
    follows=("case", "deadline"),
    handles={
        ResultDelivered: _delivered,
        ClosedWithTheme: _delivered,
        ApprovalReviewed: _reviewed,
        DueDateReplanned: _replanned,
        DutiesPassedOn: _passed_on,
    },
    first="began_at",
    asks=(
        ask("planned", bool, "是否列入复审计划", is_so(review.c.due_at.is_not(None), "planned")),
    ),
)
