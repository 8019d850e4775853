"""在手: who of the staff has a part of a matter in hand, and by which events that changes.

The parts are the matter itself, by an empty key, and the orders of a ticket. Whoever takes work up
by an act of the matter has it from then on, as whoever claims it or is assigned to it; an act that
the hall does by itself, or that an import tells of, puts nothing into anybody's hands.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from bancheng.domain.events import Event, Recorded
from bancheng.domain.people import Actor, Role

WHOLE: Final = ""
# Whoever else answers for a limit of the hall, such as a verifier, has no matter in hand.
HOLDING: Final = (Role.HANDLER, Role.WINDOW_CLERK, Role.UNIT_OFFICER)


class Holder(Struct, frozen=True, kw_only=True):
    """承办人: who has a part of a matter in hand, and of which unit they have it."""

    staff_id: str
    name: str
    unit: str


Holders = Mapping[str, Holder]
Hands = Callable[[Any, Recorded, Holders], Holders]


def holders_after(
    holders: Holders, recorded: Recorded, hands: Mapping[type[Event], Hands]
) -> Holders:
    """Who has the parts in hand after ``recorded``, where ``holders`` had before."""
    hand = hands.get(type(recorded.event))
    return holders if hand is None else hand(recorded.event, recorded, holders)


def holder(actor: Actor) -> Holder:
    """``actor`` as somebody who has work in hand."""
    return Holder(staff_id=actor.id, name=actor.name, unit=actor.unit)


def takes(part: Callable[[Any], str]) -> Hands:
    """What puts ``part`` of the matter into the hands of who did it."""

    def taken(event: Any, recorded: Recorded, holders: Holders) -> Holders:
        actor = recorded.envelope.actor
        # What is done in somebody's place stays in their hands.
        if actor.may(Role.SYSTEM) or recorded.envelope.acting_for is not None:
            return holders
        return {**holders, part(event): holder(actor)}

    return taken


def lets(part: Callable[[Any], str]) -> Hands:
    """What takes ``part`` of the matter out of anybody's hands."""
    return lambda event, _, holders: _without(holders, lambda key, __: key == part(event))


def lets_of(who: Callable[[Any, Holder], bool]) -> Hands:
    """What takes everything out of the hands of those that ``who`` says."""
    return lambda event, _, holders: _without(holders, lambda __, one: who(event, one))


def _without(holders: Holders, goes: Callable[[str, Holder], bool]) -> Holders:
    return {key: one for key, one in holders.items() if not goes(key, one)}


def the_whole(_: object) -> str:
    """The matter itself."""
    return WHOLE


def its_order(event: Any) -> str:
    """The order that an event or a command names, else the matter itself."""
    return event.order_id or WHOLE
