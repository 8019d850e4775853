"""The law of guards, for every act on any kind of stream.

An act is offered to somebody on a target if their role may do it and its guard, asked without a
command, says nothing. What is offered is never refused for right, state or target, only for input,
and not whatever is entered. What is not offered is always refused, with the code that was foretold.
A walk shows the states, its course the acts; who asks is everybody.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from msgspec import structs

from bancheng.app.acts.act import Act
from bancheng.app.registry import ACTS
from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import DomainError, InvalidInput
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from bancheng.domain.warnings.raising import DeadlineCommand
from properties.walks import PROOF, Step, Walk, asked_for, hints_of
from support.builders import officer_of
from support.fakes import MemoryStore, do, with_store
from support.given import HANDLER, HEAD, OFFICER, ROBOT, STAFF, UNITS, VERIFIER

# Besides the staff every unit has an officer, another one and a head; and there are those whom only
# a rule of the matter keeps away: a verifier of a unit that resolves, one who resolved before the
# change of unit, and a handler who verifies too.
EVERYBODY = (
    *STAFF, ROBOT,
    *(officer_of(unit) for unit in sorted(UNITS)),
    *(structs.replace(officer_of(unit), id=f"second-{unit}") for unit in sorted(UNITS)),
    *(structs.replace(HEAD, id=f"head-{unit}", unit=unit) for unit in sorted(UNITS)),
    structs.replace(VERIFIER, unit="RS"),
    structs.replace(OFFICER, unit="HALL", roles=(Role.VERIFIER,)),
    structs.replace(HANDLER, roles=(Role.HANDLER, Role.VERIFIER)),
)  # fmt: skip
TRIES_MAX = 500  # who tries so often enters what is accepted, if anything is
ABSENT = "none"


@dataclass(frozen=True)
class Question:
    """May the actor of ``desk`` do ``act`` on ``target`` before ``step``? ``command`` is how."""

    walk: Walk
    step: Step
    act: Act
    desk: Desk
    target: str
    command: Command

    @cached_property
    def foretold(self) -> str:
        """The code of the refusal, asked without a command; empty if the act is offered."""
        return code_of(self.act.refusal(self.step.before, self.desk, self.target))

    def decided(self) -> DomainError | None:
        """What the decision says to the command; it does not ask for the role."""
        return _refusal(lambda: self.act.decide(self.step.before, self.command, self.desk))

    def told(self) -> DomainError | None:
        """What the hall says to the command, role and all."""
        store = MemoryStore()
        store.log.extend(self.walk.engine.store.log[: self.step.position])
        hall = with_store(self.walk.engine, store)
        hall.clock.set(self.desk.now)
        hall.rules.calendar_in_force = self.desk.calendar
        hall.rules.rulebook_in_force = self.desk.rulebook
        return _refusal(lambda: do(hall, self.command, self.desk.actor, proof=PROOF))

    def breach(self) -> str:
        """How the decision breaks what was foretold; empty if it does not."""
        answer = self.decided()
        mended = isinstance(answer, InvalidInput) and self._can_be_done()
        if self.foretold == ("" if mended else code_of(answer)):
            return ""
        actor, then = self.desk.actor, code_of(answer) or "done"
        whose = f"{self.act.name} on 「{self.target}」 by {actor.id} of {actor.unit}"
        return f"{whose}: {self.foretold or 'offered'}, then {then}"

    def _can_be_done(self) -> bool:
        chance = random.Random(0)
        others = (
            _aimed(self.walk, self.step, self.act, self.target, chance) for _ in range(TRIES_MAX)
        )
        return any(replace(self, command=other).decided() is None for other in others)


def code_of(refusal: DomainError | None) -> str:
    """The code of a refusal, empty if there is none."""
    return "" if refusal is None else refusal.code


def _refusal(attempt: Callable[[], object]) -> DomainError | None:
    try:
        attempt()
    except DomainError as refusal:
        return refusal
    return None


def breaches(asked: Iterable[Question]) -> Iterator[str]:
    """What breaks the law where it was ``asked`` about one act; also that it was asked too little.

    An act that is never offered, or never refused, might have any guard.
    """
    missing = {"offered", "refused"}
    for question in asked:
        missing -= {"refused" if question.foretold else "offered"}
        if breach := question.breach():
            yield breach
    yield from (f"never {what}" for what in sorted(missing))


def questions(walk: Walk, step: Step, chance: random.Random) -> Iterator[Question]:
    """Every act on every target, and on one that there is not, for everybody whose role it is."""
    for act in _acts(walk, step):
        desks = [structs.replace(step.desk, actor=one) for one in EVERYBODY if one.may(*act.by)]
        for target in _targets(walk, step, act, chance):
            command = _aimed(walk, step, act, target, chance)
            yield from (Question(walk, step, act, desk, target, command) for desk in desks)


def _acts(walk: Walk, step: Step) -> list[Act]:
    """What can be tried: of what is yet to be opened only its opening, if its id was given then."""
    kind, opening = walk.course.kind, type(walk.opening.command)
    if step is not walk.opening:
        return walk.course.acts
    return [
        act
        for act in ACTS
        if kind in act.on
        and (act.command is opening or (kind.named_by and not act.command.about_field))
    ]


def _targets(walk: Walk, step: Step, act: Act, chance: random.Random) -> list[str]:
    there, targets = list(act.targets(step.before)), act.decide.targets
    if targets is None:
        return there
    command = _filled(walk, step, act, chance)
    words = (name for name, hint in hints_of(act.command).items() if asked_for(hint)[0] is str)
    others = (targets.of(structs.replace(command, **{word: ABSENT})) for word in words)
    return there + [other for other in others if ABSENT in other][:1]


def _aimed(walk: Walk, step: Step, act: Act, target: str, chance: random.Random) -> Command:
    """A command about ``target``, otherwise filled as the walk would."""
    command, targets = _filled(walk, step, act, chance), act.decide.targets
    if targets is None or targets.of(command) == target:
        return command
    # Mostly one field names the target. A deadline is named by two.
    ways: list[dict[str, Any]] = [{name: target or None} for name in command.__struct_fields__]
    if isinstance(command, DeadlineCommand):
        subject, _, kind = target.rpartition("/")
        ways = [{"subject": subject, "kind": LimitKind(kind)}]
    aimed = (structs.replace(command, **way) for way in ways)
    return next(one for one in aimed if targets.of(one) == target)


def _filled(walk: Walk, step: Step, act: Act, chance: random.Random) -> Command:
    if act.opens:
        openings = walk.course.openings
        return walk.opening.command if openings is None else openings(chance)
    return walk.filled(act, step.before, chance, step.desk)[0]
