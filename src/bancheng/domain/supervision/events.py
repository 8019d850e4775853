"""What is demanded of units on a matter, how they answer, and how it ends.

Part of 监督检查. Tickets and cases have the same events.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from bancheng.domain.deadlines import (
    Change,
    Ended,
    Moves,
    Redecided,
    RungClimbed,
    RungsHeld,
    Started,
)
from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.levels import Rung
from bancheng.domain.time_limits.limit import DueDate, Verdict


class SupervisionColour(Labelled):
    """督办单颜色: blue reminds, orange follows an unheeded blue, red follows orange (E8)."""

    BLUE = "blue", "蓝单"
    ORANGE = "orange", "橙单"
    RED = "red", "红单"


class ClimbingLimit(Struct, frozen=True, kw_only=True):
    """升阶时限: a limit that has run out and climbs, by the plan that it has in that ``cycle``."""

    kind: LimitKind
    subject: str
    cycle: int


class Climb(Struct, frozen=True, kw_only=True):
    """升阶: a rung of the ladder that ``limits`` climb was reached.

    ``due_at`` is when it was due by their plan, whenever it was recorded; None if somebody took it
    by hand. The next rung of the matter comes from ``next_at`` on: on another working day, and not
    before an answer that this one asks for is due.
    """

    limits: tuple[ClimbingLimit, ...]
    due_at: datetime | None
    next_at: datetime


@topic("supervision.measure-proposed", step=Step.SUPERVISE)
class MeasureProposed(Event, frozen=True, kw_only=True):
    """督促拟办: the ladder calls for a rung that only 效能监察 takes; it waits for a signature."""

    measure_id: str
    rung: Rung
    unit: str
    ground: str
    basis: str
    rule_version: str
    stands_on: str
    climb: Climb
    order_id: str | None = None

    def title(self) -> str:
        """What is proposed: 拟通报."""
        return f"拟{self.rung.label}"


@topic("supervision.measure-declined", step=Step.SUPERVISE)
class MeasureDeclined(Event, frozen=True, kw_only=True):
    """不予督促: what the ladder proposed is not done, for a reason."""

    measure_id: str
    reason: FreeText


@topic("supervision.measure-taken", step=Step.SUPERVISE)
class MeasureTaken(Event, frozen=True, kw_only=True):
    """督促措施: something of the ladder was demanded of ``unit``; ``rung`` says what.

    ``ground`` is the code of the rule book by which it was taken, ``basis`` what that says and on
    what it rests; ``stands_on`` is the warning, or the limit, of the matter that shows it, if one
    does. ``order_id`` is the work order of a ticket that the unit has it for. ``answer_due`` is by
    when it is answered, decided once; None if no answer is asked for. ``colour`` is of a 督办单.
    ``climb``: the unit was late already, and it is a rung of the ladder, whoever took it.
    """

    measure_id: str
    rung: Rung
    unit: str
    ground: str
    basis: str
    rule_version: str
    demand: FreeText
    order_id: str | None = None
    stands_on: str | None = None
    colour: SupervisionColour | None = None
    answer_due: DueDate | None = None
    climb: Climb | None = None

    def title(self) -> str:
        """Its rung: 催办, 督办, 通报."""
        return self.rung.label


@topic("supervision.measure-answered", step=Step.SUPERVISE)
class MeasureAnswered(Event, frozen=True, kw_only=True):
    """督促反馈: the unit answered what was demanded of it.

    ``verdict`` is on the time that it took: a late answer is a breach by itself (湖南电子监察).
    """

    measure_id: str
    answer: FreeText
    verdict: Verdict


@topic("supervision.answer-extended", step=Step.SUPERVISE)
class AnswerExtended(Event, frozen=True, kw_only=True):
    """准予延期反馈: the unit has until ``due`` to answer; it was granted before the day came."""

    measure_id: str
    due: DueDate
    ruling: FreeText


@topic("supervision.measure-closed", step=Step.SUPERVISE)
class MeasureClosed(Event, frozen=True, kw_only=True):
    """督促了结: who supervises is content with what came of it."""

    measure_id: str
    ruling: FreeText


def _taken(event: MeasureTaken, _: Recorded) -> Sequence[Change]:
    kind, subject = LimitKind.FEEDBACK, event.measure_id
    due = event.answer_due
    climbed = _climbed(event.rung, event.climb)
    if due is None:
        return climbed
    owed = Started(kind=kind, subject=subject, unit=event.unit, due=due)
    return (*climbed, owed, RungsHeld(until=due.due_at))


def _proposed(event: MeasureProposed, _: Recorded) -> Sequence[Change]:
    return _climbed(event.rung, event.climb)


def _climbed(rung: Rung, climb: Climb | None) -> Sequence[Change]:
    if climb is None:
        return ()
    reached = (
        RungClimbed(kind=one.kind, subject=one.subject, cycle=one.cycle, rung=rung)
        for one in climb.limits
    )
    return (*reached, RungsHeld(until=climb.next_at))


def _answered(event: MeasureAnswered, _: Recorded) -> Sequence[Change]:
    kind, on_time = LimitKind.FEEDBACK, event.verdict.on_time
    return (Ended(kind=kind, subject=event.measure_id, on_time=on_time),)


def _extended(event: AnswerExtended, _: Recorded) -> Sequence[Change]:
    due = event.due
    redecided = Redecided(kind=LimitKind.FEEDBACK, subject=event.measure_id, due=due)
    return (redecided, RungsHeld(until=due.due_at))


# To close it changes no limit: what asks for an answer is closed once that came.
MOVES: Mapping[type, Moves] = {
    MeasureProposed: _proposed,
    MeasureTaken: _taken,
    MeasureAnswered: _answered,
    AnswerExtended: _extended,
}
