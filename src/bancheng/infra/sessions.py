"""会话: who is signed in, as rows; the secret of a cookie is kept as a digest only.

A session ends at its own time, when nobody used it for a while, by signing out, and by whatever
ends what was issued to the person: the row is looked at together with that at each request.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    bindparam,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)

from bancheng.app.credentials import LISTED_MAX, Begun, Credential, Ended
from bancheng.app.ports import Clock, Ids
from bancheng.domain.office.credential_events import CredentialKind
from bancheng.infra import database, sign_in_attempts
from bancheng.infra.schema import bookmark, session
from bancheng.projections.credentials import HALL_SINCE, revoked_session
from bancheng.projections.office import staff

SECRET_BYTES: Final = 32
SECRET_LENGTH_MAX: Final = 100
# How exactly the last use is known, as a part of the time after which an idle one ends.
_LOOKS: Final = 20

# Who has something open that lasts looks again when this has moved.
_NOTE_END = text("""
    INSERT INTO bookmark AS mine (name, position) VALUES (:name, 1)
    ON CONFLICT (name) DO UPDATE SET position = mine.position + 1
""")
_ENDED = select(bookmark.c.position).where(bookmark.c.name == bindparam("name"))
ENDED: Final = "sessions-ended"
_REVOKED = select(revoked_session.c.position).where(revoked_session.c.session_id == session.c.id)
_HOLDING = (
    select(session, staff.c.name, staff.c.post, staff.c.unit, staff.c.roles)
    .join(staff, staff.c.staff_id == session.c.staff_id)
    .where(
        staff.c.active,
        session.c.since >= staff.c.since,
        session.c.since >= HALL_SINCE,
        ~_REVOKED.exists(),
        session.c.ends_at > bindparam("now"),
        session.c.seen_at > bindparam("idle"),
    )
)
_BY_SECRET = _HOLDING.where(session.c.digest == bindparam("digest"))
_ALL = _HOLDING.order_by(session.c.started_at.desc(), session.c.id).limit(LISTED_MAX)
_OF_ONE = _ALL.where(session.c.staff_id == bindparam("staff_id"))
_SEE = (
    update(session)
    .where(session.c.id == bindparam("session_id"), session.c.seen_at < bindparam("at"))
    .values(seen_at=bindparam("at"))
)
_END = (
    delete(session)
    .where(session.c.digest == bindparam("secret"))
    .returning(session.c.staff_id, session.c.id, session.c.way)
)
_OVER = delete(session).where(
    session.c.id.in_(
        select(session.c.id)
        .where(or_(session.c.ends_at <= bindparam("now"), session.c.seen_at <= bindparam("idle")))
        .with_for_update(skip_locked=True)  # two that clear up must not wait for each other
    )
)


@dataclass(frozen=True)
class Ends:
    """会话期限: how long a session lasts at most, and how long unused."""

    absolute: timedelta
    idle: timedelta


class Sessions:
    """会话: begins, looks at, lists and ends them."""

    def __init__(self, engine: Engine, clock: Clock, ids: Ids, ends: Ends) -> None:
        self._engine, self._clock, self._ids = engine, clock, ids
        self.ends = ends

    def begin(self, staff_id: str, since: int, address: str, way: str = "password") -> Begun:
        """A session of its own for ``staff_id``, who was shown to be known at position ``since``.

        Whatever ends credentials behind that position ends it too.
        """
        now, secret = self._clock.now(), secrets.token_urlsafe(SECRET_BYTES)
        row = {
            "id": self._ids.new(), "digest": _digest(secret), "staff_id": staff_id, "since": since,
            "address": address, "started_at": now, "seen_at": now,
            "ends_at": now + self.ends.absolute, "way": way,
        }  # fmt: skip
        with database.write(self._engine) as connection:
            connection.execute(_OVER, self._now())
            connection.execute(insert(session), row)
            sign_in_attempts.forget(connection, staff_id)
            return Begun(secret, self._told(row))

    def holding(self, connection: Connection, secret: str) -> Row[Any] | None:
        """The session of ``secret`` with its member of staff, if it holds now."""
        if len(secret) > SECRET_LENGTH_MAX:
            return None
        return connection.execute(_BY_SECRET, {"digest": _digest(secret), **self._now()}).first()

    def seen(self, row: Row[Any]) -> None:
        """It is used: note it, now and then."""
        now = self._clock.now()
        if now - row.seen_at >= self.ends.idle / _LOOKS:
            with database.write(self._engine, durable=False) as connection:
                connection.execute(_SEE, {"session_id": row.id, "at": now})

    def end(self, secret: str) -> Ended | None:
        """Sign out; which session it was, if there was one."""
        with database.write(self._engine) as connection:
            found = connection.execute(_END, {"secret": _digest(secret)}).first()
            if found is not None:
                connection.execute(_NOTE_END, {"name": ENDED})
        return found and Ended(found.staff_id, found.id, found.way)

    def of(self, connection: Connection, staff_id: str | None) -> list[Credential]:
        """Those that hold now, of one person or of all, the newest first; `LISTED_MAX` at most."""
        asked = {} if staff_id is None else {"staff_id": staff_id}
        query = _ALL if staff_id is None else _OF_ONE
        rows = connection.execute(query, {**asked, **self._now()})
        return [self.told(row) for row in rows]

    def _now(self) -> dict[str, datetime]:
        now = self._clock.now()
        return {"now": now, "idle": now - self.ends.idle}

    def told(self, row: Row[Any]) -> Credential:
        """What may be told of the session in ``row``."""
        return self._told(row._mapping)  # noqa: SLF001  its public name

    def _told(self, row: Any) -> Credential:
        return Credential(
            id=row["id"],
            kind=CredentialKind.SESSION,
            staff_id=row["staff_id"],
            issued_at=row["started_at"],
            valid_until=min(row["ends_at"], row["seen_at"] + self.ends.idle),
            seen_at=row["seen_at"],
            address=row["address"],
        )


def sessions_ended(connection: Connection) -> int:
    """How often somebody signed out so far."""
    ended: int | None = connection.scalar(_ENDED, {"name": ENDED})
    return ended or 0


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
