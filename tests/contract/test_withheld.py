"""From whom a ticket is withheld the ledger tells as the rules do, of everybody."""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from msgspec import structs

from bancheng.app.deciding import Context
from bancheng.app.registry import matter_kind
from bancheng.app.withholding import withholding
from bancheng.bootstrap import Container
from bancheng.domain.complaint import withheld as rules
from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.complaint.discover import RefuseTicket
from bancheng.domain.complaint.merging import MergeTicket
from bancheng.domain.complaint.repeating import RegisterRepeat
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.office.unit import CloseUnit, RegisterUnit
from bancheng.domain.office.window import CloseWindow, RegisterWindow
from bancheng.domain.people import Actor, FreeText, Role
from bancheng.infra.clock import FixedClock
from bancheng.projections import office
from bancheng.projections.withheld import is_withheld, streams_of, whom, withheld_from
from support import backends, builders, halls

UNITS = ("A", "B", "OLD", "HEIR")
WINDOWS = {"W-A": "A", "W-B": "B", "W-OLD": "OLD", "W-SHUT": "A"}
POSTS = (
    (Role.WINDOW_CLERK,), (Role.WINDOW_CLERK, Role.HANDLER), (Role.WINDOW_CLERK, Role.UNIT_OFFICER),
    (Role.SUPERVISOR,), (Role.UNIT_OFFICER,),
)  # fmt: skip
PEOPLE = tuple(
    Actor(id=f"{unit}-{n}", name="某", post="岗", unit=unit, roles=roles)
    for unit in UNITS
    for n, roles in enumerate(POSTS)
)
TOLD = Context(
    actor=halls.EVERYTHING, key="", place=Place(Channel.IMPORT), source_system="old", source_id="1"
)
WHY = FreeText("登记有误")


@pytest.fixture(scope="module", params=backends.chosen())
def hall(request: pytest.FixtureRequest) -> Iterator[Container]:
    with (
        backends.fresh(request.param) as url,
        halls.hall(url, FixedClock(halls.MONDAY)) as container,
    ):
        for code in UNITS:
            halls.act(container, RegisterUnit(code=code, name=code))
        for code, unit in WINDOWS.items():
            halls.act(container, RegisterWindow(code=code, name=code, unit=unit))
        for who in PEOPLE:
            said = {"name": who.name, "post": who.post, "unit": who.unit, "roles": who.roles}
            halls.act(container, RegisterStaff(staff_id=who.id, **said))
        yield container


def tickets(hall: Container, chance: random.Random) -> list[str]:
    """Some that are about somebody, some window, a window of no register, or nobody."""
    found = []
    for n in range(60):
        unit = chance.choice(UNITS)
        told: dict[str, Any] = {"accused_unit": unit, "agrees_to_contact": chance.random() < 0.3}
        if chance.random() < 0.3:
            told["accused_staff"] = f"{unit}-{chance.randrange(len(POSTS))}"
        if chance.random() < 0.6:
            told["accused_window"] = chance.choice((*WINDOWS, "W-OF-OLD-SYSTEM", "W-LATE"))
        context = Context(**{**vars(TOLD), "key": f"t{n}"})
        answer = hall.engine.execute(builders.reporting(reporter=None, **told), context)
        found.append(answer.stream_id)
        if chance.random() < 0.3:  # somebody else was meant
            unit = chance.choice(UNITS)
            right = {"accused_unit": unit, "accused_staff": f"{unit}-0"}
            again = CorrectTicket(ticket_id=answer.stream_id, reason=WHY, **right)
            hall.engine.execute(again, Context(**{**vars(TOLD), "key": f"c{n}"}))
    for n, main in enumerate(found[::4]):
        found += gone_on(hall, main, n)
    halls.settled(hall)
    return found


def gone_on(hall: Container, main: str, n: int) -> list[str]:
    """Two tickets that are about nobody: one goes on in ``main``, one reports it again."""
    plain = builders.reporting(reporter=None, accused_unit=None)
    answer = hall.engine.execute(plain, Context(**{**vars(TOLD), "key": f"g{n}"}))
    merging = MergeTicket(ticket_id=answer.stream_id, main_id=main, reason=WHY, progress=WHY)
    hall.engine.execute(merging, Context(**{**vars(TOLD), "key": f"m{n}"}))
    again = hall.engine.execute(plain, Context(**{**vars(TOLD), "key": f"a{n}"}))
    said = {"explanation": WHY, "remedy": WHY}
    over = RefuseTicket(ticket_id=main, reason="litigation", **said)
    hall.engine.execute(over, Context(**{**vars(TOLD), "key": f"o{n}"}))
    repeating = RegisterRepeat(
        ticket_id=again.stream_id, earlier_id=main, new_facts=True, reason=WHY
    )
    hall.engine.execute(repeating, Context(**{**vars(TOLD), "key": f"r{n}"}))
    return [answer.stream_id, again.stream_id]


def by_the_rules(hall: Container, who: Actor, states: Mapping[str, object]) -> set[str]:
    return {
        one
        for one, state in states.items()
        if withholding(state, who, hall.rules, states.__getitem__) is not None
    }


def state_of(hall: Container, ticket_id: str) -> object:
    kind = matter_kind(ticket_id)
    assert kind is not None
    return kind.state_after(hall.store.load(ticket_id))


def close_one(hall: Container) -> None:
    """The clerks of a closed unit are of its heir, and its windows too."""
    halls.act(hall, CloseWindow(code="W-SHUT"))
    halls.act(hall, CloseUnit(code="OLD", successor="HEIR"))


def move_some(hall: Container) -> list[Actor]:
    """A window goes to another unit and one is new; so does every second member of a unit."""
    halls.act(hall, RegisterWindow(code="W-A", name="W-A", unit="B"))
    halls.act(hall, RegisterWindow(code="W-LATE", name="W-LATE", unit="B"))
    people = list(PEOPLE)
    for n, who in enumerate(PEOPLE):
        if who.unit == "A" and n % 2 == 0:
            people[n] = structs.replace(who, unit="B")
            said = {"name": who.name, "post": who.post, "unit": "B", "roles": who.roles}
            halls.act(hall, RegisterStaff(staff_id=who.id, **said))
    return people


def test_the_ledger_withholds_what_the_rules_withhold_and_pushes_do(hall: Container):
    ids = tickets(hall, random.Random(7))
    found = [withheld_of_all(hall, ids, PEOPLE)]
    close_one(hall)
    found.append(withheld_of_all(hall, ids, PEOPLE))
    found.append(withheld_of_all(hall, ids, move_some(hall)))
    assert found[0] > 50
    # Whoever goes away still knows of the unit that they left, and so does who comes there.
    assert found[2] > found[1] >= found[0]


def withheld_of_all(hall: Container, ids: list[str], people: Sequence[Actor]) -> int:
    """How many tickets are withheld from somebody, which is the same for all that say it."""
    some, states = 0, {one: state_of(hall, one) for one in ids}
    for who in people:
        wanted = by_the_rules(hall, who, states)
        some += len(wanted)
        with hall.database.connect() as connection:
            known = withheld_from(connection, who)
            assert (known is None) == (not wanted), who
            assert streams_of(connection, known) == wanted, who
            assert {one for one in ids if is_withheld(connection, known, one)} == wanted
            about, heirs = whom(connection, ids), office.successors(connection)
        pushed_to = {
            one for one in ids if one not in about or not rules.is_withheld(about[one], who, heirs)
        }
        assert set(ids) - pushed_to == wanted, who
    return some


def test_who_is_not_to_know_of_one_hears_of_no_other_that_is_asked_for_beside_it(hall: Container):
    def told(command: Any, key: str) -> str:
        context = Context(**{**vars(TOLD), "key": f"chain-{key}"})
        return hall.engine.execute(command, context).stream_id

    plain = builders.reporting(reporter=None, accused_unit=None)
    first = told(builders.reporting(reporter=None, accused_unit="B", accused_staff="B-1"), "1")
    told(RefuseTicket(ticket_id=first, reason="litigation", explanation=WHY, remedy=WHY), "2")
    main, last = told(plain, "3"), told(plain, "4")
    told(RegisterRepeat(ticket_id=main, earlier_id=first, new_facts=True, reason=WHY), "5")
    told(MergeTicket(ticket_id=last, main_id=main, reason=WHY, progress=WHY), "6")
    halls.settled(hall)
    (accused,) = (one for one in PEOPLE if one.id == "B-1")
    with hall.database.connect() as connection:
        for asked in ([last], [last, first], [first, main, last]):
            about = whom(connection, asked)
            assert all(rules.is_withheld(about[one], accused, {}) for one in asked), asked
