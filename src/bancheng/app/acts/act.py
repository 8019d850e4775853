"""What an act is, and the kind of stream that it is done on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, Generic, TypeVar

from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import DomainError, NotAllowed
from bancheng.domain.events import Recorded, term_of
from bancheng.domain.guards import Decision
from bancheng.domain.people import Actor, Role

S = TypeVar("S")
C = TypeVar("C", bound=Command)

CLERK = Role.WINDOW_CLERK
HANDLER = Role.HANDLER
OFFICER = Role.UNIT_OFFICER
VERIFIER = Role.VERIFIER
SUPERVISOR = Role.SUPERVISOR
EFFICIENCY = Role.EFFICIENCY_SUPERVISOR
HEAD = Role.UNIT_HEAD
DUTY = Role.DUTY_LEADER
GOVERNMENT = Role.GOVERNMENT_HEAD
ARCHIVIST = Role.ARCHIVIST
ADMIN = Role.ADMINISTRATOR
SYSTEM = Role.SYSTEM

SIX_STEPS = "六步程序"


@dataclass(frozen=True)
class Many:
    """批量: how an act is done for many matters at once (`app/bulk.py`).

    ``part`` are the fields that beside the matter name what the act is done on; no two may name the
    same. ``own`` are others that each matter has for itself. The rest is said once, for all.
    """

    part: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


MANY: Final = Many()


@dataclass(frozen=True)
class Act:
    """办理动作: a command with its decision, who may do it, and on what ground.

    ``on`` are the kinds of streams it is done on; more than one only for acts on existing matters.
    ``opens``: it begins a new stream. What is not ``offered`` is done by imports or by the hall
    itself, not through the API. What can be done for ``many`` matters at once says how.
    `Aggregate.act` makes one, and lets mypy see that all of it fits.
    """

    command: type[Command]
    decide: Decision[Any, Any]
    on: tuple["Aggregate[Any]", ...]
    by: frozenset[Role]
    basis: str
    opens: bool = False
    offered: bool = True
    many: Many | None = None

    @property
    def name(self) -> str:
        """The command's name, which is also the mutation's."""
        return self.command.__name__

    @property
    def term(self) -> str:
        """The act's Chinese term."""
        return term_of(self.command)

    def aggregate(self, stream_id: str) -> "Aggregate[Any] | None":
        """The kind of the stream, if the act can be done on it."""
        return next((one for one in self.on if stream_id.startswith(one.prefix)), None)

    def kind_of(self, stream_id: str) -> "Aggregate[Any]":
        """The kind of a stream on which the act can be done."""
        kind = self.aggregate(stream_id)
        assert kind is not None, "a stream of another kind was refused before"
        return kind

    def role_refusal(self, actor: Actor) -> NotAllowed | None:
        """Why the actor may not do it on any matter, if so."""
        if actor.may(*self.by):
            return None
        own = "、".join(role.label for role in actor.roles) or "无"
        allowed = "、".join(sorted(role.label for role in self.by))
        return NotAllowed(
            "ROLE_MISSING",
            f"您的角色({own})不能{self.term}",
            remedy=f"本操作由以下角色办理: {allowed}",
        )

    def refusal(self, state: Any, desk: Desk, target: str = "") -> DomainError | None:
        """Why the actor of ``desk`` can not do it now on ``target`` of a matter, if so.

        The role is asked first, then the guard of the decision. It takes no command to ask.
        """
        refused = self.role_refusal(desk.actor)
        return refused or self.decide.refusal(state, self.command, desk, target)

    def targets(self, state: Any) -> Sequence[str]:
        """The parts of a matter that it may be about; one empty key if about the whole."""
        return self.decide.among(state)


@dataclass(frozen=True)
class Aggregate(Generic[S]):
    """聚合: a kind of stream, and how its events are folded into the state ``S``.

    ``term`` is what people call one of them, ``prefix`` begins their ids, ``ledger`` numbers new
    ones. ``named_by`` reads the rest of the id out of a command, where it follows from a code. A
    ``chronological`` one goes by when its events happened: what is told of earlier must have been
    possible then (`app/occurred.py`).
    """

    prefix: str
    term: str
    empty: Callable[[], S]
    evolve: Callable[[S, Recorded], S]
    ledger: str | None = None
    named_by: Callable[[Any], str] | None = None
    chronological: bool = True

    def state_after(self, history: Iterable[Recorded], onto: S | None = None) -> S:
        """What ``history`` leads to, behind the state ``onto`` or from the beginning."""
        return reduce(self.evolve, history, self.empty() if onto is None else onto)

    def act(
        self,
        command: type[C],
        decide: Decision[S, C],
        *by: Role,
        basis: str = SIX_STEPS,
        opens: bool = False,
        offered: bool = True,
        many: Many | None = None,
    ) -> Act:
        """An act on streams of this kind. mypy refuses a decision of another state or command."""
        asked_for = offered and set(by) != {SYSTEM}
        return Act(command, decide, (self,), frozenset(by), basis, opens, asked_for, many)
