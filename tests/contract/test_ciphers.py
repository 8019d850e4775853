"""AES-256-GCM or SM4-GCM: each record names its own, and what is old opens for ever."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from sqlalchemy import select

from bancheng.config import SETTINGS
from bancheng.domain.people import PersonName
from bancheng.infra import database as db
from bancheng.infra import rotation
from bancheng.infra.ciphers import AES_256_GCM, ALGORITHMS, NUMBER_BYTES, SM4_GCM, Sm4Gcm
from bancheng.infra.master_key import MasterKeys, VaultError
from bancheng.infra.schema import person_key
from golden.sealed_world import World
from support.destroying import destroy

BOTH = tuple(ALGORITHMS.values())
OLD, NEW = b"o" * 32, b"n" * 32


def worlds(url, *algorithms):
    """Processes on one database, each told to use another algorithm."""
    return [
        World(url, masters=MasterKeys.of(OLD, NEW, one), seed=seed)
        for seed, one in enumerate(algorithms, start=1)
    ]


def close(*them):
    for world in them:
        world.close()


def named_by_keys(world):
    with db.read(world.engine) as connection:
        wrapped = connection.scalars(select(person_key.c.wrapped)).all()
    return {bytes(each)[:NUMBER_BYTES] for each in wrapped}


def test_sm4_is_that_of_the_standard():
    """RFC 8998, A.1."""
    cipher = Sm4Gcm(b"any")
    cipher._algorithm = SM4(bytes.fromhex("0123456789abcdeffedcba9876543210"))
    nonce = bytes.fromhex("00001234567800000000abcd")
    bound = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = bytes.fromhex("aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8
                          + "ee" * 8 + "aa" * 8)  # fmt: skip
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert cipher.encrypt(nonce, plain, bound) == sealed
    assert cipher.decrypt(nonce, sealed, bound) == plain


@pytest.mark.parametrize("algorithm", BOTH, ids=lambda one: one.name)
@pytest.mark.parametrize("at", [0, 5, -1])
def test_what_was_changed_does_not_open(algorithm, at):
    cipher = algorithm.cipher(b"k" * 32)
    sealed = bytearray(cipher.encrypt(b"n" * 12, b"plain", b"bound"))
    sealed[at] ^= 1
    with pytest.raises(InvalidTag):
        cipher.decrypt(b"n" * 12, bytes(sealed), b"bound")
    with pytest.raises(InvalidTag):
        cipher.decrypt(b"n" * 12, cipher.encrypt(b"n" * 12, b"plain", b"bound"), b"else")


def test_every_record_names_its_algorithm(database):
    for world, algorithm in zip(worlds(database, *BOTH), BOTH, strict=True):
        sealed = world.sealed(PersonName("张建国", owner=f"person-{algorithm.name}"))
        assert sealed.box[:1] == algorithm.number
        assert algorithm.number in named_by_keys(world)
        world.close()


def test_what_one_sealed_the_other_opens_under_one_key_of_a_person(database):
    aes, sm4 = worlds(database, AES_256_GCM, SM4_GCM)
    first = aes.sealed(PersonName("张建国", owner="person-1"))
    second = sm4.sealed(PersonName("张建", owner="person-1"))
    assert {first.box[:1], second.box[:1]} == {b"\x01", b"\x02"}
    for world in (aes, sm4):
        assert [world.vault.open(each) for each in (first, second)] == ["张建国", "张建"]
    destroy(aes.engine, aes.vault, "person-1")
    assert [aes.vault.open(each) for each in (first, second)] == [None, None]
    close(aes, sm4)


def test_a_box_that_says_another_algorithm_does_not_open(database):
    (world,) = worlds(database, SM4_GCM)
    sealed = world.sealed(PersonName("张建国", owner="person-1"))
    changed = PersonName(owner="person-1", box=AES_256_GCM.number + sealed.box[1:])
    with pytest.raises(VaultError, match="被改动"):
        world.vault.open(changed)
    world.close()


def test_a_rotation_wraps_by_the_algorithm_that_is_set(database):
    aes, sm4 = worlds(database, AES_256_GCM, SM4_GCM)
    sealed = aes.sealed(PersonName("张建国", owner="person-1"))
    assert named_by_keys(aes) == {AES_256_GCM.number}
    rotation.rotate(sm4.engine, MasterKeys.of(OLD, NEW, SM4_GCM), lambda _: None)
    assert named_by_keys(aes) == {SM4_GCM.number}
    after = World(database, masters=MasterKeys.of(NEW), seed=3)
    assert after.vault.open(sealed) == "张建国"
    close(aes, sm4, after)


def test_the_setting_takes_every_algorithm_there_is():
    (setting,) = (one for one in SETTINGS if one.field == "cipher")
    assert [setting.read(name) for name in ALGORITHMS] == list(ALGORITHMS)
