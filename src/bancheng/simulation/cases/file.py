"""The file of a simulated case: what those who handle it have before them."""

from collections.abc import Generator
from datetime import datetime
from random import Random

from bancheng.domain.case.state import Case
from bancheng.domain.case.supervise import WithdrawCase
from bancheng.domain.commands import Command
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import ServiceItem
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Actor, FreeText, PersonName
from bancheng.simulation import people
from bancheng.simulation.pace import Look, Moment, Pace, Seen, Step
from bancheng.simulation.shares import Shares

# Acts that take no time of their own, so nothing is returned.
Doing = Generator[Moment, Seen, None]


class CaseFile:
    """卷宗: one case as it was seen last, and by whom it is handled."""

    def __init__(
        self, chance: Random, pace: Pace, shares: Shares, applicant: PersonName, seen: Seen
    ) -> None:
        self.chance = chance
        self.pace = pace
        self.shares = shares
        self.applicant = applicant
        self.id = seen.matter_id
        self.case: Case = seen.state
        self.code: str | None = None

    @property
    def item(self) -> ServiceItem:
        """The item that is applied for."""
        return self.case.offered

    @property
    def over(self) -> bool:
        """Whether the case has ended."""
        return self.case.status.is_closed

    @property
    def clerk(self) -> Actor:
        """Who sits at the window of the item."""
        return people.WINDOW_CLERKS[self.item.windows[0]]

    @property
    def officer(self) -> Actor:
        """Who handles it in the unit of the item."""
        return people.JOINT_OFFICER if self.item.is_theme else people.OFFICERS[self.item.unit]

    @property
    def head(self) -> Actor:
        """Who decides in that unit what an officer may not."""
        return people.DUTY_LEADER if self.item.is_theme else people.HEADS[self.item.unit]

    @property
    def is_extendable(self) -> bool:
        """Whether some law lets more time be given: the act does for licences decided here."""
        return self.item.type is PowerType.LICENCE and not self.item.kind.goes_up

    @property
    def due_at(self) -> datetime:
        """By when the case should be decided: as promised, else as the law wants it."""
        running = self.case.running(LimitKind.PROMISED) or self.case.running(LimitKind.STATUTORY)
        return running[0].due.due_at

    def does(
        self, at: datetime, actor: Actor, command: Command, *, for_many: bool = False
    ) -> Doing:
        """``actor`` does it; the file shows what came of it."""
        seen = yield Step(at, actor, command, for_many)
        self.case, self.code = seen.state, seen.code

    def withdrawn(self, at: datetime, by: Actor, reason: FreeText) -> Doing:
        """The applicant takes the application back, on a paper signed on the day ``at``."""
        number, day = f"CH-{self.case.number}", self.pace.day_of(at)
        yield from self.does(at, by, WithdrawCase(
            case_id=self.id, request_no=number, signed_on=day, reason=reason))  # fmt: skip

    def looked_at(self, at: datetime) -> Doing:
        """Somebody looks what became of the case meanwhile."""
        seen = yield Look(at, self.id)
        self.case = seen.state

    def happens(self, share: float) -> bool:
        """Whether it happens to this case, as it does to ``share`` of them."""
        return self.chance.random() < share
