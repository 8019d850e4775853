"""Laws of what may be done about a case: asked without a command, and true of every command."""

import dataclasses
import random
from functools import cache, partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bancheng.app.acts.past_cases import PAST_CASE
from bancheng.app.registry import ACTS, BY_COMMAND, CASE
from bancheng.domain.case.accept import AcceptCase
from bancheng.domain.case.decide import DecideCase
from bancheng.domain.case.ratings import ContactRater
from bancheng.domain.errors import InvalidInput
from bancheng.domain.guards import Decision, nothing
from properties.case_course import CASES, IN_HAND
from properties.case_guard_law import breaches, breaches_of
from properties.walks import Walk, few, numbers
from support.builders import officer_of
from support.given import HEAD, ROBOT, STAFF

OF_CASES = [act for act in CASES.acts if act.on == (CASE,)]
SECOND = [replace(officer_of(unit), id=f"second-{unit}") for unit in ("RS", "YB", "HALL")]
PEOPLE = [
    *STAFF, ROBOT, officer_of("GA"), officer_of("HALL"), *SECOND,
    replace(HEAD, id="d-YB", unit="YB"), replace(HEAD, id="d-HALL", unit="HALL"),
]  # fmt: skip
WHO_MAY = {act.command: {one.id for one in PEOPLE if one.may(*act.by)} for act in OF_CASES}
# In the last two the law accepts, and withdraws, because a time is over; few walks come that far.
SEEDS = (*range(14), 32, 92)


@cache
def a_walk(seed):
    chance = random.Random(seed)
    course = (CASES, IN_HAND)[seed % 2]
    return Walk(course, [chance.randrange(2**20) for _ in range(40)], changes_at=seed % 20)


def some_command(walk, act, state, chance):
    return walk.filled(act, state, chance)[0]


def lies(acts, seed):
    """What is offered wrongly, or refused unforetold, to whom, in some state of the walk."""
    walk, chance = a_walk(seed), random.Random(seed)
    for step in walk.steps:
        desks = [replace(step.desk, actor=actor) for actor in PEOPLE]
        for act in acts:
            theirs = [desk for desk in desks if desk.actor.id in WHO_MAY[act.command]]
            filled = partial(some_command, walk, act, step.before, chance)
            yield from breaches(act, step.before, theirs, filled)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_offered_can_be_done_and_what_is_not_is_refused_as_foretold(seed):
    assert list(lies(OF_CASES, seed)) == []


@few
@given(st.sampled_from([CASES, IN_HAND]), numbers, st.integers(-1, 20))
def test_the_engine_does_what_role_and_guard_offer_and_refuses_all_else(course, chosen, at):
    for step in Walk(course, chosen, at).steps:
        act = BY_COMMAND[type(step.command)]
        if act in OF_CASES:
            assert list(breaches_of(act, step)) == []


def test_of_every_act_on_a_case_or_a_past_case_it_can_be_asked_what_it_needs():
    mine = [act for act in ACTS if act.on in ((CASE,), (PAST_CASE,))]
    assert [act.name for act in mine if not isinstance(act.decide, Decision)] == []


class Unasked(Decision):
    """A decision that leaves out its guard."""

    def __call__(self, state, command, desk):
        return self.leads(state, command, desk)


def never_right(_state, _command, _desk):
    raise InvalidInput("NEVER_RIGHT", "", remedy="")


def is_seen(act, says, **wrong):
    """Whether the law finds that ``act`` were ``wrong``, and says so."""
    planted = dataclasses.replace(act, decide=dataclasses.replace(act.decide, **wrong))
    return any(says in lie for seed in SEEDS for lie in lies([planted], seed))


@pytest.mark.parametrize("act", OF_CASES, ids=lambda act: act.name)
def test_each_act_is_offered_in_some_walk_and_refused_in_some_so_that_a_wrong_guard_is_seen(act):
    assert is_seen(act, "NEVER_RIGHT", leads=never_right)
    assert is_seen(act, "foretold ''", guard=nothing, leads=act.decide)


@pytest.mark.parametrize("command", [AcceptCase, ContactRater, DecideCase])
def test_a_decision_that_does_not_ask_its_guard_is_seen(command):
    act = BY_COMMAND[command]
    decide = Unasked(act.decide.guard, act.decide.leads, act.decide.targets)
    assert is_seen(dataclasses.replace(act, decide=decide), "but None")
