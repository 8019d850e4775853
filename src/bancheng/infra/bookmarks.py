"""书签: how far each follower of the log has come."""

from hashlib import sha256

from sqlalchemy import Connection, Engine, text

from bancheng.infra import database

_READ = text("SELECT position FROM bookmark WHERE name = :name")
# Never back: a leader that was slow to notice it was replaced may still be here.
_MOVE = text("""
    INSERT INTO bookmark AS mine (name, position) VALUES (:name, :position)
    ON CONFLICT (name) DO UPDATE SET position = excluded.position
    WHERE mine.position < excluded.position
""")
_PLANNED = "replan/"
_IS_FURTHEST = text("""
    SELECT count(*) FROM bookmark WHERE name = :name
    AND position >= (SELECT max(position) FROM bookmark WHERE name LIKE :any)
""")


_COUNT = text("""
    INSERT INTO bookmark AS mine (name, position) VALUES (:name, 1)
    ON CONFLICT (name) DO UPDATE SET position = mine.position + 1
""")


def count(connection: Connection, name: str) -> None:
    """Count that what goes by ``name`` is done once more, in the transaction given."""
    connection.execute(_COUNT, {"name": name})


def move(connection: Connection, name: str, position: int) -> None:
    """Let the follower ``name`` go on behind ``position``, in the transaction given; never back."""
    connection.execute(_MOVE, {"name": name, "position": position})


class Count:
    """计次: how often what goes by ``name`` was done."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name

    def __call__(self) -> int:
        with database.read(self._engine) as connection:
            return connection.scalar(_READ, {"name": self._name}) or 0


class Bookmark:
    """书签: that of the follower ``name``."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name

    def position(self) -> int:
        """Behind which position to go on; 0 at first."""
        with database.read(self._engine) as connection:
            return connection.scalar(_READ, {"name": self._name}) or 0

    def move(self, position: int) -> None:
        """Go on behind ``position``. Lost in a crash it costs a repetition that changes nothing."""
        with database.write(self._engine, durable=False) as connection:
            move(connection, self._name, position)


class PlannedBookmark:
    """改历书签: which calendar all running limits were seen to follow last.

    A bookmark a calendar, and the furthest counts: with another version of the program the hall may
    come back to the calendar that came with it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_for(self, version: str) -> bool:
        """Whether it is the calendar ``version``."""
        names = {"name": _planned(version), "any": f"{_PLANNED}%"}
        with database.read(self._engine) as connection:
            return bool(connection.scalar(_IS_FURTHEST, names))

    def note(self, version: str, position: int) -> None:
        """They follow the calendar ``version``, up to ``position`` of the log."""
        Bookmark(self._engine, _planned(version)).move(position)


def _planned(version: str) -> str:
    # A version is a text of any length; the name of a bookmark is not.
    return _PLANNED + sha256(version.encode()).hexdigest()[:16]
