"""办结之外的终结: the reporter takes a matter back, or a unit has it ended without a result.

A unit asks for that in writing, and the centre approves (潍坊12345条例 21): somebody else than who
asked. Whatever order is left ends with the matter, in time or late, as its unit had it.
"""

from typing import Annotated, ClassVar

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.accused import is_pressed
from bancheng.domain.complaint.guards import ORDERS, check_other_person, open_order
from bancheng.domain.complaint.state import SETTLED, OrderCommand, Ticket, TicketCommand
from bancheng.domain.complaint.terms import OrderStatus, ReporterWay, Status
from bancheng.domain.errors import NotAllowed, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import Verdict


@topic("complaint.work-order-dropped", step=Step.SUPERVISE)
class WorkOrderDropped(Event, frozen=True, kw_only=True):
    """随件终结: an order ended with its ticket; ``verdict`` is on the time its unit had, if any."""

    order_id: str
    verdict: Verdict | None = None


@topic("complaint.ticket-withdrawn", step=Step.SUPERVISE)
class TicketWithdrawn(Event, frozen=True, kw_only=True):
    """撤回: the reporter does not pursue the matter any more.

    They said so by ``way``, and ``record_no`` names the paper or the recording that proves it.
    """

    way: ReporterWay
    record_no: str
    reason: FreeText


@topic("complaint.termination-requested", step=Step.DEADLINE)
class TerminationRequested(Event, frozen=True, kw_only=True):
    """终止申请: the lead unit asked in writing that the matter end without a result."""

    order_id: str
    request_no: str
    reason: FreeText


@topic("complaint.ticket-terminated", step=Step.SUPERVISE)
class TicketTerminated(Event, frozen=True, kw_only=True):
    """终止: the centre approved that the matter ends, and told the reporter why and what remains.

    It was asked for on ``order_id``.
    """

    order_id: str
    ruling: FreeText
    explanation: FreeText
    remedy: FreeText


@topic("complaint.termination-denied", step=Step.DEADLINE)
class TerminationDenied(Event, frozen=True, kw_only=True):
    """不予终止: the matter goes on."""

    order_id: str
    ruling: FreeText


class WithdrawTicket(TicketCommand, frozen=True, kw_only=True):
    """撤回: end the matter because its reporter takes it back."""

    way: Annotated[ReporterWay, Meta(description="反映人表示撤回的方式")]
    record_no: Annotated[
        str, Meta(min_length=1, max_length=100, description="撤回凭据编号,如书面材料、通话录音")
    ]
    reason: Annotated[FreeText, Meta(description="反映人撤回的原因")]
    asks_successors: ClassVar[bool] = True


class RequestTermination(OrderCommand, frozen=True, kw_only=True):
    """终止申请: ask in writing that the matter end without a result."""

    request_no: Annotated[
        str, Meta(min_length=1, max_length=100, description="书面终止申请的文号或编号")
    ]
    reason: Annotated[FreeText, Meta(description="不能继续办理的理由与依据")]


class TerminateTicket(OrderCommand, frozen=True, kw_only=True):
    """终止: approve that the matter ends, and tell the reporter why and what remains to them."""

    ruling: Annotated[FreeText, Meta(description="批准意见")]
    explanation: Annotated[FreeText, Meta(description="告知反映人的理由")]
    remedy: Annotated[FreeText, Meta(description="告知的救济途径")]
    to_units: ClassVar[tuple[str, ...]] = ("ruling", "explanation", "remedy", "why")


class DenyTermination(OrderCommand, frozen=True, kw_only=True):
    """不予终止: decide that the matter goes on."""

    ruling: Annotated[FreeText, Meta(description="不予终止的理由")]
    to_units: ClassVar[tuple[str, ...]] = ("ruling", "why")


def may_withdraw(ticket: Ticket, attempt: Attempt) -> None:
    """As long as no result is waited upon, and never by whom the matter presses.

    Once there is a result its reporter says in the call-back what they think of it. ``WrongStep``
    ``NO_ONE_TO_WITHDRAW``: who took an anonymous matter back nobody can tell; ``OTHERS_WAIT``: what
    was merged into it is others' matter. ``NotAllowed``
    ``WITHDRAWN_BY_PARTY`` for who worked on it, and for the accused unit but its handlers.
    """
    ticket.require(
        attempt.act, Status.REPORTED, Status.ACCEPTED, Status.ANALYSED, Status.DISPATCHED
    )
    if ticket.has_merged:
        raise WrongStep(
            "OTHERS_WAIT",
            "他人反映的同一事项已并入本件,本件不能仅按一人的意愿撤回",
            remedy="请继续办理;或先撤销并入本件的各件",
        )
    if ticket.anonymous:
        raise WrongStep(
            "NO_ONE_TO_WITHDRAW",
            "匿名反映或本厅自行发现的,无法确认撤回出自反映人本人",
            remedy="请继续办理;确不能办的,由承办单位申请终止",
        )
    actor, desk = attempt.desk.actor, attempt.desk
    if actor.id in ticket.resolvers or is_pressed(ticket, desk):
        raise NotAllowed(
            "WITHDRAWN_BY_PARTY",
            "承办过本件的人员、被反映单位的人员不能登记反映人撤回",
            remedy="请由其他人员核实后登记",
        )


def may_request_termination(ticket: Ticket, attempt: Attempt) -> None:
    """By the lead unit, which has signed for the matter. ``WrongStep``.

    ``NOT_LEAD_ORDER``, ``TERMINATION_PENDING``.
    """
    order = open_order(ticket, attempt, OrderStatus.SIGNED_IN, own=True)
    if not order.lead:
        raise WrongStep(
            "NOT_LEAD_ORDER", "协办单位不能申请终止本件", remedy="请由主办单位申请,或申请退单"
        )
    if order.termination_asked_by is not None:
        raise WrongStep(
            "TERMINATION_PENDING", "本派单已有待批的终止申请", remedy="请等待批复,勿重复申请"
        )


def may_rule_on_termination(ticket: Ticket, attempt: Attempt) -> None:
    """Whoever decides did not ask. ``WrongStep`` ``NO_TERMINATION_REQUEST``."""
    asked_by = open_order(ticket, attempt, OrderStatus.SIGNED_IN).termination_asked_by
    if asked_by is None:
        raise WrongStep(
            "NO_TERMINATION_REQUEST", "本派单没有待批的终止申请", remedy="请核对派单编号"
        )
    check_other_person(asked_by, attempt.desk.actor)


@guarded(may_withdraw)
def withdraw(ticket: Ticket, command: WithdrawTicket, desk: Desk) -> list[Event]:
    withdrawn = TicketWithdrawn(
        way=command.way, record_no=command.record_no, reason=desk.sealed(command.reason)
    )
    return [*dropped(ticket, desk), withdrawn]


@guarded(may_request_termination, ORDERS)
def request_termination(_: Ticket, command: RequestTermination, desk: Desk) -> list[Event]:
    return [
        TerminationRequested(
            order_id=command.order_id,
            request_no=command.request_no,
            reason=desk.sealed(command.reason),
        )
    ]


@guarded(may_rule_on_termination, ORDERS)
def terminate(ticket: Ticket, command: TerminateTicket, desk: Desk) -> list[Event]:
    terminated = TicketTerminated(
        order_id=command.order_id,
        ruling=desk.sealed(command.ruling),
        explanation=desk.sealed(command.explanation),
        remedy=desk.sealed(command.remedy),
    )
    return [*dropped(ticket, desk), terminated]


@guarded(may_rule_on_termination, ORDERS)
def deny_termination(_: Ticket, command: DenyTermination, desk: Desk) -> list[Event]:
    return [TerminationDenied(order_id=command.order_id, ruling=desk.sealed(command.ruling))]


def dropped(ticket: Ticket, desk: Desk) -> list[Event]:
    """Every order that is left, with the verdict on the time that its unit had it."""
    left = (order for order in ticket.orders.values() if order.status not in SETTLED)
    return [
        WorkOrderDropped(order_id=one.id, verdict=ticket.handed_on(one.id, desk)) for one in left
    ]
