"""The law of guards, for any kind of matter.

What is offered is never refused for right, state or target, nor is it impossible to enter what is
accepted. What is not offered is always refused, with the code that the guard foretold. A walk shows
the states, its course the acts; who asks is everybody.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from msgspec import structs

from bancheng.app.registry import Act
from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import DomainError, InvalidInput
from bancheng.domain.guards import Decision
from bancheng.domain.people import Role
from properties.walks import Step, Walk
from support.builders import officer_of
from support.fakes import MemoryStore, do, with_store
from support.given import HANDLER, HEAD, OFFICER, ROBOT, STAFF, VERIFIER

UNITS = ("RS", "YB", "GA", "HALL")
# Besides the staff every unit has an officer, another one and a head; and there are those whom only
# a rule of the matter keeps away: a verifier of a unit that resolves, one who resolved before the
# change of unit, and a handler who verifies too.
EVERYBODY = (
    *STAFF, ROBOT,
    *(officer_of(unit) for unit in UNITS),
    *(structs.replace(officer_of(unit), id=f"second-{unit}") for unit in UNITS),
    *(structs.replace(HEAD, id=f"head-{unit}", unit=unit) for unit in UNITS),
    structs.replace(VERIFIER, unit="RS"),
    structs.replace(OFFICER, unit="HALL", roles=(Role.VERIFIER,)),
    structs.replace(HANDLER, roles=(Role.HANDLER, Role.VERIFIER)),
)  # fmt: skip
TRIES_MAX = 100  # who tries so often enters what is accepted, if anything is


@dataclass(frozen=True)
class Question:
    """May the actor of ``desk`` do ``act`` on ``target`` now?

    ``command`` is how they would, and ``another`` makes one of other content.
    """

    act: Act
    state: Any
    desk: Desk
    target: str
    command: Command
    another: Callable[[], Command]

    @property
    def has_role(self) -> bool:
        return self.desk.actor.may(*self.act.by)

    def refusal(self) -> str:
        """The code of the refusal, asked without a command; empty if the act is offered."""
        if not self.has_role:
            return "ROLE_MISSING"
        decision: Decision[Any, Any] = self.act.decide
        refused = decision.refusal(self.state, self.act.command, self.desk, self.target)
        return "" if refused is None else refused.code

    def decided(self) -> DomainError | None:
        """What the decision says to the command; it does not ask for the role."""
        try:
            self.act.decide(self.state, self.command, self.desk)
        except DomainError as refused:
            return refused
        return None

    def breach(self, answer: DomainError | None) -> str:
        """How ``answer`` to the command breaks what was offered; empty if it does not."""
        mended = isinstance(answer, InvalidInput) and self._can_be_done()
        code = "" if answer is None or mended else answer.code
        if code == self.refusal():
            return ""
        actor = self.desk.actor
        return (
            f"{self.act.name} on 「{self.target}」 by {actor.id} of {actor.unit}: "
            f"{self.refusal() or 'offered'}, then {(answer and answer.code) or 'done'}"
        )

    def _can_be_done(self) -> bool:
        others = (replace(self, command=self.another()) for _ in range(TRIES_MAX))
        return any(other.decided() is None for other in others)


def acts_of(walk: Walk) -> list[Act]:
    """The acts on the walk's matter that have a guard."""
    return [act for act in walk.course.acts if isinstance(act.decide, Decision)]


def questions(
    walk: Walk, step: Step, acts: Sequence[Act], chance: random.Random
) -> Iterator[Question]:
    """Every act on every target, also on one that may not exist, for everybody, before ``step``."""
    desks = [structs.replace(step.desk, actor=actor) for actor in EVERYBODY]
    for act in acts:
        decision: Decision[Any, Any] = act.decide
        some, _ = walk.filled(act, step.before, chance)
        found = decision.targets.of(some) if decision.targets else ""
        for target in dict.fromkeys([*decision.among(step.before), found]):
            another = partial(_aimed, walk, step, act, target, chance)
            command = some if target == found else another()
            for desk in desks:
                yield Question(act, step.before, desk, target, command, another)


def _aimed(walk: Walk, step: Step, act: Act, target: str, chance: random.Random) -> Command:
    """A command about ``target``, otherwise filled as the walk would."""
    command, _ = walk.filled(act, step.before, chance)
    targets = act.decide.targets
    if targets is None or targets.of(command) == target:
        return command
    # Mostly one field names the target. A deadline is named by two.
    ways: list[dict[str, Any]] = [{name: target or None} for name in command.__struct_fields__]
    if target in step.before.deadlines and "subject" in command.__struct_fields__:
        deadline = step.before.deadlines[target]
        ways.append({"kind": deadline.kind, "subject": deadline.subject})
    aimed = (structs.replace(command, **way) for way in ways)
    return next(one for one in aimed if targets.of(one) == target)


def told(walk: Walk, step: Step, question: Question) -> DomainError | None:
    """What the hall says to the command, role and all, in the state before ``step``."""
    number = walk.steps.index(step)
    later = sum(len(one.events) for one in walk.steps[number:])
    store = MemoryStore()
    store.log.extend(walk.log[: len(walk.log) - later])
    hall = with_store(walk.engine, store)
    hall.clock.set(step.desk.now)
    hall.rules.calendar_in_force = step.desk.calendar
    hall.rules.rulebook_in_force = step.desk.rulebook
    try:
        do(hall, question.command, question.desk.actor)
    except DomainError as refusal:
        return refusal
    return None
