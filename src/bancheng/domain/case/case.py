"""The whole life of a case: what each event leaves in the write state.

No rule stands here: a history that was recorded under other rules must load under any.
"""

from typing import Any

from msgspec.structs import replace

from bancheng.domain import recusal
from bancheng.domain.case import (
    accept,
    analyse,
    charges,
    contact,
    correct,
    deadline,
    decide,
    discover,
    dispatch,
    forward,
    hearing_course,
    notice,
    pre_review,
    procedure,
    rate,
    ratings,
    recall,
    refuse,
    renewal,
    supervise,
    theme,
    verify,
)
from bancheng.domain.case.hands import HANDS
from bancheng.domain.case.hearing_left import LEFT_BY_HEARINGS
from bancheng.domain.case.moves import MOVES
from bancheng.domain.case.state import Case, Child, HandOver, Rating, Visit
from bancheng.domain.case.succession import with_successor
from bancheng.domain.case.terms import CaseOutcome, CaseStatus, RatingState, VisitKind
from bancheng.domain.events import Event, Recorded
from bancheng.domain.matter_state import LEFT_ON_ALL, Leaves, evolved, leaves
from bancheng.domain.warnings.events import DutiesPassedOn


def evolve(case: Case, recorded: Recorded) -> Case:
    """The state after ``recorded``."""
    return _visited(evolved(case, recorded, LEFT_BY_EVENTS, MOVES, HANDS), recorded)


def _visited(case: Case, recorded: Recorded) -> Case:
    """Who took part, and the visit that the event was, if it was one."""
    event, doers = type(recorded.event), recorded.envelope.doers
    if event not in (*_OF_NO_PART, *recusal.EVENTS) and not doers <= case.took_part:
        case = replace(case, took_part=case.took_part | doers)
    if not doers <= case.examiners and _examines(case, recorded.event):
        case = replace(case, examiners=case.examiners | doers)
    if (kind := _VISITS.get(event)) is None:
        return case
    key = f"{kind.value}-{1 + sum(one.kind is kind for one in case.visits.values())}"
    return replace(case, visits={**case.visits, key: Visit(kind=kind)})


def _examines(case: Case, event: Event) -> bool:
    """Whether who did it has examined the case; to set or hold its hearing is no examination."""
    if isinstance(event, procedure.SpecialProcedureEnded):
        ended = case.offered.procedure(event.procedure)
        return ended is None or not ended.is_hearing
    return type(event) not in _OF_NO_EXAMINATION


def _to(status: CaseStatus) -> Leaves[Case]:
    return leaves(status=status)


def _goes_on(status: CaseStatus) -> Leaves[Case]:
    """What was proposed to be refused is not any more."""
    return leaves(status=status, awaited=(), refusal_reporters=None)


def _undone(status: CaseStatus) -> Leaves[Case]:
    """What was decided does not stand any more."""
    return leaves(status=status, outcome=None)


def _submitted(case: Case, event: discover.CaseSubmitted, recorded: Recorded) -> Case:
    return replace(
        case,
        number=event.number,
        item=event.item,
        applied_at=recorded.envelope.occurred_at,
        source=event.source,
        joint=event.joint,
        renewing=event.renewing,
        delivery=event.delivery,
        has_agent=event.agent is not None,
        applicant_key=event.applicant.name.owner,
        cross_region=event.cross_region,
    )


def _corrected(case: Case, event: correct.CaseCorrected, _: Recorded) -> Case:
    applicant = event.applicant
    return replace(
        case,
        source=event.source or case.source,
        has_agent=case.has_agent or event.agent is not None,
        applicant_key=case.applicant_key if applicant is None else applicant.name.owner,
        delivery=event.delivery or case.delivery,
        renewing=event.renewing or case.renewing,
    )


def _child_opened(case: Case, event: theme.ChildOpened, _: Recorded) -> Case:
    return replace(
        case,
        number=event.number,
        item=event.item,
        theme_id=event.theme_id,
        status=CaseStatus.ACCEPTED,
        holder=event.item.unit,
        file_at=event.item.unit,
        there=frozenset(event.materials),
        gap=event.gap,
    )


def _received(case: Case, event: discover.Intake, recorded: Recorded) -> Case:
    # A refusal that was proposed before was about other materials, and is not decided any more.
    return replace(
        case,
        status=CaseStatus.RECEIVED,
        missing=event.missing,
        there=case.there | {one.code for one in event.materials},
        awaited=event.awaited,
        receipts=case.receipts + 1,
        file_at=case.worked_on_at(recorded.envelope.actor),
        refusal_reporters=None,
    )


def _noticed(status: CaseStatus) -> Leaves[Case]:
    def noticed(case: Case, event: notice.Notice, _: Recorded) -> Case:
        # The first notice counts: by law it was the whole list, whatever a later one repeats.
        told = case.told if case.notices else {one.code: one.standard for one in event.wanted}
        return replace(
            case,
            status=status,
            told=told,
            awaited=tuple(one.code for one in event.wanted),
            notices=case.notices + 1,
            refusal_reporters=None,
        )

    return noticed


def _accepted(case: Case, event: accept.CaseAccepted, recorded: Recorded) -> Case:
    # Whoever accepts has the file before them. The law accepts without a hand on it: where the
    # materials were taken in, the file stays.
    file_at = case.worked_on_at(recorded.envelope.actor)
    return replace(_deemed(case, event, recorded), file_at=file_at)


def _deemed(
    case: Case, event: accept.CaseAccepted | accept.CaseDeemedAccepted, _: Recorded
) -> Case:
    return replace(
        case,
        status=CaseStatus.ACCEPTED,
        missing=event.gap,
        gap=event.gap,
        refusal_reporters=None,
        children={code: Child(item=code) for code in case.offered.children},
    )


def _gap_filled(case: Case, event: accept.GapFilled, _: Recorded) -> Case:
    there = case.there | {one.code for one in event.materials}
    return replace(case, gap=event.missing, missing=event.missing, there=there)


def _refusal_reported(case: Case, _event: refuse.RefusalReported, recorded: Recorded) -> Case:
    return replace(case, refusal_reporters=recorded.envelope.doers)


def _transferred(case: Case, event: dispatch.CaseTransferred, recorded: Recorded) -> Case:
    handed = HandOver(list_no=event.list_no, unit=event.to_unit, by=recorded.envelope.doers)
    return replace(
        case,
        hand_over=handed,
        hand_overs=case.hand_overs + 1,
        follow_ups=case.follow_ups - {event.item_step},
    )


def _signed(case: Case, _event: dispatch.HandOverSigned, _: Recorded) -> Case:
    unit = case.holder if case.hand_over is None else case.hand_over.unit
    return replace(case, hand_over=None, holder=unit, file_at=unit)


def _step_finished(case: Case, event: dispatch.StepFinished, recorded: Recorded) -> Case:
    begun = event.step_begun
    return replace(
        case,
        steps_done=case.steps_done | {event.name},
        follow_ups=case.follow_ups if begun is None else case.follow_ups | {begun.name},
        file_at=case.worked_on_at(recorded.envelope.actor),
    )


def _procedure_started(case: Case, event: procedure.SpecialProcedureStarted, _: Recorded) -> Case:
    pauses = case.pauses if event.pause is None else (*case.pauses, event.pause)
    sent = _surveyed(case, event.officers)
    return replace(sent, procedure=event.procedure, officers=event.officers, pauses=pauses)


def _surveyed(case: Case, officers: tuple[str, ...]) -> Case:
    """Who surveys has examined it, whoever writes that down."""
    took_part, examiners = (there | set(officers) for there in (case.took_part, case.examiners))
    return replace(case, took_part=took_part, examiners=examiners)


def _procedure_ended(
    case: Case, event: procedure.SpecialProcedureEnded, recorded: Recorded
) -> Case:
    return _procedure_over(_surveyed(case, event.officers), recorded)


def _procedure_over(case: Case, recorded: Recorded) -> Case:
    done = case.procedures_done | ({case.procedure} if case.procedure else set())
    over = replace(case, procedure=None, officers=(), procedures_done=done)
    if case.pause is None:
        return over
    closed = replace(case.pause, resumed_at=recorded.envelope.occurred_at)
    return replace(over, pauses=(*case.pauses[:-1], closed))


def _extension_asked(
    case: Case, _event: deadline.CaseExtensionRequested, recorded: Recorded
) -> Case:
    asked = recorded.envelope
    return replace(case, extension_asked=asked.occurred_at, extension_askers=asked.doers)


def _charged(case: Case, event: charges.FeeCharged, recorded: Recorded) -> Case:
    return replace(case, charged={**case.charged, event.charge: recorded.envelope.doers})


def _waived(case: Case, event: charges.ChargeWaived, _: Recorded) -> Case:
    # What was asked for in error may be asked for again, rightly, by another paper.
    owed = {name: by for name, by in case.charged.items() if name != event.charge}
    return replace(case, charged=owed)


def _decided(case: Case, event: decide.CaseDecided, recorded: Recorded) -> Case:
    by = recorded.envelope.doers
    return replace(case, status=CaseStatus.DECIDED, outcome=event.outcome, deciders=by)


def _renewed(case: Case, _: renewal.CaseDeemedRenewed, recorded: Recorded) -> Case:
    return replace(
        _procedure_over(case, recorded),
        status=CaseStatus.DECIDED,
        outcome=CaseOutcome.GRANTED,
        extension_asked=None,
        hand_over=None,
        hearing=None,
    )


def _attached(case: Case, event: theme.ChildAttached, _: Recorded) -> Case:
    return _with_child(case, event.item, case_id=event.child_id, unit=event.unit)


def _noted(case: Case, event: theme.ChildNoted, _: Recorded) -> Case:
    return _with_child(case, event.item, status=event.status, outcome=event.outcome)


def _with_child(case: Case, item: str, **changes: Any) -> Case:
    child = replace(case.children[item], **changes)
    return replace(case, children={**case.children, item: child})


def _code_issued(case: Case, event: rate.RatingCodeIssued, _: Recorded) -> Case:
    return _with_visit(case, event.visit, code=event.digest, code_until=event.valid_until)


def _with_visit(case: Case, key: str, **changes: Any) -> Case:
    return replace(case, visits={**case.visits, key: replace(case.visits[key], **changes)})


def _rated(case: Case, event: rate.CaseRated, _: Recorded) -> Case:
    state = RatingState.GOOD
    if event.level.is_bad:
        state = RatingState.TO_CONTACT if event.named else RatingState.TO_RECTIFY
    rating = Rating(state=state, to_be_called=state is RatingState.TO_CONTACT)
    rated = case.visits[event.visit].rated | {event.origin}
    return replace(
        _with_visit(case, event.visit, rated=rated),
        ratings={**case.ratings, event.rating_id: rating},
        rating_refs=case.rating_refs | ({event.source_ref} if event.source_ref else set()),
    )


def _contacted(case: Case, event: ratings.RaterContacted, _: Recorded) -> Case:
    state = case.ratings[event.rating_id].state.contacted(justified=event.justified)
    return _with_rating(case, event.rating_id, state=state, to_be_called=not event.call.reached)


def _rating_to(state: RatingState, **more: Any) -> Leaves[Case]:
    return lambda case, event, _: _with_rating(case, event.rating_id, state=state, **more)


def _with_rating(case: Case, rating_id: str, **changes: Any) -> Case:
    rating = replace(case.ratings[rating_id], **changes)
    return replace(case, ratings={**case.ratings, rating_id: rating})


def _found(case: Case, event: supervise.CheckFailed, _: Recorded) -> Case:
    return replace(case, findings=case.findings | {event.finding_id})


def _passed_on(case: Case, event: DutiesPassedOn, _: Recorded) -> Case:
    return with_successor(case, event)


_VISITS: dict[type, VisitKind] = {
    discover.MaterialsReceived: VisitKind.INTAKE,
    analyse.SupplementReceived: VisitKind.INTAKE,
    accept.CaseAccepted: VisitKind.ACCEPTANCE,
    refuse.AcceptanceRefused: VisitKind.ACCEPTANCE,
    verify.ResultDelivered: VisitKind.DELIVERY,
}
# Who rates, or asks who rated, has not handled the case by that; nor who only looks up a number.
_OF_NO_PART = (
    rate.RatingCodeIssued, rate.CaseRated, ratings.RaterContacted, ratings.RatingRectified,
    ratings.RatingAppealed, ratings.RatingExcluded, ratings.RatingUpheld,
    contact.ApplicantDisclosed,
)  # fmt: skip
_OF_NO_EXAMINATION = (
    *_OF_NO_PART, *recusal.EVENTS, contact.ApplicantContacted, hearing_course.HearingSet,
    hearing_course.HearingHeld,
)  # fmt: skip
LEFT_BY_EVENTS: dict[type, Leaves[Case]] = {
    discover.CaseSubmitted: _submitted,
    correct.CaseCorrected: _corrected,
    pre_review.PreReviewPassed: _goes_on(CaseStatus.PRE_REVIEWED),
    pre_review.PreReviewRejected: _noticed(CaseStatus.PRE_REJECTED),
    pre_review.CaseResubmitted: _goes_on(CaseStatus.SUBMITTED),
    discover.MaterialsReceived: _received,
    analyse.SupplementNoticed: _noticed(CaseStatus.SUPPLEMENTING),
    analyse.SupplementReceived: _received,
    accept.CaseAccepted: _accepted,
    accept.CaseDeemedAccepted: _deemed,
    accept.GapFilled: _gap_filled,
    refuse.RefusalReported: _refusal_reported,
    refuse.RefusalDenied: leaves(refusal_reporters=None),
    refuse.AcceptanceRefused: _to(CaseStatus.REFUSED),
    theme.ChildOpened: _child_opened,
    theme.ChildAttached: _attached,
    theme.ChildNoted: _noted,
    theme.ClosedWithTheme: _to(CaseStatus.DELIVERED),
    theme.LeftTheme: leaves(theme_id=None),
    dispatch.CaseTransferred: _transferred,
    dispatch.HandOverSigned: _signed,
    dispatch.StepFinished: _step_finished,
    procedure.SpecialProcedureStarted: _procedure_started,
    procedure.SpecialProcedureEnded: _procedure_ended,
    **LEFT_BY_HEARINGS,
    deadline.CaseExtensionRequested: _extension_asked,
    deadline.CaseExtensionGranted: leaves(extension_asked=None),
    deadline.CaseExtensionDenied: leaves(extension_asked=None),
    deadline.CaseExtensionLapsed: leaves(extension_asked=None),
    charges.FeeCharged: _charged,
    charges.FeePaid: lambda case, event, _: replace(case, paid=case.paid | {event.charge}),
    charges.ChargeWaived: _waived,
    decide.CaseDecided: _decided,
    forward.CaseForwarded: leaves(status=CaseStatus.FORWARDED, extension_asked=None),
    renewal.CaseDeemedRenewed: _renewed,
    recall.DecisionRecalled: leaves(status=CaseStatus.ACCEPTED, outcome=None, deciders=None),
    verify.ResultMade: _to(CaseStatus.MADE),
    verify.ResultNotified: _to(CaseStatus.NOTIFIED),
    verify.ResultDelivered: _to(CaseStatus.DELIVERED),
    rate.RatingCodeIssued: _code_issued,
    rate.CaseRated: _rated,
    ratings.RaterContacted: _contacted,
    ratings.RatingRectified: _rating_to(RatingState.RECTIFIED, to_be_called=False),
    ratings.RatingAppealed: _rating_to(RatingState.APPEALED, appealed=True),
    ratings.RatingExcluded: _rating_to(RatingState.EXCLUDED, to_be_called=False),
    ratings.RatingUpheld: _rating_to(RatingState.TO_RECTIFY),
    supervise.CaseWithdrawn: _to(CaseStatus.WITHDRAWN),
    supervise.CaseDeemedWithdrawn: _to(CaseStatus.WITHDRAWN),
    supervise.CaseTerminated: _undone(CaseStatus.TERMINATED),
    supervise.CaseVoided: _undone(CaseStatus.VOIDED),
    supervise.CaseArchived: _to(CaseStatus.ARCHIVED),
    supervise.CheckFailed: _found,
    **LEFT_ON_ALL,
    DutiesPassedOn: _passed_on,
}
