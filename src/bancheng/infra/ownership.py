"""Whose database it is: one hall's, sealed under one master key; both are kept with the data.

A hall that was opened with another key once would hold records under two keys, and what one of
them sealed could never be read together with the rest. So the key is compared before anything is
written. While one master key takes the place of another (`bancheng.infra.rotation`), both are
kept, and whoever does not hold both is refused.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, Engine, func, insert, select

from bancheng.infra import database
from bancheng.infra.master_key import MasterKeys, wrapped_under
from bancheng.infra.schema import alone, hall, person_key, register

_OWNER = select(hall.c.code, hall.c.master_key, hall.c.next_master_key)
_IN_CHARGE = select(func.coalesce(hall.c.next_master_key, hall.c.master_key))


class Owner(NamedTuple):
    """库主: the hall, the id of its master key, and of the one that takes its place, if any."""

    code: str
    master_key: bytes
    next_master_key: bytes | None = None


class WrongOwner(RuntimeError):
    """库主不符: the database belongs to another hall, or is sealed under another master key."""


def claim(engine: Engine, code: str, masters: MasterKeys) -> None:
    """Keep hall and key at the first start; ``WrongOwner`` if they were others at it."""
    with database.read(engine) as connection:
        owner = owner_of(connection)
    if owner is not None:
        _check(owner, code, masters)
        return
    with database.write(engine) as connection:
        alone(connection)
        take(connection, code, masters)


def take(connection: Connection, code: str, masters: MasterKeys) -> None:
    """As `claim`, in the transaction of ``connection``, in which nobody else does."""
    _check(owner_of(connection) or _first(connection, code, masters), code, masters)


def _check(owner: Owner, code: str, masters: MasterKeys) -> None:
    check_hall(owner.code, code)
    if faults := list(_missing(owner, masters)):
        raise WrongOwner(
            f"主密钥不符: {';'.join(faults)}。当前持有的主密钥是 {masters}。"
            "请换回原来的 BANCHENG_MASTER_KEY,或更正 BANCHENG_DATABASE_URL;本次未写入任何内容"
        )


def _missing(owner: Owner, masters: MasterKeys) -> Iterator[str]:
    if not masters.holds(owner.master_key):
        yield f"本库以主密钥 {owner.master_key.hex()} 封存"
    if owner.next_master_key is not None and not masters.holds(owner.next_master_key):
        new = owner.next_master_key.hex()
        yield f"本库正在换用主密钥 {new},完成前须另以 BANCHENG_MASTER_KEY_NEXT 设置它"


def check_owner(connection: Connection, code: str) -> None:
    """``WrongOwner`` if the database is known to be another hall's."""
    owner = owner_of(connection)
    if owner is not None:
        check_hall(owner.code, code)


def owner_of(connection: Connection) -> Owner | None:
    """Whose it is, if it was ever opened."""
    found = connection.execute(_OWNER).one_or_none()
    if found is None:
        return None
    following = found.next_master_key
    return Owner(found.code, bytes(found.master_key), following and bytes(following))


def in_charge(connection: Connection) -> bytes:
    """The id of the master key that wraps whatever key is born now."""
    return bytes(connection.execute(_IN_CHARGE).scalar_one())


def check_hall(owner: str, code: str) -> None:
    """``WrongOwner`` unless both are the same hall."""
    if owner != code:
        raise WrongOwner(
            f"大厅代码不符: 本库属于大厅「{owner}」,当前配置为「{code}」。"
            "请更正 BANCHENG_HALL 或 BANCHENG_DATABASE_URL;本次未写入任何内容"
        )


def _first(connection: Connection, code: str, masters: MasterKeys) -> Owner:
    """Who opened it: this moment, or before halls were kept, when numbers and keys were given."""
    found = connection.scalar(select(wrapped_under(person_key.c.wrapped)).limit(1))
    key_id = masters.current.id if found is None else bytes(found)
    known = connection.scalar(select(register.c.hall).limit(1))
    owner = Owner(known or code, key_id)
    connection.execute(insert(hall).values(owner._asdict()))
    return owner
