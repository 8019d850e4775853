"""离岗: whoever leaves the hall or their unit has nothing in hand any more, and it is said so."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bancheng.app.engine import Context
from bancheng.bootstrap import Container
from bancheng.domain.commands import Command
from bancheng.domain.complaint.deadline import SubmitResult
from bancheng.domain.complaint.dispatch import SignInWorkOrder
from bancheng.domain.complaint.terms import Outcome
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.staff import DismissStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import Actor, FreeText
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.projections.holdings import HoldingEnd, held
from bancheng.projections.trail import timeline
from support import halls
from support.given import OFFICER
from support.holding_acts import registering


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        for unit in ("RS", "YB"):
            halls.act(container, RegisterUnit(code=unit, name=f"单位{unit}"))
        halls.act(container, registering(OFFICER))
        yield container


def do(container: Container, command: Command, who: Actor = OFFICER) -> None:
    key = f"{type(command).__name__}/{command.about}"
    context = Context(actor=who, key=key, place=Place(Channel.ONLINE))
    halls.settled(container, container.engine.execute(command, context).position)


def signed(container: Container) -> dict[str, str]:
    """A ticket whose order is in the hands of the officer, named as its acts name it."""
    ticket = halls.dispatched(container)
    state = container.engine.store.load(ticket)[-1].event
    order = {"ticket_id": ticket, "order_id": state.order_id}  # type: ignore[attr-defined]
    do(container, SignInWorkOrder(**order))
    return order


def rows(container: Container) -> list[tuple[str | None, HoldingEnd | None]]:
    with database.read(container.database) as connection:
        found = connection.execute(select(held).where(held.c.held_by == OFFICER.id)).all()
    return [(row.order_id, row.end) for row in found]


def test_what_a_dismissed_person_has_is_the_units_again_and_the_trail_says_so(
    hall: Container,
) -> None:
    order = signed(hall)
    assert hall.succession.hand_over() == 0
    halls.act(hall, DismissStaff(staff_id=OFFICER.id, unhanded=True))
    assert hall.succession.hand_over() == 1
    assert hall.succession.hand_over() == 0
    assert rows(hall) == [(order["order_id"], HoldingEnd.TAKEN_BACK)]
    with database.read(hall.database) as connection:
        last = timeline(connection, order["ticket_id"])[-1]
    assert last.actor_name == "离岗收回"
    assert last.sentence == f"收回 o1 承办的派单 {order['order_id']},暂无承办人"


def test_so_is_what_somebody_had_who_went_to_another_unit(hall: Container) -> None:
    order = signed(hall)
    halls.act(hall, registering(replace(OFFICER, unit="YB")))
    assert hall.succession.hand_over() == 1
    assert rows(hall) == [(order["order_id"], HoldingEnd.TAKEN_BACK)]


def test_another_post_or_name_takes_nothing_away(hall: Container) -> None:
    signed(hall)
    halls.act(hall, registering(replace(OFFICER, post="首席承办", name="人社甲乙")))
    assert hall.succession.hand_over() == 0


def test_what_comes_back_to_somebody_who_has_left_is_found_within_a_minute(
    hall: Container, clock: FixedClock
) -> None:
    order = signed(hall)
    done = SubmitResult(**order, outcome=Outcome.SOLVED, result=FreeText("已办结"))
    do(hall, done)
    halls.act(hall, DismissStaff(staff_id=OFFICER.id))
    assert not hall.succession.go_on()
    halls.act(hall, OrderRework(**order, reason=FreeText("没有解决")))
    assert not hall.succession.go_on()  # it looks again once a minute
    clock.advance(timedelta(minutes=1))
    assert hall.succession.go_on()
    assert rows(hall)[-1] == (order["order_id"], HoldingEnd.TAKEN_BACK)
