"""Laws of a case: what holds on any way its staff may take, allowed or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bancheng.app.acts.cases import CASE
from bancheng.domain import recusal
from bancheng.domain.case.accept import CaseAccepted, CaseDeemedAccepted
from bancheng.domain.case.contact import ApplicantContacted, ApplicantDisclosed
from bancheng.domain.case.correct import OF_PEOPLE, CaseCorrected
from bancheng.domain.case.cross_region import LegReceived
from bancheng.domain.case.deadline import WHOLE, CaseExtensionGranted
from bancheng.domain.case.decide import CaseDecided
from bancheng.domain.case.dispatch import (
    STEPS_DONE_IN,
    CaseTransferred,
    HandOverSigned,
    StepFinished,
)
from bancheng.domain.case.forward import CaseForwarded
from bancheng.domain.case.item_steps import part_of
from bancheng.domain.case.procedure import SpecialProcedureEnded, SpecialProcedureStarted
from bancheng.domain.case.rate import CaseRated, RatingCodeIssued
from bancheng.domain.case.ratings import (
    RaterContacted,
    RatingAppealed,
    RatingExcluded,
    RatingRectified,
    RatingUpheld,
)
from bancheng.domain.case.recall import DecisionRecalled
from bancheng.domain.case.renewal import CaseDeemedRenewed
from bancheng.domain.case.supervise import ApprovalReviewed, CaseArchived, CheckFailed
from bancheng.domain.case.terms import CaseOutcome, CaseSource, CaseStatus, RatingState
from bancheng.domain.case.theme import ChildAttached, ChildNoted, ChildOpened
from bancheng.domain.deadlines import DeadlineState, key_of
from bancheng.domain.items import CaseKind
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.supervision.events import AnswerExtended
from bancheng.domain.time_limits.limit import decide_due
from bancheng.domain.warnings.events import DueDateReplanned, DutiesPassedOn, WarningRaised
from properties.case_course import CASES, IN_HAND
from properties.walks import ABOUT_MEASURES, ABOUT_WARNINGS, OF_ERASURE, Walk, few, numbers, walk_of
from support.given import CALENDAR

walks = st.builds(Walk, st.just(CASES), numbers, st.integers(-1, 20))
of_files = st.one_of(walks, st.builds(Walk, st.just(IN_HAND), numbers, st.integers(-1, 20)))
# What is still done about a case that is over; the limits that outlive it are warned of, too.
AFTER_END = {
    RatingCodeIssued, CaseRated, RaterContacted, RatingRectified,
    RatingAppealed, RatingExcluded, RatingUpheld,
    CaseArchived, ApprovalReviewed, CheckFailed, ChildAttached, ChildNoted, DueDateReplanned,
    WarningRaised, LegReceived, ApplicantDisclosed, ApplicantContacted, *ABOUT_WARNINGS,
    *ABOUT_MEASURES, DutiesPassedOn,
    # Of the people alone (个人信息保护法 46), which begins and ends no limit.
    CaseCorrected, *OF_ERASURE, *recusal.EVENTS,
}  # fmt: skip
OUTLIVE = {LimitKind.FEEDBACK, LimitKind.CARD_FEEDBACK, LimitKind.CONTACT, LimitKind.RECTIFY}


def states(walk):
    """Each event with the case before and after it."""
    state = CASE.empty()
    for recorded in walk.log:
        before, state = state, CASE.evolve(state, recorded)
        yield before, recorded, state


def running(case):
    return {deadline.key: deadline for deadline in case.deadlines.values() if deadline.is_running}


@few
@given(walks)
def test_a_case_that_is_over_is_rated_reviewed_archived_or_called_about_and_nothing_else(walk):
    for step in walk.steps:
        if step.before.status.is_closed:
            assert {type(event) for event in step.events} <= AFTER_END
            for event in step.events:
                if isinstance(event, CaseCorrected):
                    assert set(event.corrected) <= set(OF_PEOPLE)
                if isinstance(event, WarningRaised | DueDateReplanned):
                    assert event.kind in OUTLIVE
                if isinstance(event, DutiesPassedOn):
                    assert {limit.kind for limit in event.limits} <= OUTLIVE


@few
@given(walks)
def test_a_case_that_is_over_stays_over(walk):
    for before, _, after in states(walk):
        if before.status.is_closed:
            assert after.status in (before.status, CaseStatus.ARCHIVED)
            assert {deadline.kind for deadline in running(after).values()} <= OUTLIVE


@few
@given(walks)
def test_what_is_decided_was_accepted_before_and_what_is_granted_lacks_nothing(walk):
    accepted = False
    for before, recorded, _ in states(walk):
        event = recorded.event
        accepted |= isinstance(event, CaseAccepted | CaseDeemedAccepted | ChildOpened)
        if isinstance(event, CaseDecided):
            assert accepted
            assert before.procedure is before.hand_over is None
            assert event.outcome is CaseOutcome.REFUSED or before.gap == ()
            assert event.outcome is CaseOutcome.GRANTED or (event.reason and event.remedy)


@few
@given(walks)
def test_a_verdict_is_what_its_deadline_says_before_and_after(walk):
    for before, recorded, after in states(walk):
        for key, verdict in verdicts(recorded):
            deadline, at = before.deadlines[key], recorded.envelope.occurred_at
            due = deadline.due
            assert verdict.due_at == due.due_at
            assert verdict.rule_version == due.rule_version
            # Late is also what ran out by an earlier date, before it was moved.
            assert verdict.on_time is not deadline.has_expired(at)
            ended = DeadlineState.MET if verdict.on_time else DeadlineState.LATE
            assert after.deadlines[key].state is ended


def verdicts(recorded):
    event = recorded.event
    if isinstance(event, CaseDecided | CaseForwarded):
        yield from ((key_of(one.kind, one.subject), one.verdict) for one in event.verdicts)
    if isinstance(event, StepFinished) and event.verdict is not None:
        subject = part_of(recorded.stream_id, event.name)
        yield key_of(LimitKind.STEP, subject), event.verdict


@few
@given(walks)
def test_a_limit_runs_exactly_as_long_as_what_it_is_about_is_waited_for(walk):
    for _, _, case in states(walk):
        kinds = {deadline.kind for deadline in running(case).values()}
        accepted = case.status is CaseStatus.ACCEPTED
        unanswered = (CaseStatus.SUBMITTED, CaseStatus.PRE_REVIEWED)
        at_window = case.status in unanswered and case.source is CaseSource.WINDOW
        is_owed = case.status in (*unanswered, CaseStatus.RECEIVED) and not at_window
        assert (LimitKind.NOTICE in kinds) is is_owed
        told = (CaseStatus.PRE_REJECTED, CaseStatus.SUPPLEMENTING)
        if case.status in told:
            assert LimitKind.AWAIT_SUPPLEMENT in kinds
        partly = case.status is CaseStatus.RECEIVED and case.awaited
        assert LimitKind.AWAIT_SUPPLEMENT not in kinds or case.status in told or partly
        assert (LimitKind.STATUTORY in kinds) is accepted
        is_instant = case.offered.kind is CaseKind.INSTANT  # promised on the spot, by the book
        is_promised = is_instant or case.offered.promised is not None
        assert (LimitKind.PROMISED in kinds) is (accepted and is_promised)
        assert (LimitKind.PROCEDURE in kinds) is (accepted and case.procedure is not None)
        issuing = (CaseStatus.DECIDED, CaseStatus.MADE, CaseStatus.NOTIFIED)
        assert (LimitKind.DELIVER in kinds) is (case.status in issuing)
        assert LimitKind.SUPPLEMENT not in kinds or (accepted and case.gap)
        assert LimitKind.STEP not in kinds or case.status in STEPS_DONE_IN


def waits_for(case):
    """The first step that is not done."""
    done = case.steps_done
    return next((step for step in case.offered.steps if step.name not in done), None)


@few
@given(of_files)
def test_the_step_that_waits_where_the_file_is_has_exactly_one_running_deadline(walk):
    for _, recorded, case in states(walk):
        if isinstance(recorded.event, CaseDeemedRenewed):
            return  # the law decided: no step of the hall is waited for any more
        step = waits_for(case)
        if case.status in STEPS_DONE_IN and step is not None and step.limit is not None:
            subject = part_of(recorded.stream_id, step.name)
            here = [one for one in running(case).values() if one.subject == subject]
            is_with_its_unit = case.file_at == (step.unit or case.offered.unit)
            assert len(here) == 1 if is_with_its_unit else len(here) <= 1
            assert all(one.kind is LimitKind.STEP for one in here)


@few
@given(of_files)
def test_a_step_that_runs_is_begun_again_only_by_a_list_and_keeps_its_due_date_unless_late(walk):
    for before, recorded, after in states(walk):
        for key, deadline in running(before).items():
            now = after.deadlines[key]
            if deadline.kind is LimitKind.STEP and now.run != deadline.run:
                # Or by what passes the duties of a closed unit on to its successor.
                assert isinstance(recorded.event, CaseTransferred | DutiesPassedOn)
                assert now.run == deadline.run + 1
                was_late = deadline.has_expired(recorded.envelope.occurred_at)
                assert now.due == deadline.due or was_late
        for name in after.steps_done:
            assert key_of(LimitKind.STEP, part_of(recorded.stream_id, name)) not in running(after)


# Of the walks that are searched for, hardly one has a call that reached nobody; of these many have.
@pytest.mark.parametrize("seed", range(15))
def test_a_bad_rating_has_a_limit_exactly_as_long_as_something_is_owed(seed):
    by_name, reached = set(), set()
    to_rectify = (RatingState.TO_RECTIFY, RatingState.APPEALED)
    for _, recorded, case in states(walk_of(CASES, seed)):
        event = recorded.event
        if isinstance(event, CaseRated) and event.named:
            by_name.add(event.rating_id)
        if isinstance(event, RaterContacted) and event.call.reached:
            reached.add(event.rating_id)
        for rating_id, rating in case.ratings.items():
            waits = rating.state in (RatingState.TO_CONTACT, *to_rectify)
            to_call = waits and rating_id in by_name - reached
            assert (key_of(LimitKind.CONTACT, rating_id) in running(case)) is to_call
            is_owed = rating.state in to_rectify
            assert (key_of(LimitKind.RECTIFY, rating_id) in running(case)) is is_owed


@few
@given(walks)
def test_a_pause_or_an_extension_never_makes_anything_due_earlier(walk):
    for before, recorded, _ in states(walk):
        event = recorded.event
        if isinstance(event, SpecialProcedureStarted | CaseExtensionGranted | DecisionRecalled):
            for one in event.dues:
                assert one.due.due_at >= before.deadlines[key_of(one.kind, one.subject)].due.due_at
        if isinstance(event, SpecialProcedureEnded):
            for one in event.dues:
                assert one.due.due_at >= unpaused(one.due).due_at


def unpaused(due):
    return decide_due(
        due.limit, due.started_at, CALENDAR, rulebook_version="", extension=due.extension
    )


@few
@given(chosen=numbers, at=st.integers(0, 20))
def test_a_later_rule_book_or_calendar_changes_a_date_by_an_event_only_and_no_verdict(chosen, at):
    moves = (
        SpecialProcedureStarted, SpecialProcedureEnded, CaseExtensionGranted, DueDateReplanned,
        AnswerExtended,
    )  # fmt: skip
    for before, recorded, after in states(Walk(CASES, chosen, changes_at=at)):
        for key, deadline in running(before).items():
            now = after.deadlines[key]
            if now.run == deadline.run and now.due != deadline.due:
                if isinstance(recorded.event, CaseCorrected):  # the licence expires on another day
                    assert (now.kind, now.due) == (LimitKind.RENEWAL, recorded.event.renewal_due)
                    continue
                assert isinstance(recorded.event, moves)
                is_granted = isinstance(recorded.event, CaseExtensionGranted | AnswerExtended)
                assert is_granted or now.due.rule_version == deadline.due.rule_version
                assert now.cycle == deadline.cycle + 1


@few
@given(walks)
def test_the_file_is_where_somebody_signed_for_it(walk):
    for before, recorded, after in states(walk):
        if isinstance(recorded.event, ChildOpened):
            assert after.holder == after.offered.unit
        elif isinstance(recorded.event, DutiesPassedOn):  # nobody is left who could sign
            assert after.holder in (before.holder, recorded.event.successor)
        elif after.holder != before.holder:
            assert isinstance(recorded.event, HandOverSigned)
            assert recorded.envelope.actor.unit == after.holder
            assert recorded.envelope.actor.id != before.hand_over.by


@few
@given(walks)
def test_nothing_is_paused_that_the_applicant_was_not_told_of(walk):
    for before, recorded, after in states(walk):
        event = recorded.event
        if isinstance(event, SpecialProcedureStarted):
            told = event.pause is not None and event.pause.told_at is not None
            assert told or event.dues == ()
        for key in {key_of(kind, recorded.stream_id) for kind in WHOLE} & set(before.deadlines):
            pauses = after.deadlines[key].due.pauses
            assert all(one.told_at or one.resumed_at for one in pauses)
