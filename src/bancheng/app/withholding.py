"""不予知悉: whether what an act is about is withheld from who would do it, by what was recorded.

What the read models withhold from who only looks is `bancheng.projections.withheld`'s matter.
"""

from collections.abc import Callable
from typing import Any

from bancheng.app.deciding import Rules
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.withheld import AboutWhom, is_withheld, sits_at_windows
from bancheng.domain.errors import NotAllowed
from bancheng.domain.people import Actor
from bancheng.domain.privacy.erasure import Erasure


def withholding(
    state: Any, actor: Actor, rules: Rules, state_of: Callable[[str], Any]
) -> NotAllowed | None:
    """Why ``actor`` is to know nothing of what is in ``state``, if so.

    A ticket is withheld from whom it is about, and so is a request to erase that names it;
    ``state_of`` gives the state of a matter. It is never said: it stands behind the refusal that
    what does not exist answers, for the access log.
    """
    tickets = map(state_of, state.matters) if isinstance(state, Erasure) else [state]
    if any(isinstance(one, Ticket) and _is_about(one, actor, rules) for one in tickets):
        return NotAllowed(
            "WITHHELD_FROM_ACCUSED",
            "本件反映的是您本人或您所在的窗口",
            remedy="请由其他人员办理",
        )
    return None


def _is_about(ticket: Ticket, actor: Actor, rules: Rules) -> bool:
    if ticket.accused_window is None or not sits_at_windows(actor):
        return is_withheld(AboutWhom(staff_id=ticket.accused_staff), actor, {})
    unit = rules.unit_of_window(ticket.accused_window) or ticket.accused
    about = AboutWhom(staff_id=ticket.accused_staff, window_unit=unit)
    return is_withheld(about, actor, rules.successors())
