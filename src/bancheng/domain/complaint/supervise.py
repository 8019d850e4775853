"""监督检查: striking off, and reopening.

What is demanded of units stands in `bancheng.domain.supervision`, for tickets and cases alike.
"""

from typing import Annotated

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.state import Ticket, TicketCommand
from bancheng.domain.complaint.terms import Status
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate


@topic("complaint.ticket-struck-off", step=Step.SUPERVISE)
class TicketStruckOff(Event, frozen=True, kw_only=True):
    """销号: the matter is closed."""


@topic("complaint.ticket-reopened", step=Step.SUPERVISE)
class TicketReopened(Event, frozen=True, kw_only=True):
    """重启: a matter that has ended, however, is taken up again; earlier verdicts stay.

    The citizen's time runs anew until ``answer_due``, and the analysis is owed by ``analyse_due``.
    """

    reason: FreeText
    answer_due: DueDate | None = None
    analyse_due: DueDate | None = None


class StrikeOffTicket(TicketCommand, frozen=True, kw_only=True):
    """销号: close the matter; all that units were asked must have been answered."""


class ReopenTicket(TicketCommand, frozen=True, kw_only=True):
    """重启: take a matter that has ended, however, up again."""

    reason: Annotated[FreeText, Meta(description="重启理由")]


def may_strike_off(ticket: Ticket, attempt: Attempt) -> None:
    """A verified matter closes once its reporter and every question to a unit are answered.

    ``WrongStep`` ``REPORTER_UNANSWERED``, ``MEASURES_UNANSWERED``.
    """
    ticket.require(attempt.act, Status.VERIFIED)
    if ticket.owes_answer:
        raise WrongStep(
            "REPORTER_UNANSWERED",
            "办理结果尚未答复反映人,不能销号",
            remedy="请答复反映人;匿名或联系不上的,请公开答复",
        )
    if ticket.unanswered:
        raise WrongStep(
            "MEASURES_UNANSWERED",
            f"尚有督促未反馈: {'、'.join(ticket.unanswered)}",
            remedy="请督促被督促单位反馈后再销号",
        )


def may_reopen(ticket: Ticket, attempt: Attempt) -> None:
    """Only what has ended is taken up again; what was merged has the dates it had (撤销并件)."""
    ended = (status for status in Status if status.is_closed and status is not Status.MERGED)
    ticket.require(attempt.act, *ended)


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
