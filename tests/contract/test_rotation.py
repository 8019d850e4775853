"""A new master key takes the place of the old one: in every state everything can be read."""

import threading
import time
from contextlib import contextmanager
from itertools import count

import pytest
from sqlalchemy import delete, event, insert, select, text, update

from bancheng.domain.people import PersonName
from bancheng.infra import database as db
from bancheng.infra import rotation
from bancheng.infra.hall_keys import NAMES, HallKeys
from bancheng.infra.master_key import MasterKeys, VaultError
from bancheng.infra.ownership import WrongOwner, owner_of
from bancheng.infra.schema import hall, hall_key, person_key
from golden.sealed_world import World
from support.destroying import destroy

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
ONLY_OLD, BOTH, ONLY_NEW = MasterKeys.of(OLD), MasterKeys.of(OLD, NEW), MasterKeys.of(NEW)
OLD_ID, NEW_ID = ONLY_OLD.current.id, ONLY_NEW.current.id
PEOPLE = 25
TABLES = (hall, hall_key, person_key)


class Killed(BaseException):
    """What ends a process between two statements."""


@pytest.fixture
def world(database, monkeypatch):
    """A hall under the old key, with more people than fit into two batches."""
    monkeypatch.setattr(rotation, "BATCH", 10)
    world = World(database, masters=BOTH, cached=5)
    yield world
    world.close()


@pytest.fixture
def people(world):
    return [world.sealed(PersonName(f"张{n}", owner=f"person-{n}")) for n in range(PEOPLE)]


def rotated(world, masters=BOTH):
    moved = []
    rotation.rotate(world.engine, masters, moved.append)
    return sum(moved)


def counts(world):
    with db.read(world.engine) as connection:
        return rotation.counts(connection)


def faults(world, masters=BOTH):
    return list(rotation.faults(world.engine, masters, lambda _: None))


def opened_by(world, masters, people):
    """What a process that starts now with ``masters`` reads."""
    url = world.engine.url.render_as_string(hide_password=False)
    process = World(url, masters=masters, seed=3)
    try:
        assert len(HallKeys.opened(process.engine, masters).of(NAMES[0])) == 32
        return [process.vault.open(each) for each in people]
    finally:
        process.close()


def stored(world):
    """Every row that has to do with keys."""
    with db.read(world.engine) as connection:
        return [
            [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in TABLES
        ]


def put_back(world, rows):
    with db.write(world.engine) as connection:
        for table, its in zip(TABLES, rows, strict=True):
            connection.execute(delete(table))
            names = [column.name for column in table.columns]
            connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in its])


@contextmanager
def killed_at(world, statement):
    """Die before that statement of the block, or before the commit that takes its place."""
    numbers = count(1)

    def step(*_arguments):
        if next(numbers) == statement:
            raise Killed

    for name in ("before_cursor_execute", "commit"):
        event.listen(world.engine, name, step)
    try:
        yield
    finally:
        for name in ("before_cursor_execute", "commit"):
            event.remove(world.engine, name, step)


def test_afterwards_everything_opens_with_the_new_key_and_nothing_needs_the_old(world, people):
    assert rotated(world) == PEOPLE + len(NAMES)
    assert counts(world) == {"person_key": {NEW_ID: PEOPLE}, "hall_key": {NEW_ID: len(NAMES)}}
    assert opened_by(world, ONLY_NEW, people) == [f"张{n}" for n in range(PEOPLE)]
    assert faults(world, ONLY_NEW) == []
    with pytest.raises(WrongOwner, match="主密钥不符"):
        opened_by(world, ONLY_OLD, people)


def test_a_rotation_that_is_over_is_not_done_again_nor_turned_back(world, people):
    rotated(world)
    before = stored(world)
    assert rotated(world) == 0
    assert stored(world) == before


def test_neither_the_keys_of_the_hall_nor_who_was_named_change(world, people):
    before = HallKeys.opened(world.engine, BOTH)
    finders = finders_of(world)
    rotated(world)
    after = HallKeys.opened(world.engine, ONLY_NEW)
    assert [after.of(name) for name in NAMES] == [before.of(name) for name in NAMES]
    assert len(finders) == PEOPLE
    assert finders_of(world) == finders


def finders_of(world):
    with db.read(world.engine) as connection:
        return set(map(tuple, connection.execute(select(person_key.c.owner, person_key.c.finder))))


def test_killed_before_any_of_its_statements_it_goes_on_and_all_is_readable_meanwhile(
    world, people
):
    names, beginning = [f"张{n}" for n in range(PEOPLE)], stored(world)
    states = set()
    for statement in count(1):
        put_back(world, beginning)
        try:
            with killed_at(world, statement):
                rotated(world)
            break
        except Killed:
            pass
        states.add(state_of(world))
        assert opened_by(world, BOTH, people) == names
        assert faults(world) == []
        who_may_not_start_changes_nothing(world)
        fresh = world.sealed(PersonName("新来的", owner=f"person-new-{statement}"))
        rotated(world)
        assert opened_by(world, ONLY_NEW, [*people, fresh]) == [*names, "新来的"]
    assert statement > 15
    assert {(OLD_ID, None), (OLD_ID, NEW_ID)} <= states


def state_of(world):
    with db.read(world.engine) as connection:
        owner = owner_of(connection)
    return owner.master_key, owner.next_master_key


def who_may_not_start_changes_nothing(world):
    """Whoever holds not all that is needed is refused, in the state that things are in now."""
    needed, before = {key_id for key_id in state_of(world) if key_id}, stored(world)
    for masters in (ONLY_OLD, ONLY_NEW, MasterKeys.of(OTHER), MasterKeys.of(OLD, OTHER)):
        if all(masters.holds(key_id) for key_id in needed):
            continue
        with pytest.raises(WrongOwner, match="未写入任何内容"):
            opened_by(world, masters, [])
    assert stored(world) == before


def test_during_a_rotation_whatever_is_born_is_under_the_new_key(world, people):
    with killed_at(world, 8), pytest.raises(Killed):
        rotated(world)
    assert OLD_ID in counts(world)["person_key"]
    before = counts(world)["person_key"].get(NEW_ID, 0)
    fresh = world.sealed(PersonName("新来的", owner="person-new"))
    again = world.sealed(PersonName("又一位", owner="person-newer"))
    assert counts(world)["person_key"][NEW_ID] == before + 2
    assert opened_by(world, BOTH, [fresh, again]) == ["新来的", "又一位"]


def test_who_was_started_with_the_old_key_alone_writes_nothing_once_a_rotation_began(
    world, people, database
):
    late = World(database, masters=ONLY_OLD, seed=4)
    with killed_at(world, 8), pytest.raises(Killed):
        rotated(world)
    before = stored(world)
    late.vault.seal(PersonName("新来的", owner="person-new"))
    with pytest.raises(VaultError, match="BANCHENG_MASTER_KEY_NEXT"):
        late.commit()
    late.codec.forget_pending()
    assert stored(world) == before
    late.close()


def test_whoever_stands_between_insert_and_commit_is_waited_for(postgresql):
    """Their key is under the old one, and no count of the rotation can see it."""
    world, rotating = World(postgresql, masters=BOTH), World(postgresql, masters=BOTH, seed=2)
    with db.write(world.engine) as connection:
        box = world.vault.seal(PersonName("张三", owner="person-1"))
        world.codec.flush(connection)
        thread = threading.Thread(target=rotated, args=(rotating,))
        thread.start()
        deadline = time.monotonic() + 30
        while thread.is_alive() and not waits_for_a_lock(rotating):
            assert time.monotonic() < deadline
        assert thread.is_alive(), "it did not wait"
    world.codec.published()
    thread.join()
    assert counts(world)["person_key"] == {NEW_ID: 1}
    assert opened_by(world, ONLY_NEW, [PersonName(owner="person-1", box=box)]) == ["张三"]
    for each in (world, rotating):
        each.close()


def waits_for_a_lock(world):
    with db.read(world.engine) as connection:
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = :its")
        its = connection.scalar(text("SELECT 'person_key'::regclass::oid"))
        return connection.scalar(waiting, {"its": its}) > 0


def test_a_damaged_record_stops_nothing_but_the_end(world, people):
    with db.write(world.engine) as connection:
        good = connection.scalar(select(person_key.c.wrapped).filter_by(owner="person-7"))
        damaged = bytes(good)[:-1] + bytes([bytes(good)[-1] ^ 1])
        its = update(person_key).where(person_key.c.owner == "person-7")
        connection.execute(its.values(wrapped=damaged))
    with pytest.raises(VaultError, match=r"轮换未完成.*keys check"):
        rotated(world)
    assert counts(world)["person_key"] == {OLD_ID: 1, NEW_ID: PEOPLE - 1}
    (fault,) = faults(world)
    assert "person-7 的密钥记录已损坏" in fault
    with db.write(world.engine) as connection:
        connection.execute(its.values(wrapped=bytes(good)))
    assert rotated(world) == 1
    assert opened_by(world, ONLY_NEW, people) == [f"张{n}" for n in range(PEOPLE)]


def test_a_key_that_is_destroyed_while_it_is_wrapped_anew_stays_destroyed(
    world, people, monkeypatch
):
    wrap_anew = rotation._anew

    def in_between(bound, *rest):
        if bound == "person-7":
            destroy(world.engine, world.vault, "person-7")
        return wrap_anew(bound, *rest)

    monkeypatch.setattr(rotation, "_anew", in_between)
    rotated(world)
    assert opened_by(world, ONLY_NEW, people).count(None) == 1


@pytest.mark.parametrize("masters", [ONLY_OLD, MasterKeys.of(OLD, OLD)], ids=["none", "same"])
def test_without_a_new_key_nothing_is_rotated(world, people, masters):
    before = stored(world)
    with pytest.raises(VaultError, match=r"没有新主密钥.*BANCHENG_MASTER_KEY_NEXT"):
        rotated(world, masters)
    assert stored(world) == before
