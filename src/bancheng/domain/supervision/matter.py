"""A ticket or a case as the acts of supervision see it."""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from bancheng.domain.commands import Command
from bancheng.domain.deadlines import Deadline
from bancheng.domain.events import Event
from bancheng.domain.supervision.events import (
    MeasureAnswered,
    MeasureClosed,
    MeasureDeclined,
    MeasureProposed,
    MeasureTaken,
)
from bancheng.domain.time_limits.levels import Rung
from bancheng.domain.warnings.events import DutiesPassedOn
from bancheng.domain.warnings.matter import Warned


class Measure(Struct, frozen=True, kw_only=True):
    """在案督促: what decisions need to know of something that was demanded of ``unit``.

    ``asks``: it has to be answered. ``proposed`` is what waits for a signature; then nothing was
    demanded yet.
    """

    unit: str
    rung: Rung
    asks: bool
    answered: bool = False
    closed: bool = False
    proposed: MeasureProposed | None = None

    @property
    def waits(self) -> bool:
        """Whether an answer is still owed."""
        return self.asks and not self.answered


class Matter(Protocol):
    """案件: a ticket or a case; ``measures`` are all that were ever taken on it, by their ids.

    ``conduct_cards`` has, for each card that was ever given for conduct, what check showed it.
    """

    @property
    def number(self) -> str: ...
    @property
    def deadlines(self) -> Mapping[str, Deadline]: ...
    @property
    def warnings(self) -> Mapping[str, Warned]: ...
    @property
    def conduct_cards(self) -> tuple[str | None, ...]: ...
    @property
    def measures(self) -> Mapping[str, Measure]: ...

    @property
    def is_owed(self) -> bool: ...

    def require_supervised(self, act: type[Command]) -> None:
        """``WrongStep`` ``WRONG_STATUS`` once nothing can be demanded on it any more."""

    def involves(self, unit: str) -> bool:
        """Whether ``unit`` has, or had, a part in it."""

    def owes(self, unit: str) -> bool:
        """Whether something on it waits for ``unit``."""

    def order_of(self, unit: str, subject: str | None, /) -> str | None:
        """The work order of ``unit``: that which ``subject`` names, else what it has in hand."""


def measures_after(measures: Mapping[str, Measure], event: Event) -> Mapping[str, Measure]:
    """The measures after ``event``; none ever leaves, for they are numbered through."""
    match event:
        case MeasureTaken(measure_id=id_):
            asks = event.answer_due is not None
            return {**measures, id_: Measure(unit=event.unit, rung=event.rung, asks=asks)}
        case MeasureProposed(measure_id=id_):
            proposed = Measure(unit=event.unit, rung=event.rung, asks=False, proposed=event)
            return {**measures, id_: proposed}
        case MeasureDeclined(measure_id=id_):
            return {**measures, id_: replace(measures[id_], closed=True, proposed=None)}
        case MeasureAnswered(measure_id=id_):
            return {**measures, id_: replace(measures[id_], answered=True)}
        case MeasureClosed(measure_id=id_):
            return {**measures, id_: replace(measures[id_], closed=True)}
    return measures


def measures_taken_over(
    measures: Mapping[str, Measure], event: DutiesPassedOn
) -> Mapping[str, Measure]:
    """The measures after a succession: what is not answered yet is the successor's to answer."""
    return {
        id_: replace(one, unit=event.successor)
        if one.unit == event.unit and (one.waits or one.proposed is not None)
        else one
        for id_, one in measures.items()
    }
