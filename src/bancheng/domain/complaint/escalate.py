"""提级督办: what is reworked or handed on again and again is recorded for those above."""

from collections.abc import Sequence

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.state import Ticket, WorkOrder
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


def reworked(ticket: Ticket, desk: Desk) -> list[Event]:
    """What follows if the matter is reworked once more.

    A further one is not refused: who says unsolved would then have to be told that it is solved.
    """
    return _escalated(ticket, EscalationCause.REWORKED, ticket.reworks + 1, desk)


def transferred(ticket: Ticket, orders: Sequence[WorkOrder], unit: str, desk: Desk) -> list[Event]:
    """What follows if ``orders`` go to ``unit``: too many hands, or one that had it before.

    One act calls those above once, whatever it shows.
    """
    times = max(ticket.times_at(unit, order) for order in orders)
    hops = _escalated(ticket, EscalationCause.REASSIGNED, ticket.reassignments + 1, desk)
    return hops or _escalated(ticket, EscalationCause.SAME_UNIT, times + 1, desk)


def _escalated(ticket: Ticket, cause: EscalationCause, count: int, desk: Desk) -> list[Event]:
    """Recorded once, when the maximum of the rule book is reached."""
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
        case EscalationCause.SAME_UNIT:
            return book.same_unit_max
