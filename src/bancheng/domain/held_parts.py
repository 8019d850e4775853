"""在手工作: one thing that somebody has in hand, as acts about people look it up."""

from msgspec import Struct


class HeldPart(Struct, frozen=True, kw_only=True):
    """在手一项: a ticket or a case, or of a ticket the order ``order_id``."""

    matter_id: str
    order_id: str | None = None
