"""提级督办: what is reworked or handed on again and again is recorded for those above."""

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.terms import EscalationCause
from bancheng.domain.events import Event, topic
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.rules import RuleBook


@topic("complaint.ticket-escalated", step=Step.SUPERVISE)
class TicketEscalated(Event, frozen=True, kw_only=True):
    """提级督办: the matter was reworked, or handed on, as often as the rule book bears."""

    cause: EscalationCause
    count: int
    basis: str
    rule_version: str


def escalations(ticket: Ticket, cause: EscalationCause, desk: Desk) -> list[Event]:
    """What follows if ``cause`` happens once more: recorded once, when the maximum is reached.

    A further one is not refused: who says unsolved would then have to be told that it is solved.
    """
    count = ticket.happened(cause) + 1
    most = _most(cause, desk.rulebook)
    if most is None or count < most or cause in ticket.escalated:
        return []
    book = desk.rulebook
    basis = f"{book.title}: {cause.label}满{most}次提级督办({book.basis})"
    return [TicketEscalated(cause=cause, count=count, basis=basis, rule_version=book.version)]


def _most(cause: EscalationCause, book: RuleBook) -> int | None:
    match cause:
        case EscalationCause.REWORKED:
            return book.rework_max
        case EscalationCause.REASSIGNED:
            return book.reassign_max
