"""突发事件: what is entered, when those above must know, and what is learnt at the end."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.app.acts.incidents import INCIDENT
from bancheng.domain.incidents.incident import (
    IncidentEnded,
    IncidentMeasureNoted,
    IncidentRegistered,
    IncidentReported,
    IncidentReviewed,
)
from bancheng.domain.incidents.terms import IncidentKind
from support.builders import TEXT, after
from support.given import CLERK, DUTY, RULES, START, SUPERVISOR, Given, given
from support.incident_acts import (
    FOUND,
    ID,
    a_whole_one,
    an_ended_one,
    an_incident,
    ending,
    measuring,
    registering,
    reporting_up,
    reviewing,
)

NEW = Given(stream=ID)
MINUTES = 30  # of the book
UNLIMITED = replace(
    RULES, limits=tuple(one for one in RULES.limits if one.purpose != "incident.report")
)


def test_its_report_is_due_so_many_minutes_after_it_was_found_not_entered():
    (event,) = NEW.when(registering(), CLERK, official_number="TF-1").events
    assert event == IncidentRegistered(
        number="TF-1", kind=IncidentKind.SYSTEM_FAILURE, found_at=FOUND, facts=TEXT.owned_by(ID),
        report_due=event.report_due,
    )  # fmt: skip
    assert event.report_due.due_at == FOUND + timedelta(minutes=MINUTES)
    assert event.report_due.rule_version == RULES.version


def test_what_happened_later_than_now_is_not_entered():
    late = registering(START + timedelta(minutes=1))
    NEW.when(late, CLERK, at=START).then_refused("FOUND_LATER", "found_at")


@pytest.mark.parametrize(
    ("after_found", "on_time", "late_by"),
    [(MINUTES - 1, True, 0), (MINUTES, False, 0), (MINUTES + 25, False, 25)],
)
def test_a_late_report_is_a_late_one(after_found, on_time, late_by):
    at = FOUND + timedelta(minutes=after_found)
    (event,) = given(*an_incident()).when(reporting_up(), CLERK, at=at).events
    assert isinstance(event, IncidentReported)
    assert event.verdict.on_time is on_time
    assert event.verdict.overdue_minutes == late_by


def test_where_the_book_sets_no_minutes_nobody_is_late():
    (event,) = NEW.when(registering(), CLERK, rulebook=UNLIMITED).events
    assert event.report_due is None
    history = NEW.when(registering(), CLERK, rulebook=UNLIMITED).history
    (reported,) = given(*history).when(reporting_up(), CLERK).events
    assert reported.verdict is None


def test_it_is_reported_once_also_when_it_is_over():
    late = given(*an_ended_one()).when(reporting_up(), CLERK, at=START + timedelta(hours=5))
    assert late.events[0].verdict.on_time is False
    given(*late.history).when(reporting_up(), CLERK).then_refused("REPORTED_ALREADY")


def test_one_that_nobody_reported_up_is_not_over():
    assert INCIDENT.state_after(an_ended_one()).status.is_closed
    assert not INCIDENT.state_after(an_ended_one()).is_over
    assert INCIDENT.state_after(a_whole_one()).is_over


def test_what_is_done_about_it_is_told_until_it_ends():
    there = given(*an_incident())
    there.when(measuring(), CLERK).then(IncidentMeasureNoted(measure=TEXT.owned_by(ID)))
    there.when(ending(), DUTY).then(IncidentEnded(result=TEXT.owned_by(ID)))
    for command in (measuring(), ending()):
        given(*an_ended_one()).when(command, DUTY).then_refused("WRONG_STATUS")


def test_once_it_is_over_somebody_looks_back_once():
    given(*an_incident()).when(reviewing(), SUPERVISOR).then_refused("WRONG_STATUS")
    text = TEXT.owned_by(ID)
    given(*an_ended_one()).when(reviewing(), SUPERVISOR).then(
        IncidentReviewed(finding=text, lesson=text)
    )
    looked_at = after(an_ended_one(), reviewing(), SUPERVISOR)
    given(*looked_at).when(reviewing(), SUPERVISOR).then_refused("REVIEWED_ALREADY")
