"""限期解决: the time of an order stands still, goes on, or is measured by another rule."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from msgspec import Meta, Struct

from bancheng.domain.commands import Desk, check_term
from bancheng.domain.complaint.guards import ORDERS, open_order
from bancheng.domain.complaint.state import OrderCommand, Ticket, TicketCommand
from bancheng.domain.complaint.terms import OrderStatus, Status
from bancheng.domain.errors import InvalidInput, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.limit_kinds import LegalEffect
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate, Pause, PauseKind

# Nobody promises a date further away; a slip of the pen in the year is caught here.
SUSPENSION_MAX: Final = timedelta(days=366)


@topic("complaint.work-order-suspended", step=Step.DEADLINE)
class WorkOrderSuspended(Event, frozen=True, kw_only=True):
    """挂起: conditions forbid a solution now; the reporter was told measures and a date (JN 24).

    ``due`` is the due date without the time of ``pause``, which ends by itself on the date told.
    """

    order_id: str
    pause: Pause
    measures: FreeText
    due: DueDate


@topic("complaint.work-order-resumed", step=Step.DEADLINE)
class WorkOrderResumed(Event, frozen=True, kw_only=True):
    """恢复办理: the suspension ended before its date."""

    order_id: str
    due: DueDate


class OrderDue(Struct, frozen=True, kw_only=True):
    """派单期限: the new due date of one work order."""

    order_id: str
    due: DueDate


@topic("complaint.ticket-regraded", step=Step.DEADLINE)
class TicketRegraded(Event, frozen=True, kw_only=True):
    """重新定级: another complexity; open orders are measured by its limit, from their own start."""

    complexity: str
    orders: tuple[OrderDue, ...]


class SuspendWorkOrder(OrderCommand, frozen=True, kw_only=True):
    """挂起: let an order wait for a condition, once the reporter was told of measures and date."""

    until: Annotated[datetime, Meta(description="告知的恢复时间")]
    measures: Annotated[FreeText, Meta(description="已告知诉求人的客观原因与措施")]


class ResumeWorkOrder(OrderCommand, frozen=True, kw_only=True):
    """恢复办理: end the suspension before its date."""


class RegradeTicket(TicketCommand, frozen=True, kw_only=True):
    """重新定级: measure the open orders by the limit of another complexity."""

    complexity: Annotated[str, Meta(max_length=40, description="复杂程度代码,见规则库")]


def may_suspend(ticket: Ticket, attempt: Attempt) -> None:
    """An order in hand whose time runs and is not over: what is late stays late.

    Only where local law knows it (JN 24). ``WrongStep`` ``NO_SUCH_EFFECT``,
    ``SUSPENSION_TOO_LATE``, or one of those of `Stopwatch.check_pause`.
    """
    if attempt.desk.rulebook.effect_for(LegalEffect.SUSPENDED) is None:
        raise WrongStep(
            "NO_SUCH_EFFECT",
            "本厅规则库没有规定挂起,办理期限不停止计算",
            remedy="请按期办结;有地方法规依据的,请先写入规则库 effects.suspended",
        )
    watch = ticket.deadline(open_order(ticket, attempt, OrderStatus.SIGNED_IN)).watch
    if attempt.desk.now >= watch.due.due_at:
        raise WrongStep(
            "SUSPENSION_TOO_LATE",
            f"办理期限({watch.due.due_date}止)已过,不能再挂起",
            remedy="请尽快办结并说明逾期原因",
        )
    watch.check_pause(attempt.desk.now)


def may_resume(ticket: Ticket, attempt: Attempt) -> None:
    """An order whose suspension nobody has ended, even if its date is over (`check_resume`)."""
    ticket.deadline(open_order(ticket, attempt, OrderStatus.SIGNED_IN)).watch.check_resume()


def may_regrade(ticket: Ticket, attempt: Attempt) -> None:
    """Only while orders are out: before, the analysis is corrected; later, none is open."""
    ticket.require(attempt.act, Status.DISPATCHED)


@guarded(may_suspend, ORDERS)
def suspend(ticket: Ticket, command: SuspendWorkOrder, desk: Desk) -> list[Event]:
    if not desk.now < command.until <= desk.now + SUSPENSION_MAX:
        raise InvalidInput(
            "SUSPENSION_DATE_IMPOSSIBLE",
            f"恢复时间须晚于现在,且不超过{SUSPENSION_MAX.days}日",
            field="until",
            remedy="请填写已告知诉求人的恢复时间",
        )
    # JN 24: time stands still from when the reporter was told, to the date told and no longer. A
    # forgotten suspension therefore ends by itself.
    pause = Pause(
        kind=PauseKind.SUSPENDED,
        ground="客观条件所限",
        started_at=desk.now,
        told_at=desk.now,
        approved_until=command.until,
    )
    due = ticket.deadline(ticket.order(command.order_id)).watch.pause(pause, desk.calendar).due
    return [
        WorkOrderSuspended(
            order_id=command.order_id,
            pause=pause,
            measures=desk.sealed(command.measures),
            due=desk.warned(due, "resolve"),
        )
    ]


@guarded(may_resume, ORDERS)
def resume(ticket: Ticket, command: ResumeWorkOrder, desk: Desk) -> list[Event]:
    order = ticket.order(command.order_id)
    due = ticket.deadline(order).watch.resume(desk.now, desk.calendar).due
    return [WorkOrderResumed(order_id=order.id, due=desk.warned(due, "resolve"))]


@guarded(may_regrade)
def regrade(ticket: Ticket, command: RegradeTicket, desk: Desk) -> list[Event]:
    check_term(desk.rulebook.complexities, command.complexity, "complexity", "复杂程度")
    if command.complexity == ticket.complexity:
        raise InvalidInput(
            "COMPLEXITY_UNCHANGED", "复杂程度没有变化", field="complexity", remedy="无需重新定级"
        )
    limit = desk.limit_for("resolve", category=ticket.category, complexity=command.complexity)
    if limit is None:
        raise InvalidInput(
            "LIMIT_UNDEFINED",
            "规则库没有为此复杂程度规定办理时限",
            field="complexity",
            remedy="请选择规则库规定了时限的复杂程度",
        )
    # What ended has its verdict, which stays; only what still runs is measured anew.
    deadlines = {order.id: ticket.deadline(order) for order in ticket.orders.values()}
    dues = {
        order_id: deadline.watch.change_limit(
            limit, desk.calendar, rulebook_version=desk.rulebook.version
        ).due
        for order_id, deadline in deadlines.items()
        # What has run out is late whatever the matter is called from now on.
        if deadline.is_running and not deadline.has_expired(desk.now)
    }
    return [
        TicketRegraded(
            complexity=command.complexity,
            orders=tuple(
                OrderDue(order_id=order_id, due=desk.warned(due, "resolve"))
                for order_id, due in dues.items()
            ),
        )
    ]
