"""历史办件台账: one row a case of another system, as its source told of it last."""

from msgspec.structs import asdict
from sqlalchemy import Boolean, Column, Index, MetaData, Table, Text

from bancheng.domain.case.history import PastCaseHeader, PastCaseRestated, PastStepRecorded
from bancheng.domain.events import Recorded
from bancheng.projections.case_events import others_than
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.columns import (
    Code,
    Instant,
    Position,
    count_column,
    stream_column,
)
from bancheng.projections.machine.rows import Row, Rows

past_case = Table(
    "past_case_ledger",
    MetaData(),
    stream_column("past_case_id", primary_key=True),
    Column("source_system", Code, nullable=False),
    Column("external_id", Code, nullable=False),
    Column("channel", Text),
    Column("department", Text),
    Column("responsible", Text),
    Column("started_at", Instant),
    Column("deadline", Instant),
    Column("planned_end", Instant),
    Column("ended_at", Instant),
    Column("late", Boolean),
    count_column("steps"),
    Column("last_activity", Text, nullable=False),
    Column("first_occurred_at", Instant, nullable=False),
    Column("last_occurred_at", Instant, nullable=False),
    Column("batch_id", Code),
    Column("position", Position, nullable=False),
    Index("past_case_ledger_external_id", "external_id"),
    Index("past_case_ledger_occurred", "first_occurred_at", "past_case_id"),
    Index("past_case_ledger_deadline", "deadline", "past_case_id"),
    Index("past_case_ledger_batch", "batch_id", "first_occurred_at", "past_case_id"),
)


def _step(rows: Rows, event: PastStepRecorded, recorded: Recorded) -> None:
    at = recorded.envelope.occurred_at
    row = _begun(rows, event, recorded) if recorded.version == 1 else _touch(rows, recorded)
    row["steps"] += 1
    row["first_occurred_at"] = min(row["first_occurred_at"], at)
    if at >= row["last_occurred_at"]:  # a belated step is not the last one
        row |= {"last_occurred_at": at, "last_activity": event.activity}
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
    row |= asdict(case) | {"late": case.late}


PROJECTION = Projection(
    name="past_case_ledger",
    version=2,
    tables=(past_case,),
    handles={PastStepRecorded: _step, PastCaseRestated: _restated},
    ignores=others_than(),
    foreign=("complaint.", "warning.", "deadline.", "office."),
)
