"""A leaver's work handed over in one act: from the signature to the last event of its matters.

The orders are real ones, each of a ticket of its own, signed for by the leaver. The clock starts
with the signature of who receives; the hall then carries the list out as its sweep would. Aim: for
1,000 orders at most 5 seconds.

    python bench/hand_over.py [--orders 1000] [--backend sqlite|postgresql]
"""

import argparse
import sys
import time
from itertools import count
from pathlib import Path

from rich.console import Console
from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from bancheng.app.engine import Context, Story
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.commands import Command
from bancheng.domain.complaint.analyse import AnalyseCause
from bancheng.domain.complaint.discover import AcceptTicket, ReportTicket
from bancheng.domain.complaint.dispatch import DispatchWorkOrders, SignInWorkOrder, order_id
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import Channel, Place
from bancheng.domain.holding.hand_over import ProposeWorkHandOver, SignWorkHandOver
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import Actor, FreeText, Role, Title
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.infra import database
from bancheng.projections.holdings import TakenBy, held
from support import backends

SETUP = Actor(id="setup", name="初始化", post="系统", unit="HALL", roles=tuple(Role))
HANDLER = Actor(id="h1", name="处理", post="派单", unit="HALL", roles=(Role.HANDLER,))
LEAVER = Actor(id="o1", name="离岗", post="承办", unit="RS", roles=(Role.UNIT_OFFICER,))
COLLEAGUE = Actor(id="o2", name="接手", post="承办", unit="RS", roles=(Role.UNIT_OFFICER,))
TEXT = FreeText("请核实")
PLACE = Place(Channel.UNSTATED)
_keys = count(1)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--orders", type=int, default=1_000)
    asked.add_argument("--backend", choices=("sqlite", "postgresql"), default="sqlite")
    chosen = asked.parse_args()
    with backends.fresh(chosen.backend) as url:
        config = Config(database_url=url, hall="BENCH", master_key=b"b" * 32)
        container = build(config)
        container.runner.start()
        try:
            _furnish(container)
            for _ in range(chosen.orders):
                container.engine.tell(_an_order)
            seconds, passed = _handed_over(container)
        finally:
            container.close()
    Console().print(
        f"{chosen.backend}: {passed} of {chosen.orders} orders handed over in {seconds:.2f} s"
    )


def _context(actor: Actor) -> Context:
    return Context(actor=actor, key=f"bench/{next(_keys)}", place=PLACE)


def _do(container: Container, command: Command, actor: Actor) -> str:
    answer = container.engine.execute(command, _context(actor))
    assert container.runner.wait(answer.position, timeout=120)
    return answer.stream_id


def _furnish(container: Container) -> None:
    for unit in ("HALL", "RS"):
        _do(container, RegisterUnit(code=unit, name=f"单位{unit}"), SETUP)
    for who in (HANDLER, LEAVER, COLLEAGUE):
        command = RegisterStaff(
            staff_id=who.id, name=who.name, post=who.post, unit=who.unit, roles=who.roles
        )
        _do(container, command, SETUP)


def _an_order() -> Story:
    report = ReportTicket(
        category=TicketCategory.COMPLAINT, channel=Channel.WINDOW, subject=Title("办不成"),
        content=FreeText("跑了三趟都没有办成"),
    )  # fmt: skip
    told = yield report, _context(HANDLER)
    ticket, number = told.answer.stream_id, told.state.number
    yield AcceptTicket(ticket_id=ticket), _context(HANDLER)
    analysed = AnalyseCause(
        ticket_id=ticket, cause="delay", complexity="general", units=("RS",), opinion=TEXT
    )
    yield analysed, _context(HANDLER)
    sent = DispatchWorkOrders(
        ticket_id=ticket, lead_unit="RS", instruction=TEXT, released=ReleasedText("没有办成")
    )
    yield sent, _context(HANDLER)
    signed = SignInWorkOrder(ticket_id=ticket, order_id=order_id(number, 1))
    yield signed, _context(LEAVER)


def _handed_over(container: Container) -> tuple[float, int]:
    assert container.runner.wait(container.store.head(), timeout=600)
    reason = FreeText("调离")
    proposal = ProposeWorkHandOver(from_staff=LEAVER.id, to_staff=COLLEAGUE.id, reason=reason)
    list_ = _do(container, proposal, LEAVER)
    began = time.perf_counter()
    _do(container, SignWorkHandOver(hand_over_id=list_), COLLEAGUE)
    container.handing_over.hand_over()
    seconds = time.perf_counter() - began
    with database.read(container.database) as connection:
        passed = connection.execute(
            select(func.count()).where(held.c.taken_by == TakenBy.HANDED_OVER)
        ).scalar_one()
    return seconds, int(passed)


if __name__ == "__main__":
    main()
