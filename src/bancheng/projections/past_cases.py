"""历史办件台账: one row a case of another system, as its source told of it last."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, Connection, Index, or_

from bancheng.domain.case.history import (
    PREFIX,
    PastCaseHeader,
    PastCaseRestated,
    PastStepCorrected,
    PastStepRecorded,
    step_told,
)
from bancheng.domain.events import Recorded
from bancheng.domain.people import Role
from bancheng.projections.ledger.asking import ask, holds_now, search
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    asked,
    key,
    prose,
    sorts,
    stream,
    unseen,
)
from bancheng.projections.ledger.listing import equals, is_so
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.sight import SUPERVISION

_LATE = "是否逾期,即办结晚于期限;未办结的为空,筛选时此刻已超期限的也算"


class PastCaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """历史办件: a case that another system handled, as it tells of it."""

    past_case_id: Annotated[str, Word("历史办件标识"), key, stream]
    source_system: Annotated[str, Word("来源系统"), asked]
    external_id: Annotated[str, Word("来源系统中的办件编号"), asked]
    channel: Annotated[str | None, Word("渠道"), prose]
    department: Annotated[str | None, Word("承办部门"), prose]
    responsible: Annotated[str | None, Word("负责人"), prose]
    started_at: Annotated[datetime | None, Word("开始时间"), asked]
    deadline: Annotated[datetime | None, Word("期限"), asked, sorts]
    planned_end: Annotated[datetime | None, Word("计划办结时间")]
    ended_at: Annotated[datetime | None, Word("来源系统办结时间"), asked]
    extended_deadline: Annotated[datetime | None, Word("扣除停表后的期限")]
    stopped: Annotated[bool, Word("是否停表")]
    outcome: Annotated[str | None, Word("办理结果"), prose]
    late: Annotated[bool | None, Word(_LATE)]
    overdue_from: Annotated[datetime | None, unseen]
    late_steps: Annotated[int, Word("超过环节期限的环节数")] = 0
    steps: Annotated[int, Word("环节数")] = 0
    last_activity: Annotated[str, Word("最后环节的名称"), prose]
    first_occurred_at: Annotated[datetime, Word("首个环节的发生时间"), sorts]
    last_occurred_at: Annotated[datetime, Word("最后环节的发生时间")]
    batch_id: Annotated[str | None, Word("最近一次导入的批次"), asked]
    position: Annotated[Position, Word("最近变动在整个事件库中的位置")]


past_case = table_of(
    PastCaseRow,
    "past_case_ledger",
    Index("past_case_ledger_external_id", "external_id"),
    Index("past_case_ledger_occurred", "first_occurred_at", "past_case_id"),
    Index("past_case_ledger_deadline", "deadline", "past_case_id"),
    Index("past_case_ledger_overdue", "overdue_from", "past_case_id"),
    Index("past_case_ledger_batch", "batch_id", "first_occurred_at", "past_case_id"),
)


def _step(rows: Rows, event: PastStepRecorded, recorded: Recorded) -> None:
    at = recorded.envelope.occurred_at
    row = _begun(rows, event, recorded) if recorded.version == 1 else _touch(rows, recorded)
    row["steps"] += 1
    row["late_steps"] += step_told(event, recorded).late
    row["first_occurred_at"] = min(row["first_occurred_at"], at)
    if at >= row["last_occurred_at"]:  # a belated step is not the last one
        row |= {"last_occurred_at": at, "last_activity": event.activity}
    if event.case is not None:
        _state(row, event.case)


def _corrected(rows: Rows, event: PastStepCorrected, recorded: Recorded) -> None:
    row = _touch(rows, recorded)
    row["late_steps"] += step_told(event, recorded).late - event.was_late
    row |= {
        "first_occurred_at": event.first_at,
        "last_occurred_at": event.last_at,
        "last_activity": event.last_activity,
    }
    if event.case is not None:
        _state(row, event.case)


def _restated(rows: Rows, event: PastCaseRestated, recorded: Recorded) -> None:
    _state(_touch(rows, recorded), event.case)


def _begun(rows: Rows, event: PastStepRecorded, recorded: Recorded) -> Row:
    at = recorded.envelope.occurred_at
    return rows.new(
        past_case,
        past_case_id=recorded.stream_id,
        last_activity=event.activity,
        first_occurred_at=at,
        last_occurred_at=at,
        batch_id=recorded.envelope.batch_id,
        position=recorded.position,
    )


def _touch(rows: Rows, recorded: Recorded) -> Row:
    row = rows.of(past_case, recorded.stream_id)
    row |= {"batch_id": recorded.envelope.batch_id, "position": recorded.position}
    return row


def _state(row: Row, case: PastCaseHeader) -> None:
    runs = case.ended_at is None and not case.stopped
    overdue_from = case.last_in_time if runs else None
    row |= asdict(case) | {"late": case.late, "overdue_from": overdue_from}


def _is_late(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether it ended late, or has not ended by ``now`` although it should have."""
    return or_(past_case.c.late.is_(True), past_case.c.overdue_from < now)


def _is_not_late(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """The opposite; of what has no deadline neither holds."""
    return or_(past_case.c.late.is_(False), past_case.c.overdue_from >= now)


PAST_CASES = Ledger(
    "past_cases",
    "历史办件台账",
    PastCaseRow,
    past_case,
    told="由其他系统办理、从其日志导入的一件,文字与日期均为来源系统所记",
    version=3,
    follows=("past",),
    of=(PREFIX,),
    goes_by_order=True,  # a source tells of earlier steps later, and of what it told before
    handles={
        PastStepRecorded: _step,
        PastStepCorrected: _corrected,
        PastCaseRestated: _restated,
    },
    seen_by=SUPERVISION | {Role.ADMINISTRATOR},
    first="first_occurred_at",
    asks=(
        holds_now("late", _LATE, _is_late, _is_not_late),
        ask("ended", bool, "是否已办结", is_so(past_case.c.ended_at.is_not(None), "ended")),
        search(
            "编号、部门、负责人或最后环节中的文字",
            past_case.c.external_id,
            past_case.c.department,
            past_case.c.responsible,
            past_case.c.last_activity,
        ),
    ),
)
_BY_NUMBER = PAST_CASES.select().where(equals(past_case.c.external_id)).limit(2)


def past_case_by_number(connection: Connection, external_id: str) -> PastCaseRow | None:
    """The past case with that number; ``None`` if no source or more than one has it."""
    found = connection.execute(_BY_NUMBER, {"external_id": external_id}).all()
    return PAST_CASES.read(found[0]) if len(found) == 1 else None
