"""行为发牌: a unit gets a card for what it did, on tickets and cases alike."""

import pytest
from msgspec.structs import replace

from bancheng.app.registry import BY_COMMAND, matter_kind
from bancheng.domain.deadlines import key_of
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from bancheng.domain.supervision.conduct import CardFinding, GiveConductCard
from bancheng.domain.supervision.taking import IssueBulletin
from bancheng.domain.time_limits.conduct import Conduct
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.working_time import next_open
from bancheng.domain.warnings.answering import (
    AnswerWarning,
    AppealWarning,
    RejectWarningAppeal,
    RevokeWarning,
)
from bancheng.domain.warnings.events import ConductCardGiven, WarningRevoked
from domain.supervision.measured import AT, CASE, OF_RS, TICKET, stranger
from support.builders import TEXT, after, due
from support.case_builders import a_delivered_case, rated
from support.conduct_acts import carding, carding_found
from support.given import CALENDAR, EFFICIENCY, ROBOT, RULES, given

KINDS = pytest.mark.parametrize("kind", [TICKET, CASE], ids=["ticket", "case"])


def carded(kind, **fields):
    return after(kind.begun(), carding(kind.matter_id, **fields), EFFICIENCY, at=AT)


def limits_of(history):
    return matter_kind(history[0].stream_id).state_after(history).deadlines


def card(kind, serial=1):
    return {"matter_id": kind.matter_id, "warning_id": f"{kind.number}-XW{serial:02d}"}


@KINDS
def test_a_card_says_who_did_what_by_which_rule_and_by_when_it_is_answered(kind):
    given(*kind.begun()).when(carding(kind.matter_id), EFFICIENCY, at=AT).then(
        ConductCardGiven(
            warning_id=f"{kind.number}-XW01",
            conduct=Conduct.ATTITUDE,
            level=WarningLevel.YELLOW,
            unit="RS",
            post="单位承办岗",
            in_step=Conduct.ATTITUDE.step,
            facts=kind.sealed,
            ground=RULES.conduct_of(Conduct.ATTITUDE).basis,
            rule_version=RULES.version,
            notify_at=next_open(CALENDAR, AT),
            feedback_due=due("card_feedback", AT, "2026-03-09"),
        )
    )


@KINDS
def test_it_may_be_graver_than_the_book_says_but_no_mere_reminder(kind):
    graver = carding(kind.matter_id, level=WarningLevel.RED)
    (event,) = given(*kind.begun()).when(graver, EFFICIENCY).events
    assert event.level is WarningLevel.RED
    lighter = carding(kind.matter_id, level=WarningLevel.REMINDER)
    given(*kind.begun()).when(lighter, EFFICIENCY).then_refused("LEVEL_NOT_CARD", "level")


@KINDS
def test_all_that_is_wrong_with_it_is_told_at_once(kind):
    silent = replace(RULES, conducts=())
    wrong = carding(kind.matter_id, unit="YB", level=WarningLevel.BLUE)
    refusal = given(*kind.begun()).when(wrong, EFFICIENCY, rulebook=silent).refusal
    codes = {one.code for one in refusal.each()}
    assert codes == {"UNIT_NOT_INVOLVED", "CONDUCT_NOT_CARDED", "LEVEL_NOT_CARD"}


@KINDS
def test_a_card_without_a_day_to_answer_by_is_given_all_the_same(kind):
    silent = replace(RULES, limits=tuple(r for r in RULES.limits if r.purpose != "card_feedback"))
    act = carding(kind.matter_id)
    (event,) = given(*kind.begun()).when(act, EFFICIENCY, rulebook=silent).events
    assert event.feedback_due is None


@KINDS
def test_the_unit_answers_it_and_nobody_else(kind):
    answering = AnswerWarning(**card(kind), answer=TEXT)
    key = key_of(LimitKind.CARD_FEEDBACK, card(kind)["warning_id"])
    outcome = given(*carded(kind)).when(answering, OF_RS)
    assert outcome.refusal is None
    assert not limits_of(outcome.history)[key].is_running
    given(*carded(kind)).when(answering, stranger()).then_refused("NOT_OWN_UNIT")
    given(*outcome.history).when(answering, OF_RS).then_refused("WARNING_ANSWERED")


@KINDS
def test_it_is_appealed_against_once_and_stands_or_is_taken_back(kind):
    appealed = after(carded(kind), AppealWarning(**card(kind), ground=TEXT), OF_RS)
    rejecting = RejectWarningAppeal(**card(kind), ruling=TEXT)
    assert given(*appealed).when(rejecting, EFFICIENCY).refusal is None
    revoking = RevokeWarning(**card(kind), ruling=TEXT)
    outcome = given(*appealed).when(revoking, EFFICIENCY)
    outcome.then(
        WarningRevoked(
            warning_id=f"{kind.number}-XW01", kind=None, subject=None, level=WarningLevel.YELLOW,
            due_at=None, ruling=kind.sealed,
        )
    )  # fmt: skip
    key = key_of(LimitKind.CARD_FEEDBACK, card(kind)["warning_id"])
    assert not limits_of(outcome.history)[key].is_running
    given(*outcome.history).when(revoking, EFFICIENCY).then_refused(
        "WARNING_NOT_FOUND", "warning_id"
    )


@KINDS
def test_cards_are_numbered_through_also_when_an_earlier_one_was_taken_back(kind):
    revoked = after(carded(kind), RevokeWarning(**card(kind), ruling=TEXT), EFFICIENCY)
    (event,) = given(*revoked).when(carding(kind.matter_id), EFFICIENCY).events
    assert event.warning_id == f"{kind.number}-XW02"


def test_no_card_has_the_number_of_a_rating():
    history = rated(a_delivered_case())
    (card_,) = given(*history).when(carding(CASE.matter_id), EFFICIENCY).events
    assert history[-1].event.rating_id
    assert card_.warning_id != history[-1].event.rating_id


@KINDS
def test_it_touches_no_limit_but_the_one_for_its_answer(kind):
    before, after_it = kind.begun(), carded(kind)
    limits, with_card = limits_of(before), limits_of(after_it)
    assert {key: with_card[key] for key in limits} == limits
    assert [one.kind for key, one in with_card.items() if key not in limits] == [
        LimitKind.CARD_FEEDBACK
    ]


@KINDS
def test_what_a_check_found_is_carded_once_also_after_the_card_was_taken_back(kind):
    found = after(kind.begun(), carding_found(kind.matter_id), ROBOT)
    assert found[-1].event.finding_id == "step_overdue/e1"
    again = carding_found(kind.matter_id)
    given(*found).when(again, ROBOT).then_refused("FINDING_CARDED")
    revoked = after(found, RevokeWarning(**card(kind), ruling=TEXT), EFFICIENCY)
    given(*revoked).when(again, ROBOT).then_refused("FINDING_CARDED")
    other = carding_found(kind.matter_id, finding_id="step_overdue/e2")
    assert given(*found).when(other, ROBOT).refusal is None


@KINDS
def test_who_found_nothing_of_a_unit_in_the_matter_may_still_name_it(kind):
    (event,) = given(*kind.begun()).when(carding_found(kind.matter_id, unit="YB"), ROBOT).events
    assert event.unit == "YB"


def test_what_was_done_is_carded_after_the_matter_is_over():
    assert given(*a_delivered_case()).when(carding(CASE.matter_id), EFFICIENCY).refusal is None


@KINDS
def test_a_measure_may_stand_on_it_and_climbs_on_no_limit(kind):
    shown = kind.demand(IssueBulletin, stands_on=f"{kind.number}-XW01", ground="untrue_record")
    (event,) = given(*carded(kind)).when(shown, EFFICIENCY).events
    assert (event.stands_on, event.climb) == (f"{kind.number}-XW01", None)


def test_only_efficiency_supervision_gives_it_and_only_the_hall_for_what_a_check_found():
    assert BY_COMMAND[GiveConductCard].by == {Role.EFFICIENCY_SUPERVISOR}
    assert BY_COMMAND[CardFinding].by == {Role.SYSTEM}
