"""Who may do what in which status, and what it leads to: one committed page.

Nothing is repeated here: the histories and the commands are those of the two tests that hold every
act against every status by hand, and each cell is what the decision answers.
``python tests/domain/transitions.py`` writes the page, a test compares it.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from msgspec.structs import replace  # noqa: E402

from bancheng.app.acts.act import Aggregate  # noqa: E402
from bancheng.app.acts.cases import CASE  # noqa: E402
from bancheng.app.acts.tickets import TICKET  # noqa: E402
from bancheng.app.registry import BY_COMMAND  # noqa: E402
from bancheng.domain.events import term_of  # noqa: E402
from bancheng.domain.people import Actor, Role  # noqa: E402
from domain.case import test_transitions as cases  # noqa: E402
from domain.complaint import test_transitions as tickets  # noqa: E402
from support.given import ROBOT, STAFF, given  # noqa: E402

PAGE = ROOT / "docs" / "transitions.md"
UNITS = ("RS", "YB", "HALL")
STAYS, WRONG = "●", "·"
_HEAD = """# Transitions 状态变迁

This page lists.
`make pages` writes it from the decisions; tests hold the same tables by hand.

A row is an act and a role that may do it, a column the status it is tried in.
A cell is the status that the act leads to.
● says that it is done and the status stays, · that the status forbids it.
A code is the reason for which this role is refused where another may.
The act is tried as its test fills it in, on a matter where only status and right can hinder it.
"""


def _tried(role: Role) -> Iterator[Actor]:
    """People of that role, of each unit: a right may depend on whose matter it is."""
    known = [one for one in (*STAFF, ROBOT) if one.may(role)]
    for one in known:
        yield one
        # Another person of the role: nobody decides what they themselves asked for.
        yield replace(one, id=f"{one.id}-other")
        yield from (replace(one, id=f"{one.id}-{unit}", unit=unit) for unit in UNITS)


def _result(kind: Aggregate, command: Any, history: Any, role: Role, desk: Any) -> str:
    """What the act leads to if somebody of ``role`` does it; the code if nobody of them may."""
    before = _status(kind, history)
    codes: list[str] = []
    for actor in _tried(role):
        outcome = given(*history).when(command, actor, **desk)
        if outcome.refusal is None:
            after = _status(kind, outcome.history)
            return STAYS if after is before else str(after.label)
        codes.append(outcome.refusal.code)
    return codes[0] if codes else WRONG


def _status(kind: Aggregate, history: Any) -> Any:
    state = kind.empty()
    for one in history:
        state = kind.evolve(state, one)
    return state.status


def _rows(
    kind: Aggregate,
    allowed: Mapping[Any, Iterable[Any]],
    history_of: Callable[[Any, Any], Any],
    desks: Mapping[type, Mapping[str, Any]],
    statuses: Iterable[Any],
) -> Iterator[list[str]]:
    for command, admitted in allowed.items():
        act = BY_COMMAND[type(command)]
        desk = {k: v for k, v in desks.get(type(command), {}).items() if k != "by"}
        for role in sorted(act.by, key=list(Role).index):
            cells = [
                _result(kind, command, history_of(type(command), status), role, desk)
                if status in set(admitted)
                else WRONG
                for status in statuses
            ]
            yield [term_of(type(command)), role.label, *cells]


def _table(title: str, statuses: Iterable[Any], rows: Iterable[list[str]]) -> Iterator[str]:
    labels = [one.label for one in statuses]
    yield f"## {title}\n"
    yield _row(["操作", "角色", *labels])
    yield _row(["---"] * (2 + len(labels)))
    yield from map(_row, rows)
    yield ""


def render() -> str:
    """The whole page."""
    of_tickets = _rows(TICKET, tickets.ALLOWED, tickets._ticket_for, tickets.DESK, tickets.Status)
    of_cases = _rows(CASE, cases.ALLOWED, cases._case_for, cases.DESK, cases.CaseStatus)
    return "\n".join(
        [
            _HEAD,
            *_table("办不成事工单", tickets.Status, of_tickets),
            *_table("办件", cases.CaseStatus, of_cases),
        ]
    )


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
