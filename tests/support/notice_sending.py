"""A process that makes notices, sends them and records it, and says each step that it took."""

from datetime import datetime
from multiprocessing.connection import Connection
from typing import NamedTuple

from bancheng.infra.clock import FixedClock

from . import halls


class Plan(NamedTuple):
    """On which hall, with which ways out, at which time by its clock."""

    database: str
    notices: str
    at: datetime


def go_on(said: Connection, plan: Plan) -> None:
    """Go on for ever; whoever started it kills it."""
    with halls.hall(plan.database, FixedClock(plan.at), notices=plan.notices) as hall:
        while True:
            hall.noticing.go_on()
            said.send("made")
            for sender in hall.sending.senders:
                sender.go_on()
                said.send("sent")
            hall.telling.go_on()
            said.send("told")
