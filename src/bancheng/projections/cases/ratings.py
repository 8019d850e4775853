"""评价台账: one row a rating (好差评), where it came from, and how a bad one was followed up."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import Index, and_, or_

from bancheng.domain.calls import CallResult
from bancheng.domain.case.rate import CaseRated, visit_kind
from bancheng.domain.case.ratings import (
    RaterContacted,
    RatingAppealed,
    RatingExcluded,
    RatingRectified,
    RatingUpheld,
)
from bancheng.domain.case.terms import RatingOrigin, RatingState, VisitKind
from bancheng.domain.deadlines import Redecided, Started
from bancheng.domain.events import Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.matters import changes_of
from bancheng.domain.rating_levels import RatingLevel
from bancheng.domain.warnings.events import DueDateReplanned
from bancheng.projections.cases.part import OfCase, case_index, of_case
from bancheng.projections.ledger.asking import ask
from bancheng.projections.ledger.fields import Position, Word, asked, asked_any, key, sorts, unseen
from bancheng.projections.ledger.listing import is_so
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Row, Rows


class RatingRow(OfCase, frozen=True, kw_only=True):
    """评价: how the service of one case was rated (好差评), and what followed a bad rating.

    ``call`` and ``justified`` are what the last call found.
    """

    rating_id: Annotated[str, Word("评价编号"), key]
    visit: Annotated[VisitKind, Word("评价环节"), asked]
    level: Annotated[RatingLevel, Word("评价等级"), asked_any]
    origin: Annotated[RatingOrigin, Word("评价来源"), asked]
    named: Annotated[bool, Word("是否实名"), asked]
    comment_masked: Annotated[str | None, Word("评价内容(已脱敏)")]
    rated_at: Annotated[datetime, Word("评价时间"), asked, sorts]
    state: Annotated[RatingState, Word("差评状态"), asked_any]
    contact_due_at: Annotated[datetime | None, Word("联系期限,此刻起为逾期")]
    contacted_at: Annotated[datetime | None, Word("最近一次联系的时间,未联系上的也算")]
    call: Annotated[CallResult | None, Word("最近一次联系的通话结果")]
    justified: Annotated[bool | None, Word("差评是否属实合理")]
    finding_masked: Annotated[str | None, Word("核实情况(已脱敏)")]
    rectify_due_at: Annotated[datetime | None, Word("整改期限,此刻起为逾期")]
    rectified_at: Annotated[datetime | None, Word("整改时间")]
    measure_masked: Annotated[str | None, Word("整改措施与答复(已脱敏)")]
    appealed_at: Annotated[datetime | None, Word("申诉时间")]
    appeal_ground_masked: Annotated[str | None, Word("申诉理由(已脱敏)")]
    ruled_at: Annotated[datetime | None, Word("甄别时间")]
    ruling_masked: Annotated[str | None, Word("甄别意见(已脱敏)")]
    position: Annotated[Position, unseen]


rating = table_of(
    RatingRow,
    "rating_ledger",
    case_index("rating_ledger"),
    Index("rating_ledger_rated_at", "rated_at", "rating_id"),
    # Not of the open states alone: SQLite does not see that a list of states is among them.
    Index("rating_ledger_state", "state", "rated_at", "rating_id"),
)
# What the two lowest levels are, what citizens gave of their own and nobody excluded, and what was
# rectified before its date, or found to need nothing: rates count by these, and filters list them.
BAD = rating.c.level.in_([level for level in RatingLevel if level.is_bad])
OWN = and_(rating.c.origin == RatingOrigin.CITIZEN, rating.c.state != RatingState.EXCLUDED)
SETTLED = or_(
    rating.c.state == RatingState.EXPLAINED,
    and_(
        rating.c.state == RatingState.RECTIFIED,
        or_(rating.c.rectify_due_at.is_(None), rating.c.rectified_at < rating.c.rectify_due_at),
    ),
)
_DUE = {LimitKind.CONTACT: "contact_due_at", LimitKind.RECTIFY: "rectify_due_at"}


def _rated(rows: Rows, event: CaseRated, recorded: Recorded) -> None:
    state = RatingState.GOOD
    if event.level.is_bad:
        state = RatingState.TO_CONTACT if event.named else RatingState.TO_RECTIFY
    rows.new(
        rating,
        rating_id=event.rating_id,
        case_id=recorded.stream_id,
        visit=visit_kind(event.visit),
        level=event.level,
        origin=event.origin,
        named=event.named,
        comment_masked=rows.masked(event.comment),
        rated_at=recorded.envelope.occurred_at,
        state=state,
    )
    _touch(rows, event.rating_id, recorded)


def _contacted(rows: Rows, event: RaterContacted, recorded: Recorded) -> None:
    row = _touch(rows, event.rating_id, recorded)
    row |= {
        "state": row["state"].contacted(justified=event.justified),
        "contacted_at": recorded.envelope.occurred_at,
        "call": event.call,
        "justified": event.justified,
        "finding_masked": rows.masked(event.finding),
    }


def _rectified(rows: Rows, event: RatingRectified, recorded: Recorded) -> None:
    row = _touch(rows, event.rating_id, recorded)
    row |= {
        "state": RatingState.RECTIFIED,
        "rectified_at": recorded.envelope.occurred_at,
        "measure_masked": rows.masked(event.measure),
    }


def _appealed(rows: Rows, event: RatingAppealed, recorded: Recorded) -> None:
    row = _touch(rows, event.rating_id, recorded)
    row |= {
        "state": RatingState.APPEALED,
        "appealed_at": recorded.envelope.occurred_at,
        "appeal_ground_masked": rows.masked(event.ground),
    }


def _excluded(rows: Rows, event: RatingExcluded, recorded: Recorded) -> None:
    _ruled(rows, event, recorded, RatingState.EXCLUDED)


def _upheld(rows: Rows, event: RatingUpheld, recorded: Recorded) -> None:
    _ruled(rows, event, recorded, RatingState.TO_RECTIFY)


def _ruled(
    rows: Rows, event: RatingExcluded | RatingUpheld, recorded: Recorded, state: RatingState
) -> None:
    row = _touch(rows, event.rating_id, recorded)
    row |= {
        "state": state,
        "ruled_at": recorded.envelope.occurred_at,
        "ruling_masked": rows.masked(event.ruling),
    }


def _replanned(rows: Rows, event: DueDateReplanned, recorded: Recorded) -> None:
    if event.kind in _DUE:
        _touch(rows, event.subject, recorded)


def _touch(rows: Rows, rating_id: str, recorded: Recorded) -> Row:
    """The rating's row, with the dates that the event gave to its limits."""
    row = rows.of(rating, rating_id)
    row["position"] = recorded.position
    for change in changes_of(recorded):
        if not isinstance(change, Started | Redecided) or change.subject != rating_id:
            continue
        if change.due is not None:
            row[_DUE[change.kind]] = change.due.due_at
    return row


RATINGS = of_case(
    "ratings",
    "评价台账",
    RatingRow,
    rating,
    told="一次好差评及其后续",
    version=5,
    follows=("case", "deadline"),
    handles={
        CaseRated: _rated,
        RaterContacted: _contacted,
        RatingRectified: _rectified,
        RatingAppealed: _appealed,
        RatingExcluded: _excluded,
        RatingUpheld: _upheld,
        DueDateReplanned: _replanned,
    },
    first="rated_at",
    asks=(
        ask("bad", bool, "是否差评", is_so(BAD, "bad")),
        ask("own", bool, "是否群众主动评价(不含剔除的)", is_so(OWN, "own")),
        ask("settled", bool, "是否按期整改或经核实无需整改", is_so(SETTLED, "settled")),
    ),
)
