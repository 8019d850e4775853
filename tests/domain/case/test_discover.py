"""发现问题: an application is submitted, reviewed before, and received against a receipt."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.case.discover import (
    CaseResubmitted,
    CaseSubmitted,
    MaterialsReceived,
    PassPreReview,
    PreReviewPassed,
    PreReviewRejected,
    RejectPreReview,
    ResubmitCase,
)
from bancheng.domain.case.terms import CaseSource
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Agent, PersonName, SpecialGroup
from support.builders import after
from support.case_builders import (
    APPLICANT,
    CASE_ID,
    CASE_NUMBER,
    ITEM,
    ITEMS,
    SEALED,
    TEXT,
    C,
    a_pre_rejected_case,
    a_pre_reviewed_case,
    a_received_case,
    a_submitted_case,
    an_online_case,
    case_due,
    deadline,
    receiving,
    running,
    state_of,
    submitting,
    ticked,
)
from support.given import PERSON, QUERY_CODE, RULES, START, Given, given, local

AGENT = Agent(name=PersonName("李代办"))
SUBMITTED = CaseSubmitted(
    number=CASE_NUMBER, query_code=QUERY_CODE, item=ITEM, applicant=APPLICANT.owned_by(PERSON),
    source=CaseSource.WINDOW,
)  # fmt: skip
PRE_REVIEW_DUE = case_due("case.pre_review", LimitKind.PRE_REVIEW, START, "2026-03-03")
AT = local("2026-03-02 09:01")
NOTICE_DUE = case_due("case.one_time_notice", LimitKind.NOTICE, AT, "2026-03-09")


def submitted(*, items=ITEMS, rulebook=RULES, **fields):
    desk = {"items": items, "rulebook": rulebook, "official_number": CASE_NUMBER}
    return Given(stream=CASE_ID).when(submitting(**fields), at=START, **desk)


def test_a_case_keeps_the_whole_version_of_the_item_it_began_under():
    submitted().then(SUBMITTED)


def test_who_was_helped_by_what_mandate_and_as_what_group_stands_in_the_case():
    known = {
        "mandate": "委托1号", "special_group": SpecialGroup.MILITARY, "cross_region": "龙港市",
        "window": "W07",
    }  # fmt: skip
    submitted(agent=AGENT, **known).then(replace(SUBMITTED, agent=AGENT.owned_by(CASE_ID), **known))


@pytest.mark.parametrize(
    ("fields", "missing"), [({"agent": AGENT}, "mandate"), ({"mandate": "委托1号"}, "agent")]
)
def test_an_agent_and_the_mandate_come_together(fields, missing):
    submitted(**fields).then_refused("MANDATE_MISSING", missing)


@pytest.mark.parametrize(
    "items",
    [
        {},
        {ITEM.code: replace(ITEM, effective_from=date(2026, 3, 3))},
        {ITEM.code: replace(ITEM, effective_to=date(2026, 3, 1))},
    ],
    ids=["unknown", "not yet", "no more"],
)
def test_only_what_is_offered_today_is_applied_for(items):
    submitted(items=items).then_refused("ITEM_UNKNOWN", "item")


@pytest.mark.parametrize("source", [it for it in CaseSource if it is not CaseSource.WINDOW])
def test_what_did_not_come_to_a_window_is_reviewed_before_within_a_working_day(source):
    submitted(source=source).then(replace(SUBMITTED, source=source, pre_review_due=PRE_REVIEW_DUE))
    given(*a_submitted_case(source=source)).when(receiving("M1")).then_refused("WRONG_STATUS")


def test_where_the_rule_book_sets_no_time_for_the_review_no_deadline_runs():
    silent = replace(RULES, limits=tuple(r for r in RULES.limits if "review" not in r.purpose))
    online = submitted(source=CaseSource.ONLINE, rulebook=silent)
    online.then(replace(SUBMITTED, source=CaseSource.ONLINE))
    assert running(online.history) == set()


def test_the_review_passes_and_its_deadline_stops():
    passed = given(*an_online_case()).when(PassPreReview(**C))
    passed.then(PreReviewPassed())
    assert deadline(passed.history, LimitKind.PRE_REVIEW).state is DeadlineState.MET


def test_a_review_after_its_working_day_is_late():
    late = after(an_online_case(), PassPreReview(**C), at=local("2026-03-04 00:00"))
    assert deadline(late, LimitKind.PRE_REVIEW).state is DeadlineState.LATE


def test_what_must_be_changed_goes_back_whole_and_comes_again():
    rejected = given(*an_online_case()).when(RejectPreReview(**C, reason=TEXT))
    rejected.then(PreReviewRejected(reason=SEALED))
    assert running(rejected.history) == set()
    at = local("2026-03-06 17:00")
    again = given(*rejected.history).when(ResubmitCase(**C), at=at)
    due = case_due("case.pre_review", LimitKind.PRE_REVIEW, at, "2026-03-09")
    again.then(CaseResubmitted(pre_review_due=due))
    assert deadline(again.history, LimitKind.PRE_REVIEW).run == 2


def test_what_came_to_the_window_is_resubmitted_without_a_deadline():
    rejected = after(a_submitted_case(), RejectPreReview(**C, reason=TEXT))
    given(*rejected).when(ResubmitCase(**C)).then(CaseResubmitted())


@pytest.mark.parametrize("waiting", [a_submitted_case, a_pre_reviewed_case])
def test_a_receipt_says_what_came_and_what_is_missing(waiting):
    received = given(*waiting()).when(receiving("M1", "M3"), at=AT)
    received.then(
        MaterialsReceived(
            receipt_no="BJ-1-S01",
            materials=ticked("M1", "M3"),
            missing=("M2",),
            notice_due=NOTICE_DUE,
        )
    )
    assert deadline(received.history, LimitKind.NOTICE).is_running


def test_a_material_that_is_not_required_is_never_missing():
    assert state_of(a_received_case("M1", "M2")).missing == ()
    assert state_of(after(a_submitted_case(), receiving())).missing == ("M1", "M2")


def test_only_materials_of_the_item_are_ticked_and_each_once():
    given(*a_submitted_case()).when(receiving("M1", "M9")).then_refused(
        "MATERIAL_UNKNOWN", "materials"
    )
    given(*a_submitted_case()).when(receiving("M1", "M1")).then_refused(
        "MATERIAL_TWICE", "materials"
    )


def test_the_time_to_tell_what_is_missing_begins_with_the_materials_not_with_the_application():
    later = after(a_submitted_case(), receiving("M1"), at=START + timedelta(days=4))
    assert deadline(later, LimitKind.NOTICE).due.due_date == date(2026, 3, 13)


def test_a_rejected_application_is_not_received():
    given(*a_pre_rejected_case()).when(receiving("M1")).then_refused("WRONG_STATUS")
