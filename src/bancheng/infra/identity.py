"""Who asks: a token of a program, or the session of a browser.

Either says who, never what they may do: post, unit and roles are looked up at each request, in the
same statement, so that dismissing somebody works at once and on every process.
"""

from typing import Any, Final

from sqlalchemy import Engine, Row, bindparam, select

from bancheng.app.credentials import LISTED_MAX, Credential, Known, Presented
from bancheng.app.ports import Clock
from bancheng.domain.errors import NotAllowed
from bancheng.domain.office.credential_events import CredentialKind
from bancheng.domain.one_time_codes import digest_of
from bancheng.infra import database
from bancheng.infra.schema import proof
from bancheng.infra.sessions import Sessions, sessions_ended
from bancheng.projections.credentials import HALL_SINCE, token
from bancheng.projections.machine import checkpoints
from bancheng.projections.office import actor_of, staff

TOKEN_LENGTH_MAX: Final = 200
_HOW: Final = "请先登录,或在请求头 Authorization 中携带 Bearer 令牌(bancheng token 签发)"
_AGAIN: Final = "请重新登录或换领令牌"
_OF_STAFF = (
    select(
        token.c.token_id, token.c.position, token.c.valid_until, token.c.revoked,
        staff.c.staff_id, staff.c.name, staff.c.post, staff.c.unit, staff.c.roles,
        staff.c.active, staff.c.since, HALL_SINCE.label("hall_since"),
    )
    .join(proof, proof.c.id == token.c.token_id)
    .join(staff, staff.c.staff_id == token.c.staff_id)
    .where(proof.c.kept == bindparam("digest"))
)  # fmt: skip
_HOLDING = (
    select(token)
    .join(staff, staff.c.staff_id == token.c.staff_id)
    .where(
        staff.c.active,
        ~token.c.revoked,
        token.c.position > staff.c.since,
        token.c.position > HALL_SINCE,
        token.c.valid_until > bindparam("now"),
    )
    .order_by(token.c.position.desc())
    .limit(LISTED_MAX)
)
_HELD_BY = _HOLDING.where(token.c.staff_id == bindparam("staff_id"))


class Identity:
    """身份: who shows what."""

    def __init__(self, engine: Engine, clock: Clock, sessions: Sessions) -> None:
        self._engine, self._clock, self._sessions = engine, clock, sessions

    def authenticate(self, presented: Presented, *, uses: bool = True) -> Known:
        """Who shows ``presented``, as they stand now; ``NotAllowed`` if it is of nobody.

        A token counts before a session. ``uses`` keeps a session from becoming idle; a look at
        what goes on by itself does not.
        """
        if presented.token is not None:
            return self._of_token(presented.token)
        if presented.session is not None:
            return self._of_session(presented.session, uses=uses)
        raise NotAllowed("TOKEN_MISSING", "未登录,也未提供身份令牌", remedy=_HOW)

    def session(self, presented: Presented) -> Credential | None:
        """The session that is shown, if it holds."""
        with database.read(self._engine) as connection:
            row = presented.session and self._sessions.holding(connection, presented.session)
        return self._sessions.told(row) if row else None

    def held(self, staff_id: str | None) -> list[Credential]:
        """The sessions and tokens that hold now, of one person or of all, the newest first."""
        asked = {} if staff_id is None else {"staff_id": staff_id}
        query = _HOLDING if staff_id is None else _HELD_BY
        with database.read(self._engine) as connection:
            sessions = self._sessions.of(connection, staff_id)
            tokens = connection.execute(query, {"now": self._clock.now(), **asked}).all()
        return [*sessions, *map(_told, tokens)]

    def sessions_of(self, staff_id: str) -> frozenset[str]:
        """The ids of the sessions that somebody has now."""
        with database.read(self._engine) as connection:
            return frozenset(one.id for one in self._sessions.of(connection, staff_id))

    def changes(self) -> tuple[int, int]:
        """What has moved whenever something may have ended what was shown, but for its own time."""
        with database.read(self._engine) as connection:
            return checkpoints.get(connection, "office").position, sessions_ended(connection)

    def _of_session(self, secret: str, *, uses: bool) -> Known:
        with database.read(self._engine) as connection:
            row = self._sessions.holding(connection, secret)
        if row is None:
            raise NotAllowed("SESSION_ENDED", "登录已失效", remedy="请重新登录")
        if uses:
            self._sessions.seen(row)
        return Known(actor_of(row), row.id)

    def _of_token(self, shown: str) -> Known:
        found = None
        if len(shown) <= TOKEN_LENGTH_MAX:
            with database.read(self._engine) as connection:
                found = connection.execute(_OF_STAFF, {"digest": digest_of(shown)}).first()
        if found is None:
            raise NotAllowed("TOKEN_INVALID", "身份令牌无效: 不是本厅签发的", remedy=_HOW)
        if not found.active:
            raise NotAllowed(
                "ACCOUNT_INACTIVE",
                f"工号「{found.staff_id}」不存在或已停用",
                remedy="请联系系统管理员",
            )
        if found.revoked or found.position <= max(found.since, found.hall_since):
            raise NotAllowed(
                "TOKEN_REVOKED", "身份令牌已吊销,或已因停用、换岗、更改密码失效", remedy=_AGAIN
            )
        if found.valid_until <= self._clock.now():
            raise NotAllowed("TOKEN_EXPIRED", "身份令牌已过期", remedy=_AGAIN)
        return Known(actor_of(found), found.token_id)


def _told(row: Row[Any]) -> Credential:
    return Credential(
        id=row.token_id,
        kind=CredentialKind.TOKEN,
        staff_id=row.staff_id,
        issued_at=row.issued_at,
        valid_until=row.valid_until,
        purpose=row.purpose,
    )
