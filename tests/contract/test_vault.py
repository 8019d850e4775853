"""The vault: what it seals only it opens, and what it destroys nobody opens."""

import math
import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from bancheng.domain.identity_numbers import PaperKind
from bancheng.domain.people import FreeText, IdNumber, PersonName, Phone, Reporter
from bancheng.infra import database as db
from bancheng.infra.clock import RandomIds
from bancheng.infra.hall_keys import NAMES, HallKeys
from bancheng.infra.master_key import MasterKey, MasterKeys, VaultError, create_key_file
from bancheng.infra.schema import person_key
from bancheng.infra.vault import KeyVault
from golden.sealed_world import MASTER, MASTERS, REPORTER, World
from support.destroying import destroy

NAME = PersonName("张建国", owner="person-1")


@pytest.fixture
def world(database):
    world = World(database)
    yield world
    world.close()


@pytest.fixture
def other(database, world):
    """A second process on the same database."""
    other = World(database, seed=2)
    yield other
    other.close()


def test_what_was_sealed_opens_in_another_process(world, other):
    sealed = world.sealed(NAME)
    assert "张建国".encode() not in sealed.box
    assert other.vault.open(sealed) == "张建国"
    assert other.vault.masked(sealed) == "张**"


def test_the_same_value_never_gives_the_same_box(world):
    assert world.vault.seal(NAME) != world.vault.seal(NAME)


def test_absent_and_unsealed_values_are_masked_too(world):
    assert world.vault.masked(None) is None
    assert world.vault.masked(Phone("13800138000")) == "138****8000"


@pytest.mark.parametrize("value", [PersonName("张"), PersonName(owner="person-1")])
def test_a_value_without_owner_or_plain_text_is_not_sealed(world, value):
    with pytest.raises(TypeError, match="owner"):
        world.vault.seal(value)


def test_a_destroyed_key_erases_its_owner_alone(world, other):
    sealed, neighbour = world.sealed(NAME), world.sealed(PersonName("李敏", owner="person-2"))
    destroy(world.engine, world.vault, "person-1")
    for vault in (world.vault, other.vault):
        assert vault.open(sealed) is None
        assert vault.masked(sealed) == "已销毁"
        assert vault.masked(neighbour) == "李*"


def test_a_new_key_of_the_same_owner_does_not_bring_erased_values_back(world, other):
    erased = world.sealed(NAME)
    assert other.vault.open(erased) == "张建国"
    destroy(world.engine, world.vault, "person-1")
    fresh = world.sealed(PersonName("张三", owner="person-1"))
    assert other.vault.masked(fresh) == "张*"
    assert [world.vault.masked(each) for each in (erased, fresh)] == ["已销毁", "张*"]
    assert other.vault.masked(erased) == "已销毁"


@pytest.mark.parametrize("at", [5, 17, -1])
def test_a_tampered_box_is_refused(world, at):
    sealed = world.sealed(NAME)
    box = bytearray(sealed.box)
    box[at] ^= 1
    with pytest.raises(VaultError, match="被改动"):
        world.vault.open(PersonName(owner="person-1", box=bytes(box)))


def test_a_box_moved_to_another_field_or_owner_does_not_open(world):
    sealed = world.sealed(NAME)
    world.sealed(PersonName("李敏", owner="person-2"))
    with pytest.raises(VaultError, match="被改动"):
        world.vault.open(FreeText(owner="person-1", box=sealed.box))
    assert world.vault.open(PersonName(owner="person-2", box=sealed.box)) is None


@pytest.mark.parametrize("box", [b"", b"\x07" * 40])
def test_a_box_of_an_unknown_format_is_refused(world, box):
    with pytest.raises(VaultError, match="格式号"):
        world.vault.open(PersonName(owner="person-1", box=box))


def test_a_wrong_master_key_says_which_one_is_needed():
    stranger = MasterKeys.of(b"another master key of 32 bytes!!")
    with pytest.raises(VaultError, match=f"主密钥不符.*{MASTER.id.hex()}.*BANCHENG_MASTER_KEY"):
        stranger.unwrap("person-1", MASTER.wrap("person-1", b"k" * 32))


def test_a_wrapped_key_opens_for_its_owner_only(world):
    wrapped = MASTER.wrap("person-1", b"k" * 32)
    assert MASTERS.unwrap("person-1", wrapped) == b"k" * 32
    with pytest.raises(VaultError, match="损坏"):
        MASTERS.unwrap("person-2", wrapped)
    with pytest.raises(VaultError, match="格式号"):
        MASTERS.unwrap("person-1", b"\x09" + wrapped[1:])


def test_without_a_master_key_the_way_out_is_told():
    with pytest.raises(VaultError, match=r"BANCHENG_MASTER_KEY.*openssl rand -base64 32"):
        MasterKeys.of(None)
    with pytest.raises(VaultError, match="32 字节"):
        MasterKey(b"short")


def test_a_key_file_is_private_and_never_written_over(tmp_path):
    path = tmp_path / "var" / "master.key"
    assert len(create_key_file(path)) == 32
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        create_key_file(path)


def test_a_rolled_back_key_never_was(world):
    world.vault.seal(NAME)
    with db.write(world.engine) as connection:
        world.codec.flush(connection)
        connection.rollback()
    world.codec.forget_pending()
    assert _keys(world) == 0
    assert world.vault.open(world.sealed(NAME)) == "张建国"
    assert _keys(world) == 1


def test_a_unit_that_appends_twice_uses_one_key(world):
    with db.write(world.engine) as connection:
        boxes = [world.vault.seal(NAME)]
        world.codec.flush(connection)
        boxes.append(world.vault.seal(NAME))
        world.codec.flush(connection)
    world.codec.published()
    assert [world.vault.open(PersonName(owner="person-1", box=box)) for box in boxes] == [
        "张建国"
    ] * 2


def test_of_two_threads_that_make_the_same_key_one_must_try_again(world):
    world.vault.seal(NAME)
    thread = threading.Thread(target=world.sealed, args=(NAME,))
    thread.start()
    thread.join()
    with pytest.raises(IntegrityError), db.write(world.engine) as connection:
        world.codec.flush(connection)
    world.codec.forget_pending()
    assert world.vault.open(world.sealed(NAME)) == "张建国"
    assert _keys(world) == 1


def test_threads_share_the_vault(world):
    failures = []

    def work(number):
        for turn in range(20):
            value = PersonName(f"张{number}", owner=f"person-{number}-{turn}")
            if world.vault.open(world.sealed(value)) != value.plain:
                failures.append(value)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert _keys(world) == 80


def test_a_small_cache_forgets_but_the_table_does_not(database):
    world = World(database, cached=2)
    sealed = [world.sealed(PersonName("张三", owner=f"person-{n}")) for n in range(5)]
    assert [world.vault.open(each) for each in sealed] == ["张三"] * 5
    assert len(world.vault._ring._keys._values) == 2
    world.close()


def test_warming_reads_the_keys_of_many_at_once(world, other):
    sealed = [world.sealed(PersonName("张三", owner=f"person-{n}")) for n in range(10)]
    other.vault.warm([value.owner for value in sealed] * 2 + ["person-unknown"])
    other.vault._ring._engine.dispose()
    other.vault._ring._engine = None  # any query would now fail
    other.vault._ring._looked_at = math.inf  # nor is it time to ask whether some were destroyed
    assert {other.vault.open(value) for value in sealed} == {"张三"}
    other.vault._ring._engine = other.engine


# who is who


def test_a_known_identity_number_finds_its_owner_however_it_is_written(world, other):
    owner = world.vault.identify(REPORTER)
    assert world.vault.identify(REPORTER) == owner, "within one unit as well"
    world.sealed(REPORTER.name.owned_by(owner))
    for number in ("11010119900101123X", "110101-19900101-123x"):
        reporter = Reporter(name=PersonName("张先生"), id_number=IdNumber(number))
        assert other.vault.identify(reporter) == owner


def test_the_old_card_of_somebody_finds_the_owner_of_the_new_one(world, other):
    new = Reporter(name=PersonName("张建国"), id_number=IdNumber("11010519491231002X"))
    owner = world.vault.identify(new)
    world.sealed(new.name.owned_by(owner))
    kind, old = PaperKind.RESIDENT_15, IdNumber("110105491231002")
    assert other.vault.identify(Reporter(name=new.name, id_kind=kind, id_number=old)) == owner


def test_without_an_identity_number_everybody_is_new(world):
    caller = Reporter(name=PersonName("张建国"), phone=Phone("13800138000"))
    assert world.vault.identify(caller) != world.vault.identify(caller)


def test_an_erased_person_comes_back_as_somebody_new(world):
    owner = world.vault.identify(REPORTER)
    world.sealed(REPORTER.name.owned_by(owner))
    destroy(world.engine, world.vault, owner)
    assert world.vault.identify(REPORTER) != owner


def test_a_person_named_in_a_rolled_back_unit_is_not_known(world):
    owner = world.vault.identify(REPORTER)
    world.codec.forget_pending()
    assert world.vault.identify(REPORTER) != owner


def test_two_units_that_name_the_same_new_person_can_not_both_commit(world, other):
    mine, theirs = world.vault.identify(REPORTER), other.vault.identify(REPORTER)
    world.sealed(REPORTER.name.owned_by(mine))
    other.vault.seal(REPORTER.name.owned_by(theirs))
    with pytest.raises(IntegrityError), db.write(other.engine) as connection:
        other.codec.flush(connection)
    other.codec.forget_pending()
    assert other.vault.identify(REPORTER) == mine


def test_the_finder_does_not_show_the_number(world):
    world.sealed(REPORTER.name.owned_by(world.vault.identify(REPORTER)))
    with db.read(world.engine) as connection:
        finder = connection.scalar(select(person_key.c.finder))
    assert len(finder) == 64
    assert "19900101" not in finder


def test_a_fingerprint_is_the_same_in_every_process_and_in_no_other_hall(world, other):
    stranger = HallKeys(dict.fromkeys(NAMES, b"another hall's key of 32 bytes!!"))
    ids = RandomIds(world.clock)
    elsewhere = KeyVault(world.engine, MASTERS, stranger, clock=world.clock, ids=ids)
    assert world.vault.fingerprint(b"x") == other.vault.fingerprint(b"x")
    assert world.vault.fingerprint(b"x") != elsewhere.fingerprint(b"x")


def _keys(world):
    with db.read(world.engine) as connection:
        return connection.scalar(select(func.count()).select_from(person_key))
