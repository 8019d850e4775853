"""双岗台账: one row a time that somebody was named to stand in for another, and until when."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Index, and_, bindparam, exists, or_, select

from bancheng.domain.events import Recorded
from bancheng.domain.office.staff import StaffDismissed
from bancheng.domain.office.stand_ins import StandInEnded, StandInNamed
from bancheng.domain.office.streams import STAFF, registered_as
from bancheng.projections.absences import absence, is_away
from bancheng.projections.ledger.asking import holds_now
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    asked,
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
from bancheng.projections.machine.columns import Instant
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.office import staff
from bancheng.projections.sight import AT_WORK, OWN_UNIT


class StandInRow(msgspec.Struct, frozen=True, kw_only=True):
    """替岗: that somebody stands or stood in for another, for a period or whenever one is away."""

    stand_in_id: Annotated[str, Word("双岗登记标识"), key]
    stream_id: Annotated[str, stream, unseen]
    staff_id: Annotated[str, Word("A岗工号,由他人替岗"), asked]
    staff_name: Annotated[str | None, Word("A岗姓名"), elsewhere, prose]
    unit: Annotated[str | None, Word("A岗单位编码"), elsewhere, asked, unit_code]
    stand_in: Annotated[str, Word("B岗工号,替岗"), asked]
    stand_in_name: Annotated[str, Word("B岗姓名"), prose]
    since: Annotated[datetime | None, Word("替岗起时,常设的为空")]
    until: Annotated[datetime | None, Word("替岗止时,空为常设: A岗离岗期间替岗")]
    named_at: Annotated[datetime, Word("双岗登记时间"), sorts]
    named_by: Annotated[str, Word("双岗登记人工号")]
    ended_at: Annotated[datetime | None, Word("撤销或另行登记的时间")]
    position: Annotated[Position, unseen]


stand_in = table_of(
    StandInRow,
    "stand_in_ledger",
    Index("stand_in_ledger_staff", "staff_id", "stand_in"),
    Index("stand_in_ledger_stand_in", "stand_in", "staff_id"),
    Index("stand_in_ledger_named_at", "named_at", "stand_in_id"),
    Index("stand_in_ledger_stream", "stream_id"),
)
_principal, _deputy = staff.alias("stood_in_for"), staff.alias("stands_in")


def _named(rows: Rows, event: StandInNamed, recorded: Recorded) -> None:
    _ended(rows, event, recorded)
    rows.new(
        stand_in,
        stand_in_id=f"{recorded.stream_id}/{recorded.version}",
        stream_id=recorded.stream_id,
        staff_id=registered_as(recorded.stream_id),
        stand_in=event.stand_in,
        stand_in_name=event.name,
        since=event.since,
        until=event.until,
        named_at=recorded.envelope.occurred_at,
        named_by=recorded.envelope.actor.id,
        position=recorded.position,
    )


def _ended(rows: Rows, event: StandInNamed | StandInEnded, recorded: Recorded) -> None:
    for row in rows.all_of(stand_in, recorded.stream_id):
        if row["stand_in"] == event.stand_in:
            _end(row, recorded)


def _dismissed(rows: Rows, _: StaffDismissed, recorded: Recorded) -> None:
    for row in rows.all_of(stand_in, recorded.stream_id):
        _end(row, recorded)


def _end(row: Row, recorded: Recorded) -> None:
    at = recorded.envelope.occurred_at
    if row["ended_at"] is None and (row["until"] is None or row["until"] > at):
        row |= {"ended_at": at, "position": recorded.position}


def stands_in_at(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether somebody stands in at ``now``: in the period, or while the other is away.

    Who came to another unit, or left, stands in for nobody, whatever was named before.
    """
    # Without the first, those who are not in a period would be none of both.
    of_period = and_(stand_in.c.until.is_not(None), stand_in.c.since <= now, stand_in.c.until > now)
    away = exists().where(absence.c.staff_id == stand_in.c.staff_id, is_away(now))
    of_one_unit = exists().where(
        _principal.c.staff_id == stand_in.c.staff_id,
        _principal.c.active.is_(True),
        _deputy.c.staff_id == stand_in.c.stand_in,
        _deputy.c.active.is_(True),
        _deputy.c.unit == _principal.c.unit,
    )
    return and_(
        or_(stand_in.c.ended_at.is_(None), stand_in.c.ended_at > now),
        or_(of_period, and_(stand_in.c.until.is_(None), away)),
        of_one_unit,
    )


STAND_INS = Ledger(
    "stand_ins",
    "双岗台账",
    StandInRow,
    stand_in,
    told="一次双岗登记: 谁替谁的岗,自何时至何时",
    version=1,
    follows=("office",),
    of=(STAFF,),
    handles={StandInNamed: _named, StandInEnded: _ended, StaffDismissed: _dismissed},
    seen_by=AT_WORK,
    rows=OWN_UNIT,
    first="named_at",
    source=stand_in.outerjoin(staff, staff.c.stream_id == stand_in.c.stream_id),
    elsewhere={"staff_name": staff.c.name, "unit": staff.c.unit},
    asks=(holds_now("standing", "此刻是否替岗: 在替岗期间,或常设而A岗此刻离岗", stands_in_at),),
)

_NOW: Final = bindparam("now", type_=Instant)
_STANDS_IN = (
    select(stand_in.c.stand_in_id)
    .where(equals(stand_in.c.staff_id), equals(stand_in.c.stand_in), stands_in_at(_NOW))
    .limit(1)
)


def stands_in(connection: Connection, staff_id: str, by: str, now: datetime) -> bool:
    """Whether ``by`` stands in for ``staff_id`` at ``now``."""
    asked_for = {"staff_id": staff_id, "stand_in": by, "now": now}
    return connection.scalar(_STANDS_IN, asked_for) is not None
