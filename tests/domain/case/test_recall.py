"""撤回决定: what a wrong decision had ended goes on, for the organ as if it had never been made."""

from datetime import date

import pytest
from msgspec.structs import replace

from bancheng.domain.case.accept import FillGap
from bancheng.domain.case.recall import DeadlineReopened, DecisionRecalled, RecallDecision
from bancheng.domain.case.supervise import DeemWithdrawn
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.calendar import DayEntry, DayKind
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.limit import PauseKind
from bancheng.domain.warnings.raising import RaiseWarning, ReplanDueDate
from support.builders import after
from support.case_builders import (
    CASE_ID,
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
    requesting,
    running,
    state_of,
    telling,
    ticked,
    waiving,
)
from support.given import CALENDAR, EFFICIENCY, HEAD, OFFICER, ROBOT, given, local

STATUTORY, PROMISED, SUPPLEMENT = LimitKind.STATUTORY, LimitKind.PROMISED, LimitKind.SUPPLEMENT
ASKING = LimitKind.HEARING_REQUEST
ACCEPTED_AT = local("2026-03-02 09:02")
RECALL = RecallDecision(**C, reason=TEXT)


BACK = local("2026-03-11 10:00")


def reopened(kind, limit, last_day):
    due = case_due(limit, kind, ACCEPTED_AT, last_day)
    return DeadlineReopened(kind=kind, subject=CASE_ID, due=due)


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
    assert deadline(recalled, SUPPLEMENT).run == 1


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


# What a calendar moves that is published after the decision.


def closing(*days, published, **fields):
    """A calendar, published then, by which the hall is closed on ``days`` of March."""
    closed = DayEntry(kind=DayKind.DAY_OFF, name="汛情")
    more = {date(2026, 3, day): closed for day in days}
    return replace(
        CALENDAR,
        version="2026-flood",
        days={**CALENDAR.days, **more},
        published_at=local(published),
        **fields,
    )


def recalled_under(calendar, history=DECIDED, at=BACK):
    return given(*history).when(RECALL, HEAD, at=at, calendar=calendar).history


def test_a_recall_dates_by_the_calendar_in_force():
    flood = closing(6, published="2026-03-05 12:00")
    recalled = recalled_under(flood, at=local("2026-03-06 10:00"))
    promised = deadline(recalled, PROMISED)
    assert str(promised.due.due_date) == "2026-03-10"
    assert (promised.due.started_at, promised.run) == (ACCEPTED_AT, 1)
    assert (promised.expired_at, promised.due.calendar_version) == (None, "2026-flood")
    # So no sweep has to look at it again.
    replan = ReplanDueDate(matter_id=CASE_ID, kind=PROMISED, subject=CASE_ID)
    again = given(*recalled).when(replan, ROBOT, calendar=flood)
    again.then_refused("DUE_DATE_UNCHANGED")


def test_a_day_closed_before_the_date_came_moves_it_though_the_recall_comes_later():
    recalled = recalled_under(
        closing(9, 10, published="2026-03-08 10:00"), at=local("2026-03-11 09:00")
    )
    promised = deadline(recalled, PROMISED)
    assert (str(promised.due.due_date), promised.expired_at) == ("2026-03-11", None)
    in_time = given(*recalled).when(granting(), OFFICER, at=local("2026-03-11 15:00"))
    assert [one.verdict.on_time for one in in_time.events[0].verdicts] == [True, True]


def test_a_day_closed_after_the_date_had_passed_makes_nobody_punctual():
    recalled = recalled_under(
        closing(9, 10, published="2026-03-10 10:00"), at=local("2026-03-11 09:00")
    )
    promised = deadline(recalled, PROMISED)
    assert str(promised.due.due_date) == "2026-03-11"
    assert promised.expired_at == local("2026-03-10 00:00")
    late = given(*recalled).when(granting(), OFFICER, at=local("2026-03-11 15:00"))
    assert [one.verdict.on_time for one in late.events[0].verdicts] == [True, False]


def test_a_calendar_that_was_in_force_all_along_excuses_nobody():
    # Published before all of it, so the date was counted by it and held until it passed.
    published = replace(CALENDAR, published_at=local("2026-01-05 09:00"))
    recalled = recalled_under(published, at=local("2026-03-11 09:00"))
    assert deadline(recalled, PROMISED).expired_at == local("2026-03-10 00:00")


def test_a_calendar_that_came_with_the_program_moves_no_date_that_had_passed():
    shipped = replace(closing(9, 10, published="2026-03-08 10:00"), published_at=None)
    recalled = recalled_under(shipped, at=local("2026-03-11 09:00"))
    assert deadline(recalled, PROMISED).expired_at == local("2026-03-10 00:00")


def test_a_day_closed_at_the_very_end_of_the_date_comes_too_late():
    recalled = recalled_under(
        closing(9, 10, published="2026-03-10 00:00"), at=local("2026-03-11 09:00")
    )
    assert deadline(recalled, PROMISED).expired_at == local("2026-03-10 00:00")


def test_a_verdict_of_late_outlives_the_recall_whatever_calendar_came():
    late = after(an_accepted_case(), granting(), OFFICER, at=local("2026-03-10 10:00"))
    for published in ("2026-03-05 12:00", "2026-03-10 12:00"):
        recalled = recalled_under(closing(9, 10, 11, published=published), late)
        assert deadline(recalled, PROMISED).expired_at == local("2026-03-10 00:00")


def test_a_date_that_no_notice_had_arranged_yet_never_held():
    unannounced = replace(CALENDAR, version="2026-draft", announced_through=date(2026, 3, 6))
    promised = after(a_received_case(), accepting(), calendar=unannounced)
    assert deadline(promised, PROMISED).due.provisional
    decided = after(promised, granting(), OFFICER, at=DECIDED_AT)
    arranged = recalled_under(closing(9, published="2026-03-10 12:00"), decided)
    again = deadline(arranged, PROMISED)
    assert (again.expired_at, again.due.provisional) == (None, False)
    assert str(again.due.due_date) == "2026-03-10"


def test_a_recall_under_a_calendar_that_arranges_less_is_provisional_again():
    short = replace(CALENDAR, version="2026-draft", announced_through=date(2026, 3, 6))
    recalled = recalled_under(short)
    assert deadline(recalled, PROMISED).due.provisional


# What was the applicant's time they get back.


def test_who_was_wrongly_refused_has_the_time_that_they_had_left_from_the_recall():
    rejected = after(an_accepted_gap(), rejecting(), HEAD, at=DECIDED_AT)
    recalled = after(rejected, RECALL, HEAD, at=BACK)
    promised = deadline(recalled, SUPPLEMENT)
    # Of five days two were over on the morning of the 5th; three are left from the 12th on.
    assert str(promised.due.due_date) == "2026-03-16"
    assert promised.due.started_at == ACCEPTED_AT
    (left_out,) = promised.due.pauses
    assert left_out.kind is PauseKind.EXCLUDED
    assert (left_out.started_at, left_out.resumed_at) == (DECIDED_AT, BACK)
    # The organ owes by the date that stood.
    assert str(deadline(recalled, PROMISED).due.due_date) == "2026-03-09"


def test_who_was_wrongly_refused_is_not_deemed_to_have_withdrawn_by_that():
    rejected = after(an_accepted_gap(), rejecting(), HEAD, at=DECIDED_AT)
    recalled = after(rejected, RECALL, HEAD, at=BACK)
    given(*recalled).when(DeemWithdrawn(**C), ROBOT, at=BACK).then_refused("GAP_STILL_DUE")
    bringing = FillGap(**C, materials=ticked("M2"))
    brought = after(recalled, bringing, at=local("2026-03-16 16:00"))
    assert deadline(brought, SUPPLEMENT).state is DeadlineState.MET
    over = given(*recalled).when(DeemWithdrawn(**C), ROBOT, at=local("2026-03-17 00:00"))
    assert over.refusal is None


def test_who_was_wrongly_refused_on_their_last_day_has_a_day_after_the_recall():
    rejected = after(an_accepted_gap(), rejecting(), HEAD, at=local("2026-03-09 10:00"))
    recalled = after(rejected, RECALL, HEAD, at=local("2026-03-10 16:00"))
    promised = deadline(recalled, SUPPLEMENT)
    assert (str(promised.due.due_date), promised.expired_at) == ("2026-03-11", None)


def test_each_wrong_refusal_gives_back_what_it_took():
    history = an_accepted_gap()
    for refused, back in (("03-03", "03-05"), ("03-09", "03-11")):
        rejected = after(history, rejecting(), HEAD, at=local(f"2026-{refused} 10:00"))
        history = after(rejected, RECALL, HEAD, at=local(f"2026-{back} 10:00"))
    # Only the 6th was the applicant's of the days before the second recall.
    promised = deadline(history, SUPPLEMENT)
    assert len(promised.due.pauses) == 2
    assert str(promised.due.due_date) == "2026-03-17"


def test_what_an_applicant_gets_back_is_counted_by_the_calendar_in_force():
    rejected = after(an_accepted_gap(), rejecting(), HEAD, at=DECIDED_AT)
    recalled = recalled_under(closing(12, 13, published="2026-03-06 12:00"), rejected)
    assert str(deadline(recalled, SUPPLEMENT).due.due_date) == "2026-03-18"


def test_whose_time_to_ask_for_a_hearing_was_over_may_not_ask_again():
    told = after(an_accepted_case(), telling(), OFFICER)
    decided = after(told, granting(), OFFICER, at=local("2026-03-10 10:00"))
    recalled = after(decided, RECALL, HEAD, at=BACK)
    asking = deadline(recalled, ASKING)
    assert asking.is_running
    assert (asking.due.due_date, asking.due.pauses) == (deadline(told, ASKING).due.due_date, ())
    assert given(*recalled).when(granting(), OFFICER).refusal is None


def test_a_hearing_that_was_waived_before_the_decision_is_not_asked_for_after_the_recall():
    waived = after(after(an_accepted_case(), telling(), OFFICER), waiving())
    recalled = after(after(waived, granting(), OFFICER), RECALL, HEAD)
    assert not deadline(recalled, ASKING).is_running
    given(*recalled).when(requesting()).then_refused("HEARING_RIGHT_NOT_TOLD")


OF_APPLICANTS = {SUPPLEMENT, ASKING, LimitKind.AWAIT_SUPPLEMENT}


@pytest.mark.parametrize("kind", LimitKind, ids=lambda it: it.label)
def test_of_each_limit_it_is_said_whether_it_is_the_applicants_time(kind):
    assert kind.theirs is (kind in OF_APPLICANTS)
