"""工作交接: what stands on a signed list is the colleague's, each by an event, killed or not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bancheng.app.engine import Context, Engine, Story
from bancheng.app.ports import Answer
from bancheng.bootstrap import Container
from bancheng.domain.commands import Command
from bancheng.domain.complaint.dispatch import SignInWorkOrder
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Channel, Place
from bancheng.domain.holding.hand_over import (
    ProposeWorkHandOver,
    SignWorkHandOver,
    WithdrawWorkHandOver,
)
from bancheng.domain.holding.taking import AssignWork
from bancheng.domain.impartiality import RecusalGround
from bancheng.domain.office.staff import DismissStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import Actor, FreeText
from bancheng.domain.recusal import OrderRecusal
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.jobs import HandingOver, handing_over
from bancheng.projections.holdings import HOLDINGS, TakenBy, held
from bancheng.projections.in_hand import ToPassOn
from bancheng.projections.trail import timeline
from bancheng.projections.work_hand_overs import HAND_OVERS_BY_ID
from support import halls
from support.given import HEAD, MEMBERS, OFFICER
from support.holding_acts import registering

LEAVER, COLLEAGUE = OFFICER, MEMBERS["second-RS"]
WHY = FreeText("调往他处")


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        for unit in ("RS", "YB"):
            halls.act(container, RegisterUnit(code=unit, name=f"单位{unit}"))
        for who in (LEAVER, COLLEAGUE, HEAD):
            halls.act(container, registering(who))
        yield container


def do(container: Container, command: Command, who: Actor, key: str = "") -> str:
    named = key or f"{type(command).__name__}/{who.id}/{command.about}"
    context = Context(actor=who, key=named, place=Place(Channel.ONLINE))
    answer = container.engine.execute(command, context)
    halls.settled(container, answer.position)
    return answer.stream_id


def orders(container: Container, number: int) -> list[str]:
    """So many tickets whose orders the leaver has in hand."""
    tickets = [halls.dispatched(container) for _ in range(number)]
    for ticket in tickets:
        order = order_of(container, ticket)
        do(container, SignInWorkOrder(ticket_id=ticket, order_id=order), LEAVER)
    return tickets


def order_of(container: Container, ticket: str) -> str:
    events = (one.event for one in container.engine.store.load(ticket))
    return next(str(event.order_id) for event in events if hasattr(event, "order_id"))


def proposed(container: Container, by: Actor = LEAVER) -> str:
    command = ProposeWorkHandOver(from_staff=LEAVER.id, to_staff=COLLEAGUE.id, reason=WHY)
    return do(container, command, by)


def signed(container: Container) -> str:
    list_ = proposed(container)
    do(container, SignWorkHandOver(hand_over_id=list_), COLLEAGUE)
    return list_


def has(container: Container, who: Actor) -> set[str]:
    assert container.runner.wait(container.store.head(), timeout=60)
    return {one.matter_id for one in container.rules.in_hand(who.id, who).parts}


def test_all_that_somebody_has_in_hand_goes_over_once_both_have_signed(hall: Container) -> None:
    tickets = orders(hall, 5)
    list_ = proposed(hall)
    assert hall.handing_over.hand_over() == 0
    assert has(hall, LEAVER) == set(tickets)
    do(hall, SignWorkHandOver(hand_over_id=list_), COLLEAGUE)
    assert hall.handing_over.hand_over() == len(tickets)
    assert hall.handing_over.hand_over() == 0
    assert (has(hall, LEAVER), has(hall, COLLEAGUE)) == (set(), set(tickets))
    with database.read(hall.database) as connection:
        row = HAND_OVERS_BY_ID.one(connection, list_)
        last = timeline(connection, tickets[0])[-1]
        listed = HOLDINGS.count(connection, HOLDINGS.filter(listed_in=list_))
        taken = connection.execute(select(held).where(held.c.hand_over_id == list_)).all()
    assert row is not None
    assert (row.listed, row.proposed_by, row.from_name) == (5, LEAVER.id, LEAVER.name)
    assert last.actor_name == "工作交接"
    order = order_of(hall, tickets[0])
    assert last.sentence.startswith(f"按交接清单将 o1 承办的派单 {order} 交给")
    assert listed == len(tickets)
    assert {one.taken_by for one in taken} == {TakenBy.HANDED_OVER}


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Dying:
    """An engine that is killed once it has stored so many batches."""

    engine: Engine
    batches: int

    def tell(self, story: Callable[[], Story]) -> list[Answer]:
        answers = self.engine.tell(story)
        self.batches -= 1
        if not self.batches:
            raise Killed
        return answers


@pytest.mark.parametrize("batches", [1, 2])
def test_whoever_is_killed_in_between_goes_on_and_does_nothing_twice(
    hall: Container, batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_over, "BATCH", 2)
    tickets = orders(hall, 5)
    signed(hall)
    dying: Any = Dying(hall.engine, batches)
    with pytest.raises(Killed):
        HandingOver(lambda: dying, hall.database, hall.runner.wait).hand_over()
    # Whoever goes on may not have heard yet what was stored last, and stores none of it twice.
    assert hall.handing_over.hand_over() >= len(tickets) - 2 * batches
    assert (has(hall, LEAVER), has(hall, COLLEAGUE)) == (set(), set(tickets))
    acts = [one.envelope.act for ticket in tickets for one in hall.engine.store.load(ticket)]
    assert acts.count("PassOnWork") == len(tickets)


def test_a_ledger_that_does_not_follow_lets_the_sweep_pause(hall: Container) -> None:
    orders(hall, 1)
    signed(hall)
    assert not HandingOver(lambda: hall.engine, hall.database, lambda _: False).go_on()


def test_one_that_somebody_was_faster_with_keeps_none_of_the_others(hall: Container) -> None:
    first, *others = orders(hall, 4)
    signed(hall)
    give = AssignWork(matter_id=first, order_id=order_of(hall, first), staff_id=COLLEAGUE.id)

    class Overtaken(HandingOver):
        def _together(self, found: Sequence[ToPassOn]) -> list[int]:
            do(hall, give, HEAD)
            return super()._together(found)

    late = Overtaken(lambda: hall.engine, hall.database, hall.runner.wait)
    assert late.hand_over_batch() == len(others)
    assert has(hall, COLLEAGUE) == {first, *others}
    assert hall.handing_over.hand_over() == 0


def test_what_the_colleague_is_recused_from_is_the_units(hall: Container) -> None:
    recused, other = orders(hall, 2)
    order = OrderRecusal(
        matter_id=recused, staff_id=COLLEAGUE.id, ground=RecusalGround.OTHER, reason=WHY
    )
    halls.act(hall, order)
    signed(hall)
    assert hall.handing_over.hand_over() == 2
    assert (has(hall, LEAVER), has(hall, COLLEAGUE)) == (set(), {other})
    assert hall.engine.store.load(recused)[-1].envelope.act == "PassOnWork"


def test_what_comes_back_to_somebody_later_is_on_no_list(
    hall: Container, clock: FixedClock
) -> None:
    (ticket,) = orders(hall, 1)
    signed(hall)
    hall.handing_over.hand_over()
    clock.advance(timedelta(hours=1))
    back = AssignWork(matter_id=ticket, order_id=order_of(hall, ticket), staff_id=LEAVER.id)
    do(hall, back, HEAD)
    assert hall.handing_over.hand_over() == 0
    assert has(hall, LEAVER) == {ticket}


def test_what_was_signed_for_is_the_colleagues_however_soon_the_leaver_is_of_another_unit(
    hall: Container,
) -> None:
    tickets = orders(hall, 3)
    signed(hall)
    halls.act(hall, registering(replace(LEAVER, unit="YB")))
    assert hall.succession.hand_over() == 0
    assert hall.handing_over.hand_over() == len(tickets)
    assert (has(hall, LEAVER), has(hall, COLLEAGUE)) == (set(), set(tickets))


def test_what_was_withdrawn_moves_nothing(hall: Container) -> None:
    (ticket,) = orders(hall, 1)
    do(hall, WithdrawWorkHandOver(hand_over_id=proposed(hall, HEAD)), HEAD)
    assert hall.handing_over.hand_over() == 0
    assert has(hall, LEAVER) == {ticket}


def test_nobody_is_dismissed_before_their_work_is_handed_over_but_for_need(hall: Container) -> None:
    orders(hall, 2)
    with pytest.raises(DomainError) as refused:
        halls.act(hall, DismissStaff(staff_id=LEAVER.id))
    assert (refused.value.code, refused.value.field) == ("WORK_IN_HAND", "unhanded")
    assert "2 件" in refused.value.message
    signed(hall)
    hall.handing_over.hand_over()
    halls.act(hall, DismissStaff(staff_id=LEAVER.id))
    halls.act(hall, DismissStaff(staff_id=COLLEAGUE.id, unhanded=True))
    assert hall.succession.hand_over() == 2
    assert has(hall, COLLEAGUE) == set()
