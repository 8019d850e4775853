"""先例: how disputes about orders of one item and cause were ruled, for who dispatches next."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, case

from bancheng.projections.tickets.row import TicketRow, ticket
from bancheng.projections.work_orders.returns import (
    RETURNS,
    OrderReturnRow,
    ReturnState,
    returned,
)

SHOWN_MAX: Final = 5
_RULED: Final = (ReturnState.UPHELD, ReturnState.REJECTED)


def precedents(connection: Connection, of: TicketRow) -> Sequence[OrderReturnRow]:
    """The rulings of earlier tickets of the item and cause of ``of``, at most `SHOWN_MAX`.

    First come those about a unit that this ticket has been with or was found responsible, of
    either kind the latest first. A ticket that names no item, or has no cause yet, has none.
    """
    if of.service_item is None or of.cause is None:
        return ()
    units = [*of.units, *of.responsible_units]
    found = (
        RETURNS.select()
        .where(
            ticket.c.service_item == of.service_item,
            ticket.c.cause == of.cause,
            returned.c.ticket_id != of.ticket_id,
            returned.c.state.in_(_RULED),
        )
        .order_by(
            case((returned.c.unit.in_(units), 0), else_=1),
            returned.c.ruled_at.desc(),
            returned.c.return_id,
        )
        .limit(SHOWN_MAX)
    )
    return [RETURNS.read(row) for row in connection.execute(found)]
