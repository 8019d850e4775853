"""移交清单: one row a list: what went from hand to hand, and who signed for it."""

from datetime import datetime

from sqlalchemy import Column, Index, MetaData, Table, Text

from bancheng.domain.case.dispatch import CaseTransferred, HandOverSigned, StepFinished
from bancheng.domain.case.item_steps import part_of
from bancheng.domain.case.state import PREFIX
from bancheng.domain.deadlines import Redecided
from bancheng.domain.events import Event, Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.matters import changes_of
from bancheng.domain.warnings.events import DueDateReplanned
from bancheng.projections import case_parts
from bancheng.projections.base import Projection
from bancheng.projections.case_events import ENDING, HANDING_ON, SPECIAL_PROCEDURES, others_than
from bancheng.projections.case_parts import OfCase, OfCaseFilter, actor_columns
from bancheng.projections.columns import (
    Code,
    Coded,
    Codes,
    Instant,
    Position,
    partial_index,
    stream_column,
)
from bancheng.projections.paging import before, since
from bancheng.projections.rows import Row, Rows


class HandOverState(Labelled):
    """移交状态: whether the receiver has signed."""

    WAITING = "waiting", "待签收"
    SIGNED = "signed", "已签收"
    CANCELLED = "cancelled", "已取消"


hand_over = Table(
    "hand_over_ledger",
    MetaData(),
    Column("list_no", Code, primary_key=True),
    stream_column("case_id"),
    Column("from_unit", Code),
    Column("to_unit", Code, nullable=False),
    Column("materials", Codes, nullable=False),
    Column("item_step", Text),
    Column("due_at", Instant),
    Column("state", Coded(HandOverState), nullable=False),
    Column("handed_at", Instant, nullable=False),
    *actor_columns("handed"),
    Column("signed_at", Instant),
    *actor_columns("signed"),
    Column("position", Position, nullable=False),
    case_parts.case_index("hand_over_ledger"),
    Index("hand_over_ledger_handed_at", "handed_at", "list_no"),
    partial_index("hand_over_ledger_open", "handed_at", "list_no", where="state = 'waiting'"),
)


def _transferred(rows: Rows, event: CaseTransferred, recorded: Recorded) -> None:
    rows.new(
        hand_over,
        list_no=event.list_no,
        case_id=recorded.stream_id,
        from_unit=event.from_unit,
        to_unit=event.to_unit,
        materials=event.materials,
        item_step=event.item_step,
        due_at=event.due and event.due.due_at,
        state=HandOverState.WAITING,
        handed_at=recorded.envelope.occurred_at,
        **case_parts.actor("handed", recorded.envelope),
        position=recorded.position,
    )


def _signed(rows: Rows, event: HandOverSigned, recorded: Recorded) -> None:
    row = rows.of(hand_over, event.list_no)
    row |= {
        "state": HandOverState.SIGNED,
        "signed_at": recorded.envelope.occurred_at,
        **case_parts.actor("signed", recorded.envelope),
        "position": recorded.position,
    }


def _redecided(rows: Rows, _: Event, recorded: Recorded) -> None:
    """Keep the date of the step that a list is for: it moves with a pause and a new calendar.

    A list that was handed on with its step unfinished shows the date of the step as well.
    """
    for change in changes_of(recorded):
        if isinstance(change, Redecided) and change.kind is LimitKind.STEP:
            for row in rows.all_of(hand_over, recorded.stream_id):
                if _is_for(row, change.subject):
                    row |= {"due_at": change.due.due_at, "position": recorded.position}


def _is_for(row: Row, part: str) -> bool:
    return row["item_step"] is not None and part_of(row["case_id"], row["item_step"]) == part


def _ended(rows: Rows, _: Event, recorded: Recorded) -> None:
    for row in rows.all_of(hand_over, recorded.stream_id):
        if row["state"] is HandOverState.WAITING:
            row |= {"state": HandOverState.CANCELLED, "position": recorded.position}


PROJECTION = Projection(
    name="hand_over_ledger",
    version=3,
    tables=(hand_over,),
    handles={
        CaseTransferred: _transferred,
        HandOverSigned: _signed,
        **dict.fromkeys((*SPECIAL_PROCEDURES, DueDateReplanned), _redecided),
        **dict.fromkeys(ENDING, _ended),
    },
    ignores=others_than(HANDING_ON, SPECIAL_PROCEDURES, ENDING) | {StepFinished},
    foreign=("complaint.", "case.past-", "warning.", "office."),
    of=PREFIX,
)


class HandOverRow(OfCase, frozen=True, kw_only=True):
    """移交: one list. ``from_unit`` is empty if it came from the window."""

    list_no: str
    from_unit: str | None
    to_unit: str
    materials: tuple[str, ...]
    item_step: str | None
    due_at: datetime | None
    state: HandOverState
    handed_at: datetime
    handed_by: str
    handed_by_name: str
    handed_unit: str
    signed_at: datetime | None
    signed_by: str | None
    signed_by_name: str | None
    signed_unit: str | None
    position: int


class HandOverOrder(Labelled):
    """移交排序: by what the ledger can be ordered."""

    HANDED_AT = "handed_at", "移交时间"


class HandOverFilter(OfCaseFilter, frozen=True, kw_only=True):
    """移交筛选: ``…_from`` is included, ``…_before`` is not."""

    from_unit: str | None = None
    to_unit: str | None = None
    state: HandOverState | None = None
    item_step: str | None = None
    handed_from: datetime | None = None
    handed_before: datetime | None = None


HAND_OVERS = case_parts.listing(
    HandOverRow,
    hand_over,
    orders={HandOverOrder.HANDED_AT: hand_over.c.handed_at},
    conditions={
        "handed_from": since(hand_over.c.handed_at, "handed_from"),
        "handed_before": before(hand_over.c.handed_at, "handed_before"),
    },
    same=("from_unit", "to_unit", "state", "item_step"),
)
hand_overs_of = case_parts.of_cases(HAND_OVERS, hand_over, hand_over.c.handed_at)
