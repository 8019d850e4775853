"""调整主办: of the units that have the matter another one leads from now on. Part of 派发工单."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.dispatch import named_lead
from bancheng.domain.complaint.guards import ORDERS, open_order
from bancheng.domain.complaint.state import OrderCommand, Ticket, WorkOrder
from bancheng.domain.complaint.terms import OrderStatus
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate


@topic("complaint.lead-changed", step=Step.DISPATCH)
class LeadChanged(Event, frozen=True, kw_only=True):
    """调整主办: ``unit``, which has ``order_id``, leads from now on; that of ``former`` helps it.

    Neither has a new limit: ``due`` is until when the one that leads now had it already.
    ``final``: a meeting named its unit, which may not return it any more.
    """

    order_id: str
    unit: str
    former: str
    due: DueDate
    reason: FreeText
    final: bool = False


class ChangeLead(OrderCommand, frozen=True, kw_only=True):
    """调整主办: let a unit that helps lead, and the one that led help it."""

    reason: Annotated[FreeText, Meta(description="调整主办的理由")]
    to_units: ClassVar[tuple[str, ...]] = ("reason", "why")


def may_change_lead(ticket: Ticket, attempt: Attempt) -> None:
    """The order of a unit that helps and has it in hand, before the one that leads has answered.

    ``WrongStep`` ``ALREADY_LEADS``, ``LEAD_ANSWERED``, or ``OTHER_LEAD_NAMED`` if a meeting named
    another unit.
    """
    order = open_order(ticket, attempt, OrderStatus.DISPATCHED, OrderStatus.SIGNED_IN)
    if order.lead:
        raise WrongStep("ALREADY_LEADS", "该单位已是主办单位", remedy="请选择协办单位的派单")
    if _lead(ticket).status is OrderStatus.SUBMITTED:
        raise WrongStep(
            "LEAD_ANSWERED",
            "主办单位已反馈结果,不能再调整主办",
            remedy="请待核查;未解决的,退回重办",
        )
    named = named_lead(ticket, attempt.desk)
    if named not in (None, order.unit):
        raise WrongStep(
            "OTHER_LEAD_NAMED",
            f"会议已明确由「{named}」主办",
            remedy="请按会议结果办理;情况有变的,请再次召集会议",
        )


@guarded(may_change_lead, ORDERS)
def change_lead(ticket: Ticket, command: ChangeLead, desk: Desk) -> list[Event]:
    order = ticket.order(command.order_id)
    return [
        LeadChanged(
            order_id=order.id,
            unit=order.unit,
            former=_lead(ticket).id,
            due=ticket.deadline(order).due,
            reason=desk.sealed(command.reason),
            final=order.unit == named_lead(ticket, desk),
        )
    ]


def _lead(ticket: Ticket) -> WorkOrder:
    lead = ticket.lead_order
    assert lead is not None, "it was dispatched"
    return lead
