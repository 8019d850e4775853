"""Laws of guards: what is offered is not refused for right, state or target; the rest always is."""

import dataclasses
import random
from functools import cache
from itertools import product

import pytest
from msgspec import structs

from bancheng.app.registry import ACTS
from bancheng.domain.case.procedure import StartProcedure
from bancheng.domain.case.supervise import VoidCase
from bancheng.domain.errors import InvalidInput, WrongStep
from bancheng.domain.guards import Decision, nothing
from bancheng.domain.privacy.restriction import ErasePersonalData, RestrictProcessing
from properties.assistance_course import ASSISTANCES
from properties.case_course import CASES, EVERYWHERE
from properties.erasure_course import ERASURES
from properties.guard_law import EVERYBODY, breaches, code_of, questions
from properties.hand_over_course import HAND_OVERS
from properties.improvement_course import IMPROVEMENTS
from properties.incident_course import INCIDENTS
from properties.office_course import REGISTERS
from properties.ticket_course import TICKETS
from properties.walks import (
    CALLING_TO_ACCOUNT,
    OF_GATHERING,
    OF_HOLDING,
    OF_NOTICES,
    OF_RECUSALS,
    walk_of,
)

STEPS_A_WALK, ASKED_OF_THE_HALL = 5, 12
SEEDS, FEW = range(30), 2  # few walks come as far as a result, or to where a time is over
# On these ones nobody can be told.
UNTOLD_TICKETS, UNTOLD_CASES = (
    dataclasses.replace(one, exits=one.exits - OF_NOTICES, eager=one.eager | OF_NOTICES)
    for one in (TICKETS, CASES)
)
# On these some who act are recused, and do nothing any more; and a case is sooner void. Survey goes
# before: of the two of a unit who could make it one may be recused.
RECUSED_TICKETS, RECUSED_CASES = (
    dataclasses.replace(
        one, exits=one.exits - OF_RECUSALS - {VoidCase}, eager=one.eager | OF_RECUSALS | sooner
    )
    for one, sooner in ((TICKETS, set()), (CASES, {StartProcedure}))
)
# On these units are slow, the ladder is climbed to what is signed, and they are called to account.
LATE_TICKETS, LATE_CASES = (
    dataclasses.replace(one, late=True, eager=one.eager | CALLING_TO_ACCOUNT)
    for one in (TICKETS, CASES)
)
# On these it goes from hand to hand, and becomes part of something.
HELD_TICKETS, HELD_CASES = (
    dataclasses.replace(one, eager=one.eager | OF_HOLDING | OF_GATHERING)
    for one in (TICKETS, CASES)
)
UNTOLD_ASSISTANCES, UNTOLD_INCIDENTS = (
    dataclasses.replace(one, exits=one.exits - OF_NOTICES, eager=OF_NOTICES)
    for one in (ASSISTANCES, INCIDENTS)
)
OF_ERASING = {RestrictProcessing, ErasePersonalData}
ERASED_TICKETS, ERASED_ASSISTANCES, ERASED_INCIDENTS = (
    dataclasses.replace(one, exits=one.exits - OF_ERASING, eager=one.eager | OF_ERASING)
    for one in (TICKETS, ASSISTANCES, INCIDENTS)
)
WALKS = {
    "tickets": [
        TICKETS,
        UNTOLD_TICKETS,
        RECUSED_TICKETS,
        LATE_TICKETS,
        ERASED_TICKETS,
        HELD_TICKETS,
    ],
    "cases": [*EVERYWHERE, UNTOLD_CASES, RECUSED_CASES, LATE_CASES, HELD_CASES],
    "assistances": [ASSISTANCES, UNTOLD_ASSISTANCES, ERASED_ASSISTANCES],
    "incidents": [INCIDENTS, UNTOLD_INCIDENTS, ERASED_INCIDENTS],
    "improvements": [IMPROVEMENTS],
    "registers": REGISTERS,
    "erasures": [ERASURES],
    "hand-overs": [HAND_OVERS],
}
# So many walks of each course ask about all its acts.
ENOUGH = {"registers": 2, "erasures": 3, "hand-overs": 3}
# The role is all that they need.
FREE = {
    "RegisterWindow", "RequestErasure",
    "ReportTicket", "SubmitCase", "OpenChild", "RecordPastStep", "PublishCalendar", "RegisterUnit",
    "PublishRuleBook",
    "RegisterStaff", "PublishItem", "RevokeHallCredentials",
    "LinkTickets", "NoteTie", "NoteMergedSupplement",
    "RecordNoticeSent", "RecordNoticeFailed", "BeginBulk", "ProposeWorkHandOver",
    "AcceptMandate", "RegisterIncident", "NoteCause", "CorrectClient", "GatherMatter",
    "IssueBulletin", "CallToInterview", "ReferForAccountability", "GiveConductCard",
}  # fmt: skip
every_kind = pytest.mark.parametrize("kind", WALKS)


@cache
def chosen(kind):
    """A few walks of the kind, and for each act done in none of them the first in which it is."""
    if kind in ENOUGH:
        return [*product(WALKS[kind], range(ENOUGH[kind]))]
    found, wanted = [], {act.command for course in WALKS[kind] for act in course.acts}
    for seed, course in product(SEEDS, WALKS[kind]):
        done = {type(step.command) for step in walk_of(course, seed).steps if step.events}
        if seed < FEW or wanted & done:
            found.append((course, seed))
        wanted -= done
        if not wanted and seed >= FEW:
            break
    return found


def walked(kind):
    """Some steps of the walks, and one for each act and each of the ways in which it ended."""
    seen = set()
    for course, seed in chosen(kind):
        walk, chance = walk_of(course, seed), random.Random(seed)
        for step in (walk.opening, *walk.steps):
            ended = type(step.command), step.refusal
            if ended not in seen or chance.random() < STEPS_A_WALK / len(walk.steps):
                seen.add(ended)
                yield walk, step, chance


@cache
def asked(kind):
    """The questions about each act, before each of these steps."""
    by_act = {}
    for walk, step, chance in walked(kind):
        for question in questions(walk, step, chance):
            by_act.setdefault(question.act, []).append(question)
    return by_act


def test_the_law_is_asked_about_every_act_on_every_kind_of_stream():
    groups = [group for kind in WALKS for group in asked(kind).items()]
    on = {(act.name, found[0].walk.course.kind.term) for act, found in groups}
    assert on == {(act.name, kind.term) for act in ACTS for kind in act.on}


@every_kind
def test_each_act_is_offered_in_some_state_and_refused_in_some_and_its_decision_agrees(kind):
    for act, found in asked(kind).items():
        # Of an erased matter even what is free is refused, where a walk comes so far.
        asked_too_little = {"never refused"} if act.name in FREE else set()
        assert set(breaches(found)) <= asked_too_little, act.name


@every_kind
def test_the_hall_says_what_role_and_guard_foretell_and_else_what_the_decision_says(kind):
    chance = random.Random(kind)
    for found in asked(kind).values():
        mixed = chance.sample(found, len(found))
        of_each_code = {question.foretold: question for question in mixed}.values()
        for question in (*of_each_code, *mixed[:ASKED_OF_THE_HALL]):
            stranger = structs.replace(question.desk, actor=chance.choice(EVERYBODY))
            for one in (question, dataclasses.replace(question, desk=stranger)):
                assert code_of(one.told()) == (one.foretold or code_of(one.decided()))


class Unasked(Decision):
    """One that does not ask its guard."""

    def __call__(self, state, command, desk):
        return self.leads(state, command, desk)


def nobody_may(_state, _attempt):
    raise WrongStep("NOBODY_MAY", "", remedy="")


def never_right(_state, _command, _desk):
    raise InvalidInput("NEVER_RIGHT", "", remedy="")


def always_right(_state, _command, _desk):
    return ()


PLANTED = {
    "a guard that is too lax": (
        lambda it: dataclasses.replace(it, guard=nothing, leads=it), "offered, then ",
    ),
    "a guard that is too strict": (
        lambda it: dataclasses.replace(it, guard=nobody_may), "never offered",
    ),
    "a decision that does not ask its guard": (
        lambda it: Unasked(it.guard, always_right, it.targets), ", then done",
    ),
    "an act that nobody can enter rightly": (
        lambda it: dataclasses.replace(it, leads=never_right), "offered, then NEVER_RIGHT",
    ),
}  # fmt: skip


@pytest.mark.long
@every_kind
@pytest.mark.parametrize(("plant", "found"), PLANTED.values(), ids=PLANTED)
def test_a_wrong_guard_breaks_the_law(plant, found, kind):
    for act, rightly in asked(kind).items():
        wrong = dataclasses.replace(act, decide=plant(act.decide))
        wrongly = (dataclasses.replace(one, act=wrong) for one in rightly)
        assert act.name in FREE or any(found in breach for breach in breaches(wrongly)), act.name
