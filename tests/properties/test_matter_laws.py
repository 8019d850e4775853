"""Laws of every matter: what holds on any way its staff may take, allowed or not."""

from collections.abc import Iterable
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bancheng.domain.case.history import PastCaseRestated, PastStepRecorded
from bancheng.domain.case.recall import DecisionRecalled
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.complaint.merging import MergeUndone
from bancheng.domain.complaint.supervised_before import (
    SupervisionOrderAnswered,
    SupervisionOrderIssued,
    WorkOrderUrged,
)
from bancheng.domain.complaint.terms import Status
from bancheng.domain.events import TOPICS, Event
from bancheng.domain.warnings.events import (
    WarningAppealed,
    WarningAppealRejected,
    WarningRaised,
    WarningRevoked,
)
from bancheng.infra.codec import Codec
from properties.case_course import CASES, EVERYWHERE
from properties.ticket_course import NAMED, TICKETS
from properties.walks import ABOUT_WARNINGS, Walk, decided, few, numbers, walk_of
from support.fakes import PlainVault, opened

FAMILIES = {TICKETS.kind.prefix: "complaint.", CASES.kind.prefix: "case."}
STATUSES = {TICKETS.kind.prefix: Status, CASES.kind.prefix: CaseStatus}
OF_PAST_CASES = {PastStepRecorded, PastCaseRestated}
# No act leads to them any more; histories hold them.
OF_BEFORE = {WorkOrderUrged, SupervisionOrderIssued, SupervisionOrderAnswered}
both = pytest.mark.parametrize("course", [TICKETS, CASES], ids=lambda it: it.kind.prefix)
WAY = {"chosen": numbers, "changes_at": st.integers(-1, 20)}


def reread(recorded: Any) -> Any:
    """``recorded`` as it comes back from the log: personal values sealed."""
    codec = Codec(PlainVault())
    envelope, event = codec.decode(*codec.encode(recorded.envelope, recorded.event))
    return replace(recorded, envelope=envelope, event=event)


@pytest.mark.long
@pytest.mark.parametrize("ways", [(TICKETS, NAMED), EVERYWHERE], ids=["tickets", "cases"])
def test_the_walks_go_everywhere(ways):
    course = ways[0]
    families = (FAMILIES[course.kind.prefix], "warning.", "deadline.")
    missing = {cls for name, cls in TOPICS.items() if name.startswith(families)}
    missing -= OF_PAST_CASES | OF_BEFORE
    statuses = set(STATUSES[course.kind.prefix])
    for seed, way in product(range(100), ways):
        walk = walk_of(way, seed)
        missing -= {type(one.event) for one in walk.log}
        statuses -= {step.before.status for step in walk.steps}
        if not missing and not statuses:
            return
    raise AssertionError(f"never seen: {sorted(cls.__name__ for cls in missing)} {statuses}")


@both
@few
@given(**WAY)
def test_a_refused_command_leaves_nothing_and_an_allowed_one_something(course, chosen, changes_at):
    for step in Walk(course, chosen, changes_at).steps:
        assert bool(step.events) is step.is_stored is not bool(step.refusal)


@both
@few
@given(**WAY)
def test_what_comes_back_from_the_log_leads_to_the_same_decisions(course, chosen, changes_at):
    walk, evolve = Walk(course, chosen, changes_at), course.kind.evolve
    state = evolve(course.kind.empty(), reread(walk.log[0]))
    rest, vault = iter(walk.log[1:]), PlainVault()

    def plain(said: str | Iterable[Event]) -> str | tuple[Event, ...]:
        return said if isinstance(said, str) else tuple(opened(vault, one) for one in said)

    for step in walk.steps:
        # What was released to a unit is the one text that a write state keeps, sealed.
        assert opened(vault, state) == opened(vault, step.before)
        if step.refusal != "ROLE_MISSING":
            again = decided(state, step.command, step.desk)
            assert plain(again) == plain(step.refusal or step.events)
        for _ in step.events:
            state = evolve(state, reread(next(rest)))


@both
@few
@given(**WAY)
def test_every_event_comes_back_from_the_log_as_it_was(course, chosen, changes_at):
    vault = PlainVault()
    for recorded in Walk(course, chosen, changes_at).log:
        back = reread(recorded)
        assert opened(vault, back.event) == opened(vault, recorded.event)
        assert opened(vault, back.envelope) == opened(vault, recorded.envelope)


@both
@few
@given(**WAY)
def test_each_level_is_raised_once_a_cycle_and_never_before_its_instant(course, chosen, changes_at):
    log = Walk(course, chosen, changes_at).log
    raised = [one for one in log if isinstance(one.event, WarningRaised)]
    named = [(e.kind, e.subject, e.cycle, e.level) for e in (one.event for one in raised)]
    assert len(set(named)) == len(named) == len({one.event.warning_id for one in raised})
    for one in raised:
        assert one.event.planned_at <= one.envelope.occurred_at <= one.event.notify_at


@both
@few
@given(**WAY)
def test_a_warning_is_answered_once_appealed_once_and_ruled_upon_only_after_an_appeal(
    course, chosen, changes_at
):
    seen: dict[str, list[type]] = {}
    for event in (one.event for one in Walk(course, chosen, changes_at).log):
        if type(event) in ABOUT_WARNINGS:
            earlier = seen.setdefault(event.warning_id, [])
            assert WarningRevoked not in earlier
            assert type(event) not in earlier
            assert type(event) is not WarningAppealRejected or WarningAppealed in earlier
            earlier.append(type(event))


def _goes_on(recorded, ended, again):
    """What a recalled decision, or a merge undone, had ended is the same run, as late as it was.

    Of what was merged the time in between has passed, too.
    """
    if isinstance(recorded.event, MergeUndone):
        return again.run == ended.run and ended.expired_at in (None, again.expired_at)
    recalled = isinstance(recorded.event, DecisionRecalled)
    return recalled and (again.run, again.expired_at) == (ended.run, ended.expired_at)


@both
@few
@given(**WAY)
def test_a_deadline_that_has_ended_changes_only_by_a_new_start_a_recall_or_a_merge_undone(
    course, chosen, changes_at
):
    state = course.kind.empty()
    for recorded in Walk(course, chosen, changes_at).log:
        before, state = state, course.kind.evolve(state, recorded)
        for key, deadline in before.deadlines.items():
            again = state.deadlines[key]
            kept = deadline.is_running or again == deadline
            assert kept or again.run == deadline.run + 1 or _goes_on(recorded, deadline, again)
