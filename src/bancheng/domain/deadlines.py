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
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.levels import PlannedRung, PlannedWarning, Rung, WarningLevel
from bancheng.domain.time_limits.limit import DueDate, Verdict, judge
from bancheng.domain.time_limits.plan import held_until
from bancheng.domain.time_limits.stopwatch import Stopwatch


class DeadlineState(Labelled):
    """时限状态: running, or how it ended; then only an end that is taken back changes it.

    Done in time or late, or released (解除: handed on, withdrawn, overtaken) in time or late. What
    was released late stays late for whoever held it.
    """

    RUNNING = "running", "计时中"
    MET = "met", "按时"
    LATE = "late", "逾期"
    RELEASED = "released", "期内解除"
    RELEASED_LATE = "released_late", "逾期解除"

    @property
    def is_late(self) -> bool:
        """Whether the limit had run out before it ended."""
        return self in (DeadlineState.LATE, DeadlineState.RELEASED_LATE)


class Started(Struct, frozen=True, kw_only=True):
    """起算: a deadline of ``kind`` begins to run.

    ``subject`` is the id of what it is about: a matter, a work order, a supervision order, a step
    or procedure of a case, a warning, a rating. ``unit`` owes it; None if the hall itself does.
    Without ``due`` no rule limits the time: then it is measured, and nobody can be late by it.
    ``if_stopped``: one that runs goes on, and is not begun anew.
    """

    kind: LimitKind
    subject: str
    due: DueDate | None
    unit: str | None = None
    if_stopped: bool = False


class Redecided(Struct, frozen=True, kw_only=True):
    """改期: the running deadline has a new due date, and its warnings begin a new cycle.

    A pause, a resumption, an extension and another calendar all come to this. ``corrects``: the
    earlier date was mistaken, a day having been taken for a working day that was none; whoever
    passed only that one was never late.
    """

    kind: LimitKind
    subject: str
    due: DueDate
    corrects: bool = False


class Reopened(Struct, frozen=True, kw_only=True):
    """续计: what had ended the deadline was taken back, and it goes on until ``due``.

    It is the same run: whoever answers for it had it once, and it counts once. ``corrects``: the
    earlier date did not hold while the deadline was ended, so nobody is late by it.
    """

    kind: LimitKind
    subject: str
    due: DueDate
    corrects: bool = False


class LevelRaised(Struct, frozen=True, kw_only=True):
    """级别已发: the running deadline gave the warning of ``level``; not again in this cycle.

    From then on it climbs the ``ladder``, if it has run out by that.
    """

    kind: LimitKind
    subject: str
    level: WarningLevel
    ladder: tuple[PlannedRung, ...] = ()


class LevelRevoked(Struct, frozen=True, kw_only=True):
    """级别撤销: the warning of ``level`` was wrong: the deadline that ends ``due_at`` is not at it.

    It does not come again in this cycle. Once the deadline has another due date, nothing changes.
    """

    kind: LimitKind
    subject: str
    level: WarningLevel
    due_at: datetime


class RungClimbed(Struct, frozen=True, kw_only=True):
    """已升阶梯: the running deadline reached ``rung`` in that ``cycle``; higher ones are left."""

    kind: LimitKind
    subject: str
    cycle: int
    rung: Rung


class RungsHeld(Struct, frozen=True, kw_only=True):
    """升阶间隔: no deadline of the matter reaches a rung before ``until``, whatever runs on it."""

    until: datetime


class Ended(Struct, frozen=True, kw_only=True):
    """完成计时: what it was for is done; without a verdict ``on_time`` the time decides."""

    kind: LimitKind
    subject: str
    on_time: bool | None = None


class Released(Struct, frozen=True, kw_only=True):
    """解除计时: nobody owes it any more, though it was not done; the time says if it was late."""

    kind: LimitKind
    subject: str


class AllReleased(Struct, frozen=True, kw_only=True):
    """全部解除: the matter is over; what still runs is released, ``but`` for these kinds."""

    but: tuple[LimitKind, ...] = ()


L = TypeVar("L")
Change = (
    Started
    | Redecided
    | Reopened
    | LevelRaised
    | LevelRevoked
    | RungClimbed
    | RungsHeld
    | Ended
    | Released
    | AllReleased
)
Moves = Callable[[Any, Recorded], Sequence[Change]]


def changes_of(recorded: Recorded, moves: Mapping[type, Moves]) -> Sequence[Change]:
    """What ``recorded`` does to the deadlines of its matter; mostly nothing."""
    found = moves.get(type(recorded.event))
    return () if found is None else found(recorded.event, recorded)


class Deadline(Struct, frozen=True, kw_only=True):
    """时限: one limit that runs on a matter, or ran.

    ``run`` counts how often it was started and ``cycle`` how many due dates it had, both from 1.
    ``raised`` are the levels of warning that were given in this cycle, ``revoked`` those of them
    that were taken back; ``ladder`` is what it climbs since it ran out, ``climbed`` what of that it
    has reached, and ``rung_from`` from when on the next one may come. ``expired_at`` is when a due
    date of this run first passed with nothing done; no later date takes it back.
    """

    kind: LimitKind
    subject: str
    due: DueDate
    unit: str | None
    run: int = 1
    cycle: int = 1
    state: DeadlineState = DeadlineState.RUNNING
    ended_at: datetime | None = None
    expired_at: datetime | None = None
    raised: tuple[WarningLevel, ...] = ()
    revoked: tuple[WarningLevel, ...] = ()
    ladder: tuple[PlannedRung, ...] = ()
    climbed: tuple[Rung, ...] = ()
    rung_from: datetime | None = None

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

    def has_expired(self, at: datetime) -> bool:
        """届满: whether a due date of this run has passed ``at`` with nothing done."""
        return expiry_at_end(self.expired_at, self.due.due_at, at) is not None

    def judged(self, at: datetime, calendar: Calendar) -> Verdict:
        """时限结论: what `judge` says if it ends ``at``; what had run out is late for good."""
        verdict = judge(self.due, at, calendar)
        if not (verdict.on_time and self.has_expired(at)):
            return verdict
        return replace(verdict, on_time=False, remaining=0, overdue=max(1, verdict.overdue))


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
    if isinstance(change, AllReleased):
        running = (one for one in deadlines.values() if one.is_running)
        return [_stopped(one, None, at) for one in running if one.kind not in change.but]
    if isinstance(change, RungsHeld):
        # All that run: of two that run out together each would else climb beside the other.
        until, running = change.until, (one for one in deadlines.values() if one.is_running)
        return [replace(one, rung_from=held_until(one.rung_from, until)) for one in running]
    earlier = deadlines.get(key_of(change.kind, change.subject))
    not_before = _rung_from(deadlines.values())
    if isinstance(change, Started):
        goes_on = change.if_stopped and earlier is not None and earlier.is_running
        due = None if goes_on else change.due
        return [] if due is None else [_started(change, due, earlier, not_before)]
    if isinstance(change, Reopened):
        over = None if earlier is None or earlier.is_running else earlier
        return [] if over is None else [_reopened(over, change, at, not_before)]
    # No error: a result ends the time to respond whether or not it ran, and no rule may stand where
    # a history is replayed.
    if earlier is None or not earlier.is_running:
        return []
    return [_moved(earlier, change, at)]


def climbed_after(climbed: tuple[L, ...], rung: L) -> tuple[L, ...]:
    """The rungs that were reached once ``rung`` was; what is signed was proposed before."""
    return climbed if rung in climbed else (*climbed, rung)


def _rung_from(deadlines: Iterable[Deadline]) -> datetime | None:
    """From when on a matter with these ``deadlines`` may climb, if it ever climbed."""
    return max((one.rung_from for one in deadlines if one.rung_from is not None), default=None)


def _moved(
    earlier: Deadline,
    change: Redecided | LevelRaised | LevelRevoked | RungClimbed | Ended | Released,
    at: datetime,
) -> Deadline:
    match change:
        case RungClimbed(cycle=cycle, rung=rung):
            if cycle != earlier.cycle:  # a later date has a ladder of its own
                return earlier
            return replace(earlier, climbed=climbed_after(earlier.climbed, rung))
        case Redecided():
            return _redecided(earlier, change, at)
        case LevelRaised(level=level, ladder=ladder):
            raised = (*earlier.raised, level)
            return replace(earlier, raised=raised, ladder=ladder or earlier.ladder)
        case LevelRevoked(level=level, due_at=due_at):
            is_of_this_date = due_at == earlier.due.due_at
            more = (level,) if is_of_this_date else ()
            # Nor does it climb any more: that it had run out is what was wrong.
            ladder = () if is_of_this_date else earlier.ladder
            return replace(earlier, revoked=(*earlier.revoked, *more), ladder=ladder)
        case _:
            return _stopped(earlier, change, at)


def _redecided(earlier: Deadline, change: Redecided | Reopened, at: datetime) -> Deadline:
    raised, revoked = _still_given(earlier, change.due)
    return replace(
        earlier,
        due=change.due,
        cycle=earlier.cycle + 1,
        raised=raised,
        revoked=revoked,
        **_still_climbing(earlier, change.due),
        expired_at=expired_before(change, earlier.expired_at, earlier.due.due_at, at),
    )


def _reopened(
    earlier: Deadline, change: Reopened, at: datetime, rung_from: datetime | None
) -> Deadline:
    again = _redecided(earlier, change, at)
    return replace(again, state=DeadlineState.RUNNING, ended_at=None, rung_from=rung_from)


def _stopped(deadline: Deadline, change: Ended | Released | None, at: datetime) -> Deadline:
    expired_at = expiry_at_end(deadline.expired_at, deadline.due.due_at, at)
    state = ended_as(change, expired_at)
    return replace(deadline, state=state, ended_at=at, expired_at=expired_at)


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


def _still_climbing(earlier: Deadline, due: DueDate) -> dict[str, Any]:
    """Ladder and rungs under the new date ``due``: as the levels, all or none of them."""
    if tuple(earlier.due.warnings) != tuple(due.warnings):
        return {"ladder": (), "climbed": ()}
    return {"ladder": earlier.ladder, "climbed": earlier.climbed}


def expiry(earlier: datetime | None, due_at: datetime, at: datetime) -> datetime | None:
    """届满时刻: when a due date first passed, as it stands ``at``; ``earlier`` came before it."""
    # ``due_at`` is the first instant that is late (24:00 of the last day), so it is not in time.
    return earlier or (due_at if at >= due_at else None)


def expiry_at_end(earlier: datetime | None, due_at: datetime, at: datetime) -> datetime | None:
    """What `expiry` is of a deadline that ended ``at``."""
    # An import may tell of an end that was before ``earlier``: then nothing had run out undone,
    # though it was taken for that until the source told of it.
    found = expiry(earlier, due_at, at)
    return None if found is None or found > at else found


def expired_before(
    change: Redecided | Reopened, earlier: datetime | None, due_at: datetime, at: datetime
) -> datetime | None:
    """What `expiry` is once ``change`` has put another date in the place of ``due_at``."""
    return earlier if change.corrects else expiry(earlier, due_at, at)


def ended_as(change: Ended | Released | None, expired_at: datetime | None) -> DeadlineState:
    """How a deadline that first ran out at ``expired_at`` ends by ``change``.

    None stands for the end of the whole matter, which releases what still runs.
    """
    late = expired_at is not None
    if isinstance(change, Ended):
        # A verdict that was recorded stays as it was given.
        met = not late if change.on_time is None else change.on_time
        return DeadlineState.MET if met else DeadlineState.LATE
    return DeadlineState.RELEASED_LATE if late else DeadlineState.RELEASED


def _started(
    change: Started, due: DueDate, earlier: Deadline | None, rung_from: datetime | None
) -> Deadline:
    kind, subject, unit = change.kind, change.subject, change.unit
    if earlier is None:
        return Deadline(kind=kind, subject=subject, due=due, unit=unit, rung_from=rung_from)
    raised, revoked = _still_given(earlier, due)
    return Deadline(
        kind=kind,
        subject=subject,
        due=due,
        unit=unit or earlier.unit,
        run=earlier.run + 1,
        rung_from=rung_from,
        # Counted on over all runs: the ids of warnings are made of it, and none may come twice.
        cycle=earlier.cycle + 1,
        raised=raised,
        revoked=revoked,
        **_still_climbing(earlier, due),
    )
