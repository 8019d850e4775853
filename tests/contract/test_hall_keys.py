"""The hall's own keys: drawn once, the same for every process, and those of old halls kept."""

import threading

import pytest
from sqlalchemy import delete, select

from bancheng.app.engine import Context
from bancheng.domain.complaint.discover import ReportTicket
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import Channel, Place
from bancheng.domain.people import FreeText, IdNumber, PersonName, Reporter, Title
from bancheng.infra.clock import FixedClock
from bancheng.infra.database import connect, read, write
from bancheng.infra.hall_keys import NAMES, HallKeys
from bancheng.infra.master_key import KEY_BYTES, MasterKey, MasterKeys, VaultError
from bancheng.infra.ownership import claim
from bancheng.infra.schema import (
    bookmark,
    create_schema,
    hall_key,
    metadata,
    person_index,
    person_key,
    store_schema,
    used_code,
    used_step,
)
from bancheng.projections.notices import notice
from support.given import START
from support.halls import EVERYTHING, hall

MASTER = MasterKey(b"master key of the tests, 32 byte")
MASTERS = MasterKeys(MASTER)


@pytest.fixture
def engine(database):
    engine = connect(database)
    create_schema(engine)
    claim(engine, "TEST", MASTERS)
    yield engine
    engine.dispose()


def secrets_of(keys):
    return [keys.of(name) for name in NAMES]


def rows(engine):
    with read(engine) as connection:
        found = connection.execute(select(hall_key.c.name, hall_key.c.wrapped))
        return {name: bytes(wrapped) for name, wrapped in found}


def as_version_4_left_it(engine):
    with write(engine) as connection:
        person_index.drop(connection)
        connection.execute(delete(bookmark))
        metadata.drop_all(connection, [hall_key, used_code, used_step])
        notice.drop(connection)
        connection.exec_driver_sql("ALTER TABLE hall DROP COLUMN next_master_key")
        connection.execute(store_schema.update().values(version=4))


def test_each_use_has_a_key_of_its_own_that_nobody_can_derive(engine):
    first = secrets_of(HallKeys.opened(engine, MASTERS))
    assert {len(secret) for secret in first} == {KEY_BYTES}
    assert len({*first, *(MASTER.derive(name) for name in NAMES)}) == 2 * len(NAMES)


def test_every_start_reads_the_keys_of_the_first(engine):
    first = HallKeys.opened(engine, MASTERS)
    stored = rows(engine)
    assert secrets_of(HallKeys.opened(engine, MASTERS)) == secrets_of(first)
    assert rows(engine) == stored


def test_processes_that_start_at_once_agree_on_the_keys(database, engine):
    found, barrier = [], threading.Barrier(4)

    def start():
        own = connect(database)
        barrier.wait()
        found.append(tuple(secrets_of(HallKeys.opened(own, MASTERS))))
        own.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_use_that_came_later_gets_a_key_and_the_others_keep_theirs(engine):
    HallKeys.opened(engine, MASTERS)
    before = rows(engine)
    with write(engine) as connection:
        connection.execute(delete(hall_key).where(hall_key.c.name == NAMES[-1]))
    later = HallKeys.opened(engine, MASTERS)
    assert len(later.of(NAMES[-1])) == KEY_BYTES
    kept = {name: wrapped for name, wrapped in rows(engine).items() if name != NAMES[-1]}
    assert kept == {name: before[name] for name in NAMES[:-1]}


def test_the_keys_stand_in_the_database_wrapped_and_no_other_master_key_opens_them(engine):
    keys = HallKeys.opened(engine, MASTERS)
    stored = rows(engine)
    assert not any(secret in stored[name] for name in NAMES for secret in secrets_of(keys))
    assert not any(secret.hex() in repr(keys) for secret in secrets_of(keys))
    with pytest.raises(VaultError, match="主密钥不符"):
        HallKeys.opened(engine, MasterKeys.of(b"another master key of 32 bytes!!"))
    assert rows(engine) == stored


def test_a_key_can_not_take_the_place_of_another(engine):
    HallKeys.opened(engine, MASTERS)
    with write(engine) as connection:
        stolen = connection.scalar(select(hall_key.c.wrapped).where(hall_key.c.name == NAMES[1]))
        put = hall_key.update().where(hall_key.c.name == NAMES[0])
        connection.execute(put.values(wrapped=stolen))
    with pytest.raises(VaultError, match="hall_key"):
        HallKeys.opened(engine, MASTERS)


def test_a_hall_from_before_keeps_the_keys_that_were_derived(engine):
    as_version_4_left_it(engine)
    create_schema(engine)
    keys = HallKeys.opened(engine, MASTERS)
    derived = ("finder", "fingerprint")
    assert [keys.of(name) for name in derived] == [MASTER.derive(name) for name in derived]
    assert secrets_of(HallKeys.opened(engine, MASTERS)) == secrets_of(keys)


def test_an_upgrade_forgets_neither_who_came_before_nor_what_was_answered(database):
    engine = connect(database)
    create_schema(engine)
    as_version_4_left_it(engine)
    with hall(database, FixedClock(START)) as container:
        first = container.engine.execute(REPORT, context("one"))
    as_version_4_left_it(engine)
    with hall(database, FixedClock(START)) as container:
        again = container.engine.execute(REPORT, context("one"))
        assert (again.stream_id, again.repeated) == (first.stream_id, True)
        assert container.engine.execute(REPORT, context("two")).stream_id != first.stream_id
    with read(engine) as connection:
        people = connection.scalars(select(person_key.c.finder)).all()
    engine.dispose()
    assert len([finder for finder in people if finder]) == 1


REPORT = ReportTicket(
    category=TicketCategory.COMPLAINT,
    channel=Channel.WINDOW,
    subject=Title("办不成"),
    content=FreeText("跑了三趟都没有办成"),
    reporter=Reporter(name=PersonName("张建国"), id_number=IdNumber("11010519491231002X")),
)


def context(key):
    return Context(actor=EVERYTHING, key=key, place=Place(Channel.WINDOW))
