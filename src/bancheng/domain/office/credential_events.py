"""凭证: what lets a member of staff be known, as facts. No event holds a secret or its digest.

What proves a password or a token is kept beside the log under the id of the event that issued it
(`Command.proves`); this event says that it was issued, by whom and until when.
"""

from datetime import datetime

from bancheng.domain.events import Event, topic
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import FreeText


class CredentialKind(Labelled):
    """凭证种类: of what kind a credential is."""

    SESSION = "session", "会话"
    TOKEN = "token", "令牌"


@topic("office.password-issued")
class PasswordIssued(Event, frozen=True, kw_only=True):
    """初始密码签发: a one-time password was given out, which only serves to choose an own one."""

    valid_until: datetime


@topic("office.password-changed")
class PasswordChanged(Event, frozen=True, kw_only=True):
    """密码更改: the person chose a password, with the one they had."""


@topic("office.second-factor-enrolled")
class SecondFactorEnrolled(Event, frozen=True, kw_only=True):
    """动态口令启用: from now on the person shows a code of their device beside the password."""


@topic("office.second-factor-removed")
class SecondFactorRemoved(Event, frozen=True, kw_only=True):
    """动态口令解除: the person's device counts no more; they may enrol another one."""


@topic("office.token-issued")
class TokenIssued(Event, frozen=True, kw_only=True):
    """令牌签发: a token for programs was given out; the id of its event is its own."""

    valid_until: datetime
    purpose: str | None = None


@topic("office.credential-revoked")
class CredentialRevoked(Event, frozen=True, kw_only=True):
    """凭证吊销: one session or token of the person ended."""

    kind: CredentialKind
    credential_id: str


@topic("office.credentials-revoked")
class CredentialsRevoked(Event, frozen=True, kw_only=True):
    """全部凭证吊销: every session and token that the person had ended."""


@topic("office.hall-credentials-revoked")
class HallCredentialsRevoked(Event, frozen=True, kw_only=True):
    """全厅凭证吊销: every session and token that anybody had ended."""

    reason: FreeText


@topic("office.sign-in-slowed")
class SignInSlowed(Event, frozen=True, kw_only=True):
    """登录放缓: so many wrong passwords were tried that the account has to wait between two."""

    failures: int
