"""不予知悉: from whom a ticket is withheld, because it is about them.

信访工作条例 30, 济南12345条例 16 and 32: what somebody reports must not get to whom it is about.
Whoever is named, whatever else they are; and of a window, who has no other desk than a window and
is of the unit that it belongs to, for nobody knows at which of its windows they sit.
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
    """被反映者: the person that a ticket is about, and the unit of the window that it is about."""

    staff_id: str | None = None
    window_unit: str | None = None


def sits_at_windows(actor: Actor) -> bool:
    """Whether ``actor`` has a window and no other desk."""
    return actor.may(Role.WINDOW_CLERK) and not actor.may(*_OTHER_DESKS)


def is_withheld(about: AboutWhom, actor: Actor, successors: Mapping[str, str]) -> bool:
    """Whether ``actor`` is to see nothing of a ticket; ``successors`` took over closed units."""
    if actor.id == about.staff_id:
        return True
    unit = about.window_unit
    if unit is None or not sits_at_windows(actor):
        return False
    return successors.get(unit, unit) == successors.get(actor.unit, actor.unit)
