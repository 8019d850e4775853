"""法定后果: what only some law does, only a hall under that law has (domain.md 2.1, 4.2)."""

from msgspec.structs import replace

from bancheng.domain.case.accept import DeemAccepted, FillGap
from bancheng.domain.case.supervise import CaseDeemedWithdrawn, DeemWithdrawn
from bancheng.domain.complaint.suspend import RequestSuspension
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.item_types import PowerType
from bancheng.domain.limit_kinds import LegalEffect, LimitKind
from bancheng.infra.rulebooks import load_rulebook
from support.builders import LEAD, TEXT, a_signed_in_ticket
from support.case_builders import (
    ITEM,
    C,
    a_received_case,
    a_submitted_case,
    accepting,
    deadline,
    granting,
    noticing,
    receiving,
    ticked,
)
from support.given import OFFICER, RULES, STREAM, given, local
from support.rules import SHIPPED

LONG_AFTER = local("2026-06-01 10:00")
DEFAULT, ANYANG, JINAN = map(load_rulebook, ("default", "anyang", "jinan"))


def accepted_with_gap(book):
    return given(*a_received_case("M1")).when(accepting("承诺1号"), rulebook=book).history


def test_each_shipped_book_has_the_effects_of_its_own_law_and_of_the_nation():
    has = {book.id: {str(rule.code) for rule in book.effects} for book in SHIPPED}

    nation = {"deemed_accepted", "deemed_renewed"}
    assert has.pop("anyang") == nation | {"deemed_withdrawn"}
    assert has.pop("jinan") == nation | {"suspended"}
    assert all(effects == nation for effects in has.values())
    assert all(rule.basis for book in SHIPPED for rule in book.effects)


def test_ay_24_only_under_the_law_of_anyang_a_gap_that_stays_open_withdraws_the_case():
    here, elsewhere = accepted_with_gap(ANYANG), accepted_with_gap(DEFAULT)
    deem = DeemWithdrawn(**C)

    (event,) = given(*here).when(deem, at=LONG_AFTER).events
    assert isinstance(event, CaseDeemedWithdrawn)
    assert event.due.effect.basis == ANYANG.effect_for(LegalEffect.DEEMED_WITHDRAWN).basis
    given(*elsewhere).when(deem, at=LONG_AFTER).then_refused("NO_SUCH_EFFECT")


def test_elsewhere_the_gap_only_goes_late_and_can_still_be_filled():
    history = accepted_with_gap(DEFAULT)
    fill = FillGap(**C, materials=ticked("M2"))

    filled = given(*history).when(fill, at=LONG_AFTER)
    assert filled.refusal is None
    assert deadline(filled.history, LimitKind.SUPPLEMENT).state is DeadlineState.LATE
    assert given(*filled.history).when(granting(), OFFICER, at=LONG_AFTER).refusal is None


def test_under_the_law_of_anyang_it_can_not_be_filled_any_more():
    history = accepted_with_gap(ANYANG)
    fill = FillGap(**C, materials=ticked("M2"))

    given(*history).when(fill, at=LONG_AFTER).then_refused("DEEMED_WITHDRAWN")


def test_a_case_keeps_the_effects_of_the_book_under_which_its_limit_began():
    history = accepted_with_gap(DEFAULT)

    given(*history).when(DeemWithdrawn(**C), at=LONG_AFTER, rulebook=ANYANG).then_refused(
        "NO_SUCH_EFFECT"
    )


def test_jn_24_only_under_the_law_of_jinan_an_order_is_suspended():
    until = local("2026-03-04 10:00")
    suspend = RequestSuspension(ticket_id=STREAM, order_id=LEAD, until=until, measures=TEXT)
    signed_in = given(*a_signed_in_ticket())

    signed_in.when(suspend, rulebook=DEFAULT).then_refused("NO_SUCH_EFFECT")
    assert signed_in.when(suspend, rulebook=JINAN).refusal is None


def test_xkf_32_a_notice_that_a_hall_promises_for_a_service_accepts_nothing_by_law():
    service = replace(ITEM, type=PowerType.PUBLIC_SERVICE)
    own = next(rule for rule in RULES.limits if rule.limit.id == "case.one_time_notice")
    book = replace(RULES, limits=(*RULES.limits, replace(own, item_type=service.type)))
    submitted = given(*a_submitted_case(item=service))
    history = submitted.when(receiving("M1"), rulebook=book).history

    assert deadline(history, LimitKind.NOTICE).due.effect is None
    given(*history).when(DeemAccepted(**C), at=LONG_AFTER).then_refused("NO_SUCH_EFFECT")
    assert given(*history).when(noticing("M2"), at=LONG_AFTER).refusal is None


def test_a_licence_has_the_effect_in_law_on_its_notice():
    assert deadline(a_received_case(), LimitKind.NOTICE).due.effect.code is (
        LegalEffect.DEEMED_ACCEPTED
    )
