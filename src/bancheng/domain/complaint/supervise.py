"""监督检查: urging, supervision orders, striking off, and reopening."""

from typing import Annotated, ClassVar, Final

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.guards import ORDERS, open_order
from bancheng.domain.complaint.state import OrderCommand, Ticket, TicketCommand
from bancheng.domain.complaint.terms import OrderStatus, Status, SupervisionColour
from bancheng.domain.errors import InvalidInput, NotAllowed, NotFound, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate, case_by_case


@topic("complaint.work-order-urged", step=Step.SUPERVISE)
class WorkOrderUrged(Event, frozen=True, kw_only=True):
    """催办: the unit was told to hurry."""

    order_id: str
    demand: FreeText


@topic("complaint.supervision-order-issued", step=Step.SUPERVISE)
class SupervisionOrderIssued(Event, frozen=True, kw_only=True):
    """督办: a supervision order with a demand and a date by which the unit must answer it."""

    supervision_order_id: str
    unit: str
    colour: SupervisionColour
    demand: FreeText
    feedback_due: DueDate


@topic("complaint.supervision-order-answered", step=Step.SUPERVISE)
class SupervisionOrderAnswered(Event, frozen=True, kw_only=True):
    """督办反馈: the unit answered the supervision order."""

    supervision_order_id: str
    answer: FreeText


@topic("complaint.ticket-struck-off", step=Step.SUPERVISE)
class TicketStruckOff(Event, frozen=True, kw_only=True):
    """销号: the matter is closed."""


@topic("complaint.ticket-reopened", step=Step.SUPERVISE)
class TicketReopened(Event, frozen=True, kw_only=True):
    """重启: a closed, refused or diverted matter is taken up again; earlier verdicts stay.

    The citizen's time runs anew until ``answer_due``, and the analysis is owed by ``analyse_due``.
    """

    reason: FreeText
    answer_due: DueDate | None = None
    analyse_due: DueDate | None = None


class UrgeWorkOrder(OrderCommand, frozen=True, kw_only=True):
    """催办: tell the unit to hurry."""

    demand: Annotated[FreeText, Meta(description="催办内容")]
    to_units: ClassVar[tuple[str, ...]] = ("demand", "why")


class IssueSupervisionOrder(TicketCommand, frozen=True, kw_only=True):
    """督办: issue a supervision order that the unit must answer."""

    unit: Annotated[str, Meta(max_length=40, description="被督办单位编码")]
    colour: Annotated[SupervisionColour, Meta(description="督办单颜色")]
    demand: Annotated[FreeText, Meta(description="督办要求")]
    feedback_working_days: (
        Annotated[
            int, Meta(ge=1, le=60, description="反馈期限(工作日);不填则按规则库的督办反馈时限")
        ]
        | None
    ) = None
    asks_successors: ClassVar[bool] = True
    to_units: ClassVar[tuple[str, ...]] = ("demand", "why")


class AnswerSupervisionOrder(TicketCommand, frozen=True, kw_only=True):
    """督办反馈: answer a supervision order."""

    supervision_order_id: Annotated[str, Meta(max_length=80, description="督办单编号")]
    answer: Annotated[FreeText, Meta(description="反馈内容")]


class StrikeOffTicket(TicketCommand, frozen=True, kw_only=True):
    """销号: close the matter; every supervision order must have been answered."""


class ReopenTicket(TicketCommand, frozen=True, kw_only=True):
    """重启: take a closed, refused or diverted matter up again."""

    reason: Annotated[FreeText, Meta(description="重启理由")]


SUPERVISION_ORDERS: Final = Targets[Ticket](
    of=lambda command: command.supervision_order_id,
    within=lambda ticket: ticket.open_supervision_orders,
)


def may_urge(ticket: Ticket, attempt: Attempt) -> None:
    """A unit is urged while it has the order; what it objects to waits for somebody else."""
    open_order(ticket, attempt, OrderStatus.DISPATCHED, OrderStatus.SIGNED_IN)


def may_issue_supervision_order(ticket: Ticket, attempt: Attempt) -> None:
    """Also a refusal may be questioned, but not what has ended or went to another channel."""
    ended = (Status.CLOSED, Status.DIVERTED)
    ticket.require(attempt.act, *(status for status in Status if status not in ended))


def may_answer_supervision_order(ticket: Ticket, attempt: Attempt) -> None:
    """The unit that it was issued to answers once, whatever has become of the ticket meanwhile.

    ``NotFound`` ``SUPERVISION_ORDER_NOT_FOUND``; ``NotAllowed`` ``NOT_OWN_UNIT``.
    """
    unit = ticket.open_supervision_orders.get(attempt.target)
    if unit is None:
        raise NotFound(
            "SUPERVISION_ORDER_NOT_FOUND",
            f"本件没有待反馈的督办单「{attempt.target}」",
            field="supervision_order_id",
            remedy="请核对督办单编号",
        )
    # Unlike a work order, not even a handler may do it: the unit itself is called to account.
    if attempt.desk.actor.unit != unit:
        raise NotAllowed(
            "NOT_OWN_UNIT", "该督办单不是发给您所在单位的", remedy="请由被督办单位反馈"
        )


def may_strike_off(ticket: Ticket, attempt: Attempt) -> None:
    """A verified matter closes once no supervision order waits for its answer.

    ``WrongStep`` ``SUPERVISION_ORDERS_UNANSWERED``.
    """
    ticket.require(attempt.act, Status.VERIFIED)
    if ticket.open_supervision_orders:
        raise WrongStep(
            "SUPERVISION_ORDERS_UNANSWERED",
            f"尚有督办单未反馈: {'、'.join(ticket.open_supervision_orders)}",
            remedy="请督促被督办单位反馈后再销号",
        )


def may_reopen(ticket: Ticket, attempt: Attempt) -> None:
    """Only what has ended is taken up again."""
    ticket.require(attempt.act, Status.CLOSED, Status.REFUSED, Status.DIVERTED)


@guarded(may_urge, ORDERS)
def urge(_: Ticket, command: UrgeWorkOrder, desk: Desk) -> list[Event]:
    return [WorkOrderUrged(order_id=command.order_id, demand=desk.sealed(command.demand))]


@guarded(may_issue_supervision_order)
def issue_supervision_order(
    ticket: Ticket, command: IssueSupervisionOrder, desk: Desk
) -> list[Event]:
    unit, feedback_due = together(
        lambda: _unit_called(ticket, command.unit, desk), lambda: _feedback_due(command, desk)
    )
    return [
        SupervisionOrderIssued(
            # Numbered by all that were issued: an answered one has left those that are open.
            supervision_order_id=f"{ticket.number}-D{ticket.supervision_orders + 1:02d}",
            unit=unit,
            colour=command.colour,
            demand=desk.sealed(command.demand),
            feedback_due=feedback_due,
        )
    ]


def _unit_called(ticket: Ticket, code: str, desk: Desk) -> str:
    unit = desk.check_unit(code, "unit")
    # Who is called to account sees the matter: it is not shown to a unit that has no part in it.
    predecessors = (old for old, successor in desk.successors.items() if successor == unit)
    if not any(ticket.involves(one) for one in (unit, *predecessors)):
        raise InvalidInput(
            "UNIT_NOT_INVOLVED",
            f"单位「{unit}」与本件无关: 未登记、承办本件,也不是被反映单位或责任单位",
            field="unit",
            remedy="请核对被督办单位;确有关系的,请先分析原因或增派协办",
        )
    return unit


def _feedback_due(command: IssueSupervisionOrder, desk: Desk) -> DueDate:
    if command.feedback_working_days is not None:
        return desk.due(case_by_case(command.feedback_working_days), "feedback")
    due = desk.due_for("feedback")
    if due is None:
        raise InvalidInput(
            "LIMIT_UNDEFINED",
            "规则库没有规定督办反馈时限",
            field="feedback_working_days",
            remedy="请填写反馈期限(工作日)",
        )
    return due


@guarded(may_answer_supervision_order, SUPERVISION_ORDERS)
def answer_supervision_order(_: Ticket, command: AnswerSupervisionOrder, desk: Desk) -> list[Event]:
    return [
        SupervisionOrderAnswered(
            supervision_order_id=command.supervision_order_id, answer=desk.sealed(command.answer)
        )
    ]


@guarded(may_strike_off)
def strike_off(_: Ticket, __: StrikeOffTicket, ___: Desk) -> list[Event]:
    return [TicketStruckOff()]


@guarded(may_reopen)
def reopen(ticket: Ticket, command: ReopenTicket, desk: Desk) -> list[Event]:
    return [
        TicketReopened(
            reason=desk.sealed(command.reason),
            answer_due=desk.due_for("answer", category=ticket.category),
            analyse_due=desk.due_for("analyse", category=ticket.category),
        )
    ]
