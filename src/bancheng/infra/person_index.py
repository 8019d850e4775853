"""查人索引: by which keyed digests matters are found, on the table ``person_index`` (ADR 22).

One row for each part of a person (name, phone, identity number) that a matter has or had. It says
what the matter told last, as `bancheng.app.opening.on_file` does: a later event takes the place of
an earlier one, whichever of them is written first.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, text, update

from bancheng.app.shapes import fields_holding, found_in
from bancheng.domain.events import TOPICS, Event, Recorded
from bancheng.domain.people import Party, Personal
from bancheng.domain.person_search import parts_of, spelling_of
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.privacy.events import PersonalDataErased
from bancheng.infra.schema import person_index

_FIRST_VERSION = 1
_KEEP = text("""
    INSERT INTO person_index AS mine (stream_id, part, version, digest, owner)
    VALUES (:stream_id, :part, :version, :digest, :owner)
    ON CONFLICT (stream_id, part) DO UPDATE
    SET version = excluded.version, digest = excluded.digest, owner = excluded.owner
    WHERE mine.version < excluded.version
""")
# The row stays, or a row of an earlier version would come back.
_FORGET = (
    update(person_index)
    .where(person_index.c.stream_id == bindparam("of"))
    .values(digest=None, owner=None)
)


class PersonIndex:
    """查人索引. ``key`` is the hall's own, ``opener`` gives the plain value, or none if erased."""

    def __init__(self, key: bytes, opener: Callable[[Personal], str | None]) -> None:
        self._key = key
        self._opener = opener

    def digest(self, spelling: str) -> bytes:
        """What is kept of a value in its one spelling."""
        return hmac.new(self._key, spelling.encode(), hashlib.sha256).digest()

    def write(self, connection: Connection, told: Sequence[Recorded]) -> None:
        """Let matters be found by what ``told`` tells of people, in the transaction given.

        The keys of those people are in the database, or are written before in this transaction.
        """
        keep(connection, self.rows(told))
        for one in told:
            if isinstance(one.event, PersonalDataErased):
                forget(connection, one.stream_id)

    def rows(self, told: Iterable[Recorded]) -> list[dict[str, Any]]:
        """A row for each part of each person that ``told`` tells of."""
        return [row for one in told for row in self._of(one)]

    def _of(self, told: Recorded) -> Iterator[dict[str, Any]]:
        if not tells_of_people(type(told.event)):
            return
        for party in found_in(told.event, Party):
            for part, value in parts_of(party):
                digest = self._digest_of(party, value)
                # Nothing was told before that a first event could take back.
                if digest is not None or told.version > _FIRST_VERSION:
                    owner = None if value is None or digest is None else value.owner
                    yield _row(told, part, digest, owner)

    def _digest_of(self, party: Party, value: Personal | None) -> bytes | None:
        plain = None if value is None else self._opener(value)
        if value is None or plain is None:
            return None
        spelling = spelling_of(value, plain, party.id_kind)
        return None if spelling is None else self.digest(spelling)


def keep(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write ``rows``, each unless a later version of its part is there."""
    if rows:
        connection.execute(_KEEP, rows)


def forget(connection: Connection, matter_id: str) -> None:
    """Let that matter be found by nobody any more, in the transaction given.

    To be called before the keys of its people are destroyed, in the transaction in which they are.
    """
    connection.execute(_FORGET, {"of": matter_id})


def tells_of_people(cls: type[Event]) -> bool:
    """Whether events of that kind can tell of a person by whom a matter is found."""
    return bool(fields_holding(cls, Party))


def telling_topics() -> list[str]:
    """The topics of events that can."""
    return [topic for topic, cls in TOPICS.items() if tells_of_people(cls)]


def _row(
    told: Recorded, part: PersonalField, digest: bytes | None, owner: str | None
) -> dict[str, Any]:
    return {
        "stream_id": told.stream_id,
        "part": part.value,
        "version": told.version,
        "digest": digest,
        "owner": owner,
    }
