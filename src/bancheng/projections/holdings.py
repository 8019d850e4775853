"""承办台账: one row a time for which somebody had a matter, or an order of a ticket, in hand.

Whose rows are not over is what they have in hand now. What was done and is to be done anew is
theirs again, in a row of its own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from sqlalchemy import ColumnElement, Index, and_, exists, func, or_

from bancheng.domain.case import accept, analyse
from bancheng.domain.case import discover as submitted
from bancheng.domain.case import dispatch as files
from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.complaint import discover, dispatch, ending, returns
from bancheng.domain.complaint.correct import TicketCorrected
from bancheng.domain.complaint.deadline import ResultSubmitted
from bancheng.domain.complaint.merging import MergeUndone, TicketMerged
from bancheng.domain.complaint.repeating import RepeatRegistered
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.complaint.supervise import TicketReopened, TicketStruckOff
from bancheng.domain.complaint.verify import ReworkOrdered
from bancheng.domain.events import Event, Recorded
from bancheng.domain.hands import WHOLE, Holder
from bancheng.domain.holding import events as holding
from bancheng.domain.labelled import Labelled
from bancheng.domain.matters import HANDS, holders_after
from bancheng.domain.recusal import RecusalOrdered
from bancheng.domain.warnings.events import DutiesPassedOn
from bancheng.projections.absences import absence, is_away
from bancheng.projections.cases.fold import ENDING
from bancheng.projections.cases.row import case
from bancheng.projections.ledger.asking import ask, holds_now, open_then, who_now
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    asked,
    asked_any,
    elsewhere,
    key,
    prose,
    sorts,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.listing import equals, is_so
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.base import Handler
from bancheng.projections.machine.columns import partial_index
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.matters import MatterId, MatterNumber, matter
from bancheng.projections.sight import AT_WORK, OWN_UNIT
from bancheng.projections.stand_ins import stand_in, stands_in_at
from bancheng.projections.work_hand_overs import hand_over, listed_part
from bancheng.projections.work_orders.row import order


class TakenBy(Labelled):
    """接手方式: by what somebody came to have it in hand."""

    ACCEPTED = "accepted", "受理"
    SIGNED_IN = "signed_in", "签收"
    RECEIVED = "received", "收件"
    CLAIMED = "claimed", "认领"
    ASSIGNED = "assigned", "指派"
    HANDED_OVER = "handed_over", "工作交接"
    AGAIN = "again", "重办、重启"


class HoldingEnd(Labelled):
    """脱手方式: by what somebody ceased to have it in hand."""

    DONE = "done", "办理完毕"
    TAKEN_OVER = "taken_over", "改由他人承办"
    GIVEN_BACK = "given_back", "退回"
    TAKEN_BACK = "taken_back", "人员离开,收回"
    RECUSED = "recused", "须回避"
    GONE = "gone", "派单改派、退回或终结"
    UNIT_CLOSED = "unit_closed", "单位停用"


class HoldingRow(msgspec.Struct, frozen=True, kw_only=True):
    """承办: that somebody has or had a matter, or an order of a ticket, in hand, since and until.

    ``stands``: if it is to be done anew it is theirs again.
    """

    holding_id: Annotated[str, Word("承办标识"), key]
    matter_id: MatterId
    matter_number: MatterNumber
    order_id: Annotated[str | None, Word("派单编号,空为办不成事工单或办件本身"), asked]
    held_by: Annotated[str, Word("承办人工号"), asked]
    held_by_name: Annotated[str, Word("承办人姓名"), prose]
    unit: Annotated[str, Word("承办人单位编码"), asked, unit_code]
    taken_by: Annotated[TakenBy, Word("接手方式"), asked_any]
    taken_at: Annotated[datetime, Word("接手时间"), asked, sorts]
    hand_over_id: Annotated[str | None, Word("接手所凭的交接清单标识"), asked]
    assigned_by: Annotated[str | None, Word("指派人工号"), asked]
    due_at: Annotated[datetime | None, Word("办理期限,此刻起为逾期"), elsewhere]
    ended_at: Annotated[datetime | None, Word("脱手时间"), asked]
    end: Annotated[HoldingEnd | None, Word("脱手方式"), asked_any]
    held_seconds: Annotated[int | None, Word("在手秒数,自接手至脱手"), sorts]
    stands: Annotated[bool, unseen] = True
    position: Annotated[Position, unseen]


held = table_of(
    HoldingRow,
    "holding_ledger",
    Index("holding_ledger_matter", "matter_id"),
    Index("holding_ledger_taken_at", "taken_at", "holding_id"),
    Index("holding_ledger_unit", "unit", "taken_at", "holding_id"),
    Index("holding_ledger_held_by", "held_by", "taken_at", "holding_id"),
    partial_index("holding_ledger_open", "held_by", "unit", where="ended_at IS NULL"),
)

_TAKEN: Final[Mapping[type[Event], TakenBy]] = {
    discover.TicketAccepted: TakenBy.ACCEPTED,
    accept.CaseAccepted: TakenBy.ACCEPTED,
    dispatch.WorkOrderSignedIn: TakenBy.SIGNED_IN,
    files.HandOverSigned: TakenBy.SIGNED_IN,
    submitted.MaterialsReceived: TakenBy.RECEIVED,
    analyse.SupplementReceived: TakenBy.RECEIVED,
    holding.WorkClaimed: TakenBy.CLAIMED,
    holding.WorkAssigned: TakenBy.ASSIGNED,
    holding.WorkPassedOn: TakenBy.HANDED_OVER,
}
_LEFT: Final[Mapping[type[Event], HoldingEnd]] = {
    holding.WorkGivenBack: HoldingEnd.GIVEN_BACK,
    holding.WorkTakenBack: HoldingEnd.TAKEN_BACK,
    **dict.fromkeys((RecusalOrdered, TicketCorrected), HoldingEnd.RECUSED),
    DutiesPassedOn: HoldingEnd.UNIT_CLOSED,
    **dict.fromkeys(
        (
            dispatch.WorkOrderReassigned,
            returns.ReturnUpheld,
            returns.WorkOrderEnded,
            ending.WorkOrderDropped,
        ),
        HoldingEnd.GONE,
    ),
}
_WHOLE_IS_OVER: Final = (
    discover.TicketRefused, discover.TicketDiverted, TicketStruckOff,
    ending.TicketWithdrawn, ending.TicketTerminated, TicketMerged, *ENDING,
)  # fmt: skip


def _hands(rows: Rows, event: Event, recorded: Recorded) -> None:
    last = _last_rows(rows, recorded.stream_id)
    before = {part: _holder(row) for part, row in last.items() if row["stands"]}
    after = holders_after(before, recorded)
    for part in before.keys() | after.keys():
        if before.get(part) != after.get(part):
            if part in before:
                _let(last[part], event, recorded)
            if part in after:
                row = _taken(rows, part, after[part], _TAKEN[type(event)], recorded)
                row["hand_over_id"] = getattr(event, "hand_over_id", None)


def _last_rows(rows: Rows, stream_id: str) -> dict[str, Row]:
    """The last row of each part, whether or not it is over."""
    # Not by position: what passes from one to another ends one row and begins the next at once.
    found = sorted(rows.all_of(held, stream_id), key=_version_taken)
    return {row["order_id"] or WHOLE: row for row in found}


def _version_taken(row: Row) -> int:
    return int(row["holding_id"].rpartition("/")[2])


def _holder(row: Row) -> Holder:
    return Holder(staff_id=row["held_by"], name=row["held_by_name"], unit=row["unit"])


def _taken(rows: Rows, part: str, one: Holder, by: TakenBy, recorded: Recorded) -> Row:
    assigned = by is TakenBy.ASSIGNED
    return rows.new(
        held,
        holding_id=f"{recorded.stream_id}/{part}/{recorded.version}",
        matter_id=recorded.stream_id,
        order_id=part or None,
        held_by=one.staff_id,
        held_by_name=one.name,
        unit=one.unit,
        taken_by=by,
        taken_at=recorded.envelope.occurred_at,
        assigned_by=recorded.envelope.actor.id if assigned else None,
        stands=True,
        position=recorded.position,
    )


def _let(row: Row, event: Event, recorded: Recorded) -> None:
    row["stands"] = False
    _ended(row, _LEFT.get(type(event), HoldingEnd.TAKEN_OVER), recorded)


def _ended(row: Row, end: HoldingEnd, recorded: Recorded) -> None:
    if row["ended_at"] is None:
        # Another system may tell of a result as of before somebody took up what was done already.
        at = max(recorded.envelope.occurred_at, row["taken_at"])
        row |= {"end": end, "ended_at": at, "position": recorded.position}
        row["held_seconds"] = int((at - row["taken_at"]).total_seconds())


def _over(rows: Rows, _: Event, recorded: Recorded) -> None:
    """The matter is over, and so are all its parts."""
    for row in rows.all_of(held, recorded.stream_id):
        _ended(row, HoldingEnd.DONE, recorded)


def _repeated(rows: Rows, event: RepeatRegistered, recorded: Recorded) -> None:
    if not event.new_facts:
        _over(rows, event, recorded)


def _part_over(rows: Rows, event: ResultSubmitted, recorded: Recorded) -> None:
    for row in rows.all_of(held, recorded.stream_id):
        if row["order_id"] == event.order_id:
            _ended(row, HoldingEnd.DONE, recorded)


def _again(rows: Rows, part: str, recorded: Recorded) -> None:
    last = _last_rows(rows, recorded.stream_id).get(part)
    if last is not None and last["stands"] and last["ended_at"] is not None:
        _taken(rows, part, _holder(last), TakenBy.AGAIN, recorded)


def _reworked(rows: Rows, event: ReworkOrdered, recorded: Recorded) -> None:
    _again(rows, event.order_id, recorded)


def _reopened(rows: Rows, _: TicketReopened | MergeUndone, recorded: Recorded) -> None:
    _again(rows, WHOLE, recorded)


def is_held_at(moment: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether somebody had it in hand before ``moment``, and had it still then."""
    over = held.c.ended_at
    return and_(held.c.taken_at < moment, or_(over.is_(None), over >= moment))


def _is_away(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    return exists().where(absence.c.staff_id == held.c.held_by, is_away(now))


def _stands_in(by: ColumnElement[str], now: ColumnElement[datetime]) -> ColumnElement[bool]:
    return exists().where(
        stand_in.c.staff_id == held.c.held_by,
        stand_in.c.stand_in == by,
        held.c.ended_at.is_(None),
        stands_in_at(now),
    )


_is_listed = exists().where(
    equals(listed_part.c.hand_over_id, "listed_in"),
    listed_part.c.matter_id == held.c.matter_id,
    listed_part.c.part == func.coalesce(held.c.order_id, WHOLE),
    hand_over.c.hand_over_id == listed_part.c.hand_over_id,
    hand_over.c.from_staff == held.c.held_by,
    # What they took in hand since is on no list.
    held.c.taken_at <= hand_over.c.proposed_at,
    or_(held.c.ended_at.is_(None), held.c.ended_at >= hand_over.c.proposed_at),
)


_HANDLES: Final[Mapping[Any, Handler]] = {
    **dict.fromkeys(HANDS, _hands),
    **dict.fromkeys(_WHOLE_IS_OVER, _over),
    ResultSubmitted: _part_over,
    ReworkOrdered: _reworked,
    TicketReopened: _reopened,
    MergeUndone: _reopened,
    RepeatRegistered: _repeated,
}
HOLDINGS = Ledger(
    "holdings",
    "承办台账",
    HoldingRow,
    held,
    told="一人承办一件办不成事工单、派单或办件的一段",
    version=2,
    follows=("complaint", "case", "holding", "recusal", "deadline"),
    of=(TICKETS, CASES),
    handles=_HANDLES,
    seen_by=AT_WORK,
    rows=OWN_UNIT,
    first="taken_at",
    source=held.outerjoin(matter, matter.c.matter_id == held.c.matter_id)
    .outerjoin(order, order.c.order_id == held.c.order_id)
    .outerjoin(case, case.c.case_id == held.c.matter_id),
    elsewhere={
        "matter_number": matter.c.number,
        "due_at": func.coalesce(order.c.due_at, case.c.due_at),
    },
    asks=(
        ask("open", bool, "是否在手: 尚未脱手", is_so(held.c.ended_at.is_(None), "open")),
        ask("listed_in", str, "列入哪一份交接清单的", _is_listed),
        holds_now("away", "承办人此刻是否离岗", _is_away),
        who_now("stand_in", "B岗工号: 此刻在手,并由其替岗的", _stands_in),
        open_then("open_at", "在该时刻在手: 其时已接手,尚未脱手", is_held_at),
    ),
)
