"""结果核查: somebody other than the resolver asks the reporter, and passes the result or not."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bancheng.domain.calls import CallResult, check_note
from bancheng.domain.commands import Desk
from bancheng.domain.complaint.escalate import reworked
from bancheng.domain.complaint.guards import ORDERS
from bancheng.domain.complaint.state import OrderCommand, Ticket, TicketCommand
from bancheng.domain.complaint.terms import OrderStatus, Satisfaction, Status
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText, Role
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate


@topic("complaint.call-back-recorded", step=Step.VERIFY)
class CallBackRecorded(Event, frozen=True, kw_only=True):
    """回访: the reporter was called; ``solved`` and ``satisfaction`` only if they were reached.

    A call that reached nobody is recorded too. The time to call goes on until somebody is reached,
    or until the result is verified all the same.
    """

    call: CallResult
    solved: bool | None
    satisfaction: Satisfaction | None
    comment: FreeText | None


@topic("complaint.verification-passed", step=Step.VERIFY)
class VerificationPassed(Event, frozen=True, kw_only=True):
    """核查通过: the result stands. ``strike_off_due`` is when the matter must be closed.

    ``answered``: nobody is owed an answer any more. Before this was asked, a result that passed was
    taken for an answer.
    """

    conclusion: FreeText
    answered: bool = True
    strike_off_due: DueDate | None = None


@topic("complaint.rework-ordered", step=Step.VERIFY)
class ReworkOrdered(Event, frozen=True, kw_only=True):
    """重办: the unit must handle the matter again, under a new due date (JN 27, H1).

    ``answer_set_aside``: the reporter had an answer that stands no more, and is owed another by
    ``answer_due``. The time that they were promised is not given twice.
    """

    order_id: str
    reason: FreeText
    due: DueDate
    answer_set_aside: bool = False
    answer_due: DueDate | None = None


class RecordCallBack(TicketCommand, frozen=True, kw_only=True):
    """回访: record what the reporter answered, or that nobody was reached."""

    call: Annotated[CallResult, Meta(description="通话结果")]
    solved: Annotated[bool | None, Meta(description="反映人认为是否解决;接通时必填")] = None
    satisfaction: Annotated[Satisfaction | None, Meta(description="满意度;接通时必填")] = None
    comment: Annotated[FreeText | None, Meta(description="反映人意见;未接通时必填情况")] = None
    asks_successors: ClassVar[bool] = True


class PassVerification(TicketCommand, frozen=True, kw_only=True):
    """核查通过: confirm the result."""

    conclusion: Annotated[FreeText, Meta(description="核查结论")]
    asks_successors: ClassVar[bool] = True


class OrderRework(OrderCommand, frozen=True, kw_only=True):
    """重办: send a work order back to its unit."""

    reason: Annotated[FreeText, Meta(description="重办理由")]
    asks_successors: ClassVar[bool] = True
    to_units: ClassVar[tuple[str, ...]] = ("reason", "why")


def may_verify(ticket: Ticket, attempt: Attempt) -> None:
    """Nobody verifies what they or their unit did. ``NotAllowed`` ``VERIFIER_IS_RESOLVER``.

    What a closed unit did, its successor did. What the hall itself solved, whose verifiers are all
    of its own unit, is verified by whoever took no part in it and is no officer of that unit.
    """
    ticket.require(attempt.act, Status.RESOLVED)
    desk, actor = attempt.desk, attempt.desk.actor
    # The staff of a closed unit go along: they would verify what their own colleagues did.
    own = [
        order
        for order in ticket.orders.values()
        if desk.stands_in_for(order.unit) == desk.stands_in_for(actor.unit)
    ]
    solves = actor.may(Role.UNIT_OFFICER, Role.UNIT_HEAD)
    of_the_resolvers = any(solves or order.dispatched_by != actor.unit for order in own)
    # By person too: who took part may since have moved to another unit.
    if actor.id in ticket.resolvers or of_the_resolvers:
        raise NotAllowed(
            "VERIFIER_IS_RESOLVER",
            "核查人不得是本件的承办人或承办单位人员(本厅承办的,不得是参与办理的人)",
            remedy="请由其他核查员办理",
        )


def may_call_back(ticket: Ticket, attempt: Attempt) -> None:
    """Who gave no name can not be called. ``WrongStep`` ``NO_ONE_TO_CALL``."""
    may_verify(ticket, attempt)
    if ticket.anonymous:
        raise WrongStep(
            "NO_ONE_TO_CALL", "匿名反映,无法回访", remedy="请直接核查结果并写明核查结论"
        )


def may_pass(ticket: Ticket, attempt: Attempt) -> None:
    """A result passes unless the reporter was not reached, or says that nothing is solved.

    Who can not be reached was tried as often, and on as many days, as the rule book says.
    ``WrongStep`` ``CALL_BACK_MISSING`` or ``REPORTER_SAYS_UNSOLVED``. What every unit explained as
    forbidden by law passes against the reporter's no, since no rework could change it.
    """
    may_verify(ticket, attempt)
    if not ticket.anonymous and not ticket.reached:
        _check_tries(ticket, attempt.desk)
    if ticket.said_unsolved and not ticket.only_explained():
        raise WrongStep(
            "REPORTER_SAYS_UNSOLVED",
            "反映人回访称未解决,而单位反馈称已解决,不能通过核查",
            remedy="请重办;依法不能办理的,由单位以「已解释」反馈后再核查",
        )


def may_order_rework(ticket: Ticket, attempt: Attempt) -> None:
    """An order with a result goes back; one that was reassigned has a successor instead."""
    may_verify(ticket, attempt)
    order = ticket.order(attempt.target)
    order.require(attempt.act, OrderStatus.SUBMITTED)
    if order.outcome is None:
        raise WrongStep(
            "RESULT_SET_ASIDE",
            f"派单 {order.id} 的结果在重启前反馈,已不再作数",
            remedy="请退回本轮派出的单位重办",
        )


@guarded(may_call_back)
def record_call_back(_: Ticket, command: RecordCallBack, desk: Desk) -> list[Event]:
    together(
        lambda: _check_answer(command, "solved"),
        lambda: _check_answer(command, "satisfaction"),
        lambda: check_note(command.call, command.comment, "comment"),
    )
    return [
        CallBackRecorded(
            call=command.call,
            solved=command.solved,
            satisfaction=command.satisfaction,
            comment=None if command.comment is None else desk.sealed(command.comment),
        )
    ]


def _check_answer(command: RecordCallBack, field: str) -> None:
    is_answered = getattr(command, field) is not None
    if command.call.reached and not is_answered:
        raise InvalidInput(
            "CALL_BACK_INCOMPLETE",
            "已接通反映人,须填写是否解决与满意度",
            field=field,
            remedy="请补填回访结果",
        )
    if is_answered and not command.call.reached:
        raise InvalidInput(
            "CALL_BACK_INVENTED",
            "未接通反映人,不得填写是否解决与满意度",
            field=field,
            remedy="请清空回访结果,只写未接通的情况",
        )


@guarded(may_pass)
def pass_verification(ticket: Ticket, command: PassVerification, desk: Desk) -> list[Event]:
    return [
        VerificationPassed(
            conclusion=desk.sealed(command.conclusion),
            answered=not ticket.owes_answer,
            strike_off_due=desk.due_for("strike_off"),
        )
    ]


@guarded(may_order_rework, ORDERS)
def order_rework(ticket: Ticket, command: OrderRework, desk: Desk) -> list[Event]:
    order = ticket.order(command.order_id)
    return [
        ReworkOrdered(
            order_id=order.id,
            reason=desk.sealed(command.reason),
            # Under the same limit, but anew: extensions and pauses belonged to the first attempt.
            due=desk.due(ticket.deadline(order).due.limit, "resolve"),
            answer_set_aside=ticket.answered,
            answer_due=ticket.answered_by(desk.stream_id),
        ),
        *reworked(ticket, desk),
    ]


def _check_tries(ticket: Ticket, desk: Desk) -> None:
    book = desk.rulebook
    days = {desk.calendar.local(at).date() for at in ticket.unreached}
    if len(ticket.unreached) < book.call_back_tries or len(days) < book.call_back_days:
        raise WrongStep(
            "CALL_BACK_MISSING",
            f"实名反映须先回访;联系不上的须在不同的{book.call_back_days}日内"
            f"至少拨打{book.call_back_tries}次,现为{len(days)}日{len(ticket.unreached)}次",
            remedy="请回访反映人并记录情况",
        )
