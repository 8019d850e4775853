"""Laws of guards: what is offered is not refused for right, state or target; the rest always is."""

import dataclasses
import random
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

import pytest

from bancheng.app.registry import BY_COMMAND, Act
from bancheng.domain.complaint.deadline import NoteProgress, may_work, note_progress
from bancheng.domain.complaint.guards import ORDERS
from bancheng.domain.guards import Attempt, Decision, nothing
from properties.guard_law import Question, acts_of, questions, told
from properties.ticket_course import TICKETS
from properties.walks import Course, Step, Walk

STEPS_A_WALK, ACTS_A_STEP = 3, 4


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of matter: the courses that its walks take in turn, and the seeds of the walks.

    The seeds are so chosen that every act is done in one of the walks.
    """

    courses: Sequence[Course]
    seeds: Sequence[int]


KINDS = {"ticket": Kind([TICKETS], range(20))}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@cache
def a_walk(course: Course, seed: int) -> Walk:
    chance = random.Random(seed)
    return Walk(course, [chance.randrange(2**20) for _ in range(40)], changes_at=seed % 20)


def walked(kind: Kind) -> Iterator[tuple[random.Random, Walk, Step]]:
    """Some steps of the walks, and for each act one at which it was done."""
    done = set()
    for seed in kind.seeds:
        chance = random.Random(seed)
        walk = a_walk(kind.courses[seed % len(kind.courses)], seed)
        for step in walk.steps:
            is_new = bool(step.events) and type(step.command) not in done
            done |= {type(step.command)} if is_new else set()
            if is_new or chance.random() < STEPS_A_WALK / len(walk.steps):
                yield chance, walk, step


def mine(walk: Walk, step: Step, acts: Sequence[Act], chance: random.Random) -> list[Question]:
    """What those may ask before ``step`` who have the role for it."""
    return [one for one in questions(walk, step, acts, chance) if one.has_role]


@every_kind
def test_a_decision_refuses_for_right_state_or_target_exactly_where_its_guard_says_so(kind):
    done = set()
    for chance, walk, step in walked(kind):
        for question in mine(walk, step, acts_of(walk), chance):
            answer = question.decided()
            assert question.breach(answer) == ""
            done |= {question.act.name} if answer is None else set()
    assert done == {act.name for act in acts_of(walk)}  # else the law might hold for want of a case


@every_kind
def test_the_hall_refuses_for_role_right_state_or_target_exactly_what_it_does_not_offer(kind):
    for chance, walk, step in walked(kind):
        acts = chance.sample(acts_of(walk), ACTS_A_STEP)
        for ask in (mine, questions):
            for question in chance.sample(list(ask(walk, step, acts, chance)), ACTS_A_STEP):
                assert question.breach(told(walk, step, question)) == ""


def looks_itself(ticket, command, desk):
    may_work(ticket, Attempt(type(command), desk, command.order_id))
    return note_progress.leads(ticket, command, desk)


class Careless(Decision):
    """One that does not ask its guard."""

    def __call__(self, state, command, desk):
        return self.leads(state, command, desk)


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        (Decision(nothing, looks_itself, ORDERS), "offered, then WRONG_STATUS"),
        (Careless(may_work, note_progress.leads, ORDERS), "WRONG_STATUS, then done"),
    ],
    ids=["a guard that says less than the decision", "a decision that does not ask its guard"],
)
def test_a_wrong_guard_breaks_the_law(planted, found):
    act = dataclasses.replace(BY_COMMAND[NoteProgress], decide=planted)
    broken = {
        question.breach(question.decided()).rpartition(": ")[2]
        for chance, walk, step in islice(walked(KINDS["ticket"]), 12)
        for question in mine(walk, step, [act], chance)
    }
    assert found in broken
