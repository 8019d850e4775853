"""联席会议台账: what each event of a meeting leaves, and which units see it."""

import pytest

from bancheng.domain.complaint.succession import TakeOverTicket
from bancheng.domain.complaint.terms import MeetingResult, MeetingState
from bancheng.projections.tickets.meetings import MEETINGS
from bancheng.projections.tickets.tickets import TICKETS_BY_ID
from projections.views import MemoryLog, Views
from support import backends
from support.builders import after, on_day
from support.given import OFFICER, ROBOT, STREAM
from support.meeting_acts import (
    CANCEL,
    FOLLOW_UP,
    MEETS_AT,
    a_convened_ticket,
    a_met_ticket,
    convening,
    naming,
    recording,
)

pytestmark = backends.ONCE
MEETINGS_OF_TICKETS = MEETINGS.several_by("ticket_id", "convened_at")
SOON, LATE = map(on_day, ("2026-03-03", "2026-05-06"))


@pytest.fixture
def shown(engine):
    """The meetings after a history, and the ticket."""

    def show(events):
        views = Views(engine, MemoryLog(events)).caught_up()
        with views.database.read() as connection:
            rows = MEETINGS_OF_TICKETS(connection, [STREAM])[STREAM]
            return rows, TICKETS_BY_ID.one(connection, STREAM)

    return show


def test_a_meeting_that_was_called_waits_with_its_question(shown):
    (row,), ticket = shown(a_convened_ticket())
    assert (row.meeting_id, row.state) == ("BCS-1-M01", MeetingState.CONVENED)
    assert (row.units, row.meets_at, row.ticket_number) == (("RS", "YB"), MEETS_AT, "BCS-1")
    assert row.question_masked
    assert (row.held_at, row.result, row.follow_up_due_at) == (None,) * 3
    assert set(ticket.units) == {"RS", "YB"}


def test_what_it_set_a_unit_to_do_is_due(shown):
    (waiting,), _ = shown(a_met_ticket())
    assert (waiting.state, waiting.follow_up_unit) == (MeetingState.HELD, "RS")
    assert (waiting.result, waiting.followed_up_on_time) == (MeetingResult.NOT_SOLVABLE, None)
    assert waiting.minutes_masked
    assert waiting.follow_up_due_at > waiting.held_at


@pytest.mark.parametrize(("at", "on_time"), [(SOON, True), (LATE, False)])
def test_what_was_done_says_when_and_whether_in_time(shown, at, on_time):
    (row,), _ = shown(after(a_met_ticket(), FOLLOW_UP, OFFICER, at=at))
    assert (row.state, row.followed_up_at) == (MeetingState.SETTLED, at)
    assert row.followed_up_on_time is on_time


def test_one_that_only_named_who_leads_is_settled_by_its_minutes(shown):
    (row,), ticket = shown(after(a_convened_ticket(), naming("GA")))
    assert (row.state, row.lead_unit) == (MeetingState.SETTLED, "GA")
    assert "GA" in row.units
    assert "GA" in ticket.units


def test_a_cancelled_one_says_why_and_another_takes_its_place(shown):
    (first, second), _ = shown(after(after(a_convened_ticket(), CANCEL), convening("GA")))
    assert (first.state, second.state) == (MeetingState.CANCELLED, MeetingState.CONVENED)
    assert first.cancelling_reason_masked
    assert second.units == ("GA",)


def test_who_was_not_called_sees_nothing_of_it_until_it_has_something_to_do(shown):
    (row,), _ = shown(a_convened_ticket())
    assert [unit for unit in ("RS", "YB", "GA") if MEETINGS.seen(row, unit)] == ["RS", "YB"]
    (row,), _ = shown(after(a_convened_ticket(), recording(unit="GA")))
    assert MEETINGS.seen(row, "GA")


def test_the_successor_of_a_closed_unit_has_it_to_do(shown):
    taken = TakeOverTicket(ticket_id=STREAM, unit="RS", successor="GA")
    (row,), _ = shown(after(a_met_ticket(), taken, ROBOT))
    assert row.follow_up_unit == "GA"
    assert MEETINGS.seen(row, "GA")
