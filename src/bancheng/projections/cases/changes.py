"""办件台账: what any event of a case may do to its row. Each event by itself: `fold`."""

from collections.abc import Iterable
from typing import Any

from bancheng.domain.case.deadline import WHOLE, DeadlineVerdict
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.deadlines import Redecided, Reopened, Started
from bancheng.domain.events import Recorded
from bancheng.domain.items import ServiceItem
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.matters import changes_of
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.projections.cases.row import case, case_unit
from bancheng.projections.ledger.matter_rows import MatterRows
from bancheng.projections.ledger.verdicts import judge_row, only_late
from bancheng.projections.machine.base import Handler
from bancheng.projections.machine.rows import Row, Rows

# Which step a case stands in: the one whose act it waits for.
STEP_OF = {
    CaseStatus.SUBMITTED: Step.DISCOVER,
    CaseStatus.PRE_REJECTED: Step.DISCOVER,
    CaseStatus.PRE_REVIEWED: Step.DISCOVER,
    CaseStatus.RECEIVED: Step.ANALYSE,
    CaseStatus.SUPPLEMENTING: Step.ANALYSE,
    CaseStatus.REFUSED: Step.ANALYSE,
    CaseStatus.ACCEPTED: Step.DEADLINE,
    CaseStatus.DECIDED: Step.VERIFY,
    CaseStatus.MADE: Step.VERIFY,
    CaseStatus.NOTIFIED: Step.VERIFY,
    CaseStatus.DELIVERED: Step.SUPERVISE,
    CaseStatus.FORWARDED: Step.SUPERVISE,
    CaseStatus.ARCHIVED: Step.SUPERVISE,
    CaseStatus.WITHDRAWN: Step.SUPERVISE,
    CaseStatus.TERMINATED: Step.SUPERVISE,
    CaseStatus.VOIDED: Step.SUPERVISE,
}
NOT_PAUSED = dict.fromkeys(("procedure", "paused_at", "resumes_at"))
# How the time of a case was measured, by the limit that binds.
MEASURED = ("used", "remaining", "overdue")
# What a case without a decision has none of: no figure counts one that does not stand.
NOT_DECIDED = dict.fromkeys(
    ("decided_at", "outcome", "document_no", "last_on_time", "limit_unit", *MEASURED)
)
# A case that ended early waits for no more, and what had been decided of it does not stand.
_ENDED_EARLY: Row = {
    **NOT_PAUSED,
    **NOT_DECIDED,
    "handed_to": None,
    "refusal_pending": False,
    "extension_pending": False,
    "gap_open": False,
}


def _decide(row: Row, recorded: Recorded) -> None:
    """Keep the dates that the event gave to the limits that the row shows."""
    for change in changes_of(recorded):
        if not isinstance(change, Started | Redecided | Reopened) or change.due is None:
            continue
        if change.kind is LimitKind.SUPPLEMENT:
            row["gap_due_at"] = change.due.due_at
        elif change.kind is LimitKind.HEARING_REQUEST:
            row["hearing_until"] = change.due.due_date
        elif change.kind in WHOLE:
            row[f"{change.kind}_due_at"] = change.due.due_at
            row[f"{change.kind}_due_date"] = change.due.due_date
            row["due_at"] = row["promised_due_at"] or row["statutory_due_at"]
            row["due_date"] = row["promised_due_date"] or row["statutory_due_date"]


ROWS = MatterRows(case, STEP_OF, _decide)


def open_row(
    rows: Rows, recorded: Recorded, item: ServiceItem, status: CaseStatus, **values: Any
) -> None:
    """A new case for ``item``, in the version it begins under."""
    rows.new(
        case,
        case_id=recorded.stream_id,
        item_code=item.code,
        item_version=item.version,
        item_name=item.name,
        item_type=item.type,
        kind=item.kind,
        unit=item.unit,
        is_theme=item.is_theme,
        submitted_at=recorded.envelope.occurred_at,
        **values,
    )
    involve(rows, recorded, item.unit)
    ROWS.move(rows, recorded, status)


def involve(rows: Rows, recorded: Recorded, unit: str) -> None:
    """Note that ``unit`` has or had a part in the case."""
    row = rows.of(case, recorded.stream_id)
    if unit not in row["units"]:
        row["units"] = (*row["units"], unit)
        rows.new(case_unit, case_id=recorded.stream_id, unit=unit)


def ends(status: CaseStatus) -> Handler:
    """What ends the case before its result was delivered, with the reason it gives."""

    def ended(rows: Rows, event: Any, recorded: Recorded) -> None:
        row = ROWS.move(rows, recorded, status)
        reason: FreeText | None = getattr(event, "reason", None)
        undecided(row)
        row |= _ENDED_EARLY
        late = [one for one in getattr(event, "verdicts", ()) if not one.verdict.on_time]
        judge_case(row, late)
        row["closed_at"] = recorded.envelope.occurred_at
        row["end_reason_masked"] = rows.masked(reason)

    return ended


def undecided(row: Row) -> None:
    """What had been decided does not stand any more; a limit that had run out stays late."""
    row |= NOT_DECIDED
    for name in ("on_time", "statutory_on_time", "promised_on_time"):
        row[name] = only_late(row, name)


def judge_case(row: Row, verdicts: Iterable[DeadlineVerdict]) -> None:
    """Keep what was judged of the limits of the whole case; the promise binds if there is one."""
    by_kind = {one.kind: one.verdict for one in verdicts}
    for kind, verdict in by_kind.items():
        row[f"{kind}_on_time"] = verdict.on_time and row[f"{kind}_on_time"] is not False
    binding = by_kind.get(LimitKind.PROMISED) or by_kind.get(LimitKind.STATUTORY)
    if binding is not None:
        judge_row(row, binding)
        row["limit_unit"] = binding.unit
        row |= {name: getattr(binding, name) for name in MEASURED}


def delivered(rows: Rows, event: Any, recorded: Recorded) -> None:
    """What the issue of the result does; a list that nobody signed until then is signed no more."""
    row = ROWS.move(rows, recorded, CaseStatus.DELIVERED)
    row |= dict.fromkeys(("delivered_at", "closed_at"), recorded.envelope.occurred_at)
    row["handed_to"] = None
    row["review_due_at"] = event.review and event.review.due.due_at
