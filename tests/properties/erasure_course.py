"""How a request for erasure is walked through: it names a ticket that is closed."""

import random
from collections.abc import Mapping
from typing import Any

from bancheng.app.acts.act import Act
from bancheng.app.acts.privacy import ERASURE
from bancheng.app.engine import Engine
from bancheng.domain.commands import Command
from bancheng.domain.complaint.discover import RefuseTicket
from bancheng.domain.people import Actor
from bancheng.domain.privacy.erasure import RequestErasure
from properties.walks import Course, Options
from support.builders import REPORTER, TEXT, reporting
from support.fakes import a_hall, do
from support.given import CLERK, HANDLER, ROBOT, STAFF


def _closed_ticket(engine: Engine) -> str:
    ticket = do(engine, reporting(reporter=REPORTER), CLERK).stream_id
    refused = {"reason": "litigation", "explanation": TEXT, "remedy": TEXT}
    do(engine, RefuseTicket(ticket_id=ticket, **refused), HANDLER)
    return ticket


def _made_once() -> str:
    with a_hall("memory", None) as engine:
        return _closed_ticket(engine)


_TICKET = _made_once()  # every hall in memory gives its first ticket the same id


def _opening(_: random.Random) -> tuple[Command, Actor]:
    return RequestErasure(matters=(_TICKET,), ground="consent_withdrawn"), CLERK


def _options(_act: Act, _state: object, _chance: random.Random) -> Options:
    return {}


def _usual(act: Act, _state: object, _values: Mapping[str, Any]) -> Actor:
    return next(one for one in (*STAFF, ROBOT) if one.may(*act.by))


ERASURES = Course(ERASURE, _opening, _options, _usual, prepared=_closed_ticket, others=(_TICKET,))
