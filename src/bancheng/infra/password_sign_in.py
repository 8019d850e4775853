"""密码登录: a staff id and a password become a session; another way in ends in the same one.

All of it blocks. An account that does not exist, was dismissed or has no password costs and
answers exactly what a wrong password does.
"""

from dataclasses import dataclass
from datetime import datetime
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
from bancheng.infra.second_factor import Devices
from bancheng.infra.sessions import Sessions
from bancheng.infra.sign_in_attempts import FREE
from bancheng.projections.credentials import hall_since
from bancheng.projections.office import MemberRow, actor_of, staff_member

_SYSTEM: Final = Actor(
    id="system", name="登录防护", post="系统", unit="SYSTEM", roles=(Role.SYSTEM,)
)


class WrongPassword(Exception):
    """登录失败: no such account or not its password or code; ``account`` is named if it is there.

    Whom it happens to must not be told who is in the register; the operator's log may.
    """

    def __init__(self, account: str | None, failures: int, *, is_code: bool = False) -> None:
        super().__init__()
        self.is_code = is_code
        self.account = account
        self.failures = failures

    @property
    def is_first_too_many(self) -> bool:
        """Whether the account is slowed from now on."""
        return self.failures == FREE


@dataclass(frozen=True)
class Known:
    """Who is asked for, and behind which position nothing has ended what lets them be known."""

    member: MemberRow
    since: int


@dataclass(frozen=True)
class PasswordSignIn:
    """密码登录: for accounts of the hall itself."""

    engine: Engine
    database: sqlalchemy.Engine
    passwords: Passwords
    sessions: Sessions
    devices: Devices

    def sign_in(self, staff_id: str, password: str, address: str, code: str | None = None) -> Begun:
        """A session, begun by the right password, and a code if the person has a device.

        `WrongPassword`, or `SlowDown` if it is too early to try; ``NotAllowed``
        ``PASSWORD_MUST_CHANGE`` if the password only serves to choose another one,
        ``SECOND_FACTOR_NEEDED`` without a code, ``SECOND_FACTOR_MUST_ENROL`` without a device if
        the rule book requires one.
        """
        shown = self.shown(staff_id, password, code)
        if self._must_enrol(shown.member):
            raise NotAllowed(
                "SECOND_FACTOR_MUST_ENROL",
                "您的角色须以动态口令登录,尚未启用",
                remedy="请以密码启用动态口令(POST /second-factor)",
            )
        return self.sessions.begin(staff_id, shown.since, address)

    def change(
        self, staff_id: str, password: str, new: str, address: str, code: str | None = None
    ) -> Begun | None:
        """A session, begun by choosing another password; every earlier one has ended.

        None begins for whoever has to enrol a device first. As `sign_in`; ``InvalidInput``
        ``PASSWORD_WEAK`` if it may not be chosen.
        """
        chosen = check_password(new, staff_id, password)
        shown = self._shown(staff_id, password, code)
        context = Context(
            actor=actor_of(shown.member),
            key=f"password/{self.engine.ids.new()}",
            place=Place(Channel.UNSTATED),
            proof=self.passwords.hashed(chosen),
        )
        answer = self.engine.execute(ChangePassword(staff_id=staff_id), context)
        if self._must_enrol(shown.member):
            return None
        return self.sessions.begin(staff_id, answer.position, address)

    def shown(self, staff_id: str, password: str, code: str | None) -> Known:
        """Who shows a password of their own, and a code if they have a device; as `sign_in`."""
        shown = self._shown(staff_id, password, code)
        if shown.member.initial_until is not None:
            raise NotAllowed(
                "PASSWORD_MUST_CHANGE",
                "初始密码只用于设置本人的密码",
                remedy="请以初始密码更改密码(POST /password)",
            )
        return shown

    def member(self, staff_id: str) -> MemberRow | None:
        """The member of staff of that id, active or not."""
        with database.read(self.database) as connection:
            return staff_member(connection, staff_id)

    def known(self, staff_id: str) -> Known | None:
        """The active member of staff of that id."""
        with database.read(self.database) as connection:
            hall = hall_since(connection)  # first: what comes later must end what begins here
            member = staff_member(connection, staff_id)
        if member is None or not member.active:
            return None
        return Known(member, max(member.since, hall))

    def counted(self, staff_id: str, now: datetime) -> int:
        """Count one more attempt, and say how many that are in a row; `SlowDown` if too early."""
        return sign_in_attempts.count(self.database, staff_id, now)

    def note_slowed(self, staff_id: str, failures: int) -> None:
        """Let the trail of the account say that it is slowed."""
        key = f"sign-in/{self.engine.ids.new()}"
        context = Context(actor=_SYSTEM, key=key, place=Place(Channel.SYSTEM))
        self.engine.execute(SlowSignIn(staff_id=staff_id, failures=failures), context)

    def _shown(self, staff_id: str, password: str, code: str | None) -> Known:
        now = self.engine.clock.now()
        failures = self.counted(staff_id, now)
        known = self.known(staff_id)
        id_ = None if known is None else known.member.password_id
        with database.read(self.database) as connection:
            kept = None if id_ is None else proofs.kept(connection, id_)
        if not self.passwords.fits(password, kept) or known is None:
            raise WrongPassword(None if known is None else staff_id, failures)
        until = known.member.initial_until
        if until is not None and until <= now:
            raise NotAllowed(
                "PASSWORD_EXPIRED", "初始密码已过期", remedy="请系统管理员重新签发初始密码"
            )
        self._hash_anew(id_ or "", kept or "", password)
        if (enrolled := known.member.second_factor_id) is not None:
            self._require_code(staff_id, enrolled, code, failures)
        return known

    def _require_code(self, staff_id: str, enrolled: str, code: str | None, failures: int) -> None:
        if not code:
            raise NotAllowed(
                "SECOND_FACTOR_NEEDED", "还须动态口令", remedy="请连同密码填写设备上的动态口令"
            )
        if not self.devices.fits(staff_id, enrolled, code, self.engine.clock.now()):
            raise WrongPassword(staff_id, failures, is_code=True)

    def _must_enrol(self, member: MemberRow) -> bool:
        book = self.engine.rules.rulebook()
        return member.second_factor_id is None and book.requires_second_factor(actor_of(member))

    def _hash_anew(self, id_: str, kept: str, password: str) -> None:
        if self.passwords.is_cheap(kept):
            with database.write(self.database) as connection:
                proofs.keep_anew(connection, id_, self.passwords.hashed(password))
