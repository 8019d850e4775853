"""联席会议台账: one row a meeting about a ticket: who sat, what was settled, what is to do."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from sqlalchemy import Column, Index, MetaData, Table, exists

from bancheng.domain.complaint.meeting import (
    MeetingCancelled,
    MeetingConvened,
    MeetingFollowedUp,
    MeetingHeld,
)
from bancheng.domain.complaint.state import PREFIX
from bancheng.domain.complaint.terms import MeetingLevel, MeetingResult, MeetingState
from bancheng.domain.events import Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.warnings.events import DueDateReplanned, DutiesPassedOn
from bancheng.projections.ledger.asking import ask
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Leads,
    Position,
    Word,
    asked,
    asked_any,
    elsewhere,
    key,
    prose,
    sorts,
    stream,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.listing import equals
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import Code, stream_column
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.sight import AT_WORK
from bancheng.projections.sight import Rows as SeenRows
from bancheng.projections.tickets.row import ticket


class MeetingRow(msgspec.Struct, frozen=True, kw_only=True):
    """联席会议: one meeting, from the day it was called to what came of what it set to do.

    Whoever was convened, or has something to do by it, sees all of it: it was said before them.
    """

    meeting_id: Annotated[str, Word("会议编号"), key]
    ticket_id: Annotated[
        str, Word("办不成事工单标识"), stream, asked, Leads("ticket", "所属办不成事工单。")
    ]
    ticket_number: Annotated[str | None, Word("办不成事工单编号"), elsewhere]
    level: Annotated[MeetingLevel, Word("会议层级"), asked]
    state: Annotated[MeetingState, Word("会议状态"), asked_any]
    units: Annotated[tuple[str, ...], Word("与会及落实单位编码")]
    question_masked: Annotated[str | None, Word("议题(已脱敏)")]
    convened_at: Annotated[datetime, Word("召集时间"), asked, sorts]
    convened_by: Annotated[str, Word("召集人工号"), asked]
    convened_by_name: Annotated[str, Word("召集人姓名"), prose]
    meets_at: Annotated[datetime, Word("会议时间"), asked, sorts]
    place: Annotated[str, Word("会议地点"), prose]
    held_at: Annotated[datetime | None, Word("形成纪要时间"), asked]
    minutes_masked: Annotated[str | None, Word("会议纪要(已脱敏)")]
    result: Annotated[MeetingResult | None, Word("会议结果"), asked_any]
    lead_unit: Annotated[str | None, Word("会议明确的主办单位编码"), asked, unit_code]
    follow_up_masked: Annotated[str | None, Word("会后落实事项(已脱敏)")]
    follow_up_unit: Annotated[str | None, Word("落实单位编码"), asked, unit_code]
    follow_up_due_at: Annotated[datetime | None, Word("落实期限,此刻起为逾期"), asked, sorts]
    follow_up_due_date: Annotated[date | None, Word("落实到期日,当日24时止")]
    followed_up_at: Annotated[datetime | None, Word("落实时间"), asked]
    report_masked: Annotated[str | None, Word("落实情况(已脱敏)")]
    followed_up_on_time: Annotated[bool | None, Word("是否按时落实"), asked]
    cancelled_at: Annotated[datetime | None, Word("会议取消时间")]
    cancelling_reason_masked: Annotated[str | None, Word("会议取消原因(已脱敏)")]
    position: Annotated[Position, unseen]


meeting = table_of(
    MeetingRow,
    "meeting_ledger",
    Index("meeting_ledger_ticket", "ticket_id"),
    Index("meeting_ledger_convened_at", "convened_at", "meeting_id"),
    Index("meeting_ledger_meets_at", "meets_at", "meeting_id"),
    Index("meeting_ledger_follow_up_due_at", "follow_up_due_at", "meeting_id"),
)
meeting_unit = Table(
    "meeting_ledger_unit",
    MetaData(),
    Column("meeting_id", Code, primary_key=True),
    Column("unit", Code, primary_key=True),
    stream_column("ticket_id"),
    Index("meeting_ledger_unit_unit", "unit", "meeting_id"),
    Index("meeting_ledger_unit_ticket", "ticket_id"),
)


def _convened(rows: Rows, event: MeetingConvened, recorded: Recorded) -> None:
    who = recorded.envelope.actor
    row = rows.new(
        meeting,
        meeting_id=event.meeting_id,
        ticket_id=recorded.stream_id,
        level=event.level,
        state=MeetingState.CONVENED,
        units=(),
        question_masked=rows.masked(event.question),
        convened_at=recorded.envelope.occurred_at,
        convened_by=who.id,
        convened_by_name=who.name,
        meets_at=event.meets_at,
        place=event.place,
        position=recorded.position,
    )
    for unit in event.units:
        _let_see(rows, row, unit)


def _let_see(rows: Rows, row: Row, unit: str) -> None:
    if unit not in row["units"]:
        row["units"] = (*row["units"], unit)
        rows.new(meeting_unit, meeting_id=row["meeting_id"], unit=unit, ticket_id=row["ticket_id"])


def _cancelled(rows: Rows, event: MeetingCancelled, recorded: Recorded) -> None:
    row = _touch(rows, event.meeting_id, recorded)
    row |= {
        "state": MeetingState.CANCELLED,
        "cancelled_at": recorded.envelope.occurred_at,
        "cancelling_reason_masked": rows.masked(event.reason),
    }


def _held(rows: Rows, event: MeetingHeld, recorded: Recorded) -> None:
    row = _touch(rows, event.meeting_id, recorded)
    row |= {
        "state": MeetingState.SETTLED if event.follow_up_due is None else MeetingState.HELD,
        "held_at": recorded.envelope.occurred_at,
        "minutes_masked": rows.masked(event.minutes),
        "result": event.result,
        "lead_unit": event.lead_unit,
        "follow_up_masked": rows.masked(event.follow_up),
        "follow_up_unit": event.unit,
    }
    for unit in event.concerned:
        _let_see(rows, row, unit)
    if event.follow_up_due is not None:
        _until(row, event.follow_up_due)


def _until(row: Row, due: DueDate) -> None:
    row |= {"follow_up_due_at": due.due_at, "follow_up_due_date": due.due_date}


def _followed_up(rows: Rows, event: MeetingFollowedUp, recorded: Recorded) -> None:
    row = _touch(rows, event.meeting_id, recorded)
    row |= {
        "state": MeetingState.SETTLED,
        "followed_up_at": recorded.envelope.occurred_at,
        "report_masked": rows.masked(event.report),
        "followed_up_on_time": event.verdict.on_time,
    }


def _replanned(rows: Rows, event: DueDateReplanned, recorded: Recorded) -> None:
    if event.kind is LimitKind.FOLLOW_UP:
        _until(_touch(rows, event.subject, recorded), event.due)


def _passed_on(rows: Rows, event: DutiesPassedOn, recorded: Recorded) -> None:
    for one in event.limits:
        if one.kind is LimitKind.FOLLOW_UP:
            row = _touch(rows, one.subject, recorded)
            row["follow_up_unit"] = event.successor
            _let_see(rows, row, event.successor)
            _until(row, one.due)


def _touch(rows: Rows, meeting_id: str, recorded: Recorded) -> Row:
    row = rows.of(meeting, meeting_id)
    row["position"] = recorded.position
    return row


_is_of = exists().where(
    meeting_unit.c.meeting_id == meeting.c.meeting_id, equals(meeting_unit.c.unit, "involved_unit")
)
MEETINGS = Ledger(
    "meetings",
    "联席会议台账",
    MeetingRow,
    meeting,
    told="就一件办不成事工单召集的一次会议及其结果",
    version=1,
    follows=("complaint", "deadline"),
    of=(PREFIX,),
    handles={
        MeetingConvened: _convened,
        MeetingCancelled: _cancelled,
        MeetingHeld: _held,
        MeetingFollowedUp: _followed_up,
        DueDateReplanned: _replanned,
        DutiesPassedOn: _passed_on,
    },
    beside=(meeting_unit,),
    seen_by=AT_WORK,
    rows=SeenRows("involved_unit", lambda row, unit: unit in row.units),
    first="convened_at",
    source=meeting.outerjoin(ticket, ticket.c.ticket_id == meeting.c.ticket_id),
    elsewhere={"ticket_number": ticket.c.number},
    asks=(ask("involved_unit", str, "与会或落实的单位编码", _is_of),),
    under="ticket",
)
