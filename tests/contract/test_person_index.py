"""查人索引: whoever is on file is found, nobody else is, and nothing clear is in any row."""

import hashlib
from collections.abc import Iterator
from random import Random
from threading import Event
from typing import Any

import pytest
from sqlalchemy import MetaData, delete, func, select
from sqlalchemy.exc import IntegrityError

from bancheng.app.ports import Asked
from bancheng.bootstrap import Container
from bancheng.domain.case.correct import CorrectCase
from bancheng.domain.complaint.correct import CorrectTicket, TicketCorrected
from bancheng.domain.errors import Conflict, DomainError
from bancheng.domain.events import TOPICS
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import (
    Agent,
    Applicant,
    IdNumber,
    PersonName,
    Phone,
    Reporter,
)
from bancheng.domain.person_search import SoughtBy, sought
from bancheng.infra import database, person_index, person_indexing
from bancheng.infra.clock import FixedClock
from bancheng.infra.person_indexing import PersonIndexing, left_to_index
from bancheng.infra.schema import (
    UNINDEXED,
    bookmark,
    create_schema,
    event,
    person_key,
    store_schema,
    used_code,
    used_step,
)
from bancheng.infra.schema import person_index as table
from bancheng.projections.notices import notice
from support import backends, builders, halls, theme_hall
from support.destroying import destroy
from support.people_hall import (
    EVERYTHING,
    IDS,
    NAMES,
    PHONES,
    WHY,
    an_act,
    found,
    told,
)
from support.readable import readable

pytestmark = backends.EACH
BY = SoughtBy
WHO = Reporter(
    name=PersonName("欧阳建国"),
    phone=Phone("13900139000"),
    id_number=IdNumber("11010519491231002X"),
)
THEIRS = (
    sought(BY.NAME, "欧阳 建国"),
    sought(BY.PHONE, "+86 139-0013-9000"),
    sought(BY.ID_NUMBER, "110105491231002"),
)


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with theme_hall.opened(furnished, clock) as container:
        halls.act(container, RegisterUnit(code="RS", name="人社局"))
        yield container


def reported(hall: Container, who: Reporter | None = WHO) -> str:
    return halls.act(hall, builders.reporting(reporter=who)).stream_id


def correct(hall: Container, ticket: str, **fields: Any) -> None:
    halls.act(hall, CorrectTicket(ticket_id=ticket, reason=WHY, **fields))


def rows_of(hall: Container) -> list[Any]:
    with hall.database.connect() as connection:
        order = table.c.stream_id, table.c.part
        return [tuple(row) for row in connection.execute(select(table).order_by(*order))]


# what is found


def test_a_ticket_is_found_by_each_part_of_its_reporter(hall: Container):
    ticket = reported(hall)
    reported(hall, None)
    reported(hall, Reporter(name=PersonName("欧阳建"), phone=Phone("13900139001")))
    assert [found(hall, one) for one in THEIRS] == [{ticket}] * 3


@pytest.mark.parametrize("seed", range(3))
def test_what_is_found_is_what_is_on_file_after_any_acts(hall: Container, seed: int):
    chance, matters = Random(seed), []
    for _ in range(40):
        an_act(hall, chance, matters)
    assert {one.masked: found(hall, one) for one in EVERYTHING} == {
        one.masked: told(hall, one) for one in EVERYTHING
    }


def test_a_corrected_telephone_finds_its_matter_no_more(hall: Container):
    ticket = reported(hall)
    correct(hall, ticket, reporter=Reporter(name=WHO.name, phone=Phone("13700137000")))
    wrong, right = sought(BY.PHONE, "13900139000"), sought(BY.PHONE, "13700137000")
    assert (found(hall, wrong), found(hall, right)) == (set(), {ticket})
    assert found(hall, THEIRS[2]) == set()  # a correction replaces a person whole


def test_a_correction_of_something_else_leaves_who_is_found(hall: Container):
    ticket = reported(hall)
    correct(hall, ticket, service_item="YYZZ")
    assert [found(hall, one) for one in THEIRS] == [{ticket}] * 3


def test_an_agent_is_found_and_another_one_takes_their_place(hall: Container):
    case = theme_hall.received(hall, "YYZZ", "SQB")
    for phone in PHONES[:2]:
        agent = Agent(name=PersonName("李敏"), phone=Phone(phone))
        halls.act(hall, CorrectCase(case_id=case, reason=WHY, agent=agent, mandate="委1号"))
    assert [found(hall, sought(BY.PHONE, phone)) for phone in PHONES[:2]] == [set(), {case}]
    assert found(hall, sought(BY.NAME, "张建国")) == {case}


def test_a_child_is_found_by_the_people_of_its_theme_until_it_has_its_own(hall: Container):
    theme = theme_hall.accepted(hall, "CYKD")
    children = theme_hall.children(hall, theme)
    named = sought(BY.NAME, "张建国")
    assert found(hall, named) == {theme, *children.values()} == told(hall, named)

    left = children["YYZZ"]
    for command in (theme_hall.examined(left), theme_hall.granted(left)):
        halls.act(hall, command)
    halls.act(hall, theme_hall.withdrawing(theme))
    theme_hall.settle(hall)
    own = Applicant(name=PersonName("李敏"))
    halls.act(hall, CorrectCase(case_id=left, reason=WHY, applicant=own))
    assert found(hall, named) == {theme, *children.values()} - {left} == told(hall, named)
    assert found(hall, sought(BY.NAME, "李敏")) == {left}


def test_a_query_code_finds_its_matter_alone(hall: Container):
    ticket, _ = reported(hall), reported(hall)
    code = hall.store.load(ticket)[0].event.query_code  # type: ignore[attr-defined]
    assert found(hall, sought(BY.QUERY_CODE, f" {code[:5]}-{code[5:]}")) == {ticket}


def test_events_that_tell_of_people_are_these():
    assert sorted(person_index.telling_topics()) == [
        "assistance.client-corrected", "assistance.mandated",
        "case.case-corrected", "case.case-submitted",
        "complaint.ticket-corrected", "complaint.ticket-reported",
    ]  # fmt: skip
    assert not person_index.tells_of_people(TOPICS["complaint.ticket-accepted"])


# with the event, or not at all


def test_what_was_not_stored_is_not_found(hall: Container):
    ticket = reported(hall, None)
    correct(hall, ticket, service_item="YYZZ")
    told = TicketCorrected(
        corrected=("reporter",), reason=WHY.owned_by(ticket), reporter=WHO.owned_by("person-late")
    )
    with pytest.raises(Conflict):
        overtaken(hall, ticket, told)
    assert rows_of(hall) == []
    assert [found(hall, one) for one in THEIRS] == [set()] * 3


def overtaken(hall: Container, ticket: str, told: TicketCorrected) -> None:
    envelope = hall.store.load(ticket)[0].envelope
    with hall.store.unit() as unit:
        unit.append(ticket, 1, [(envelope, told)], Asked(key="late", fingerprint="x"))


def test_the_order_of_writing_does_not_matter(hall: Container):
    chance, matters = Random(7), []
    for _ in range(30):
        an_act(hall, chance, matters)
    expected = rows_of(hall)
    log = [one for one in hall.store.read(0, 10_000) if one.stream_id in matters]
    index = hall.person_search._index
    for seed in range(3):
        Random(seed).shuffle(log)
        with database.write(hall.database) as connection:
            connection.execute(delete(table))
            for one in (*log, *log[:5]):
                index.write(connection, [one])
        assert rows_of(hall) == expected


# who is forgotten


def test_no_key_is_destroyed_that_something_is_still_found_by(hall: Container):
    reported(hall)
    with pytest.raises(IntegrityError), database.write(hall.database) as connection:
        connection.execute(delete(person_key))


def _digests(hall: Container, stream: str) -> list[Any]:
    of = table.c.stream_id == stream, table.c.digest.is_not(None)
    with hall.database.connect() as connection:
        return list(connection.execute(select(table).where(*of)))


# a hall from before


def before_the_index(hall: Container) -> None:
    """Leave the hall as an upgrade finds it."""
    with database.write(hall.database) as connection:
        connection.execute(delete(table))
        last = connection.scalar(select(func.max(event.c.position)))
        connection.execute(delete(bookmark).where(bookmark.c.name == UNINDEXED))
        connection.execute(bookmark.insert().values(name=UNINDEXED, position=last))


def indexing(hall: Container, batch: int) -> PersonIndexing:
    return PersonIndexing(hall.database, hall.store._codec, hall.person_search._index, batch)


def fill(hall: Container, batch: int) -> None:
    step = indexing(hall, batch)
    while step.go_on():
        pass


def test_a_hall_from_before_gets_the_same_index_though_it_dies_twice(
    hall: Container, monkeypatch: pytest.MonkeyPatch
):
    chance, matters = Random(3), []
    for _ in range(30):
        an_act(hall, chance, matters)
    expected = rows_of(hall)
    before_the_index(hall)
    keep = person_index.keep
    for nth in (1, 3):
        calls = iter(range(10))

        def dying(connection: Any, rows: Any, nth: int = nth, calls: Any = calls) -> None:
            keep(connection, rows)
            if next(calls) == nth:
                raise KeyboardInterrupt

        monkeypatch.setattr(person_indexing, "keep", dying)
        with pytest.raises(KeyboardInterrupt):
            fill(hall, 3)
        monkeypatch.setattr(person_indexing, "keep", keep)
        with pytest.raises(DomainError, match="INDEX_INCOMPLETE"):
            found(hall, EVERYTHING[0])
    fill(hall, 4)
    assert rows_of(hall) == expected
    assert {one.masked: found(hall, one) for one in EVERYTHING} == {
        one.masked: told(hall, one) for one in EVERYTHING
    }


def test_an_upgrade_owes_the_index_of_all_that_was_there(hall: Container):
    ticket = reported(hall)
    with database.write(hall.database) as connection:
        table.drop(connection)
        used_code.drop(connection)
        used_step.drop(connection)
        notice.drop(connection)
        connection.execute(store_schema.update().values(version=5))
    create_schema(hall.database)
    with hall.database.connect() as connection:
        assert left_to_index(connection) == hall.store.head()
    later = reported(hall)
    fill(hall, 2)
    assert [found(hall, one) for one in THEIRS] == [{ticket, later}] * 3


def test_acts_go_on_while_the_index_is_filled(hall: Container):
    chance, matters = Random(5), []
    for _ in range(25):
        an_act(hall, chance, matters)
    before_the_index(hall)
    step = indexing(hall, 2)
    while step.go_on():
        an_act(hall, chance, matters)
    for one in EVERYTHING:
        assert found(hall, one) == told(hall, one)


def test_who_was_forgotten_meanwhile_is_not_found_again(
    hall: Container, monkeypatch: pytest.MonkeyPatch
):
    ticket = reported(hall)
    (owner,) = {row.owner for row in _digests(hall, ticket)}
    before_the_index(hall)
    rows = hall.person_search._index.rows

    def forgotten_after_opening(told: Any) -> Any:
        opened = rows(told)
        destroy(hall.database, hall.engine.vault, owner)
        return opened

    monkeypatch.setattr(hall.person_search._index, "rows", forgotten_after_opening)
    fill(hall, 50)
    assert _digests(hall, ticket) == []
    assert [found(hall, one) for one in THEIRS] == [set()] * 3


def test_the_sweep_fills_it_and_a_new_hall_has_it_whole(hall: Container):
    reported(hall)
    with hall.database.connect() as connection:
        assert left_to_index(connection) == 0
    before_the_index(hall)
    hall.sweeper.start()
    try:
        _until_whole(hall)
    finally:
        hall.sweeper.stop()
    assert len(found(hall, THEIRS[0])) == 1


def _until_whole(hall: Container) -> None:
    for _ in range(100):
        with hall.database.connect() as connection:
            if not left_to_index(connection):
                return
        Event().wait(0.1)
    raise AssertionError("the sweep did not fill the index")


# what a copy of the database tells


def test_no_row_holds_a_value_or_a_digest_that_anybody_could_make(hall: Container, furnished: str):
    chance, matters = Random(11), []
    for _ in range(30):
        an_act(hall, chance, matters)
    secrets = [*PHONES, *IDS, *(one.replace(" ", "") for one in NAMES), *NAMES]
    secrets += [one.spelling for one in EVERYTHING]
    bare = [value.encode() for value in secrets]
    for algorithm in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sm3"):
        digests = [hashlib.new(algorithm, value.encode()) for value in secrets]
        bare += [one.digest() for one in digests] + [one.hexdigest().encode() for one in digests]
    for name, stored in everything(hall):
        assert [one for one in bare if one in stored] == [], name


def everything(hall: Container) -> Iterator[tuple[str, bytes]]:
    """Every value of every table as bytes."""
    tables = MetaData()
    tables.reflect(hall.database)
    with hall.database.connect() as connection:
        for each in readable(tables):
            for row in connection.execute(select(each)):
                yield from ((each.name, _bytes(value)) for value in row)


def _bytes(value: object) -> bytes:
    is_bytes = isinstance(value, bytes | bytearray | memoryview)
    return bytes(value) if is_bytes else str(value).encode()  # type: ignore[arg-type]
