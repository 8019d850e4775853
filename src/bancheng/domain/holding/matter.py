"""A ticket or a case as the acts about who has it in hand see it, and what these acts share."""

from collections.abc import Collection, Sequence
from typing import Annotated, ClassVar, Final, Protocol

from msgspec import Meta

from bancheng.domain.commands import Command
from bancheng.domain.errors import WrongStep
from bancheng.domain.guards import Attempt, Targets
from bancheng.domain.hands import Holder, Holders, its_order
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Actor
from bancheng.domain.warnings.matter import MatterCommand


class Unfit(Labelled):
    """不宜承办: why somebody can not have a part of a matter in hand."""

    OTHER_UNIT = "other_unit", "不是承办单位的人员"
    OTHER_ROLE = "other_role", "岗位不办理此项工作"
    CONCERNED = "concerned", "与本件有利害关系"


class Matter(Protocol):
    """案件: a ticket or a case; ``holders`` by the part that each has in hand."""

    @property
    def holders(self) -> Holders: ...
    @property
    def parts(self) -> Sequence[str]:
        """All parts that there are or were."""

    def require_part(self, act: type[Command], part: str) -> None:
        """Raise the refusal unless there is that part, and anything is done on it by ``act``."""

    def require_part_open(self, act: type[Command], part: str) -> None:
        """Raise ``WrongStep`` unless somebody has to work on the part."""

    def units_of(self, part: str) -> Collection[str]:
        """The units that the part is with."""

    def unfit(self, part: str, person: Actor) -> Unfit | None:
        """Why ``person`` can not have the part in hand, if so."""


class HoldingCommand(MatterCommand, frozen=True, kw_only=True):
    """承办指令: an act about who has a matter, or an order of it, in hand."""

    in_person: ClassVar[bool] = True  # what is stood in for stays whose it is

    order_id: (
        Annotated[str, Meta(max_length=80, description="派单编号;不填为办不成事工单或办件本身")]
        | None
    ) = None

    def order_named(self) -> str | None:
        return self.order_id


PARTS: Final = Targets[Matter](of=its_order, within=lambda matter: matter.parts)


def held_by_somebody(matter: Matter, attempt: Attempt) -> Holder:
    """Who has the part in hand. ``WrongStep`` ``IN_NOBODYS_HAND``."""
    found = matter.holders.get(attempt.target)
    if found is None:
        raise WrongStep(
            "IN_NOBODYS_HAND", "现无承办人,由单位统一办理", remedy="请先认领或指派承办人"
        )
    return found
