"""退单: a unit objects that a work order is not its own, and a ruling ends the dispute."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bancheng.domain.commands import Desk, check_term
from bancheng.domain.complaint.deadline import call_back_due
from bancheng.domain.complaint.guards import ORDERS, open_order
from bancheng.domain.complaint.state import OrderCommand, Ticket
from bancheng.domain.complaint.terms import OrderStatus
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate, Verdict


@topic("complaint.work-order-returned", step=Step.DISPATCH)
class WorkOrderReturned(Event, frozen=True, kw_only=True):
    """退单: the unit objects that the matter is not its own; its deadline goes on.

    ``rule_due`` is when the dispute must be ruled upon.
    """

    order_id: str
    reason: str
    explanation: FreeText
    rule_due: DueDate | None = None


@topic("complaint.return-rejected", step=Step.DISPATCH)
class ReturnRejected(Event, frozen=True, kw_only=True):
    """裁定维持: the unit must handle the order and may not return it again (WF 22)."""

    order_id: str
    ruling: FreeText


@topic("complaint.return-upheld", step=Step.DISPATCH)
class ReturnUpheld(Event, frozen=True, kw_only=True):
    """同意退单: the objection is right; the order leaves its unit and waits for another.

    ``verdict`` is on the time that the unit had it, until this ruling; a limit that ran out
    meanwhile stays late. ``reassign_due`` is when it must have gone to another unit.
    """

    order_id: str
    ruling: FreeText
    verdict: Verdict | None = None
    reassign_due: DueDate | None = None


@topic("complaint.work-order-ended", step=Step.DISPATCH)
class WorkOrderEnded(Event, frozen=True, kw_only=True):
    """终结派单: a co-unit's order whose return was upheld needs no other unit, and is over.

    ``call_back_due`` is when the reporter must have been called, if the ticket waited for nothing
    else and there is somebody to call.
    """

    order_id: str
    reason: FreeText
    call_back_due: DueDate | None = None


class ReturnWorkOrder(OrderCommand, frozen=True, kw_only=True):
    """退单: object that the matter is not the unit's own, with a reason of the rule book."""

    reason: Annotated[str, Meta(max_length=40, description="退单理由代码,见规则库")]
    explanation: Annotated[FreeText, Meta(description="退单说明")]


class RejectReturn(OrderCommand, frozen=True, kw_only=True):
    """裁定维持: decide that the unit must handle the order."""

    ruling: Annotated[FreeText, Meta(description="裁定意见")]
    to_units: ClassVar[tuple[str, ...]] = ("ruling", "why")


class UpholdReturn(OrderCommand, frozen=True, kw_only=True):
    """同意退单: decide that the order goes to another unit."""

    ruling: Annotated[FreeText, Meta(description="裁定意见")]
    to_units: ClassVar[tuple[str, ...]] = ("ruling", "why")


class EndWorkOrder(OrderCommand, frozen=True, kw_only=True):
    """终结派单: end a co-unit's order whose return was upheld, without another unit for it."""

    reason: Annotated[FreeText, Meta(description="终结理由")]
    to_units: ClassVar[tuple[str, ...]] = ("reason", "why")


def may_return(ticket: Ticket, attempt: Attempt) -> None:
    """A unit objects to its own order within the window, unless a ruling gave it the order.

    ``WrongStep`` ``RETURN_AFTER_RULING`` or ``RETURN_TOO_LATE``.
    """
    order = open_order(ticket, attempt, OrderStatus.DISPATCHED, OrderStatus.SIGNED_IN, own=True)
    if order.final:
        raise WrongStep(
            "RETURN_AFTER_RULING",
            "本派单经裁定或指定承办,不得再退单",
            remedy="请按期办理;确有困难的,请申请延期",
        )
    # The window that was decided at dispatch: what a later rule book says neither reopens it nor
    # takes it away from a unit that counted on it.
    if order.return_due is not None and attempt.desk.now >= order.return_due.due_at:
        raise WrongStep(
            "RETURN_TOO_LATE",
            f"退单期限({order.return_due.due_date}止)已过",
            remedy="请按期办理;确不属本单位职责的,请联系工单处理员改派",
        )


def may_rule(ticket: Ticket, attempt: Attempt) -> None:
    """A return is ruled upon once."""
    open_order(ticket, attempt, OrderStatus.RETURNED)


def may_end(ticket: Ticket, attempt: Attempt) -> None:
    """A co-unit's order ends when it is nobody's; the lead's does not: somebody has to answer.

    ``WrongStep`` ``LEAD_ORDER_STAYS``.
    """
    if open_order(ticket, attempt, OrderStatus.RELEASED).lead:
        raise WrongStep(
            "LEAD_ORDER_STAYS",
            "主办派单须有单位答复反映人,不能终结",
            remedy="请改派;各单位退单均成立的,可不予受理或分流",
        )


@guarded(may_return, ORDERS)
def return_order(_: Ticket, command: ReturnWorkOrder, desk: Desk) -> list[Event]:
    check_term(desk.rulebook.return_reasons, command.reason, "reason", "退单理由")
    return [
        WorkOrderReturned(
            order_id=command.order_id,
            reason=command.reason,
            explanation=desk.sealed(command.explanation),
            rule_due=desk.due_for("rule"),
        )
    ]


@guarded(may_rule, ORDERS)
def reject_return(_: Ticket, command: RejectReturn, desk: Desk) -> list[Event]:
    return [ReturnRejected(order_id=command.order_id, ruling=desk.sealed(command.ruling))]


@guarded(may_rule, ORDERS)
def uphold_return(ticket: Ticket, command: UpholdReturn, desk: Desk) -> list[Event]:
    return [
        ReturnUpheld(
            order_id=command.order_id,
            ruling=desk.sealed(command.ruling),
            verdict=ticket.handed_on(command.order_id, desk),
            reassign_due=desk.due_for("reassign"),
        )
    ]


@guarded(may_end, ORDERS)
def end_order(ticket: Ticket, command: EndWorkOrder, desk: Desk) -> list[Event]:
    return [
        WorkOrderEnded(
            order_id=command.order_id,
            reason=desk.sealed(command.reason),
            call_back_due=call_back_due(ticket, ticket.order(command.order_id), desk),
        )
    ]
