"""One person among many is erased: nothing has them any more, and everybody else stays.

ERASED_AMONG=10000 has as many as that; they take minutes on each database.
"""

import os
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, make_url, select

from bancheng.app.engine import Context
from bancheng.bootstrap import Container
from bancheng.domain.complaint.contact import DiscloseReporter
from bancheng.domain.complaint.discover import RefuseTicket, TicketReported
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Channel, Place
from bancheng.domain.identity_numbers import resident_check
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import FreeText, IdNumber, PersonName, Phone, Reporter
from bancheng.domain.person_search import SoughtBy, sought
from bancheng.domain.personal_fields import PersonalField
from bancheng.infra import streams
from bancheng.infra.clock import FixedClock
from bancheng.infra.key_remains import KeyRemains
from bancheng.infra.schema import person_key
from contract.test_erasing import approved, catch_up
from support import backends, builders, halls
from support.people_hall import found
from support.readable import readable

pytestmark = [backends.EACH, pytest.mark.long, pytest.mark.timeout(1800)]
PEOPLE, ONE = int(os.environ.get("ERASED_AMONG", "1000")), 731
TEN_YEARS = halls.MONDAY.replace(year=2036, month=4)
_keys = count(1)


def person(n: int) -> Reporter:
    first = f"110105{1950 + n // 900}{1 + n % 9:02d}{1 + n // 9 % 28:02d}{n % 1000:03d}"
    return Reporter(
        name=PersonName(f"欧阳第{n:05d}号"),
        phone=Phone(f"139{n:08d}"),
        id_number=IdNumber(first + resident_check(first)),
    )


def clear_values(who: Reporter) -> list[str]:
    values = (who.name, who.phone, who.id_number)
    return [one.plain for one in values if one is not None and one.plain is not None]


def acted(hall: Container, command: Any) -> str:
    context = Context(
        actor=halls.EVERYTHING, key=f"many/{next(_keys)}", place=Place(Channel.WINDOW)
    )
    return hall.engine.execute(command, context).stream_id


def reported(hall: Container) -> list[str]:
    """A closed ticket of each."""
    tickets = []
    with hall.in_bulk() as bulk:
        for n in range(PEOPLE):
            ticket = acted(bulk, builders.reporting(reporter=person(n)))
            said = {"explanation": FreeText("已起诉"), "remedy": FreeText("向法院")}
            acted(bulk, RefuseTicket(ticket_id=ticket, reason="litigation", **said))
            tickets.append(ticket)
    hall.runner.catch_up()
    return tickets


def dump(hall: Container, url: str) -> Iterator[bytes]:
    """Every value of every table; of SQLite the bytes of every file of the folder, too."""
    tables = MetaData()
    tables.reflect(hall.database)
    with hall.database.connect() as connection:
        for table in readable(tables):
            for row in connection.execute(select(table)):
                yield b"\0".join(
                    one if isinstance(one, bytes) else str(one).encode() for one in row
                )
    file = make_url(url)
    if file.get_backend_name() == "sqlite":
        yield from (one.read_bytes() for one in Path(file.database or "").parent.iterdir())


def among(hall: Container, url: str, values: Sequence[bytes]) -> set[bytes]:
    return {value for part in dump(hall, url) for value in values if value in part}


def test_one_person_among_many(furnished: str):
    clock = FixedClock(halls.MONDAY)
    with halls.hall(furnished, clock) as hall:
        halls.act(hall, RegisterUnit(code="RS", name="人社局"))
        tickets, who = reported(hall), person(ONE)
        ticket, clear = tickets[ONE], [one.encode() for one in clear_values(who)]
        event: Any = hall.store.load(ticket)[0].event
        owners = (ticket, event.reporter.name.owner)
        its = select(person_key.c.wrapped).where(person_key.c.owner.in_(owners))
        with hall.database.connect() as connection:
            keys = [bytes(one) for one in connection.scalars(its)]
        box = bytes(event.reporter.phone.box)
        assert len(keys) == len(owners)
        assert hall.engine.vault.open(event.reporter.name) == who.name.plain
        assert among(hall, furnished, [*clear, *keys]) == set(keys)  # the value is there but sealed

        approved(hall, ticket)
        clock.set(TEN_YEARS)
        hall.erasing.go_on()
        catch_up(hall)
        assert KeyRemains(hall.database).clean()

        assert among(hall, furnished, [*clear, *keys]) == set()
        assert box == hall.store.load(ticket)[0].event.reporter.phone.box  # type: ignore[attr-defined]
        ways = zip(
            (SoughtBy.NAME, SoughtBy.PHONE, SoughtBy.ID_NUMBER), clear_values(who), strict=True
        )
        assert [found(hall, sought(by, value)) for by, value in ways] == [set(), set(), set()]
        opening = DiscloseReporter(
            ticket_id=ticket, purpose="contact", fields=(PersonalField.NAME,), reason=FreeText("问")
        )
        with pytest.raises(WrongStep) as refused:
            halls.act(hall, opening)
        assert refused.value.code == "PERSONAL_DATA_ERASED"
        assert read_again(hall, tickets) == [ONE]
        for stream in streams.every(hall.database):
            assert hall.store.recorder.verify_chain(stream.stream_id) == []


def read_again(hall: Container, tickets: Sequence[str]) -> list[int]:
    """Of whom the name can not be read; everybody else's is the one that was told."""
    lost = []
    for n, ticket in enumerate(tickets):
        event = hall.store.load(ticket)[0].event
        assert isinstance(event, TicketReported)
        assert event.reporter is not None
        name = hall.engine.vault.open(event.reporter.name)
        if name is None:
            lost.append(n)
        else:
            assert name == person(n).name.plain
    return lost
