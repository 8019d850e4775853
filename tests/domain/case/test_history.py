"""历史办件: kept as the source tells of them, and nothing is said twice."""

from datetime import timedelta

from msgspec.structs import replace

from bancheng.app.acts.past_cases import PAST_CASE
from bancheng.app.registry import BY_COMMAND, stream_of
from bancheng.domain.case.history import (
    CorrectPastStep,
    PastCaseHeader,
    PastCaseRestated,
    PastStepCorrected,
    PastStepRecorded,
    RecordPastStep,
    RestatePastCase,
)
from bancheng.domain.steps import Step
from support.given import EFFICIENCY, HANDLER, START, given, recorded

HEADER = PastCaseHeader(source_system="old", external_id="A-1", deadline=START)
ENDED = replace(HEADER, ended_at=START)
RECEIVED = RecordPastStep(
    case=HEADER, activity="收件", of_step=Step.DISCOVER, activity_id="1", lifecycle="complete",
    resource="王五", group="窗口",
)  # fmt: skip
FIRST = PastStepRecorded(
    activity="收件", of_step=Step.DISCOVER, activity_id="1", lifecycle="complete",
    resource="王五", group="窗口", case=HEADER,
)  # fmt: skip


def test_the_first_step_brings_what_is_said_of_the_case():
    given().when(RECEIVED).then(FIRST)


def test_a_further_step_says_of_the_case_only_what_is_new():
    second = RecordPastStep(case=HEADER, activity="审核")
    given(FIRST).when(second).then(PastStepRecorded(activity="审核"))
    ended = RecordPastStep(case=ENDED, activity="办结")
    recorded = PastStepRecorded(activity="办结", case=ENDED)
    given(FIRST).when(ended).then(recorded)
    again = RecordPastStep(case=ENDED, activity="归档")
    given(FIRST, recorded).when(again).then(PastStepRecorded(activity="归档"))


def test_the_same_step_may_happen_twice():
    given(FIRST).when(RECEIVED).then(replace(FIRST, case=None))


def test_a_case_is_restated_once_when_its_source_says_something_else_of_it():
    restate = RestatePastCase(case=ENDED)
    after = given(FIRST).when(restate).then(PastCaseRestated(case=ENDED))
    after.when(restate).then_refused("PAST_CASE_UNCHANGED", "case")
    after.when(RestatePastCase(case=HEADER)).then(PastCaseRestated(case=HEADER))


def test_what_was_never_imported_is_not_restated():
    given().when(RestatePastCase(case=HEADER)).then_refused("PAST_CASE_NOT_FOUND", "case")


def test_a_step_is_corrected_by_the_event_that_told_of_it():
    told = [
        recorded(FIRST, 1, EFFICIENCY, START),
        recorded(PastStepRecorded(activity="审核"), 2, EFFICIENCY, START + timedelta(hours=1)),
    ]
    first, second = (one.envelope.event_id for one in told)
    correct = CorrectPastStep(case=HEADER, activity="受理", corrects=first)
    after = (
        given(*told)
        .when(correct, at=START + timedelta(hours=2))
        .then(
            PastStepCorrected(
                corrects=first,
                was_at=START,
                was_late=False,
                activity="受理",
                first_at=START + timedelta(hours=1),
                last_at=START + timedelta(hours=2),
                last_activity="受理",
            )
        )
    )
    after.when(correct).then_refused("PAST_STEP_NOT_FOUND", "corrects")
    assert after.when(replace(correct, corrects=second)).events


def test_it_is_late_if_it_ended_after_its_deadline():
    assert ENDED.late is False  # at the very instant it still holds
    assert replace(ENDED, ended_at=START + timedelta(microseconds=1)).late is True
    assert HEADER.late is None
    assert replace(ENDED, deadline=None).late is None


def test_one_number_of_one_source_has_one_stream():
    act = BY_COMMAND[RecordPastStep]
    numbers = [("a", "b/c"), ("a/b", "c"), ("a", "b c"), ("ab", "c"), ("a", "B/c")]
    streams = {
        stream_of(act, RecordPastStep(case=PastCaseHeader(source_system=s, external_id=n),
                                      activity="收件"))
        for s, n in numbers
    }  # fmt: skip
    assert len(streams) == len(numbers)
    assert all(one.removeprefix(PAST_CASE.prefix).isalnum() for one in streams)
    assert stream_of(act, RECEIVED) == stream_of(act, replace(RECEIVED, case=ENDED))


def test_only_imports_and_those_who_watch_over_them_record_past_steps():
    act = BY_COMMAND[RecordPastStep]
    assert EFFICIENCY.may(*act.by)
    assert not HANDLER.may(*act.by)
    assert not act.offered
