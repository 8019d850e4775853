"""归集: a ticket or a case is part of what somebody is helped with (帮办).

It is told on the stream of the matter and not on that of the assistance. From whom a ticket is
withheld also this is withheld then, and an assistance that they see tells them nothing of it.
"""

from collections.abc import Mapping
from typing import Annotated, Protocol

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.time_limits.rules import RetentionOf
from bancheng.domain.warnings.matter import MatterCommand


class Matter(Protocol):
    """案件: a ticket or a case; the numbers of the assistances that it is part of, by their ids."""

    @property
    def gathered_in(self) -> Mapping[str, str]: ...


@topic("gathering.gathered")
class MatterGathered(Event, frozen=True, kw_only=True):
    """归集: the matter is part of what is helped with in ``assistance_id``, of that number."""

    assistance_id: str
    assistance_number: str


@topic("gathering.released")
class MatterReleased(Event, frozen=True, kw_only=True):
    """移出归集: the matter was no part of it."""

    assistance_id: str
    assistance_number: str


class GatheringCommand(MatterCommand, frozen=True, kw_only=True):
    """归集指令: an act on a matter, about the assistance that it is part of."""

    assistance_id: Annotated[str, Meta(max_length=80, description="帮办标识")]


class GatherMatter(GatheringCommand, frozen=True, kw_only=True):
    """归集: let the matter be part of what a client is helped with."""

    def matters_named(self, _: object) -> tuple[str, ...]:
        return (self.assistance_id,)


class ReleaseMatter(GatheringCommand, frozen=True, kw_only=True):
    """移出归集: take out what was gathered by mistake."""


GATHERED = Targets[Matter](
    of=lambda command: command.assistance_id, within=lambda matter: sorted(matter.gathered_in)
)


def may_gather(_: Matter, __: Attempt) -> None:
    """Always: also what is over may be part of it."""


def may_release(matter: Matter, attempt: Attempt) -> None:
    """Only what is part of it. ``WrongStep`` ``NOT_GATHERED``."""
    if attempt.target not in matter.gathered_in:
        raise WrongStep("NOT_GATHERED", "本件没有归集到该帮办", remedy="请核对帮办标识")


@guarded(may_gather)
def gather(matter: Matter, command: GatherMatter, desk: Desk) -> list[Event]:
    number = _number(command, desk)
    if command.assistance_id in matter.gathered_in:
        raise InvalidInput(
            "GATHERED_ALREADY", "本件已归集到该帮办", field="assistance_id", remedy="无需再次归集"
        )
    return [MatterGathered(assistance_id=command.assistance_id, assistance_number=number)]


@guarded(may_release, GATHERED)
def release(matter: Matter, command: ReleaseMatter, _: Desk) -> list[Event]:
    number = matter.gathered_in[command.assistance_id]
    return [MatterReleased(assistance_id=command.assistance_id, assistance_number=number)]


def gathered_after(gathered: Mapping[str, str], event: Event) -> Mapping[str, str]:
    """Where the matter is gathered after ``event``."""
    match event:
        case MatterGathered(assistance_id=assistance, assistance_number=number):
            return {**gathered, assistance: number}
        case MatterReleased(assistance_id=assistance):
            return {key: number for key, number in gathered.items() if key != assistance}
    return gathered


def _number(command: GatherMatter, desk: Desk) -> str:
    """The number of the assistance, if the hall helps there still, else ``InvalidInput``."""
    file = desk.files.get(command.assistance_id)
    if file is None or file.kind is not RetentionOf.ASSISTANCES:
        raise InvalidInput(
            "ASSISTANCE_UNKNOWN",
            f"没有标识为「{command.assistance_id}」的帮办",
            field="assistance_id",
            remedy="请从帮办台账中选取",
        )
    if file.is_over:
        raise InvalidInput(
            "ASSISTANCE_OVER",
            "该帮办已办结",
            field="assistance_id",
            remedy="请选取尚未办结的帮办",
        )
    return file.number
