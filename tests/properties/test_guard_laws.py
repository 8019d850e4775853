"""Laws of guards: what is offered is not refused for right, state or target; the rest always is."""

import dataclasses
import random
from collections.abc import Iterator, Sequence

import pytest

from bancheng.app.registry import BY_COMMAND, Act
from bancheng.domain.complaint.deadline import NoteProgress, may_work, note_progress
from bancheng.domain.complaint.guards import ORDERS
from bancheng.domain.guards import Attempt, Decision, nothing
from properties.guard_law import Question, acts_of, questions, told
from properties.ticket_course import TICKETS
from properties.walks import Course, Step, Walk

WALKS, STEPS, THROUGH_THE_HALL = 20, 6, 5
every_kind = pytest.mark.parametrize("course", [TICKETS], ids=lambda it: it.kind.prefix)


def walked(course: Course, walks: int) -> Iterator[tuple[random.Random, Walk, Step]]:
    """Some steps of some walks."""
    for seed in range(walks):
        chance = random.Random(seed)
        walk = Walk(course, [chance.randrange(2**20) for _ in range(40)], changes_at=seed)
        for step in chance.sample(walk.steps, STEPS):
            yield chance, walk, step


def mine(walk: Walk, step: Step, acts: Sequence[Act], chance: random.Random) -> list[Question]:
    """What those may ask before ``step`` who have the role for it."""
    return [one for one in questions(walk, step, acts, chance) if one.has_role]


@every_kind
def test_a_decision_refuses_for_right_state_or_target_exactly_where_its_guard_says_so(course):
    done = set()
    for chance, walk, step in walked(course, WALKS):
        for question in mine(walk, step, acts_of(walk), chance):
            answer = question.decided()
            assert question.breach(answer) == ""
            done |= {question.act.name} if answer is None else set()
    assert done == {act.name for act in acts_of(walk)}  # else the law might hold for want of a case


@every_kind
def test_the_hall_refuses_for_role_right_state_or_target_exactly_what_it_does_not_offer(course):
    for chance, walk, step in walked(course, WALKS // 2):
        for ask in (mine, questions):
            found = list(ask(walk, step, acts_of(walk), chance))
            for question in chance.sample(found, THROUGH_THE_HALL):
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
        (Decision(nothing, looks_itself, ORDERS), {"offered, then WRONG_STATUS"}),
        (Careless(may_work, note_progress.leads, ORDERS), {"WRONG_STATUS, then done"}),
    ],
    ids=["a guard that says less than the decision", "a decision that does not ask its guard"],
)
def test_a_wrong_guard_breaks_the_law(planted, found):
    act = dataclasses.replace(BY_COMMAND[NoteProgress], decide=planted)
    broken = {
        question.breach(question.decided()).rpartition(": ")[2]
        for chance, walk, step in walked(TICKETS, 2)
        for question in mine(walk, step, [act], chance)
    }
    assert broken >= found
