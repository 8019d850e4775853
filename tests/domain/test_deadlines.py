"""时限: started, decided anew, ended; what has ended stays, and a new start is a new run."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.deadlines import (
    AllEnded,
    Deadline,
    DeadlineState,
    Ended,
    Redecided,
    Started,
    fold,
    key_of,
)
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.levels import WarningLevel
from support.builders import LEAD, due
from support.given import START

RESOLVE, SIGN_IN = LimitKind.RESOLVE, LimitKind.SIGN_IN
KEY = key_of(RESOLVE, LEAD)
FIRST, LONGER = (
    due("resolve_general", START, "2026-03-09"),
    due("resolve_general", START, "2026-03-16", extension=5),
)
START_IT = Started(kind=RESOLVE, subject=LEAD, due=FIRST, unit="RS")
STOP_IT = Ended(kind=RESOLVE, subject=LEAD)
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
    assert after(RUNNING, STOP_IT, at=at) == replace(RUNNING, state=state, ended_at=at)


@pytest.mark.parametrize("state", [DeadlineState.MET, DeadlineState.LATE, DeadlineState.CANCELLED])
def test_what_the_event_says_of_its_end_goes_before_the_time(state):
    for at in (START, FIRST.due_at + TICK):
        assert after(RUNNING, replace(STOP_IT, state=state), at=at).state is state


def test_a_new_due_date_begins_a_new_cycle_with_nothing_raised():
    redecided = after(RAISED, Redecided(kind=RESOLVE, subject=LEAD, due=LONGER))
    assert redecided == replace(RUNNING, due=LONGER, cycle=2)


@pytest.mark.parametrize("state", [DeadlineState.MET, DeadlineState.LATE, DeadlineState.CANCELLED])
@pytest.mark.parametrize(
    "change",
    [STOP_IT, replace(STOP_IT, state=DeadlineState.CANCELLED), AllEnded(),
     Redecided(kind=RESOLVE, subject=LEAD, due=LONGER)],
    ids=["ended", "cancelled", "all ended", "decided anew"],
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


def test_when_all_is_over_what_still_runs_is_cancelled():
    other = replace(RUNNING, subject="BCS-1-02", state=DeadlineState.LATE)
    deadlines = fold({KEY: RUNNING, other.key: other}, [AllEnded()], START)
    assert [deadline.state for deadline in deadlines.values()] == [
        DeadlineState.CANCELLED,
        DeadlineState.LATE,
    ]


def test_an_end_that_comes_before_it_is_over_decides_for_itself():
    assert after(RUNNING, STOP_IT, AllEnded()).state is DeadlineState.MET


def test_what_never_ran_neither_ends_nor_is_decided_anew():
    changes = [STOP_IT, AllEnded(), Redecided(kind=RESOLVE, subject=LEAD, due=LONGER)]
    assert fold({}, changes, START) == {}


def test_folding_leaves_the_deadlines_it_was_given_as_they_were():
    before = {KEY: RUNNING}
    fold(before, [STOP_IT, START_IT], START)
    assert before == {KEY: RUNNING}


def test_a_date_that_is_only_confirmed_brings_no_warning_again():
    firm = replace(FIRST, provisional=True)
    confirmed = after(RAISED, Redecided(kind=RESOLVE, subject=LEAD, due=firm))
    assert confirmed == replace(RAISED, due=firm, cycle=2)
