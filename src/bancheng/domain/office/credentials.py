"""凭证: how somebody comes to be known, and how that ends: passwords, tokens, sessions.

Passwords and tokens are issued by acts, and what proves them is kept beside the log. A session
begins at a sign-in and is a row, no event; that one was ended by somebody else is one.
"""

from datetime import timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep
from bancheng.domain.events import Event, Recorded
from bancheng.domain.guards import Attempt, guarded, nothing
from bancheng.domain.office.credential_events import (
    CredentialKind,
    CredentialRevoked,
    CredentialsRevoked,
    HallCredentialsRevoked,
    PasswordChanged,
    PasswordIssued,
    SignInSlowed,
    TokenIssued,
)
from bancheng.domain.office.staff import Member, StaffId
from bancheng.domain.people import FreeText, Role

PASSWORD_HOURS_MAX = 30 * 24
TOKEN_HOURS_MAX = 366 * 24
CredentialId = Annotated[str, Meta(min_length=1, max_length=64, description="凭证标识")]


class IssuePassword(Command, frozen=True, kw_only=True):
    """签发初始密码: give out a password once, for the first sign-in or when the own one is lost.

    It serves to choose another one and for nothing else. Whatever let the person be known ends.
    """

    code_letters = 16
    proves = "password"

    staff_id: StaffId
    hours: Annotated[
        int, Meta(ge=1, le=PASSWORD_HOURS_MAX, description="有效小时数,须在此期间更改")
    ] = 72


class ChangePassword(Command, frozen=True, kw_only=True):
    """更改密码: choose a password of one's own. Its proof comes beside the command."""

    proves = "password"

    staff_id: StaffId


class IssueToken(Command, frozen=True, kw_only=True):
    """签发令牌: give out a token with which a program may ask as this member of staff."""

    code_letters = 32
    proves = "token"

    staff_id: StaffId
    hours: Annotated[int, Meta(ge=1, le=TOKEN_HOURS_MAX, description="有效小时数")] = 8
    purpose: (
        Annotated[str, Meta(min_length=1, max_length=100, description="用途,如所供的程序")] | None
    ) = None


class RevokeCredential(Command, frozen=True, kw_only=True):
    """吊销凭证: end one session or token; one's own, or as an administrator anybody's."""

    staff_id: StaffId
    credential_id: CredentialId

    def sessions_of(self) -> str | None:
        return self.staff_id


class RevokeCredentials(Command, frozen=True, kw_only=True):
    """吊销全部凭证: end every session and token of one person; the password stays."""

    staff_id: StaffId


class RevokeHallCredentials(Command, frozen=True, kw_only=True):
    """吊销全厅凭证: end every session and token of everybody, one's own too; passwords stay."""

    reason: Annotated[FreeText, Meta(description="事由")]


class SlowSignIn(Command, frozen=True, kw_only=True):
    """登录放缓: record that wrong passwords were tried too often on one account."""

    staff_id: StaffId
    failures: Annotated[int, Meta(ge=1, le=1_000_000, description="连续失败次数")]


class HallCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """全厅凭证: nothing is decided by what was done before."""


def evolve(hall: HallCredentials, _: Recorded) -> HallCredentials:
    """The state after the event."""
    return hall


def must_be_active(staff: Member, _: Attempt) -> None:
    """Who is registered. ``WrongStep`` ``STAFF_NOT_ACTIVE``."""
    if staff.registered is None:
        raise WrongStep(
            "STAFF_NOT_ACTIVE", "该工号不存在或已停用", field="staff_id", remedy="请核对工号"
        )


def must_be_oneself(staff: Member, attempt: Attempt) -> None:
    """Nobody chooses a password for somebody else. ``NotAllowed`` ``PASSWORD_OF_ANOTHER``."""
    must_be_active(staff, attempt)
    if not is_own(staff, attempt):
        raise NotAllowed(
            "PASSWORD_OF_ANOTHER", "只能更改本人的密码", remedy="他人忘记密码的,请签发初始密码"
        )


def may_revoke(staff: Member, attempt: Attempt) -> None:
    """One's own, or as an administrator. ``NotAllowed`` ``CREDENTIALS_OF_ANOTHER``."""
    if not is_own(staff, attempt) and not attempt.desk.actor.may(Role.ADMINISTRATOR):
        raise NotAllowed(
            "CREDENTIALS_OF_ANOTHER",
            "只能吊销本人的会话与令牌",
            remedy="他人的请由系统管理员吊销",
        )
    must_be_active(staff, attempt)


def is_own(staff: Member, attempt: Attempt) -> bool:
    """Whether the actor is that member of staff."""
    return staff.registered is not None and staff.registered.staff_id == attempt.desk.actor.id


@guarded(must_be_active)
def issue_password(_: Member, command: IssuePassword, desk: Desk) -> list[Event]:
    return [PasswordIssued(valid_until=desk.now + timedelta(hours=command.hours))]


@guarded(must_be_oneself)
def change_password(_: Member, __: ChangePassword, ___: Desk) -> list[Event]:
    return [PasswordChanged()]


@guarded(must_be_active)
def issue_token(_: Member, command: IssueToken, desk: Desk) -> list[Event]:
    until = desk.now + timedelta(hours=command.hours)
    return [TokenIssued(valid_until=until, purpose=command.purpose)]


@guarded(may_revoke)
def revoke_credential(staff: Member, command: RevokeCredential, desk: Desk) -> list[Event]:
    id_ = command.credential_id
    if id_ in staff.tokens:
        return [CredentialRevoked(kind=CredentialKind.TOKEN, credential_id=id_)]
    if id_ in desk.sessions:
        return [CredentialRevoked(kind=CredentialKind.SESSION, credential_id=id_)]
    raise InvalidInput(
        "CREDENTIAL_UNKNOWN",
        "该工号没有这个会话或令牌,或已失效",
        field="credential_id",
        remedy="请从凭证清单中选取",
    )


@guarded(may_revoke)
def revoke_credentials(_: Member, __: RevokeCredentials, ___: Desk) -> list[Event]:
    return [CredentialsRevoked()]


@guarded(nothing)
def revoke_hall_credentials(
    _: HallCredentials, command: RevokeHallCredentials, desk: Desk
) -> list[Event]:
    return [HallCredentialsRevoked(reason=desk.sealed(command.reason))]


@guarded(must_be_active)
def slow_sign_in(_: Member, command: SlowSignIn, __: Desk) -> list[Event]:
    return [SignInSlowed(failures=command.failures)]
