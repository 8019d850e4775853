"""评价台账: one row a rating (好差评), where it came from, and how a bad one was followed up."""

from datetime import datetime

from sqlalchemy import Boolean, Column, Index, MetaData, Table, Text, and_, or_

from bancheng.domain.case.ratings import (
    RaterContacted,
    RatingAppealed,
    RatingExcluded,
    RatingRectified,
    RatingUpheld,
)
from bancheng.domain.case.state import PREFIX
from bancheng.domain.case.terms import RatingLevel, RatingOrigin, RatingState
from bancheng.domain.case.verify import CaseRated
from bancheng.domain.deadlines import Redecided, Started
from bancheng.domain.events import Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.matters import changes_of
from bancheng.domain.warnings.events import DueDateReplanned
from bancheng.projections import case_parts
from bancheng.projections.base import Projection
from bancheng.projections.case_events import RATING, others_than
from bancheng.projections.case_parts import OfCase, OfCaseFilter
from bancheng.projections.columns import Code, Coded, Instant, Position, stream_column
from bancheng.projections.paging import among, before, is_so, since
from bancheng.projections.rows import Row, Rows

rating = Table(
    "rating_ledger",
    MetaData(),
    Column("rating_id", Code, primary_key=True),
    stream_column("case_id"),
    Column("level", Coded(RatingLevel), nullable=False),
    Column("origin", Coded(RatingOrigin), nullable=False),
    Column("named", Boolean, nullable=False),
    Column("comment_masked", Text),
    Column("rated_at", Instant, nullable=False),
    Column("state", Coded(RatingState), nullable=False),
    Column("contact_due_at", Instant),
    Column("contacted_at", Instant),
    Column("reached", Boolean),
    Column("justified", Boolean),
    Column("finding_masked", Text),
    Column("rectify_due_at", Instant),
    Column("rectified_at", Instant),
    Column("measure_masked", Text),
    Column("appealed_at", Instant),
    Column("appeal_ground_masked", Text),
    Column("ruled_at", Instant),
    Column("ruling_masked", Text),
    Column("position", Position, nullable=False),
    case_parts.case_index("rating_ledger"),
    Index("rating_ledger_rated_at", "rated_at", "rating_id"),
    # Not of the open states alone: SQLite does not see that a list of states is among them.
    Index("rating_ledger_state", "state", "rated_at", "rating_id"),
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
        "reached": event.reached,
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
        if isinstance(change, Started | Redecided) and change.subject == rating_id:
            row[_DUE[change.kind]] = change.due.due_at
    return row


PROJECTION = Projection(
    name="rating_ledger",
    version=3,
    tables=(rating,),
    handles={
        CaseRated: _rated,
        RaterContacted: _contacted,
        RatingRectified: _rectified,
        RatingAppealed: _appealed,
        RatingExcluded: _excluded,
        RatingUpheld: _upheld,
        DueDateReplanned: _replanned,
    },
    ignores=others_than(RATING),
    foreign=("complaint.", "case.past-", "warning.", "office."),
    of=PREFIX,
)


class RatingRow(OfCase, frozen=True, kw_only=True):
    """评价: one rating; ``reached`` and ``justified`` are what the last call found."""

    rating_id: str
    level: RatingLevel
    origin: RatingOrigin
    named: bool
    comment_masked: str | None
    rated_at: datetime
    state: RatingState
    contact_due_at: datetime | None
    contacted_at: datetime | None
    reached: bool | None
    justified: bool | None
    finding_masked: str | None
    rectify_due_at: datetime | None
    rectified_at: datetime | None
    measure_masked: str | None
    appealed_at: datetime | None
    appeal_ground_masked: str | None
    ruled_at: datetime | None
    ruling_masked: str | None
    position: int


class RatingOrder(Labelled):
    """评价排序: by what the ledger can be ordered."""

    RATED_AT = "rated_at", "评价时间"


class RatingFilter(OfCaseFilter, frozen=True, kw_only=True):
    """评价筛选: ``bad`` asks for the two lowest levels. ``…_before`` is not included.

    ``own`` are those that citizens gave of their own and nobody excluded, ``settled`` those that
    were rectified before their date, or found to need nothing.
    """

    levels: tuple[RatingLevel, ...] = ()
    bad: bool | None = None
    origin: RatingOrigin | None = None
    named: bool | None = None
    own: bool | None = None
    settled: bool | None = None
    states: tuple[RatingState, ...] = ()
    rated_from: datetime | None = None
    rated_before: datetime | None = None


BAD = rating.c.level.in_([level for level in RatingLevel if level.is_bad])
OWN = and_(rating.c.origin == RatingOrigin.CITIZEN, rating.c.state != RatingState.EXCLUDED)
SETTLED = or_(
    rating.c.state == RatingState.EXPLAINED,
    and_(
        rating.c.state == RatingState.RECTIFIED,
        or_(rating.c.rectify_due_at.is_(None), rating.c.rectified_at < rating.c.rectify_due_at),
    ),
)
RATINGS = case_parts.listing(
    RatingRow,
    rating,
    orders={RatingOrder.RATED_AT: rating.c.rated_at},
    conditions={
        "levels": among(rating.c.level, "levels"),
        "bad": is_so(BAD, "bad"),
        "own": is_so(OWN, "own"),
        "settled": is_so(SETTLED, "settled"),
        "states": among(rating.c.state, "states"),
        "rated_from": since(rating.c.rated_at, "rated_from"),
        "rated_before": before(rating.c.rated_at, "rated_before"),
    },
    same=("origin", "named"),
)
ratings_of = case_parts.of_cases(RATINGS, rating, rating.c.rated_at)
