"""The keys of people and tickets: born in the transaction that first uses them, cached, destroyed.

What is sealed with them is `vault.py`'s matter.
"""

import hashlib
import math
import secrets
import threading
import time
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from bancheng.app.ports import Clock
from bancheng.infra import bookmarks, database
from bancheng.infra.ciphers import NUMBER_BYTES, Algorithm, Cipher
from bancheng.infra.lru import Lru
from bancheng.infra.master_key import KEY_BYTES, MasterKey, MasterKeys
from bancheng.infra.ownership import in_charge
from bancheng.infra.schema import person_key

_ID_BYTES = 4
HEADER_BYTES = NUMBER_BYTES + _ID_BYTES
_OWNERS_A_QUERY = 500

_KEYS_OF = select(person_key.c.owner, person_key.c.wrapped).where(
    person_key.c.owner.in_(bindparam("owners", expanding=True))
)
_OWNER_FOUND_BY = select(person_key.c.owner).where(person_key.c.finder == bindparam("finder"))
_WRAP_ANEW = (
    update(person_key).where(person_key.c.owner == bindparam("of")).values(wrapped=bindparam("by"))
)
_OF_OWNERS = person_key.c.owner.in_(bindparam("owners", expanding=True))
_DESTROY = delete(person_key).where(_OF_OWNERS)
_HIDE = update(person_key).where(_OF_OWNERS).values(finder=None)
# How often keys were destroyed: every process that has cached some looks whether they were.
DESTROYED = "keys-destroyed"
LOOK_SECONDS = 1.0


class Key:
    """One owner's key. Its ``id`` tells it from a destroyed one of the same owner."""

    __slots__ = ("_ciphers", "id", "secret")

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self.id = hashlib.sha256(b"key id" + secret).digest()[:_ID_BYTES]
        self._ciphers: dict[str, Cipher] = {}

    def cipher(self, algorithm: Algorithm) -> Cipher:
        """What seals and opens with this key by ``algorithm``."""
        made = self._ciphers.get(algorithm.name)
        if made is None:
            made = self._ciphers[algorithm.name] = algorithm.cipher(self.secret)
        return made


class _Pending(threading.local):
    """Uncommitted keys of one thread, the written ones too; the new people, and their finders.

    ``destroyed`` are the owners whose keys end with the transaction.
    """

    def __init__(self) -> None:
        self.born: set[str] = set()
        self.finders: dict[str, str] = {}
        self.fresh: dict[str, Key] = {}
        self.flushed: dict[str, Key] = {}
        self.destroyed: set[str] = set()


class Keyring:
    """密钥环 on the table ``person_key``."""

    def __init__(self, engine: Engine, masters: MasterKeys, clock: Clock, cached: int) -> None:
        self._engine = engine
        self._masters = masters
        self._master = masters.current  # the one that was in charge when this was last looked up
        self._clock = clock
        self._keys: Lru[str, Key] = Lru(cached)
        self._gone: Lru[tuple[str, bytes], bool] = Lru(cached)
        self._pending = _Pending()
        self._destroyed = bookmarks.Count(engine, DESTROYED)
        self._times_destroyed = 0
        self._looked_at = -math.inf

    def to_seal(self, owner: str) -> Key:
        """The key of ``owner``; a new one, pending, if there is none."""
        key = self._uncommitted(owner)
        if key is None and owner not in self._pending.born:
            key = self._cached(owner) or self._read([owner]).get(owner)
        if key is None:
            key = self._pending.fresh[owner] = Key(secrets.token_bytes(KEY_BYTES))
        return key

    def bear(self, owner: str) -> None:
        """``owner`` was named this moment, within this unit: nobody need look for a key."""
        self._pending.born.add(owner)

    def to_open(self, owner: str, key_id: bytes) -> Key | None:
        """The key of ``owner`` that has that id; none if destroyed."""
        key = self._uncommitted(owner) or self._cached(owner)
        if key is not None and key.id == key_id:
            return key
        if self._gone.get((owner, key_id)):
            return None
        key = self._read([owner]).get(owner)
        if key is not None and key.id == key_id:
            return key
        # Whoever reads a box reads it after its key was committed, and ids never return: what is
        # gone stays gone.
        self._gone.put((owner, key_id), True, self._gone.epoch)  # noqa: FBT003
        return None

    def owner_found_by(self, finder: str) -> str | None:
        """Whose key carries the blind index ``finder``."""
        for owner, pending in self._pending.finders.items():
            if pending == finder:
                return owner
        with database.read(self._engine) as connection:
            return connection.execute(_OWNER_FOUND_BY, {"finder": finder}).scalar()

    def name_finder(self, owner: str, finder: str) -> None:
        """Let the pending ``owner`` be found by ``finder`` once its key is committed."""
        self._pending.finders[owner] = finder

    def warm(self, owners: Iterable[str]) -> None:
        missing = [owner for owner in set(owners) if self._keys.get(owner) is None]
        for start in range(0, len(missing), _OWNERS_A_QUERY):
            self._read(missing[start : start + _OWNERS_A_QUERY])

    def flush(self, connection: Connection) -> None:
        pending, master = self._pending, self._master
        if pending.fresh:
            rows = [self._row(master, *it) for it in pending.fresh.items()]
            connection.execute(insert(person_key), rows)
            self._follow(connection, master)
            pending.flushed |= pending.fresh
            pending.fresh = {}

    def _follow(self, connection: Connection, master: MasterKey) -> None:
        """Wrap anew what was inserted under ``master``, if another one is in charge by now.

        Asked behind the insert: a rotation ends when nobody stands between an insert and its
        commit (`bancheng.infra.rotation`), so it sees these rows, or they follow it here.
        """
        key_id = in_charge(connection)
        if key_id != master.id:
            self._master = its = self._masters.get(key_id)
            fresh = self._pending.fresh.items()
            anew = [{"of": owner, "by": its.wrap(owner, key.secret)} for owner, key in fresh]
            connection.execute(_WRAP_ANEW, anew)

    def published(self) -> None:
        epoch = self._keys.epoch
        for owner, key in self._pending.flushed.items():
            self._keys.put(owner, key, epoch)
        for owner in self._pending.destroyed:
            self._keys.evict(owner)
        self.forget_pending()

    def forget_pending(self) -> None:
        pending = self._pending
        pending.born, pending.finders, pending.fresh, pending.flushed = set(), {}, {}, {}
        pending.destroyed = set()

    def destroy(self, connection: Connection, owners: Sequence[str]) -> None:
        connection.execute(_DESTROY, {"owners": owners})
        bookmarks.count(connection, DESTROYED)
        self._pending.destroyed |= set(owners)

    def hide(self, connection: Connection, owners: Sequence[str]) -> None:
        connection.execute(_HIDE, {"owners": owners})

    def follow_destroyed(self) -> None:
        """Forget every key, if some were destroyed since this was last asked."""
        times = self._destroyed()
        self._looked_at = time.monotonic()
        if times != self._times_destroyed:
            self._keys.clear()
            self._times_destroyed = times

    def _cached(self, owner: str) -> Key | None:
        key = self._keys.get(owner)
        if key is None or time.monotonic() - self._looked_at < LOOK_SECONDS:
            return key
        self.follow_destroyed()
        return self._keys.get(owner)

    def _uncommitted(self, owner: str) -> Key | None:
        return self._pending.fresh.get(owner) or self._pending.flushed.get(owner)

    def _read(self, owners: list[str]) -> dict[str, Key]:
        epoch = self._keys.epoch
        with database.read(self._engine) as connection:
            rows = connection.execute(_KEYS_OF, {"owners": owners}).all()
        keys = {owner: Key(self._masters.unwrap(owner, bytes(wrapped))) for owner, wrapped in rows}
        for owner, key in keys.items():
            self._keys.put(owner, key, epoch)
        return keys

    def _row(self, master: MasterKey, owner: str, key: Key) -> dict[str, object]:
        return {
            "owner": owner,
            "wrapped": master.wrap(owner, key.secret),
            "finder": self._pending.finders.get(owner),
            "created_at": self._clock.now(),
        }
