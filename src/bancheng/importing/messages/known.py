"""已导入的留言: a message whose ticket is there already, and what a further file adds to it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bancheng.app.acts.tickets import TICKET
from bancheng.app.engine import Engine
from bancheng.domain.complaint.dispatch import order_id
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.terms import OrderStatus
from bancheng.importing.messages.corrections import (
    Earlier,
    told_earlier,
)
from bancheng.importing.messages.reading import Message, Reply


@dataclass(frozen=True, kw_only=True)
class KnownMessage:
    """已导入的留言: ``message`` as a file tells it now, beside what ``earlier`` ones told.

    ``ticket_id`` is that of its ticket, ``ticket`` what has become of that, ``position`` where its
    last event stands in the log.
    """

    message: Message
    earlier: Earlier
    ticket_id: str
    ticket: Ticket
    position: int

    @classmethod
    def of(cls, message: Message, ticket_id: str, source: str, engine: Engine) -> "KnownMessage":
        """The message and its ticket, as they stand in ``engine``."""
        history = engine.store.load(ticket_id)
        return cls(
            message=message,
            earlier=told_earlier(history, source, engine.vault.open),
            ticket_id=ticket_id,
            ticket=TICKET.state_after(history),
            position=history[-1].position,
        )

    @property
    def order_id(self) -> str:
        """The one work order that an import dispatches."""
        return order_id(self.ticket.number, 1)

    @cached_property
    def new_reply(self) -> Reply | None:
        """The reply that came since: the first, or another one after a rework."""
        earlier, reply = self.earlier, self.message.reply
        if reply is None or not earlier.replies:
            return reply
        is_asked = self.ticket.order(self.order_id).status is OrderStatus.SIGNED_IN
        is_same = (reply.text.plain, reply.at) == (earlier.reply, earlier.replied)
        return reply if is_asked and not is_same else None

    def was_overdue(self, now: datetime) -> bool:
        """Whether it was taken for overdue ``now``, and by its new reply it is not."""
        if self.new_reply is None:
            return False
        deadline = self.ticket.deadline(self.ticket.order(self.order_id))
        return deadline.has_expired(now) and not deadline.has_expired(self.new_reply.at)
