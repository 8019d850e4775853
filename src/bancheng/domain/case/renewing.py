"""延续申请: which licence would be renewed, whether it was applied for in time, when it expires."""

from datetime import date, datetime
from typing import Annotated, Final

from msgspec import Meta, Struct

from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput
from bancheng.domain.items import ServiceItem
from bancheng.domain.limit_kinds import LegalEffect, LimitKind
from bancheng.domain.people import CertificateNumber
from bancheng.domain.time_limits.terms import AMOUNT_MAX, DueDate, Limit, LimitUnit

_BASIS: Final = "行政许可法第五十条"


class Renewal(Struct, frozen=True, kw_only=True):
    """延续的许可: the licence that the application would renew."""

    licence_no: Annotated[CertificateNumber, Meta(description="原许可证件编号")]
    expires_on: Annotated[date, Meta(description="原许可有效期届满日,当日仍有效")]


class Renewing(Struct, frozen=True, kw_only=True):
    """延续申请: when the licence expires, and whether it is too late to be deemed renewed."""

    expires_on: date
    is_late: bool


def renewing(
    expires_on: date, item: ServiceItem, applied_at: datetime, desk: Desk, *, field: str
) -> Renewing:
    """What an application of then would renew; ``InvalidInput`` for an expiry that can not be."""
    left = (expires_on - desk.calendar.local(applied_at).date()).days
    if left > AMOUNT_MAX:
        raise InvalidInput(
            "EXPIRY_IMPOSSIBLE",
            f"原许可有效期届满日({expires_on})过远",
            field=field,
            remedy="请按原许可证件核对",
        )
    ahead = item.renewal_ahead_days
    if ahead is None:
        limit = desk.limit_for("case.renewal_ahead", item)
        ahead = 0 if limit is None else limit.amount
    return Renewing(expires_on=expires_on, is_late=left < ahead)


def renewal_due(
    found: Renewing | None, item: ServiceItem, applied_at: datetime | None, desk: Desk
) -> DueDate | None:
    """The expiry by which a decision must be there, and what law does then."""
    if found is None or applied_at is None:
        return None
    days = (found.expires_on - desk.calendar.local(applied_at).date()).days
    if days < 1:  # what has expired can not be renewed by its expiry
        return None
    limit = Limit(
        id="renewal", amount=days, unit=LimitUnit.NATURAL_DAYS, label="原许可有效期届满",
        basis=_BASIS,
    )  # fmt: skip
    effect = LegalEffect.DEEMED_RENEWED_LATE if found.is_late else LegalEffect.DEEMED_RENEWED
    due = desk.due(limit, LimitKind.RENEWAL.purpose, since=applied_at)
    return desk.ending(due, effect, item)
