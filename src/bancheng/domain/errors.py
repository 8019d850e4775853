"""Rejections: why a command was not carried out. A rejection is an answer and leaves no event."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Self


class DomainError(Exception):
    """拒绝: a command that breaks a rule.

    ``code`` is stable and meant for programs; ``message`` says in Chinese which rule was broken;
    ``remedy`` says what to do; ``field`` names the input field, if one is at fault. ``others`` are
    faults of the same input that were found with it.
    """

    kind: ClassVar[str] = "rejected"

    def __init__(
        self,
        code: str,
        message: str,
        *,
        remedy: str = "",
        field: str | None = None,
        others: "tuple[DomainError, ...]" = (),
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.remedy = remedy
        self.field = field
        self.others = others

    def at(self, field: str | None) -> Self:
        """The same rejection of another field: what was typed is seldom called as what it fills."""
        return type(self)(
            self.code, self.message, remedy=self.remedy, field=field, others=self.others
        )

    def each(self) -> Iterable["DomainError"]:
        """The fault itself and each of the others, alone."""
        return self.with_others(()), *self.others

    def is_among(self, found: Iterable["DomainError"]) -> bool:
        """Whether one of ``found`` says the same."""
        return any((one.field, str(one)) == (self.field, str(self)) for one in found)

    def with_others(self, others: Iterable["DomainError"]) -> Self:
        """The same rejection, and what else is wrong with the input."""
        return type(self)(
            self.code, self.message, remedy=self.remedy, field=self.field, others=tuple(others)
        )


class InvalidInput(DomainError):
    """输入有误: a field's value is missing, malformed or unknown."""

    kind = "invalid_input"


class NotAllowed(DomainError):
    """无权办理: the actor's role, unit or earlier part in the matter forbids the act."""

    kind = "not_allowed"


class NotFound(DomainError):
    """未找到: the named matter, order or person does not exist."""

    kind = "not_found"


class WrongStep(DomainError):
    """环节不符: the matter's present state does not admit the act."""

    kind = "wrong_step"


class Conflict(DomainError):
    """版本冲突: somebody else changed the matter first, or a key was used for another command."""

    kind = "conflict"


def together(*checks: Callable[[], Any], found: Iterable[DomainError] = ()) -> list[Any]:
    """What each of ``checks`` answers; one ``InvalidInput`` tells of every fault that they find.

    Who fills in a form mends it once, so checks that do not need each other are made together. What
    only makes sense where another check has passed is asked behind it. A refusal of another kind
    ends the search; it is the answer if no fault was found before it. ``found`` are faults that are
    known already.
    """
    faults = list(found)
    answers: list[Any] = []
    for check in checks:
        try:
            answers.append(check())
        except InvalidInput as fault:
            faults += [one for one in fault.each() if not one.is_among(faults)]
        except DomainError:
            if not faults:
                raise
            break
    if faults:
        raise faults[0].with_others(faults[1:])
    return answers


def faults_in(*checks: Callable[[], Any]) -> list[DomainError]:
    """The faults that ``checks`` find, to be told of together with what is found later."""
    try:
        together(*checks)
    except InvalidInput as fault:
        return list(fault.each())
    return []
