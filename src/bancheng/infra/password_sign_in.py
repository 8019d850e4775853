"""密码登录: a staff id and a password become a session; another way in ends in the same one.

All of it blocks. An account that does not exist, was dismissed or has no password costs and
answers exactly what a wrong password does.
"""

from dataclasses import dataclass
from typing import Final

import sqlalchemy

from bancheng.app.credentials import Begun
from bancheng.app.engine import Context, Engine
from bancheng.domain.errors import NotAllowed
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.credentials import ChangePassword, SlowSignIn
from bancheng.domain.office.passwords import check_password
from bancheng.domain.people import Actor, Role
from bancheng.infra import database, proofs, sign_in_attempts
from bancheng.infra.passwords import Passwords
from bancheng.infra.sessions import Sessions
from bancheng.infra.sign_in_attempts import FREE
from bancheng.projections.credentials import hall_since
from bancheng.projections.office import MemberRow, actor_of, staff_member

_SYSTEM: Final = Actor(
    id="system", name="登录防护", post="系统", unit="SYSTEM", roles=(Role.SYSTEM,)
)


class WrongPassword(Exception):
    """登录失败: no such account or not its password; ``account`` is named if there is one.

    Whom it happens to must not be told who is in the register; the operator's log may.
    """

    def __init__(self, account: str | None, failures: int) -> None:
        super().__init__()
        self.account = account
        self.failures = failures

    @property
    def is_first_too_many(self) -> bool:
        """Whether the account is slowed from now on."""
        return self.failures == FREE


@dataclass(frozen=True)
class _Shown:
    """Who has shown their password, and behind which position nothing has ended it."""

    member: MemberRow
    since: int


@dataclass(frozen=True)
class PasswordSignIn:
    """密码登录: for accounts of the hall itself."""

    engine: Engine
    database: sqlalchemy.Engine
    passwords: Passwords
    sessions: Sessions

    def sign_in(self, staff_id: str, password: str, address: str) -> Begun:
        """A session, begun by the right password.

        `WrongPassword`, or `SlowDown` if it is too early to try; ``NotAllowed``
        ``PASSWORD_MUST_CHANGE`` if the password only serves to choose another one.
        """
        shown = self._shown(staff_id, password)
        if shown.member.initial_until is not None:
            raise NotAllowed(
                "PASSWORD_MUST_CHANGE",
                "初始密码只用于设置本人的密码",
                remedy="请以初始密码更改密码(POST /password)",
            )
        return self.sessions.begin(staff_id, shown.since, address)

    def change(self, staff_id: str, password: str, new: str, address: str) -> Begun:
        """A session, begun by choosing another password; every earlier one has ended.

        As `sign_in`; ``InvalidInput`` ``PASSWORD_WEAK`` if it may not be chosen.
        """
        chosen = check_password(new, staff_id, password)
        shown = self._shown(staff_id, password)
        context = Context(
            actor=actor_of(shown.member),
            key=f"password/{self.engine.ids.new()}",
            place=Place(Channel.UNSTATED),
            proof=self.passwords.hashed(chosen),
        )
        answer = self.engine.execute(ChangePassword(staff_id=staff_id), context)
        return self.sessions.begin(staff_id, answer.position, address)

    def note_slowed(self, staff_id: str, failures: int) -> None:
        """Let the trail of the account say that it is slowed."""
        key = f"sign-in/{self.engine.ids.new()}"
        context = Context(actor=_SYSTEM, key=key, place=Place(Channel.SYSTEM))
        self.engine.execute(SlowSignIn(staff_id=staff_id, failures=failures), context)

    def _shown(self, staff_id: str, password: str) -> _Shown:
        now = self.engine.clock.now()
        failures = sign_in_attempts.count(self.database, staff_id, now)
        with database.read(self.database) as connection:
            hall = hall_since(connection)  # first: what comes later must end what begins here
            member = staff_member(connection, staff_id)
            known = member if member is not None and member.active else None
            id_ = None if known is None else known.password_id
            kept = None if id_ is None else proofs.kept(connection, id_)
        if not self.passwords.fits(password, kept) or known is None:
            raise WrongPassword(None if known is None else staff_id, failures)
        if known.initial_until is not None and known.initial_until <= now:
            raise NotAllowed(
                "PASSWORD_EXPIRED", "初始密码已过期", remedy="请系统管理员重新签发初始密码"
            )
        self._hash_anew(id_ or "", kept or "", password)
        return _Shown(known, max(known.since, hall))

    def _hash_anew(self, id_: str, kept: str, password: str) -> None:
        if self.passwords.is_cheap(kept):
            with database.write(self.database) as connection:
                proofs.keep_anew(connection, id_, self.passwords.hashed(password))
