"""已导入的留言: a message whose ticket is there already, and what a further file adds to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from bancheng.app.acts.tickets import TICKET
from bancheng.app.engine import Engine
from bancheng.domain.complaint.dispatch import WorkOrderDispatched, order_id
from bancheng.domain.complaint.state import Ticket, WorkOrder
from bancheng.domain.complaint.terms import OrderStatus
from bancheng.domain.events import Channel, Recorded
from bancheng.importing.messages.corrections import (
    Earlier,
    told_earlier,
)
from bancheng.importing.messages.reading import Message, Reply


class InHand(NamedTuple):
    """在办派单: the work order that a reply ends, and the ``units`` that had it, one after another.

    It is the one that an import dispatched, or what came in its place: by itself, because its unit
    was closed, or because people gave it to the unit that the import names.
    """

    order_id: str
    units: tuple[str, ...]

    @classmethod
    def of(cls, history: Sequence[Recorded], first: str, unit: str) -> "InHand":
        """What came in the place of the order ``first``, for an import that names ``unit``."""
        found = last = cls(first, ())
        for one in history:
            order = one.event
            if not isinstance(order, WorkOrderDispatched):
                continue
            if last.order_id in (order.order_id, order.replaces):
                # What people gave to another unit is answered by nobody who had it before.
                by_people = order.replaces and one.envelope.channel is not Channel.SYSTEM
                goes_along = last is found and not by_people
                last = cls(order.order_id, (*last.units, order.unit))
                found = last if goes_along or order.unit == unit else found
        return found


@dataclass(frozen=True, kw_only=True)
class KnownMessage:
    """已导入的留言: ``message`` as a file tells it now, beside what ``earlier`` ones told.

    ``ticket_id`` is that of its ticket, ``ticket`` what has become of that, ``position`` where its
    last event stands in the log, ``in_hand`` the work order that its reply ends.
    """

    message: Message
    earlier: Earlier
    ticket_id: str
    ticket: Ticket
    position: int
    in_hand: InHand

    @classmethod
    def of(
        cls, message: Message, ticket_id: str, source: str, unit: str, engine: Engine
    ) -> "KnownMessage":
        """The message and its ticket, as they stand in ``engine``, for an import of ``unit``."""
        history = engine.store.load(ticket_id)
        ticket = TICKET.state_after(history)
        return cls(
            message=message,
            earlier=told_earlier(history, source, engine.vault.open),
            ticket_id=ticket_id,
            ticket=ticket,
            position=history[-1].position,
            in_hand=InHand.of(history, order_id(ticket.number, 1), unit),
        )

    @property
    def order(self) -> WorkOrder:
        """The work order that its reply ends."""
        return self.ticket.order(self.in_hand.order_id)

    @property
    def is_unsigned(self) -> bool:
        """Whether nobody signed for that order yet: the source has no such step."""
        return self.order.status is OrderStatus.DISPATCHED

    @cached_property
    def new_reply(self) -> Reply | None:
        """The reply that came since: the first, or another one after a rework."""
        earlier, reply = self.earlier, self.message.reply
        if reply is None or not earlier.replies:
            return reply
        is_asked = self.order.status in (OrderStatus.DISPATCHED, OrderStatus.SIGNED_IN)
        is_same = (reply.text.plain, reply.at) == (earlier.reply, earlier.replied)
        return reply if is_asked and not is_same else None

    def was_overdue(self, now: datetime) -> bool:
        """Whether it was taken for overdue ``now``, and by its new reply it is not."""
        if self.new_reply is None:
            return False
        deadline = self.ticket.deadline(self.order)
        return deadline.has_expired(now) and not deadline.has_expired(self.new_reply.at)
