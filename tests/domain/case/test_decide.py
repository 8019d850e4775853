"""作出决定: granted or refused with the verdicts on the time it took."""

import pytest
from msgspec.structs import replace

from bancheng.domain.case.deadline import DeadlineVerdict
from bancheng.domain.case.decide import (
    CaseDecided,
    DecideCase,
    decide,
)
from bancheng.domain.case.terms import CaseOutcome
from bancheng.domain.commands import Desk
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.limit import judge
from support.builders import after, officer_of
from support.case_builders import (
    CASE_ID,
    INSTANT,
    ITEM,
    SEALED,
    a_decided_case,
    a_received_case,
    accepting,
    an_accepted_case,
    an_accepted_gap,
    case_due,
    deadline,
    granting,
    handed_over,
    rejecting,
    running,
    state_of,
)
from support.given import (
    CALENDAR,
    CLERK,
    DUTY,
    HEAD,
    OFFICER,
    RULES,
    START,
    given,
    local,
)

STATUTORY, PROMISED, SUPPLEMENT = LimitKind.STATUTORY, LimitKind.PROMISED, LimitKind.SUPPLEMENT
ACCEPTED_AT = local("2026-03-02 09:02")
AT = local("2026-03-09 16:00")
PROMISE = case_due(ITEM.promised, PROMISED, ACCEPTED_AT, "2026-03-09")
LAW = case_due(ITEM.statutory, STATUTORY, ACCEPTED_AT, "2026-03-30")


def verdicts(at):
    return tuple(
        DeadlineVerdict(kind=kind, subject=CASE_ID, verdict=judge(due, at, CALENDAR))
        for kind, due in ((STATUTORY, LAW), (PROMISED, PROMISE))
    )


def deliver_due(at, last_day):
    return case_due("case.deliver", LimitKind.DELIVER, at, last_day)


GRANTED = CaseDecided(
    outcome=CaseOutcome.GRANTED, document_no="许可1号", verdicts=verdicts(AT),
    deliver_due=deliver_due(AT, "2026-03-23"),
)  # fmt: skip


def test_a_grant_carries_the_verdict_on_both_times_and_the_day_of_delivery():
    decided = given(*an_accepted_case()).when(granting(), OFFICER, at=AT)
    decided.then(GRANTED)
    assert [one.verdict.on_time for one in GRANTED.verdicts] == [True, True]
    assert deadline(decided.history, PROMISED).state is DeadlineState.MET
    assert running(decided.history) == {LimitKind.DELIVER}


def test_the_promised_day_ends_at_midnight():
    first = local("2026-03-10 00:00")
    decided = given(*an_accepted_case()).when(granting(), OFFICER, at=first)
    assert [one.verdict.on_time for one in decided.events[0].verdicts] == [True, False]
    assert deadline(decided.history, PROMISED).state is DeadlineState.LATE
    assert deadline(decided.history, STATUTORY).state is DeadlineState.MET


def test_a_refusal_says_why_on_what_ground_and_what_can_be_done_against_it():
    given(*an_accepted_case()).when(rejecting(), HEAD, at=AT).then(
        replace(
            GRANTED,
            outcome=CaseOutcome.REFUSED,
            document_no="不予1号",
            reason=SEALED,
            basis="食品安全法第三十五条",
            remedy=SEALED,
        )
    )


@pytest.mark.parametrize(("field", "empty"), [("reason", None), ("basis", ""), ("remedy", None)])
def test_a_refusal_without_one_of_them_is_none(field, empty):
    bare = rejecting(**{field: empty})
    given(*an_accepted_case()).when(bare, HEAD).then_refused("REFUSAL_UNGROUNDED", field)


@pytest.mark.parametrize("by", [CLERK, OFFICER], ids=lambda it: it.name)
@pytest.mark.parametrize("item", [ITEM, INSTANT], ids=lambda it: it.name)
def test_only_the_head_of_the_unit_refuses(item, by):
    history = after(a_received_case(*(one.code for one in item.materials), item=item), accepting())
    given(*history).when(rejecting(), by).then_refused("REFUSAL_NOT_YOURS")
    given(*history).when(rejecting(), replace(HEAD, unit="YB")).then_refused("NOT_OWN_UNIT")


def test_an_instant_item_is_decided_at_the_window_at_once():
    instant = after(a_received_case("M1", item=INSTANT), accepting())
    decided = given(*instant).when(granting(), CLERK)
    assert decided.events[0].outcome is CaseOutcome.GRANTED


def test_another_item_is_not():
    given(*an_accepted_case()).when(granting(), CLERK).then_refused("NOT_INSTANT")
    held = handed_over(an_accepted_case(), "HALL")
    given(*held).when(granting(), CLERK).then_refused("NOT_INSTANT")


def test_the_unit_of_the_item_decides_and_none_that_only_has_the_file():
    lent = handed_over(an_accepted_case(), "YB")
    given(*lent).when(granting(), officer_of("YB")).then_refused("NOT_OWN_UNIT")
    given(*lent).when(granting(), OFFICER).then_refused("NOT_OWN_UNIT")


def test_whether_a_case_may_be_granted_and_whether_it_may_be_refused_are_asked_apart():
    desk = Desk(now=START, actor=HEAD, calendar=CALENDAR, rulebook=RULES, stream_id=CASE_ID)
    lacking = state_of(an_accepted_gap())
    assert decide.among(lacking) == ["granted", "refused"]
    assert decide.refusal(lacking, DecideCase, desk, "granted").code == "GAP_OPEN"
    assert decide.refusal(lacking, DecideCase, desk, "refused") is None
    officers = replace(desk, actor=OFFICER)
    assert decide.refusal(lacking, DecideCase, officers, "refused").code == "REFUSAL_NOT_YOURS"


def test_a_case_is_decided_once():
    given(*a_decided_case()).when(granting(), OFFICER).then_refused("WRONG_STATUS")


def test_without_limits_there_is_nothing_to_judge():
    silent = replace(RULES, limits=())
    bare = replace(ITEM, statutory=None, promised=None)
    accepted = given(*a_received_case(item=bare)).when(accepting(), rulebook=silent)
    decided = given(*accepted.history).when(granting(), OFFICER, rulebook=silent)
    decided.then(replace(GRANTED, verdicts=(), deliver_due=None))


def test_a_refusal_ends_the_wait_for_what_was_promised():
    rejected = after(an_accepted_gap(), rejecting(), HEAD)
    assert deadline(rejected, SUPPLEMENT).state is DeadlineState.RELEASED
    assert running(rejected) == {LimitKind.DELIVER}


def test_the_duty_leader_may_stand_in_for_a_unit():
    assert (
        given(*an_accepted_case())
        .when(rejecting(), replace(DUTY, roles=(*DUTY.roles, *HEAD.roles)))
        .refusal
        is None
    )
