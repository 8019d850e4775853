"""A hall with people to be told: a unit, a reporter with a telephone, a ticket on its way."""

from typing import Any

from msgspec.structs import replace
from sqlalchemy import select

from bancheng.app.acts.tickets import TICKET
from bancheng.bootstrap import Container
from bancheng.domain.commands import Command
from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import PersonName, Phone, Reporter
from bancheng.projections.notices import NoticeRow, notice

from . import builders, halls

PHONE = "13900139000"
LI = Reporter(name=PersonName("李慕白"), phone=Phone(PHONE))


def furnish(hall: Container) -> None:
    """Register the units that orders go to."""
    for code, name in (("RS", "人社局"), ("YB", "医保局")):
        halls.act(hall, RegisterUnit(code=code, name=name))


def a_ticket(hall: Container, **fields: Any) -> str:
    """A ticket that somebody with a telephone reported."""
    return halls.act(hall, builders.reporting(**{"reporter": LI, **fields})).stream_id


def acted(hall: Container, ticket: str, command: Command, **more: Any) -> None:
    """Have an act of the builders done on ``ticket``, on its first order if it is of one."""
    named: dict[str, Any] = {"ticket_id": ticket}
    if hasattr(command, "order_id"):
        named["order_id"] = orders_of(hall, ticket)[0]
    halls.act(hall, replace(command, **named), **more)


def orders_of(hall: Container, ticket: str) -> list[str]:
    """The orders of the ticket, in their order."""
    return list(TICKET.state_after(hall.store.load(ticket)).orders)


def a_dispatched(hall: Container, **fields: Any) -> str:
    """A ticket whose order is out."""
    ticket = a_ticket(hall, **fields)
    halls.act(hall, AcceptTicket(ticket_id=ticket))
    acted(hall, ticket, builders.analysing())
    acted(hall, ticket, builders.dispatching("RS"))
    return ticket


def make(hall: Container) -> None:
    """Let notices be made of the whole log."""
    while hall.noticing.go_on():
        pass


def rows(hall: Container, **of: Any) -> list[NoticeRow]:
    """The notices with these values, in the order of what they tell of."""
    asked = select(notice).order_by(notice.c.position, notice.c.addressee, notice.c.channel)
    with hall.database.connect() as connection:
        found = [NoticeRow(**row) for row in connection.execute(asked).mappings()]
    return [one for one in found if all(getattr(one, name) == of[name] for name in of)]
