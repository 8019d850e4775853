"""A process that does an act for many matters, and says which; meant to be killed."""

from collections.abc import Sequence
from multiprocessing.connection import Connection

from bancheng.app.bulk import begun, read, steps
from bancheng.app.engine import Context
from bancheng.app.registry import BY_COMMAND
from bancheng.bootstrap import Container
from bancheng.domain.complaint.dispatch import SignInWorkOrder, WorkOrderSignedIn
from bancheng.domain.events import Channel, Place
from bancheng.infra.clock import FixedClock

from . import halls
from .backends import die_with_parent
from .given import OFFICER


def signatures(container: Container, ticket_id: str) -> list[str | None]:
    """The batch of each signature that the ticket has."""
    return [
        one.envelope.batch_id
        for one in container.store.load(ticket_id)
        if isinstance(one.event, WorkOrderSignedIn)
    ]


def sign_in_until_killed(
    said: Connection, database: str, orders: Sequence[tuple[str, str]]
) -> None:
    """Sign in ``orders`` under one key, and say each before it is done."""
    die_with_parent()
    with halls.hall(database, FixedClock(halls.MONDAY)) as container:
        listed = [{"ticket_id": ticket, "order_id": order} for ticket, order in orders]
        bulk = read(BY_COMMAND[SignInWorkOrder], {"targets": listed})
        context = Context(actor=OFFICER, key="killed", place=Place(Channel.WINDOW))
        for command, within in steps(bulk, begun(bulk, container.engine, context)):
            said.send(within.batch_id)
            container.engine.execute(command, within)
        said.send("")
