"""改进事项: a cause that comes too often opens it, it goes through the steps, and may come back."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.improvement.improvement import (
    CauseNoted,
    ImprovementAnalysed,
    ImprovementClosed,
    ImprovementDispatched,
    ImprovementOpened,
    ImprovementSubmitted,
    ImprovementVerified,
)
from bancheng.domain.people import Role
from support.builders import TEXT, after
from support.given import (
    CO_OFFICER,
    HANDLER,
    HEAD,
    OFFICER,
    ROBOT,
    RULES,
    START,
    SUPERVISOR,
    VERIFIER,
    Given,
    given,
)
from support.improvement_acts import (
    DAYS,
    ID,
    STEPS,
    TIMES,
    a_whole_one,
    an_improvement,
    analysing,
    closing,
    dispatching,
    noted,
    noting,
    submitting,
    verifying,
)

NEW = Given(stream=ID)
OPENED = ImprovementOpened(item="FOOD", cause="delay", round=1, times=TIMES, days=DAYS)
OWN = TEXT.owned_by(ID)


def opened_by(history):
    return [one.event for one in history if isinstance(one.event, ImprovementOpened)]


def test_the_cause_is_noted_and_opens_it_when_it_came_as_often_as_the_book_says():
    before = noted(1, 2)
    assert opened_by(before) == []
    third = given(*before).when(noting(3), ROBOT)
    third.then(
        CauseNoted(item="FOOD", cause="delay", ticket_id="ticket-3", ticket_number="BCS-3"), OPENED
    )
    assert opened_by(noted(4, before=third.history)) == [OPENED]


def test_one_ticket_is_counted_once():
    given(*noted(1, 2)).when(noting(2), ROBOT).then_refused("CAUSE_NOTED")


def test_what_was_longer_ago_than_the_book_says_does_not_count():
    late = START + timedelta(days=DAYS, minutes=5)
    assert opened_by(noted(3, before=noted(1, 2), at=late)) == []
    again = noted(4, before=noted(3, before=noted(1, 2), at=late), at=late)
    assert opened_by(noted(5, before=again, at=late)) == [OPENED]


def test_a_book_that_says_nothing_of_it_opens_none():
    silent = replace(RULES, improvement_times=None)
    third = given(*noted(1, 2)).when(noting(3), ROBOT, rulebook=silent)
    assert len(third.events) == 1


def test_it_goes_through_the_six_steps():
    expected = (
        ImprovementAnalysed(clause="材料: 场地证明", finding=OWN),
        ImprovementDispatched(unit="RS", demand=OWN),
        ImprovementSubmitted(unit="RS", result=OWN),
        ImprovementVerified(passed=True, opinion=OWN),
        ImprovementClosed(conclusion=OWN),
    )
    for steps, event in enumerate(expected):
        command, by = STEPS[steps]
        given(*an_improvement(steps)).when(command, by).then(event)


@pytest.mark.parametrize("steps", range(len(STEPS) + 1))
def test_each_step_waits_for_the_one_before_it(steps):
    for at, (command, by) in enumerate(STEPS):
        if at != steps:
            given(*an_improvement(steps)).when(command, by).then_refused("WRONG_STATUS")
    given(*noted(1)).when(analysing(), HANDLER).then_refused("WRONG_STATUS")


def test_what_was_not_changed_goes_on():
    again = after(an_improvement(3), verifying(passed=False), VERIFIER)
    given(*again).when(closing(), SUPERVISOR).then_refused("WRONG_STATUS")
    assert given(*again).when(submitting(), OFFICER).events


def test_the_unit_that_was_charged_with_it_tells_what_it_changed():
    given(*an_improvement(2)).when(submitting(), CO_OFFICER).then_refused("NOT_OWN_UNIT")
    assert given(*an_improvement(2)).when(submitting(), HEAD).events
    nowhere = replace(dispatching(), unit="NOWHERE")
    given(*an_improvement(1)).when(nowhere, HANDLER).then_refused("UNIT_UNKNOWN", "unit")


def test_who_took_over_from_a_closed_unit_tells_what_was_changed():
    successor, ends = replace(OFFICER, unit="GA"), {"RS": "GA"}
    told = given(*an_improvement(2)).when(submitting(), successor, successors=ends)
    told.then(ImprovementSubmitted(unit="GA", result=OWN))
    # Whoever has not gone there yet is of it all the same.
    assert given(*an_improvement(2)).when(submitting(), OFFICER, successors=ends).events
    given(*an_improvement(2)).when(submitting(), successor).then_refused("NOT_OWN_UNIT")


def test_nobody_verifies_what_they_or_their_unit_changed():
    both = replace(HEAD, roles=(Role.UNIT_HEAD, Role.VERIFIER))
    told = after(an_improvement(2), submitting(), both)
    moved, colleague = (replace(VERIFIER, id=both.id), replace(VERIFIER, unit="RS"))
    for who in (both, moved, colleague):
        given(*told).when(verifying(), who).then_refused("VERIFIER_IS_RESOLVER")
    gone = replace(colleague, unit="GA")
    successor = given(*told).when(verifying(), gone, successors={"RS": "GA"})
    successor.then_refused("VERIFIER_IS_RESOLVER")
    assert given(*told).when(verifying(), VERIFIER).events


def test_what_the_hall_itself_changed_another_of_the_hall_verifies():
    of_the_hall = replace(dispatching(), unit="HALL")
    leads = replace(HEAD, unit="HALL")
    told = after(after(an_improvement(1), of_the_hall, HANDLER), submitting(), leads)
    assert given(*told).when(verifying(), VERIFIER).events


def test_if_the_cause_comes_back_as_often_it_is_opened_anew():
    back = a_whole_one()
    assert opened_by(back) == [OPENED]
    assert opened_by(noted(5, 6, before=back)) == [OPENED, replace(OPENED, round=2)]
