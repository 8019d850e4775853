"""What processes beside a test do while one master key takes the place of another."""

from multiprocessing.connection import Connection

from bancheng.app.engine import Context
from bancheng.bootstrap import build
from bancheng.config import Config
from bancheng.domain.complaint.discover import ReportTicket
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import Channel, Place
from bancheng.domain.people import FreeText, PersonName, Reporter, Title
from bancheng.hall_data import keys_of
from bancheng.infra import rotation

from .halls import EVERYTHING


def rotate(said: Connection, config: Config) -> None:
    """Rotate, and say after each batch how many keys it had."""
    with keys_of(config) as (engine, masters):
        rotation.rotate(engine, masters, said.send)
    said.send(None)


def report_on(said: Connection, config: Config) -> None:
    """Report ticket after ticket, each by somebody new, and say which one is stored."""
    container = build(config)
    for number in range(1_000_000):
        name = f"张{number}"
        command = ReportTicket(
            category=TicketCategory.COMPLAINT,
            channel=Channel.WINDOW,
            subject=Title("办不成"),
            content=FreeText("跑了三趟都没有办成"),
            reporter=Reporter(name=PersonName(name)),
        )
        context = Context(actor=EVERYTHING, key=f"report/{number}", place=Place(Channel.WINDOW))
        answer = container.engine.execute(command, context)
        said.send((answer.stream_id, name))
