"""双岗: from when to when somebody stands in for another, as the register and the ledgers know."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from bancheng.app.engine import Context
from bancheng.bootstrap import Container
from bancheng.domain.commands import Command
from bancheng.domain.complaint.deadline import NoteProgress
from bancheng.domain.complaint.dispatch import SignInWorkOrder
from bancheng.domain.errors import NotAllowed
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.absence import EndAbsence, NoteAbsence, Whereabouts
from bancheng.domain.office.staff import DismissStaff
from bancheng.domain.office.stand_ins import EndStandIn, NameStandIn
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import Actor, FreeText
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.projections.holdings import HOLDINGS
from bancheng.projections.ledger.windows import HoldsAt, WhoAt, Window
from bancheng.projections.stand_ins import STAND_INS
from bancheng.projections.trail import TRAIL, timeline
from support import halls
from support.given import ADMIN, HEAD, MEMBERS, OFFICER
from support.holding_acts import registering

SECOND, THIRD = MEMBERS["second-RS"], MEMBERS["third-RS"]
PAIR = {"staff_id": OFFICER.id, "stand_in": SECOND.id}
DAY = timedelta(days=1)


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        for unit in ("RS", "YB"):
            halls.act(container, RegisterUnit(code=unit, name=f"单位{unit}"))
        for who in (OFFICER, SECOND, THIRD, HEAD):
            halls.act(container, registering(who))
        yield container


def do(container: Container, command: Command, who: Actor, for_: str | None = None) -> str:
    key = f"{type(command).__name__}/{container.store.head()}"
    context = Context(actor=who, key=key, place=Place(Channel.ONLINE), acting_for=for_)
    answer = container.engine.execute(command, context)
    halls.settled(container, answer.position)
    return answer.stream_id


def an_order(container: Container) -> NoteProgress:
    """An act on an order that the officer has in hand."""
    ticket = halls.dispatched(container)
    events = (one.event for one in container.engine.store.load(ticket))
    order = next(str(one.order_id) for one in events if hasattr(one, "order_id"))
    do(container, SignInWorkOrder(ticket_id=ticket, order_id=order), OFFICER)
    return NoteProgress(ticket_id=ticket, order_id=order, progress=FreeText("已联系企业"))


def stands_in(container: Container, by: Actor = SECOND) -> bool:
    """Whether the rules say so, and the ledgers the same."""
    now = container.engine.clock.now()
    says = container.rules.stands_in(OFFICER.id, by.id, now)
    with database.read(container.database) as connection:
        asked = STAND_INS.filter(stand_in=by.id, standing=HoldsAt(holds=True, now=now))
        otherwise = STAND_INS.filter(stand_in=by.id, standing=HoldsAt(holds=False, now=now))
        listed = STAND_INS.count(connection, asked)
        every = STAND_INS.count(connection, STAND_INS.filter(stand_in=by.id))
        assert listed + STAND_INS.count(connection, otherwise) == every
    assert says is bool(listed)
    return says


def to_stand_in_for(container: Container, by: Actor = SECOND) -> list[str | None]:
    """The orders in the hands of others that are ``by``'s to stand in for."""
    now = container.engine.clock.now()
    with database.read(container.database) as connection:
        asked = HOLDINGS.filter(stand_in=WhoAt(who=by.id, now=now))
        page = HOLDINGS.page(connection, asked, Window(sort=HOLDINGS.first_sort, first=50))
    return [row.order_id for row in page.rows]


def refused(container: Container, command: Command, by: Actor = SECOND) -> str:
    with pytest.raises(NotAllowed) as refusal:
        do(container, command, by, OFFICER.id)
    return refusal.value.code


def away(at: datetime) -> NoteAbsence:
    return NoteAbsence(
        staff_id=OFFICER.id, whereabouts=Whereabouts.TRAINING, since=at, until=at + DAY
    )


def test_a_standing_pair_holds_while_the_other_is_away(hall: Container, clock: FixedClock) -> None:
    note = an_order(hall)
    do(hall, NameStandIn(**PAIR), HEAD)
    assert not stands_in(hall)
    assert refused(hall, note) == "NOT_STANDING_IN"
    assert to_stand_in_for(hall) == []
    clock.advance(hours=1)
    do(hall, away(clock.now()), OFFICER)
    assert stands_in(hall)
    assert not stands_in(hall, THIRD)
    assert (to_stand_in_for(hall), to_stand_in_for(hall, THIRD)) == ([note.order_id], [])
    do(hall, note, SECOND, OFFICER.id)
    do(hall, EndAbsence(staff_id=OFFICER.id), OFFICER)
    assert not stands_in(hall)
    assert refused(hall, note) == "NOT_STANDING_IN"


def test_a_period_begins_and_ends_by_itself(hall: Container, clock: FixedClock) -> None:
    note, began = an_order(hall), clock.now() + DAY
    do(hall, NameStandIn(**PAIR, since=began, until=began + DAY), ADMIN)
    held = []
    for hours in (0, 23, 1, 23, 1):
        clock.advance(hours=hours)
        held.append(stands_in(hall))
    assert held == [False, False, True, True, False]
    assert refused(hall, note) == "NOT_STANDING_IN"


@pytest.mark.parametrize("end", ["withdrawn", "moved", "dismissed", "stood in for is dismissed"])
def test_it_ends_for_who_is_not_there_or_not_named_any_more(hall: Container, end: str) -> None:
    now = hall.engine.clock.now()
    do(hall, NameStandIn(**PAIR, until=now + DAY), HEAD)
    assert stands_in(hall)
    commands = {
        "withdrawn": EndStandIn(**PAIR),
        "moved": registering(replace(SECOND, unit="YB")),
        "dismissed": DismissStaff(staff_id=SECOND.id),
        "stood in for is dismissed": DismissStaff(staff_id=OFFICER.id),
    }
    do(hall, commands[end], ADMIN)
    assert not stands_in(hall)


def test_the_trail_says_in_whose_place_and_finds_it(hall: Container, clock: FixedClock) -> None:
    note = an_order(hall)
    do(hall, NameStandIn(**PAIR, until=clock.now() + DAY), HEAD)
    do(hall, note, SECOND)
    do(hall, note, SECOND, OFFICER.id)
    with database.read(hall.database) as connection:
        own, last = timeline(connection, note.ticket_id)[-2:]
        found = {
            name: TRAIL.count(connection, TRAIL.filter(stream_id=note.ticket_id, **asked))
            for name, asked in {
                "for them": {"acting_fors": (OFFICER.id,)},
                "by who stands in": {"actor_ids": (SECOND.id,), "for_another": True},
                "in their own name": {"actor_ids": (SECOND.id,), "for_another": False},
            }.items()
        }
    assert own.acting_for is None
    assert (last.actor_id, last.acting_for) == (SECOND.id, OFFICER.id)
    assert last.sentence == f"代「{OFFICER.name}」({OFFICER.id}):{own.sentence}"
    assert found == {"for them": 1, "by who stands in": 1, "in their own name": 1}
