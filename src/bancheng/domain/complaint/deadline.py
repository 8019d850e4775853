"""限期解决: the unit works against its due date, may ask for more time, and submits a result."""

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.guards import ORDERS, open_order
from bancheng.domain.complaint.state import OrderCommand, Ticket, WorkOrder
from bancheng.domain.complaint.terms import OrderStatus, Outcome
from bancheng.domain.errors import NotAllowed, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText, Role
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.granting import approvers_among
from bancheng.domain.time_limits.limit import DueDate, Verdict
from bancheng.domain.time_limits.stopwatch import check_asker, check_extension


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


class NoteProgress(OrderCommand, frozen=True, kw_only=True):
    """进展: tell how far the unit is."""

    progress: Annotated[FreeText, Meta(description="进展情况")]


class RequestExtension(OrderCommand, frozen=True, kw_only=True):
    """延期申请: ask for more time, before the limit expires."""

    reason: Annotated[FreeText, Meta(description="延期理由")]


class GrantExtension(OrderCommand, frozen=True, kw_only=True):
    """准予延期: grant the extension that the rule book provides for."""

    ruling: Annotated[FreeText, Meta(description="批准意见")]
    to_units: ClassVar[tuple[str, ...]] = ("ruling", "why")


class DenyExtension(OrderCommand, frozen=True, kw_only=True):
    """不予延期: decide that the due date stays."""

    ruling: Annotated[FreeText, Meta(description="不予延期的理由")]
    to_units: ClassVar[tuple[str, ...]] = ("ruling", "why")


class SubmitResult(OrderCommand, frozen=True, kw_only=True):
    """反馈结果: submit what the unit achieved; the verdict on its time is decided here."""

    outcome: Annotated[Outcome, Meta(description="办理结果")]
    result: Annotated[FreeText, Meta(description="办理情况")]


def may_work(ticket: Ticket, attempt: Attempt) -> WorkOrder:
    """The order that the actor's own unit has signed for and not yet finished."""
    return open_order(ticket, attempt, OrderStatus.SIGNED_IN, own=True)


def may_request_extension(ticket: Ticket, attempt: Attempt) -> None:
    """One request at a time, while the rule book still allows one (see `check_extension`)."""
    order = may_work(ticket, attempt)
    if order.extension_asked is not None:
        raise WrongStep(
            "EXTENSION_PENDING", "本派单已有待批的延期申请", remedy="请等待批复,勿重复申请"
        )
    desk = attempt.desk
    due = ticket.deadline(order).due
    check_extension(desk.rulebook.extension, due, at=desk.now, approvers=None)


def may_deny_extension(ticket: Ticket, attempt: Attempt) -> WorkOrder:
    """The order for which more time was asked, also while its unit's objection is ruled upon."""
    order = open_order(ticket, attempt, OrderStatus.SIGNED_IN, OrderStatus.RETURNED)
    _asked_at(order)
    # The head whom some rule books name (安阳市条例 50) is that of the unit that asked.
    actor = attempt.desk.actor
    if not actor.may(Role.HANDLER) and actor.unit != order.unit:
        raise NotAllowed(
            "NOT_OWN_UNIT", "本派单不属于您所在的单位", remedy="请由承办单位负责人批复"
        )
    return order


def may_grant_extension(ticket: Ticket, attempt: Attempt) -> None:
    """More time is granted by whom the rule book names for it, and before the limit runs out.

    Having asked in time stops nothing: a grant that comes late would make a late matter punctual.
    """
    order = may_deny_extension(ticket, attempt)
    desk = attempt.desk
    check_extension(
        desk.rulebook.extension,
        ticket.deadline(order).due,
        at=desk.now,
        approvers=approvers_among(desk.actor.roles),
    )
    check_asker(order.extension_askers, desk.actor.id)


@guarded(may_work, ORDERS)
def note_progress(_: Ticket, command: NoteProgress, desk: Desk) -> list[Event]:
    return [ProgressNoted(order_id=command.order_id, progress=desk.sealed(command.progress))]


@guarded(may_request_extension, ORDERS)
def request_extension(_: Ticket, command: RequestExtension, desk: Desk) -> list[Event]:
    return [ExtensionRequested(order_id=command.order_id, reason=desk.sealed(command.reason))]


@guarded(may_grant_extension, ORDERS)
def grant_extension(ticket: Ticket, command: GrantExtension, desk: Desk) -> list[Event]:
    order = ticket.order(command.order_id)
    watch = ticket.deadline(order).watch.extend(
        desk.rulebook,
        desk.calendar,
        at=desk.now,
        approvers=approvers_among(desk.actor.roles),
    )
    due = desk.warned(watch.due, "resolve")
    return [ExtensionGranted(order_id=order.id, due=due, ruling=desk.sealed(command.ruling))]


@guarded(may_deny_extension, ORDERS)
def deny_extension(_: Ticket, command: DenyExtension, desk: Desk) -> list[Event]:
    return [ExtensionDenied(order_id=command.order_id, ruling=desk.sealed(command.ruling))]


@guarded(may_work, ORDERS)
def submit_result(ticket: Ticket, command: SubmitResult, desk: Desk) -> list[Event]:
    order = ticket.order(command.order_id)
    return [
        ResultSubmitted(
            order_id=order.id,
            outcome=command.outcome,
            result=desk.sealed(command.result),
            # Decided once, by the calendar of today: a later one must not make anybody late.
            verdict=ticket.deadline(order).judged(desk.now, desk.calendar),
            call_back_due=call_back_due(ticket, order, desk),
        )
    ]


def _asked_at(order: WorkOrder) -> datetime:
    if order.extension_asked is None:
        raise WrongStep("NO_EXTENSION_REQUEST", "本派单没有待批的延期申请", remedy="请核对派单编号")
    return order.extension_asked


def call_back_due(ticket: Ticket, order: WorkOrder, desk: Desk) -> DueDate | None:
    """By when the reporter is called, if nothing but ``order`` was waited for."""
    if ticket.anonymous or not ticket.is_last(order):
        return None
    return desk.due_for("call_back", category=ticket.category, complexity=ticket.complexity)
