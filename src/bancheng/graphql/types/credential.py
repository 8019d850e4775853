"""What lets somebody be known now, as they and an administrator see it."""

from datetime import datetime

import strawberry

from bancheng.app import credentials
from bancheng.domain.office.credential_events import CredentialKind
from bancheng.graphql.enums import enum_of


@strawberry.type(description="凭证: 现时有效的会话(浏览器登录)或令牌(供程序使用)。")
class Credential:
    """A session or a token; never its secret."""

    id: strawberry.ID = strawberry.field(description="凭证标识,吊销时用。")
    kind: enum_of(CredentialKind) = strawberry.field(description="凭证种类。")  # type: ignore[valid-type]
    kind_label: str = strawberry.field(description="凭证种类的名称。")
    staff_id: str = strawberry.field(description="工号。")
    issued_at: datetime = strawberry.field(description="登录或签发时间。")
    valid_until: datetime = strawberry.field(description="失效时间;会话闲置的提前失效。")
    seen_at: datetime | None = strawberry.field(description="会话最近使用时间。")
    address: str | None = strawberry.field(description="会话登录时的网络地址。")
    purpose: str | None = strawberry.field(description="令牌的用途。")


def credential_of(held: credentials.Credential) -> Credential:
    """How ``held`` is shown."""
    return Credential(
        id=strawberry.ID(held.id),
        kind=enum_of(CredentialKind)(held.kind.value),
        kind_label=held.kind.label,
        staff_id=held.staff_id,
        issued_at=held.issued_at,
        valid_until=held.valid_until,
        seen_at=held.seen_at,
        address=held.address,
        purpose=held.purpose,
    )
