"""A hall built as in production, on a clock that the test moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

from msgspec.structs import replace

from bancheng.app.engine import Context
from bancheng.app.ports import Answer
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.commands import Command
from bancheng.domain.complaint.analyse import AnalyseCause
from bancheng.domain.complaint.discover import AcceptTicket, ReportTicket
from bancheng.domain.complaint.dispatch import DispatchWorkOrders
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import Actor, FreeText, Role, Title
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.infra.clock import FixedClock

from .given import BOOK

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)  # nine o'clock in the hall
EVERYTHING = Actor(id="all", name="全能", post="测试", unit="HALL", roles=tuple(Role))
EXTRA_HOLIDAY = """
version = "2026-加放"
source = "本市通知"
[days]
2026-03-03 = {kind = "day_off", name = "加放一天"}
"""
PATIENCE_SECONDS = 60.0
_keys = count(1)


@contextmanager
def hall(database: str, clock: FixedClock, **more: Any) -> Iterator[Container]:
    """The hall of ``database``, its projections following; ``more`` of its configuration."""
    config = Config(
        database_url=database, hall="TEST", master_key=b"t" * 32, rulebook=str(BOOK), **more
    )
    container = build(config, clock=clock)
    container.runner.start()
    try:
        yield container
    finally:
        container.close()


def settled(container: Container, position: int | None = None) -> None:
    """The ledgers have seen what stands at ``position``, or all, however busy the machine is."""
    wanted = container.store.head() if position is None else position
    seen = container.runner.wait(wanted, timeout=PATIENCE_SECONDS)
    assert seen, container.runner.health(container.engine.clock.now())


def act(
    container: Container,
    command: Command,
    key: str | None = None,
    *,
    by: str = EVERYTHING.id,
    of: str = EVERYTHING.unit,
    as_of: datetime | None = None,
) -> Answer:
    """Carry out ``command``, as somebody called ``by`` of a unit, and let the ledgers catch up."""
    actor = replace(EVERYTHING, id=by, unit=of)
    named, window = key or f"test/{next(_keys)}", Place(Channel.WINDOW)
    context = Context(actor=actor, key=named, place=window, occurred_at=as_of)
    answer = container.engine.execute(command, context)
    settled(container, answer.position)
    return answer


def report(container: Container) -> str:
    """A ticket whose acceptance is due at the end of the next working day."""
    command = ReportTicket(
        category=TicketCategory.COMPLAINT,
        channel=Channel.WINDOW,
        subject=Title("办不成"),
        content=FreeText("跑了三趟都没有办成"),
    )
    return act(container, command).stream_id


def dispatched(container: Container, unit: str = "RS") -> str:
    """A ticket whose order ``unit`` has to solve within five working days."""
    if unit not in container.rules.units():
        act(container, RegisterUnit(code=unit, name="人社局"))
    ticket = report(container)
    act(container, AcceptTicket(ticket_id=ticket))
    act(container, AnalyseCause(
        ticket_id=ticket, cause="delay", complexity="general", units=(unit,),
        opinion=FreeText("拖延"),
    ))  # fmt: skip
    order = DispatchWorkOrders(
        ticket_id=ticket, lead_unit=unit, instruction=FreeText("请核实"),
        released=ReleasedText("跑了三趟都没有办成"),
    )  # fmt: skip
    act(container, order)
    return ticket
