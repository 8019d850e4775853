"""一件事一次办: the units handle the children of a theme at the same time; one may be late."""

from datetime import datetime, timedelta
from typing import Final

from bancheng.domain.case.decide import DecideCase
from bancheng.domain.case.terms import CaseOutcome
from bancheng.domain.case.verify import MakeResult
from bancheng.simulation import people
from bancheng.simulation.cases.examination import decided, extended, gap_closed, made
from bancheng.simulation.cases.file import CaseFile
from bancheng.simulation.pace import Look, Stretch, side_by_side

# What the hall does by itself it does on the full hour: opening the children, telling their ends.
_DONE_BY_ITSELF: Final = timedelta(hours=1.5)


def run(file: CaseFile, at: datetime) -> Stretch:
    """From the joint acceptance to the decision on the whole."""
    at = file.pace.after(at, _DONE_BY_ITSELF)
    yield from file.looked_at(at)
    if file.case.gap:  # the units do not decide before it is all there
        at = yield from gap_closed(file, at)
        at = file.pace.after(at, _DONE_BY_ITSELF)
        yield from file.looked_at(at)
    if file.over:
        return at
    children = []
    for child in file.case.children.values():
        assert child.case_id is not None, "the cases of a theme open with its acceptance"
        seen = yield Look(at, child.case_id)
        children.append(CaseFile(file.chance, file.pace, file.shares, file.applicant, seen))
    late = file.chance.choice(children) if file.happens(file.shares.child_late) else None
    if file.is_extendable and file.happens(file.shares.extended):
        at = yield from extended(file, at, people.GOVERNMENT_HEAD)
    at = yield from side_by_side(_child(one, at, is_late=one is late) for one in children)
    at = file.pace.after(at, _DONE_BY_ITSELF)
    yield from file.does(at, file.officer, DecideCase(
        case_id=file.id, outcome=CaseOutcome.GRANTED, document_no=f"联办{file.case.number}",
    ))  # fmt: skip
    return at


def _child(file: CaseFile, at: datetime, *, is_late: bool) -> Stretch:
    at = yield from decided(file, at, is_late=is_late)
    if file.over:  # sent up, to who decides it
        return at
    at = file.pace.later(at, hours=7)
    documents = (f"{file.item.name}结果文书",)
    yield from made(file, at, MakeResult(case_id=file.id, documents=documents))
    return at
