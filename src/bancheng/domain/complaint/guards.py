"""前提: what the acts on a ticket share of right, state and target. Each raises the refusal."""

from collections.abc import Collection
from typing import Final

from bancheng.domain.complaint.state import Ticket, WorkOrder
from bancheng.domain.complaint.terms import OrderStatus, Status
from bancheng.domain.errors import NotAllowed
from bancheng.domain.guards import Attempt, Targets
from bancheng.domain.people import Actor, Role

ORDERS: Final = Targets[Ticket](
    of=lambda command: command.order_id, within=lambda ticket: ticket.orders
)


def open_order(
    ticket: Ticket, attempt: Attempt, *statuses: OrderStatus, own: bool = False
) -> WorkOrder:
    """The work order that ``attempt`` is about, on a ticket whose units are at work.

    ``WrongStep`` ``WRONG_STATUS`` if they are not, ``NotFound`` ``WORK_ORDER_NOT_FOUND``,
    ``WrongStep`` ``WRONG_ORDER_STATUS`` if the order waits in none of ``statuses``. If ``own``,
    ``NotAllowed`` ``NOT_OWN_UNIT`` for the staff of other units.
    """
    ticket.require(attempt.act, Status.DISPATCHED)
    order = ticket.order(attempt.target)
    if own:
        _require_own_unit(order, attempt.desk.actor)
    order.require(attempt.act, *statuses)
    return order


def check_other_person(askers: Collection[str], actor: Actor) -> None:
    """``NotAllowed`` ``SAME_PERSON`` if ``actor`` is among who asked for what they decide about."""
    if actor.id in askers:
        raise NotAllowed(
            "SAME_PERSON", "申请人不能批复自己的申请", remedy="请送另一名有权批复的人审批"
        )


def _require_own_unit(order: WorkOrder, actor: Actor) -> None:
    # Not even who dispatched it: else one desk could sign, report and submit for all. An import
    # tells what the unit did in another system.
    if order.unit != actor.unit and not actor.may(Role.SYSTEM):
        raise NotAllowed(
            "NOT_OWN_UNIT",
            f"派单 {order.id} 不属于您所在的单位",
            remedy="请由承办单位办理,或联系工单处理员改派",
        )
