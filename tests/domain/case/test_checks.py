"""逻辑校验: what contradicts a rule in the course of a case is found, and nothing else."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.case.accept import CaseAccepted
from bancheng.domain.case.checks import CHECKS, findings_in
from bancheng.domain.case.pre_review import PassPreReview, ResubmitCase
from bancheng.domain.case.supervise import CheckFailed, RecordFinding
from bancheng.domain.case.terms import RatingOrigin
from bancheng.domain.case.theme import OpenChild
from bancheng.domain.events import Channel
from bancheng.domain.time_limits.logic_checks import CheckRule
from support.builders import after
from support.case_builders import (
    CASE_ID,
    EXAMINE,
    HISTORIES,
    REVIEW,
    C,
    a_decided_case,
    a_delivered_case,
    a_pre_rejected_case,
    a_rejected_case,
    a_supplementing_case,
    accepting,
    an_accepted_case,
    finishing,
    granting,
    handed_over,
    noticing,
    opened,
    rated,
    receiving,
    supplementing,
)
from support.given import CLERK, OFFICER, RULES, START, VERIFIER, local, recorded

HOUR = timedelta(hours=1)


def found(history, rulebook=RULES):
    """Which rules are contradicted, and by which events."""
    events = {one.envelope.event_id: type(one.event).__name__ for one in history}
    return [
        (one.rule, events[one.finding_id.partition("/")[2]])
        for one in findings_in(history, rulebook)
    ]


def late(history, *hours):
    """The first events of ``history``, recorded so many hours after they happened."""
    moved = [_late(one, hour * HOUR) for one, hour in zip(history, hours, strict=False)]
    return (*moved, *history[len(moved) :])


def _late(one, gap):
    envelope = replace(one.envelope, recorded_at=one.envelope.occurred_at + gap)
    return replace(one, envelope=envelope)


def on(day, history, command, by=OFFICER):
    return after(history, command, by, at=local(day))


def test_every_rule_has_its_check_and_the_national_book_makes_all_of_them():
    assert set(CHECKS) == set(CheckRule) == {setting.code for setting in RULES.checks}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=lambda it: it.__name__)
def test_in_what_the_program_admits_nothing_is_found(history):
    assert found(history()) == []


def test_a_second_notice_is_one_too_many():
    again = after(after(a_supplementing_case(), supplementing("M3")), noticing("M2"))
    [(rule, event)] = found(again)
    assert (rule, event) == (CheckRule.SUPPLEMENT_REPEATED, "SupplementNoticed")
    patient = tuple(replace(one, most=2) for one in RULES.checks)
    assert found(again, replace(RULES, checks=patient)) == []


def test_xkf_32_a_pre_review_that_sends_back_is_a_notice_too():
    received = after(after(a_pre_rejected_case(), ResubmitCase(**C)), PassPreReview(**C))
    again = after(after(received, receiving("M1")), noticing("M2"))
    assert found(again) == [(CheckRule.SUPPLEMENT_REPEATED, "SupplementNoticed")]


def test_what_was_accepted_after_its_decision_is_found():
    [accepted] = [one for one in an_accepted_case() if isinstance(one.event, CaseAccepted)]
    decided = a_decided_case()
    again = (*decided, replace(accepted, version=len(decided) + 1))
    assert found(again) == [(CheckRule.ACCEPTED_AFTER_END, "CaseAccepted")]


def test_a_step_finished_after_a_later_one_is_found_in_a_case_and_in_a_child():
    child = opened(
        OpenChild(
            item="CHILD-RS",
            theme_id=CASE_ID,
            theme_number="BJ-1",
            applied_at=START,
            accepted_at=START,
        )
    )
    for history in (handed_over(an_accepted_case()), child):
        backwards = after(after(history, finishing(REVIEW), OFFICER), finishing(), OFFICER)
        assert found(backwards) == [(CheckRule.STEP_OUT_OF_ORDER, "StepFinished")]
        forwards = after(after(history, finishing(), OFFICER), finishing(REVIEW), OFFICER)
        assert found(forwards) == []


def test_a_result_that_is_older_than_its_application_is_found():
    decided = a_decided_case()
    early = replace(decided[-1].envelope, occurred_at=START - HOUR, recorded_at=START - HOUR)
    older = (*decided[:-1], replace(decided[-1], envelope=early))
    assert found(older) == [(CheckRule.RESULT_BEFORE_APPLICATION, "CaseDecided")]


def test_a_refusal_without_reason_is_found():
    *before, last = a_rejected_case()
    mute = replace(last, event=replace(last.event, reason=None))
    assert found((*before, mute)) == [(CheckRule.REFUSED_WITHOUT_REASON, "CaseDecided")]


def test_a_late_step_is_found_once_the_case_was_decided_in_time():
    held = handed_over(an_accepted_case(), step=EXAMINE)
    slow = on("2026-03-06 09:00", held, finishing())
    assert found(slow) == []
    assert found(on("2026-03-06 10:00", slow, granting())) == [
        (CheckRule.STEP_OVERDUE, "StepFinished")
    ]
    assert found(on("2026-03-10 10:00", slow, granting())) == []


def test_a_rating_that_staff_wrote_down_is_found_and_the_citizens_own_is_not():
    served = a_delivered_case()
    typed = rated(served, origin=RatingOrigin.STAFF_ASSISTED)
    assert found(typed) == [(CheckRule.RATED_BY_STAFF, "CaseRated")]
    *before, last = typed
    own = replace(last, event=replace(last.event, origin=RatingOrigin.CITIZEN))
    assert found((*before, own)) == []


def test_a_finding_names_the_unit_of_whoever_did_it_but_of_no_import():
    typed = rated(a_delivered_case(), origin=RatingOrigin.STAFF_ASSISTED)
    [finding] = findings_in(typed, RULES)
    assert finding.unit == VERIFIER.unit
    *served, rating = typed
    of_many = replace(rating, envelope=replace(rating.envelope, batch_id="bulk-1"))
    [finding] = findings_in((*served, of_many), RULES)
    assert finding.unit == VERIFIER.unit, "an act for many is somebody's here"
    *before, last = a_rejected_case()
    told = replace(last.envelope, channel=Channel.IMPORT, batch_id="batch-1")
    [mute] = findings_in(
        (*before, replace(last, envelope=told, event=replace(last.event, reason=None))), RULES
    )
    assert (mute.rule, mute.unit) == (CheckRule.REFUSED_WITHOUT_REASON, None)


def test_what_was_recorded_more_than_a_day_after_it_happened_is_found():
    assert found(late(a_decided_case(), 24, 25)) == [(CheckRule.RECORDED_LATE, "MaterialsReceived")]


def test_more_than_two_at_once_are_a_bulk_whatever_was_late_before():
    rules = [rule for rule, _ in found(late(a_delivered_case(), 30, 30, 30))]
    assert rules.count(CheckRule.RECORDED_IN_BULK) == 1
    assert [rule for rule, _ in found(late(a_delivered_case(), 30, 30))].count(
        CheckRule.RECORDED_IN_BULK
    ) == 0
    apart = found(late(a_delivered_case(), 30, 300, 300, 300))
    assert (CheckRule.RECORDED_IN_BULK, "MaterialsReceived") in apart


def test_spread_over_days_they_are_none():
    apart = found(late(a_delivered_case(), 30, 60, 90))
    assert CheckRule.RECORDED_IN_BULK not in {rule for rule, _ in apart}


def test_a_finding_is_no_part_of_the_course():
    again = after(after(a_supplementing_case(), supplementing("M3")), noticing("M2"))
    [finding] = findings_in(again, RULES)
    record = RecordFinding(
        **C, finding_id=finding.finding_id, rule=finding.rule, basis=finding.basis,
        detail=finding.detail,
    )  # fmt: skip
    known = after(again, record)
    assert isinstance(known[-1].event, CheckFailed)
    assert findings_in(late(known, *[0] * len(again), 99), RULES) == [finding]


def test_an_empty_course_contradicts_nothing():
    assert findings_in((), RULES) == []
    stray = recorded(an_accepted_case()[-1].event, 1, CLERK, START, CASE_ID)
    assert findings_in((stray,), RULES) == []


def test_accepting_after_a_refused_proposal_is_no_contradiction():
    assert found(after(after(a_supplementing_case(), supplementing("M2")), accepting())) == []
