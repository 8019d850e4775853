"""A hall with people to be told: a unit, a reporter with a telephone, a ticket on its way."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from sqlalchemy import select

from bancheng.app.acts.tickets import TICKET
from bancheng.app.engine import Context
from bancheng.app.ports import Answer
from bancheng.bootstrap import Container
from bancheng.domain.commands import Command
from bancheng.domain.complaint.discover import AcceptTicket, RefuseTicket
from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import FreeText, PersonName, Phone, Reporter
from bancheng.domain.privacy.erasure import ApproveErasure, RequestErasure
from bancheng.infra.clock import FixedClock
from bancheng.projections.notices import NoticeRow, notice

from . import builders, halls
from .given import READ

# Opens a hall with the ways out that it is told.
HallWith = Callable[..., Container]
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


def accepting(hall: Container, ticket: str, *, expected_version: int) -> Answer:
    """Take the ticket on, by somebody who saw it at that version."""
    context = Context(
        actor=halls.EVERYTHING, key=f"accept/{expected_version}", place=Place(Channel.WINDOW),
        expected_version=expected_version,
    )  # fmt: skip
    return hall.engine.execute(AcceptTicket(ticket_id=ticket), context)


def reassigned(hall: Container) -> str:
    """A ticket whose order went from 人社局 to 医保局."""
    ticket = a_dispatched(hall)
    acted(hall, ticket, ReassignWorkOrder(ticket_id="", order_id="", unit="YB",
                                          instruction=builders.TEXT, released=READ))  # fmt: skip
    return ticket


def refused(hall: Container) -> str:
    """A ticket that was not taken on."""
    ticket = a_ticket(hall)
    why = FreeText("已起诉")
    command = RefuseTicket(ticket_id=ticket, reason="litigation", explanation=why, remedy=why)
    halls.act(hall, command)
    return ticket


def restrict(hall: Container, ticket: str) -> None:
    """Let the data of the ticket, which is over, be kept and not used."""
    why = FreeText("要求")
    wanted = RequestErasure(matters=(ticket,), ground="consent_withdrawn", why=why)
    erasure = halls.act(hall, wanted, by="h1").stream_id
    halls.act(hall, ApproveErasure(erasure_id=erasure), by="s1")
    hall.erasing.go_on()


SECRET = b"s" * 24
ROBOT_KEY, TOKEN = "SECdingding", "sms-token"


def settings(folder: Path, **urls: Any) -> str:
    """Notice settings with the ways of ``urls``; the file's path.

    ``sms``, ``webhook``, ``wecom`` and ``dingtalk`` are addresses, ``smtp`` is a port.
    """
    secrets = {
        "secret": "whsec_" + base64.b64encode(SECRET).decode(), "token": TOKEN,
        "sign": ROBOT_KEY, "wecom": urls.get("wecom", ""), "dingtalk": urls.get("dingtalk", ""),
    }  # fmt: skip
    for name, secret in secrets.items():
        (folder / name).write_text(f"{secret}\n")
    file = folder / "notices.toml"
    parts = [part.format(folder=folder, **urls) for name, part in _PARTS.items() if name in urls]
    # What stands above the first table belongs to none.
    file.write_text("".join(sorted(parts, key=lambda part: part.lstrip().startswith("["))))
    return str(file)


_PARTS = {
    "ca": """
ca_file = "{ca}"
""",
    "sms": """
[sms]
url = "{sms}"
token_file = "{folder}/token"
phone = "mobile"
ok_field = "code"
""",
    "webhook": """
[[webhook]]
name = "12345"
url = "{webhook}"
secret_file = "{folder}/secret"
topics = ["complaint."]
""",
    "wecom": """
[[robot]]
name = "处理"
url_file = "{folder}/wecom"
posts = ["handler"]
hours = "any"
""",
    "dingtalk": """
[[robot]]
name = "人社"
url_file = "{folder}/dingtalk"
sign_file = "{folder}/sign"
units = ["RS"]
digest = ["11:00", "16:00"]
""",
    "smtp": """
[mail]
host = "127.0.0.1"
port = {smtp}
sender = "bancheng@hall.example"
tls = "{tls}"
[[mailbox]]
name = "人社局"
to = ["rs@hall.example", "rs2@hall.example"]
units = ["RS"]
""",
}


def send(hall: Container, route: str, most: int = 1000) -> int:
    """Let what is due on ``route`` go out; how many messages were tried."""
    (sender,) = (one for one in hall.sending.senders if one.route.name == route)
    return sum(1 for _ in takewhile(bool, (sender.go_on() for _ in range(most))))


@contextmanager
def hall_with(database: str, clock: FixedClock, folder: Path, **ways: Any) -> Iterator[Container]:
    """A furnished hall with these ways out."""
    file = settings(folder, **ways)
    with halls.hall(database, clock, notices=file, hall_name="科区大厅") as container:
        furnish(container)
        yield container


def tell(hall: Container) -> None:
    """Let the trail have what became of all notices."""
    while hall.telling.go_on():
        pass


def events(hall: Container, ticket: str, *kinds: type) -> list[Any]:
    """The events of these kinds on the ticket."""
    return [one.event for one in hall.store.load(ticket) if isinstance(one.event, kinds)]
