"""重新定级: another complexity measures what still runs; asked for by one, decided by another."""

from typing import Annotated

from msgspec import Meta, Struct

from bancheng.domain.commands import Desk, check_term
from bancheng.domain.complaint.guards import check_other_person
from bancheng.domain.complaint.state import SETTLED, Ticket, TicketCommand
from bancheng.domain.complaint.terms import Status
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText, Role
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.granting import approvers_among
from bancheng.domain.time_limits.limit import DueDate, Limit
from bancheng.domain.time_limits.rules import Approver


@topic("complaint.regrade-requested", step=Step.DEADLINE)
class RegradeRequested(Event, frozen=True, kw_only=True):
    """重新定级申请: somebody asked that the matter be held for more, or less, complex."""

    complexity: str
    reason: FreeText


class OrderDue(Struct, frozen=True, kw_only=True):
    """派单期限: the new due date of one work order."""

    order_id: str
    due: DueDate


@topic("complaint.ticket-regraded", step=Step.DEADLINE)
class TicketRegraded(Event, frozen=True, kw_only=True):
    """重新定级: another complexity; what was not late yet is measured by it, from its own start."""

    complexity: str
    orders: tuple[OrderDue, ...]
    ruling: FreeText


@topic("complaint.regrade-denied", step=Step.DEADLINE)
class RegradeDenied(Event, frozen=True, kw_only=True):
    """不予重新定级: complexity and due dates stay."""

    ruling: FreeText


class RequestRegrade(TicketCommand, frozen=True, kw_only=True):
    """重新定级申请: ask for another complexity, and say why."""

    complexity: Annotated[str, Meta(max_length=40, description="复杂程度代码,见规则库")]
    reason: Annotated[FreeText, Meta(description="重新定级的理由")]


class GrantRegrade(TicketCommand, frozen=True, kw_only=True):
    """准予重新定级: measure by the other complexity what has not run out."""

    ruling: Annotated[FreeText, Meta(description="批准意见")]


class DenyRegrade(TicketCommand, frozen=True, kw_only=True):
    """不予重新定级: decide that the complexity stays."""

    ruling: Annotated[FreeText, Meta(description="不予重新定级的理由")]


def may_request_regrade(ticket: Ticket, attempt: Attempt) -> None:
    """Only while orders are out, by a unit that has one or by a handler, one request at a time."""
    ticket.require(attempt.act, Status.DISPATCHED)
    actor = attempt.desk.actor
    if not actor.may(Role.HANDLER) and actor.unit not in _at_work(ticket):
        raise NotAllowed(
            "NOT_OWN_UNIT", "您所在的单位没有承办本件", remedy="请由承办单位或工单处理员申请"
        )
    if ticket.regrade_asked is not None:
        raise WrongStep(
            "REGRADE_PENDING", "本件已有待批的重新定级申请", remedy="请等待批复,勿重复申请"
        )
    if not any(_in_time(ticket, attempt.desk)):
        raise _too_late()


def may_deny_regrade(ticket: Ticket, attempt: Attempt) -> None:
    """Whoever decides is named by the rule book as for extensions, and did not ask.

    ``WrongStep`` ``NO_REGRADE_REQUEST``; ``NotAllowed`` ``REGRADE_NOT_YOURS``, ``SAME_PERSON``.
    """
    ticket.require(attempt.act, Status.DISPATCHED)
    if ticket.regrade_asked is None:
        raise WrongStep("NO_REGRADE_REQUEST", "本件没有待批的重新定级申请", remedy="请核对编号")
    desk = attempt.desk
    approver = _approver(desk)
    is_own = approver is not Approver.UNIT_HEAD or desk.actor.unit in _at_work(ticket)
    if approver not in approvers_among(desk.actor.roles) or not is_own:
        raise NotAllowed(
            "REGRADE_NOT_YOURS",
            f"重新定级须由{approver.label}批准",
            remedy="请送有权批准的人审批",
        )
    check_other_person(ticket.regrade_asked.by, desk.actor)


def may_grant_regrade(ticket: Ticket, attempt: Attempt) -> None:
    """What has run out is not moved: it stays late. ``WrongStep`` ``REGRADE_TOO_LATE``."""
    may_deny_regrade(ticket, attempt)
    assert ticket.regrade_asked is not None, "a request waits, or it was refused above"
    limit = _limit(ticket, ticket.regrade_asked.complexity, attempt.desk)
    if limit is None:
        raise WrongStep(
            "REGRADE_LIMIT_GONE",
            "规则库已没有为所申请的复杂程度规定办理时限",
            remedy="请不予批准,由承办单位另行申请",
        )
    if not _moved(ticket, limit, attempt.desk):
        raise _too_late()


@guarded(may_request_regrade)
def request_regrade(ticket: Ticket, command: RequestRegrade, desk: Desk) -> list[Event]:
    check_term(desk.rulebook.complexities, command.complexity, "complexity", "复杂程度")
    if command.complexity == ticket.complexity:
        raise InvalidInput(
            "COMPLEXITY_UNCHANGED", "复杂程度没有变化", field="complexity", remedy="无需重新定级"
        )
    if _limit(ticket, command.complexity, desk) is None:
        raise InvalidInput(
            "LIMIT_UNDEFINED",
            "规则库没有为此复杂程度规定办理时限",
            field="complexity",
            remedy="请选择规则库规定了时限的复杂程度",
        )
    return [RegradeRequested(complexity=command.complexity, reason=desk.sealed(command.reason))]


@guarded(may_grant_regrade)
def grant_regrade(ticket: Ticket, command: GrantRegrade, desk: Desk) -> list[Event]:
    assert ticket.regrade_asked is not None, "the guard asked for a request"
    complexity = ticket.regrade_asked.complexity
    limit = _limit(ticket, complexity, desk)
    assert limit is not None, "the guard asked for a limit"
    return [
        TicketRegraded(
            complexity=complexity,
            orders=_moved(ticket, limit, desk),
            ruling=desk.sealed(command.ruling),
        )
    ]


@guarded(may_deny_regrade)
def deny_regrade(_: Ticket, command: DenyRegrade, desk: Desk) -> list[Event]:
    return [RegradeDenied(ruling=desk.sealed(command.ruling))]


def _approver(desk: Desk) -> Approver:
    rule = desk.rulebook.extension
    # Where no extension is provided for, who dispatches decides about the complexity, as before.
    return Approver.HANDLER if rule is None else rule.approver_role


def _at_work(ticket: Ticket) -> set[str]:
    return {order.unit for order in ticket.orders.values() if order.status not in SETTLED}


def _limit(ticket: Ticket, complexity: str, desk: Desk) -> Limit | None:
    return desk.limit_for("resolve", category=ticket.category, complexity=complexity)


def _in_time(ticket: Ticket, desk: Desk) -> list[str]:
    """The orders that run and are not late: of what is late the moment stays on record."""
    deadlines = {order.id: ticket.deadline(order) for order in ticket.orders.values()}
    return [
        order_id
        for order_id, deadline in deadlines.items()
        if deadline.is_running and not deadline.has_expired(desk.now)
    ]


def _moved(ticket: Ticket, limit: Limit, desk: Desk) -> tuple[OrderDue, ...]:
    """The new dates. An order that the other limit would make late at once keeps its own."""
    version = desk.rulebook.version
    dues = {
        order_id: ticket.deadline(ticket.order(order_id))
        .watch.change_limit(limit, desk.calendar, rulebook_version=version)
        .due
        for order_id in _in_time(ticket, desk)
    }
    return tuple(
        OrderDue(order_id=order_id, due=desk.warned(due, "resolve"))
        for order_id, due in dues.items()
        if desk.now < due.due_at
    )


def _too_late() -> WrongStep:
    return WrongStep(
        "REGRADE_TOO_LATE",
        "没有可改期的派单: 办理期限已过,或按新的时限已过",
        remedy="请尽快办结并说明逾期原因",
    )
