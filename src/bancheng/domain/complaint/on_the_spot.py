"""当场办结: what is simple is settled where it was heard, without an order; verified like all."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bancheng.domain.commands import Desk, check_term
from bancheng.domain.complaint.escalate import reworked
from bancheng.domain.complaint.state import Ticket, TicketCommand
from bancheng.domain.complaint.terms import Outcome, Status, TicketCategory
from bancheng.domain.complaint.verify import may_verify
from bancheng.domain.errors import NotAllowed, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText, Role
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate


@topic("complaint.ticket-settled-on-the-spot", step=Step.DEADLINE)
class TicketSettledOnTheSpot(Event, frozen=True, kw_only=True):
    """当场办结: the matter was settled and answered at the window, without a work order.

    ``complexity`` is the one that the rule book lets be settled so. ``call_back_due``: when the
    reporter must have been called back, if there is somebody to call.
    """

    cause: str
    complexity: str
    outcome: Outcome
    answer: FreeText
    rule_version: str
    call_back_due: DueDate | None = None


@topic("complaint.settlement-rejected", step=Step.VERIFY)
class SettlementRejected(Event, frozen=True, kw_only=True):
    """当场办结退回: it did not stand; the matter is analysed by ``analyse_due`` like others."""

    reason: FreeText
    analyse_due: DueDate | None = None


class SettleOnTheSpot(TicketCommand, frozen=True, kw_only=True):
    """当场办结: settle a simple complaint or suggestion at the window, and answer it."""

    cause: Annotated[str, Meta(max_length=40, description="原因代码,见规则库")]
    outcome: Annotated[Outcome, Meta(description="办理结果")]
    answer: Annotated[FreeText, Meta(description="办理情况与答复内容")]


class RejectSettlement(TicketCommand, frozen=True, kw_only=True):
    """当场办结退回: send what was settled at the window on to be analysed and dispatched."""

    reason: Annotated[FreeText, Meta(description="退回理由")]
    asks_successors: ClassVar[bool] = True


def may_settle_on_the_spot(ticket: Ticket, attempt: Attempt) -> None:
    """Before any order goes out, and only what the rule book lets be settled so.

    A clerk settles what they heard first and nobody has accepted. ``WrongStep``
    ``CATEGORY_MISMATCH`` or ``NOT_ON_THE_SPOT``; ``NotAllowed`` ``NOT_FIRST_CONTACT``.
    """
    ticket.require(attempt.act, Status.REPORTED, Status.ACCEPTED, Status.ANALYSED)
    if ticket.category not in (TicketCategory.COMPLAINT, TicketCategory.SUGGESTION):
        raise WrongStep(
            "CATEGORY_MISMATCH",
            "只有投诉与建议可以当场办结,本件类别不符",
            remedy="咨询请直接答复,表扬请转达",
        )
    if _complexity(ticket, attempt.desk) is None:
        raise WrongStep(
            "NOT_ON_THE_SPOT",
            "规则库没有规定此复杂程度可以当场办结",
            remedy="请派发工单;分析有误的,请先更正分析",
        )
    actor = attempt.desk.actor
    if not actor.may(Role.HANDLER, Role.SUPERVISOR) and actor.id != ticket.first_contact_owner:
        raise NotAllowed(
            "NOT_FIRST_CONTACT", "本件不是您首先接待的", remedy="请由首问责任人或工单处理员办理"
        )


def may_reject_settlement(ticket: Ticket, attempt: Attempt) -> None:
    """By a verifier, if no order has a result that could be reworked. ``WrongStep``."""
    may_verify(ticket, attempt)
    if ticket.settled is None:
        raise WrongStep("NOT_SETTLED_ON_THE_SPOT", "本件不是当场办结的", remedy="请对派单下达重办")


@guarded(may_settle_on_the_spot)
def settle_on_the_spot(ticket: Ticket, command: SettleOnTheSpot, desk: Desk) -> list[Event]:
    check_term(desk.rulebook.causes, command.cause, "cause", "原因")
    complexity = _complexity(ticket, desk)
    assert complexity is not None, "the guard asked for one"
    due = desk.due_for("call_back", category=ticket.category, complexity=complexity)
    return [
        TicketSettledOnTheSpot(
            cause=command.cause,
            complexity=complexity,
            outcome=command.outcome,
            answer=desk.sealed(command.answer),
            rule_version=desk.rulebook.version,
            call_back_due=None if ticket.anonymous else due,
        )
    ]


@guarded(may_reject_settlement)
def reject_settlement(ticket: Ticket, command: RejectSettlement, desk: Desk) -> list[Event]:
    return [
        SettlementRejected(
            reason=desk.sealed(command.reason),
            analyse_due=desk.due_for("analyse", category=ticket.category),
        ),
        *reworked(ticket, desk),
    ]


def _complexity(ticket: Ticket, desk: Desk) -> str | None:
    """The complexity as which the matter may be settled at the window, if it may."""
    simple = [term.code for term in desk.rulebook.complexities if term.on_the_spot]
    if ticket.complexity is None:
        return simple[0] if simple else None
    return ticket.complexity if ticket.complexity in simple else None
