"""撤回决定: a wrong decision that has not gone out is taken back, and what it ended goes on.

What was recalled was no decision. The organ owes by the same dates as if nothing had been decided,
whatever passed meanwhile. The applicant could do nothing while the case stood as decided: what
they had left then they have again, counted anew from the recall.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from bancheng.domain.case.deadline import WHOLE
from bancheng.domain.case.guards import all_of, needs_unit_of_item, waits_in
from bancheng.domain.case.hearing import HearingStage
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.deadlines import Deadline, DeadlineState
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate, Pause, PauseKind


class DeadlineReopened(Struct, frozen=True, kw_only=True):
    """时限续计: when a limit is due now that the decision had ended.

    ``corrects``: the date before did not hold while the decision stood, so nobody is late by it.
    """

    kind: LimitKind
    subject: str
    due: DueDate
    corrects: bool = False


@topic("case.decision-recalled", step=Step.DEADLINE)
class DecisionRecalled(Event, frozen=True, kw_only=True):
    """撤回决定: the decision was wrong and had not gone out; the deadlines run on."""

    reason: FreeText
    dues: tuple[DeadlineReopened, ...]


class RecallDecision(CaseCommand, frozen=True, kw_only=True):
    """撤回决定: take back a wrong decision before its result was made."""

    reason: Annotated[FreeText, Meta(description="撤回理由")]


def _needs_decision(case: Case, _: Attempt) -> None:
    # What law did at the expiry nobody decided, and nobody takes back (行政许可法 50).
    if case.deciders is None:
        raise WrongStep(
            "DEEMED_RENEWED",
            "本件系有效期届满未作决定而视为准予延续,不是可以撤回的决定",
            remedy="请制证送达;不符合条件的,依法另行撤销",
        )


@guarded(all_of(waits_in(CaseStatus.DECIDED), needs_unit_of_item, _needs_decision))
def recall(case: Case, command: RecallDecision, desk: Desk) -> list[Event]:
    dues = tuple(_reopened(one, desk) for one in _ended_by_decision(case))
    return [DecisionRecalled(reason=desk.sealed(command.reason), dues=dues)]


def _ended_by_decision(case: Case) -> Iterator[Deadline]:
    # Told by the state and not by the instant: what was filled or waived in the same minute as the
    # decision was ended by that, and stays so.
    kinds = [*WHOLE]
    expiry = next((one for one in case.deadlines.values() if one.kind is LimitKind.RENEWAL), None)
    # One that was released was not ended by the decision: by a correction there is no expiry any
    # more, and what had expired before the application must not be deemed renewed (行政许可法 50).
    if expiry is not None and expiry.state in (DeadlineState.MET, DeadlineState.LATE):
        kinds.append(LimitKind.RENEWAL)
    if case.gap:
        kinds.append(LimitKind.SUPPLEMENT)
    if case.hearing is not None and case.hearing.stage is HearingStage.TOLD:
        kinds.append(LimitKind.HEARING_REQUEST)
    return (one for one in case.deadlines.values() if one.kind in kinds)


def _reopened(ended: Deadline, desk: Desk) -> DeadlineReopened:
    assert ended.ended_at is not None, "the decision ended it"
    # By the calendar in force: nothing looks again at what had ended when that was published.
    again = ended.watch.reopen(desk.calendar, _kept_back(ended, ended.ended_at, desk))
    return DeadlineReopened(
        kind=ended.kind,
        subject=ended.subject,
        due=desk.warned(again.due, ended.kind.purpose),
        corrects=ended.kind.theirs or not _held(ended.due, desk),
    )


def _kept_back(ended: Deadline, decided_at: datetime, desk: Desk) -> Pause | None:
    """The time from the decision to now, in which the applicant could not use what they had left.

    None of what the organ owes: its own mistake gives it no time.
    """
    if not ended.kind.theirs or decided_at >= ended.due.due_at:
        return None
    return Pause(
        kind=PauseKind.EXCLUDED,
        ground="决定有误,作出至撤回期间",
        started_at=decided_at,
        resumed_at=desk.now,
    )


def _held(due: DueDate, desk: Desk) -> bool:
    """Whether the organ owed by ``due`` until it passed, or still does."""
    published = desk.calendar.published_at
    if due.provisional:
        return False
    # A day that was closed after the date had passed makes nobody punctual; one that was closed
    # before had moved the date in time, as it does with every limit that runs.
    is_same = due.calendar_version == desk.calendar.version
    return is_same or published is None or published >= due.due_at
