"""不予知悉: from whom a ticket is withheld, because it is about them.

信访工作条例 30, 济南12345条例 16 and 32: what somebody reports must not get to whom it is about.
Whoever is named, whatever else they are; and who has no other desk than a window and is of an
accused unit: at a window the report is read as it was told, which the officers of that unit may
not, and nobody knows at which of its windows somebody sits. What the reporter agreed to lets the
windows of their unit see it, but for the one that it is about.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from bancheng.domain.people import Actor, Role

# Where the hall itself is accused somebody has to handle the ticket, verify and supervise it.
_OTHER_DESKS: Final = (
    Role.HANDLER,
    Role.VERIFIER,
    Role.SUPERVISOR,
    Role.EFFICIENCY_SUPERVISOR,
)


class AboutWhom(Struct, frozen=True, kw_only=True):
    """不得知悉者: the person that a ticket is about, and the units whose windows know nothing.

    ``left`` are who were of one of these units when it was reported or since, and are not now.
    ``others`` are whom the tickets are about in which it goes on, or which it repeats.
    """

    staff_id: str | None = None
    units: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    others: "tuple[AboutWhom, ...]" = ()


def sits_at_windows(actor: Actor) -> bool:
    """Whether ``actor`` has a window and no other desk."""
    return actor.may(Role.WINDOW_CLERK) and not actor.may(*_OTHER_DESKS)


def units_kept_from(
    accused: frozenset[str], window_unit: str | None, *, named_window: bool, agrees: bool
) -> frozenset[str]:
    """The units whose windows know nothing of a ticket.

    ``accused`` are all that it is about, ``window_unit`` that of the window, if it is known. If it
    is not, the window may be of any of them.
    """
    if not agrees or (named_window and window_unit is None):
        return accused
    return frozenset() if window_unit is None else frozenset({window_unit})


def is_withheld(about: AboutWhom, actor: Actor, successors: Mapping[str, str]) -> bool:
    """Whether ``actor`` is to see nothing of a ticket; ``successors`` took over closed units."""
    if actor.id == about.staff_id:
        return True
    if any(is_withheld(one, actor, successors) for one in about.others):
        return True
    if not sits_at_windows(actor):
        return False
    own = successors.get(actor.unit, actor.unit)
    return actor.id in about.left or own in {successors.get(one, one) for one in about.units}
