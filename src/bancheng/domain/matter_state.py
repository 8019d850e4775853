"""案件: what the write states of all kinds of matters share, and how each of them is evolved.

A ticket and a case wait in some status, have deadlines and are warned of. A kind of matter extends
`MatterState`, puts ``**LEFT_ON_ALL`` among the rows that say what its own events leave, and
evolves by `evolved`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, TypeVar

from msgspec import field
from msgspec.structs import replace

from bancheng.domain import gathering, recusal
from bancheng.domain.commands import Command
from bancheng.domain.deadlines import Deadline, Moves, changes_of, fold
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event, Recorded, term_of
from bancheng.domain.hands import Hands, Holders, holders_after
from bancheng.domain.impartiality import Impartial
from bancheng.domain.labelled import Labelled
from bancheng.domain.notices.events import NoticeFailed, NoticeResendOrdered
from bancheng.domain.privacy.events import (
    PersonalDataErased,
    ProcessingRestricted,
    RestrictionLifted,
)
from bancheng.domain.processing import Restriction
from bancheng.domain.supervision import events as supervision
from bancheng.domain.supervision.matter import Measure, measures_after, measures_taken_over
from bancheng.domain.warnings import events as warnings
from bancheng.domain.warnings.matter import Warned, warnings_after, warnings_taken_over


class MatterStatus(Labelled):
    """案件状态词: what a matter waits for, or how it ended."""

    @property
    def is_closed(self) -> bool:
        """Whether the matter is over: only what comes after the end may still be done."""
        raise NotImplementedError


St = TypeVar("St", bound=MatterStatus)


class MatterState(Impartial, Generic[St], frozen=True, kw_only=True):
    """案件状态: the write state of a matter, as far as all kinds have the same.

    ``status`` is what it waits for, or how it ended. ``window`` is where it came in. ``deadlines``
    are those that run or ran, by their keys, ``warnings`` those that were given and not revoked, by
    their ids. ``conduct_cards`` has, for each card that was ever given for conduct, what check
    showed it, if one did; ``measures`` is all that was ever demanded of units, by its id.
    ``failed_notices`` are the ids of those that nobody received. ``holders`` are who has it, or
    an order of it, in hand, or had when that was done. ``gathered_in`` are the
    numbers of the assistances that it is part of, by their ids.
    """

    status: St
    window: str | None = None
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    warnings: Mapping[str, Warned] = field(default_factory=dict)
    conduct_cards: tuple[str | None, ...] = ()
    failed_notices: frozenset[str] = frozenset()
    measures: Mapping[str, Measure] = field(default_factory=dict)
    holders: Holders = field(default_factory=dict)
    gathered_in: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether it is closed, and nobody owes anything on it any more."""
        return self.status.is_closed and not any(one.is_running for one in self.deadlines.values())

    @property
    def unanswered(self) -> Mapping[str, str]:
        """What units were asked and have not answered: by the id of the measure, of which unit."""
        return {id_: one.unit for id_, one in self.measures.items() if one.waits}

    def has_to_answer(self, unit: str) -> bool:
        """Whether ``unit`` has or had a limit to keep in it."""
        return any(one.unit == unit for one in self.deadlines.values())

    def require(self, act: type[Command], *statuses: St) -> None:
        """Raise ``WrongStep`` unless the matter waits in one of ``statuses``."""
        if self.status not in statuses:
            needed = "、".join(status.label for status in statuses)
            raise WrongStep(
                "WRONG_STATUS",
                f"本件当前为「{self.status.label}」,不能{term_of(act)}",
                remedy=f"本操作只适用于: {needed}",
            )


M = TypeVar("M", bound=MatterState[Any])
Leaves = Callable[[M, Any, Recorded], M]


def evolved(
    matter: M,
    recorded: Recorded,
    rows: Mapping[type, Leaves[M]],
    moves: Mapping[type, Moves],
    hands: Mapping[type[Event], Hands],
) -> M:
    """The state after ``recorded``. An event without a row changes nothing that a rule asks."""
    row = rows.get(type(recorded.event))
    after = matter if row is None else row(matter, recorded.event, recorded)
    if (holders := holders_after(after.holders, recorded, hands)) is not after.holders:
        after = replace(after, holders=holders)
    if recorded.version == 1:
        after = replace(after, window=recorded.envelope.window)
    changes = changes_of(recorded, moves)
    if not changes:
        return after
    return replace(after, deadlines=fold(after.deadlines, changes, recorded.envelope.occurred_at))


def leaves(**changes: Any) -> Leaves[Any]:
    """The row of an event after which the fields ``changes`` have these values."""
    return lambda matter, _event, _recorded: replace(matter, **changes)


def _about_a_warning(matter: M, event: Event, _: Recorded) -> M:
    return replace(matter, warnings=warnings_after(matter.warnings, event))


def _carded(matter: M, event: warnings.ConductCardGiven, _: Recorded) -> M:
    return replace(
        matter,
        warnings=warnings_after(matter.warnings, event),
        conduct_cards=(*matter.conduct_cards, event.finding_id),
    )


def _about_a_measure(matter: M, event: Event, _: Recorded) -> M:
    return replace(matter, measures=measures_after(matter.measures, event))


def with_duties_passed_on(matter: M, event: warnings.DutiesPassedOn) -> M:
    """The matter once another unit answers for the warnings and measures of a closed one."""
    return replace(
        matter,
        warnings=warnings_taken_over(matter.warnings, event),
        measures=measures_taken_over(matter.measures, event),
    )


def _restricted(matter: M, event: ProcessingRestricted, _: Recorded) -> M:
    restriction = Restriction(erasure_id=event.erasure_id, erase_from=event.erase_from)
    return replace(matter, restriction=restriction)


def _erased(matter: M, _: PersonalDataErased, __: Recorded) -> M:
    assert matter.restriction is not None, "it was restricted before"
    return replace(matter, restriction=replace(matter.restriction, carried_out=True))


def _about_a_recusal(matter: M, event: Event, _: Recorded) -> M:
    return replace(matter, recusals=recusal.recusals_after(matter.recusals, event))


def _gathered(matter: M, event: Event, _: Recorded) -> M:
    return replace(matter, gathered_in=gathering.gathered_after(matter.gathered_in, event))


def _notice_failed(matter: M, event: NoticeFailed, _: Recorded) -> M:
    return replace(matter, failed_notices=matter.failed_notices | {event.notice_id})


def _notice_goes_again(matter: M, event: NoticeResendOrdered, _: Recorded) -> M:
    return replace(matter, failed_notices=matter.failed_notices - {event.notice_id})


LEFT_ON_ALL: Final[Mapping[type, Leaves[Any]]] = {
    **dict.fromkeys(
        (
            warnings.WarningRaised,
            warnings.WarningAnswered,
            warnings.WarningAppealed,
            warnings.WarningAppealRejected,
            warnings.WarningRevoked,
        ),
        _about_a_warning,
    ),
    warnings.ConductCardGiven: _carded,
    **dict.fromkeys(
        (
            supervision.MeasureProposed,
            supervision.MeasureDeclined,
            supervision.MeasureTaken,
            supervision.MeasureAnswered,
            supervision.MeasureClosed,
        ),
        _about_a_measure,
    ),
    ProcessingRestricted: _restricted,
    RestrictionLifted: leaves(restriction=None),
    PersonalDataErased: _erased,
    **dict.fromkeys(recusal.EVENTS, _about_a_recusal),
    **dict.fromkeys((gathering.MatterGathered, gathering.MatterReleased), _gathered),
    NoticeFailed: _notice_failed,
    NoticeResendOrdered: _notice_goes_again,
}
