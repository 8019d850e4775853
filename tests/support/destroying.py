"""Keys that end without an act, for tests of what that leaves."""

from typing import Any

from sqlalchemy import Engine, update

from bancheng.infra import database
from bancheng.infra.schema import person_index


def destroy(engine: Engine, vault: Any, *owners: str) -> None:
    """Destroy the keys of ``owners`` through ``vault``; nothing is found by them any more."""
    forgotten = update(person_index).where(person_index.c.owner.in_(owners))
    with database.write(engine) as connection:
        connection.execute(forgotten.values(digest=None, owner=None))
        vault.destroy(connection, list(owners))
    vault.published()
