"""作出决定: granted or refused with the verdicts on the time it took; recalled if it was wrong."""

import pytest
from msgspec.structs import replace

from bancheng.domain.case.accept import FillGap
from bancheng.domain.case.deadline import DeadlineDue, DeadlineVerdict
from bancheng.domain.case.decide import (
    CaseDecided,
    DecideCase,
    DecisionRecalled,
    RecallDecision,
    decide,
)
from bancheng.domain.case.terms import CaseOutcome, CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.limit import judge
from bancheng.domain.warnings.raising import RaiseWarning
from support.builders import after, officer_of
from support.case_builders import (
    CASE_ID,
    INSTANT,
    ITEM,
    SEALED,
    TEXT,
    C,
    a_decided_case,
    a_made_case,
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
    ticked,
)
from support.given import (
    CALENDAR,
    CLERK,
    DUTY,
    EFFICIENCY,
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
RECALL = RecallDecision(**C, reason=TEXT)


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


BACK = local("2026-03-11 10:00")


def reopened(kind, limit, last_day):
    due = case_due(limit, kind, ACCEPTED_AT, last_day)
    return DeadlineDue(kind=kind, subject=CASE_ID, due=due)


DECIDED_AT = local("2026-03-05 10:00")
DECIDED = after(an_accepted_case(), granting(), OFFICER, at=DECIDED_AT)


def test_a_recalled_decision_lets_the_deadlines_stand_where_they_stood():
    recalled = given(*DECIDED).when(RECALL, HEAD, at=BACK)
    recalled.then(
        DecisionRecalled(
            reason=SEALED,
            dues=(
                reopened(STATUTORY, ITEM.statutory, "2026-03-30"),
                reopened(PROMISED, ITEM.promised, "2026-03-09"),
            ),
        )
    )
    assert running(recalled.history) == {STATUTORY, PROMISED}
    assert deadline(recalled.history, LimitKind.DELIVER).state is DeadlineState.RELEASED
    state = state_of(recalled.history)
    assert (state.status, state.outcome) == (CaseStatus.ACCEPTED, None)


def test_a_recalled_decision_was_no_end_and_its_limits_count_once():
    recalled = after(DECIDED, RECALL, HEAD, at=BACK)
    promised = deadline(recalled, PROMISED)
    assert (promised.run, promised.cycle, promised.ended_at) == (1, 2, None)
    late = after(an_accepted_case(), granting(), OFFICER, at=local("2026-03-10 10:00"))
    again = deadline(after(late, RECALL, HEAD, at=BACK), PROMISED)
    assert (again.run, again.expired_at) == (1, local("2026-03-10 00:00"))


def test_what_was_late_when_it_was_decided_is_late_when_it_is_recalled():
    late = after(an_accepted_case(), granting(), OFFICER, at=local("2026-03-10 10:00"))
    recalled = after(late, RECALL, HEAD, at=BACK)
    again = given(*recalled).when(granting(), OFFICER, at=local("2026-03-11 11:00"))
    assert [one.verdict.on_time for one in again.events[0].verdicts] == [True, False]


def test_what_was_warned_of_before_the_decision_is_not_warned_of_again():
    red = RaiseWarning(matter_id=CASE_ID, kind=PROMISED, subject=CASE_ID, level=WarningLevel.RED)
    at = local("2026-03-10 10:00")
    warned = after(an_accepted_case(), red, EFFICIENCY, at=at)
    recalled = after(after(warned, granting(), OFFICER), RECALL, HEAD, at=BACK)
    given(*recalled).when(red, EFFICIENCY).then_refused("LEVEL_NOT_DUE", "level")
    assert WarningLevel.RED in deadline(recalled, PROMISED).raised


def test_a_recalled_refusal_waits_again_for_what_was_promised():
    rejected = after(an_accepted_gap(), rejecting(), HEAD, at=DECIDED_AT)
    recalled = after(rejected, RECALL, HEAD, at=BACK)
    assert running(recalled) == {STATUTORY, PROMISED, SUPPLEMENT}
    assert str(deadline(recalled, SUPPLEMENT).due.due_date) == "2026-03-09"


def test_a_gap_that_was_filled_before_stays_filled():
    fill = FillGap(**C, materials=ticked("M2"))
    decided = after(after(an_accepted_gap(), fill), granting(), OFFICER)
    recalled = after(decided, RECALL, HEAD)
    assert running(recalled) == {STATUTORY, PROMISED}
    assert deadline(recalled, SUPPLEMENT).state is DeadlineState.MET


def test_the_head_of_the_unit_recalls_wherever_the_file_is():
    away = handed_over(a_decided_case(), "HALL")
    assert given(*away).when(RECALL, HEAD).refusal is None
    given(*away).when(RECALL, replace(HEAD, unit="YB")).then_refused("NOT_OWN_UNIT")


@pytest.mark.parametrize("history", [an_accepted_case(), a_made_case()])
def test_what_is_not_decided_or_was_made_already_is_not_recalled(history):
    given(*history).when(RECALL, HEAD).then_refused("WRONG_STATUS")


def test_a3_deciding_and_recalling_again_and_again_buys_no_day():
    history = DECIDED
    for day in ("2026-03-08", "2026-03-09", "2026-03-19"):
        recalled = after(history, RECALL, HEAD, at=local(f"{day} 10:00"))
        history = after(recalled, granting(), OFFICER)
    assert str(deadline(history, PROMISED).due.due_date) == "2026-03-09"
    assert deadline(history, PROMISED).expired_at == local("2026-03-10 00:00")
    verdicts = {one.kind: one.verdict.on_time for one in history[-1].event.verdicts}
    assert verdicts == {STATUTORY: True, PROMISED: False}


def test_the_duty_leader_may_stand_in_for_a_unit():
    assert (
        given(*an_accepted_case())
        .when(rejecting(), replace(DUTY, roles=(*DUTY.roles, *HEAD.roles)))
        .refusal
        is None
    )
