"""阶段用时台账: one row a stretch in which somebody had to act, limited or not.

The board shows limits. Where no rule sets one, time passes all the same: it is measured here, for
whoever had the matter meanwhile, so that no delay is out of sight for want of a rule.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import Index

from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.deadlines import (
    AllReleased,
    Change,
    Ended,
    Released,
    Reopened,
    Started,
    key_of,
)
from bancheng.domain.events import Event, Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.matters import MOVES, changes_of
from bancheng.projections.deadlines.runs import own_or_the_halls, runs_of
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    asked,
    asked_any,
    key,
    sorts,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Row
from bancheng.projections.machine.rows import Rows as Written
from bancheng.projections.matters import MatterId, MatterNumber, matter
from bancheng.projections.sight import AT_WORK, Rows


class StretchState(Labelled):
    """阶段状态: whether somebody still has to act, and whether it was done at all."""

    OPEN = "open", "进行中"
    DONE = "done", "已完成"
    RELEASED = "released", "已解除"


class StretchRow(msgspec.Struct, frozen=True, kw_only=True):
    """阶段: from when something was owed until it was done, or owed no more.

    Natural time, in whole seconds, pauses included: it is what the citizen waits. Whether a limit
    was kept stands on the board of deadlines, under the same kind and subject.
    """

    stretch_key: Annotated[str, Word("阶段标识"), key]
    matter_id: MatterId
    matter_number: MatterNumber
    kind: Annotated[LimitKind, Word("阶段种类"), asked_any]
    subject: Annotated[str, Word("阶段所属的案件、派单、环节或评价")]
    unit: Annotated[str | None, Word("责任单位编码,空为大厅"), asked, unit_code]
    run: Annotated[int, Word("第几次")]
    limited: Annotated[bool, Word("规则库是否规定了期限"), asked]
    began_at: Annotated[datetime, Word("阶段开始时间"), asked, sorts]
    state: Annotated[StretchState, Word("阶段状态"), asked_any]
    ended_at: Annotated[datetime | None, Word("阶段结束时间"), asked]
    seconds: Annotated[int | None, Word("用时秒数,自然时间"), sorts]
    position: Annotated[Position, unseen]


stretch = table_of(
    StretchRow,
    "stretch_ledger",
    Index("stretch_ledger_matter", "matter_id"),
    Index("stretch_ledger_began_at", "began_at", "stretch_key"),
    Index("stretch_ledger_unit", "unit", "began_at", "stretch_key"),
)


def _changed(rows: Written, _: Event, recorded: Recorded) -> None:
    for change in changes_of(recorded):
        _change(rows, recorded, change)


def _change(rows: Written, recorded: Recorded, change: Change) -> None:
    match change:
        case Started():
            _begin(rows, recorded, change)
        case AllReleased(but=but):
            for row in rows.all_of(stretch, recorded.stream_id):
                if row["kind"] not in but:
                    _end(recorded, row, StretchState.RELEASED)
        case Ended() | Released() | Reopened():
            for row in runs_of(rows, stretch, recorded, change.kind, change.subject)[-1:]:
                _move(recorded, row, change)
        case _:
            pass  # a new date makes no new stretch


def _move(recorded: Recorded, row: Row, change: Ended | Released | Reopened) -> None:
    if isinstance(change, Reopened):
        _go_on(recorded, row)
    else:
        done = isinstance(change, Ended)
        _end(recorded, row, StretchState.DONE if done else StretchState.RELEASED)


def _begin(rows: Written, recorded: Recorded, change: Started) -> None:
    earlier = runs_of(rows, stretch, recorded, change.kind, change.subject)
    last = earlier[-1] if earlier else None
    if last is not None and last["state"] is StretchState.OPEN:
        if change.if_stopped:
            return
        _end(recorded, last, StretchState.RELEASED)
    run = 1 if last is None else last["run"] + 1
    # A limit may have begun before the event that tells of it, as by a deemed acceptance; but who
    # takes over what another had does so now, whatever date it keeps.
    due = change.due
    rows.new(
        stretch,
        stretch_key=f"{key_of(change.kind, change.subject)}/{run}",
        matter_id=recorded.stream_id,
        kind=change.kind,
        subject=change.subject,
        unit=change.unit or (None if last is None else last["unit"]),
        run=run,
        limited=due is not None,
        began_at=recorded.envelope.occurred_at if due is None or earlier else due.started_at,
        state=StretchState.OPEN,
        position=recorded.position,
    )


def _go_on(recorded: Recorded, row: Row) -> None:
    if row["state"] is not StretchState.OPEN:
        again = {"state": StretchState.OPEN, "ended_at": None, "seconds": None}
        row |= {**again, "position": recorded.position}


def _end(recorded: Recorded, row: Row, state: StretchState) -> None:
    if row["state"] is StretchState.OPEN:
        at = recorded.envelope.occurred_at
        seconds = int((at - row["began_at"]).total_seconds())
        row |= {"state": state, "ended_at": at, "seconds": seconds, "position": recorded.position}


STRETCHES = Ledger(
    "stretches",
    "阶段用时台账",
    StretchRow,
    stretch,
    told="一段须有人办理的时间,有无期限都在内",
    version=2,
    follows=("complaint", "case", "supervision", "warning", "deadline"),
    of=(TICKETS, CASES),
    handles=dict.fromkeys(MOVES, _changed),
    seen_by=AT_WORK,
    rows=Rows("unit", own_or_the_halls),
    first="began_at",
    source=stretch.outerjoin(matter, matter.c.matter_id == stretch.c.matter_id),
    elsewhere={"matter_number": matter.c.number},
)
