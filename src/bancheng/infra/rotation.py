"""A new master key takes the place of the old one, while the hall goes on.

The database says which one is in charge. From the first step on whatever key is born is wrapped
under the new one (`Keyring.flush`), what was there before follows in batches, and only when nothing
is left is the old one given up. Each step is a transaction, and begins from what is stored: who
was killed, or runs beside another, does no harm.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Row,
    Table,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.exc import OperationalError

from bancheng.infra import database, hall_keys
from bancheng.infra.master_key import MasterKey, MasterKeys, VaultError, wrapped_under
from bancheng.infra.ownership import owner_of
from bancheng.infra.schema import alone, hall, hall_key, person_key

BATCH = 500
_PAGE = 5_000
# Waits for those who have inserted a key and not committed yet, and lets no others begin; whoever
# reads is not kept waiting. SQLite has one writer, so there nobody is.
_NOBODY_INSERTS = text(
    "SET LOCAL lock_timeout = '2s'; LOCK TABLE person_key IN SHARE ROW EXCLUSIVE MODE"
)


class Kept(NamedTuple):
    """密钥表: a table of wrapped keys, whose they are, and what a wrapping is bound to."""

    table: Table
    whose: Column[str]
    bound: Callable[[str], str]

    @property
    def under(self) -> Any:
        """The id of the master key that a row is wrapped under."""
        return wrapped_under(self.table.c.wrapped)


KEPT = (
    Kept(hall_key, hall_key.c.name, hall_keys.bound_to),
    Kept(person_key, person_key.c.owner, str),
)


def counts(connection: Connection) -> dict[str, dict[bytes, int]]:
    """How many keys each table has under which master key, by its id."""
    return {
        kept.table.name: {
            bytes(row.under): row.count_
            for row in connection.execute(
                select(kept.under.label("under"), func.count().label("count_"))
                .group_by(kept.under)
                .order_by(kept.under)
            )
        }
        for kept in KEPT
    }


def faults(engine: Engine, masters: MasterKeys, done: Callable[[int], None]) -> Iterator[str]:
    """Open every wrapped key; a line for each that does not. ``done`` hears of each page."""
    for kept in KEPT:
        after = ""
        while rows := _rows_after(engine, kept, after):
            for row in rows:
                try:
                    masters.unwrap(kept.bound(row.whose), bytes(row.wrapped))
                except VaultError as error:
                    yield str(error)
            after = rows[-1].whose
            done(len(rows))


def following(masters: MasterKeys) -> MasterKey:
    """The one that takes the place of the other; ``VaultError`` if there is none."""
    new = masters.following
    if new is None or new.id == masters.current.id:
        raise VaultError(
            "没有新主密钥。请在每个进程上设置 BANCHENG_MASTER_KEY_NEXT 或"
            " BANCHENG_MASTER_KEY_NEXT_FILE 并重新启动,然后再轮换"
        )
    return new


def rotate(engine: Engine, masters: MasterKeys, done: Callable[[int], None]) -> None:
    """Put ``masters.following`` in the place of the other; ``done`` hears of each batch.

    Nothing is left to do if it is there already.
    """
    old, new = masters.current, following(masters)
    if not _begin(engine, old, new):
        return
    while not _end(engine, old, new):
        moved = 0
        for kept in KEPT:
            for count in _batches(engine, kept, old, new):
                moved += count
                done(count)
        if not moved and not _end(engine, old, new):
            raise VaultError(
                f"轮换未完成: 仍有密钥只能由主密钥 {old.id.hex()} 打开,或数据库正忙,其余均已换用"
                f" {new.id.hex()}。请运行 bancheng keys check 查明,处理后再次运行"
                " bancheng keys rotate;完成前请保留两把主密钥"
            )


def _begin(engine: Engine, old: MasterKey, new: MasterKey) -> bool:
    """Put the new one in charge of what is born; false if the old one is given up already."""
    with database.write(engine) as connection:
        alone(connection)
        owner = owner_of(connection)
        if owner is None or owner.master_key != old.id:
            return False
        connection.execute(update(hall).values(next_master_key=new.id))
    return True


def _batches(engine: Engine, kept: Kept, old: MasterKey, new: MasterKey) -> Iterator[int]:
    """Wrap what is under ``old`` anew, batch by batch; the size of each."""
    change = (
        update(kept.table)
        .where(kept.whose == bindparam("of"), kept.table.c.wrapped == bindparam("as_read"))
        .values(wrapped=bindparam("by"))
    )
    after = ""
    while rows := _rows_after(engine, kept, after, old.id):
        # A key that was destroyed or born anew since it was read stays as it is.
        anew = [
            {"of": row.whose, "as_read": row.wrapped, "by": by}
            for row in rows
            if (by := _anew(kept.bound(row.whose), bytes(row.wrapped), old, new)) is not None
        ]
        if anew:
            with database.write(engine) as connection:
                connection.execute(change, anew)
        after = rows[-1].whose
        yield len(anew)


def _anew(bound: str, wrapped: bytes, old: MasterKey, new: MasterKey) -> bytes | None:
    """The same key under ``new``; none if the record is damaged, so that the others go on."""
    try:
        return new.wrap(bound, old.unwrap(bound, wrapped))
    except VaultError:
        return None


def _end(engine: Engine, old: MasterKey, new: MasterKey) -> bool:
    """Give the old one up, if nothing is under it and nobody is about to put something there."""
    try:
        with database.write(engine) as connection:
            alone(connection)
            if database.is_postgresql(connection):
                connection.execute(_NOBODY_INSERTS)
            if any(old.id in found for found in counts(connection).values()):
                return False
            its = update(hall).where(hall.c.next_master_key == new.id)
            connection.execute(its.values(master_key=new.id, next_master_key=None))
    except OperationalError:  # somebody has been about to for too long, or the database is gone
        return False
    return True


def _rows_after(
    engine: Engine, kept: Kept, after: str, under: bytes | None = None
) -> Sequence[Row[Any]]:
    """The next keys in the order of whose they are, all or those under one master key."""
    query = select(kept.whose.label("whose"), kept.table.c.wrapped).where(kept.whose > after)
    if under is not None:
        query = query.where(kept.under == under)
    query = query.order_by(kept.whose).limit(_PAGE if under is None else BATCH)
    with database.read(engine) as connection:
        return connection.execute(query).all()
