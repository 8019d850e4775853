"""预审: what came from afar is looked at before; it is sent back once, with everything at once."""

import pytest
from msgspec.structs import replace

from bancheng.app.registry import BY_COMMAND
from bancheng.domain.case.accept import AcceptCase, FillGap
from bancheng.domain.case.pre_review import (
    CaseResubmitted,
    PassPreReview,
    PreReviewPassed,
    PreReviewRejected,
    RejectPreReview,
    ResubmitCase,
)
from bancheng.domain.case.terms import CaseSource, CaseStatus, RefusalGround
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from support.builders import after, officer_of
from support.case_builders import (
    RIGHT_ORGAN,
    SEALED,
    TEXT,
    C,
    a_pre_rejected_case,
    a_submitted_case,
    an_online_case,
    awaiting_due,
    case_due,
    deadline,
    granting,
    handed_over,
    noticing,
    receiving,
    refusing,
    reporting_refusal,
    running,
    sending_back,
    state_of,
    ticked,
    wanted,
)
from support.given import CO_OFFICER, DUTY, OFFICER, START, given, local

NOTICE, PRE_REVIEW, AWAIT = LimitKind.NOTICE, LimitKind.PRE_REVIEW, LimitKind.AWAIT_SUPPLEMENT
AT, LAPSED = local("2026-03-02 09:01"), local("2026-03-10 00:00")
RESUBMIT = ResubmitCase(**C)
AGAIN_AT = local("2026-03-06 17:00")
RESUBMITTED = after(a_pre_rejected_case(), RESUBMIT, at=AGAIN_AT)


def test_the_review_passes_and_its_deadline_stops():
    passed = given(*an_online_case()).when(PassPreReview(**C))
    passed.then(PreReviewPassed())
    assert deadline(passed.history, PRE_REVIEW).state is DeadlineState.MET


def test_a_review_after_its_working_day_is_late():
    late = after(an_online_case(), PassPreReview(**C), at=local("2026-03-04 00:00"))
    assert deadline(late, PRE_REVIEW).state is DeadlineState.LATE


def test_xkf_32_to_pass_the_review_does_not_answer_the_application():
    passed = after(an_online_case(), PassPreReview(**C))
    assert running(passed) == {NOTICE}
    assert deadline(passed, NOTICE).due.started_at == START


def test_xkf_32_a_pre_review_names_everything_at_once_and_is_the_notice():
    rejected = given(*an_online_case()).when(sending_back("M1", "M2", faults=TEXT))
    rejected.then(
        PreReviewRejected(
            notice_no="BJ-1-B01",
            wanted=wanted("M1", "M2"),
            due=awaiting_due(AT, "2026-03-16"),
            faults=SEALED,
        )
    )
    assert running(rejected.history) == {AWAIT}
    assert deadline(rejected.history, NOTICE).state is DeadlineState.MET
    state = state_of(rejected.history)
    assert (state.notices, set(state.told)) == (1, {"M1", "M2"})


def test_nobody_is_sent_back_for_nothing():
    given(*an_online_case()).when(sending_back()).then_refused("NOTICE_EMPTY", "wanted")
    given(*an_online_case()).when(sending_back("M9")).then_refused("MATERIAL_UNKNOWN", "wanted[0]")
    given(*an_online_case()).when(sending_back("M1", "M1")).then_refused(
        "MATERIAL_TWICE", "wanted[1]"
    )
    assert given(*an_online_case()).when(sending_back(faults=TEXT)).refusal is None


def test_what_comes_again_is_another_application_and_its_time_begins_anew():
    again = given(*a_pre_rejected_case()).when(RESUBMIT, at=AGAIN_AT)
    again.then(
        CaseResubmitted(
            source=CaseSource.ONLINE,
            pre_review_due=case_due("case.pre_review", PRE_REVIEW, AGAIN_AT, "2026-03-09"),
            notice_due=case_due("case.one_time_notice", NOTICE, AGAIN_AT, "2026-03-13"),
        )
    )
    assert running(again.history) == {PRE_REVIEW, NOTICE}
    assert deadline(again.history, PRE_REVIEW).run == 2
    assert deadline(again.history, AWAIT).state is DeadlineState.MET


@pytest.mark.parametrize(
    "again", [sending_back("M2"), sending_back("M1"), sending_back(faults=TEXT)],
    ids=["the same", "more", "words"],
)  # fmt: skip
def test_xkf_32_nobody_is_sent_back_twice_even_with_the_same_words(again):
    given(*RESUBMITTED).when(again).then_refused("NOTICE_SPENT")
    told = after(an_online_case(), sending_back(faults=TEXT))
    given(*after(told, RESUBMIT)).when(again).then_refused("NOTICE_SPENT")


def test_xkf_32_what_the_one_notice_forgot_is_no_reason_not_to_accept():
    told = after(an_online_case(), sending_back(faults=TEXT))
    received = after(after(after(told, RESUBMIT), PassPreReview(**C)), receiving("M2"))
    unsupplemented = reporting_refusal(RefusalGround.NOT_SUPPLEMENTED)
    given(*received).when(unsupplemented).then_refused("GROUND_UNFOUNDED", "ground")
    accepted = given(*received).when(AcceptCase(**C))
    [event] = accepted.events
    assert (event.gap, event.gap_due, event.gap_promise_no) == (("M1",), None, None)
    given(*accepted.history).when(granting(), OFFICER).then_refused("GAP_OPEN")
    fill = FillGap(**C, materials=ticked("M1"))
    assert given(*after(accepted.history, fill)).when(granting(), OFFICER).refusal is None


def test_xkf_32_what_the_pre_review_did_not_tell_no_later_notice_asks_for():
    received = after(after(RESUBMITTED, PassPreReview(**C)), receiving("M1"))
    given(*received).when(noticing("M1", "M2")).then_refused("NOTICE_NOT_ONCE", "wanted[0]")
    [event] = given(*received).when(noticing("M2")).events
    assert event.notice_no == "BJ-1-B02"
    untold = after(after(RESUBMITTED, PassPreReview(**C)), receiving("M2"))
    given(*untold).when(noticing("M1")).then_refused("NOTICE_SPENT")


def test_b9_who_resubmits_has_the_time_that_was_told_to_its_end():
    told = reporting_refusal(RefusalGround.NOT_SUPPLEMENTED)
    given(*RESUBMITTED).when(told).then_refused("GROUND_TOO_EARLY", "ground")


def test_the_window_has_no_veto_a_second_no_goes_by_the_report():
    unsupplemented = RefusalGround.NOT_SUPPLEMENTED
    sent_back = after(an_online_case(), sending_back("M2", working_days=1))
    resubmitted = after(sent_back, RESUBMIT, at=AGAIN_AT)
    reported = after(resubmitted, reporting_refusal(unsupplemented))
    refused = given(*reported).when(refusing(unsupplemented), DUTY)
    assert state_of(refused.history).status is CaseStatus.REFUSED
    assert running(refused.history) == set()


@pytest.mark.parametrize("history", [an_online_case(), after(an_online_case(), PassPreReview(**C))])
def test_a_refusal_is_reported_before_anything_was_received(history):
    [event] = given(*history).when(reporting_refusal()).events
    assert event.right_organ == RIGHT_ORGAN


def test_who_was_sent_back_has_the_time_that_was_told():
    unsupplemented = reporting_refusal(RefusalGround.NOT_SUPPLEMENTED)
    given(*a_pre_rejected_case()).when(unsupplemented).then_refused("SUPPLEMENT_STILL_DUE")
    over = local("2026-03-17 00:00")
    assert given(*a_pre_rejected_case()).when(unsupplemented, at=over).refusal is None
    given(*a_pre_rejected_case()).when(reporting_refusal(), at=over).then_refused(
        "SUPPLEMENT_AWAITED", "ground"
    )


@pytest.mark.parametrize(
    "act", [sending_back("M2"), PassPreReview(**C)], ids=lambda it: str(type(it))
)
def test_what_was_proposed_before_is_settled_by_the_review(act):
    reviewed = after(after(an_online_case(), reporting_refusal()), act)
    assert state_of(reviewed).refusal_reporters is None


def test_xkf_32_after_the_five_days_nobody_is_sent_back():
    given(*an_online_case()).when(sending_back("M1"), at=LAPSED).then_refused("DEEMED_ACCEPTED")


def test_what_came_to_the_window_is_resubmitted_without_a_deadline():
    rejected = after(a_submitted_case(), sending_back("M1"))
    given(*rejected).when(RESUBMIT).then(CaseResubmitted(source=CaseSource.WINDOW))


def test_the_back_office_reviews_before_once_the_file_was_handed_over():
    assert all(Role.UNIT_OFFICER in BY_COMMAND[it].by for it in (PassPreReview, RejectPreReview))
    there = handed_over(an_online_case(), "YB")
    for act in (PassPreReview(**C), sending_back("M1")):
        given(*there).when(act).then_refused("NOT_OWN_UNIT")
        given(*there).when(act, OFFICER).then_refused("NOT_OWN_UNIT")
        assert given(*there).when(act, CO_OFFICER).refusal is None
        given(*an_online_case()).when(act, officer_of("YB")).then_refused("NOT_OWN_UNIT")


def test_a_review_is_of_what_was_submitted_and_was_not_reviewed_yet():
    passed = after(an_online_case(), PassPreReview(**C))
    given(*passed).when(replace(sending_back("M1"))).then_refused("WRONG_STATUS")
    given(*passed).when(PassPreReview(**C)).then_refused("WRONG_STATUS")
