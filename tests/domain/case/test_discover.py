"""发现问题: an application is submitted, and received against a receipt."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.case.accept import FillGap
from bancheng.domain.case.discover import CaseSubmitted, MaterialsReceived
from bancheng.domain.case.terms import CaseSource
from bancheng.domain.items import DeliveryWay
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Address, Agent, PersonName, SpecialGroup
from support.builders import after
from support.case_builders import (
    APPLICANT,
    CASE_ID,
    CASE_NUMBER,
    CROSSING,
    ITEM,
    ITEMS,
    C,
    a_pre_rejected_case,
    a_pre_reviewed_case,
    a_received_case,
    a_submitted_case,
    a_supplementing_case,
    an_accepted_case,
    an_accepted_gap,
    case_due,
    deadline,
    receiving,
    running,
    state_of,
    submitting,
    supplementing,
    ticked,
)
from support.given import PERSON, QUERY_CODE, RULES, START, Given, given, local

AGENT = Agent(name=PersonName("李代办"))
SUBMITTED = CaseSubmitted(
    number=CASE_NUMBER, query_code=QUERY_CODE, item=ITEM, applicant=APPLICANT.owned_by(PERSON),
    source=CaseSource.WINDOW,
)  # fmt: skip
PRE_REVIEW_DUE = case_due("case.pre_review", LimitKind.PRE_REVIEW, START, "2026-03-03")
NOTICE = LimitKind.NOTICE
TOLD_BY = case_due("case.one_time_notice", NOTICE, START, "2026-03-09")
AT = local("2026-03-02 09:01")
NOTICE_DUE = case_due("case.one_time_notice", LimitKind.NOTICE, AT, "2026-03-09")


def submitted(*, items=ITEMS, rulebook=RULES, **fields):
    desk = {"items": items, "rulebook": rulebook, "official_number": CASE_NUMBER}
    return Given(stream=CASE_ID).when(submitting(**fields), at=START, **desk)


def test_a_case_keeps_the_whole_version_of_the_item_it_began_under():
    submitted().then(SUBMITTED)


def test_who_was_helped_by_what_mandate_and_as_what_group_stands_in_the_case():
    known = {
        "mandate": "委托1号", "special_group": SpecialGroup.MILITARY, "cross_region": CROSSING,
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
    online = replace(SUBMITTED, source=source, pre_review_due=PRE_REVIEW_DUE, notice_due=TOLD_BY)
    submitted(source=source).then(online)
    given(*a_submitted_case(source=source)).when(receiving("M1")).then_refused("WRONG_STATUS")


def test_where_the_rule_book_sets_no_time_for_the_review_no_deadline_runs():
    silent = replace(RULES, limits=tuple(r for r in RULES.limits if "review" not in r.purpose))
    online = submitted(source=CaseSource.ONLINE, rulebook=silent)
    online.then(replace(SUBMITTED, source=CaseSource.ONLINE, notice_due=TOLD_BY))
    assert running(online.history) == {NOTICE}


ADDRESS = Address("科尔沁区建国路88号")


def test_b17a_how_the_applicant_wants_the_result_stands_in_the_application():
    submitted(delivery=DeliveryWay.POST, delivery_address=ADDRESS).then(
        replace(SUBMITTED, delivery=DeliveryWay.POST, delivery_address=ADDRESS.owned_by(PERSON))
    )
    submitted(delivery=DeliveryWay.COUNTER).then(replace(SUBMITTED, delivery=DeliveryWay.COUNTER))


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"delivery": DeliveryWay.POST}, "DELIVERY_ADDRESS_MISSING", "delivery_address"),
        ({"delivery_address": ADDRESS}, "DELIVERY_ADDRESS_UNUSED", "delivery_address"),
        ({"delivery": DeliveryWay.ONLINE}, "DELIVERY_NOT_OFFERED", "delivery"),
    ],
)
def test_b17a_a_choice_can_be_followed_and_asks_for_no_address_in_vain(fields, code, field):
    submitted(**fields).then_refused(code, field)


RECEIPT = MaterialsReceived(
    receipt_no="BJ-1-S01", materials=ticked("M1", "M3"), missing=("M2",), notice_due=NOTICE_DUE
)


def test_a_receipt_says_what_came_and_what_is_missing():
    received = given(*a_submitted_case()).when(receiving("M1", "M3"), at=AT)
    received.then(RECEIPT)
    assert deadline(received.history, LimitKind.NOTICE).is_running


def test_xkf_32_to_tick_what_came_from_afar_begins_no_new_five_days():
    before = deadline(a_pre_reviewed_case(), LimitKind.NOTICE)
    received = given(*a_pre_reviewed_case()).when(receiving("M1", "M3"), at=AT + timedelta(days=3))
    received.then(replace(RECEIPT, notice_due=None))
    assert deadline(received.history, LimitKind.NOTICE) == before
    assert before.due == case_due("case.one_time_notice", LimitKind.NOTICE, START, "2026-03-09")


def test_more_materials_come_until_the_acceptance_against_a_receipt_of_their_own():
    more = given(*a_received_case("M1")).when(receiving("M2"), at=local("2026-03-05 10:00"))
    more.then(
        MaterialsReceived(
            receipt_no="BJ-1-S02", materials=ticked("M2"), missing=(), notice_due=None
        )
    )
    assert deadline(more.history, LimitKind.NOTICE) == deadline(a_received_case(), NOTICE)
    given(*a_supplementing_case()).when(receiving("M2")).then_refused("WRONG_STATUS")
    given(*an_accepted_case()).when(receiving("M2")).then_refused("WRONG_STATUS")


def test_a_receipt_for_nothing_is_not_given():
    given(*a_submitted_case()).when(receiving()).then_refused("RECEIPT_EMPTY", "materials")
    given(*a_received_case("M1")).when(receiving()).then_refused("RECEIPT_EMPTY", "materials")
    given(*a_supplementing_case()).when(supplementing()).then_refused("RECEIPT_EMPTY", "materials")
    gap = FillGap(**C, materials=())
    given(*an_accepted_gap()).when(gap).then_refused("RECEIPT_EMPTY", "materials")


def test_where_the_item_requires_nothing_nothing_need_be_brought():
    free = replace(ITEM, materials=tuple(replace(one, required=False) for one in ITEM.materials))
    received = given(*a_submitted_case(free)).when(receiving())
    assert received.refusal is None
    given(*received.history).when(receiving()).then_refused("RECEIPT_EMPTY", "materials")


def test_the_window_is_one_of_the_item_if_it_names_any():
    there = {ITEM.code: replace(ITEM, windows=("W01", "W02"))}
    submitted(items=there, window="W09").then_refused("WINDOW_UNKNOWN", "window")
    for window in ("W01", None):
        assert submitted(items=there, window=window).refusal is None


def test_a_material_that_is_not_required_is_never_missing():
    assert state_of(a_received_case("M1", "M2")).missing == ()
    assert state_of(after(a_submitted_case(), receiving("M3"))).missing == ("M1", "M2")


def test_only_materials_of_the_item_are_ticked_and_each_once():
    given(*a_submitted_case()).when(receiving("M1", "M9")).then_refused(
        "MATERIAL_UNKNOWN", "materials[1]"
    )
    given(*a_submitted_case()).when(receiving("M1", "M1")).then_refused(
        "MATERIAL_TWICE", "materials[1]"
    )


def test_the_time_to_tell_what_is_missing_begins_with_the_materials_not_with_the_application():
    later = after(a_submitted_case(), receiving("M1"), at=START + timedelta(days=4))
    assert deadline(later, LimitKind.NOTICE).due.due_date == date(2026, 3, 13)


def test_a_rejected_application_is_not_received():
    given(*a_pre_rejected_case()).when(receiving("M1")).then_refused("WRONG_STATUS")
