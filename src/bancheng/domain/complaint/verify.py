"""结果核查: somebody other than the resolver asks the reporter, and passes the result or not."""

from typing import Annotated

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.state import Ticket, TicketCommand, require_order
from bancheng.domain.complaint.terms import OrderStatus, Satisfaction, Status
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate


@topic("complaint.call-back-recorded", step=Step.VERIFY)
class CallBackRecorded(Event, frozen=True, kw_only=True):
    """回访: the reporter was asked; ``solved`` and ``satisfaction`` only if they were reached.

    A call that reached nobody is recorded too; the time to call goes on until one does, or until
    the result is verified without.
    """

    reached: bool
    solved: bool | None
    satisfaction: Satisfaction | None
    comment: FreeText | None


@topic("complaint.verification-passed", step=Step.VERIFY)
class VerificationPassed(Event, frozen=True, kw_only=True):
    """核查通过: the result stands."""

    conclusion: FreeText


@topic("complaint.rework-ordered", step=Step.VERIFY)
class ReworkOrdered(Event, frozen=True, kw_only=True):
    """重办: the unit must handle the matter again, under a new due date (JN 27, H1)."""

    order_id: str
    reason: FreeText
    due: DueDate


class RecordCallBack(TicketCommand, frozen=True, kw_only=True):
    """回访: record what the reporter answered, or that nobody was reached."""

    reached: Annotated[bool, Meta(description="是否联系上反映人")]
    solved: Annotated[bool | None, Meta(description="反映人认为是否解决;联系上时必填")] = None
    satisfaction: Annotated[Satisfaction | None, Meta(description="满意度;联系上时必填")] = None
    comment: Annotated[FreeText | None, Meta(description="反映人意见;未联系上时必填原因")] = None


class PassVerification(TicketCommand, frozen=True, kw_only=True):
    """核查通过: confirm the result."""

    conclusion: Annotated[FreeText, Meta(description="核查结论")]


class OrderRework(TicketCommand, frozen=True, kw_only=True):
    """重办: send a work order back to its unit."""

    order_id: Annotated[str, Meta(max_length=80, description="工单编号")]
    reason: Annotated[FreeText, Meta(description="重办理由")]


def record_call_back(ticket: Ticket, command: RecordCallBack, desk: Desk) -> list[Event]:
    ticket.require(command, Status.RESOLVED)
    _require_independent(ticket, desk)
    if ticket.anonymous:
        raise WrongStep(
            "NO_ONE_TO_CALL", "匿名反映,无法回访", remedy="请直接核查结果并写明核查结论"
        )
    answered = command.solved is not None and command.satisfaction is not None
    if command.reached and not answered:
        raise InvalidInput(
            "CALL_BACK_INCOMPLETE",
            "已联系上反映人,须填写是否解决与满意度",
            field="solved" if command.solved is None else "satisfaction",
            remedy="请补填回访结果",
        )
    if not command.reached and (command.solved is not None or command.satisfaction is not None):
        raise InvalidInput(
            "CALL_BACK_INVENTED",
            "未联系上反映人,不得填写是否解决与满意度",
            field="solved" if command.solved is not None else "satisfaction",
            remedy="请清空回访结果,只写未联系上的原因",
        )
    if not command.reached and command.comment is None:
        raise InvalidInput(
            "CALL_BACK_REASON_MISSING",
            "未联系上反映人,须写明原因",
            field="comment",
            remedy="请填写未联系上的原因,如几次拨打、无人接听",
        )
    return [
        CallBackRecorded(
            reached=command.reached,
            solved=command.solved,
            satisfaction=command.satisfaction,
            comment=None if command.comment is None else desk.sealed(command.comment),
        )
    ]


def pass_verification(ticket: Ticket, command: PassVerification, desk: Desk) -> list[Event]:
    ticket.require(command, Status.RESOLVED)
    _require_independent(ticket, desk)
    if not ticket.anonymous and not ticket.called_back:
        raise WrongStep(
            "CALL_BACK_MISSING", "实名反映须先回访再通过核查", remedy="请先记录回访情况"
        )
    if ticket.said_unsolved and not ticket.only_explained():
        raise WrongStep(
            "REPORTER_SAYS_UNSOLVED",
            "反映人回访称未解决,而单位反馈称已解决,不能通过核查",
            remedy="请重办;依法不能办理的,由单位以「已解释」反馈后再核查",
        )
    return [VerificationPassed(conclusion=desk.sealed(command.conclusion))]


def order_rework(ticket: Ticket, command: OrderRework, desk: Desk) -> list[Event]:
    ticket.require(command, Status.RESOLVED)
    _require_independent(ticket, desk)
    order = ticket.order(command.order_id)
    require_order(order, command, OrderStatus.SUBMITTED)
    return [
        ReworkOrdered(
            order_id=order.id,
            reason=desk.sealed(command.reason),
            due=desk.due(ticket.deadline(order).due.limit, "resolve"),
        )
    ]


def _require_independent(ticket: Ticket, desk: Desk) -> None:
    units = {order.unit for order in ticket.orders.values()}
    if desk.actor.id in ticket.resolvers or desk.actor.unit in units:
        raise NotAllowed(
            "VERIFIER_IS_RESOLVER",
            "核查人不得是本件的承办人或承办单位人员",
            remedy="请由其他核查员办理",
        )
