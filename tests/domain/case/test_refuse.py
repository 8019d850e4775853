"""否定报备: the window has no veto; what it proposes to refuse is decided above it."""

import pytest
from msgspec.structs import replace

from bancheng.app.registry import BY_COMMAND
from bancheng.domain.case.refuse import (
    AcceptanceRefused,
    DenyRefusal,
    RefusalDenied,
    RefusalReported,
    RefuseAcceptance,
)
from bancheng.domain.case.terms import RefusalGround
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.item_types import PowerType
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from support.builders import after, officer_of
from support.case_builders import (
    ITEM,
    RIGHT_ORGAN,
    SEALED,
    TEXT,
    C,
    a_received_case,
    a_submitted_case,
    a_supplementing_case,
    accepting,
    an_online_case,
    deadline,
    noticing,
    receiving,
    refusing,
    reporting_refusal,
    running,
    supplementing,
)
from support.given import DUTY, HEAD, OFFICER, given, local

BASIS = "行政许可法第三十二条"
DENY = DenyRefusal(**C, ruling=TEXT)
REPORTED = after(a_received_case(), reporting_refusal())
UNSUPPLEMENTED = RefusalGround.NOT_SUPPLEMENTED
LAPSED = local("2026-03-10 00:00")


def test_the_window_proposes_a_refusal_with_facts_and_basis():
    given(*a_received_case()).when(reporting_refusal()).then(
        RefusalReported(
            ground=RefusalGround.NOT_OURS, reason=SEALED, basis=BASIS, right_organ=RIGHT_ORGAN
        )
    )


def test_neither_the_window_nor_the_officer_may_refuse():
    assert not {Role.WINDOW_CLERK, Role.UNIT_OFFICER} & BY_COMMAND[RefuseAcceptance].by


def test_nothing_is_refused_that_was_not_proposed():
    given(*a_received_case()).when(refusing(), DUTY).then_refused("REFUSAL_NOT_REPORTED")
    given(*a_received_case()).when(DENY, DUTY).then_refused("REFUSAL_NOT_REPORTED")


def test_a_proposal_that_waits_is_not_repeated():
    given(*REPORTED).when(reporting_refusal()).then_refused("REFUSAL_PENDING")


@pytest.mark.parametrize("above", [DUTY, HEAD], ids=lambda it: it.name)
def test_the_duty_leader_or_the_head_of_the_unit_refuses_in_writing(above):
    refused = given(*REPORTED).when(refusing(), above)
    refused.then(
        AcceptanceRefused(
            ground=RefusalGround.NOT_OURS,
            reason=SEALED,
            basis=BASIS,
            remedy=SEALED,
            right_organ=RIGHT_ORGAN,
        )
    )
    assert deadline(refused.history, LimitKind.NOTICE).state is DeadlineState.MET
    assert running(refused.history) == set()


@pytest.mark.parametrize("act", [refusing(), DENY], ids=lambda it: type(it).__name__)
def test_the_head_of_another_unit_does_not_decide(act):
    given(*REPORTED).when(act, replace(HEAD, unit="YB")).then_refused("NOT_OWN_UNIT")


@pytest.mark.parametrize("act", [refusing(), DENY], ids=lambda it: type(it).__name__)
def test_who_proposed_a_refusal_does_not_decide_it_whatever_else_they_may(act):
    both = replace(DUTY, roles=(*DUTY.roles, Role.WINDOW_CLERK))
    proposed = after(a_received_case(), reporting_refusal(), both)
    given(*proposed).when(act, both).then_refused("REFUSAL_DECIDER_IS_REPORTER")
    given(*proposed).when(act, replace(both, post="另一岗位")).then_refused(
        "REFUSAL_DECIDER_IS_REPORTER"
    )
    assert given(*proposed).when(act, replace(both, id="l2")).refusal is None


def test_who_proposed_before_may_decide_what_somebody_else_proposes():
    both = replace(DUTY, roles=(*DUTY.roles, Role.WINDOW_CLERK))
    denied = after(after(a_received_case(), reporting_refusal(), both), DENY, HEAD)
    again = after(denied, reporting_refusal())
    assert given(*again).when(refusing(), both).refusal is None


def test_what_is_not_agreed_to_goes_on():
    denied = given(*REPORTED).when(DENY, DUTY)
    denied.then(RefusalDenied(ruling=SEALED))
    assert given(*denied.history).when(accepting()).refusal is None
    given(*denied.history).when(refusing(), DUTY).then_refused("REFUSAL_NOT_REPORTED")
    assert given(*denied.history).when(reporting_refusal()).refusal is None


def test_a_proposal_does_not_stop_the_time_to_tell_what_is_missing():
    assert running(REPORTED) == {LimitKind.NOTICE}
    given(*REPORTED).when(refusing(), DUTY, at=LAPSED).then_refused("DEEMED_ACCEPTED")


def test_a_notice_settles_the_proposal():
    noticed = after(REPORTED, noticing("M1"))
    given(*noticed).when(refusing(), DUTY).then_refused("REFUSAL_NOT_REPORTED")


def test_an_officer_of_another_unit_proposes_nothing():
    assert given(*a_received_case()).when(reporting_refusal(), OFFICER).refusal is None
    given(*a_received_case()).when(reporting_refusal(), officer_of("YB")).then_refused(
        "NOT_OWN_UNIT"
    )


@pytest.mark.parametrize(
    ("history", "act"),
    [(a_received_case(), reporting_refusal(UNSUPPLEMENTED)), (REPORTED, refusing(UNSUPPLEMENTED))],
    ids=["proposed", "refused"],
)
def test_who_was_never_told_to_supplement_is_not_refused_for_not_doing_so(history, act):
    by = DUTY if history is REPORTED else None
    given(*history).when(act, by).then_refused("SUPPLEMENT_NEVER_TOLD", "ground")


OVER = local("2026-03-17 00:00")
UNSUPPLIED = after(a_supplementing_case(), reporting_refusal(UNSUPPLEMENTED), at=OVER)


def test_who_was_told_and_brought_nothing_may_be_refused():
    refused = given(*UNSUPPLIED).when(refusing(UNSUPPLEMENTED), DUTY)
    [event] = refused.events
    assert event.ground is UNSUPPLEMENTED
    assert running(refused.history) == set()
    assert (
        deadline(refused.history, LimitKind.AWAIT_SUPPLEMENT).state is DeadlineState.RELEASED_LATE
    )


@pytest.mark.parametrize("act", [UNSUPPLEMENTED, RefusalGround.NOT_OURS])
def test_nobody_is_refused_before_the_time_for_the_supplement_is_over(act):
    waiting = a_supplementing_case()
    given(*waiting).when(reporting_refusal(act)).then_refused("SUPPLEMENT_STILL_DUE")
    last = local("2026-03-16 23:59:59.999999")
    given(*waiting).when(reporting_refusal(act), at=last).then_refused("SUPPLEMENT_STILL_DUE")


def test_who_was_told_to_supplement_is_refused_on_no_other_ground():
    waiting = a_supplementing_case()
    given(*waiting).when(reporting_refusal(), at=OVER).then_refused("SUPPLEMENT_AWAITED", "ground")
    given(*UNSUPPLIED).when(refusing(), DUTY).then_refused("SUPPLEMENT_AWAITED", "ground")


def test_what_comes_meanwhile_settles_the_proposal():
    came = after(UNSUPPLIED, supplementing("M2"))
    given(*came).when(refusing(UNSUPPLEMENTED), DUTY).then_refused("REFUSAL_NOT_REPORTED")
    assert given(*came).when(accepting()).refusal is None


def test_xkf_32_who_brought_all_that_was_told_is_not_refused_for_not_doing_so():
    came = after(a_supplementing_case(), supplementing("M2"), at=local("2026-03-16 09:00"))
    given(*came).when(reporting_refusal(UNSUPPLEMENTED), at=OVER).then_refused(
        "GROUND_UNFOUNDED", "ground"
    )
    assert given(*came).when(accepting(), at=OVER).refusal is None


def test_who_supplemented_in_part_may_be_refused_for_the_rest_once_the_time_is_over():
    partly = after(a_supplementing_case(), supplementing("M3"), at=local("2026-03-16 09:00"))
    given(*partly).when(reporting_refusal(UNSUPPLEMENTED)).then_refused(
        "GROUND_TOO_EARLY", "ground"
    )
    proposed = after(partly, reporting_refusal(UNSUPPLEMENTED), at=OVER)
    assert given(*proposed).when(refusing(UNSUPPLEMENTED), DUTY).refusal is None


@pytest.mark.parametrize("history", [a_received_case(), a_received_case("M1"), an_online_case()])
def test_xkf_32_whether_the_conditions_are_met_is_no_ground_not_to_accept(history):
    ineligible = RefusalGround.NOT_ELIGIBLE
    given(*history).when(reporting_refusal(ineligible)).then_refused(
        "ELIGIBILITY_NOT_A_GROUND", "ground"
    )
    reported = after(history, reporting_refusal())
    given(*reported).when(refusing(ineligible), DUTY).then_refused(
        "ELIGIBILITY_NOT_A_GROUND", "ground"
    )


def test_what_is_no_licence_has_its_own_law_on_that():
    service = replace(ITEM, type=PowerType.PUBLIC_SERVICE)
    received = after(a_submitted_case(service), receiving("M1", "M2"))
    assert given(*received).when(reporting_refusal(RefusalGround.NOT_ELIGIBLE)).refusal is None


def test_xkf_32_who_is_not_competent_names_who_is():
    nobody = {"right_organ": None}
    given(*a_received_case()).when(reporting_refusal(**nobody)).then_refused(
        "RIGHT_ORGAN_MISSING", "right_organ"
    )
    given(*REPORTED).when(refusing(**nobody), DUTY).then_refused(
        "RIGHT_ORGAN_MISSING", "right_organ"
    )
    needless = reporting_refusal(RefusalGround.NOT_REQUIRED)
    assert given(*a_received_case()).when(needless).refusal is None
