"""凭证: which tokens were issued, which sessions were revoked, and since when old ones are void.

Part of the projection `office`. Passwords stand with the staff; sessions are rows of their own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

import msgspec
from sqlalchemy import Column, Connection, Index, MetaData, Table, func, select

from bancheng.domain.events import Event, Recorded
from bancheng.domain.office.credential_events import (
    CredentialKind,
    CredentialRevoked,
    HallCredentialsRevoked,
    TokenIssued,
)
from bancheng.domain.office.streams import STAFF
from bancheng.projections.ledger.fields import Position, key, prose, stream, unseen
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.base import Handler
from bancheng.projections.machine.columns import Code, stream_column
from bancheng.projections.machine.columns import Position as PositionColumn
from bancheng.projections.machine.rows import Rows


class TokenRow(msgspec.Struct, frozen=True, kw_only=True):
    """令牌: one that was issued, its id that of the event; how it ended does not stand here."""

    token_id: Annotated[str, key, unseen]
    stream_id: Annotated[str, stream, unseen]
    staff_id: Annotated[str, unseen]
    purpose: Annotated[str | None, prose, unseen]
    issued_at: Annotated[datetime, unseen]
    valid_until: Annotated[datetime, unseen]
    revoked: Annotated[bool, unseen]
    position: Annotated[Position, unseen]


token = table_of(TokenRow, "token_register", Index("token_register_staff", "staff_id"))
revoked_session = Table(
    "revoked_session",
    MetaData(),
    stream_column(),
    Column("session_id", Code, nullable=False),
    Column("position", PositionColumn, primary_key=True, autoincrement=False),
    Index("revoked_session_id", "session_id"),
)
# One row: the position up to which everything that was issued to anybody is void.
hall_credentials = Table(
    "hall_credentials",
    MetaData(),
    stream_column(),
    Column("since", PositionColumn, primary_key=True, autoincrement=False),
)
# As a part of other questions: 0 as long as there was no such act.
HALL_SINCE: Final = select(func.coalesce(func.max(hall_credentials.c.since), 0)).scalar_subquery()


def _issued(rows: Rows, event: TokenIssued, recorded: Recorded) -> None:
    rows.new(
        token,
        token_id=recorded.envelope.event_id,
        stream_id=recorded.stream_id,
        staff_id=recorded.stream_id.removeprefix(STAFF),
        purpose=event.purpose,
        issued_at=recorded.envelope.recorded_at,
        valid_until=event.valid_until,
        revoked=False,
        position=recorded.position,
    )


def _revoked(rows: Rows, event: CredentialRevoked, recorded: Recorded) -> None:
    if event.kind is CredentialKind.TOKEN:
        rows.of(token, event.credential_id)["revoked"] = True
    else:
        rows.new(
            revoked_session,
            stream_id=recorded.stream_id,
            session_id=event.credential_id,
            position=recorded.position,
        )


def _all_revoked(rows: Rows, _: HallCredentialsRevoked, recorded: Recorded) -> None:
    rows.new(hall_credentials, stream_id=recorded.stream_id, since=recorded.position)


TABLES: Final = (token, revoked_session, hall_credentials)
HANDLES: Final[Mapping[type[Event], Handler]] = {
    TokenIssued: _issued,
    CredentialRevoked: _revoked,
    HallCredentialsRevoked: _all_revoked,
}


def hall_since(connection: Connection) -> int:
    """The position up to which everything that was issued to anybody is void."""
    since: int = connection.scalars(select(HALL_SINCE)).one()
    return since
