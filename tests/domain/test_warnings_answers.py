"""预警反馈、申诉与撤牌: who answers a card, by when, and what stands after an appeal."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.app.registry import BY_COMMAND
from bancheng.domain.complaint.supervise import StrikeOffTicket
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.answering import (
    AnswerWarning,
    AppealWarning,
    RejectWarningAppeal,
    RevokeWarning,
)
from bancheng.domain.warnings.events import (
    WarningAnswered,
    WarningAppealed,
    WarningAppealRejected,
    WarningRevoked,
)
from support.builders import (
    SEALED,
    TEXT,
    a_reported_ticket,
    a_signed_in_ticket,
    after,
    calling_back,
    deadline_of,
    deadlines_of,
    officer_of,
    passing,
    raising,
    submitting,
)
from support.given import CO_OFFICER, EFFICIENCY, HANDLER, OFFICER, STREAM, VERIFIER, given, local

FEEDBACK, RESOLVE = LimitKind.CARD_FEEDBACK, LimitKind.RESOLVE
YELLOW_AT, ANSWER_DUE_AT = local("2026-03-09 09:00"), local("2026-03-12 00:00")
MUCH_LATER = local("2026-03-30 10:00")
TICK = timedelta(microseconds=1)
ID = "BCS-1-01/resolve/1/yellow"
CARD = {"matter_id": STREAM, "warning_id": ID}
ANSWER, APPEAL = AnswerWarning(**CARD, answer=TEXT), AppealWarning(**CARD, ground=TEXT)
REJECT, REVOKE = RejectWarningAppeal(**CARD, ruling=TEXT), RevokeWarning(**CARD, ruling=TEXT)
ANSWERED = WarningAnswered(warning_id=ID, answer=SEALED)
APPEALED = WarningAppealed(warning_id=ID, ground=SEALED)
REVOKED = WarningRevoked(
    warning_id=ID, kind=RESOLVE, subject="BCS-1-01", level=WarningLevel.YELLOW,
    due_at=local("2026-03-10 00:00"), ruling=SEALED,
)  # fmt: skip
OF_THE_UNIT = pytest.mark.parametrize("act", [ANSWER, APPEAL], ids=lambda act: type(act).__name__)
EVERY_ACT = pytest.mark.parametrize(
    "act", [ANSWER, APPEAL, REJECT, REVOKE], ids=lambda act: type(act).__name__
)


def a_carded_order(level=WarningLevel.YELLOW):
    """The unit RS got a card on the last day of its limit."""
    return after(a_signed_in_ticket(), raising(RESOLVE, "BCS-1-01", level), at=YELLOW_AT)


def a_hall_carded():
    """The hall itself got a card: it had not decided whether to accept."""
    act = raising(LimitKind.ACCEPT, STREAM, WarningLevel.RED)
    return after(a_reported_ticket(), act, at=local("2026-03-04 00:00"))


def an_appealed_card():
    return after(a_carded_order(), APPEAL)


def feedback(history):
    return deadline_of(history, FEEDBACK, ID)


@EVERY_ACT
def test_there_is_nothing_to_do_about_a_warning_that_was_not_given(act):
    given(*a_signed_in_ticket()).when(act).then_refused("WARNING_NOT_FOUND", "warning_id")


def test_the_unit_answers_its_card():
    given(*a_carded_order()).when(ANSWER, by=OFFICER).then(ANSWERED)


@OF_THE_UNIT
@pytest.mark.parametrize(
    "stranger",
    [CO_OFFICER, HANDLER, replace(officer_of("GA"), roles=(Role.UNIT_OFFICER, Role.HANDLER))],
    ids=["another unit", "the hall", "another unit with two posts"],
)
def test_nobody_else_answers_or_appeals_for_it(act, stranger):
    given(*a_carded_order()).when(act, by=stranger).then_refused("NOT_OWN_UNIT")


@OF_THE_UNIT
def test_the_card_of_the_hall_is_its_handlers_to_answer_and_no_units(act):
    own = replace(act, warning_id=f"{STREAM}/accept/1/red")
    given(*a_hall_carded()).when(own, by=OFFICER).then_refused("NOT_OWN_UNIT")
    assert given(*a_hall_carded()).when(own, by=HANDLER).refusal is None


def test_a_card_is_answered_once():
    given(*after(a_carded_order(), ANSWER)).when(ANSWER).then_refused("WARNING_ANSWERED")


def test_a_mere_reminder_may_be_answered_too():
    reminded = a_carded_order(WarningLevel.REMINDER)
    answer = replace(ANSWER, warning_id="BCS-1-01/resolve/1/reminder")
    assert given(*reminded).when(answer).refusal is None


def test_the_unit_appeals_against_its_card_also_after_it_answered():
    given(*a_carded_order()).when(APPEAL).then(APPEALED)
    given(*after(a_carded_order(), ANSWER)).when(APPEAL).then(APPEALED)


def test_a_card_is_appealed_against_once_whatever_became_of_the_appeal():
    for appealed in (an_appealed_card(), after(an_appealed_card(), REJECT)):
        given(*appealed).when(APPEAL).then_refused("WARNING_APPEALED")


def test_an_appeal_is_rejected_by_a_ruling_once():
    rejected = given(*an_appealed_card()).when(REJECT, by=EFFICIENCY)
    rejected.then(WarningAppealRejected(warning_id=ID, ruling=SEALED))
    given(*rejected.history).when(REJECT).then_refused("NO_WARNING_APPEAL")


def test_without_an_appeal_there_is_none_to_reject():
    given(*a_carded_order()).when(REJECT).then_refused("NO_WARNING_APPEAL")


def test_a_card_whose_appeal_was_rejected_still_has_to_be_answered():
    rejected = after(an_appealed_card(), REJECT)
    assert feedback(rejected).is_running
    given(*rejected).when(ANSWER).then(ANSWERED)


@pytest.mark.parametrize("before", [
    a_carded_order, an_appealed_card,
    lambda: after(an_appealed_card(), REJECT), lambda: after(a_carded_order(), ANSWER),
])  # fmt: skip
def test_a_card_may_be_taken_back_at_any_time(before):
    given(*before()).when(REVOKE).then(REVOKED)


@EVERY_ACT
def test_a_card_that_was_taken_back_stands_no_more(act):
    revoked = after(an_appealed_card(), REVOKE)
    given(*revoked).when(act).then_refused("WARNING_NOT_FOUND", "warning_id")


def test_a_card_that_was_taken_back_is_not_given_again_in_this_cycle_but_heavier_ones_are():
    revoked = after(a_carded_order(), REVOKE)
    for level, code in ((WarningLevel.YELLOW, "LEVEL_NOT_DUE"), (WarningLevel.RED, None)):
        outcome = given(*revoked).when(raising(RESOLVE, "BCS-1-01", level), at=MUCH_LATER)
        assert (outcome.refusal and outcome.refusal.code) == code


def test_what_becomes_of_one_card_touches_no_other():
    red = raising(RESOLVE, "BCS-1-01", WarningLevel.RED)
    both = after(after(a_carded_order(), red, at=local("2026-03-10 09:00")), REVOKE)
    other = "BCS-1-01/resolve/1/red"
    given(*both).when(replace(ANSWER, warning_id=other)).then(replace(ANSWERED, warning_id=other))


def test_a_card_is_answered_appealed_and_taken_back_also_when_its_ticket_was_struck_off():
    story = a_carded_order()
    for act in (submitting(), calling_back(), passing(), StrikeOffTicket(ticket_id=STREAM)):
        story = after(story, act)
    # The unit still owes the answer: closing the matter does not let it off.
    assert feedback(story).is_running
    for act in (ANSWER, APPEAL, REVOKE):
        story = after(story, act)
    assert feedback(story).state is DeadlineState.MET


def test_striking_off_a_ticket_does_not_cancel_the_answer_that_its_card_asks_for():
    story = a_carded_order()
    for act in (submitting(), calling_back(), passing(), StrikeOffTicket(ticket_id=STREAM)):
        story = after(story, act)
    assert feedback(story).is_running
    late = after(story, ANSWER, at=MUCH_LATER)
    assert feedback(late).state is DeadlineState.LATE


def test_the_time_to_answer_a_card_is_no_time_to_answer_a_supervision_order():
    kinds = {one.kind for one in deadlines_of(a_carded_order()).values()}
    assert LimitKind.CARD_FEEDBACK in kinds
    assert LimitKind.FEEDBACK not in kinds


def test_a_limit_whose_card_was_taken_back_is_not_at_that_level_until_it_has_another_date():
    red = raising(RESOLVE, "BCS-1-01", WarningLevel.RED)
    both = after(a_carded_order(), red, at=local("2026-03-10 09:00"))
    revoke = replace(REVOKE, warning_id="BCS-1-01/resolve/1/red")
    revoked = deadline_of(after(both, revoke), RESOLVE)
    assert revoked.revoked == (WarningLevel.RED,)
    assert revoked.raised == (WarningLevel.YELLOW, WarningLevel.RED)


@pytest.mark.parametrize(
    ("kind", "post", "role"),
    [
        (LimitKind.ACCEPT, "工单处理岗", Role.HANDLER),
        (LimitKind.CALL_BACK, "核查岗", Role.VERIFIER),
        (LimitKind.PRE_REVIEW, "综合受理岗", Role.WINDOW_CLERK),
        (LimitKind.DELIVER, "综合出件岗", Role.WINDOW_CLERK),
    ],
)
def test_the_post_that_a_card_names_may_answer_it(kind, post, role):
    assert kind.post_of(None) == post
    assert role in kind.answered_by(None)
    assert all(BY_COMMAND[AnswerWarning].by >= set(one.answered_by(None)) for one in LimitKind)


@pytest.mark.parametrize("role", [Role.HANDLER, Role.WINDOW_CLERK])
def test_a_card_to_the_hall_as_a_unit_is_answered_by_who_works_there(role):
    carded = a_carded_order()
    at_the_hall = replace(HANDLER, id="h7", unit="RS", roles=(role,))
    assert given(*carded).when(ANSWER, by=at_the_hall).refusal is None
    elsewhere = replace(at_the_hall, unit="HALL")
    given(*carded).when(ANSWER, by=elsewhere).then_refused("NOT_OWN_UNIT")


def test_the_card_for_a_late_call_back_is_answered_by_a_verifier_and_not_by_a_handler():
    resolved = after(a_signed_in_ticket(), submitting())
    act = raising(LimitKind.CALL_BACK, STREAM, WarningLevel.RED)
    carded = after(resolved, act, at=MUCH_LATER)
    answer = replace(ANSWER, warning_id=f"{STREAM}/call_back/1/red")
    given(*carded).when(answer, by=HANDLER).then_refused("NOT_OWN_UNIT")
    assert given(*carded).when(answer, by=VERIFIER).refusal is None


def test_a_card_starts_the_time_to_answer_it():
    deadline = feedback(a_carded_order())
    assert (deadline.state, deadline.unit) == (DeadlineState.RUNNING, "RS")
    assert (deadline.due.started_at, deadline.due.due_at) == (YELLOW_AT, ANSWER_DUE_AT)


@pytest.mark.parametrize(
    ("at", "state"),
    [(ANSWER_DUE_AT - TICK, DeadlineState.MET), (ANSWER_DUE_AT, DeadlineState.LATE)],
)
def test_the_answer_ends_it_in_time_or_late(at, state):
    assert feedback(after(a_carded_order(), ANSWER, at=at)).state is state


def test_an_appeal_does_not_stop_it():
    assert feedback(an_appealed_card()).is_running


def test_taking_the_card_back_releases_it_and_what_had_run_out_stays_late():
    for at, state in (
        (YELLOW_AT, DeadlineState.RELEASED),
        (MUCH_LATER, DeadlineState.RELEASED_LATE),
    ):
        revoked = after(a_carded_order(), REVOKE, at=at)
        assert feedback(revoked).state is state


def test_how_an_answer_came_is_not_undone_by_taking_the_card_back():
    late = after(a_carded_order(), ANSWER, at=MUCH_LATER)
    assert feedback(after(late, REVOKE)).state is DeadlineState.LATE


def test_submitting_the_result_does_not_answer_the_card():
    assert feedback(after(a_carded_order(), submitting())).is_running
