"""Whose database it is: one hall's, sealed under one master key; both are kept with the data.

A hall that was opened with another key once would hold records under two keys, and what one of
them sealed could never be read together with the rest. So the key is compared before anything is
written.
"""

from typing import NamedTuple

from sqlalchemy import Connection, Engine, insert, select

from bancheng.infra import database
from bancheng.infra.master_key import MasterKey, id_of_wrapping
from bancheng.infra.schema import alone, hall, person_key, register


class Owner(NamedTuple):
    """库主: the hall, and the id of its master key."""

    code: str
    master_key: bytes


class WrongOwner(RuntimeError):
    """库主不符: the database belongs to another hall, or is sealed under another master key."""


def claim(engine: Engine, code: str, master: MasterKey) -> None:
    """Keep hall and key at the first start; ``WrongOwner`` if they were others at it."""
    with database.read(engine) as connection:
        owner = _owner(connection)
    if owner is None:
        with database.write(engine) as connection:
            alone(connection)
            owner = _owner(connection) or _first(connection, code, master)
    check_hall(owner.code, code)
    if owner.master_key != master.id:
        raise WrongOwner(
            f"主密钥不符: 本库以主密钥 {owner.master_key.hex()} 封存,"
            f"当前主密钥是 {master.id.hex()}。请换回原来的 BANCHENG_MASTER_KEY,"
            "或更正 BANCHENG_DATABASE_URL;本次未写入任何内容"
        )


def check_owner(connection: Connection, code: str) -> None:
    """``WrongOwner`` if the database is known to be another hall's."""
    owner = _owner(connection)
    if owner is not None:
        check_hall(owner.code, code)


def check_hall(owner: str, code: str) -> None:
    """``WrongOwner`` unless both are the same hall."""
    if owner != code:
        raise WrongOwner(
            f"大厅代码不符: 本库属于大厅「{owner}」,当前配置为「{code}」。"
            "请更正 BANCHENG_HALL 或 BANCHENG_DATABASE_URL;本次未写入任何内容"
        )


def _owner(connection: Connection) -> Owner | None:
    found = connection.execute(select(hall.c.code, hall.c.master_key)).one_or_none()
    return None if found is None else Owner(found.code, bytes(found.master_key))


def _first(connection: Connection, code: str, master: MasterKey) -> Owner:
    """Who opened it: this moment, or before halls were kept, when numbers and keys were given."""
    wrapped = connection.scalar(select(person_key.c.wrapped).limit(1))
    key_id = master.id if wrapped is None else id_of_wrapping(bytes(wrapped))
    known = connection.scalar(select(register.c.hall).limit(1))
    owner = Owner(known or code, key_id)
    connection.execute(insert(hall).values(owner._asdict()))
    return owner
