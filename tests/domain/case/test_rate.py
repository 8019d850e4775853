"""一次一评: one visit, one rating, after the act it rates, and never by who did the work."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.app.inputs import to_command
from bancheng.domain.case.rate import (
    CITIZEN,
    CaseRated,
    ImportRating,
    IssueRatingCode,
    RateByCode,
    RateCase,
    RatingCodeIssued,
)
from bancheng.domain.case.terms import CaseStatus, RatingOrigin, VisitKind
from bancheng.domain.errors import InvalidInput
from bancheng.domain.one_time_codes import digest_of
from bancheng.domain.rating_levels import RatingLevel
from support.builders import after
from support.case_builders import (
    HISTORIES,
    C,
    a_decided_case,
    a_delivered_case,
    a_received_case,
    a_submitted_case,
    an_accepted_case,
    coded,
    rated,
    rating,
)
from support.given import CLERK, CODE, OFFICER, RULES, VERIFIER, given, local

GOOD = RatingLevel.VERY_SATISFIED
BY_CODE = RateByCode(**C, level=GOOD, code=CODE)
ASSISTED = RateCase(**C, level=GOOD)
ISSUE = IssueRatingCode(**C)
OTHER_CODE = "FEDCBA9876543210"


def ratings_in(history):
    return [one.event for one in history if isinstance(one.event, CaseRated)]


@pytest.mark.parametrize("command", [BY_CODE, ASSISTED, ISSUE], ids=lambda it: type(it).__name__)
def test_c18_nothing_is_rated_before_the_applicant_was_served(command):
    given(*a_submitted_case()).when(command, _by(command)).then_refused("WRONG_STATUS")


def _by(command):
    return VERIFIER if isinstance(command, RateCase) else None


def test_c18_thirty_ratings_of_one_case_are_one_for_each_visit():
    history = a_delivered_case()
    for _ in range(30):
        outcome = given(*history).when(ISSUE)
        if outcome.refusal is not None:
            break
        history = after(outcome.history, BY_CODE)
    own = ratings_in(history)
    assert [one.visit for one in own] == ["delivery-1", "acceptance-1", "intake-1"]
    outcome.then_refused("NOTHING_TO_RATE")
    given(*history).when(BY_CODE).then_refused("NOTHING_TO_RATE")


def test_c18_a_visit_is_rated_once_and_the_next_visit_again():
    history = rated(an_accepted_case())
    again = given(*history).when(replace(ISSUE, visit=VisitKind.ACCEPTANCE))
    again.then_refused("VISIT_NOT_RATEABLE", "visit")
    early = given(*history).when(replace(ISSUE, visit=VisitKind.DELIVERY))
    early.then_refused("VISIT_NOT_RATEABLE", "visit")
    assert given(*history).when(replace(ISSUE, visit=VisitKind.INTAKE)).refusal is None


def test_c18_whoever_was_turned_away_rates_that_decision():
    [issued] = given(*HISTORIES[CaseStatus.REFUSED]()).when(ISSUE).events
    assert issued.visit == "acceptance-1"


def test_c18_what_staff_write_down_is_assisted_whatever_they_say():
    [event] = given(*a_delivered_case()).when(ASSISTED, VERIFIER).events
    assert (event.origin, event.visit) == (RatingOrigin.STAFF_ASSISTED, "delivery-1")
    for origin in ("citizen", "default", "import"):
        with pytest.raises(InvalidInput, match="FIELD_INVALID") as caught:
            to_command(RateCase, {**C, "level": "5", "origin": origin})
        assert caught.value.field == "origin"


@pytest.mark.parametrize("visit", VisitKind)
def test_c18_an_assisted_rating_does_not_take_the_citizens_own_word_from_them(visit):
    assisted = given(*a_delivered_case()).when(replace(ASSISTED, visit=visit), VERIFIER)
    again = given(*assisted.history).when(replace(ASSISTED, visit=visit), VERIFIER)
    again.then_refused("VISIT_NOT_RATEABLE", "visit")
    issued = given(*assisted.history).when(replace(ISSUE, visit=visit))
    own = given(*issued.history).when(BY_CODE)
    assert (own.events[0].origin, own.events[0].visit) == (
        RatingOrigin.CITIZEN, f"{visit.value}-1",
    )  # fmt: skip


def test_c18_nobody_enters_the_rating_of_a_case_they_handled():
    given(*a_delivered_case()).when(ASSISTED, CLERK).then_refused("RATES_OWN_WORK")
    colleague = replace(CLERK, id="c9")
    assert given(*a_delivered_case()).when(ASSISTED, colleague).refusal is None
    also_verifier = replace(OFFICER, roles=VERIFIER.roles)
    given(*a_decided_case()).when(ASSISTED, also_verifier).then_refused("RATES_OWN_WORK")


def test_c18_to_write_down_a_rating_is_not_to_handle_the_case():
    once = after(a_delivered_case(), ASSISTED, VERIFIER)
    assert given(*once).when(replace(ASSISTED, visit=VisitKind.INTAKE), VERIFIER).refusal is None


def test_c18_a_code_is_kept_as_a_digest_and_ends_by_the_book():
    issued = given(*a_delivered_case()).when(ISSUE, at=local("2026-03-06 15:00"))
    issued.then(
        RatingCodeIssued(
            visit="delivery-1", digest=digest_of(CODE), valid_until=local("2026-04-06 00:00")
        )
    )
    assert CODE not in str(issued.events)
    late = given(*issued.history).when(BY_CODE, at=local("2026-04-06 00:00"))
    late.then_refused("NO_RATING_CODE")
    assert given(*issued.history).when(BY_CODE, at=local("2026-04-05 23:59")).refusal is None


def test_c18_without_a_limit_of_the_book_a_code_holds_until_it_is_used():
    others = tuple(rule for rule in RULES.limits if rule.purpose != "rating.code")
    issued = given(*a_delivered_case()).when(ISSUE, rulebook=replace(RULES, limits=others))
    assert issued.events[0].valid_until is None
    much_later = issued.history[-1].envelope.occurred_at + timedelta(days=900)
    assert given(*issued.history).when(BY_CODE, at=much_later).refusal is None


@pytest.mark.parametrize("typed", ["0123-4567-89ab-cdef", " 0123 4567 89AB CDEF "])
def test_c18_a_code_holds_however_it_is_typed(typed):
    assert given(*coded(a_delivered_case())).when(replace(BY_CODE, code=typed)).refusal is None


def test_c18_a_wrong_a_used_and_a_replaced_code_are_answered_alike():
    issued = coded(a_delivered_case())
    used = after(after(issued, BY_CODE), ISSUE, one_time_code="0")
    replaced = after(issued, ISSUE, one_time_code="0")
    wrong = replace(BY_CODE, code=OTHER_CODE)
    refusals = [
        given(*history).when(command).refusal
        for history, command in ((issued, wrong), (used, BY_CODE), (replaced, BY_CODE))
    ]
    assert len({(one.code, one.message, one.remedy, one.field) for one in refusals}) == 1
    assert refusals[0].code == "RATING_CODE_INVALID"


def test_c18_a_code_is_bound_to_its_visit_also_when_the_next_one_has_come():
    early = coded(a_received_case())
    history = after(early, rating(origin=RatingOrigin.STAFF_ASSISTED), VERIFIER)
    [event] = given(*history).when(BY_CODE).events
    assert event.visit == "intake-1"


def test_c18_a_code_is_shown_by_the_citizen_and_given_out_by_the_counter():
    assert [given(*coded(a_delivered_case())).when(BY_CODE, CITIZEN).refusal] == [None]
    history = coded(a_delivered_case())
    assert history[-1].envelope.actor == CLERK


def test_c18_a_platforms_rating_needs_its_reference_and_comes_in_once():
    with pytest.raises(InvalidInput, match="FIELD_INVALID") as caught:
        to_command(ImportRating, {**C, "level": "5"})
    assert caught.value.field == "source_ref"
    told = ImportRating(**C, level=GOOD, source_ref="PJ-7")
    imported = given(*a_delivered_case()).when(told)
    [event] = imported.events
    assert (event.origin, event.source_ref) == (RatingOrigin.IMPORT, "PJ-7")
    given(*imported.history).when(told).then_refused("RATING_KNOWN", "source_ref")
    by_default = replace(told, source_ref="PJ-8", by_default=True)
    [event] = given(*a_delivered_case()).when(by_default).events
    assert event.origin is RatingOrigin.DEFAULT
