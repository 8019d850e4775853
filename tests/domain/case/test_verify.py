"""结果核查: the result is made, told, kept and delivered in one of the ways that are offered."""

import pytest
from msgspec.structs import replace

from bancheng.domain.case.collecting import Collector
from bancheng.domain.case.correct import CorrectCase
from bancheng.domain.case.terms import NotifyWay
from bancheng.domain.case.verify import (
    KeepResult,
    NotifyResult,
    ResultDelivered,
    ResultKept,
    ResultMade,
    ResultNotified,
)
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.identity_numbers import PaperKind
from bancheng.domain.items import DeliveryWay
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import (
    Address,
    Agent,
    Applicant,
    CertificateNumber,
    FreeText,
    IdNumber,
    NamesOnFile,
    PersonName,
)
from support.builders import after
from support.case_builders import (
    CASE_ID,
    ITEM,
    SEEN,
    C,
    a_decided_case,
    a_delivered_case,
    a_made_case,
    a_notified_case,
    a_rejected_case,
    deadline,
    delivering,
    handed_over,
    making,
    notifying,
    running,
)
from support.given import CLERK, CO_OFFICER, OFFICER, given, local

NUMBER = CertificateNumber("JY1", owner=CASE_ID)
MADE = ResultMade(documents=("食品经营许可证",), certificate_no=NUMBER)
KEEP = KeepResult(**C, place="3号柜")
RECEIVER = PersonName("张建国")


@pytest.mark.parametrize("decided", [a_decided_case, a_rejected_case])
def test_the_documents_of_either_decision_are_made(decided):
    given(*decided()).when(making()).then(MADE)


def test_only_who_has_the_file_makes_them():
    there = handed_over(a_decided_case())
    given(*there).when(making(), CLERK).then_refused("NOT_OWN_UNIT")
    given(*there).when(making(), CO_OFFICER).then_refused("NOT_OWN_UNIT")
    given(*there).when(making(), OFFICER).then(MADE)


@pytest.mark.parametrize("way", NotifyWay)
def test_the_applicant_is_told_in_one_of_the_ways(way):
    given(*a_made_case()).when(NotifyResult(**C, way=way)).then(ResultNotified(way=way))


def test_what_nobody_fetched_yet_is_kept_and_may_be_moved():
    kept = given(*a_notified_case()).when(KEEP)
    kept.then(ResultKept(place="3号柜"))
    given(*kept.history).when(replace(KEEP, place="5号柜")).then(ResultKept(place="5号柜"))
    assert given(*kept.history).when(delivering()).refusal is None


def test_it_is_delivered_at_the_counter_alone_or_in_a_bundle():
    given(*a_notified_case()).when(delivering(receiver=RECEIVER, bundle_no="B1")).then(
        ResultDelivered(
            way=DeliveryWay.COUNTER,
            receiver=RECEIVER.owned_by(CASE_ID),
            bundle_no="B1",
            seen=SEEN.owned_by(CASE_ID),
        )
    )


def test_what_goes_by_post_has_a_number_to_follow_it():
    post = delivering(way=DeliveryWay.POST, receiver=None, seen=None)
    given(*a_notified_case()).when(post).then_refused("TRACKING_NO_MISSING", "tracking_no")
    given(*a_notified_case()).when(replace(post, tracking_no="EMS1")).then(
        ResultDelivered(way=DeliveryWay.POST, tracking_no="EMS1")
    )


def test_nothing_is_delivered_to_nobody():
    given(*a_notified_case()).when(delivering(receiver=None)).then_refused(
        "RECEIVER_MISSING", "receiver"
    )
    ways = (DeliveryWay.LOCKER, DeliveryWay.ONLINE)
    there = a_notified_case(item=replace(ITEM, deliveries=ways))
    locker = delivering(way=DeliveryWay.LOCKER, receiver=None, seen=None)
    given(*there).when(locker).then_refused("RECEIVER_MISSING", "receiver")
    for act in (
        replace(locker, tracking_no="柜3-0917"),
        replace(locker, receiver=RECEIVER, seen=SEEN),
        replace(locker, way=DeliveryWay.ONLINE),
    ):
        assert given(*there).when(act).refusal is None


@pytest.mark.parametrize("way", [DeliveryWay.ONLINE, DeliveryWay.LOCKER])
def test_no_way_that_the_item_does_not_offer(way):
    given(*a_notified_case()).when(delivering(way=way)).then_refused("DELIVERY_NOT_OFFERED", "way")


ADDRESS = Address("科尔沁区建国路88号")
BY_POST = {"delivery": DeliveryWay.POST, "delivery_address": ADDRESS}
WHY = FreeText("申请人来电改为自取")


def test_b17a_it_goes_out_as_the_applicant_chose_or_says_why_not():
    there = a_notified_case(**BY_POST)
    given(*there).when(delivering(receiver=RECEIVER)).then_refused(
        "DELIVERY_NOT_AS_CHOSEN", "other_way_reason"
    )
    given(*there).when(delivering(receiver=RECEIVER, other_way_reason=WHY)).then(
        ResultDelivered(
            way=DeliveryWay.COUNTER,
            receiver=RECEIVER.owned_by(CASE_ID),
            seen=SEEN.owned_by(CASE_ID),
            instead_of=DeliveryWay.POST,
            other_way_reason=WHY.owned_by(CASE_ID),
        )
    )
    posted = delivering(way=DeliveryWay.POST, receiver=None, seen=None, tracking_no="EMS1")
    for history in (there, a_notified_case()):
        given(*history).when(posted).then(ResultDelivered(way=DeliveryWay.POST, tracking_no="EMS1"))


@pytest.mark.parametrize("way", [DeliveryWay.COUNTER, DeliveryWay.LOCKER])
def test_b17a_who_fetches_the_result_shows_a_paper(way):
    there = a_notified_case(item=replace(ITEM, deliveries=(way,)))
    given(*there).when(delivering(way=way, seen=None)).then_refused("COLLECTOR_UNCHECKED", "seen")
    wrong = replace(SEEN, paper_no=IdNumber("150502199001011233"))
    given(*there).when(delivering(way=way, seen=wrong)).then_refused(
        "ID_NUMBER_CHECK_FAILED", "seen.paper_no"
    )
    passport = replace(SEEN, paper=PaperKind.PASSPORT, paper_no=IdNumber("e12345678"))
    kept = replace(passport, paper_no=IdNumber("E12345678"))
    given(*there).when(delivering(way=way, seen=passport)).then(
        ResultDelivered(way=way, receiver=RECEIVER.owned_by(CASE_ID), seen=kept.owned_by(CASE_ID))
    )


def test_b17a_whoever_fetches_it_for_another_has_a_mandate():
    there = a_notified_case()
    other = replace(SEEN, collector=Collector.OTHER)
    given(*there).when(delivering(seen=other)).then_refused(
        "COLLECTING_MANDATE_MISSING", "seen.mandate"
    )
    given(*there).when(delivering(seen=replace(other, mandate="领1号"))).then(
        ResultDelivered(
            way=DeliveryWay.COUNTER,
            receiver=RECEIVER.owned_by(CASE_ID),
            seen=replace(other, mandate="领1号").owned_by(CASE_ID),
        )
    )


def test_b17a_an_agent_fetches_what_an_agent_applied_for():
    agent = replace(SEEN, collector=Collector.AGENT)
    given(*a_notified_case()).when(delivering(seen=agent)).then_refused(
        "NO_AGENT", "seen.collector"
    )
    by_agent = a_notified_case(agent=Agent(name=PersonName("赵代办")), mandate="委托1号")
    fetching = delivering(seen=agent, receiver=PersonName("赵代办"))
    assert given(*by_agent).when(fetching).refusal is None


@pytest.mark.parametrize("collector", [Collector.APPLICANT, Collector.AGENT])
def test_b17a_nobody_fetches_a_result_under_another_name_than_the_case_has(collector):
    there = a_notified_case(agent=Agent(name=PersonName("赵代办")), mandate="委托1号")
    seen = replace(SEEN, collector=collector)
    told = given(*there).when(delivering(seen=seen, receiver=PersonName("李四")))
    told.then_refused("COLLECTOR_NAME_DIFFERS", "receiver")
    assert told.refusal is not None
    shown = told.refusal.message + (told.refusal.remedy or "")
    assert not any(name in shown for name in ("张建国", "赵代办", "李四"))
    other = replace(SEEN, collector=Collector.OTHER, mandate="领1号")
    by_mandate = delivering(seen=other, receiver=PersonName("李四"))
    assert given(*there).when(by_mandate).refusal is None


@pytest.mark.parametrize(
    ("on_file", "told"),
    [
        ("张建国", " 张 建国\u3000"),
        ("阿拉坦·其其格", "阿拉坦•其其格"),
        ("John Smith", "JOHN SMITH"),
        ("科尔沁(通辽)牧业有限公司", "科尔沁(通辽)牧业有限公司"),
    ],
)
def test_b17a_a_name_that_is_typed_another_way_is_the_same_name(on_file, told):
    there = a_notified_case(applicant=Applicant(name=PersonName(on_file)))
    assert given(*there).when(delivering(receiver=PersonName(told))).refusal is None


def test_names_that_differ_in_a_rare_character_of_the_hall_are_different_names():
    there = a_notified_case(applicant=Applicant(name=PersonName("张\ue001")))
    told = delivering(receiver=PersonName("张\ue002"))
    given(*there).when(told).then_refused("COLLECTOR_NAME_DIFFERS", "receiver")


def test_b17a_the_name_that_was_corrected_last_is_the_one_that_counts():
    right = Applicant(name=PersonName("李四"))
    there = after(a_notified_case(), CorrectCase(**C, applicant=right, reason=WHY))
    given(*there).when(delivering()).then_refused("COLLECTOR_NAME_DIFFERS", "receiver")
    assert given(*there).when(delivering(receiver=PersonName("李四"))).refusal is None


def test_b17a_who_had_their_name_erased_still_fetches_their_result_and_the_event_says_so():
    fetched = given(*a_notified_case()).when(
        delivering(receiver=PersonName("李四")), on_file=NamesOnFile()
    )
    assert [event.name_uncompared for event in fetched.events] == [True]


def test_the_time_to_deliver_runs_from_the_decision_to_the_delivery():
    in_time = after(a_notified_case(), delivering(), at=local("2026-03-16 23:59:59"))
    assert deadline(in_time, LimitKind.DELIVER).state is DeadlineState.MET
    late = after(a_notified_case(), delivering(), at=local("2026-03-17 00:00"))
    assert deadline(late, LimitKind.DELIVER).state is DeadlineState.LATE
    assert running(late) == set()


@pytest.mark.parametrize(
    ("history", "act"),
    [
        (a_made_case(), making()),
        (a_decided_case(), notifying()),
        (a_notified_case(), notifying()),
        (a_made_case(), KEEP),
        (a_made_case(), delivering()),
        (a_delivered_case(), delivering()),
        (a_delivered_case(), KEEP),
    ],
)
def test_one_after_the_other_and_each_once(history, act):
    given(*history).when(act).then_refused("WRONG_STATUS")
