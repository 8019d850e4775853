"""预警台账: one row a warning (牌), as the supervision office keeps it."""

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table, Text

from bancheng.domain.events import Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.thresholds import Rung
from bancheng.domain.warnings import events as warnings
from bancheng.projections.base import Projection
from bancheng.projections.columns import Code, Coded, Instant, Position, stream_column
from bancheng.projections.rows import Row, Rows


class WarningState(Labelled):
    """预警状态: what a warning waits for, or how it ended."""

    RAISED = "raised", "已发"
    ANSWERED = "answered", "已反馈"
    APPEALED = "appealed", "申诉中"
    UPHELD = "upheld", "申诉驳回"
    REVOKED = "revoked", "已撤销"


warning = Table(
    "warning_ledger",
    MetaData(),
    Column("warning_id", Code, primary_key=True),
    stream_column("matter_id"),
    Column("kind", Coded(LimitKind), nullable=False),
    Column("subject", Code, nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("level", Coded(WarningLevel), nullable=False),
    Column("unit", Code),
    Column("post", Text, nullable=False),
    Column("late_step", Coded(Step), nullable=False),
    Column("planned_at", Instant, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("ground", Text, nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("notify_at", Instant, nullable=False),
    Column("feedback_due_at", Instant),
    Column("rung", Coded(Rung)),
    Column("state", Coded(WarningState), nullable=False),
    Column("answered_at", Instant),
    Column("answer_masked", Text),
    Column("appealed_at", Instant),
    Column("appeal_ground_masked", Text),
    Column("ruled_at", Instant),
    Column("ruling_masked", Text),
    Column("position", Position, nullable=False),
    Index("warning_ledger_matter", "matter_id"),
    Index("warning_ledger_position", "position"),
    Index("warning_ledger_raised_at", "raised_at", "warning_id"),
    Index("warning_ledger_unit", "unit", "raised_at", "warning_id"),
)


def _raised(rows: Rows, event: warnings.WarningRaised, recorded: Recorded) -> None:
    rows.new(
        warning,
        warning_id=event.warning_id,
        matter_id=recorded.stream_id,
        kind=event.kind,
        subject=event.subject,
        cycle=event.cycle,
        level=event.level,
        unit=event.unit,
        post=event.post,
        late_step=event.late_step,
        planned_at=event.planned_at,
        raised_at=recorded.envelope.occurred_at,
        late=event.late,
        due_at=event.due_at,
        ground=event.ground,
        rule_version=event.rule_version,
        notify_at=event.notify_at,
        feedback_due_at=event.feedback_due and event.feedback_due.due_at,
        rung=event.rung,
        state=WarningState.RAISED,
        position=recorded.position,
    )


def _answered(rows: Rows, event: warnings.WarningAnswered, recorded: Recorded) -> None:
    row = _to(rows, event.warning_id, recorded, WarningState.ANSWERED)
    row["answered_at"] = recorded.envelope.occurred_at
    row["answer_masked"] = rows.masked(event.answer)


def _appealed(rows: Rows, event: warnings.WarningAppealed, recorded: Recorded) -> None:
    row = _to(rows, event.warning_id, recorded, WarningState.APPEALED)
    row["appealed_at"] = recorded.envelope.occurred_at
    row["appeal_ground_masked"] = rows.masked(event.ground)


def _upheld(rows: Rows, event: warnings.WarningAppealRejected, recorded: Recorded) -> None:
    row = _to(rows, event.warning_id, recorded, WarningState.UPHELD)
    row["ruled_at"] = recorded.envelope.occurred_at
    row["ruling_masked"] = rows.masked(event.ruling)


def _revoked(rows: Rows, event: warnings.WarningRevoked, recorded: Recorded) -> None:
    row = _to(rows, event.warning_id, recorded, WarningState.REVOKED)
    row["ruled_at"] = recorded.envelope.occurred_at
    row["ruling_masked"] = rows.masked(event.ruling)


def _to(rows: Rows, warning_id: str, recorded: Recorded, state: WarningState) -> Row:
    row = rows.of(warning, warning_id)
    row["state"] = state
    row["position"] = recorded.position
    return row


PROJECTION = Projection(
    name="warning_ledger",
    version=1,
    tables=(warning,),
    handles={
        warnings.WarningRaised: _raised,
        warnings.WarningAnswered: _answered,
        warnings.WarningAppealed: _appealed,
        warnings.WarningAppealRejected: _upheld,
        warnings.WarningRevoked: _revoked,
    },
    foreign=("complaint.", "case.", "office.", "deadline."),
)
