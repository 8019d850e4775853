"""去向台账: one row an absence that somebody told of: on what, until when, who is there instead."""

from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import ColumnElement, Index, and_, func

from bancheng.domain.events import Recorded
from bancheng.domain.office.absence import AbsenceEnded, AbsenceNoted, Whereabouts
from bancheng.domain.office.staff import StaffDismissed
from bancheng.domain.office.streams import STAFF, registered_as
from bancheng.projections.ledger.asking import holds_now
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
    stream,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Rows
from bancheng.projections.office import staff
from bancheng.projections.sight import AT_WORK, OWN_UNIT


class AbsenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """离岗: that somebody is or was away, and to whom one turned meanwhile."""

    absence_id: Annotated[str, Word("去向留言标识"), key]
    stream_id: Annotated[str, stream, unseen]
    staff_id: Annotated[str, Word("离岗人员工号"), asked]
    staff_name: Annotated[str | None, Word("离岗人员姓名"), elsewhere, prose]
    unit: Annotated[str | None, Word("离岗人员单位编码"), elsewhere, asked, unit_code]
    whereabouts: Annotated[Whereabouts, Word("去向"), asked_any]
    since: Annotated[datetime, Word("离岗起时"), sorts]
    until: Annotated[datetime, Word("离岗止时")]
    stand_in: Annotated[str | None, Word("替岗人员工号(B岗)"), asked]
    noted_at: Annotated[datetime, Word("留言时间")]
    noted_by: Annotated[str, Word("留言人工号")]
    ended_at: Annotated[datetime | None, Word("提前返岗或另行留言的时间")]
    position: Annotated[Position, unseen]


absence = table_of(
    AbsenceRow,
    "absence_ledger",
    Index("absence_ledger_staff", "staff_id", "since", "absence_id"),
    Index("absence_ledger_since", "since", "absence_id"),
    Index("absence_ledger_stream", "stream_id"),
)


def _noted(rows: Rows, event: AbsenceNoted, recorded: Recorded) -> None:
    _ended(rows, event, recorded)
    rows.new(
        absence,
        absence_id=f"{recorded.stream_id}/{recorded.version}",
        stream_id=recorded.stream_id,
        staff_id=registered_as(recorded.stream_id),
        whereabouts=event.whereabouts,
        since=event.since,
        until=event.until,
        stand_in=event.stand_in,
        noted_at=recorded.envelope.occurred_at,
        noted_by=recorded.envelope.actor.id,
        position=recorded.position,
    )


def _ended(rows: Rows, _: AbsenceNoted | AbsenceEnded | StaffDismissed, recorded: Recorded) -> None:
    at = recorded.envelope.occurred_at
    for row in rows.all_of(absence, recorded.stream_id):
        if row["ended_at"] is None and row["until"] > at:
            row |= {"ended_at": at, "position": recorded.position}


def is_away(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether the absence is on ``now``."""
    end = func.coalesce(absence.c.ended_at, absence.c.until)
    return and_(absence.c.since <= now, end > now)


ABSENCES = Ledger(
    "absences",
    "去向台账",
    AbsenceRow,
    absence,
    told="一次离岗的去向、起止与替岗人员",
    version=1,
    follows=("office",),
    of=(STAFF,),
    handles={AbsenceNoted: _noted, AbsenceEnded: _ended, StaffDismissed: _ended},
    seen_by=AT_WORK,
    rows=OWN_UNIT,
    first="since",
    source=absence.outerjoin(staff, staff.c.stream_id == absence.c.stream_id),
    elsewhere={"staff_name": staff.c.name, "unit": staff.c.unit},
    asks=(holds_now("away", "此刻是否离岗", is_away),),
)
