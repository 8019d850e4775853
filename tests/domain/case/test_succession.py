"""办件承接: what of a case is a closed unit's own, and what becomes of it at the successor."""

from msgspec.structs import replace

from bancheng.domain.case.dispatch import SignHandOver
from bancheng.domain.case.item_steps import part_of
from bancheng.domain.case.ratings import RectifyRating
from bancheng.domain.case.succession import TakeOverCase
from bancheng.domain.case.supervise import ReviewApproval
from bancheng.domain.deadlines import DeadlineState, key_of
from bancheng.domain.items import ItemStep
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.limit import Limit, LimitUnit
from bancheng.domain.time_limits.rulebook import LimitRule
from bancheng.domain.warnings.answering import AnswerWarning
from support.builders import after, officer_of, raising
from support.case_builders import (
    CASE_ID,
    CASE_NUMBER,
    EXAMINE,
    ITEM,
    OWN,
    REVIEW,
    TEXT,
    C,
    a_decided_case,
    a_delivered_case,
    a_notified_case,
    a_received_case,
    a_submitted_case,
    accepting,
    an_accepted_case,
    delivering,
    finishing,
    handed_over,
    rated,
    state_of,
    transferring,
    working_days,
)
from support.given import OFFICER, RULES, given, local

STEP = LimitKind.STEP
OLD, NEW = officer_of("RS"), officer_of("GA")
CHECK = ReviewApproval(**C, passed=True, conclusion=TEXT)


def taking(unit, successor="GA"):
    return TakeOverCase(case_id=CASE_ID, unit=unit, successor=successor)


def taken(history, unit="RS", at=None):
    return given(*history).when(taking(unit), at=at, successors={unit: "GA"})


def step_of(history, step):
    return state_of(history).deadlines.get(key_of(STEP, part_of(CASE_ID, step)))


def test_the_unit_of_the_item_has_the_case_before_any_limit_is_its_own():
    assert taken(a_submitted_case()).refusal is None


def test_a_unit_that_has_only_the_file_hands_it_on():
    plain = replace(ITEM, steps=())
    there = taken(handed_over(an_accepted_case(item=plain), "YB"), "YB").history
    assert (state_of(there).holder, state_of(there).offered.unit) == ("GA", "RS")


def test_a_unit_that_was_only_sent_the_file_is_awaited_no_more():
    plain = replace(ITEM, steps=())
    there = taken(after(an_accepted_case(item=plain), transferring("YB")), "YB").history
    assert given(*there).when(SignHandOver(**C), NEW).events


def test_a_unit_that_has_no_part_in_the_case_has_nothing_to_hand_on():
    taken(an_accepted_case(), "YB").then_refused("NOTHING_TO_TAKE_OVER")


def test_nobody_takes_over_who_takes_no_work():
    given(*an_accepted_case()).when(taking("RS", "XX")).then_refused("UNIT_UNKNOWN", "successor")


def test_a_step_that_ran_out_is_late_for_the_old_unit_and_begins_anew_for_the_new():
    history = after(a_received_case(item=OWN), accepting(), OFFICER)
    late = step_of(history, EXAMINE).due.due_at
    step = step_of(taken(history, at=late).history, EXAMINE)
    assert (step.unit, step.run, step.due.started_at) == ("GA", 2, late)


def test_a_step_of_the_successor_begins_with_the_file_of_the_closed_unit():
    mine = ItemStep(name=REVIEW, unit="GA", limit=working_days(1, "step.2"))
    item = replace(ITEM, steps=(ItemStep(name=EXAMINE, unit="RS"), mine))
    history = handed_over(an_accepted_case(item=item), "RS")
    done = after(history, finishing(), OLD)
    assert step_of(done, REVIEW) is None
    assert step_of(taken(done).history, REVIEW).unit == "GA"


def test_a_decided_case_begins_no_step():
    history = a_decided_case(item=replace(OWN, steps=OWN.steps[1:]))
    assert not [one for one in taken(history).events[0].limits if one.kind is STEP]


def test_what_was_taken_over_stays_the_successors_though_the_unit_is_opened_again():
    there = taken(handed_over(an_accepted_case(item=OWN), "RS", EXAMINE)).history
    step = step_of(after(there, finishing(), NEW, successors={}), OWN.steps[1].name)
    assert step.unit == "GA"
    own = replace(OWN, steps=(ItemStep(name=EXAMINE), *OWN.steps[2:]))
    there = taken(handed_over(an_accepted_case(item=own), "RS")).history
    step = step_of(after(there, finishing(), NEW, successors={}), OWN.steps[2].name)
    assert step.unit == "GA"


def test_a_card_on_a_case_that_nobody_answered_is_answered_by_the_successor():
    late = local("2026-06-01 10:00")
    card = raising(LimitKind.PROMISED, CASE_ID, WarningLevel.RED)
    history = after(an_accepted_case(), replace(card, matter_id=CASE_ID), at=late)
    (warning_id,) = state_of(history).warnings
    answer = AnswerWarning(matter_id=CASE_ID, warning_id=warning_id, answer=TEXT)
    given(*history).when(answer, NEW).then_refused("NOT_OWN_UNIT")
    assert given(*taken(history).history).when(answer, NEW).events


def reviewable():
    limit = Limit(id="case.post_review", amount=10, unit=LimitUnit.WORKING_DAYS, basis="本厅规定")
    rule = LimitRule(purpose="case.post_review", limit=limit)
    book = replace(RULES, limits=(*RULES.limits, rule))
    return after(a_notified_case(), delivering(), rulebook=book)


def test_a_grant_is_looked_at_again_by_the_successor_also_when_that_is_overdue():
    history = reviewable()
    late = state_of(history).deadline(LimitKind.POST_REVIEW, CASE_ID).due.due_at
    there = taken(history, at=late).history
    review = state_of(there).deadline(LimitKind.POST_REVIEW, CASE_ID)
    assert (review.unit, review.run, review.due.started_at) == ("GA", 2, late)
    given(*there).when(CHECK, replace(OLD, id="o9")).then_refused("NOT_OWN_UNIT")
    done = after(there, CHECK, NEW)
    assert state_of(done).deadline(LimitKind.POST_REVIEW, CASE_ID).state is DeadlineState.MET


def test_a_bad_rating_is_made_good_by_the_successor_also_when_that_is_overdue():
    history, number = rated(a_delivered_case(), named=False), f"{CASE_NUMBER}-P01"
    late = state_of(history).deadline(LimitKind.RECTIFY, number).due.due_at
    there = taken(history, at=late).history
    rectify = state_of(there).deadline(LimitKind.RECTIFY, number)
    assert (rectify.unit, rectify.run, rectify.due.started_at) == ("GA", 2, late)
    mend = RectifyRating(**C, rating_id=number, measure=TEXT)
    assert given(*there).when(mend, NEW).events
