"""不予知悉: whether what an act is about is withheld from who would do it, by what was recorded.

What the read models withhold from who only looks is `bancheng.projections.withheld`'s matter.
"""

from collections.abc import Callable, Iterator
from typing import Any

from bancheng.app.rules import Rules
from bancheng.domain.complaint.accused import accused_units, window_unit_of
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.withheld import (
    AboutWhom,
    is_withheld,
    sits_at_windows,
    units_kept_from,
)
from bancheng.domain.errors import NotAllowed
from bancheng.domain.improvement.improvement import Improvement
from bancheng.domain.people import Actor
from bancheng.domain.privacy.erasure import Erasure


def withholding(
    state: Any, actor: Actor, rules: Rules, state_of: Callable[[str], Any]
) -> NotAllowed | None:
    """Why ``actor`` is to know nothing of what is in ``state``, if so.

    A ticket is withheld from whom it is about, and so is what goes on in it or repeats it, a
    request to erase that names any, and an improvement that one led to; ``state_of`` gives the
    state of a matter. It is never said: it stands behind the refusal that what does not exist
    answers, for the access log.
    """
    tickets = map(state_of, state.matters) if isinstance(state, Erasure | Improvement) else [state]
    told = (each for one in tickets if isinstance(one, Ticket) for each in _whole(one, state_of))
    if any(_is_about(one, actor, rules) for one in told):
        return NotAllowed(
            "WITHHELD_FROM_ACCUSED",
            "本件反映的是您本人、您所在的窗口或单位",
            remedy="请由其他人员办理",
        )
    return None


def _whole(ticket: Ticket, state_of: Callable[[str], Any]) -> Iterator[Ticket]:
    """``ticket``, and what it goes on in or repeats: who may not know of that knows nothing."""
    waiting, seen = [ticket], set[str]()
    while waiting:
        yield (one := waiting.pop())
        leads = (one.merged.into if one.merged else None, one.repeats)
        others = {other for other in leads if other is not None} - seen
        seen |= others
        waiting += map(state_of, sorted(others))


def _is_about(ticket: Ticket, actor: Actor, rules: Rules) -> bool:
    if not sits_at_windows(actor):
        return is_withheld(AboutWhom(staff_id=ticket.accused_staff), actor, {})
    return is_withheld(_about(ticket, actor, rules), actor, rules.successors())


def _about(ticket: Ticket, actor: Actor, rules: Rules) -> AboutWhom:
    """Whom ``ticket`` is about, as far as it may be ``actor``."""
    window, person = ticket.accused_window, rules.member(ticket.accused_staff or "")
    window_unit = window and window_unit_of(ticket, rules.unit_of_window(window))
    person_unit = person.unit if person else None
    units = units_kept_from(
        accused_units(ticket, window_unit=window_unit, person_unit=person_unit),
        window_unit,
        named_window=window is not None,
        agrees=ticket.agrees_to_contact,
    )
    left = units and ticket.reported_at and rules.units_left(actor.id, ticket.reported_at)
    was_there = {actor.id} if left and left & units else ()
    return AboutWhom(staff_id=ticket.accused_staff, units=units, left=frozenset(was_there))
