"""书签: how far each follower of the log has come."""

from sqlalchemy import Engine, text

from bancheng.infra import database

_READ = text("SELECT position FROM bookmark WHERE name = :name")
# Never back: a leader that was slow to notice it was replaced may still be here.
_MOVE = text("""
    INSERT INTO bookmark AS mine (name, position) VALUES (:name, :position)
    ON CONFLICT (name) DO UPDATE SET position = excluded.position
    WHERE mine.position < excluded.position
""")


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
            connection.execute(_MOVE, {"name": self._name, "position": position})
