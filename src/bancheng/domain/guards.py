"""前提: what right, state and target an act needs. Said once, asked with or without a command.

A decision calls its own guard before anything else, so what a person is offered and what is refused
can not come apart. Behind the guard a decision refuses only for what the command itself says
(``InvalidInput``).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, TypeVar, overload

from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import DomainError, InvalidInput, together
from bancheng.domain.events import Event
from bancheng.domain.impartiality import Impartial
from bancheng.domain.people import FreeText
from bancheng.domain.personal_text.told import told_in
from bancheng.domain.processing import Processed

# Contravariant: what decides for any matter decides for a ticket.
S_contra = TypeVar("S_contra", contravariant=True)
C_contra = TypeVar("C_contra", bound=Command, contravariant=True)


@dataclass(frozen=True)
class Attempt:
    """意图: who would do which act, when (``desk``), and on which part of the matter.

    ``target`` is the key of a work order, a rating, a card or the like; empty if the act is about
    the matter as a whole.
    """

    act: type[Command]
    desk: Desk
    target: str = ""


@dataclass(frozen=True)
class Targets(Generic[S_contra]):
    """对象: the parts of a matter that an act may be about.

    ``of`` reads the key out of a command, ``within`` lists those that there are.
    """

    of: Callable[[Any], str]
    within: Callable[[S_contra], Iterable[str]]


Guard = Callable[[S_contra, Attempt], object]
Leads = Callable[[S_contra, C_contra, Desk], Sequence[Event]]


class Nothing:
    """无前提: the guard of an act that needs only its role, such as one that opens a matter."""

    def __call__(self, _state: object, _attempt: Attempt) -> None:
        """Refuse nobody."""


nothing: Final = Nothing()


@dataclass(frozen=True)
class Decision(Generic[S_contra, C_contra]):
    """办理决定: what an act needs, and the events it leads to. Called as a function of both.

    ``though_restricted``: it may be done on a matter whose personal data is kept and not used.
    """

    guard: Guard[S_contra]
    leads: Leads[S_contra, C_contra]
    targets: Targets[S_contra] | None = None
    though_restricted: bool = False

    def __call__(self, state: S_contra, command: C_contra, desk: Desk) -> Sequence[Event]:
        """The events; a ``DomainError`` if right, state or target is missing, or input is wrong."""
        target = "" if self.targets is None else self.targets.of(command)
        self._admit(state, Attempt(type(command), desk, target))
        if not command.to_units:
            return self.leads(state, command, desk)
        texts = (partial(_tells_nobody, command, name, desk) for name in command.to_units)
        found: Sequence[Event] = together(*texts, lambda: self.leads(state, command, desk))[-1]
        return found

    def refusal(
        self, state: S_contra, act: type[Command], desk: Desk, target: str = ""
    ) -> DomainError | None:
        """Why ``act`` can not be done now on ``target``, if so. It takes no command to ask."""
        try:
            self._admit(state, Attempt(act, desk, target))
        except DomainError as error:
            return error
        return None

    def among(self, state: S_contra) -> list[str]:
        """The targets that there are; one empty key if the act is about the matter as a whole."""
        return [""] if self.targets is None else list(self.targets.within(state))

    def _admit(self, state: S_contra, attempt: Attempt) -> None:
        if isinstance(state, Impartial):
            state.require_impartial(attempt.desk.actor)
        if isinstance(state, Processed) and not self.though_restricted:
            state.require_processed()
        self.guard(state, attempt)


def _tells_nobody(command: Command, name: str, desk: Desk) -> None:
    """``InvalidInput`` ``REPORTER_TOLD_TO_UNIT`` if the text ``name`` tells of who reported.

    What the hall demands of a unit, or rules against it, it reads in full, and nobody takes it back
    (信访工作条例 30; 济南12345条例 16, 32).
    """
    text: FreeText | None = getattr(command, name)
    if tells := told_in((text and text.plain) or "", desk.reporter):
        raise InvalidInput(
            "REPORTER_TOLD_TO_UNIT",
            f"单位能看到此处全文,其中含有反映人的{'、'.join(one.label for one in tells)}",
            field=name,
            remedy="请删去;确须告知单位的,写入转办内容并在 keeps 中列明",
        )


# Of a guard for any state a type checker would conclude that the decision takes any state too.
@overload
def guarded(
    guard: Nothing,
) -> Callable[[Leads[S_contra, C_contra]], Decision[S_contra, C_contra]]: ...
@overload
def guarded(
    guard: Guard[S_contra],
    targets: Targets[S_contra] | None = None,
    *,
    though_restricted: bool = False,
) -> Callable[[Leads[S_contra, C_contra]], Decision[S_contra, C_contra]]: ...
def guarded(
    guard: Guard[S_contra],
    targets: Targets[S_contra] | None = None,
    *,
    though_restricted: bool = False,
) -> Callable[[Leads[S_contra, C_contra]], Decision[S_contra, C_contra]]:
    """Put ``guard`` before a decision; ``targets`` are what the act may be about."""

    def made(leads: Leads[S_contra, C_contra]) -> Decision[S_contra, C_contra]:
        return Decision(guard, leads, targets, though_restricted)

    return made
