"""办不成事工单承接: work orders, supervision orders and cards of a closed unit are passed on."""

from typing import Annotated, ClassVar, Final

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.dispatch import Sent, handed_to
from bancheng.domain.complaint.escalate import transferred
from bancheng.domain.complaint.release import passed_on
from bancheng.domain.complaint.state import Ticket, WorkOrder
from bancheng.domain.events import Event
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.people import FreeText
from bancheng.domain.succession import TakeOver, limits_passed_on, nothing_to_take_over
from bancheng.domain.warnings.events import DutiesPassedOn

_INSTRUCTION: Final = "原承办单位「{unit}」已停用,由你单位承接本派单,按原办理要求办结"


class TakeOverTicket(TakeOver, frozen=True, kw_only=True):
    """办不成事工单承接: let a successor take over what a closed unit owes on a ticket."""

    ticket_id: Annotated[str, Meta(max_length=80, description="办不成事工单标识")]
    about_field: ClassVar[str] = "ticket_id"
    asks_successors: ClassVar[bool] = True


def may_take_over(ticket: Ticket, attempt: Attempt) -> None:
    """As long as the unit owes something. ``WrongStep`` ``NOTHING_TO_TAKE_OVER``."""
    unit = attempt.target
    limits = limits_passed_on(ticket.deadlines.values(), unit, attempt.desk)
    if not limits and not _orders_of(ticket, unit):
        raise nothing_to_take_over()


def _units(ticket: Ticket) -> list[str]:
    owing = [one.unit for one in ticket.deadlines.values() if one.is_running]
    return sorted({unit for unit in owing if unit is not None})


@guarded(may_take_over, Targets(of=lambda command: command.unit, within=_units))
def take_over(ticket: Ticket, command: TakeOverTicket, desk: Desk) -> list[Event]:
    successor = desk.check_unit(command.successor, "successor")
    orders, first = _orders_of(ticket, command.unit), ticket.next_order_number()
    instruction = FreeText(_INSTRUCTION.format(unit=command.unit))
    # A successor that has an order of its own has two then: neither result stands for the other.
    events = [
        event
        for serial, order in enumerate(orders, start=first)
        for event in handed_to(
            ticket,
            order,
            serial,
            successor,
            Sent(instruction, passed_on(ticket, order.id, successor, desk)),
            desk=desk,
            final=order.final,
        )
    ]
    if orders:
        # Whoever waits does not ask why the matter went to another hand.
        events += transferred(ticket, orders, successor, desk)
    if limits := limits_passed_on(ticket.deadlines.values(), command.unit, desk):
        events.append(DutiesPassedOn(unit=command.unit, successor=successor, limits=limits))
    return events


def _orders_of(ticket: Ticket, unit: str) -> list[WorkOrder]:
    # What is not in its hand now is taken over when a ruling gives it back.
    mine = (ticket.orders[one] for one in ticket.in_hand)
    return [order for order in mine if order.unit == unit]
