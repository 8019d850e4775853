"""延续: decided before the licence expires, or deemed renewed; not who applies late."""

from datetime import date

import pytest
from msgspec.structs import replace

from bancheng.domain.case.correct import CorrectCase
from bancheng.domain.case.recall import RecallDecision
from bancheng.domain.case.renewal import DeemRenewed
from bancheng.domain.case.renewing import Renewal
from bancheng.domain.case.terms import CaseOutcome, CaseStatus
from bancheng.domain.case.verify import MakeResult
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.items import PowerType
from bancheng.domain.limit_kinds import LegalEffect, LimitKind
from bancheng.domain.people import CertificateNumber
from bancheng.domain.time_limits.terms import EffectRule
from support.builders import after
from support.case_builders import (
    ITEM,
    TEXT,
    C,
    a_decided_case,
    a_submitted_case,
    accepting,
    an_accepted_case,
    deadline,
    granting,
    making,
    running,
    starting,
    state_of,
)
from support.given import HEAD, OFFICER, RULES, given, local

EXPIRY = date(2026, 4, 1)  # thirty days after the application of 2 March
RENEWS = Renewal(licence_no=CertificateNumber("JY1"), expires_on=EXPIRY)
DEEM = DeemRenewed(**C)
EXPIRED = local("2026-04-02 00:00")
RENEWAL = LimitKind.RENEWAL


def accepted(expires_on=EXPIRY, **fields):
    return an_accepted_case(renewal=replace(RENEWS, expires_on=expires_on), **fields)


def test_xkf_50_what_is_undecided_when_the_licence_expires_is_deemed_renewed():
    case = accepted()
    assert str(deadline(case, RENEWAL).due.due_date) == "2026-04-01"
    given(*case).when(DEEM, at=local("2026-04-01 23:59")).then_refused("LICENCE_STILL_VALID")
    renewed = given(*case).when(DEEM, at=EXPIRED)
    [event] = renewed.events
    assert {one.kind: one.verdict.on_time for one in event.verdicts} == {
        LimitKind.STATUTORY: False, LimitKind.PROMISED: False,
    }  # fmt: skip
    state = state_of(renewed.history)
    assert (state.status, state.outcome) == (CaseStatus.DECIDED, CaseOutcome.GRANTED)
    assert deadline(renewed.history, RENEWAL).state.is_late
    assert running(renewed.history) == {LimitKind.DELIVER}
    assert given(*renewed.history).when(making(), OFFICER).refusal is None


def test_xkf_50_nobody_decides_what_law_has_renewed():
    given(*accepted()).when(granting(), OFFICER, at=EXPIRED).then_refused("DEEMED_RENEWED")


def test_xkf_50_a_decision_before_the_expiry_ends_its_time():
    decided = a_decided_case(renewal=RENEWS)
    assert deadline(decided, RENEWAL).state is DeadlineState.MET
    given(*decided).when(DEEM, at=EXPIRED).then_refused("WRONG_STATUS")
    recalled = after(decided, RecallDecision(**C, reason=TEXT), HEAD)
    assert str(deadline(recalled, RENEWAL).due.due_date) == "2026-04-01"
    assert given(*recalled).when(DEEM, at=EXPIRED).refusal is None


def test_a_recall_does_not_bring_back_an_expiry_that_was_corrected_to_none():
    """What had expired before it was applied for is renewed by no expiry, recalled or not."""
    expired = CorrectCase(**C, reason=TEXT, licence_expires_on=date(2026, 3, 1))
    decided = after(after(accepted(), expired, OFFICER), granting(), OFFICER)
    recalled = after(decided, RecallDecision(**C, reason=TEXT), HEAD)
    assert RENEWAL not in running(recalled)
    given(*recalled).when(DEEM, at=EXPIRED).then_refused("LICENCE_STILL_VALID")
    assert given(*recalled).when(granting(), OFFICER, at=EXPIRED).refusal is None


def test_xkf_50_nobody_takes_back_what_law_did_at_the_expiry():
    renewed = after(accepted(), DEEM, at=EXPIRED)
    recall = RecallDecision(**C, reason=TEXT)
    given(*renewed).when(recall, HEAD).then_refused("DEEMED_RENEWED")


def test_xkf_50_a_procedure_that_is_on_at_the_expiry_pauses_nothing_any_more():
    started = after(accepted(), starting(), OFFICER)
    state = state_of(after(started, DEEM, at=EXPIRED))
    assert (state.procedure, state.pause) == (None, None)


def test_xkf_50_who_applies_later_than_thirty_days_before_is_marked_and_not_deemed_renewed():
    late = date(2026, 3, 31)
    assert a_submitted_case(renewal=replace(RENEWS, expires_on=late))[0].event.renewing.is_late
    assert not a_submitted_case(renewal=RENEWS)[0].event.renewing.is_late
    case = accepted(late)
    given(*case).when(DEEM, at=EXPIRED).then_refused("LICENCE_STILL_VALID")
    assert given(*case).when(granting(), OFFICER, at=EXPIRED).refusal is None


def test_xkf_50_unless_the_rule_book_says_that_a_late_one_is_too():
    rule = EffectRule(code=LegalEffect.DEEMED_RENEWED_LATE, basis="本地条例")
    book = replace(RULES, effects=(*RULES.effects, rule))
    received = an_accepted_case(renewal=replace(RENEWS, expires_on=date(2026, 3, 31)))[:-1]
    case = after(received, accepting(), rulebook=book)
    assert given(*case).when(DEEM, at=EXPIRED).refusal is None


@pytest.mark.parametrize(("ahead", "is_late"), [(None, False), (30, False), (31, True)])
def test_xkf_50_the_law_of_the_item_says_how_long_before(ahead, is_late):
    item = replace(ITEM, renewal_ahead_days=ahead)
    assert a_submitted_case(item=item, renewal=RENEWS)[0].event.renewing.is_late is is_late


def test_what_is_no_licence_is_not_deemed_renewed():
    service = replace(ITEM, type=PowerType.PUBLIC_SERVICE)
    case = accepted(item=service)
    given(*case).when(DEEM, at=EXPIRED).then_refused("LICENCE_STILL_VALID")


def test_a_certificate_says_from_when_to_when_it_is_valid():
    valid = {"valid_from": date(2026, 4, 2), "valid_until": date(2031, 4, 1)}
    make = MakeResult(**C, documents=("许可证",), certificate_no=CertificateNumber("JY1"), **valid)
    [made] = given(*a_decided_case()).when(make, OFFICER).events
    assert (made.valid_from, made.valid_until) == tuple(valid.values())
    wrong = replace(make, valid_until=date(2026, 4, 1))
    given(*a_decided_case()).when(wrong, OFFICER).then_refused("VALIDITY_REVERSED", "valid_until")
