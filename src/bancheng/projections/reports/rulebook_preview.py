"""规则预览: how many open matters a new rule book would give their later limits."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from bancheng.domain.case.terms import OPEN
from bancheng.domain.complaint.terms import Status
from bancheng.domain.time_limits.rulebook_changes import RuleChange
from bancheng.projections.cases.row import case
from bancheng.projections.tickets.row import ticket

_OVER = (Status.CLOSED, Status.REFUSED, Status.DIVERTED)
_OPEN_CASES = select(func.count()).select_from(case).where(case.c.status.in_(OPEN))
_OPEN_TICKETS = select(func.count()).select_from(ticket).where(ticket.c.status.not_in(_OVER))


class Moved(NamedTuple):
    """所涉办件: how many open matters have later limits that the changes touch."""

    cases: int
    tickets: int


def moved_by(connection: Connection, changes: Sequence[RuleChange]) -> Moved:
    """The open matters that ``changes`` touch. Their dates so far stay as they were decided."""
    by_cases = any(change.cases for change in changes)
    by_tickets = any(change.tickets for change in changes)
    return Moved(
        cases=(connection.scalar(_OPEN_CASES) or 0) if by_cases else 0,
        tickets=(connection.scalar(_OPEN_TICKETS) or 0) if by_tickets else 0,
    )
