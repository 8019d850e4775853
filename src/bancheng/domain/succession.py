"""单位承接: what a closed unit still owes on a matter is owed by its successor from then on.

The hall does it by itself, matter by matter, once a unit is closed. What the old unit had stays
its own: how long it had it, and whether a limit had run out by then.
"""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from bancheng.domain.commands import Command, Desk, UnitRef
from bancheng.domain.deadlines import Deadline
from bancheng.domain.errors import WrongStep
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.warnings.events import LimitPassedOn

# A unit has these by itself: whoever takes one over that has run out gets a time of its own, as
# with a step that is handed on (`TransferCase`). Any other limit is that of the matter.
OF_THE_UNIT: Final = (
    LimitKind.STEP, LimitKind.FEEDBACK, LimitKind.CARD_FEEDBACK, LimitKind.POST_REVIEW,
    LimitKind.RECTIFY,
)  # fmt: skip
# An order takes them along: its successor is another order, with limits of its own.
OF_ORDERS: Final = (LimitKind.SIGN_IN, LimitKind.RESPOND, LimitKind.RESOLVE)


class TakeOver(Command, frozen=True, kw_only=True):
    """承接指令: let ``successor`` take over what the closed ``unit`` still has."""

    unit: Annotated[UnitRef, Meta(description="停用单位编码")]
    successor: Annotated[UnitRef, Meta(description="承接单位编码")]
    asks_successors: ClassVar[bool] = True


def limits_passed_on(
    deadlines: Iterable[Deadline], unit: str, desk: Desk
) -> tuple[LimitPassedOn, ...]:
    """The running limits that leave ``unit``, and by when its successor owes each of them.

    What has not run out keeps its date. A limit of the matter that has run out stays where it ran
    out: it counts once, for the unit that let it pass, and ends with the matter.
    """
    running = (one for one in deadlines if one.is_running and one.unit == unit)
    return tuple(
        LimitPassedOn(
            kind=one.kind,
            subject=one.subject,
            due=desk.due(one.due.limit, one.kind.purpose) if one.has_expired(desk.now) else one.due,
        )
        for one in running
        if one.kind not in OF_ORDERS and (one.kind in OF_THE_UNIT or not one.has_expired(desk.now))
    )


def nothing_to_take_over() -> WrongStep:
    """Why nothing is taken over: somebody was faster, or it was done meanwhile."""
    return WrongStep("NOTHING_TO_TAKE_OVER", "本件没有须由他单位承接的事项", remedy="无需承接")
