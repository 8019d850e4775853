"""办不成事工单台账: what going on in another ticket, or repeating one, does to the row of one."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.complaint import merging
from bancheng.domain.complaint.repeating import RepeatRegistered
from bancheng.domain.complaint.terms import Status
from bancheng.domain.events import Event, Recorded
from bancheng.projections.ledger.verdicts import only_late
from bancheng.projections.machine.base import Handler
from bancheng.projections.machine.rows import Rows
from bancheng.projections.tickets.fold import NOT_DUE, NOT_JUDGED
from bancheng.projections.tickets.steps import ROWS

_OF_MERGE = ("merged_into", "merged_into_number", "merged_at", "merged_answered_at")


def _merged(rows: Rows, event: merging.TicketMerged, recorded: Recorded) -> None:
    row, at = ROWS.move(rows, recorded, Status.MERGED), recorded.envelope.occurred_at
    row |= {"merged_into": event.other_id, "merged_into_number": event.other_number}
    row |= {"merged_at": at, "closed_at": at, "merged_answered_at": None}


def _merge_undone(rows: Rows, event: merging.MergeUndone, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, event.status)
    row |= dict.fromkeys((*_OF_MERGE, "closed_at", "answered_at"))
    row |= {**NOT_DUE, **NOT_JUDGED, "on_time": only_late(row)}


def _answered(rows: Rows, _: merging.MergedAnswered, recorded: Recorded) -> None:
    # What they were told before does not stand any more, if there is another result.
    at = recorded.envelope.occurred_at
    ROWS.touch(rows, recorded).update(merged_answered_at=at, answered_at=None)


def _repeated(rows: Rows, event: RepeatRegistered, recorded: Recorded) -> None:
    if event.new_facts:
        row = ROWS.touch(rows, recorded)
    else:
        row = ROWS.move(rows, recorded, Status.REFUSED)
        row["closed_at"] = recorded.envelope.occurred_at
    row |= {"repeats": event.other_id, "repeats_number": event.other_number}
    row["new_facts"] = event.new_facts


OF_MERGES: Final[Mapping[type[Event], Handler]] = {
    RepeatRegistered: _repeated,
    merging.TicketMerged: _merged,
    merging.MergeUndone: _merge_undone,
    merging.MergedAnswered: _answered,
}
