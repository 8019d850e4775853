"""Which event changes which read model: one committed page, written by this command.

A new event is one row of difference there, so nobody forgets to ask which ledger cares:
``python tests/arch/matrix.py`` writes it, a test compares it.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src")]

from bancheng.domain.events import TOPICS, Event  # noqa: E402
from bancheng.projections.machine.base import Projection  # noqa: E402
from bancheng.projections.registry import PROJECTIONS  # noqa: E402

PAGE = ROOT / "docs" / "events.md"
CHANGES, TOUCHES, FOLLOWED, FOREIGN = "●", "○", "·", ""
_HEAD = """# Events and read models 事件与台账

This page lists.
`python tests/arch/matrix.py` writes it from the declarations; it is read whenever an event is new.

- ● the read model has a function for the event;
- ○ it notes the event as it notes any of that family (position, version, time of the change);
- · it follows the family of the event, and this event changes nothing there;
- empty: it does not follow the family.
"""


def cell(projection: Projection, cls: type[Event]) -> str:
    """What ``projection`` does with events of ``cls``."""
    if cls in projection.handles:
        return CHANGES
    if projection.handler_of(cls) is not None:
        return TOUCHES
    return FOLLOWED if projection.looks_at(cls) else FOREIGN


def render(projections: Sequence[Projection] = PROJECTIONS) -> str:
    """The whole page."""
    names = [one.name for one in projections]
    rows = [[TOPICS[name].term, f"`{name}`", *_cells(projections, name)] for name in sorted(TOPICS)]
    lines = [_row(["事件", "topic", *names]), _row(["---"] * (2 + len(names))), *map(_row, rows)]
    return "\n".join([_HEAD, *lines, ""])


def _cells(projections: Iterable[Projection], topic: str) -> list[str]:
    return [cell(one, TOPICS[topic]) for one in projections]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
