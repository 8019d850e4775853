"""A log changed behind the program's back, by somebody who may change the schema too."""

from typing import Any

from sqlalchemy import Connection, Engine, Update, text, update

from bancheng.infra import database
from bancheng.infra.schema import event


def tamper(
    engine: Engine, version: int, statement: Any = update, stream: str = "ticket-1", **values: Any
) -> None:
    """Change one event, or remove it: ``statement`` is ``update`` or ``delete``."""
    where = (event.c.stream_id == stream, event.c.version == version)
    change: Update = statement(event).where(*where)
    with database.write(engine) as connection:
        disarm(connection)
        done = connection.execute(change.values(**values) if values else change)
        assert done.rowcount == 1


def disarm(connection: Connection) -> None:
    """Take away what refuses to change the log."""
    if database.is_postgresql(connection):
        connection.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))
        return
    for change in ("update", "delete"):
        connection.execute(text(f"DROP TRIGGER IF EXISTS event_before_{change}"))
