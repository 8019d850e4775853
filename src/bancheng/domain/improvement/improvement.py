"""改进事项: the same cause at the same item comes so often that the item itself has to change.

There is one for each item and cause. It is opened by the hall itself, when the cause was found as
often within as many days as the rule book says, goes through the six steps, and is opened anew if
the cause comes back as often after it was closed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Final

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from bancheng.domain.commands import Command, Desk, UnitRef
from bancheng.domain.errors import NotAllowed, WrongStep
from bancheng.domain.events import Event, Recorded, term_of, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import FreeText, Role
from bancheng.domain.steps import Step

PREFIX: Final = "improvement-"


class ImprovementStatus(Labelled):
    """改进状态: which of the six steps it waits for, or that it does not."""

    WATCHED = "watched", "留意中"
    OPENED = "opened", "待分析原因"
    ANALYSED = "analysed", "待派发"
    DISPATCHED = "dispatched", "限期解决中"
    SUBMITTED = "submitted", "待结果核查"
    VERIFIED = "verified", "待监督检查"
    CLOSED = "closed", "已关闭"


_WAITS_FOR_CAUSE: Final = (ImprovementStatus.WATCHED, ImprovementStatus.CLOSED)


@topic("improvement.cause-noted")
class CauseNoted(Event, frozen=True, kw_only=True):
    """同因记录: the cause was found at the item once more, in that ticket."""

    item: str
    cause: str
    ticket_id: str
    ticket_number: str


@topic("improvement.opened", step=Step.DISCOVER)
class ImprovementOpened(Event, frozen=True, kw_only=True):
    """改进立项: the cause came ``times`` times within ``days``; ``round`` counts the openings."""

    item: str
    cause: str
    round: int
    times: int
    days: int


@topic("improvement.analysed", step=Step.ANALYSE)
class ImprovementAnalysed(Event, frozen=True, kw_only=True):
    """改进原因分析: why it comes again and again, and which clause of the item leads to it."""

    clause: str
    finding: FreeText


@topic("improvement.dispatched", step=Step.DISPATCH)
class ImprovementDispatched(Event, frozen=True, kw_only=True):
    """改进派发: the unit is to change the item."""

    unit: str
    demand: FreeText


@topic("improvement.submitted", step=Step.DEADLINE)
class ImprovementSubmitted(Event, frozen=True, kw_only=True):
    """改进结果: what the unit changed."""

    unit: str
    result: FreeText


@topic("improvement.verified", step=Step.VERIFY)
class ImprovementVerified(Event, frozen=True, kw_only=True):
    """改进核查: whether that was changed; if not, the unit goes on."""

    passed: bool
    opinion: FreeText


@topic("improvement.closed", step=Step.SUPERVISE)
class ImprovementClosed(Event, frozen=True, kw_only=True):
    """改进关闭: it is done; from here on is watched whether the cause comes back."""

    conclusion: FreeText


class NoteCause(Command, frozen=True, kw_only=True):
    """同因记录: note that a cause was found at an item once more; the hall itself does it."""

    item: Annotated[str, Meta(max_length=60, description="事项编码")]
    cause: Annotated[str, Meta(max_length=40, description="原因代码")]
    ticket_id: Annotated[str, Meta(max_length=80, description="办不成事工单标识")]
    ticket_number: Annotated[str, Meta(max_length=40, description="办不成事工单编号")]


class ImprovementCommand(Command, frozen=True, kw_only=True):
    """改进指令: an act on an improvement that there is."""

    improvement_id: Annotated[str, Meta(max_length=80, description="改进事项标识")]
    about_field: ClassVar[str] = "improvement_id"


class AnalyseImprovement(ImprovementCommand, frozen=True, kw_only=True):
    """改进原因分析: say why, and name the clause that has to change."""

    clause: Annotated[
        str, Meta(min_length=1, max_length=200, description="须改进的条款,如材料、时限")
    ]
    finding: Annotated[FreeText, Meta(description="原因分析")]


class DispatchImprovement(ImprovementCommand, frozen=True, kw_only=True):
    """改进派发: let a unit change the item."""

    unit: Annotated[UnitRef, Meta(description="承担改进的单位编码")]
    demand: Annotated[FreeText, Meta(description="改进要求")]


class SubmitImprovement(ImprovementCommand, frozen=True, kw_only=True):
    """改进结果: tell what was changed, as the unit."""

    result: Annotated[FreeText, Meta(description="改进结果")]
    asks_successors: ClassVar[bool] = True


class VerifyImprovement(ImprovementCommand, frozen=True, kw_only=True):
    """改进核查: look whether that was changed."""

    passed: Annotated[bool, Meta(description="是否已改进")]
    opinion: Annotated[FreeText, Meta(description="核查意见")]
    asks_successors: ClassVar[bool] = True


class CloseImprovement(ImprovementCommand, frozen=True, kw_only=True):
    """改进关闭: say that it is done."""

    conclusion: Annotated[FreeText, Meta(description="结论")]


class Improvement(Struct, frozen=True, kw_only=True):
    """改进事项: the write state. ``noted`` has when each ticket was found to have the cause.

    ``dispatched_by`` is the unit of who dispatched it, ``submitters`` are who told what changed.
    """

    status: ImprovementStatus = ImprovementStatus.WATCHED
    noted: Mapping[str, datetime] = field(default_factory=dict)
    unit: str = ""
    dispatched_by: str = ""
    submitters: frozenset[str] = frozenset()
    round: int = 0
    closed_at: datetime | None = None

    @property
    def matters(self) -> tuple[str, ...]:
        """The tickets that it is made of."""
        return tuple(self.noted)


def name_of(command: NoteCause) -> str:
    """The rest of the id of the one for that item and cause."""
    return sha256(f"{command.item}|{command.cause}".encode()).hexdigest()[:24]


def evolve(improvement: Improvement, recorded: Recorded) -> Improvement:
    """The state after ``recorded``."""
    event, at = recorded.event, recorded.envelope.occurred_at
    match event:
        case CauseNoted(ticket_id=ticket):
            return replace(improvement, noted={**improvement.noted, ticket: at})
        case ImprovementOpened(round=number):
            improvement = replace(improvement, round=number)
        case ImprovementDispatched(unit=unit):
            by = recorded.envelope.actor.unit
            improvement = replace(improvement, unit=unit, dispatched_by=by)
        case ImprovementSubmitted():
            doers = improvement.submitters | recorded.envelope.doers
            improvement = replace(improvement, submitters=doers)
        case ImprovementClosed():
            improvement = replace(improvement, closed_at=at)
    return replace(improvement, status=status_after(event, improvement.status))


def status_after(event: Event, before: ImprovementStatus) -> ImprovementStatus:
    """What an improvement waits for after ``event``."""
    if isinstance(event, ImprovementVerified) and not event.passed:
        return ImprovementStatus.DISPATCHED
    return _STATUS_BY.get(type(event), before)


_STATUS_BY: Final[Mapping[type[Event], ImprovementStatus]] = {
    ImprovementOpened: ImprovementStatus.OPENED,
    ImprovementAnalysed: ImprovementStatus.ANALYSED,
    ImprovementDispatched: ImprovementStatus.DISPATCHED,
    ImprovementSubmitted: ImprovementStatus.SUBMITTED,
    ImprovementVerified: ImprovementStatus.VERIFIED,
    ImprovementClosed: ImprovementStatus.CLOSED,
}


def _in(status: ImprovementStatus) -> Any:
    def waits(improvement: Improvement, attempt: Attempt) -> None:
        if improvement.status is not status:
            raise WrongStep(
                "WRONG_STATUS",
                f"改进事项当前为「{improvement.status.label}」,不能{term_of(attempt.act)}",
                remedy=f"本操作只适用于: {status.label}",
            )

    return waits


def may_note(_: Improvement, __: Attempt) -> None:
    """Always: a cause is noted whatever became of the improvement."""


def _is_own(improvement: Improvement, desk: Desk) -> bool:
    return desk.stands_in_for(improvement.unit) == desk.stands_in_for(desk.actor.unit)


def may_submit(improvement: Improvement, attempt: Attempt) -> None:
    """The unit that is to change it, or who took over from it. ``NotAllowed`` ``NOT_OWN_UNIT``."""
    _in(ImprovementStatus.DISPATCHED)(improvement, attempt)
    if not _is_own(improvement, attempt.desk):
        raise NotAllowed(
            "NOT_OWN_UNIT", "该改进事项不由贵单位承担", remedy="请由承担改进的单位办理"
        )


def may_verify(improvement: Improvement, attempt: Attempt) -> None:
    """Nobody verifies what they or their unit changed. ``NotAllowed`` ``VERIFIER_IS_RESOLVER``.

    What the hall itself changed is verified there, as its tickets are.
    """
    _in(ImprovementStatus.SUBMITTED)(improvement, attempt)
    actor = attempt.desk.actor
    is_own = _is_own(improvement, attempt.desk)
    solves = actor.may(Role.UNIT_OFFICER, Role.UNIT_HEAD)
    of_the_unit = is_own and (solves or improvement.dispatched_by != actor.unit)
    if actor.id in improvement.submitters or of_the_unit:
        raise NotAllowed(
            "VERIFIER_IS_RESOLVER",
            "核查人不得是提交改进结果的人或承担改进的单位人员(本厅承担的,不得是提交结果的人)",
            remedy="请由其他核查员办理",
        )


@guarded(may_note)
def note_cause(improvement: Improvement, command: NoteCause, desk: Desk) -> list[Event]:
    if command.ticket_id in improvement.noted:
        raise WrongStep("CAUSE_NOTED", "本件的原因已记录", remedy="无需再记")
    noted = CauseNoted(
        item=command.item,
        cause=command.cause,
        ticket_id=command.ticket_id,
        ticket_number=command.ticket_number,
    )
    return [noted, *_opened(improvement, command, desk)]


def _opened(improvement: Improvement, command: NoteCause, desk: Desk) -> list[Event]:
    times, days = desk.rulebook.improvement_times, desk.rulebook.improvement_days
    if times is None or days is None or improvement.status not in _WAITS_FOR_CAUSE:
        return []
    since = desk.now - timedelta(days=days)
    since = max(since, improvement.closed_at or since)
    count = 1 + sum(at > since for at in improvement.noted.values())
    if count < times:
        return []
    return [
        ImprovementOpened(
            item=command.item,
            cause=command.cause,
            round=improvement.round + 1,
            times=count,
            days=days,
        )
    ]


@guarded(_in(ImprovementStatus.OPENED))
def analyse(_: Improvement, command: AnalyseImprovement, desk: Desk) -> list[Event]:
    return [ImprovementAnalysed(clause=command.clause, finding=desk.sealed(command.finding))]


@guarded(_in(ImprovementStatus.ANALYSED))
def dispatch(_: Improvement, command: DispatchImprovement, desk: Desk) -> list[Event]:
    unit = desk.check_unit(command.unit, "unit")
    return [ImprovementDispatched(unit=unit, demand=desk.sealed(command.demand))]


@guarded(may_submit)
def submit(improvement: Improvement, command: SubmitImprovement, desk: Desk) -> list[Event]:
    unit = desk.stands_in_for(improvement.unit)
    return [ImprovementSubmitted(unit=unit, result=desk.sealed(command.result))]


@guarded(may_verify)
def verify(_: Improvement, command: VerifyImprovement, desk: Desk) -> list[Event]:
    return [ImprovementVerified(passed=command.passed, opinion=desk.sealed(command.opinion))]


@guarded(_in(ImprovementStatus.VERIFIED))
def close(_: Improvement, command: CloseImprovement, desk: Desk) -> list[Event]:
    return [ImprovementClosed(conclusion=desk.sealed(command.conclusion))]
