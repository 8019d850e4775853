"""What the files still hold of a key whose row was deleted, and how it gets out of them.

SQLite: the row itself is overwritten when it is deleted; older copies of its page stand in the
write-ahead log until that is emptied. PostgreSQL: the row is dead until VACUUM frees its place.
Its log, its standbys and all backups keep it for as long as the operator keeps them
(docs/operations.md).
"""

from sqlalchemy import Engine

from bancheng.infra import bookmarks, database, postgresql, sqlite
from bancheng.infra.keyring import DESTROYED

_CLEANED = "keys-cleaned"


class KeyRemains:
    """密钥余迹: of the keys that were destroyed in the database ``engine``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._destroyed = bookmarks.Count(engine, DESTROYED)
        self._cleaned = bookmarks.Bookmark(engine, _CLEANED)

    def clean(self) -> bool:
        """Take out what is left; whether nothing is. A second time it does nothing."""
        times = self._destroyed()
        if times <= self._cleaned.position():
            return True
        if not self._emptied():
            return False
        self._cleaned.move(times)
        return True

    def _emptied(self) -> bool:
        if database.is_postgresql(self._engine):
            postgresql.vacuum(self._engine, "person_key", "person_index")
            return True
        return sqlite.empty_log(self._engine)
