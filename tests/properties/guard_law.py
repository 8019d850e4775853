"""The law of guards, for any kind of matter.

What is offered is never refused for right, state or target; what is not offered always is, with the
same code. A walk shows the states, its course the acts; who asks is everybody.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from bancheng.app.registry import Act
from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import DomainError, InvalidInput
from bancheng.domain.guards import Decision
from bancheng.domain.people import Role
from properties.walks import Step, Walk
from support.builders import officer_of
from support.fakes import MemoryStore, do, with_store
from support.given import HANDLER, OFFICER, ROBOT, STAFF, VERIFIER

# Besides the staff those whom only a rule of the matter keeps away: a verifier of the unit that
# resolved, or who resolved before they changed the unit, and a handler who verifies.
EVERYBODY = (
    *STAFF, ROBOT, officer_of("GA"), replace(VERIFIER, unit="RS"),
    replace(OFFICER, unit="HALL", roles=(Role.VERIFIER,)),
    replace(HANDLER, roles=(Role.HANDLER, Role.VERIFIER)),
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """May the actor of ``desk`` do ``act`` on ``target`` now? ``command`` is how they would."""

    act: Act
    state: Any
    desk: Desk
    target: str
    command: Command

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
        code = "" if answer is None or isinstance(answer, InvalidInput) else answer.code
        if code == self.refusal():
            return ""
        actor = self.desk.actor
        return (
            f"{self.act.name} on 「{self.target}」 by {actor.id} of {actor.unit}: "
            f"{self.refusal() or 'offered'}, then {(answer and answer.code) or 'done'}"
        )


def acts_of(walk: Walk) -> list[Act]:
    """The acts on the walk's matter that have a guard."""
    return [act for act in walk.course.acts if isinstance(act.decide, Decision)]


def questions(
    walk: Walk, step: Step, acts: Sequence[Act], chance: random.Random
) -> Iterator[Question]:
    """Every act on every target, also on one that may not exist, for everybody, before ``step``."""
    for act in acts:
        decision: Decision[Any, Any] = act.decide
        some, _ = walk.filled(act, step.before, chance)
        found = decision.targets.of(some) if decision.targets else ""
        for target in dict.fromkeys([*decision.among(step.before), found]):
            other, _ = walk.filled(act, step.before, chance)
            command = _aimed(some if target == found else other, decision, step, target)
            for actor in EVERYBODY:
                desk = replace(step.desk, actor=actor)
                yield Question(act, step.before, desk, target, command)


def _aimed(command: Command, decision: Decision[Any, Any], step: Step, target: str) -> Command:
    """``command``, but about ``target``."""
    if decision.targets is None or decision.targets.of(command) == target:
        return command
    # Mostly one field names the target. A deadline is named by two.
    ways: list[dict[str, Any]] = [{name: target or None} for name in command.__struct_fields__]
    if target in step.before.deadlines and "subject" in command.__struct_fields__:
        deadline = step.before.deadlines[target]
        ways.append({"kind": deadline.kind, "subject": deadline.subject})
    aimed = (replace(command, **way) for way in ways)
    return next(one for one in aimed if decision.targets.of(one) == target)


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
