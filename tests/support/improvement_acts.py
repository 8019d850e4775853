"""Acts on improvements, one to which all happened, and how each mutation is filled in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from bancheng.domain.commands import Command
from bancheng.domain.improvement.improvement import (
    AnalyseImprovement,
    CloseImprovement,
    DispatchImprovement,
    NoteCause,
    SubmitImprovement,
    VerifyImprovement,
)
from bancheng.domain.people import Actor

from .api_client import Api
from .builders import TEXT, History, after
from .given import HANDLER, OFFICER, ROBOT, SUPERVISOR, VERIFIER, Given
from .ways import Matter, Way

ID = "improvement-1"
ABOUT: dict[str, Any] = {"improvement_id": ID}
TIMES, DAYS = 3, 30  # of the book


def noting(number: int) -> NoteCause:
    """That the cause was found in one more ticket."""
    return NoteCause(
        item="FOOD", cause="delay", ticket_id=f"ticket-{number}", ticket_number=f"BCS-{number}"
    )


def analysing() -> AnalyseImprovement:
    """Why it is so."""
    return AnalyseImprovement(**ABOUT, clause="材料: 场地证明", finding=TEXT)


def dispatching() -> DispatchImprovement:
    """Who is to change it."""
    return DispatchImprovement(**ABOUT, unit="RS", demand=TEXT)


def submitting() -> SubmitImprovement:
    """What was changed."""
    return SubmitImprovement(**ABOUT, result=TEXT)


def verifying(*, passed: bool = True) -> VerifyImprovement:
    """Whether it was."""
    return VerifyImprovement(**ABOUT, passed=passed, opinion=TEXT)


def closing() -> CloseImprovement:
    """That it is done."""
    return CloseImprovement(**ABOUT, conclusion=TEXT)


STEPS: tuple[tuple[Command, Actor], ...] = (
    (analysing(), HANDLER),
    (dispatching(), HANDLER),
    (submitting(), OFFICER),
    (verifying(), VERIFIER),
    (closing(), SUPERVISOR),
)


def noted(*numbers: int, before: History = (), at: datetime | None = None) -> History:
    """The cause was found in these tickets, too."""
    for number in numbers:
        outcome = Given(before, ID).when(noting(number), ROBOT, at)
        assert outcome.refusal is None, outcome.refusal
        before = outcome.history
    return before


def an_improvement(steps: int = 0) -> History:
    """One that was opened, and has come so many steps further."""
    history = noted(*range(1, TIMES + 1))
    for command, by in STEPS[:steps]:
        history = after(history, command, by)
    return history


def a_whole_one() -> History:
    """One that was closed, and the cause came back."""
    return noted(TIMES + 1, before=an_improvement(len(STEPS)))


def improvement_ways() -> Mapping[str, Way]:
    """By the names of the mutations."""

    def come(steps: int) -> Any:
        def there(api: Api) -> Matter:
            return Matter(brought(api, steps), "")

        return there

    fields: tuple[dict[str, Any], ...] = (
        {"clause": "材料: 场地证明", "finding": "标准不明"},
        {"unit": "RS", "demand": "改为告知承诺"},
        {"result": "已改为告知承诺"},
        {"passed": True, "opinion": "指南已更新"},
        {"conclusion": "已改进"},
    )
    names = tuple(type(command).__name__ for command, _ in STEPS)
    return {
        name[0].lower() + name[1:]: Way(come(at), by, fields[at], ("improvementId",))
        for at, (name, (_, by)) in enumerate(zip(names, STEPS, strict=True))
    }


def brought(api: Api, steps: int) -> str:
    """One of the hall that has come so many steps."""
    first = noting(api.hall.store.head())
    first = replace(first, cause=f"cause-{first.ticket_number}")
    id_ = api.carry_out(first, ROBOT)
    for number in range(1, TIMES):
        api.carry_out(replace(first, ticket_id=f"{first.ticket_id}-{number}"), ROBOT)
    for command, by in STEPS[:steps]:
        api.carry_out(replace(command, improvement_id=id_), by)
    return id_
