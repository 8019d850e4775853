"""办不成事工单台账: what each event of a ticket does to its row."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.complaint import (
    analyse,
    answer,
    contact,
    correct,
    deadline,
    discover,
    dispatch,
    ending,
    escalate,
    meeting,
    on_the_spot,
    regrade,
    regroup,
    returns,
    supervise,
    supervised_before,
    suspend,
    verify,
)
from bancheng.domain.complaint.terms import Status
from bancheng.domain.events import Channel, Event, Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.levels import Rung
from bancheng.domain.time_limits.limit import DueDate, Verdict
from bancheng.domain.warnings import events as warnings
from bancheng.projections.ledger.verdicts import judge_row, only_late
from bancheng.projections.machine.base import Handler
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.tickets.row import involve, ticket
from bancheng.projections.tickets.steps import ROWS

# Answered without a work order: nothing is left to be verified.
_SETTLED = ROWS.becomes(Status.VERIFIED, "resolved_at", "verified_at")
NOT_JUDGED = dict.fromkeys(
    ("last_on_time", "limit_unit", "used", "remaining", "overdue", "outcome")
)
_REACHED = ("dispatched_at", "resolved_at", "verified_at", "closed_at")
NOT_DUE = dict.fromkeys(("due_at", "due_date"))
_CORRECTED: Final = (
    "category", "channel", "service_item", "case_id", "accused_unit", "accused_window",
    "accused_staff", "agrees_to_contact",
)  # fmt: skip


def _reported(rows: Rows, event: discover.TicketReported, recorded: Recorded) -> None:
    reporter = event.reporter
    rows.new(
        ticket,
        ticket_id=recorded.stream_id,
        number=event.number,
        query_code=event.query_code,
        category=event.category,
        channel=event.channel,
        source_ref=event.source_ref,
        subject_masked=rows.masked(event.subject),
        content_masked=rows.masked(event.content),
        anonymous=reporter is None,
        reporter_name_masked=reporter and rows.masked(reporter.name),
        reporter_phone_masked=reporter and rows.masked(reporter.phone),
        reporter_id_number_masked=reporter and rows.masked(reporter.id_number),
        reporter_address_masked=reporter and rows.masked(reporter.address),
        service_item=event.service_item,
        case_id=event.case_id,
        special_group=event.special_group,
        proactive=event.channel is Channel.STAFF,
        first_contact_owner=event.first_contact_owner,
        first_contact_unit=recorded.envelope.actor.unit,
        accused_unit=event.accused_unit,
        accused_window=event.accused_window,
        accused_window_unit=event.accused_window_unit,
        accused_staff=event.accused_staff,
        agrees_to_contact=event.agrees_to_contact,
        reported_at=recorded.envelope.occurred_at,
    )
    ROWS.move(rows, recorded, Status.REPORTED)


def _corrected(rows: Rows, event: correct.TicketCorrected, recorded: Recorded) -> None:
    row, reporter = ROWS.touch(rows, recorded), event.reporter
    row["corrections"] += 1
    row |= {name: getattr(event, name) for name in _CORRECTED if name in event.corrected}
    row |= {one.value: None for one in event.cleared}
    if "accused_window" in (*event.corrected, *event.cleared):
        row["accused_window_unit"] = event.accused_window_unit
    for name in ("subject", "content"):
        if name in event.corrected:
            row[f"{name}_masked"] = rows.masked(getattr(event, name))
    if reporter is not None:
        row["anonymous"] = False
        for name in ("name", "phone", "id_number", "address"):
            row[f"reporter_{name}_masked"] = rows.masked(getattr(reporter, name))


def _supplemented(rows: Rows, event: correct.ReportSupplemented, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    row["supplements"] += 1
    row["latest_supplement_masked"] = rows.masked(event.content)


def _refused(rows: Rows, event: discover.TicketRefused, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, Status.REFUSED)
    row |= {"refusal_reason": event.reason, "open_orders": 0}
    row["closed_at"] = recorded.envelope.occurred_at


def _diverted(rows: Rows, event: discover.TicketDiverted, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, Status.DIVERTED)
    row |= {"diverted_to": event.target, "diverted_to_organ": event.organ, "open_orders": 0}
    row["closed_at"] = recorded.envelope.occurred_at


def _dropped(rows: Rows, event: ending.WorkOrderDropped, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    row["open_orders"] -= 1
    _handed_on(row, event.verdict)
    if event.order_id == row["lead_order_id"]:
        row |= NOT_DUE


def _withdrawn(rows: Rows, event: ending.TicketWithdrawn, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, Status.WITHDRAWN)
    row |= {"withdrawn_by_way": event.way, "ending_reason_masked": rows.masked(event.reason)}
    row["closed_at"] = recorded.envelope.occurred_at


def _terminated(rows: Rows, event: ending.TicketTerminated, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, Status.TERMINATED)
    row |= {"ending_reason_masked": rows.masked(event.explanation)}
    row["closed_at"] = recorded.envelope.occurred_at


def _analysed(rows: Rows, event: analyse.CauseAnalysed, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, Status.ANALYSED)
    row |= {
        "cause": event.cause,
        "complexity": event.complexity,
        "responsible_units": event.units,
        "analysed_at": recorded.envelope.occurred_at,
    }


def _passed_on(rows: Rows, event: analyse.PraisePassedOn, recorded: Recorded) -> None:
    _SETTLED(rows, event, recorded)
    rows.of(ticket, recorded.stream_id)["responsible_units"] = (event.unit,)


def _dispatched(rows: Rows, event: dispatch.WorkOrderDispatched, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, Status.DISPATCHED)
    row["open_orders"] += 1
    row["dispatched_at"] = row["dispatched_at"] or recorded.envelope.occurred_at
    involve(rows, row, event.unit)
    row["rule_version"] = event.due.rule_version
    if event.lead:
        row["first_receiver"] = row["first_receiver"] or event.unit
        before = row["way"] if event.replaces == row["lead_order_id"] else ()
        row |= {"lead_order_id": event.order_id, "lead_unit": event.unit, **NOT_JUDGED}
        row["way"] = (*before, event.unit)
        _due(row, event.due)
    row["on_time"] = only_late(row)


def _urged_before(rows: Rows, _: supervised_before.WorkOrderUrged, recorded: Recorded) -> None:
    ROWS.measured(rows, recorded, Rung.URGE, asks=False)


def _supervised_before(
    rows: Rows, event: supervised_before.SupervisionOrderIssued, recorded: Recorded
) -> None:
    ROWS.measured(rows, recorded, Rung.SUPERVISE, asks=True)
    _let_see(rows, recorded, event.unit)


def _let_see(rows: Rows, recorded: Recorded, unit: str) -> None:
    involve(rows, rows.of(ticket, recorded.stream_id), unit)


def _settled_on_the_spot(
    rows: Rows, event: on_the_spot.TicketSettledOnTheSpot, recorded: Recorded
) -> None:
    row = ROWS.move(rows, recorded, Status.RESOLVED)
    row |= {
        "cause": event.cause,
        "complexity": event.complexity,
        "outcome": event.outcome,
        "on_the_spot": True,
        "resolved_at": recorded.envelope.occurred_at,
    }


def _settlement_rejected(rows: Rows, _: on_the_spot.SettlementRejected, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, Status.ACCEPTED)
    row["reworks"] += 1
    row |= {"on_the_spot": False, "outcome": None, "resolved_at": None}


def _escalated(rows: Rows, event: escalate.TicketEscalated, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    row["escalated_at"] = recorded.envelope.occurred_at
    row["escalation_cause"] = event.cause
    row["loop"] = row["loop"] or event.cause.is_loop


def _met(
    rows: Rows, event: meeting.MeetingConvened | meeting.MeetingHeld, recorded: Recorded
) -> None:
    row = ROWS.touch(rows, recorded)
    for unit in event.concerned:
        involve(rows, row, unit)


def _lead_changed(rows: Rows, event: regroup.LeadChanged, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    unit = event.unit
    row |= {"lead_order_id": event.order_id, "lead_unit": unit, "way": (*row["way"], unit)}
    row |= {**NOT_JUDGED, "on_time": only_late(row)}
    _due(row, event.due)


def _return_upheld(rows: Rows, event: returns.ReturnUpheld, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    _handed_on(row, event.verdict)
    if event.order_id == row["lead_order_id"]:
        row |= NOT_DUE


def _order_ended(rows: Rows, _: returns.WorkOrderEnded, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    row["open_orders"] -= 1
    _resolved_if_done(rows, row, recorded)


def _resolved_if_done(rows: Rows, row: Row, recorded: Recorded) -> None:
    if row["open_orders"] == 0:
        ROWS.move(rows, recorded, Status.RESOLVED)
        row["resolved_at"] = recorded.envelope.occurred_at


def _handed_on(row: Row, verdict: Verdict | None) -> None:
    # An order that left its unit late stays late, for the ticket as well.
    if verdict is not None and not verdict.on_time:
        row["late_verdicts"] += 1
        judge_row(row, verdict)


def _reassigned(rows: Rows, event: dispatch.WorkOrderReassigned, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    row["reassignments"] += 1
    row["open_orders"] -= 1
    _handed_on(row, event.verdict)
    if event.order_id == row["lead_order_id"]:
        row |= NOT_DUE


def _extended(rows: Rows, event: deadline.ExtensionGranted, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    row["extensions"] += 1
    if event.order_id == row["lead_order_id"]:
        _due(row, event.due)


def _due_changed(
    rows: Rows, event: suspend.WorkOrderSuspended | suspend.WorkOrderResumed, recorded: Recorded
) -> None:
    row = ROWS.touch(rows, recorded)
    if event.order_id == row["lead_order_id"]:
        _due(row, event.due)


def _regraded(rows: Rows, event: regrade.TicketRegraded, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    row["complexity"] = event.complexity
    for one in event.orders:
        if one.order_id == row["lead_order_id"]:
            _due(row, one.due)


def _submitted(rows: Rows, event: deadline.ResultSubmitted, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    verdict = event.verdict
    row["open_orders"] -= 1
    row["late_verdicts"] += not verdict.on_time
    lead = row["last_on_time"]
    judge_row(row, verdict)
    if event.order_id != row["lead_order_id"]:
        row["last_on_time"] = lead
    else:
        row |= {
            "limit_unit": verdict.unit,
            "used": verdict.used,
            "remaining": verdict.remaining,
            "overdue": verdict.overdue,
            "outcome": event.outcome,
        }
    _resolved_if_done(rows, row, recorded)


def _called_back(rows: Rows, event: verify.CallBackRecorded, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    row["call_backs"] += 1
    row |= {
        "call": event.call,
        "solved": event.solved,
        "satisfaction": event.satisfaction,
    }


def _answered(
    rows: Rows, _: answer.ReporterAnswered | answer.AnswerPublished, recorded: Recorded
) -> None:
    ROWS.touch(rows, recorded)["answered_at"] = recorded.envelope.occurred_at


def _reworked(rows: Rows, event: verify.ReworkOrdered, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, Status.DISPATCHED)
    row["reworks"] += 1
    row["open_orders"] += 1
    row |= {"resolved_at": None, "answered_at": None}
    row["on_time"] = only_late(row)
    if event.order_id == row["lead_order_id"]:
        row |= NOT_JUDGED
        _due(row, event.due)


def _replanned(rows: Rows, event: warnings.DueDateReplanned, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    if event.kind is LimitKind.RESOLVE and event.subject == row["lead_order_id"]:
        _due(row, event.due)


def _succeeded(rows: Rows, event: warnings.DutiesPassedOn, recorded: Recorded) -> None:
    involve(rows, ROWS.touch(rows, recorded), event.successor)


def _reopened(rows: Rows, _: supervise.TicketReopened, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, Status.ACCEPTED)
    row["reopenings"] += 1
    row |= dict.fromkeys((*_REACHED, "answered_at", "withdrawn_by_way", "ending_reason_masked"))
    row |= {**NOT_DUE, **NOT_JUDGED, "on_time": only_late(row), "on_the_spot": False}


def _due(row: Row, due: DueDate) -> None:
    row["due_at"] = due.due_at
    row["due_date"] = due.due_date


HANDLES: Final[Mapping[type[Event], Handler]] = {
    discover.TicketReported: _reported,
    correct.TicketCorrected: _corrected,
    correct.ReportSupplemented: _supplemented,
    discover.TicketAccepted: ROWS.becomes(Status.ACCEPTED, "accepted_at"),
    discover.TicketRefused: _refused,
    discover.TicketDiverted: _diverted,
    ending.WorkOrderDropped: _dropped,
    ending.TicketWithdrawn: _withdrawn,
    ending.TicketTerminated: _terminated,
    analyse.CauseAnalysed: _analysed,
    analyse.InquiryAnswered: _SETTLED,
    analyse.PraisePassedOn: _passed_on,
    dispatch.WorkOrderDispatched: _dispatched,
    returns.WorkOrderReturned: ROWS.counts("returns"),
    returns.ReturnUpheld: _return_upheld,
    returns.WorkOrderEnded: _order_ended,
    dispatch.WorkOrderReassigned: _reassigned,
    deadline.ExtensionGranted: _extended,
    suspend.WorkOrderSuspended: _due_changed,
    suspend.WorkOrderResumed: _due_changed,
    regrade.TicketRegraded: _regraded,
    on_the_spot.TicketSettledOnTheSpot: _settled_on_the_spot,
    on_the_spot.SettlementRejected: _settlement_rejected,
    escalate.TicketEscalated: _escalated,
    regroup.LeadChanged: _lead_changed,
    meeting.MeetingConvened: _met,
    meeting.MeetingHeld: _met,
    deadline.ResultSubmitted: _submitted,
    contact.ReporterContacted: ROWS.counts("contacts"),
    verify.CallBackRecorded: _called_back,
    answer.ReporterAnswered: _answered,
    answer.AnswerPublished: _answered,
    verify.VerificationPassed: ROWS.becomes(Status.VERIFIED, "verified_at"),
    verify.ReworkOrdered: _reworked,
    **ROWS.supervised(_let_see),
    supervised_before.WorkOrderUrged: _urged_before,
    supervised_before.SupervisionOrderIssued: _supervised_before,
    supervised_before.SupervisionOrderAnswered: ROWS.counts("open_measures", by=-1),
    supervise.TicketStruckOff: ROWS.becomes(Status.CLOSED, "closed_at"),
    supervise.TicketReopened: _reopened,
    warnings.WarningRaised: ROWS.counts("warnings"),
    warnings.ConductCardGiven: ROWS.counts("warnings"),
    warnings.WarningRevoked: ROWS.counts("warnings", by=-1),
    warnings.DueDateReplanned: _replanned,
    warnings.DutiesPassedOn: _succeeded,
    **ROWS.data,
}
