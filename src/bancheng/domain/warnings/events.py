"""What happens to warnings, to due dates under another calendar, and to duties of closed units.

Part of 监督检查. Tickets and cases have the same events.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from bancheng.domain.deadlines import (
    Change,
    Ended,
    LevelRaised,
    LevelRevoked,
    Moves,
    Redecided,
    Released,
    RungsHeld,
    Started,
)
from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.conduct import Conduct
from bancheng.domain.time_limits.levels import PlannedRung, Rung, WarningLevel
from bancheng.domain.time_limits.limit import DueDate


def _held_by_nobody(body: dict[str, Any]) -> dict[str, Any]:
    """Schema 1: who had it in hand was not written down."""
    return body | {"held_by": None}


@topic("warning.raised", schema=2, upcasts={1: _held_by_nobody}, step=Step.SUPERVISE)
class WarningRaised(Event, frozen=True, kw_only=True):
    """发牌: a deadline reached a level of warning; raised once for each level, deadline and cycle.

    ``planned_at`` is when the level was reached, ``late`` that the warning came more than five
    minutes after it. ``late_step`` is the step that is slow, ``post`` who answers for it.
    ``notify_at`` is when the receiver is told: at once, or when the hall next opens.
    ``feedback_due`` is by when it must be answered, if it asks for an answer. ``rung`` is what the
    ladder of the rule book calls for by now. ``ladder`` is what the hall takes or proposes by
    itself from here on, and when, as long as nothing is done: the limit has run out. ``ground``
    names the rules of limit and level. ``held_by`` is who had it in hand then, if anybody.
    """

    warning_id: str
    kind: LimitKind
    subject: str
    cycle: int
    level: WarningLevel
    planned_at: datetime
    late: bool
    unit: str | None
    post: str
    late_step: Step
    due_at: datetime
    ground: str
    rule_version: str
    notify_at: datetime
    feedback_due: DueDate | None = None
    rung: Rung | None = None
    ladder: tuple[PlannedRung, ...] = ()
    held_by: str | None = None


@topic("warning.conduct-card-given", step=Step.SUPERVISE)
class ConductCardGiven(Event, frozen=True, kw_only=True):
    """行为发牌: a unit did what efficiency supervision gives a card for, be it ever so punctual.

    ``conduct`` is what it did, ``in_step`` in which step, ``facts`` how. ``finding_id`` names the
    check that showed it; given by hand, it stands on none. ``ground`` is the rule of
    ``rule_version`` that forbids it. ``notify_at`` and ``feedback_due`` are as in `WarningRaised`.
    """

    warning_id: str
    conduct: Conduct
    level: WarningLevel
    unit: str
    post: str
    in_step: Step
    facts: FreeText
    ground: str
    rule_version: str
    notify_at: datetime
    feedback_due: DueDate | None = None
    finding_id: str | None = None


@topic("warning.answered", step=Step.SUPERVISE)
class WarningAnswered(Event, frozen=True, kw_only=True):
    """预警反馈: the unit told what it does about the warning."""

    warning_id: str
    answer: FreeText


@topic("warning.appealed", step=Step.SUPERVISE)
class WarningAppealed(Event, frozen=True, kw_only=True):
    """预警申诉: the unit objects to the warning."""

    warning_id: str
    ground: FreeText


@topic("warning.appeal-rejected", step=Step.SUPERVISE)
class WarningAppealRejected(Event, frozen=True, kw_only=True):
    """申诉驳回: the warning stands."""

    warning_id: str
    ruling: FreeText


@topic("warning.revoked", step=Step.SUPERVISE)
class WarningRevoked(Event, frozen=True, kw_only=True):
    """撤牌: the warning was given wrongly; it stays in the trail and counts no more.

    The limit that it was given for, by its ``due_at``, is no longer at its ``level``; a card for a
    conduct was given for none.
    """

    warning_id: str
    kind: LimitKind | None
    subject: str | None
    level: WarningLevel
    due_at: datetime | None
    ruling: FreeText


@topic("deadline.replanned", step=Step.SUPERVISE)
class DueDateReplanned(Event, frozen=True, kw_only=True):
    """重新定期: a deadline was decided anew under another calendar: ``due`` replaces ``before``."""

    kind: LimitKind
    subject: str
    before: DueDate
    due: DueDate


class LimitPassedOn(Struct, frozen=True, kw_only=True):
    """承接时限: a running limit that another unit owes from now on, until ``due``."""

    kind: LimitKind
    subject: str
    due: DueDate


@topic("deadline.duties-passed-on", step=Step.SUPERVISE)
class DutiesPassedOn(Event, frozen=True, kw_only=True):
    """单位承接: ``unit`` was closed; what it still owes on the matter is owed by ``successor``.

    ``limits`` are those that go along, supervision orders and cards with them. Work orders go by a
    reassignment of their own.
    """

    unit: str
    successor: str
    limits: tuple[LimitPassedOn, ...]


def _warned(event: WarningRaised, _: Recorded) -> Sequence[Change]:
    raised = LevelRaised(
        kind=event.kind, subject=event.subject, level=event.level, ladder=event.ladder
    )
    return (raised, *_asked(event))


def _carded(event: ConductCardGiven, _: Recorded) -> Sequence[Change]:
    return _asked(event)


def _asked(event: WarningRaised | ConductCardGiven) -> Sequence[Change]:
    if (due := event.feedback_due) is None:
        return ()
    kind, subject = LimitKind.CARD_FEEDBACK, event.warning_id
    return (Started(kind=kind, subject=subject, unit=event.unit, due=due),)


def _answered(event: WarningAnswered, _: Recorded) -> Sequence[Change]:
    return (Ended(kind=LimitKind.CARD_FEEDBACK, subject=event.warning_id),)


def _revoked(event: WarningRevoked, _: Recorded) -> Sequence[Change]:
    released = Released(kind=LimitKind.CARD_FEEDBACK, subject=event.warning_id)
    if event.kind is None or event.subject is None or event.due_at is None:
        return (released,)
    kind, subject, due_at = event.kind, event.subject, event.due_at
    return (LevelRevoked(kind=kind, subject=subject, level=event.level, due_at=due_at), released)


def _replanned(event: DueDateReplanned, _: Recorded) -> Sequence[Change]:
    # A date that was provisional never held. Any other did, and a day that is closed afterwards
    # makes nobody punctual who was late by then.
    corrects = event.before.provisional
    kind, due = event.kind, event.due
    redecided = Redecided(kind=kind, subject=event.subject, due=due, corrects=corrects)
    return (redecided, *_held(kind, due))


def _held(kind: LimitKind, due: DueDate) -> Sequence[Change]:
    """Whoever has to answer what was demanded may do so before more is."""
    return (RungsHeld(until=due.due_at),) if kind is LimitKind.FEEDBACK else ()


def _passed_on(event: DutiesPassedOn, _: Recorded) -> Sequence[Change]:
    # Released and begun anew: the old unit keeps how long it had it, the new one begins from here.
    return [
        change
        for one in event.limits
        for change in (
            Released(kind=one.kind, subject=one.subject),
            Started(kind=one.kind, subject=one.subject, due=one.due, unit=event.successor),
            *_held(one.kind, one.due),
        )
    ]


# An appeal, or its rejection, changes no deadline: who appeals still has to answer in time.
MOVES: Mapping[type, Moves] = {
    WarningRaised: _warned,
    ConductCardGiven: _carded,
    WarningAnswered: _answered,
    WarningRevoked: _revoked,
    DueDateReplanned: _replanned,
    DutiesPassedOn: _passed_on,
}
