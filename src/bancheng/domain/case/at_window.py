"""窗口范围: a case is accepted and decided at a window that may do so, or the book has it flagged.

For departments that gave a window no authority to accept it serves what they decide (科尔沁区
综合窗口: 送达). A window of which nothing was said may do everything.
"""

from msgspec import Struct

from bancheng.domain.case.state import Case
from bancheng.domain.commands import Desk
from bancheng.domain.errors import NotAllowed
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Guard
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.logic_checks import WindowScope
from bancheng.domain.windows import Exceeding, WindowAuthority, exceeding


@topic("case.window-exceeded", step=Step.SUPERVISE)
class WindowExceeded(Event, frozen=True, kw_only=True):
    """超窗口范围办理: what was done with it was not for ``window``, ``because`` of that."""

    window: str
    because: Exceeding


class _Done(Struct, frozen=True):
    window: str
    because: Exceeding


def _exceeded(case: Case, desk: Desk, wanted: WindowAuthority) -> _Done | None:
    if desk.at_window is None or desk.window_terms is None:
        return None
    day = desk.calendar.local(desk.now).date()
    because = exceeding(desk.window_terms, desk.at_window, case.offered, wanted, day)
    return None if because is None else _Done(desk.at_window, because)


def needs_window(wanted: WindowAuthority) -> Guard[Case]:
    """``NotAllowed`` ``WINDOW_EXCEEDED`` where the book refuses what is beyond the window."""

    def needs(case: Case, attempt: Attempt) -> None:
        found = _exceeded(case, attempt.desk, wanted)
        if found is not None and attempt.desk.rulebook.window_scope is not WindowScope.FLAGGED:
            raise NotAllowed(
                "WINDOW_EXCEEDED",
                f"窗口「{found.window}」不能办理: {found.because.label}",
                remedy="请在有权办理本事项的窗口办理,或移交承办单位",
            )

    return needs


def flagged(case: Case, desk: Desk, wanted: WindowAuthority) -> list[Event]:
    """What is recorded beside an act that is beyond the window; where it is refused it never is."""
    found = _exceeded(case, desk, wanted)
    return [] if found is None else [WindowExceeded(window=found.window, because=found.because)]
