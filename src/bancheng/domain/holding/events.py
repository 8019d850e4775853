"""What happens to who has a matter, or an order of it, in hand. Tickets and cases have the same."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.events import Event, topic
from bancheng.domain.hands import Hands, Holder, Holders, its_order, lets, lets_of, takes
from bancheng.domain.people import FreeText
from bancheng.domain.recusal import RecusalOrdered
from bancheng.domain.steps import Step
from bancheng.domain.warnings.events import DutiesPassedOn


class HoldingEvent(Event, frozen=True, kw_only=True):
    """承办事件: something about who has a matter in hand, or of it the order ``order_id``."""

    order_id: str | None = None


@topic("holding.claimed", step=Step.DISPATCH)
class WorkClaimed(HoldingEvent, frozen=True, kw_only=True):
    """认领: somebody took in hand what nobody had."""


@topic("holding.assigned", step=Step.DISPATCH)
class WorkAssigned(HoldingEvent, frozen=True, kw_only=True):
    """指派承办人: somebody of ``unit`` has it in hand from now on, and ``before`` no more."""

    staff_id: str
    name: str
    unit: str
    before: str | None = None


@topic("holding.given-back", step=Step.DISPATCH)
class WorkGivenBack(HoldingEvent, frozen=True, kw_only=True):
    """退回承办: ``staff_id`` has it in hand no more, and nobody else of their unit yet; sealed."""

    staff_id: str
    reason: FreeText


@topic("holding.taken-back", step=Step.DISPATCH)
class WorkTakenBack(HoldingEvent, frozen=True, kw_only=True):
    """收回承办: ``staff_id`` had left the unit or the hall with it in hand; nobody has it now."""

    staff_id: str


@topic("holding.passed-on", step=Step.DISPATCH)
class WorkPassedOn(HoldingEvent, frozen=True, kw_only=True):
    """交接承办: by the list ``hand_over_id`` it is in the hands of ``staff_id``, not ``before``."""

    hand_over_id: str
    staff_id: str
    name: str
    unit: str
    before: str


def _assigned(event: WorkAssigned | WorkPassedOn, _: object, holders: Holders) -> Holders:
    one = Holder(staff_id=event.staff_id, name=event.name, unit=event.unit)
    return {**holders, its_order(event): one}


# Of a closed unit, too: whoever of its people goes to the successor takes the work up there.
HANDS: Final[Mapping[type[Event], Hands]] = {
    WorkClaimed: takes(its_order),
    **dict.fromkeys((WorkAssigned, WorkPassedOn), _assigned),
    **dict.fromkeys((WorkGivenBack, WorkTakenBack), lets(its_order)),
    RecusalOrdered: lets_of(lambda event, one: one.staff_id == event.staff_id),
    DutiesPassedOn: lets_of(lambda event, one: one.unit == event.unit),
}
