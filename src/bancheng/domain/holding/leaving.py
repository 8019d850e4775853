"""离岗: what somebody leaves behind goes back to the unit, or to who has signed their list.

The hall does both by itself, matter by matter.
"""

from typing import Annotated, ClassVar

from msgspec import Meta

from bancheng.domain.commands import Desk, StaffRef
from bancheng.domain.errors import InvalidInput
from bancheng.domain.events import Event
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.hands import its_order
from bancheng.domain.holding.events import WorkPassedOn, WorkTakenBack
from bancheng.domain.holding.hand_over import HandOverId
from bancheng.domain.holding.matter import PARTS, HoldingCommand, Matter, held_by_somebody


class TakeBackWork(HoldingCommand, frozen=True, kw_only=True):
    """收回承办: take out of the hands of who has left what they had in hand."""

    staff_id: Annotated[StaffRef, Meta(description="已离开人员工号")]


class PassOnWork(HoldingCommand, frozen=True, kw_only=True):
    """交接承办: put it into the hands of who has signed the list, or back to the unit."""

    hand_over_id: HandOverId
    from_staff: Annotated[StaffRef, Meta(description="交出人工号")]
    to_staff: Annotated[StaffRef, Meta(description="接手人工号")]
    puts_in_hands: ClassVar[bool] = True

    def staff_named(self) -> tuple[str, ...]:
        return (self.to_staff,)


def may_take_back(matter: Matter, attempt: Attempt) -> None:
    """What somebody has in hand. ``WrongStep`` ``IN_NOBODYS_HAND``."""
    matter.require_part(attempt.act, attempt.target)
    matter.require_part_open(attempt.act, attempt.target)
    held_by_somebody(matter, attempt)


@guarded(may_take_back, PARTS)
def take_back(matter: Matter, command: TakeBackWork, _: Desk) -> list[Event]:
    _check_held_by(matter, its_order(command), command.staff_id, "staff_id")
    return [WorkTakenBack(order_id=command.order_id, staff_id=command.staff_id)]


@guarded(may_take_back, PARTS)
def pass_on(matter: Matter, command: PassOnWork, desk: Desk) -> list[Event]:
    part = its_order(command)
    _check_held_by(matter, part, command.from_staff, "from_staff")
    person = desk.staff.get(command.to_staff)
    if person is None or person.id in desk.kept_from or matter.unfit(part, person) is not None:
        # Who signed for all can not have this one: it is the unit's, and not who left it behind's.
        return [WorkTakenBack(order_id=command.order_id, staff_id=command.from_staff)]
    return [
        WorkPassedOn(
            order_id=command.order_id,
            hand_over_id=command.hand_over_id,
            staff_id=person.id,
            name=person.name,
            unit=person.unit,
            before=command.from_staff,
        )
    ]


def _check_held_by(matter: Matter, part: str, staff_id: str, field: str) -> None:
    if matter.holders[part].staff_id != staff_id:
        raise InvalidInput(
            "HELD_BY_SOMEBODY_ELSE", "已由他人承办", field=field, remedy="无需收回或交接"
        )
