"""受理: by the hall, with a gap on promise, or by the law because nobody told what was missing."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.case.accept import (
    CaseAccepted,
    CaseDeemedAccepted,
    DeemAccepted,
    FillGap,
    GapFilled,
    Terms,
)
from bancheng.domain.case.supervise import CaseDeemedWithdrawn, DeemWithdrawn
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.effects import DeemedAcceptance
from support.builders import after, officer_of
from support.case_builders import (
    INSTANT,
    ITEM,
    THEME,
    C,
    a_pre_reviewed_case,
    a_received_case,
    a_submitted_case,
    a_supplementing_case,
    accepting,
    an_accepted_case,
    an_accepted_gap,
    an_online_case,
    case_due,
    deadline,
    ending,
    granting,
    handed_over,
    noticing,
    receiving,
    rejecting,
    reporting_refusal,
    running,
    starting,
    state_of,
    supplementing,
    ticked,
    verdicts_at,
    withdrawing,
)
from support.given import HEAD, OFFICER, RULES, START, given, local

RECEIVED = local("2026-03-02 09:01")
AT = local("2026-03-04 10:00")
PROMISED = case_due(ITEM.promised, LimitKind.PROMISED, AT, "2026-03-11")
STATUTORY = case_due(ITEM.statutory, LimitKind.STATUTORY, AT, "2026-04-01")
# The dates of the unit's own limits; as the applicant's time it only reminds.
GAP_DUE = case_due(ITEM.promised, LimitKind.SUPPLEMENT, AT, "2026-03-11")
GAP_DUE_BY_LAW = case_due(ITEM.statutory, LimitKind.SUPPLEMENT, AT, "2026-04-01")
TERMS = Terms(statutory=STATUTORY, promised=PROMISED)
ACCEPTED = CaseAccepted(unit="RS", terms=TERMS)
DEEM = DeemAccepted(**C)
LAPSED = local("2026-03-10 00:00")


def filling(*codes):
    return FillGap(**C, materials=ticked(*codes))


def test_with_acceptance_the_statutory_and_the_promised_time_begin_to_run():
    accepted = given(*a_received_case()).when(accepting(), at=AT)
    accepted.then(ACCEPTED)
    assert running(accepted.history) == {LimitKind.STATUTORY, LimitKind.PROMISED}
    assert deadline(accepted.history, LimitKind.NOTICE).state is DeadlineState.MET
    assert {deadline(accepted.history, kind).unit for kind in running(accepted.history)} == {"RS"}


def test_what_the_item_does_not_limit_the_law_does():
    accepted = given(*a_received_case("M1", item=INSTANT)).when(accepting(), at=AT)
    by_law = case_due("case.decide", LimitKind.STATUTORY, AT, "2026-04-01")
    on_the_spot = case_due("case.on_the_spot", LimitKind.PROMISED, AT, "2026-03-04")
    accepted.then(CaseAccepted(unit="RS", terms=Terms(statutory=by_law, promised=on_the_spot)))


def test_a_theme_has_the_joint_time_of_forty_five_working_days():
    accepted = given(*a_received_case(item=THEME)).when(accepting(), at=AT)
    joint = case_due("case.decide_joint", LimitKind.STATUTORY, AT, "2026-05-11")
    accepted.then(CaseAccepted(unit="HALL", terms=Terms(statutory=joint)))


def test_where_nothing_is_limited_nothing_runs():
    silent = replace(RULES, limits=())
    received = a_received_case("M1", item=INSTANT)
    accepted = given(*received).when(accepting(), rulebook=silent)
    accepted.then(CaseAccepted(unit="RS", terms=Terms()))
    assert running(accepted.history) == set()


def test_a_necessary_material_that_is_missing_forbids_acceptance():
    given(*a_received_case("M2")).when(accepting("承诺1号")).then_refused("MATERIALS_MISSING")


def test_a_gap_takes_a_written_promise():
    given(*a_received_case("M1")).when(accepting()).then_refused(
        "GAP_PROMISE_MISSING", "gap_promise_no"
    )


def test_what_is_promised_must_come_within_the_promised_time_of_the_item():
    accepted = given(*a_received_case("M1")).when(accepting("承诺1号"), at=AT)
    accepted.then(replace(ACCEPTED, gap_promise_no="承诺1号", gap=("M2",), gap_due=GAP_DUE))
    assert deadline(accepted.history, LimitKind.SUPPLEMENT).due == GAP_DUE


def test_without_a_promised_time_the_statutory_one_bounds_the_gap():
    unpromised = replace(ITEM, promised=None)
    received = a_received_case("M1", item=unpromised)
    [event] = given(*received).when(accepting("承诺1号"), at=AT).events
    assert event.gap_due == GAP_DUE_BY_LAW


def test_an_officer_of_the_unit_may_accept_but_not_one_of_another():
    assert given(*a_received_case()).when(accepting(), OFFICER).refusal is None
    given(*a_received_case()).when(accepting(), officer_of("YB")).then_refused("NOT_OWN_UNIT")


def test_acceptance_settles_a_proposal_to_refuse():
    reported = after(a_received_case(), reporting_refusal())
    assert state_of(after(reported, accepting())).refusal_reporters is None


def test_what_was_promised_comes_and_its_deadline_stops():
    filled = given(*an_accepted_gap()).when(filling("M2"))
    filled.then(GapFilled(materials=ticked("M2"), missing=()))
    assert deadline(filled.history, LimitKind.SUPPLEMENT).state is DeadlineState.MET


def test_as_long_as_one_promised_material_is_out_the_deadline_runs():
    loose = replace(ITEM, materials=tuple(replace(m, gap_allowed=True) for m in ITEM.materials))
    received = a_received_case("M3", item=loose)
    filled = given(*after(received, accepting("承诺1号"))).when(filling("M1"))
    filled.then(GapFilled(materials=ticked("M1"), missing=("M2",)))
    assert LimitKind.SUPPLEMENT in running(filled.history)
    assert LimitKind.SUPPLEMENT not in running(after(filled.history, filling("M2")))


@pytest.mark.parametrize("code", ["M1", "M3"])
def test_only_what_was_promised_fills_the_gap(code):
    given(*an_accepted_gap()).when(filling(code)).then_refused(
        "MATERIAL_NOT_PROMISED", "materials[0]"
    )


def test_a_gap_is_filled_with_materials_of_the_item_only():
    given(*an_accepted_gap()).when(filling("M9")).then_refused("MATERIAL_UNKNOWN", "materials[0]")


def test_where_nothing_was_promised_no_gap_is_filled():
    given(*an_accepted_case()).when(filling("M2")).then_refused("NO_GAP")
    given(*after(an_accepted_gap(), filling("M2"))).when(filling("M2")).then_refused("NO_GAP")


def test_with_an_open_gap_nothing_is_granted_but_may_be_refused():
    given(*an_accepted_gap()).when(granting(), OFFICER).then_refused("GAP_OPEN")
    assert given(*an_accepted_gap()).when(rejecting(), HEAD).refusal is None
    filled = after(an_accepted_gap(), filling("M2"))
    assert given(*filled).when(granting(), OFFICER).refusal is None


def test_what_was_promised_and_did_not_come_withdraws_the_application():
    deem = DeemWithdrawn(**C)
    given(*an_accepted_gap()).when(deem, at=local("2026-03-09 23:59")).then_refused("GAP_STILL_DUE")
    due = deadline(an_accepted_gap(), LimitKind.SUPPLEMENT).due
    withdrawn = given(*an_accepted_gap()).when(deem, at=LAPSED)
    withdrawn.then(
        CaseDeemedWithdrawn(
            due=due, missing=("M2",), verdicts=verdicts_at(an_accepted_gap(), LAPSED)
        )
    )
    assert running(withdrawn.history) == set()


@pytest.mark.parametrize("history", [an_accepted_case(), after(an_accepted_gap(), filling("M2"))])
def test_without_an_open_gap_nothing_is_withdrawn_by_itself(history):
    given(*history).when(DeemWithdrawn(**C), at=LAPSED).then_refused("GAP_STILL_DUE")


def test_the_law_does_not_wait_for_the_hall_to_record_what_it_did():
    for act, by in ((filling("M2"), None), (granting(), OFFICER), (rejecting(), HEAD)):
        late = given(*an_accepted_gap()).when(act, by, at=LAPSED)
        late.then_refused("DEEMED_WITHDRAWN")


def test_a_pause_for_the_unit_gives_the_applicant_no_more_time_for_what_was_promised():
    held = handed_over(an_accepted_gap())
    paused = after(held, starting(), OFFICER)
    assert deadline(paused, LimitKind.PROMISED).due.due_date == date(2026, 3, 23)
    given(*paused).when(filling("M2"), at=LAPSED).then_refused("DEEMED_WITHDRAWN")


def test_until_the_fifth_working_day_is_over_the_law_accepts_nothing():
    last = local("2026-03-09 23:59:59.999999")
    given(*a_received_case("M3")).when(DEEM, at=last).then_refused("NOTICE_STILL_DUE")


def test_then_the_case_is_accepted_from_the_day_of_receipt_whatever_is_missing():
    at = local("2026-03-10 08:00")
    history = a_received_case("M3")
    notice = deadline(history, LimitKind.NOTICE).due
    deemed = given(*history).when(DEEM, at=at)
    deemed.then(
        CaseDeemedAccepted(
            unit="RS",
            deemed=DeemedAcceptance(effective_at=RECEIVED, since=LAPSED, notice=notice),
            terms=Terms(
                statutory=case_due(ITEM.statutory, LimitKind.STATUTORY, RECEIVED, "2026-03-30"),
                promised=case_due(ITEM.promised, LimitKind.PROMISED, RECEIVED, "2026-03-09"),
            ),
            gap=("M1", "M2"),
        )
    )
    assert deadline(deemed.history, LimitKind.NOTICE).state is DeadlineState.LATE
    assert running(deemed.history) == {LimitKind.STATUTORY, LimitKind.PROMISED}


def test_the_explanation_says_why_and_on_what_ground():
    [event] = given(*a_received_case("M3")).when(DEEM, at=LAPSED).events
    why, ground, *days = event.deemed.lines()
    assert "自收到申请材料之日起即为受理" in why
    assert "行政许可法第三十二条第一款第(四)项" in ground
    assert any("2026-03-09" in line for line in days)


@pytest.mark.parametrize(
    "act",
    [noticing("M1", "M2"), accepting(), reporting_refusal()],
    ids=lambda it: type(it).__name__,
)
def test_after_that_day_nothing_that_would_have_come_before_acceptance_is_done(act):
    given(*a_received_case("M3")).when(act, at=LAPSED).then_refused("DEEMED_ACCEPTED")


def test_the_applicant_may_still_withdraw_what_the_law_accepted():
    assert given(*a_received_case("M3")).when(withdrawing(), at=LAPSED).refusal is None


def test_xkf_32_what_nobody_looked_at_for_five_days_is_accepted_from_the_submission():
    for history in (an_online_case(), a_pre_reviewed_case()):
        deemed = given(*history).when(DEEM, at=LAPSED)
        [event] = deemed.events
        assert event.deemed.effective_at == START
        assert event.terms.promised.started_at == START
        assert running(deemed.history) == {LimitKind.STATUTORY, LimitKind.PROMISED}
    given(*an_online_case()).when(DEEM, at=LAPSED - timedelta(seconds=1)).then_refused(
        "NOTICE_STILL_DUE"
    )
    given(*a_submitted_case()).when(DEEM, at=LAPSED).then_refused("NOTICE_STILL_DUE")


def test_what_nobody_ticked_is_taken_in_before_anything_is_granted():
    deemed = after(an_online_case(), DEEM, at=LAPSED)
    assert state_of(deemed).gap == state_of(deemed).missing == ("M1", "M2")
    given(*deemed).when(granting(), OFFICER).then_refused("GAP_OPEN")
    partly = after(deemed, filling("M1"))
    assert state_of(partly).gap == state_of(partly).missing == ("M2",)
    whole = after(partly, filling("M2"))
    assert given(*whole).when(granting(), OFFICER).refusal is None


def test_what_was_promised_and_came_is_missing_no_more():
    filled = after(an_accepted_gap(), filling("M2"))
    assert state_of(filled).missing == state_of(filled).gap == ()


def test_a_notice_in_time_keeps_the_law_from_accepting():
    given(*a_supplementing_case()).when(DEEM, at=LAPSED).then_refused("WRONG_STATUS")
    back = after(a_supplementing_case(), supplementing("M3"))
    given(*back).when(DEEM, at=local("2026-03-09 10:00")).then_refused("NOTICE_STILL_DUE")


def test_where_the_rule_book_knows_no_time_for_the_notice_the_law_accepts_nothing():
    silent = replace(RULES, limits=())
    received = given(*a_submitted_case()).when(receiving("M1"), rulebook=silent)
    given(*received.history).when(DEEM, at=LAPSED).then_refused("NOTICE_STILL_DUE")


def test_what_is_missing_in_a_case_the_law_accepted_is_taken_in_and_needed_for_a_grant():
    deemed = after(a_received_case("M1"), DEEM, at=LAPSED)
    given(*deemed).when(granting(), OFFICER).then_refused("GAP_OPEN")
    filled = after(deemed, filling("M2"), at=local("2026-03-20 10:00"))
    assert given(*filled).when(granting(), OFFICER).refusal is None
    given(*deemed).when(DeemWithdrawn(**C), at=local("2026-05-20 10:00")).then_refused(
        "GAP_STILL_DUE"
    )


def test_a_procedure_in_a_case_the_law_accepted_pauses_its_time():
    deemed = handed_over(after(a_received_case(), DEEM, at=LAPSED))
    paused = after(deemed, starting(on="2026-03-11"), OFFICER, at=local("2026-03-11 10:00"))
    ended = after(paused, ending(), OFFICER, at=local("2026-03-13 10:00"))
    assert deadline(ended, LimitKind.STATUTORY).due.due_date == date(2026, 4, 1)
