"""查人索引补建: a hall from before there was an index gets it from its log, batch by batch.

It goes from the latest event to the first one, for what was told last counts, and a bookmark says
up to where it has still to go. A batch is one transaction, so it may die at any moment; done twice
it changes nothing. Acts go on meanwhile and write rows of their own, which are of later versions.
"""

from collections.abc import Sequence
from typing import Any, Final

import structlog
from sqlalchemy import Connection, Engine, bindparam, select, update

from bancheng.domain.events import Recorded
from bancheng.infra import database
from bancheng.infra.codec import Codec
from bancheng.infra.person_index import PersonIndex, keep, telling_topics
from bancheng.infra.schema import UNINDEXED, bookmark, event, person_key
from bancheng.log_lines import LogLine

BATCH: Final = 500

_log = structlog.get_logger(room="infra")
_LEFT = select(bookmark.c.position).where(bookmark.c.name == UNINDEXED)
_PAGE = (
    select(event.c.position, event.c.stream_id, event.c.version, event.c.topic, event.c.state)
    .where(
        event.c.position <= bindparam("left"),
        event.c.topic.in_(bindparam("topics", expanding=True)),
    )
    .order_by(event.c.position.desc())
    .limit(bindparam("batch"))
)
_MOVE = (
    update(bookmark)
    .where(bookmark.c.name == UNINDEXED, bookmark.c.position > bindparam("to"))
    .values(position=bindparam("to"))
)
_ALIVE = select(person_key.c.owner).where(
    person_key.c.owner.in_(bindparam("owners", expanding=True))
)


def left_to_index(connection: Connection) -> int:
    """Up to which position of the log the index is not filled yet; 0 if it is whole."""
    return connection.scalar(_LEFT) or 0


class PersonIndexing:
    """查人索引补建."""

    def __init__(
        self, engine: Engine, codec: Codec, index: PersonIndex, batch: int = BATCH
    ) -> None:
        self._engine, self._codec, self._index, self._batch = engine, codec, index, batch

    def go_on(self) -> bool:
        """Index a batch, if any is left; whether there is more."""
        with database.read(self._engine) as connection:
            left = left_to_index(connection)
            asked = {"left": left, "topics": telling_topics(), "batch": self._batch}
            page = connection.execute(_PAGE, asked).all() if left else []
        if not left:
            return False
        told = [self._recorded(one) for one in page]
        self._codec.warm(told)
        rows = self._index.rows(told)
        to = page[-1].position - 1 if len(page) == self._batch else 0
        with database.write(self._engine) as connection:
            keep(connection, _of_the_living(connection, rows))
            connection.execute(_MOVE, {"to": to})
        if not to:
            _log.info(LogLine.PEOPLE_INDEXED)
        return to > 0

    def _recorded(self, row: Any) -> Recorded:
        envelope, decoded = self._codec.decode(row.topic, bytes(row.state))
        return Recorded(
            stream_id=row.stream_id,
            version=row.version,
            position=row.position,
            envelope=envelope,
            event=decoded,
        )


def _of_the_living(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """``rows``, without what would find somebody whose key was destroyed since it was opened."""
    owners = {row["owner"] for row in rows if row["owner"]}
    alive = set(connection.scalars(_ALIVE, {"owners": list(owners)}))
    return [row if row["owner"] in alive else row | {"digest": None, "owner": None} for row in rows]
