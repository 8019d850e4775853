"""窗口台账与窗口值守台账: how each window was from when to when, and who sat there."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from sqlalchemy import ColumnElement, Index, and_, or_

from bancheng.domain.events import Event, Recorded
from bancheng.domain.office.streams import WINDOW, registered_as
from bancheng.domain.office.window import WindowClosed, WindowRegistered
from bancheng.domain.office.window_terms import WindowArranged, WindowDutyEnded, WindowStaffed
from bancheng.domain.windows import WindowAuthority, WindowKind
from bancheng.projections.ledger.asking import ask, holds_now, open_then
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
from bancheng.projections.ledger.listing import is_so
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.office import window
from bancheng.projections.sight import AT_WORK, OWN_UNIT


class WindowPeriodRow(msgspec.Struct, frozen=True, kw_only=True):
    """窗口情况: as what a window stood, from when to when; without ``kind`` it may do all."""

    period_id: Annotated[str, Word("窗口情况标识"), key]
    stream_id: Annotated[str, stream, unseen]
    window: Annotated[str, Word("窗口编号"), asked]
    name: Annotated[str, Word("窗口名称"), prose]
    unit: Annotated[str, Word("所属单位编码"), asked, unit_code]
    kind: Annotated[WindowKind | None, Word("窗口类型,空为未作窗口设置"), asked_any]
    open_from: Annotated[date | None, Word("启用首日")]
    open_until: Annotated[date | None, Word("启用末日")]
    authorities: Annotated[tuple[WindowAuthority, ...], Word("窗口权限")]
    begun_at: Annotated[datetime, Word("此情况起时"), sorts]
    ended_at: Annotated[datetime | None, Word("此情况止时,空为现行")]
    position: Annotated[Position, unseen]


class WindowDutyRow(msgspec.Struct, frozen=True, kw_only=True):
    """值守: that somebody sits or sat at a window, from when to when."""

    duty_id: Annotated[str, Word("值守标识"), key]
    stream_id: Annotated[str, stream, unseen]
    window: Annotated[str, Word("窗口编号"), asked]
    unit: Annotated[str | None, Word("窗口所属单位编码"), elsewhere, asked, unit_code]
    staff_id: Annotated[str, Word("值守人员工号"), asked]
    staff_name: Annotated[str, Word("值守人员姓名"), prose]
    since: Annotated[datetime, Word("值守起时"), sorts]
    until: Annotated[datetime | None, Word("值守止时,空为长期")]
    staffed_by: Annotated[str, Word("派班人工号")]
    ended_at: Annotated[datetime | None, Word("提前撤班或另行派班的时间")]
    position: Annotated[Position, unseen]


period = table_of(
    WindowPeriodRow,
    "window_period_ledger",
    Index("window_period_ledger_window", "window", "begun_at", "period_id"),
    Index("window_period_ledger_begun_at", "begun_at", "period_id"),
    Index("window_period_ledger_stream", "stream_id"),
)
duty = table_of(
    WindowDutyRow,
    "window_duty_ledger",
    Index("window_duty_ledger_window", "window", "since", "duty_id"),
    Index("window_duty_ledger_staff", "staff_id", "since", "duty_id"),
    Index("window_duty_ledger_since", "since", "duty_id"),
    Index("window_duty_ledger_stream", "stream_id"),
)


def _last(rows: Rows, recorded: Recorded) -> Row | None:
    found = [row for row in rows.all_of(period, recorded.stream_id) if row["ended_at"] is None]
    return found[0] if found else None


def _goes_on(rows: Rows, recorded: Recorded, **changes: object) -> None:
    """The window as it was, but for ``changes``, in a row of its own."""
    before = _last(rows, recorded)
    said = {"kind": None, "open_from": None, "open_until": None, "authorities": ()}
    if before is not None:
        kept = ("name", "unit", *said)
        said = {name: before[name] for name in kept}
        _end(before, recorded)
    rows.new(
        period,
        period_id=f"{recorded.stream_id}/{recorded.version}",
        stream_id=recorded.stream_id,
        window=registered_as(recorded.stream_id),
        begun_at=recorded.envelope.occurred_at,
        position=recorded.position,
        **(said | changes),
    )


def _end(row: Row, recorded: Recorded) -> None:
    row |= {"ended_at": recorded.envelope.occurred_at, "position": recorded.position}


def _registered(rows: Rows, event: WindowRegistered, recorded: Recorded) -> None:
    _goes_on(rows, recorded, name=event.name, unit=event.unit)


def _arranged(rows: Rows, event: WindowArranged, recorded: Recorded) -> None:
    _goes_on(rows, recorded, **msgspec.structs.asdict(event))


def _closed(rows: Rows, _: WindowClosed, recorded: Recorded) -> None:
    if (before := _last(rows, recorded)) is not None:
        _end(before, recorded)


def _staffed(rows: Rows, event: WindowStaffed, recorded: Recorded) -> None:
    _duty_over(rows, recorded, event.staff_id)
    rows.new(
        duty,
        duty_id=f"{recorded.stream_id}/{recorded.version}",
        stream_id=recorded.stream_id,
        window=registered_as(recorded.stream_id),
        staff_id=event.staff_id,
        staff_name=event.name,
        since=event.since,
        until=event.until,
        staffed_by=recorded.envelope.actor.id,
        position=recorded.position,
    )


def _duty_ended(rows: Rows, event: WindowDutyEnded, recorded: Recorded) -> None:
    _duty_over(rows, recorded, event.staff_id)


def _window_closed(rows: Rows, _: Event, recorded: Recorded) -> None:
    _duty_over(rows, recorded, None)


def _duty_over(rows: Rows, recorded: Recorded, staff_id: str | None) -> None:
    at = recorded.envelope.occurred_at
    for row in rows.all_of(duty, recorded.stream_id):
        is_on = row["ended_at"] is None and (row["until"] is None or row["until"] > at)
        if is_on and staff_id in (None, row["staff_id"]):
            _end(row, recorded)


def _open_at(moment: ColumnElement[datetime]) -> ColumnElement[bool]:
    over = period.c.ended_at
    return and_(period.c.begun_at <= moment, or_(over.is_(None), over > moment))


def _on_duty(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    return and_(
        duty.c.since <= now,
        or_(duty.c.until.is_(None), duty.c.until > now),
        or_(duty.c.ended_at.is_(None), duty.c.ended_at > now),
    )


WINDOW_PERIODS = Ledger(
    "window_periods",
    "窗口台账",
    WindowPeriodRow,
    period,
    told="一个窗口的一段情况: 名称、单位、类型、启用期与权限不变的一段",
    version=1,
    follows=("office",),
    of=(WINDOW,),
    handles={WindowRegistered: _registered, WindowArranged: _arranged, WindowClosed: _closed},
    seen_by=AT_WORK,
    rows=OWN_UNIT,
    first="begun_at",
    asks=(
        ask("standing", bool, "是否现行", is_so(period.c.ended_at.is_(None), "standing")),
        open_then("open_at", "在该时刻的情况", _open_at),
    ),
)
WINDOW_DUTIES = Ledger(
    "window_duties",
    "窗口值守台账",
    WindowDutyRow,
    duty,
    told="一人在一个窗口值守的一段",
    version=1,
    follows=("office",),
    of=(WINDOW,),
    handles={
        WindowStaffed: _staffed,
        WindowDutyEnded: _duty_ended,
        WindowClosed: _window_closed,
    },
    seen_by=AT_WORK,
    rows=OWN_UNIT,
    first="since",
    source=duty.outerjoin(window, window.c.stream_id == duty.c.stream_id),
    elsewhere={"unit": window.c.unit},
    asks=(holds_now("on_duty", "此刻是否值守", _on_duty),),
)
