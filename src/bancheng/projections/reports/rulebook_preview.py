"""规则预览: what a new rule book leaves as it is, and what goes by it once it holds.

No book moves a running limit: each was decided once, by the version that it names. So the preview
names no dates; it says how many limits stay under which version, and of which kinds the limits that
open matters have still to come to will go by the new one.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, distinct, func, select

from bancheng.domain.case.terms import OPEN
from bancheng.domain.complaint.terms import Status
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.domain.time_limits.rulebook_changes import RuleChange, changes_between
from bancheng.projections.cases.row import case
from bancheng.projections.deadlines.board import limit
from bancheng.projections.tickets.row import ticket

_OVER = tuple(status for status in Status if status.is_closed)
_CASE_IS_OPEN = case.c.status.in_(OPEN)
_TICKET_IS_OPEN = ticket.c.status.not_in(_OVER)
_RUNS = limit.c.state == DeadlineState.RUNNING
_OF_OPEN_CASE = and_(limit.c.matter_id == case.c.case_id, _CASE_IS_OPEN)
_OF_OPEN_TICKET = and_(limit.c.matter_id == ticket.c.ticket_id, _TICKET_IS_OPEN)
_STAYING = (
    select(limit.c.rule_version, func.count(), func.count(distinct(limit.c.matter_id)))
    .where(_RUNS)
    .group_by(limit.c.rule_version)
    .order_by(limit.c.rule_version)
)
_RUNNING = select(limit.c.kind, func.count()).where(_RUNS).group_by(limit.c.kind)


class Staying(NamedTuple):
    """仍依旧版: how many running limits, on how many matters, a version has decided."""

    version: str
    limits: int
    matters: int


class Coming(NamedTuple):
    """以后依新版: a kind of limit that the new book sets otherwise.

    ``running`` are those that stay as they are; ``to_come`` the open matters on which none of the
    kind has begun yet: it goes by the new version on those that come to it.
    """

    kind: LimitKind
    running: int
    to_come: int


class BookPreview(NamedTuple):
    """规则预览: the entries that change, the open matters they touch, what stays, what comes."""

    changes: Sequence[RuleChange]
    open_cases: int
    open_tickets: int
    staying: Sequence[Staying]
    coming: Sequence[Coming]


def preview_of(connection: Connection, old: RuleBook, new: RuleBook) -> BookPreview:
    """What ``new`` would do in place of ``old``, which is in force."""
    changes = changes_between(old, new)
    cases, tickets = (
        connection.scalar(select(func.count()).where(is_open)) or 0
        for is_open in (_CASE_IS_OPEN, _TICKET_IS_OPEN)
    )
    return BookPreview(
        changes=changes,
        open_cases=cases if any(one.cases for one in changes) else 0,
        open_tickets=tickets if any(one.tickets for one in changes) else 0,
        staying=[Staying(*row) for row in connection.execute(_STAYING)],
        coming=_coming(connection, changes, cases, tickets),
    )


def _coming(
    connection: Connection, changes: Sequence[RuleChange], cases: int, tickets: int
) -> list[Coming]:
    of = {purpose: change for change in changes for purpose in change.purposes}
    running = _by_kind(connection, _RUNNING)
    begun_cases, begun_tickets = (
        _by_kind(connection, _begun(of_open)) for of_open in (_OF_OPEN_CASE, _OF_OPEN_TICKET)
    )
    return [
        Coming(
            kind=kind,
            running=running.get(kind, 0),
            to_come=(cases - begun_cases.get(kind, 0)) * of[kind.purpose].cases
            + (tickets - begun_tickets.get(kind, 0)) * of[kind.purpose].tickets,
        )
        for kind in LimitKind
        if kind.purpose in of
    ]


def _begun(of_open: ColumnElement[bool]) -> Select[Any]:
    """On how many open matters a limit of each kind has begun."""
    matters = func.count(distinct(limit.c.matter_id))
    return select(limit.c.kind, matters).where(of_open).group_by(limit.c.kind)


def _by_kind(connection: Connection, counted: Select[Any]) -> dict[LimitKind, int]:
    return {LimitKind(kind): count for kind, count in connection.execute(counted)}
