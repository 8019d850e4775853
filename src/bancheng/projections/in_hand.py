"""在手: what somebody has in hand, what leavers still have, and what lists have still to move."""

import msgspec
from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select

from bancheng.domain.hands import WHOLE
from bancheng.domain.held_parts import HeldPart
from bancheng.domain.holding.hand_over import WorkHandOverStatus
from bancheng.projections.holdings import held
from bancheng.projections.ledger.listing import equals
from bancheng.projections.office import staff
from bancheng.projections.work_hand_overs import hand_over, listed_part


class ToPassOn(msgspec.Struct, frozen=True, kw_only=True):
    """待交接: what stands on a list that was signed, and is still in the hands of who gives it."""

    holding_id: str
    matter_id: str
    order_id: str | None
    hand_over_id: str
    from_staff: str
    to_staff: str


class LeftInHand(msgspec.Struct, frozen=True, kw_only=True):
    """离岗在手: what somebody has in hand who was dismissed or is of another unit now."""

    holding_id: str
    matter_id: str
    order_id: str | None
    held_by: str


# On a list that was signed, and theirs since before that: what comes back later is on no list.
_IS_ON_SIGNED_LIST = and_(
    hand_over.c.status == WorkHandOverStatus.SIGNED,
    hand_over.c.from_staff == held.c.held_by,
    listed_part.c.hand_over_id == hand_over.c.hand_over_id,
    listed_part.c.matter_id == held.c.matter_id,
    listed_part.c.part == func.coalesce(held.c.order_id, WHOLE),
    held.c.taken_at <= hand_over.c.signed_at,
)
# Programs that act by a token of their own are in no register. What stands on a signed list goes to
# who signed for it, however soon whoever gave it away has left.
_LEFT = (
    select(*(held.c[name] for name in LeftInHand.__struct_fields__))
    .join_from(held, staff, staff.c.staff_id == held.c.held_by)
    .where(
        held.c.ended_at.is_(None),
        or_(staff.c.active.is_(False), staff.c.unit != held.c.unit),
        ~exists().where(_IS_ON_SIGNED_LIST),
    )
    .limit(bindparam("most"))
)
_IN_HAND = (
    select(held.c.matter_id, held.c.order_id)
    .where(held.c.ended_at.is_(None), equals(held.c.held_by))
    .order_by(held.c.taken_at, held.c.holding_id)
)
_TO_PASS_ON = (
    select(
        held.c.holding_id, held.c.matter_id, held.c.order_id, hand_over.c.hand_over_id,
        hand_over.c.from_staff, hand_over.c.to_staff,
    )
    .where(held.c.ended_at.is_(None), _IS_ON_SIGNED_LIST)
    .order_by(hand_over.c.signed_at, held.c.holding_id)
    .limit(bindparam("most"))
)  # fmt: skip


def left_in_hand(connection: Connection, most: int) -> list[LeftInHand]:
    """At most ``most`` things that somebody has in hand who left the hall or their unit."""
    rows = connection.execute(_LEFT, {"most": most})
    return [LeftInHand(**row._mapping) for row in rows]  # noqa: SLF001  its public name


def in_hand_of(connection: Connection, staff_id: str) -> list[HeldPart]:
    """What somebody has in hand, the oldest first."""
    rows = connection.execute(_IN_HAND, {"held_by": staff_id})
    return [HeldPart(matter_id=row.matter_id, order_id=row.order_id) for row in rows]


def to_pass_on(connection: Connection, most: int) -> list[ToPassOn]:
    """At most ``most`` things of signed lists that are still to be carried out."""
    rows = connection.execute(_TO_PASS_ON, {"most": most})
    return [ToPassOn(**row._mapping) for row in rows]  # noqa: SLF001  its public name
