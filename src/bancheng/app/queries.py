"""What only the events themselves can tell: how each date of a matter was decided, and why.

Evidence is read from the stream, not from a read model: a ledger keeps the latest date, the
stream every one.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from bancheng.app.ports import Store
from bancheng.app.registry import matter_kind
from bancheng.domain.case.decide import CaseDecided
from bancheng.domain.case.dispatch import StepFinished
from bancheng.domain.case.forward import CaseForwarded
from bancheng.domain.case.item_steps import part_of
from bancheng.domain.case.renewal import CaseDeemedRenewed
from bancheng.domain.case.supervise import (
    CaseDeemedWithdrawn,
    CaseTerminated,
    CaseVoided,
    CaseWithdrawn,
)
from bancheng.domain.complaint.deadline import ResultSubmitted
from bancheng.domain.complaint.dispatch import WorkOrderReassigned
from bancheng.domain.complaint.returns import ReturnUpheld
from bancheng.domain.deadlines import Deadline, Redecided, Reopened, Started
from bancheng.domain.errors import NotFound
from bancheng.domain.events import Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.matters import changes_of
from bancheng.domain.time_limits.explain import explain_due, explain_verdict
from bancheng.domain.time_limits.limit import DueDate, Verdict


class DecidedDate(Struct, frozen=True, kw_only=True):
    """定期记录: one decision about a limit, and the event that carries it."""

    event_id: str
    term: str
    decided_at: datetime
    due: DueDate

    def lines(self) -> list[str]:
        """The explanation as people read it."""
        return explain_due(self.due)


class DeadlineHistory(Struct, frozen=True, kw_only=True):
    """时限说明: one limit of a matter with every date it was given, and the verdicts on it."""

    deadline: Deadline
    decisions: tuple[DecidedDate, ...]
    verdicts: tuple[Verdict, ...]

    def verdict_lines(self) -> list[list[str]]:
        """Each verdict as people read it, against the date that then held."""
        return [explain_verdict(one, self._due_of(one)) for one in self.verdicts]

    def _due_of(self, verdict: Verdict) -> DueDate:
        return next(one.due for one in reversed(self.decisions) if one.due.due_at == verdict.due_at)


def as_json(histories: Sequence[DeadlineHistory]) -> str:
    """``histories`` for programs: every interval, version and basis."""
    return msgspec.json.format(msgspec.json.encode(histories), indent=1).decode()


def deadlines_of(store: Store, matter_id: str) -> list[DeadlineHistory]:
    """Every limit of the matter; ``NotFound`` if there is no such ticket or case."""
    kind = matter_kind(matter_id)
    history = [] if kind is None else store.load(matter_id)
    if kind is None or not history:
        raise NotFound(
            "MATTER_NOT_FOUND",
            f"没有标识为「{matter_id}」的办不成事工单或办件",
            field="matter_id",
            remedy="请核对标识",
        )
    return [
        DeadlineHistory(
            deadline=deadline,
            decisions=tuple(_decisions(history, deadline)),
            verdicts=tuple(_verdicts(history, deadline)),
        )
        for deadline in kind.state_after(history).deadlines.values()
    ]


def _decisions(history: Sequence[Recorded], deadline: Deadline) -> list[DecidedDate]:
    return [
        DecidedDate(
            event_id=one.envelope.event_id,
            term=one.event.term,
            decided_at=one.envelope.recorded_at,
            due=change.due,
        )
        for one in history
        for change in changes_of(one)
        if isinstance(change, Started | Redecided | Reopened)
        and change.due is not None
        and (change.kind, change.subject) == (deadline.kind, deadline.subject)
    ]


def _verdicts(history: Sequence[Recorded], deadline: Deadline) -> list[Verdict]:
    return [
        verdict
        for one in history
        for kind, subject, verdict in _judged(one)
        if (kind, subject) == (deadline.kind, deadline.subject)
    ]


def _judged(recorded: Recorded) -> Iterator[tuple[LimitKind, str, Verdict]]:
    """The limits on which an event carries a verdict."""
    match recorded.event:
        case ResultSubmitted(order_id=order_id, verdict=verdict):
            yield LimitKind.RESOLVE, order_id, verdict
        case ReturnUpheld(order_id=order_id, verdict=Verdict() as verdict):
            yield LimitKind.RESOLVE, order_id, verdict
        case WorkOrderReassigned(order_id=order_id, verdict=Verdict() as verdict):
            yield LimitKind.RESOLVE, order_id, verdict
        case (
            CaseDecided(verdicts=verdicts)
            | CaseDeemedRenewed(verdicts=verdicts)
            | CaseForwarded(verdicts=verdicts)
            | CaseWithdrawn(verdicts=verdicts)
            | CaseDeemedWithdrawn(verdicts=verdicts)
            | CaseTerminated(verdicts=verdicts)
            | CaseVoided(verdicts=verdicts)
        ):
            yield from ((one.kind, one.subject, one.verdict) for one in verdicts)
        case StepFinished(name=name, verdict=Verdict() as verdict):
            yield LimitKind.STEP, part_of(recorded.stream_id, name), verdict
