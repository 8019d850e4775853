"""发牌: which warnings a deadline gives, when and to whom."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.steps import Step
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder
from bancheng.domain.time_limits.levels import Rung, WarningLevel
from bancheng.domain.time_limits.plan import owed_warnings
from bancheng.domain.warnings.events import WarningRaised
from support import case_builders
from support.builders import (
    CO_1,
    LEAD,
    TEXT,
    a_dispatched_ticket,
    a_reported_ticket,
    a_signed_in_ticket,
    after,
    deadline_of,
    dispatched_from,
    due,
    raising,
    reporting,
)
from support.given import OFFICER, RULES, START, STREAM, Given, given, local

ACCEPT, SIGN_IN = LimitKind.ACCEPT, LimitKind.SIGN_IN
RESOLVE, FEEDBACK = LimitKind.RESOLVE, LimitKind.FEEDBACK
REMINDER, YELLOW, RED = WarningLevel.REMINDER, WarningLevel.YELLOW, WarningLevel.RED
# The order goes out on Monday the 2nd, for five working days.
DUE = due("resolve_general", local("2026-03-02 09:03"), "2026-03-09")
COMES_AT = {
    REMINDER: local("2026-03-06 09:00"),
    YELLOW: local("2026-03-09 09:00"),
    RED: local("2026-03-10 00:00"),
}
MUCH_LATER = local("2026-03-30 10:00")
TICK = timedelta(microseconds=1)
NOT_THIS_LEVEL = ("LEVEL_NOT_DUE", "level")  # another one is due instead
ORDERED = IssueSupervisionOrder(
    matter_id=STREAM, unit="YB", colour=SupervisionColour.BLUE, ground="overdue", demand=TEXT
)


def warn(level, kind=RESOLVE, subject=LEAD):
    return raising(kind, subject, level)


def swept(history, at, kind=RESOLVE, subject=LEAD):
    """The history once the limit gave every warning that it owes at that instant."""
    while True:
        deadline = deadline_of(history, kind, subject)
        owed = owed_warnings(deadline.due.warnings, deadline.raised, at)
        if not owed:
            return history
        history = after(history, warn(owed[0].level, kind, subject), at=at)


def cards(history):
    return [one.event for one in history if isinstance(one.event, WarningRaised)]


def test_a_card_says_who_is_slow_at_what_by_which_rule_and_by_when_it_is_answered():
    yellow = next(rule for rule in RULES.warnings if rule.level is YELLOW)
    given(*a_signed_in_ticket()).when(warn(YELLOW), at=COMES_AT[YELLOW]).then(
        WarningRaised(
            warning_id="BCS-1-01/resolve/1/yellow",
            kind=RESOLVE,
            subject=LEAD,
            cycle=1,
            level=YELLOW,
            planned_at=COMES_AT[YELLOW],
            late=False,
            unit="RS",
            post="单位承办岗",
            late_step=Step.DEADLINE,
            due_at=DUE.due_at,
            ground=f"{DUE.limit.basis};{yellow.basis}",
            rule_version=RULES.version,
            notify_at=COMES_AT[YELLOW],
            feedback_due=due("card_feedback", COMES_AT[YELLOW], "2026-03-11"),
            rung=Rung.REMIND,
            held_by=OFFICER.id,
        )
    )


@pytest.mark.parametrize(
    ("day", "rung"),
    [("2026-03-06", Rung.REMIND), ("2026-03-10", Rung.URGE), ("2026-03-11", Rung.URGE),
     ("2026-03-13", Rung.SUPERVISE), ("2026-03-20", Rung.BULLETIN), ("2026-03-29", Rung.INTERVIEW),
     ("2026-03-31", Rung.HOLD_ACCOUNTABLE)],
)  # fmt: skip
def test_a_card_names_the_rung_of_the_ladder_that_is_called_for_by_then(day, rung):
    at = max(local(f"{day} 09:30"), COMES_AT[REMINDER])
    [card] = given(*a_signed_in_ticket()).when(warn(REMINDER), at=at).events
    assert card.rung is rung


@pytest.mark.parametrize(
    ("kind", "subject", "unit", "post", "step"),
    [
        (ACCEPT, STREAM, None, "工单处理岗", Step.DISCOVER),
        (SIGN_IN, LEAD, "RS", "单位承办岗", Step.DISPATCH),
        (RESOLVE, LEAD, "RS", "单位承办岗", Step.DEADLINE),
        (FEEDBACK, "BCS-1-D01", "YB", "单位承办岗", Step.SUPERVISE),
    ],
)
def test_every_limit_warns_whoever_is_responsible_for_its_step(kind, subject, unit, post, step):
    story = (
        a_reported_ticket() if kind is ACCEPT else after(a_dispatched_ticket("RS", "YB"), ORDERED)
    )
    (card,) = given(*story).when(warn(RED, kind, subject), at=MUCH_LATER).events
    assert (card.unit, card.post, card.late_step) == (unit, post, step)


@pytest.mark.parametrize(
    ("level", "refusal"),
    [(REMINDER, ("WARNING_NOT_DUE",)), (YELLOW, NOT_THIS_LEVEL), (RED, NOT_THIS_LEVEL)],
)
def test_a_level_is_raised_from_its_instant_on_and_not_before(level, refusal):
    early = given(*a_signed_in_ticket()).when(warn(level), at=COMES_AT[level] - TICK)
    early.then_refused(*refusal)
    (card,) = given(*a_signed_in_ticket()).when(warn(level), at=COMES_AT[level]).events
    assert (card.level, card.planned_at) == (level, COMES_AT[level])


def test_a_level_that_the_rules_do_not_plan_is_never_raised():
    for level in (WarningLevel.NORMAL, WarningLevel.BLUE, WarningLevel.ORANGE):
        given(*a_signed_in_ticket()).when(warn(level), at=MUCH_LATER).then_refused(*NOT_THIS_LEVEL)


@pytest.mark.parametrize("level", COMES_AT)
def test_a_level_is_raised_once_however_often_it_is_swept(level):
    before = [one for one in COMES_AT if COMES_AT[one] < COMES_AT[level]]
    once = a_signed_in_ticket()
    for one in (*before, level):
        once = after(once, warn(one), at=COMES_AT[level])
    given(*once).when(warn(level), at=COMES_AT[level]).then_refused("WARNING_NOT_DUE")
    later = ("WARNING_NOT_DUE",) if level is RED else NOT_THIS_LEVEL
    given(*once).when(warn(level), at=MUCH_LATER).then_refused(*later)


def test_the_same_level_of_another_limit_is_another_warning():
    story = after(a_dispatched_ticket("RS", "YB"), ORDERED)
    limits = [(SIGN_IN, LEAD), (SIGN_IN, CO_1), (RESOLVE, LEAD), (FEEDBACK, "BCS-1-D01")]
    for kind, subject in limits:
        story = after(story, warn(RED, kind, subject), at=MUCH_LATER)
    assert len({card.warning_id for card in cards(story)}) == len(limits)


def test_a_short_limit_does_not_hide_a_long_one():
    signature_late = after(a_dispatched_ticket(), warn(RED, SIGN_IN), at=COMES_AT[REMINDER])
    assert given(*signature_late).when(warn(REMINDER), at=COMES_AT[REMINDER]).refusal is None


def test_levels_that_were_missed_come_in_their_order_each_marked_late():
    raised = cards(swept(a_signed_in_ticket(), MUCH_LATER))
    assert [(card.level, card.planned_at) for card in raised] == list(COMES_AT.items())
    assert all(card.late for card in raised)


def test_a_second_sweep_raises_nothing_and_one_a_day_the_same_as_one_at_the_end():
    daily = a_signed_in_ticket()
    for day in range(28):
        daily = swept(daily, local("2026-03-02 10:00") + timedelta(days=day))
        assert swept(daily, daily[-1].envelope.occurred_at) == daily
    at_the_end = swept(a_signed_in_ticket(), MUCH_LATER)
    assert [card.warning_id for card in cards(daily)] == [
        card.warning_id for card in cards(at_the_end)
    ]


def test_a_warning_is_late_if_it_comes_more_than_a_moment_after_its_instant():
    moment = COMES_AT[YELLOW] + timedelta(minutes=5)
    for at, late in ((COMES_AT[YELLOW], False), (moment, False), (moment + TICK, True)):
        (card,) = given(*a_signed_in_ticket()).when(warn(YELLOW), at=at).events
        assert card.late is late


@pytest.mark.parametrize("night_or_holiday", [
    "2026-03-02 23:00", "2026-05-01 10:00", "2026-02-16 23:59:59", "2026-05-09 10:00",
    "2026-12-31 23:00",
])  # fmt: skip
def test_a_new_matter_is_never_warned_of_at_birth(night_or_holiday):
    story = dispatched_from(local(night_or_holiday))
    for kind in (SIGN_IN, RESOLVE):
        for level in COMES_AT:
            given(*story).when(warn(level, kind)).then_refused("WARNING_NOT_DUE")


def test_a_limit_that_does_not_exist_gives_no_warning():
    for kind, subject in ((RESOLVE, "BCS-1-09"), (FEEDBACK, LEAD)):
        given(*a_signed_in_ticket()).when(warn(RED, kind, subject)).then_refused(
            "DEADLINE_NOT_FOUND", "subject"
        )


@pytest.mark.parametrize(
    ("raised_at", "notify_at"),
    [
        ("2026-03-10 00:00", "2026-03-10 09:00"),  # at night
        ("2026-03-10 12:30", "2026-03-10 13:00"),  # at noon
        ("2026-03-10 17:00", "2026-03-11 09:00"),  # the moment the hall closes
        ("2026-03-14 10:00", "2026-03-16 09:00"),  # on a Saturday
        ("2026-05-02 10:00", "2026-05-06 09:00"),  # on a holiday
        ("2026-05-09 10:00", "2026-05-09 10:00"),  # on a Saturday that is worked (调休上班)
        ("2026-05-08 18:00", "2026-05-09 09:00"),  # in the night before it
        ("2026-03-10 09:00", "2026-03-10 09:00"),  # at the opening
    ],
)
def test_the_receiver_is_told_when_the_hall_is_open(raised_at, notify_at):
    (card,) = given(*a_signed_in_ticket()).when(warn(RED), at=local(raised_at)).events
    assert card.notify_at == local(notify_at)


@pytest.mark.parametrize(("level", "asks"), [(REMINDER, False), (YELLOW, True), (RED, True)])
def test_only_cards_ask_for_an_answer(level, asks):
    (card,) = given(*a_signed_in_ticket()).when(warn(level), at=COMES_AT[level]).events
    assert (card.feedback_due is not None) is asks


def test_a_missing_answer_is_warned_of_but_that_warning_asks_for_none():
    carded = after(a_signed_in_ticket(), warn(YELLOW), at=COMES_AT[YELLOW])
    story = swept(carded, MUCH_LATER, LimitKind.CARD_FEEDBACK, cards(carded)[0].warning_id)
    about_the_answer = cards(story)[1:]
    assert [(card.level, card.unit) for card in about_the_answer] == [
        (REMINDER, "RS"), (YELLOW, "RS"), (RED, "RS"),
    ]  # fmt: skip
    assert not any(card.feedback_due for card in about_the_answer)


def test_where_the_rules_set_no_time_for_answers_a_card_asks_for_none():
    silent = replace(RULES, limits=tuple(r for r in RULES.limits if r.purpose != "card_feedback"))
    outcome = given(*a_signed_in_ticket()).when(warn(RED), at=COMES_AT[RED], rulebook=silent)
    assert outcome.events[0].feedback_due is None


def test_a_limit_gives_the_warnings_of_the_rules_it_was_decided_by_also_once_they_were_retired():
    retired = replace(RULES, version="2027.1", warnings=())
    outcome = given(*a_signed_in_ticket()).when(warn(RED), at=COMES_AT[RED], rulebook=retired)
    assert outcome.events[0].rule_version == RULES.version
    unwarned = Given().when(reporting(), at=START, rulebook=retired)
    given(*unwarned.history).when(warn(RED, ACCEPT, STREAM), at=MUCH_LATER).then_refused(
        "WARNING_NOT_DUE"
    )


@pytest.mark.parametrize(
    ("history", "kind"),
    [
        (case_builders.a_supplementing_case(), LimitKind.AWAIT_SUPPLEMENT),
        (case_builders.an_accepted_gap(), LimitKind.SUPPLEMENT),
        (
            after(case_builders.an_accepted_case(), case_builders.telling(), OFFICER),
            LimitKind.HEARING_REQUEST,
        ),
    ],
)
def test_nobody_of_the_hall_gets_a_card_for_the_time_of_an_applicant(history, kind):
    theirs = case_builders.deadline(history, kind)
    assert theirs.kind.theirs
    assert [one.level for one in theirs.due.warnings] == [REMINDER]
    card = replace(raising(kind, case_builders.CASE_ID, RED), matter_id=case_builders.CASE_ID)
    given(*history).when(card, at=MUCH_LATER).then_refused("LEVEL_NOT_DUE", "level")
