"""凭证: what a request shows of who asks, and what somebody has to show."""

from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from bancheng.domain.office.credential_events import CredentialKind
from bancheng.domain.people import Actor

LISTED_MAX: Final = 500  # of sessions, and of tokens, in one list


class Presented(NamedTuple):
    """出示: the token that a request shows, or the secret of its session."""

    token: str | None = None
    session: str | None = None


class Known(NamedTuple):
    """所识: whose the token or session is that was shown, and its id."""

    actor: Actor
    credential_id: str


def bearer(header: str | None) -> str | None:
    """The token in an ``Authorization`` header; ``None`` if there is no bearer token in it."""
    scheme, _, shown = (header or "").strip().partition(" ")
    return shown.strip() or None if scheme.lower() == "bearer" else None


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """凭证: a session or token that holds now. Of a token nobody knows when it was used last."""

    id: str
    kind: CredentialKind
    staff_id: str
    issued_at: datetime
    valid_until: datetime
    seen_at: datetime | None = None
    address: str | None = None
    purpose: str | None = None


class Ended(NamedTuple):
    """退出登录: whose session has ended, its id, and by which way they had come in."""

    staff_id: str
    session_id: str
    way: str


class Begun(NamedTuple):
    """登录: a session that has begun. The secret is told this once, and kept as a digest only."""

    secret: str
    session: Credential
