"""限时看板: one row a limit, running or finished. What is overdue is asked, never stored."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    text,
)

from bancheng.domain.complaint import supervise
from bancheng.domain.deadlines import (
    AllEnded,
    Change,
    DeadlineState,
    Ended,
    LevelRaised,
    Redecided,
    Started,
    ended_as,
    key_of,
    still_raised,
)
from bancheng.domain.events import Event, Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.matters import MOVES, changes_of
from bancheng.domain.time_limits.levels import PlannedWarning, WarningLevel
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.time_limits.pauses import effective_span
from bancheng.projections import levels
from bancheng.projections.base import Projection
from bancheng.projections.columns import (
    Code,
    Coded,
    Codes,
    Instant,
    Position,
    Whole,
    as_json,
    stream_column,
)
from bancheng.projections.rows import Row, Rows

_OF_ORDERS = (LimitKind.SIGN_IN, LimitKind.RESPOND, LimitKind.RESOLVE)
_SUPERVISION_ORDER_ISSUED = (
    supervise.SupervisionOrderIssued
)  # a card is answered within a limit too

# When a limit of these kinds runs out, the law itself does something.
LAPSING: Final = tuple(kind for kind in LimitKind if kind.effect is not None)
# As text, word for word in the index and in who asks: else the index would not be used. Nor would
# SQLite use it if it could tell that the state is asked for: it has an index that begins with it.
_KINDS = ", ".join(f"'{kind}'" for kind in LAPSING)
MAY_LAPSE: Final = text(f"state || '' = '{DeadlineState.RUNNING}' AND kind IN ({_KINDS})")
_HAS_NEXT: Final = text("next_at IS NOT NULL")
PLAN = Whole(tuple[PlannedWarning, ...], unread=True)
limit = Table(
    "deadline_board",
    MetaData(),
    Column("limit_key", Code, primary_key=True),
    stream_column("matter_id"),
    Column("kind", Coded(LimitKind), nullable=False),
    Column("subject", Code, nullable=False),
    Column("order_id", Code),
    Column("supervision_order_id", Code),
    Column("unit", Code),
    Column("run", Integer, nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("due_date", Date, nullable=False),
    Column("provisional", Boolean, nullable=False),
    *levels.columns(),
    Column("extended", Boolean, nullable=False),
    Column("paused_at", Instant),
    Column("resumes_at", Instant),
    Column("limit_id", Code, nullable=False),
    Column("label", Text, nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("calendar_version", Text, nullable=False),
    Column("plan", PLAN, nullable=False),
    Column("raised", Codes, nullable=False, default=()),
    Column("next_level", Coded(WarningLevel)),
    Column("next_at", Instant),
    Column("state", Coded(DeadlineState), nullable=False),
    Column("finished_at", Instant),
    Column("position", Position, nullable=False),
    Index("deadline_board_matter", "matter_id"),
    Index("deadline_board_state_due", "state", "due_at", "limit_key"),
    # Few limits have an effect in law; the others must cost the sweep nothing.
    Index(
        "deadline_board_effect",
        "due_at",
        sqlite_where=MAY_LAPSE,
        postgresql_where=MAY_LAPSE,
    ),
    Index(
        "deadline_board_next",
        "next_at",
        "limit_key",
        sqlite_where=_HAS_NEXT,
        postgresql_where=_HAS_NEXT,
    ),
    Index("deadline_board_unit", "unit", "due_at", "limit_key"),
)


def running_at(*more: ColumnElement[bool]) -> dict[str, ColumnElement[bool]]:
    """For each level the condition that a limit is running, at that level, and ``more``."""
    running = and_(limit.c.state == DeadlineState.RUNNING, *more)
    return {name: running & at for name, at in levels.conditions(limit).items()}


def _changed(rows: Rows, _: Event, recorded: Recorded) -> None:
    for change in changes_of(recorded):
        _change(rows, recorded, change)


def _change(rows: Rows, recorded: Recorded, change: Change) -> None:
    match change:
        case Started():
            _start(rows, recorded, change)
        case AllEnded(but=but):
            left = rows.all_of(limit, recorded.stream_id)
            for row in (one for one in left if one["kind"] not in but):
                _end(recorded, row, DeadlineState.CANCELLED)
        case _:
            for row in _running(rows, recorded, change):
                _move(recorded, row, change)


def _move(recorded: Recorded, row: Row, change: Redecided | LevelRaised | Ended) -> None:
    match change:
        case Redecided(due=due):
            _decide(recorded, row, due)
        case LevelRaised(level=level):
            row["raised"] = (*row["raised"], level.value)
            row["position"] = recorded.position
            _look_ahead(row, PLAN.read(row["plan"]))
        case Ended(state=state):
            _end(recorded, row, state)


_NONE: Row = {"run": 0, "cycle": 0, "unit": None, "raised": (), "plan": "[]"}


def _start(rows: Rows, recorded: Recorded, change: Started) -> None:
    earlier = _of(rows, recorded, change.kind, change.subject)
    last: Row = earlier[-1] if earlier else _NONE
    run = last["run"] + 1
    row = rows.new(
        limit,
        limit_key=f"{key_of(change.kind, change.subject)}/{run}",
        matter_id=recorded.stream_id,
        kind=change.kind,
        subject=change.subject,
        order_id=change.subject if change.kind in _OF_ORDERS else None,
        supervision_order_id=change.subject
        if isinstance(recorded.event, _SUPERVISION_ORDER_ISSUED)
        else None,
        unit=change.unit or last["unit"],
        run=run,
        cycle=last["cycle"] + 1,
        raised=still_raised(last["raised"], PLAN.read(last["plan"]), change.due.warnings),
        state=DeadlineState.RUNNING,
        position=recorded.position,
        **_terms(change.due),
    )
    _look_ahead(row, change.due.warnings)


def _decide(recorded: Recorded, row: Row, due: DueDate) -> None:
    raised = still_raised(row["raised"], PLAN.read(row["plan"]), due.warnings)
    row |= {**_terms(due), "cycle": row["cycle"] + 1, "raised": raised}
    row["position"] = recorded.position
    _look_ahead(row, due.warnings)


def _end(recorded: Recorded, row: Row, state: DeadlineState | None) -> None:
    if row["state"] is not DeadlineState.RUNNING:
        return
    at = recorded.envelope.occurred_at
    row["state"] = ended_as(state, row["due_at"], at)
    row["finished_at"] = at
    row["next_level"] = row["next_at"] = None
    row["position"] = recorded.position


def _look_ahead(row: Row, plan: Sequence[PlannedWarning]) -> None:
    """Keep in the row which warning of its ``plan`` comes next."""
    coming = [warning for warning in plan if warning.level.value not in row["raised"]]
    row["next_level"] = coming[0].level if coming else None
    row["next_at"] = coming[0].at if coming else None


def _terms(due: DueDate) -> Row:
    return {
        "started_at": due.started_at,
        "due_at": due.due_at,
        "due_date": due.due_date,
        "provisional": due.provisional,
        **levels.reached(due.warnings),
        "plan": as_json(due.warnings),
        "extended": due.extension is not None,
        **_pause(due),
        "limit_id": due.limit.id,
        "label": due.limit.label,
        "rule_version": due.rule_version,
        "calendar_version": due.calendar_version,
    }


def _pause(due: DueDate) -> Row:
    """The last span in which the deadline stands still; it goes on by itself at its end."""
    span = effective_span(due.pauses[-1]) if due.pauses else None
    return {"paused_at": span and span.since, "resumes_at": span and span.until}


def _running(rows: Rows, recorded: Recorded, change: Redecided | LevelRaised | Ended) -> list[Row]:
    found = _of(rows, recorded, change.kind, change.subject)
    return [row for row in found if row["state"] is DeadlineState.RUNNING]


def _of(rows: Rows, recorded: Recorded, kind: LimitKind, subject: str) -> list[Row]:
    """The runs of one deadline, in their order."""
    found = rows.all_of(limit, recorded.stream_id)
    of_it = [row for row in found if row["kind"] is kind and row["subject"] == subject]
    return of_it if len(of_it) <= 1 else sorted(of_it, key=lambda row: int(row["run"]))


# What touches no deadline is not in MOVES, and is no business of the board.
PROJECTION = Projection(
    name="deadline_board",
    version=6,
    tables=(limit,),
    handles=dict.fromkeys(MOVES, _changed),
    foreign=("complaint.", "case.", "warning.", "office."),
)
