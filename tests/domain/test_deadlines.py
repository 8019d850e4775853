"""时限: started, decided anew, ended; what has ended stays, and a new start is a new run."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.deadlines import (
    AllReleased,
    Deadline,
    DeadlineState,
    Ended,
    Redecided,
    Released,
    Reopened,
    Started,
    fold,
    key_of,
)
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.levels import WarningLevel
from support.builders import LEAD, due
from support.given import CALENDAR, START

RESOLVE, SIGN_IN = LimitKind.RESOLVE, LimitKind.SIGN_IN
KEY = key_of(RESOLVE, LEAD)
FIRST, LONGER = (
    due("resolve_general", START, "2026-03-09"),
    due("resolve_general", START, "2026-03-16", extension=5),
)
START_IT = Started(kind=RESOLVE, subject=LEAD, due=FIRST, unit="RS")
STOP_IT = Ended(kind=RESOLVE, subject=LEAD)
RELEASE_IT = Released(kind=RESOLVE, subject=LEAD)
RUNNING = Deadline(kind=RESOLVE, subject=LEAD, due=FIRST, unit="RS")
RAISED = replace(RUNNING, raised=(WarningLevel.REMINDER, WarningLevel.YELLOW))
TICK = timedelta(microseconds=1)


def after(deadline, *changes, at=START):
    """What became of the one deadline."""
    return fold({KEY: deadline} if deadline else {}, changes, at)[KEY]


def test_a_deadline_runs_from_its_start_in_its_first_run_and_cycle():
    assert after(None, START_IT) == RUNNING
    assert RUNNING.is_running
    assert (RUNNING.run, RUNNING.cycle, RUNNING.raised) == (1, 1, ())


def test_deadlines_of_another_kind_or_subject_run_for_themselves():
    others = [replace(START_IT, kind=SIGN_IN), replace(START_IT, subject="BCS-1-02")]
    deadlines = fold({}, [START_IT, *others, STOP_IT], START)
    assert len(deadlines) == 3
    assert [deadline.is_running for deadline in deadlines.values()] == [False, True, True]


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (FIRST.due_at - TICK, DeadlineState.MET),
        (FIRST.due_at, DeadlineState.LATE),
        (FIRST.due_at + TICK, DeadlineState.LATE),
    ],
)
def test_the_time_of_its_end_decides_whether_it_was_met(at, state):
    assert after(RUNNING, STOP_IT, at=at) == replace(
        RUNNING, state=state, ended_at=at, expired_at=FIRST.due_at if at >= FIRST.due_at else None
    )


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (FIRST.due_at - TICK, DeadlineState.RELEASED),
        (FIRST.due_at, DeadlineState.RELEASED_LATE),
    ],
)
def test_what_is_released_is_late_if_its_time_was_over(at, state):
    assert after(RUNNING, RELEASE_IT, at=at).state is state
    assert after(RUNNING, AllReleased(), at=at).state is state


@pytest.mark.parametrize(
    ("on_time", "state"), [(True, DeadlineState.MET), (False, DeadlineState.LATE)]
)
def test_a_recorded_verdict_goes_before_the_time(on_time, state):
    for at in (START, FIRST.due_at + TICK):
        assert after(RUNNING, replace(STOP_IT, on_time=on_time), at=at).state is state


def test_no_later_date_makes_what_had_run_out_punctual():
    given_more = after(
        RUNNING, Redecided(kind=RESOLVE, subject=LEAD, due=LONGER), at=FIRST.due_at + TICK
    )
    assert given_more.expired_at == FIRST.due_at
    assert after(given_more, STOP_IT, at=FIRST.due_at + 2 * TICK).state is DeadlineState.LATE
    released = after(given_more, RELEASE_IT, at=FIRST.due_at + 2 * TICK)
    assert released.state is DeadlineState.RELEASED_LATE
    assert not given_more.judged(FIRST.due_at + 2 * TICK, CALENDAR).on_time


def test_a_date_that_was_mistaken_makes_nobody_late():
    corrected = Redecided(kind=RESOLVE, subject=LEAD, due=LONGER, corrects=True)
    assert after(RUNNING, corrected, at=FIRST.due_at + TICK).expired_at is None


def test_a_stretch_without_a_limit_makes_no_deadline():
    assert fold({}, [replace(START_IT, due=None)], START) == {}


def test_what_runs_is_not_begun_anew_if_it_need_not():
    again = replace(START_IT, due=LONGER, if_stopped=True)
    assert after(RUNNING, again) == RUNNING
    assert after(replace(RUNNING, state=DeadlineState.MET), again).run == 2


def test_a_new_due_date_begins_a_new_cycle_with_nothing_raised():
    redecided = after(RAISED, Redecided(kind=RESOLVE, subject=LEAD, due=LONGER))
    assert redecided == replace(RUNNING, due=LONGER, cycle=2)


@pytest.mark.parametrize("state", [DeadlineState.MET, DeadlineState.LATE, DeadlineState.RELEASED])
@pytest.mark.parametrize(
    "change",
    [STOP_IT, RELEASE_IT, AllReleased(),
     Redecided(kind=RESOLVE, subject=LEAD, due=LONGER)],
    ids=["ended", "released", "all released", "decided anew"],
)  # fmt: skip
def test_what_has_ended_stays_as_it_ended(state, change):
    ended = replace(RAISED, state=state)
    assert after(ended, change, at=FIRST.due_at + TICK) == ended


def test_a_second_start_is_a_new_run_for_the_same_unit_and_counts_the_cycles_on():
    ended = replace(RAISED, cycle=2, state=DeadlineState.LATE)
    again = after(ended, Started(kind=RESOLVE, subject=LEAD, due=LONGER))
    assert again == replace(RUNNING, due=LONGER, run=2, cycle=3)


def test_a_second_start_may_name_another_unit():
    assert after(RUNNING, replace(START_IT, unit="YB")).unit == "YB"


@pytest.mark.parametrize("late", [False, True])
def test_an_end_that_was_taken_back_was_none_and_the_same_run_goes_on(late):
    ended_at = FIRST.due_at if late else FIRST.due_at - TICK
    ended = after(RUNNING, STOP_IT, at=ended_at)
    again = after(ended, Reopened(kind=RESOLVE, subject=LEAD, due=LONGER), at=FIRST.due_at + TICK)
    assert (again.state, again.run, again.cycle) == (DeadlineState.RUNNING, 1, 2)
    assert (again.due, again.ended_at) == (LONGER, None)
    # Its date has passed by now, though it was thought to be done.
    assert again.expired_at == FIRST.due_at
    soon = after(ended, Reopened(kind=RESOLVE, subject=LEAD, due=LONGER), at=FIRST.due_at - TICK)
    assert soon.expired_at == (FIRST.due_at if late else None)
    assert after(RUNNING, Reopened(kind=RESOLVE, subject=LEAD, due=LONGER)) == RUNNING


def test_what_was_done_before_a_date_passed_was_in_time_though_that_is_told_later():
    passed = after(
        RUNNING, Redecided(kind=RESOLVE, subject=LEAD, due=LONGER), at=FIRST.due_at + TICK
    )
    assert passed.expired_at == FIRST.due_at
    for at, state in ((FIRST.due_at - TICK, DeadlineState.MET), (FIRST.due_at, DeadlineState.LATE)):
        ended = after(passed, STOP_IT, at=at)
        in_time = state is DeadlineState.MET
        assert (ended.state, ended.expired_at) == (state, None if in_time else FIRST.due_at)
        assert passed.judged(at, CALENDAR).on_time is in_time


def test_when_all_is_over_what_still_runs_is_released():
    other = replace(RUNNING, subject="BCS-1-02", state=DeadlineState.LATE)
    deadlines = fold({KEY: RUNNING, other.key: other}, [AllReleased()], START)
    assert [deadline.state for deadline in deadlines.values()] == [
        DeadlineState.RELEASED,
        DeadlineState.LATE,
    ]


def test_an_end_that_comes_before_it_is_over_decides_for_itself():
    assert after(RUNNING, STOP_IT, AllReleased()).state is DeadlineState.MET


def test_what_never_ran_neither_ends_nor_is_decided_anew():
    changes = [STOP_IT, AllReleased(), Redecided(kind=RESOLVE, subject=LEAD, due=LONGER)]
    assert fold({}, changes, START) == {}


def test_folding_leaves_the_deadlines_it_was_given_as_they_were():
    before = {KEY: RUNNING}
    fold(before, [STOP_IT, START_IT], START)
    assert before == {KEY: RUNNING}


def test_a_date_that_is_only_confirmed_brings_no_warning_again():
    firm = replace(FIRST, provisional=True)
    confirmed = after(RAISED, Redecided(kind=RESOLVE, subject=LEAD, due=firm))
    assert confirmed == replace(RAISED, due=firm, cycle=2)
