"""In which other tickets one goes on, or which it repeats: who may not know of those knows nothing.

Followed to the end: what one leads to may lead on.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, or_, select

from bancheng.projections.ledger.listing import among
from bancheng.projections.tickets.row import ticket

_LEADS: Final = select(ticket.c.ticket_id, ticket.c.merged_into, ticket.c.repeats).where(
    among(ticket.c.ticket_id, "tickets"),
    or_(ticket.c.merged_into.is_not(None), ticket.c.repeats.is_not(None)),
)


def leads_of(connection: Connection, tickets: Iterable[str]) -> dict[str, frozenset[str]]:
    """To which others each of ``tickets`` leads, and so each of those."""
    found: dict[str, frozenset[str]] = {}
    left = frozenset(tickets)
    while left:
        rows = connection.execute(_LEADS, {"tickets": sorted(left)})
        leads = {one.ticket_id: frozenset({one.merged_into, one.repeats} - {None}) for one in rows}
        found |= dict.fromkeys(left, frozenset[str]()) | leads
        left = frozenset[str]().union(*leads.values()) - found.keys()
    return found


def behind_it(ticket_id: str, leads: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """All tickets that this one leads to; two may be merged into each other for a moment."""
    found, waiting = frozenset({ticket_id}), [ticket_id]
    while waiting:
        more = leads[waiting.pop()] - found
        found |= more
        waiting += more
    return found - {ticket_id}
