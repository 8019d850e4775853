"""挂起: the time of an order stands still; asked for by one person, approved by another."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.guards import ORDERS, check_other_person, open_order
from bancheng.domain.complaint.state import OrderCommand, SuspensionAsked, Ticket
from bancheng.domain.complaint.terms import OrderStatus
from bancheng.domain.errors import InvalidInput, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.limit_kinds import LegalEffect
from bancheng.domain.people import FreeText, Role
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate, Pause, PauseKind
from bancheng.domain.time_limits.pauses import effective_spans
from bancheng.domain.time_limits.rules import RuleBook

# All that an order may wait, where the rule book sets nothing less: nobody promises a date further
# away, and a slip of the pen in the year is caught here.
SUSPENSION_MAX: Final = timedelta(days=366)


@topic("complaint.suspension-requested", step=Step.DEADLINE)
class SuspensionRequested(Event, frozen=True, kw_only=True):
    """挂起申请: nothing can be done now; the reporter was told measures and a date (JN 24)."""

    order_id: str
    until: datetime
    measures: FreeText


@topic("complaint.work-order-suspended", step=Step.DEADLINE)
class WorkOrderSuspended(Event, frozen=True, kw_only=True):
    """挂起: somebody else than who asked approved that the order waits.

    ``due`` is the due date without the time of ``pause``, which ends by itself on the date told.
    """

    order_id: str
    pause: Pause
    ruling: FreeText
    due: DueDate


@topic("complaint.suspension-denied", step=Step.DEADLINE)
class SuspensionDenied(Event, frozen=True, kw_only=True):
    """不予挂起: the time of the order goes on."""

    order_id: str
    ruling: FreeText


@topic("complaint.work-order-resumed", step=Step.DEADLINE)
class WorkOrderResumed(Event, frozen=True, kw_only=True):
    """恢复办理: the suspension ended before its date."""

    order_id: str
    due: DueDate


class RequestSuspension(OrderCommand, frozen=True, kw_only=True):
    """挂起申请: ask that an order wait, once the reporter was told of measures and date."""

    until: Annotated[datetime, Meta(description="告知的恢复时间")]
    measures: Annotated[FreeText, Meta(description="已告知诉求人的客观原因与措施")]


class SuspendWorkOrder(OrderCommand, frozen=True, kw_only=True):
    """挂起: approve that the order waits until the date that the reporter was told."""

    ruling: Annotated[FreeText, Meta(description="批准意见")]
    to_units: ClassVar[tuple[str, ...]] = ("ruling", "why")


class DenySuspension(OrderCommand, frozen=True, kw_only=True):
    """不予挂起: decide that the time of the order goes on."""

    ruling: Annotated[FreeText, Meta(description="不予挂起的理由")]
    to_units: ClassVar[tuple[str, ...]] = ("ruling", "why")


class ResumeWorkOrder(OrderCommand, frozen=True, kw_only=True):
    """恢复办理: end the suspension before its date."""

    to_units: ClassVar[tuple[str, ...]] = ("why",)


def may_request_suspension(ticket: Ticket, attempt: Attempt) -> None:
    """An order in hand whose time runs, on a ticket whose reporter can be told.

    ``WrongStep`` ``NO_ONE_TO_TELL`` or ``SUSPENSION_PENDING``, or what `_check_time` refuses.
    """
    is_handler = attempt.desk.actor.may(Role.HANDLER)
    order = open_order(ticket, attempt, OrderStatus.SIGNED_IN, own=not is_handler)
    if ticket.anonymous:
        raise WrongStep(
            "NO_ONE_TO_TELL",
            "匿名反映,无法告知措施与恢复时间,不能挂起",
            remedy="请按期办结;确有困难的,请申请延期",
        )
    if order.suspension_asked is not None:
        raise WrongStep(
            "SUSPENSION_PENDING", "本派单已有待批的挂起申请", remedy="请等待批复,勿重复申请"
        )
    _check_time(ticket, attempt)


def may_deny_suspension(ticket: Ticket, attempt: Attempt) -> SuspensionAsked:
    """Whoever decides did not ask. ``WrongStep`` ``NO_SUSPENSION_REQUEST``."""
    asked = open_order(ticket, attempt, OrderStatus.SIGNED_IN).suspension_asked
    if asked is None:
        raise WrongStep(
            "NO_SUSPENSION_REQUEST", "本派单没有待批的挂起申请", remedy="请核对派单编号"
        )
    check_other_person(asked.by, attempt.desk.actor)
    return asked


def may_suspend(ticket: Ticket, attempt: Attempt) -> None:
    """The order is not late yet, and the date that was told lies ahead still.

    ``WrongStep`` ``SUSPENSION_DATE_PAST``, or what `_check_time` refuses.
    """
    asked = may_deny_suspension(ticket, attempt)
    if asked.until <= attempt.desk.now:
        raise WrongStep(
            "SUSPENSION_DATE_PAST", "所告知的恢复时间已过", remedy="请不予批准,由承办单位另行申请"
        )
    _check_time(ticket, attempt)


def may_resume(ticket: Ticket, attempt: Attempt) -> None:
    """An order whose suspension nobody has ended, even if its date is over (`check_resume`)."""
    ticket.deadline(open_order(ticket, attempt, OrderStatus.SIGNED_IN)).watch.check_resume()


def _check_time(ticket: Ticket, attempt: Attempt) -> None:
    """Only where local law knows it (JN 24), and what is late stays late.

    ``WrongStep`` ``NO_SUCH_EFFECT``, ``SUSPENSION_TOO_LATE``, or one of `Stopwatch.check_pause`.
    """
    if attempt.desk.rulebook.effect_for(LegalEffect.SUSPENDED) is None:
        raise WrongStep(
            "NO_SUCH_EFFECT",
            "本厅规则库没有规定挂起,办理期限不停止计算",
            remedy="请按期办结;有地方法规依据的,请先写入规则库 effects.suspended",
        )
    watch = ticket.deadline(ticket.order(attempt.target)).watch
    if attempt.desk.now >= watch.due.due_at:
        raise WrongStep(
            "SUSPENSION_TOO_LATE",
            f"办理期限({watch.due.due_date}止)已过,不能再挂起",
            remedy="请尽快办结并说明逾期原因",
        )
    watch.check_pause(attempt.desk.now)


@guarded(may_request_suspension, ORDERS)
def request_suspension(ticket: Ticket, command: RequestSuspension, desk: Desk) -> list[Event]:
    longest = _longest(desk.rulebook)
    pauses = ticket.deadline(ticket.order(command.order_id)).due.pauses
    if not desk.now < command.until <= desk.now + longest - _waited(pauses):
        raise InvalidInput(
            "SUSPENSION_DATE_IMPOSSIBLE",
            f"恢复时间须晚于现在,且本派单挂起累计不超过{longest.days}日",
            field="until",
            remedy="请填写已告知诉求人的恢复时间",
        )
    return [
        SuspensionRequested(
            order_id=command.order_id,
            until=command.until,
            measures=desk.sealed(command.measures),
        )
    ]


@guarded(may_suspend, ORDERS)
def suspend(ticket: Ticket, command: SuspendWorkOrder, desk: Desk) -> list[Event]:
    order = ticket.order(command.order_id)
    assert order.suspension_asked is not None, "the guard asked for a request"
    # JN 24: time stands still to the date told and no longer. A forgotten suspension therefore ends
    # by itself. What went by before the approval counts.
    pause = Pause(
        kind=PauseKind.SUSPENDED,
        ground="客观条件所限",
        started_at=desk.now,
        told_at=desk.now,
        approved_until=order.suspension_asked.until,
    )
    due = ticket.deadline(order).watch.pause(pause, desk.calendar).due
    return [
        WorkOrderSuspended(
            order_id=order.id,
            pause=pause,
            ruling=desk.sealed(command.ruling),
            due=desk.warned(due, "resolve"),
        )
    ]


@guarded(may_deny_suspension, ORDERS)
def deny_suspension(_: Ticket, command: DenySuspension, desk: Desk) -> list[Event]:
    return [SuspensionDenied(order_id=command.order_id, ruling=desk.sealed(command.ruling))]


@guarded(may_resume, ORDERS)
def resume(ticket: Ticket, command: ResumeWorkOrder, desk: Desk) -> list[Event]:
    order = ticket.order(command.order_id)
    due = ticket.deadline(order).watch.resume(desk.now, desk.calendar).due
    return [WorkOrderResumed(order_id=order.id, due=desk.warned(due, "resolve"))]


def _waited(pauses: Iterable[Pause]) -> timedelta:
    """How long the order was suspended already: cut in pieces it is no shorter."""
    spans = effective_spans(one for one in pauses if one.kind is PauseKind.SUSPENDED)
    return sum((span.until - span.since for span in spans), timedelta())


def _longest(book: RuleBook) -> timedelta:
    days = book.suspension_days_max
    return SUSPENSION_MAX if days is None else timedelta(days=days)
