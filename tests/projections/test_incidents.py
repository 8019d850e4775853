"""突发事件台账: what is left of one, and which were reported up too late or not at all."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.incidents.terms import IncidentStatus
from bancheng.projections.incidents import INCIDENTS, INCIDENTS_BY_ID
from bancheng.projections.ledger.windows import HoldsAt
from projections.case_journeys import placed
from projections.views import MemoryLog, Views
from support import incident_acts
from support.builders import after
from support.given import CLERK
from support.incident_acts import FOUND, ID


def moved(history, stream):
    return [replace(one, stream_id=stream) for one in history]


@pytest.fixture
def views(engine):
    in_time = after(incident_acts.an_incident(), incident_acts.reporting_up(), CLERK)
    told = (
        *incident_acts.a_whole_one(),
        *moved(in_time, "incident-in-time"),
        *moved(incident_acts.an_ended_one(), "incident-unreported"),
    )
    return Views(engine, MemoryLog(placed(told))).caught_up()


def late_at(views, now, *, late=True):
    asked = INCIDENTS.filter(report_late=HoldsAt(holds=late, now=now))
    with views.database.read() as connection:
        return {
            row.incident_id
            for rows in INCIDENTS.pages(connection, asked, INCIDENTS.first_sort, descending=True)
            for row in rows
        }


def test_the_row_says_what_was_done_and_what_was_learnt(views):
    with views.database.read() as connection:
        row = INCIDENTS_BY_ID.one(connection, ID)
    assert (row.number, row.status) == ("TF-1", IncidentStatus.ENDED)
    assert (row.report_on_time, row.report_late_minutes, row.measures_noted) == (False, 25, 1)
    assert row.found_at < row.registered_at < row.incident_reported_at < row.ended_at
    assert row.reviewed_at > row.ended_at
    assert None not in (row.facts_masked, row.result_masked, row.lesson_masked)


def test_what_was_reported_late_or_should_have_been_is_listed(views):
    due = FOUND + timedelta(minutes=30)
    assert late_at(views, due - timedelta(minutes=1)) == {ID}
    assert late_at(views, due) == {ID, "incident-unreported"}
    assert late_at(views, due, late=False) == {"incident-in-time"}
    with views.database.read() as connection:
        assert INCIDENTS_BY_ID.one(connection, "incident-in-time").report_late_minutes == 0
