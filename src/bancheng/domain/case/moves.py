"""What each event of a case does to its deadlines."""

from collections.abc import Mapping, Sequence
from typing import Any

from bancheng.domain.case import (
    accept,
    analyse,
    correct,
    deadline,
    decide,
    discover,
    dispatch,
    forward,
    hearing_course,
    hearing_right,
    item_steps,
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
from bancheng.domain.case.terms import CaseSource
from bancheng.domain.deadlines import (
    AllReleased,
    Change,
    Ended,
    Moves,
    Redecided,
    Released,
    Reopened,
    Started,
)
from bancheng.domain.events import Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.supervision.events import MOVES as OF_SUPERVISION
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.warnings.events import MOVES as OF_WARNINGS

PRE_REVIEW, RECEIVE, NOTICE = LimitKind.PRE_REVIEW, LimitKind.RECEIVE, LimitKind.NOTICE
SUPPLEMENT = LimitKind.SUPPLEMENT
STATUTORY, PROMISED, STEP = LimitKind.STATUTORY, LimitKind.PROMISED, LimitKind.STEP
AWAIT = LimitKind.AWAIT_SUPPLEMENT
PROCEDURE, DELIVER = LimitKind.PROCEDURE, LimitKind.DELIVER
RENEWAL = LimitKind.RENEWAL
HEARING_REQUEST, HEARING = LimitKind.HEARING_REQUEST, LimitKind.HEARING
POST_REVIEW = LimitKind.POST_REVIEW
CONTACT, RECTIFY = LimitKind.CONTACT, LimitKind.RECTIFY


def _started(
    kind: LimitKind, subject: str, due: DueDate | None, unit: str | None = None
) -> Sequence[Change]:
    return () if due is None else (Started(kind=kind, subject=subject, due=due, unit=unit),)


def _ended(*kinds: LimitKind) -> Moves:
    """The row of an event that does what the deadlines of ``kinds`` on the whole case were for."""

    def changes(_: object, recorded: Recorded) -> Sequence[Change]:
        return [Ended(kind=kind, subject=recorded.stream_id) for kind in kinds]

    return changes


def _applied(event: Any, recorded: Recorded) -> Sequence[Change]:
    matter = recorded.stream_id
    answered = Ended(kind=AWAIT, subject=matter)
    if event.source is CaseSource.WINDOW:
        return (answered, Started(kind=RECEIVE, subject=matter, due=event.receive_due))
    return (
        answered,
        Started(kind=PRE_REVIEW, subject=matter, due=event.pre_review_due),
        Started(kind=NOTICE, subject=matter, due=event.notice_due),
    )


def _pre_reviewed(event: pre_review.PreReviewPassed, recorded: Recorded) -> Sequence[Change]:
    matter = recorded.stream_id
    return (
        Ended(kind=PRE_REVIEW, subject=matter),
        # What came to the window and was reviewed all the same is waited for since it came.
        Started(kind=RECEIVE, subject=matter, due=event.receive_due, if_stopped=True),
    )


def _noticed(event: notice.Notice, recorded: Recorded) -> Sequence[Change]:
    matter = recorded.stream_id
    return (
        *(Ended(kind=kind, subject=matter) for kind in (PRE_REVIEW, NOTICE)),
        *(Released(kind=kind, subject=matter) for kind in (RECEIVE, AWAIT)),
        Started(kind=AWAIT, subject=matter, due=event.due),
    )


def _received(event: discover.Intake, recorded: Recorded) -> Sequence[Change]:
    matter = recorded.stream_id
    # Who brought a part of it has until the day that was told to bring the rest.
    whole = () if event.awaited else (Ended(kind=AWAIT, subject=matter),)
    return (
        Ended(kind=RECEIVE, subject=matter),
        *whole,
        Started(kind=NOTICE, subject=matter, due=event.notice_due, if_stopped=True),
    )


def _answered(_: object, recorded: Recorded) -> Sequence[Change]:
    # A written refusal within the time is an answer, too (行政许可法 32, last paragraph).
    overtaken = (PRE_REVIEW, RECEIVE, AWAIT)
    matter = recorded.stream_id
    return (
        Ended(kind=NOTICE, subject=matter),
        *(Released(kind=kind, subject=matter) for kind in overtaken),
    )


def _accepted(event: accept.CaseAccepted, recorded: Recorded) -> Sequence[Change]:
    matter = recorded.stream_id
    return (
        Ended(kind=NOTICE, subject=matter),
        Released(kind=AWAIT, subject=matter),
        *_terms(event.terms, matter, event.unit),
        *_begun(event, recorded),
        *_started(SUPPLEMENT, matter, event.gap_due),
    )


def _deemed(event: accept.CaseDeemedAccepted, recorded: Recorded) -> Sequence[Change]:
    matter = recorded.stream_id
    return (
        Ended(kind=NOTICE, subject=matter, on_time=False),
        *(Released(kind=kind, subject=matter) for kind in (PRE_REVIEW, RECEIVE, AWAIT)),
        *_terms(event.terms, matter, event.unit),
        *_begun(event, recorded),
    )


def _child_opened(event: theme.ChildOpened, recorded: Recorded) -> Sequence[Change]:
    terms = _terms(event.terms, recorded.stream_id, event.item.unit)
    return (*terms, *_begun(event, recorded))


def _terms(terms: accept.Terms, matter: str, unit: str) -> Sequence[Change]:
    return (
        *_started(STATUTORY, matter, terms.statutory, unit),
        *_started(PROMISED, matter, terms.promised, unit),
        *_started(RENEWAL, matter, terms.renewal, unit),
    )


def _corrected(event: correct.CaseCorrected, recorded: Recorded) -> Sequence[Change]:
    if event.renewing is None:
        return ()
    matter, due = recorded.stream_id, event.renewal_due
    if due is None:  # what had expired before it was applied for is not renewed by its expiry
        return (Released(kind=RENEWAL, subject=matter),)
    if event.renewal_unit is not None:
        # One that an earlier correction had stopped is the same run: as late as it was by then, and
        # counted once. What passed while it was stopped did not hold.
        again = Reopened(kind=RENEWAL, subject=matter, due=due, corrects=True)
        unit = event.renewal_unit
        return (again, Started(kind=RENEWAL, subject=matter, due=due, unit=unit, if_stopped=True))
    # An expiry that had passed, though without effect in law, stays passed whatever is corrected.
    return (Redecided(kind=RENEWAL, subject=matter, due=due),)


def _gap_filled(event: accept.GapFilled, recorded: Recorded) -> Sequence[Change]:
    return () if event.missing else (Ended(kind=SUPPLEMENT, subject=recorded.stream_id),)


def _transferred(event: dispatch.CaseTransferred, recorded: Recorded) -> Sequence[Change]:
    if event.due is None or event.item_step is None:
        return ()
    subject = item_steps.part_of(recorded.stream_id, event.item_step)
    # A step that runs is stopped and begun anew, with its due date: another unit answers for it.
    return (
        Released(kind=STEP, subject=subject),
        Started(kind=STEP, subject=subject, due=event.due, unit=event.to_unit),
    )


def _step_finished(event: dispatch.StepFinished, recorded: Recorded) -> Sequence[Change]:
    subject = item_steps.part_of(recorded.stream_id, event.name)
    return (Ended(kind=STEP, subject=subject), *_begun(event, recorded))


def _begun(event: Any, recorded: Recorded) -> Sequence[Change]:
    """The step whose time begins with the event, if one does."""
    begun: item_steps.StepBegun | None = event.step_begun
    if begun is None:
        return ()
    subject = item_steps.part_of(recorded.stream_id, begun.name)
    return _started(STEP, subject, begun.due, begun.unit)


def _procedure_started(
    event: procedure.SpecialProcedureStarted, recorded: Recorded
) -> Sequence[Change]:
    subject = item_steps.part_of(recorded.stream_id, event.procedure)
    unit = recorded.envelope.actor.unit
    return (*_started(PROCEDURE, subject, event.due, unit), *_redecided(event, recorded))


def _procedure_ended(
    event: procedure.SpecialProcedureEnded, recorded: Recorded
) -> Sequence[Change]:
    subject = item_steps.part_of(recorded.stream_id, event.procedure)
    return (Ended(kind=PROCEDURE, subject=subject), *_redecided(event, recorded))


def _redecided(event: Any, _: Recorded) -> Sequence[Change]:
    return [Redecided(kind=one.kind, subject=one.subject, due=one.due) for one in event.dues]


def _hearing_told(event: hearing_right.HearingRightTold, recorded: Recorded) -> Sequence[Change]:
    matter = recorded.stream_id
    # Who is told later has as long: what runs is stopped and begun anew.
    anew = Released(kind=HEARING_REQUEST, subject=matter)
    return (anew, *_started(HEARING_REQUEST, matter, event.due))


def _hearing_asked(event: hearing_right.HearingRequested, recorded: Recorded) -> Sequence[Change]:
    matter = recorded.stream_id
    return (
        Ended(kind=HEARING_REQUEST, subject=matter, on_time=True),
        *_started(HEARING, matter, event.due, event.unit),
    )


def _hearing_waived(_: hearing_right.HearingWaived, recorded: Recorded) -> Sequence[Change]:
    return [Released(kind=kind, subject=recorded.stream_id) for kind in (HEARING_REQUEST, HEARING)]


def _hearing_held(_: hearing_course.HearingHeld, recorded: Recorded) -> Sequence[Change]:
    # Who was told may ask until then, whatever was announced; now they are heard.
    matter = recorded.stream_id
    return (Ended(kind=HEARING, subject=matter), Released(kind=HEARING_REQUEST, subject=matter))


def _decided(event: decide.CaseDecided, recorded: Recorded) -> Sequence[Change]:
    return (
        *(
            Ended(kind=one.kind, subject=one.subject, on_time=one.verdict.on_time)
            for one in event.verdicts
        ),
        Ended(kind=RENEWAL, subject=recorded.stream_id),
        # A refusal does not wait for promised materials, and nobody owes them any more.
        Released(kind=SUPPLEMENT, subject=recorded.stream_id),
        # Nobody asked to be heard in their time.
        Released(kind=HEARING_REQUEST, subject=recorded.stream_id),
        *_started(DELIVER, recorded.stream_id, event.deliver_due),
    )


def _deemed_renewed(event: renewal.CaseDeemedRenewed, recorded: Recorded) -> Sequence[Change]:
    matter = recorded.stream_id
    return (
        *(
            Ended(kind=one.kind, subject=one.subject, on_time=one.verdict.on_time)
            for one in event.verdicts
        ),
        _OVER,
        *_started(DELIVER, matter, event.deliver_due),
    )


def _forwarded(event: forward.CaseForwarded, _: Recorded) -> Sequence[Change]:
    return (
        *(
            Ended(kind=one.kind, subject=one.subject, on_time=one.verdict.on_time)
            for one in event.verdicts
        ),
        _OVER,
    )


def _recalled(event: recall.DecisionRecalled, recorded: Recorded) -> Sequence[Change]:
    again = [
        Reopened(kind=one.kind, subject=one.subject, due=one.due, corrects=one.corrects)
        for one in event.dues
    ]
    return (Released(kind=DELIVER, subject=recorded.stream_id), *again)


def _rated(event: rate.CaseRated, _: Recorded) -> Sequence[Change]:
    return (
        *_started(CONTACT, event.rating_id, event.contact_due),
        *_started(RECTIFY, event.rating_id, event.rectify_due, event.unit),
    )


def _contacted(event: ratings.RaterContacted, _: Recorded) -> Sequence[Change]:
    # Who was not reached is still owed the call; a try alone would make a late one look in time.
    called = (Ended(kind=CONTACT, subject=event.rating_id),) if event.call.reached else ()
    if not event.justified:
        return (*called, Released(kind=RECTIFY, subject=event.rating_id))
    return (*called, *_started(RECTIFY, event.rating_id, event.rectify_due, event.unit))


def _rectified(event: ratings.RatingRectified, _: Recorded) -> Sequence[Change]:
    rating = event.rating_id
    return (Ended(kind=RECTIFY, subject=rating), Released(kind=CONTACT, subject=rating))


def _excluded(event: ratings.RatingExcluded, _: Recorded) -> Sequence[Change]:
    return [Released(kind=kind, subject=event.rating_id) for kind in (RECTIFY, CONTACT)]


# What was asked of a unit outlives the case: a card waits for its answer, a bad rating for its due.
_OVER = AllReleased(but=(LimitKind.FEEDBACK, LimitKind.CARD_FEEDBACK, CONTACT, RECTIFY))


def _over(_: object, __: Recorded) -> Sequence[Change]:
    return (_OVER,)


def _delivered(event: Any, recorded: Recorded) -> Sequence[Change]:
    matter, plan = recorded.stream_id, event.review
    begun = () if plan is None else _started(POST_REVIEW, matter, plan.due, plan.unit)
    return (Ended(kind=DELIVER, subject=matter), _OVER, *begun)


MOVES: Mapping[type, Moves] = {
    discover.CaseSubmitted: _applied,
    pre_review.PreReviewPassed: _pre_reviewed,
    pre_review.PreReviewRejected: _noticed,
    pre_review.CaseResubmitted: _applied,
    discover.MaterialsReceived: _received,
    analyse.SupplementNoticed: _noticed,
    analyse.SupplementReceived: _received,
    accept.CaseAccepted: _accepted,
    accept.CaseDeemedAccepted: _deemed,
    refuse.AcceptanceRefused: _answered,
    accept.GapFilled: _gap_filled,
    correct.CaseCorrected: _corrected,
    theme.ChildOpened: _child_opened,
    theme.ClosedWithTheme: _delivered,
    dispatch.CaseTransferred: _transferred,
    dispatch.HandOverSigned: _begun,
    dispatch.StepFinished: _step_finished,
    procedure.SpecialProcedureStarted: _procedure_started,
    procedure.SpecialProcedureEnded: _procedure_ended,
    hearing_right.HearingRightTold: _hearing_told,
    hearing_right.HearingRequested: _hearing_asked,
    hearing_right.HearingWaived: _hearing_waived,
    hearing_course.HearingHeld: _hearing_held,
    deadline.CaseExtensionGranted: _redecided,
    decide.CaseDecided: _decided,
    forward.CaseForwarded: _forwarded,
    renewal.CaseDeemedRenewed: _deemed_renewed,
    recall.DecisionRecalled: _recalled,
    verify.ResultDelivered: _delivered,
    rate.CaseRated: _rated,
    ratings.RaterContacted: _contacted,
    ratings.RatingRectified: _rectified,
    ratings.RatingExcluded: _excluded,
    supervise.ApprovalReviewed: _ended(POST_REVIEW),
    supervise.CaseWithdrawn: _over,
    supervise.CaseDeemedWithdrawn: _over,
    supervise.CaseTerminated: _over,
    supervise.CaseVoided: _over,
    **OF_SUPERVISION,
    **OF_WARNINGS,
}
