"""The deadlines of one matter: which limits run on it, since when, and how each ended.

What an event does to them stands once (`complaint/moves.py`, `case/moves.py`,
`warnings/events.py`), as changes. The write state and the deadline board both follow the changes,
so that they can not disagree.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from bancheng.domain.events import Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.levels import PlannedWarning, WarningLevel
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.time_limits.stopwatch import Stopwatch


class DeadlineState(Labelled):
    """时限状态: running, or how it ended; then it never changes again."""

    RUNNING = "running", "计时中"
    MET = "met", "按时"
    LATE = "late", "逾期"
    CANCELLED = "cancelled", "已取消"


class Started(Struct, frozen=True, kw_only=True):
    """起算: a deadline of ``kind`` begins to run.

    ``subject`` is the id of what it is about: a matter, a work order, a supervision order, a step
    or procedure of a case, a warning, a rating. ``unit`` owes it; None if the hall itself does.
    """

    kind: LimitKind
    subject: str
    due: DueDate
    unit: str | None = None


class Redecided(Struct, frozen=True, kw_only=True):
    """改期: the running deadline has a new due date, and its warnings begin a new cycle.

    A pause, a resumption, an extension and another calendar all come to this.
    """

    kind: LimitKind
    subject: str
    due: DueDate


class LevelRaised(Struct, frozen=True, kw_only=True):
    """级别已发: the running deadline gave the warning of ``level``; not again in this cycle."""

    kind: LimitKind
    subject: str
    level: WarningLevel


class LevelRevoked(Struct, frozen=True, kw_only=True):
    """级别撤销: the warning of ``level`` was wrong: the deadline that ends ``due_at`` is not at it.

    It does not come again in this cycle. Once the deadline has another due date, nothing changes.
    """

    kind: LimitKind
    subject: str
    level: WarningLevel
    due_at: datetime


class Ended(Struct, frozen=True, kw_only=True):
    """停止计时: the deadline ended; without ``state`` the time decides between met and late."""

    kind: LimitKind
    subject: str
    state: DeadlineState | None = None


class AllEnded(Struct, frozen=True, kw_only=True):
    """全部停止计时: the matter is over; what still runs is cancelled, ``but`` for these kinds."""

    but: tuple[LimitKind, ...] = ()


L = TypeVar("L")
Change = Started | Redecided | LevelRaised | LevelRevoked | Ended | AllEnded
Moves = Callable[[Any, Recorded], Sequence[Change]]


def changes_of(recorded: Recorded, moves: Mapping[type, Moves]) -> Sequence[Change]:
    """What ``recorded`` does to the deadlines of its matter; mostly nothing."""
    found = moves.get(type(recorded.event))
    return () if found is None else found(recorded.event, recorded)


class Deadline(Struct, frozen=True, kw_only=True):
    """时限: one limit that runs on a matter, or ran.

    ``run`` counts how often it was started and ``cycle`` how many due dates it had, both from 1.
    ``raised`` are the levels of warning that were given in this cycle, ``revoked`` those of them
    that were taken back.
    """

    kind: LimitKind
    subject: str
    due: DueDate
    unit: str | None
    run: int = 1
    cycle: int = 1
    state: DeadlineState = DeadlineState.RUNNING
    ended_at: datetime | None = None
    raised: tuple[WarningLevel, ...] = ()
    revoked: tuple[WarningLevel, ...] = ()

    @property
    def watch(self) -> Stopwatch:
        """计时器: what may be done to its time."""
        return Stopwatch(due=self.due, pausable=self.kind.pausable, stopped_at=self.ended_at)

    @property
    def is_running(self) -> bool:
        """Whether the deadline still runs."""
        return self.state is DeadlineState.RUNNING

    @property
    def key(self) -> str:
        """Its name, unique within the hall; see `key_of`."""
        return key_of(self.kind, self.subject)


def key_of(kind: LimitKind, subject: str) -> str:
    """The key of the deadline of ``kind`` on ``subject``: ``BCS-1-01/resolve``."""
    return f"{subject}/{kind}"


def fold(
    deadlines: Mapping[str, Deadline], changes: Iterable[Change], at: datetime
) -> dict[str, Deadline]:
    """``deadlines`` after ``changes`` that happened ``at``; one that has ended stays as it is."""
    after = dict(deadlines)
    # One by one: what an event ends it may start anew, and the second change must see the first.
    for change in changes:
        for deadline in _changed(after, change, at):
            after[deadline.key] = deadline
    return after


def _changed(deadlines: Mapping[str, Deadline], change: Change, at: datetime) -> list[Deadline]:
    if isinstance(change, AllEnded):
        running = [
            deadline
            for deadline in deadlines.values()
            if deadline.is_running and deadline.kind not in change.but
        ]
        return [
            replace(deadline, state=DeadlineState.CANCELLED, ended_at=at) for deadline in running
        ]
    earlier = deadlines.get(key_of(change.kind, change.subject))
    if isinstance(change, Started):
        return [_started(change, earlier)]
    # No error: a result ends the time to respond whether or not it ran, and no rule may stand where
    # a history is replayed.
    if earlier is None or not earlier.is_running:
        return []
    return [_moved(earlier, change, at)]


def _moved(
    earlier: Deadline, change: Redecided | LevelRaised | LevelRevoked | Ended, at: datetime
) -> Deadline:
    match change:
        case Redecided(due=due):
            raised, revoked = _still_given(earlier, due)
            cycle = earlier.cycle + 1
            return replace(earlier, due=due, cycle=cycle, raised=raised, revoked=revoked)
        case LevelRaised(level=level):
            return replace(earlier, raised=(*earlier.raised, level))
        case LevelRevoked(level=level, due_at=due_at):
            is_of_this_date = due_at == earlier.due.due_at
            more = (level,) if is_of_this_date else ()
            return replace(earlier, revoked=(*earlier.revoked, *more))
        case Ended(state=state):
            ended = ended_as(state, earlier.due.due_at, at)
            return replace(earlier, state=ended, ended_at=at)


def _still_given(
    earlier: Deadline, due: DueDate
) -> tuple[tuple[WarningLevel, ...], tuple[WarningLevel, ...]]:
    """Which levels stay given, and which of them taken back, under the new date ``due``."""
    before, after = earlier.due.warnings, due.warnings
    raised, revoked = earlier.raised, earlier.revoked
    return still_raised(raised, before, after), still_raised(revoked, before, after)


def still_raised(
    raised: tuple[L, ...], before: Sequence[PlannedWarning], after: Sequence[PlannedWarning]
) -> tuple[L, ...]:
    """The levels that need not be given again: all if the plan is as it was, else none."""
    # Most notices only confirm a provisional date: that must not bring every card a second time.
    return raised if tuple(before) == tuple(after) else ()


def ended_as(state: DeadlineState | None, due_at: datetime, at: datetime) -> DeadlineState:
    """How a deadline due by ``due_at`` ended when it was stopped ``at``; ``state`` goes before."""
    if state is not None:
        return state
    # ``due_at`` is the first instant that is late (24:00 of the last day), so it is not in time.
    return DeadlineState.MET if at < due_at else DeadlineState.LATE


def _started(change: Started, earlier: Deadline | None) -> Deadline:
    if earlier is None:
        return Deadline(kind=change.kind, subject=change.subject, due=change.due, unit=change.unit)
    raised, revoked = _still_given(earlier, change.due)
    return Deadline(
        kind=change.kind,
        subject=change.subject,
        due=change.due,
        unit=change.unit or earlier.unit,
        run=earlier.run + 1,
        # Counted on over all runs: the ids of warnings are made of it, and none may come twice.
        cycle=earlier.cycle + 1,
        raised=raised,
        revoked=revoked,
    )
