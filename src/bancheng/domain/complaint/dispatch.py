"""派发工单: work orders go to one lead unit and its co-units, are signed for and reassigned."""

from typing import Annotated, Any, ClassVar, NamedTuple

from msgspec import Meta

from bancheng.domain.commands import Desk, UnitRef
from bancheng.domain.complaint.escalate import transferred
from bancheng.domain.complaint.guards import ORDERS, open_order
from bancheng.domain.complaint.release import Keeps, Released, Text, released_to
from bancheng.domain.complaint.state import (
    SETTLED,
    OrderCommand,
    Ticket,
    TicketCommand,
    WorkOrder,
)
from bancheng.domain.complaint.terms import OrderStatus, Status
from bancheng.domain.errors import InvalidInput, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate, Limit, Verdict, case_by_case


def _without_text(body: dict[str, Any]) -> dict[str, Any]:
    """Schema 1: its unit read the report itself; no text was released to it."""
    return body | {"released": None, "tells": []}


@topic(
    "complaint.work-order-dispatched",
    schema=2,
    upcasts={1: _without_text},
    step=Step.DISPATCH,
)
class WorkOrderDispatched(Event, frozen=True, kw_only=True):
    """派发: a unit was asked to solve the matter. All dates are decided here, once.

    ``final`` says that a ruling or a meeting assigned the unit: it may not return it (WF 22).
    ``instruction`` is what is demanded of the unit, ``released`` what it may read of the report,
    and ``tells`` which of the reporter's data that still holds, as the handler meant it to.
    ``replaces`` names the order that this one was reassigned from. ``respond_due`` is when the
    unit must have got in touch or told of progress; its result counts as that too.
    """

    order_id: str
    unit: str
    lead: bool
    instruction: FreeText
    due: DueDate
    sign_in_due: DueDate | None = None
    respond_due: DueDate | None = None
    return_due: DueDate | None = None
    final: bool = False
    replaces: str | None = None
    released: ReleasedText | None = None
    tells: tuple[PersonalField, ...] = ()


@topic("complaint.work-order-signed-in", step=Step.DISPATCH)
class WorkOrderSignedIn(Event, frozen=True, kw_only=True):
    """签收: the unit confirmed the receipt of its work order."""

    order_id: str


@topic("complaint.work-order-reassigned", step=Step.DISPATCH)
class WorkOrderReassigned(Event, frozen=True, kw_only=True):
    """改派: the order was taken from its unit; ``successor`` names the order that replaces it.

    ``verdict`` is on the time that the unit had it, unless a ruling had released it before.
    """

    order_id: str
    successor: str
    verdict: Verdict | None = None


class DispatchWorkOrders(TicketCommand, frozen=True, kw_only=True):
    """派发: send work orders to one lead unit and any co-units."""

    lead_unit: Annotated[UnitRef, Meta(description="主办单位编码")]
    instruction: Annotated[FreeText, Meta(description="办理要求")]
    released: Text
    keeps: Keeps = ()
    co_units: Annotated[tuple[UnitRef, ...], Meta(max_length=20, description="协办单位编码")] = ()
    limit_working_days: (
        Annotated[
            int, Meta(ge=1, le=365, description="一事一议限期(工作日),仅在规则库未规定时填写")
        ]
        | None
    ) = None
    asks_successors: ClassVar[bool] = True
    to_units: ClassVar[tuple[str, ...]] = ("instruction", "why")


class AddCoUnit(TicketCommand, frozen=True, kw_only=True):
    """增派协办: ask one more unit to help, with the limit of the lead order from now on."""

    unit: Annotated[UnitRef, Meta(description="增派的协办单位编码")]
    instruction: Annotated[FreeText, Meta(description="办理要求")]
    released: Text
    keeps: Keeps = ()
    asks_successors: ClassVar[bool] = True
    to_units: ClassVar[tuple[str, ...]] = ("instruction", "why")


class SignInWorkOrder(OrderCommand, frozen=True, kw_only=True):
    """签收: confirm the receipt of a work order."""


class ReassignWorkOrder(OrderCommand, frozen=True, kw_only=True):
    """改派: give an open order to another unit, with a time limit of its own."""

    unit: Annotated[UnitRef, Meta(description="新的承办单位编码")]
    instruction: Annotated[FreeText, Meta(description="办理要求")]
    released: Text
    keeps: Keeps = ()
    final: Annotated[bool, Meta(description="指定承办: 该单位不得再退单")] = False
    asks_successors: ClassVar[bool] = True
    to_units: ClassVar[tuple[str, ...]] = ("instruction", "why")


class Sent(NamedTuple):
    """送达: what goes to a unit with its order: what is demanded of it, and what it may read."""

    instruction: FreeText
    released: Released


def order_id(ticket_number: str, serial: int) -> str:
    """The number of the ticket's work order ``serial``, counted from 1."""
    return f"{ticket_number}-{serial:02d}"


def may_dispatch(ticket: Ticket, attempt: Attempt) -> None:
    """Orders go out once, after the analysis by which their limits are chosen."""
    ticket.require(attempt.act, Status.ANALYSED)


def may_add_co_unit(ticket: Ticket, attempt: Attempt) -> None:
    """As long as some unit still owes its result, and another one has no order.

    ``WrongStep`` ``EVERY_UNIT_AT_WORK``.
    """
    ticket.require(attempt.act, Status.DISPATCHED)
    if all(_has_order(ticket, unit) for unit in attempt.desk.units):
        raise WrongStep(
            "EVERY_UNIT_AT_WORK", "本厅各单位均已承办本件", remedy="请催办或督办已承办的单位"
        )


def may_sign_in(ticket: Ticket, attempt: Attempt) -> None:
    """The unit signs for its own order, once."""
    open_order(ticket, attempt, OrderStatus.DISPATCHED, own=True)


def may_reassign(ticket: Ticket, attempt: Attempt) -> None:
    """An order that its unit objects to stays where it is until a ruling.

    Nor does the lead's go on where the unit that a meeting named has the matter already:
    ``WrongStep`` ``NAMED_LEAD_AT_WORK``.
    """
    order = open_order(
        ticket, attempt, OrderStatus.DISPATCHED, OrderStatus.SIGNED_IN, OrderStatus.RELEASED
    )
    named = named_lead(ticket, attempt.desk) if order.lead else None
    if named is not None and _has_order(ticket, named, but=_given_back(order, named)):
        raise WrongStep(
            "NAMED_LEAD_AT_WORK",
            f"会议已明确由「{named}」主办,该单位已承办本件",
            remedy="请由该单位办理;情况有变的,请再次召集会议",
        )


@guarded(may_dispatch)
def dispatch(ticket: Ticket, command: DispatchWorkOrders, desk: Desk) -> list[Event]:
    lead, others, _, _, limit, released = together(
        lambda: desk.check_unit(command.lead_unit, "lead_unit"),
        lambda: desk.check_units(command.co_units, "co_units"),
        lambda: _check_lead(command),
        lambda: check_named(ticket, command.lead_unit, "lead_unit", desk),
        lambda: _resolve_limit(ticket, desk, command.limit_working_days),
        lambda: released_to(ticket, (command.lead_unit, *command.co_units), command, desk),
    )
    named = named_lead(ticket, desk)
    # A reopened ticket numbers on: trails and verdicts name the orders of its first round.
    first = ticket.next_order_number()
    return [
        _order(
            ticket,
            first + offset,
            unit,
            Sent(command.instruction, released),
            limit=limit,
            desk=desk,
            lead=unit == lead,
            final=unit == named,
        )
        for offset, unit in enumerate((lead, *others))
    ]


@guarded(may_add_co_unit)
def add_co_unit(ticket: Ticket, command: AddCoUnit, desk: Desk) -> list[Event]:
    unit, released = together(
        lambda: _without_order(ticket, command.unit, desk),
        lambda: released_to(ticket, (command.unit,), command, desk),
    )
    lead = ticket.lead_order
    assert lead is not None, "it was dispatched"
    limit = ticket.deadline(lead).due.limit
    serial = ticket.next_order_number()
    sent = Sent(command.instruction, released)
    return [_order(ticket, serial, unit, sent, limit=limit, desk=desk, lead=False)]


@guarded(may_sign_in, ORDERS)
def sign_in(_: Ticket, command: SignInWorkOrder, __: Desk) -> list[Event]:
    return [WorkOrderSignedIn(order_id=command.order_id)]


@guarded(may_reassign, ORDERS)
def reassign(ticket: Ticket, command: ReassignWorkOrder, desk: Desk) -> list[Event]:
    order = ticket.order(command.order_id)
    unit, _, released = together(
        lambda: _without_order(
            ticket, command.unit, desk, but=_given_back(order, named_lead(ticket, desk))
        ),
        lambda: check_named(ticket, command.unit, "unit", desk) if order.lead else None,
        lambda: released_to(ticket, (command.unit,), command, desk),
    )
    serial, sent = ticket.next_order_number(), Sent(command.instruction, released)
    final = command.final or (order.lead and unit == named_lead(ticket, desk))
    return [
        *handed_to(ticket, order, serial, unit, sent, desk=desk, final=final),
        *transferred(ticket, [order], unit, desk),
    ]


def handed_to(
    ticket: Ticket,
    order: WorkOrder,
    serial: int,
    unit: str,
    sent: Sent,
    *,
    desk: Desk,
    final: bool,
) -> list[Event]:
    """The order leaves its unit, and ``unit`` has one of its own, numbered ``serial``."""
    # The limit of the first order, not its due date: the new unit has the whole time, and neither
    # an extension nor a pause that the old one was granted.
    successor = _order(
        ticket,
        serial,
        unit,
        sent,
        limit=ticket.deadline(order).due.limit,
        desk=desk,
        lead=order.lead,
        final=final,
        replaces=order.id,
    )
    handed_on = ticket.handed_on(order.id, desk)
    return [
        WorkOrderReassigned(order_id=order.id, successor=successor.order_id, verdict=handed_on),
        successor,
    ]


def named_lead(ticket: Ticket, desk: Desk) -> str | None:
    """The unit that a meeting named to lead; None if none did, or that is no unit any more."""
    named = ticket.named_lead and desk.stands_in_for(ticket.named_lead)
    return named if named in desk.units else None


def check_named(ticket: Ticket, unit: str, field: str, desk: Desk) -> None:
    """``InvalidInput`` ``LEAD_NAMED_BY_MEETING`` if a meeting named another unit to lead."""
    if named_lead(ticket, desk) not in (None, unit):
        raise InvalidInput(
            "LEAD_NAMED_BY_MEETING",
            f"会议已明确由「{named_lead(ticket, desk)}」主办",
            field=field,
            remedy="请按会议结果派发;情况有变的,请再次召集会议",
        )


def _check_lead(command: DispatchWorkOrders) -> None:
    if command.lead_unit in command.co_units:
        raise InvalidInput(
            "LEAD_IS_CO_UNIT",
            "主办单位不能同时是协办单位",
            field=f"co_units[{command.co_units.index(command.lead_unit)}]",
            remedy="请从协办单位中删去主办单位",
        )


def _has_order(ticket: Ticket, unit: str, but: str | None = None) -> bool:
    own = (one for one in ticket.orders.values() if one.unit == unit and one.id != but)
    return any(one.status not in SETTLED for one in own)


def _given_back(order: WorkOrder, named: str | None) -> str | None:
    """The id of a lead order that its unit rightly gave back, if a meeting gives it that again."""
    is_named = order.lead and order.unit == named
    return order.id if is_named and order.status is OrderStatus.RELEASED else None


def _without_order(ticket: Ticket, code: str, desk: Desk, but: str | None = None) -> str:
    unit = desk.check_unit(code, "unit")
    # A unit whose return was upheld counts too: else the matter would go round in a circle.
    if _has_order(ticket, unit, but):
        raise InvalidInput(
            "UNIT_HAS_ORDER",
            f"单位「{unit}」已承办本件,不能再派给它",
            field="unit",
            remedy="请选择其他单位",
        )
    return unit


def _resolve_limit(ticket: Ticket, desk: Desk, case_by_case_days: int | None) -> Limit:
    limit = desk.limit_for("resolve", category=ticket.category, complexity=ticket.complexity)
    if limit is not None:
        if case_by_case_days is not None:
            raise InvalidInput(
                "LIMIT_FIXED_BY_RULE",
                f"规则库已规定办理时限({limit.label}),不能另定",
                field="limit_working_days",
                remedy="请不填一事一议限期,或重新分析复杂程度",
            )
        return limit
    if case_by_case_days is None:
        raise InvalidInput(
            "LIMIT_UNDEFINED",
            "规则库没有为此类别与复杂程度规定办理时限",
            field="limit_working_days",
            remedy="请填写一事一议限期(工作日)",
        )
    return case_by_case(case_by_case_days)


def _order(
    ticket: Ticket,
    serial: int,
    unit: str,
    sent: Sent,
    *,
    limit: Limit,
    desk: Desk,
    lead: bool,
    final: bool = False,
    replaces: str | None = None,
) -> WorkOrderDispatched:
    return WorkOrderDispatched(
        order_id=order_id(ticket.number, serial),
        unit=unit,
        lead=lead,
        instruction=desk.sealed(sent.instruction),
        released=sent.released.text,
        tells=sent.released.tells,
        due=desk.due(limit, "resolve"),
        sign_in_due=_due_for("sign_in", ticket, desk),
        respond_due=_due_for("respond", ticket, desk),
        # Whom a ruling chose has no window to object in (WF 22).
        return_due=None if final else _due_for("return_window", ticket, desk),
        final=final,
        replaces=replaces,
    )


def _due_for(purpose: str, ticket: Ticket, desk: Desk) -> DueDate | None:
    return desk.due_for(purpose, category=ticket.category, complexity=ticket.complexity)
