"""限期解决: the unit works against its due date, may ask for more time, and submits a result."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from bancheng.domain.commands import Desk, approvers
from bancheng.domain.complaint.dispatch import OrderId
from bancheng.domain.complaint.state import (
    Ticket,
    TicketCommand,
    WorkOrder,
    require_order,
    require_own_unit,
)
from bancheng.domain.complaint.terms import OrderStatus, Outcome, Status
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate, Verdict, judge
from bancheng.domain.time_limits.stopwatch import check_extension


@topic("complaint.progress-noted", step=Step.DEADLINE)
class ProgressNoted(Event, frozen=True, kw_only=True):
    """进展: the unit told how far it is."""

    order_id: str
    progress: FreeText


@topic("complaint.extension-requested", step=Step.DEADLINE)
class ExtensionRequested(Event, frozen=True, kw_only=True):
    """延期申请: the unit asked for more time before its limit expired (AY 50, H1)."""

    order_id: str
    reason: FreeText


@topic("complaint.extension-granted", step=Step.DEADLINE)
class ExtensionGranted(Event, frozen=True, kw_only=True):
    """准予延期: ``due`` replaces the earlier due date of the order."""

    order_id: str
    due: DueDate
    ruling: FreeText


@topic("complaint.extension-denied", step=Step.DEADLINE)
class ExtensionDenied(Event, frozen=True, kw_only=True):
    """不予延期: the due date stays."""

    order_id: str
    ruling: FreeText


@topic("complaint.result-submitted", step=Step.DEADLINE)
class ResultSubmitted(Event, frozen=True, kw_only=True):
    """反馈结果: the unit's result, with the verdict on its time, decided once.

    ``call_back_due``: when the reporter must have been called back, if this was the last result
    that the ticket waited for and there is somebody to call.
    """

    order_id: str
    outcome: Outcome
    result: FreeText
    verdict: Verdict
    call_back_due: DueDate | None = None


class NoteProgress(TicketCommand, frozen=True, kw_only=True):
    """进展: tell how far the unit is."""

    order_id: OrderId
    progress: Annotated[FreeText, Meta(description="进展情况")]


class RequestExtension(TicketCommand, frozen=True, kw_only=True):
    """延期申请: ask for more time, before the limit expires."""

    order_id: OrderId
    reason: Annotated[FreeText, Meta(description="延期理由")]


class GrantExtension(TicketCommand, frozen=True, kw_only=True):
    """准予延期: grant the extension that the rule book provides for."""

    order_id: OrderId
    ruling: Annotated[FreeText, Meta(description="批准意见")]


class DenyExtension(TicketCommand, frozen=True, kw_only=True):
    """不予延期: decide that the due date stays."""

    order_id: OrderId
    ruling: Annotated[FreeText, Meta(description="不予延期的理由")]


class SubmitResult(TicketCommand, frozen=True, kw_only=True):
    """反馈结果: submit what the unit achieved; the verdict on its time is decided here."""

    order_id: OrderId
    outcome: Annotated[Outcome, Meta(description="办理结果")]
    result: Annotated[FreeText, Meta(description="办理情况")]


def note_progress(ticket: Ticket, command: NoteProgress, desk: Desk) -> list[Event]:
    order = _order_in_hand(ticket, command, command.order_id, desk)
    return [ProgressNoted(order_id=order.id, progress=desk.sealed(command.progress))]


def request_extension(ticket: Ticket, command: RequestExtension, desk: Desk) -> list[Event]:
    order = _order_in_hand(ticket, command, command.order_id, desk)
    if order.extension_asked is not None:
        raise WrongStep(
            "EXTENSION_PENDING", "本工单已有待批的延期申请", remedy="请等待批复,勿重复申请"
        )
    rule = desk.rulebook.extension
    check_extension(rule, ticket.deadline(order).due, at=desk.now, approvers=None)
    return [ExtensionRequested(order_id=order.id, reason=desk.sealed(command.reason))]


def grant_extension(ticket: Ticket, command: GrantExtension, desk: Desk) -> list[Event]:
    order, asked_at = _order_with_request(ticket, command, command.order_id)
    watch = ticket.deadline(order).watch.extend(
        desk.rulebook, desk.calendar, at=asked_at, approvers=approvers(desk.actor)
    )
    due = desk.warned(watch.due, "resolve")
    return [ExtensionGranted(order_id=order.id, due=due, ruling=desk.sealed(command.ruling))]


def deny_extension(ticket: Ticket, command: DenyExtension, desk: Desk) -> list[Event]:
    order, _ = _order_with_request(ticket, command, command.order_id)
    return [ExtensionDenied(order_id=order.id, ruling=desk.sealed(command.ruling))]


def submit_result(ticket: Ticket, command: SubmitResult, desk: Desk) -> list[Event]:
    order = _order_in_hand(ticket, command, command.order_id, desk)
    return [
        ResultSubmitted(
            order_id=order.id,
            outcome=command.outcome,
            result=desk.sealed(command.result),
            verdict=judge(ticket.deadline(order).due, desk.now, desk.calendar),
            call_back_due=_call_back_due(ticket, order, desk),
        )
    ]


def _call_back_due(ticket: Ticket, order: WorkOrder, desk: Desk) -> DueDate | None:
    if ticket.anonymous or not ticket.is_last(order):
        return None
    return desk.due_for("call_back", category=ticket.category, complexity=ticket.complexity)


def _order_in_hand(ticket: Ticket, command: TicketCommand, order_id: str, desk: Desk) -> WorkOrder:
    ticket.require(command, Status.DISPATCHED)
    order = ticket.order(order_id)
    require_own_unit(order, desk.actor)
    require_order(order, command, OrderStatus.SIGNED_IN)
    return order


def _order_with_request(
    ticket: Ticket, command: TicketCommand, order_id: str
) -> tuple[WorkOrder, datetime]:
    """The order, and when more time was asked for."""
    ticket.require(command, Status.DISPATCHED)
    order = ticket.order(order_id)
    require_order(order, command, OrderStatus.SIGNED_IN, OrderStatus.RETURNED)
    if order.extension_asked is None:
        raise WrongStep("NO_EXTENSION_REQUEST", "本工单没有待批的延期申请", remedy="请核对工单编号")
    return order, order.extension_asked
