"""The law of guards: what is offered can be done, and what is not is refused as was foretold.

An act is offered to somebody on a target if their role may do it and its guard, asked without a
command, says nothing against it. Then no command about that target is refused for right, state or
target: only what was entered is at fault, and not whatever is entered is. What is not offered is
always refused, with the code that the guard foretold.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from bancheng.app.registry import Act
from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import DomainError, InvalidInput
from bancheng.domain.guards import Decision
from properties.walks import Step

TRIES = 100  # somebody who tries so often enters what is accepted, if anything is


def breaches(
    act: Act, state: Any, desks: Iterable[Desk], filled: Callable[[], Command]
) -> Iterator[str]:
    """Where what is offered to the actors of ``desks`` and what comes of it differ.

    Their roles may do ``act``. ``filled`` gives sensible commands of it, each of other content.
    """
    first = filled()
    for target in dict.fromkeys([*_decision(act).among(state), _target(act, first)]):
        command = _about(act, first, target)
        for desk in desks:
            foretold = _foretold(act, state, desk, target)
            refusal = _refusal(act, state, command, desk)
            if _but_for_input(refusal) != foretold:
                yield f"{_where(act, desk, target)}: foretold {foretold!r}, but {refusal!r}"
            others = (_about(act, filled(), target) for _ in range(TRIES))
            if not foretold and refusal and all(_refusal(act, state, o, desk) for o in others):
                yield f"{_where(act, desk, target)}: whatever is entered is wrong: {refusal!r}"


def breaches_of(act: Act, step: Step) -> Iterator[str]:
    """Where what would have been offered before ``step`` and what the engine made of it differ."""
    desk, target = step.desk, _target(act, step.command)
    if not desk.actor.may(*act.by):
        foretold = "ROLE_MISSING"
    else:
        foretold = _foretold(act, step.before, desk, target)
    refusal = _refusal(act, step.before, step.command, desk)
    # What is offered is carried out but for its input; that is asked of the decision, as the step
    # keeps the code only.
    if step.refusal != foretold and (foretold or _but_for_input(refusal)):
        yield f"{_where(act, desk, target)}: foretold {foretold!r}, but {step.refusal!r}"


def _where(act: Act, desk: Desk, target: str) -> str:
    return f"{act.name} on {target!r} by {desk.actor.id}"


def _foretold(act: Act, state: Any, desk: Desk, target: str) -> str:
    refusal = _decision(act).refusal(state, act.command, desk, target)
    return "" if refusal is None else refusal.code


def _decision(act: Act) -> Decision[Any, Any]:
    assert isinstance(act.decide, Decision), f"nobody can ask what {act.name} needs"
    return act.decide


def _target(act: Act, command: Command) -> str:
    targets = _decision(act).targets
    return "" if targets is None else targets.of(command)


def _about(act: Act, command: Command, target: str) -> Command:
    """``command``, but about ``target``."""
    if _target(act, command) == target:
        return command
    changed = (replace(command, **{field: target or None}) for field in command.__struct_fields__)
    found = next((one for one in changed if _target(act, one) == target), None)
    assert found is not None, f"no {act.name} is about {target!r}"
    return found


def _refusal(act: Act, state: Any, command: Command, desk: Desk) -> DomainError | None:
    try:
        act.decide(state, command, desk)
    except DomainError as error:
        return error
    return None


def _but_for_input(refusal: DomainError | None) -> str:
    return "" if refusal is None or isinstance(refusal, InvalidInput) else refusal.code
