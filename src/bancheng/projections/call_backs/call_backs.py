"""回访台账: one row a call, of a reporter about the result, or of who gave a bad rating (差评).

A call that reached nobody has a row too: who counts how many were reached counts those as well.
"""

from typing import Any

from bancheng.domain.calls import CallResult
from bancheng.domain.case.rate import CaseRated
from bancheng.domain.case.ratings import RaterContacted, RatingExcluded, RatingRectified
from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.complaint.deadline import ResultSubmitted
from bancheng.domain.complaint.dispatch import WorkOrderDispatched
from bancheng.domain.complaint.on_the_spot import SettlementRejected, TicketSettledOnTheSpot
from bancheng.domain.complaint.regroup import LeadChanged
from bancheng.domain.complaint.returns import WorkOrderEnded
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.complaint.verify import CallBackRecorded, ReworkOrdered, VerificationPassed
from bancheng.domain.deadlines import Ended, Redecided, Released, Started
from bancheng.domain.events import Event, Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.matters import changes_of
from bancheng.domain.warnings.events import DueDateReplanned
from bancheng.projections.call_backs.row import CallBackKind, CallBackRow, call_back, owed
from bancheng.projections.ledger.asking import ask
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.listing import is_so
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.matters import matter
from bancheng.projections.sight import AT_WORK, OWN_UNIT

_KINDS = (LimitKind.CALL_BACK, LimitKind.CONTACT)
REACHED = call_back.c.call == CallResult.CONNECTED


def _dispatched(rows: Rows, event: WorkOrderDispatched, recorded: Recorded) -> None:
    if event.lead:
        _owed(rows, recorded.stream_id, recorded)["unit"] = event.unit


def _lead_changed(rows: Rows, event: LeadChanged, recorded: Recorded) -> None:
    _owed(rows, recorded.stream_id, recorded)["unit"] = event.unit


def _settled(rows: Rows, event: TicketSettledOnTheSpot, recorded: Recorded) -> None:
    _owed(rows, recorded.stream_id, recorded)["unit"] = None
    _moved(rows, event, recorded)


def _called_back(rows: Rows, event: CallBackRecorded, recorded: Recorded) -> None:
    of = _owed(rows, recorded.stream_id, recorded)
    _called(
        rows,
        recorded,
        of,
        kind=CallBackKind.RESULT,
        unit=of["unit"],
        call=event.call,
        solved=event.solved,
        satisfaction=event.satisfaction,
        comment_masked=rows.masked(event.comment),
    )
    _moved(rows, event, recorded)


def _contacted(rows: Rows, event: RaterContacted, recorded: Recorded) -> None:
    _called(
        rows,
        recorded,
        _owed(rows, event.rating_id, recorded),
        kind=CallBackKind.RATING,
        rating_id=event.rating_id,
        unit=event.unit,
        call=event.call,
        justified=event.justified,
        finding_masked=rows.masked(event.finding),
    )
    _moved(rows, event, recorded)


def _called(rows: Rows, recorded: Recorded, of: Row, **said: Any) -> None:
    envelope, rating_id = recorded.envelope, said.get("rating_id")
    before = rows.all_of(call_back, recorded.stream_id)
    rows.new(
        call_back,
        call_back_id=f"{recorded.stream_id}/{recorded.version}",
        matter_id=recorded.stream_id,
        attempt=1 + sum(row["rating_id"] == rating_id for row in before),
        called_at=envelope.occurred_at,
        caller_id=envelope.actor.id,
        caller_name=envelope.actor.name,
        channel=envelope.channel,
        due_at=of["due_at"],
        position=recorded.position,
        **said,
    )


def _moved(rows: Rows, _: Event, recorded: Recorded) -> None:
    """Until when the call is owed after the event, if that changes anything about it."""
    for change in changes_of(recorded):
        match change:
            case Started(kind=kind, due=due) | Redecided(kind=kind, due=due) if kind in _KINDS:
                if due is not None:
                    _owed(rows, change.subject, recorded)["due_at"] = due.due_at
            case Ended(kind=kind) | Released(kind=kind) if kind in _KINDS:
                _owed(rows, change.subject, recorded)["due_at"] = None


def _owed(rows: Rows, subject: str, recorded: Recorded) -> Row:
    known = (row for row in rows.all_of(owed, recorded.stream_id) if row["subject"] == subject)
    found = next(known, None)
    # Not ``or``: a row that nothing has changed yet counts as false.
    return rows.new(owed, subject=subject, matter_id=recorded.stream_id) if found is None else found


_MOVING = (
    ResultSubmitted, WorkOrderEnded, SettlementRejected, VerificationPassed, ReworkOrdered,
    CaseRated, RatingRectified, RatingExcluded, DueDateReplanned,
)  # fmt: skip
CALL_BACKS = Ledger(
    "call_backs",
    "回访台账",
    CallBackRow,
    call_back,
    told="一次回访,未接通的也算: 对办理结果的回访,或对差评的联系核实",
    version=1,
    follows=("complaint", "case", "deadline"),
    of=(TICKETS, CASES),
    handles={
        WorkOrderDispatched: _dispatched,
        LeadChanged: _lead_changed,
        TicketSettledOnTheSpot: _settled,
        CallBackRecorded: _called_back,
        RaterContacted: _contacted,
        **dict.fromkeys(_MOVING, _moved),
    },
    beside=(owed,),
    seen_by=AT_WORK,
    rows=OWN_UNIT,
    first="called_at",
    source=call_back.outerjoin(matter, matter.c.matter_id == call_back.c.matter_id),
    elsewhere={"matter_number": matter.c.number},
    asks=(ask("reached", bool, "是否接通", is_so(REACHED, "reached")),),
)
