"""办件台账: what each event of a case does to its row."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.case import (
    accept,
    analyse,
    charges,
    correct,
    deadline,
    decide,
    discover,
    dispatch,
    forward,
    notice,
    pre_review,
    procedure,
    rate,
    recall,
    refuse,
    renewal,
    supervise,
    theme,
    verify,
)
from bancheng.domain.case.deadline import WHOLE
from bancheng.domain.case.terms import CaseOutcome, CaseStatus
from bancheng.domain.events import Event, Recorded
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.pauses import effective_span
from bancheng.domain.warnings import events as warnings
from bancheng.projections.cases.changes import (
    NOT_PAUSED,
    ROWS,
    STEP_OF,
    delivered,
    ends,
    involve,
    judge_case,
    open_row,
    undecided,
)
from bancheng.projections.cases.hearings import OF_HEARINGS
from bancheng.projections.cases.row import case
from bancheng.projections.machine.base import Handler
from bancheng.projections.machine.rows import Rows

# What ends a case, whatever it had led to: nobody signs for a list or decides a report any more.
ENDING: Final[tuple[type[Event], ...]] = (
    refuse.AcceptanceRefused,
    verify.ResultDelivered,
    theme.ClosedWithTheme,
    forward.CaseForwarded,
    supervise.CaseWithdrawn,
    supervise.CaseDeemedWithdrawn,
    supervise.CaseTerminated,
    supervise.CaseVoided,
)


def _submitted(rows: Rows, event: discover.CaseSubmitted, recorded: Recorded) -> None:
    applicant, agent, crossing = event.applicant, event.agent, event.cross_region
    open_row(
        rows,
        recorded,
        event.item,
        CaseStatus.SUBMITTED,
        number=event.number,
        query_code=event.query_code,
        applicant_name_masked=rows.masked(applicant.name),
        applicant_phone_masked=rows.masked(applicant.phone),
        applicant_id_number_masked=rows.masked(applicant.id_number),
        applicant_address_masked=rows.masked(applicant.address),
        agent_name_masked=agent and rows.masked(agent.name),
        agent_phone_masked=agent and rows.masked(agent.phone),
        agent_id_number_masked=agent and rows.masked(agent.id_number),
        mandate=event.mandate,
        source=event.source,
        window=event.window,
        special_group=event.special_group,
        cross_region=crossing and crossing.area,
        counterpart=crossing and crossing.counterpart,
        cross_mode=crossing and crossing.mode,
        delivery=event.delivery,
        delivery_address_masked=rows.masked(event.delivery_address),
        renews_masked=rows.masked(event.renews),
        renews_until=event.renewing and event.renewing.expires_on,
        renewal_late=event.renewing and event.renewing.is_late,
    )


def _corrected(rows: Rows, event: correct.CaseCorrected, recorded: Recorded) -> None:
    row, applicant = ROWS.touch(rows, recorded), event.applicant
    row["correction_count"] += 1
    row |= {
        name: getattr(event, name)
        for name in ("source", "window", "special_group", "mandate", "delivery")
        if name in event.corrected
    }
    if event.delivery is not None or event.delivery_address is not None:
        row["delivery_address_masked"] = rows.masked(event.delivery_address)
    if event.licence_no is not None:
        row["renews_masked"] = rows.masked(event.licence_no)
    if event.renewing is not None:
        row |= {"renews_until": event.renewing.expires_on, "renewal_late": event.renewing.is_late}
    if applicant is not None:
        for name in ("name", "phone", "id_number", "address"):
            row[f"applicant_{name}_masked"] = rows.masked(getattr(applicant, name))
    if event.agent is not None:
        for name in ("name", "phone", "id_number"):
            row[f"agent_{name}_masked"] = rows.masked(getattr(event.agent, name))


def _child_opened(rows: Rows, event: theme.ChildOpened, recorded: Recorded) -> None:
    # It was accepted with its theme, from when its limits run.
    dues = [due for due in (event.terms.statutory, event.terms.promised) if due is not None]
    open_row(
        rows,
        recorded,
        event.item,
        CaseStatus.ACCEPTED,
        number=event.number,
        query_code=event.query_code,
        theme_id=event.theme_id,
        theme_number=event.theme_number,
        holder=event.item.unit,
        accepted_at=dues[0].started_at if dues else recorded.envelope.occurred_at,
        item_step=event.step_begun and event.step_begun.name,
        gap=event.gap,
        gap_open=bool(event.gap),
        rule_version=recorded.envelope.rule_version,
    )


def _received(
    rows: Rows, event: discover.MaterialsReceived | analyse.SupplementReceived, recorded: Recorded
) -> None:
    row = ROWS.move(rows, recorded, CaseStatus.RECEIVED)
    row["receipt_count"] += 1
    row["received_at"] = row["received_at"] or recorded.envelope.occurred_at
    row |= {"missing": event.missing, "refusal_pending": False}


def _noticed(status: CaseStatus) -> Handler:
    def noticed(rows: Rows, _: notice.Notice, recorded: Recorded) -> None:
        row = ROWS.move(rows, recorded, status)
        row["notice_count"] += 1
        row["noticed_at"] = row["noticed_at"] or recorded.envelope.occurred_at
        row["refusal_pending"] = False

    return noticed


def _goes_on(status: CaseStatus) -> Handler:
    def gone_on(rows: Rows, _: Event, recorded: Recorded) -> None:
        ROWS.move(rows, recorded, status)["refusal_pending"] = False

    return gone_on


def _accepted(rows: Rows, event: accept.CaseAccepted, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, CaseStatus.ACCEPTED)
    row |= {
        "accepted_at": recorded.envelope.occurred_at,
        "rule_version": recorded.envelope.rule_version,
        "item_step": event.step_begun and event.step_begun.name,
        "gap": event.gap,
        "gap_open": bool(event.gap),
        "refusal_pending": False,
    }


def _deemed(rows: Rows, event: accept.CaseDeemedAccepted, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, CaseStatus.ACCEPTED)
    row |= {
        "accepted_at": event.deemed.effective_at,
        "rule_version": recorded.envelope.rule_version,
        "deemed": True,
        "item_step": event.step_begun and event.step_begun.name,
        "missing": event.gap,
        "gap": event.gap,
        "gap_open": bool(event.gap),
        "refusal_pending": False,
    }


def _gap_filled(rows: Rows, event: accept.GapFilled, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    row |= dict.fromkeys(("gap", "missing"), event.missing)
    row["gap_open"] = bool(event.missing)


def _refused(rows: Rows, event: refuse.AcceptanceRefused, recorded: Recorded) -> None:
    ends(CaseStatus.REFUSED)(rows, event, recorded)
    rows.of(case, recorded.stream_id)["refusal_ground"] = event.ground


def _transferred(rows: Rows, event: dispatch.CaseTransferred, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    row["hand_over_count"] += 1
    row["handed_to"] = event.to_unit
    row["item_step"] = event.item_step or row["item_step"]
    if row["status"] is CaseStatus.ACCEPTED:
        row["step"] = Step.DISPATCH
    involve(rows, recorded, event.to_unit)


def _signed(rows: Rows, event: dispatch.HandOverSigned, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    if event.step_begun is not None:
        row["item_step"] = event.step_begun.name
    row |= {"holder": row["handed_to"], "handed_to": None, "step": STEP_OF[row["status"]]}


def _step_finished(rows: Rows, event: dispatch.StepFinished, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    if event.step_begun is not None:
        row["item_step"] = event.step_begun.name
    elif row["item_step"] == event.name:
        row["item_step"] = None


def _procedure_started(
    rows: Rows, event: procedure.SpecialProcedureStarted, recorded: Recorded
) -> None:
    row = ROWS.touch(rows, recorded)
    # What is late already runs on: then the pause is that of nothing, or of a step at most.
    stopped = any(one.kind in WHOLE for one in event.dues)
    span = effective_span(event.pause) if stopped and event.pause else None
    row["procedure_count"] += 1
    row["procedure"] = event.name
    if span:
        row |= {"paused_at": span.since, "resumes_at": span.until}


def _extended(rows: Rows, _: deadline.CaseExtensionGranted, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    row["extension_count"] += 1
    row["extension_pending"] = False


def _charged(rows: Rows, event: charges.FeeCharged, recorded: Recorded) -> None:
    ROWS.touch(rows, recorded)["charged_fen"] += event.amount_fen


def _paid(rows: Rows, event: charges.FeePaid, recorded: Recorded) -> None:
    ROWS.touch(rows, recorded)["paid_fen"] += event.amount_fen


def _waived(rows: Rows, event: charges.ChargeWaived, recorded: Recorded) -> None:
    ROWS.touch(rows, recorded)["waived_fen"] += event.amount_fen


def _decided(rows: Rows, event: decide.CaseDecided, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, CaseStatus.DECIDED)
    row |= {
        "decided_at": recorded.envelope.occurred_at,
        "outcome": event.outcome,
        "document_no": event.document_no,
        "gap_open": False,
    }
    judge_case(row, event.verdicts)


def _deemed_renewed(rows: Rows, event: renewal.CaseDeemedRenewed, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, CaseStatus.DECIDED)
    row |= {
        "decided_at": recorded.envelope.occurred_at,
        "outcome": CaseOutcome.GRANTED,
        "deemed_renewed": True,
        "extension_pending": False,
        "gap_open": False,
        "handed_to": None,
        "hearing": None,
        **NOT_PAUSED,
    }
    judge_case(row, event.verdicts)


def _forwarded(rows: Rows, event: forward.CaseForwarded, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, CaseStatus.FORWARDED)
    row |= {
        "closed_at": recorded.envelope.occurred_at,
        "document_no": event.document_no,
        "forwarded_to": event.organ,
        "extension_pending": False,
        "gap_open": False,
        "handed_to": None,
    }
    judge_case(row, event.verdicts)


def _recalled(rows: Rows, _: recall.DecisionRecalled, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, CaseStatus.ACCEPTED)
    row["recall_count"] += 1
    row["gap_open"] = bool(row["gap"])
    undecided(row)


def _rated(rows: Rows, event: rate.CaseRated, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    row["rating_count"] += 1
    row["rating_level"] = event.level


def _reviewed(rows: Rows, event: supervise.ApprovalReviewed, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    row |= {"reviewed_at": recorded.envelope.occurred_at, "review_passed": event.passed}
    row["review_failures"] += not event.passed


def _archived(rows: Rows, event: supervise.CaseArchived, recorded: Recorded) -> None:
    row = ROWS.move(rows, recorded, CaseStatus.ARCHIVED)
    row |= {"archived_at": recorded.envelope.occurred_at, "archive_no": event.archive_no}


def _passed_on(rows: Rows, event: warnings.DutiesPassedOn, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    for name in ("unit", "holder", "handed_to"):
        if row[name] == event.unit:
            row[name] = event.successor
    involve(rows, recorded, event.successor)


HANDLES: Final[Mapping[type[Event], Handler]] = {
    discover.CaseSubmitted: _submitted,
    correct.CaseCorrected: _corrected,
    correct.RemarkAdded: ROWS.counts("remark_count"),
    pre_review.PreReviewPassed: _goes_on(CaseStatus.PRE_REVIEWED),
    pre_review.PreReviewRejected: _noticed(CaseStatus.PRE_REJECTED),
    pre_review.CaseResubmitted: _goes_on(CaseStatus.SUBMITTED),
    discover.MaterialsReceived: _received,
    analyse.SupplementNoticed: _noticed(CaseStatus.SUPPLEMENTING),
    analyse.SupplementReceived: _received,
    accept.CaseAccepted: _accepted,
    accept.CaseDeemedAccepted: _deemed,
    accept.GapFilled: _gap_filled,
    refuse.RefusalReported: ROWS.sets(refusal_pending=True),
    refuse.RefusalDenied: ROWS.sets(refusal_pending=False),
    refuse.AcceptanceRefused: _refused,
    theme.ChildOpened: _child_opened,
    theme.ClosedWithTheme: delivered,
    theme.LeftTheme: ROWS.sets(left_theme=True),
    dispatch.CaseTransferred: _transferred,
    dispatch.HandOverSigned: _signed,
    dispatch.StepFinished: _step_finished,
    procedure.SpecialProcedureStarted: _procedure_started,
    procedure.SpecialProcedureEnded: ROWS.sets(**NOT_PAUSED),
    **OF_HEARINGS,
    deadline.CaseExtensionRequested: ROWS.sets(extension_pending=True),
    deadline.CaseExtensionGranted: _extended,
    deadline.CaseExtensionDenied: ROWS.sets(extension_pending=False),
    deadline.CaseExtensionLapsed: ROWS.sets(extension_pending=False),
    charges.FeeCharged: _charged,
    charges.FeePaid: _paid,
    charges.ChargeWaived: _waived,
    decide.CaseDecided: _decided,
    forward.CaseForwarded: _forwarded,
    renewal.CaseDeemedRenewed: _deemed_renewed,
    recall.DecisionRecalled: _recalled,
    verify.ResultMade: ROWS.becomes(CaseStatus.MADE, "made_at"),
    verify.ResultNotified: ROWS.becomes(CaseStatus.NOTIFIED, "notified_at"),
    verify.ResultDelivered: delivered,
    rate.CaseRated: _rated,
    supervise.CaseWithdrawn: ends(CaseStatus.WITHDRAWN),
    supervise.CaseDeemedWithdrawn: ends(CaseStatus.WITHDRAWN),
    supervise.CaseTerminated: ends(CaseStatus.TERMINATED),
    supervise.CaseVoided: ends(CaseStatus.VOIDED),
    supervise.ApprovalReviewed: _reviewed,
    supervise.CaseArchived: _archived,
    supervise.CheckFailed: ROWS.counts("finding_count"),
    **ROWS.supervised(involve),
    warnings.WarningRaised: ROWS.counts("warnings"),
    warnings.ConductCardGiven: ROWS.counts("warnings"),
    warnings.WarningRevoked: ROWS.counts("warnings", by=-1),
    warnings.DutiesPassedOn: _passed_on,
    **ROWS.data,
}
