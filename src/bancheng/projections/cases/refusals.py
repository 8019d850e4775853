"""否定报备台账: one row a proposed refusal, and what was decided above (窗口无否决权).

An application that the pre-review sent back was not refused, but it was not accepted either: it
stands here too, so that nobody is turned away in no ledger.
"""

from datetime import datetime
from typing import Annotated, Any

from msgspec.structs import replace
from sqlalchemy import Index

from bancheng.domain.case.accept import CaseAccepted, CaseDeemedAccepted
from bancheng.domain.case.analyse import SupplementNoticed, SupplementReceived
from bancheng.domain.case.discover import MaterialsReceived
from bancheng.domain.case.notice import Wanted
from bancheng.domain.case.pre_review import CaseResubmitted, PreReviewPassed, PreReviewRejected
from bancheng.domain.case.refuse import AcceptanceRefused, RefusalDenied, RefusalReported
from bancheng.domain.case.supervise import CaseTerminated, CaseVoided, CaseWithdrawn
from bancheng.domain.case.terms import RefusalGround
from bancheng.domain.events import Event, Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import mask_text
from bancheng.projections.cases.part import OfCase, by, case_index, of_case
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    asked,
    asked_any,
    key,
    prose,
    sorts,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Rows


class RefusalKind(Labelled):
    """否定种类: how somebody was turned away."""

    REPORT = "report", "否定报备"
    PRE_REVIEW = "pre_review", "预审退回"


class RefusalState(Labelled):
    """否定报备状态: what became of a proposed refusal."""

    PENDING = "pending", "待批"
    DENIED = "denied", "不同意否定"
    REFUSED = "refused", "同意否定"
    LAPSED = "lapsed", "已失效"
    RETURNED = "returned", "已退回"
    RESUBMITTED = "resubmitted", "已重新提交"


class RefusalRow(OfCase, frozen=True, kw_only=True):
    """否定报备: who proposed to refuse, on what ground, and who decided what.

    ``ruling_masked`` is why it was not agreed to, or the reason told to the applicant. What the
    pre-review sent back has no ground: it says what was ``wanted``, and who did it reported it.
    """

    report_id: Annotated[str, Word("报备标识"), key]
    kind: Annotated[RefusalKind, Word("否定种类"), asked]
    ground: Annotated[RefusalGround | None, Word("不予受理事由;预审退回的为空"), asked]
    right_organ: Annotated[str | None, Word("应向其申请的行政机关"), prose]
    wanted: Annotated[tuple[Wanted, ...], Word("预审退回时告知的补正内容")] = ()
    reason_masked: Annotated[str | None, Word("基本事实与理由(已脱敏)")]
    basis: Annotated[str, Word("法律依据"), prose]
    reported_at: Annotated[datetime, Word("报备时间"), asked, sorts]
    reported_by: Annotated[str, Word("报备人工号;预审退回的为退回人"), asked]
    reported_by_name: Annotated[str, Word("报备人姓名"), prose]
    reported_unit: Annotated[str, Word("报备人单位编码")]
    state: Annotated[RefusalState, Word("报备状态"), asked_any]
    decided_at: Annotated[datetime | None, Word("决定时间")]
    decided_by: Annotated[str | None, Word("决定人工号")]
    decided_by_name: Annotated[str | None, Word("决定人姓名"), prose]
    decided_unit: Annotated[str | None, Word("决定人单位编码")]
    ruling_masked: Annotated[str | None, Word("意见,或告知申请人的理由(已脱敏)")]
    remedy_masked: Annotated[str | None, Word("告知的救济途径(已脱敏)")]
    position: Annotated[Position, unseen]


refusal = table_of(
    RefusalRow,
    "refusal_ledger",
    case_index("refusal_ledger"),
    Index("refusal_ledger_reported_at", "reported_at", "report_id"),
    Index("refusal_ledger_state", "state", "reported_at", "report_id"),
)
# Each lets the case go on or ends it: then nobody decides any more about refusing it.
_OVERTAKING = (
    PreReviewPassed, MaterialsReceived, SupplementNoticed, SupplementReceived, CaseAccepted,
    CaseDeemedAccepted, CaseWithdrawn, CaseTerminated, CaseVoided,
)  # fmt: skip


def _reported(rows: Rows, event: RefusalReported, recorded: Recorded) -> None:
    rows.new(
        refusal,
        report_id=f"{recorded.stream_id}/{recorded.version}",
        case_id=recorded.stream_id,
        kind=RefusalKind.REPORT,
        ground=event.ground,
        right_organ=event.right_organ,
        reason_masked=rows.masked(event.reason),
        basis=event.basis,
        reported_at=recorded.envelope.occurred_at,
        **by("reported", recorded.envelope),
        state=RefusalState.PENDING,
        position=recorded.position,
    )


def _returned(rows: Rows, event: PreReviewRejected, recorded: Recorded) -> None:
    _lapsed(rows, event, recorded)
    rows.new(
        refusal,
        report_id=f"{recorded.stream_id}/{recorded.version}",
        case_id=recorded.stream_id,
        kind=RefusalKind.PRE_REVIEW,
        wanted=tuple(replace(one, standard=mask_text(one.standard)) for one in event.wanted),
        reason_masked=rows.masked(event.faults),
        basis=recorded.envelope.basis,
        reported_at=recorded.envelope.occurred_at,
        **by("reported", recorded.envelope),
        state=RefusalState.RETURNED,
        position=recorded.position,
    )


def _resubmitted(rows: Rows, event: CaseResubmitted, recorded: Recorded) -> None:
    _lapsed(rows, event, recorded)
    for row in rows.all_of(refusal, recorded.stream_id):
        if row["state"] is RefusalState.RETURNED:
            row |= {"state": RefusalState.RESUBMITTED, "position": recorded.position}


def _denied(rows: Rows, event: RefusalDenied, recorded: Recorded) -> None:
    _decide(rows, recorded, RefusalState.DENIED, ruling_masked=rows.masked(event.ruling))


def _refused(rows: Rows, event: AcceptanceRefused, recorded: Recorded) -> None:
    told = {"ruling_masked": event.reason, "remedy_masked": event.remedy}
    masked = {name: rows.masked(text) for name, text in told.items()}
    _decide(rows, recorded, RefusalState.REFUSED, right_organ=event.right_organ, **masked)


def _lapsed(rows: Rows, _: Event, recorded: Recorded) -> None:
    # Whoever let the case go on, often the reporter, decided nothing about the report.
    _settle(rows, recorded, RefusalState.LAPSED)


def _decide(rows: Rows, recorded: Recorded, state: RefusalState, **told: str | None) -> None:
    who = by("decided", recorded.envelope)
    _settle(rows, recorded, state, **who, **told)


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


REFUSALS = of_case(
    "refusals",
    "否定报备台账",
    RefusalRow,
    refusal,
    told="窗口拟不予受理、由上级决定的,以及预审退回的",
    version=6,
    handles={
        PreReviewRejected: _returned,
        CaseResubmitted: _resubmitted,
        RefusalReported: _reported,
        RefusalDenied: _denied,
        AcceptanceRefused: _refused,
        **dict.fromkeys(_OVERTAKING, _lapsed),
    },
    first="reported_at",
)
