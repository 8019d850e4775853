"""联席会议: who leads is settled by units that sit together; what is to be done has a limit."""

from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.meeting import (
    MeetingCancelled,
    MeetingConvened,
    MeetingFollowedUp,
    MeetingHeld,
)
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.supervise import ReopenTicket
from bancheng.domain.complaint.terms import MeetingLevel, MeetingResult, MeetingState
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.deadlines import DeadlineState, key_of
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from support.builders import (
    CO_1,
    LEAD,
    REPORTER,
    TEXT,
    a_dispatched_ticket,
    a_released_order,
    a_reported_ticket,
    a_resolved_ticket,
    after,
    an_analysed_ticket,
    dispatching,
    officer_of,
    returning,
    withdrawing,
)
from support.given import HANDLER, OFFICER, READ, START, STREAM, given, local
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

KEY = key_of(LimitKind.FOLLOW_UP, "BCS-1-M01")
LATE = local("2026-05-06 09:00")


def state(history) -> Ticket:
    return reduce(evolve, history, Ticket())


def handing_on(unit, **more):
    return ReassignWorkOrder(
        ticket_id=STREAM, order_id=LEAD, unit=unit, instruction=TEXT, released=READ, **more
    )


def test_units_are_called_together_about_a_ticket():
    outcome = given(*a_dispatched_ticket()).when(convening("YB", "GA", "YB"))
    outcome.then(
        MeetingConvened(
            meeting_id="BCS-1-M01",
            level=MeetingLevel.JOINT,
            units=("YB", "GA"),
            meets_at=MEETS_AT,
            place="三楼会议室",
            question=TEXT.owned_by(STREAM),
        )
    )
    assert state(outcome.history).involves("GA")


@pytest.mark.parametrize("history", [a_reported_ticket, a_resolved_ticket])
def test_no_meeting_is_called_before_it_is_accepted_or_after_all_have_answered(history):
    assert given(*history()).when(convening()).refusal.code == "WRONG_STATUS"


def test_one_meeting_waits_at_a_time():
    again = given(*a_convened_ticket()).when(convening())
    assert again.refusal.code == "MEETING_WAITING"
    cancelled = after(a_convened_ticket(), CANCEL)
    (event,) = given(*cancelled).when(convening()).events
    assert event.meeting_id == "BCS-1-M02"


def test_what_is_wrong_with_a_call_is_said_at_once():
    call = convening("RS", "XX", level=MeetingLevel.EXECUTIVE, meets_at=START)
    refusal = given(*a_dispatched_ticket()).when(call).refusal
    found = {(one.code, one.field) for one in (refusal, *refusal.others)}
    assert found == {
        ("UNIT_UNKNOWN", "units[1]"),
        ("MEETING_IN_THE_PAST", "meets_at"),
        ("NOT_REFERRED", "level"),
    }


def test_it_goes_up_only_once_a_meeting_below_has_referred_it():
    up = convening(level=MeetingLevel.EXECUTIVE)
    assert given(*a_met_ticket()).when(up).refusal.code == "NOT_REFERRED"
    referred = after(a_convened_ticket(), recording(MeetingResult.REFERRED))
    (event,) = given(*referred).when(up).events
    assert event.level is MeetingLevel.EXECUTIVE


def test_a_meeting_that_does_not_take_place_is_cancelled_once():
    outcome = given(*a_convened_ticket()).when(CANCEL)
    outcome.then(
        MeetingCancelled(meeting_id="BCS-1-M01", units=("RS", "YB"), reason=TEXT.owned_by(STREAM))
    )
    for act in (CANCEL, recording(), FOLLOW_UP):
        assert given(*outcome.history).when(act).refusal.code == "WRONG_MEETING_STATE"


@pytest.mark.parametrize("act", [CANCEL, recording(), FOLLOW_UP])
def test_a_meeting_that_nobody_called_is_not_found(act):
    refusal = given(*a_dispatched_ticket()).when(act).refusal
    assert (refusal.code, refusal.field) == ("MEETING_NOT_FOUND", "meeting_id")


def test_what_it_sets_a_unit_to_do_runs_as_a_limit_of_that_unit():
    outcome = given(*a_convened_ticket()).when(recording(unit="YB", days=5))
    (event,) = outcome.events
    assert isinstance(event, MeetingHeld)
    assert (event.unit, event.result) == ("YB", MeetingResult.NOT_SOLVABLE)
    assert event.follow_up_due.limit.amount == 5
    running = state(outcome.history).deadlines[KEY]
    assert (running.is_running, running.unit) == (True, "YB")
    assert state(outcome.history).meetings["BCS-1-M01"].state is MeetingState.HELD


def test_the_unit_tells_once_what_it_did_and_the_verdict_stands():
    in_time = given(*a_met_ticket()).when(FOLLOW_UP, OFFICER)
    (event,) = in_time.events
    assert isinstance(event, MeetingFollowedUp)
    assert event.verdict.on_time
    assert state(in_time.history).deadlines[KEY].state is DeadlineState.MET
    again = given(*in_time.history).when(FOLLOW_UP, OFFICER)
    assert again.refusal.code == "WRONG_MEETING_STATE"

    late = given(*a_met_ticket()).when(FOLLOW_UP, OFFICER, at=LATE)
    assert not late.events[0].verdict.on_time
    assert state(late.history).deadlines[KEY].state is DeadlineState.LATE


def test_nobody_tells_it_for_another_unit():
    for other in (officer_of("YB"), HANDLER):
        assert given(*a_met_ticket()).when(FOLLOW_UP, other).refusal.code == "NOT_OWN_UNIT"


def test_what_it_set_somebody_to_do_outlives_the_ticket():
    ended = after(a_met_ticket(), withdrawing())
    assert state(ended).deadlines[KEY].is_running
    assert given(*ended).when(FOLLOW_UP, OFFICER).events


def test_minutes_are_recorded_of_a_ticket_that_has_ended_meanwhile():
    ended = after(a_convened_ticket(), withdrawing())
    assert given(*ended).when(recording()).events
    assert given(*ended).when(CANCEL).events


@pytest.mark.parametrize(
    ("minutes", "code", "field"),
    [
        (replace(recording(), follow_up=None), "FOLLOW_UP_INCOMPLETE", "follow_up"),
        (replace(recording(), follow_up_working_days=None), "FOLLOW_UP_INCOMPLETE", "follow_up"),
        (replace(naming("RS"), result=MeetingResult.REFERRED, lead_unit=None),
         "FOLLOW_UP_MISSING", "follow_up"),
        (replace(naming("RS"), lead_unit=None), "MEETING_LEAD", "lead_unit"),
        (recording(lead_unit="RS"), "MEETING_LEAD", "lead_unit"),
        (recording(unit="XX"), "UNIT_UNKNOWN", "follow_up_unit"),
        (naming("XX"), "UNIT_UNKNOWN", "lead_unit"),
    ],
)  # fmt: skip
def test_minutes_that_do_not_say_all_are_refused(minutes, code, field):
    refusal = given(*a_convened_ticket()).when(minutes).refusal
    assert (refusal.code, refusal.field) == (code, field)


def test_minutes_tell_the_units_nothing_of_who_reported():
    told = recording(minutes=FreeText("张建国的事由人社办"))
    assert REPORTER.name.plain in told.minutes.plain
    refusal = given(*a_convened_ticket()).when(told).refusal
    assert (refusal.code, refusal.field) == ("REPORTER_TOLD_TO_UNIT", "minutes")


def test_the_unit_that_a_meeting_named_leads_and_may_not_return_it():
    named = after(a_convened_ticket(), naming("GA"))
    refusal = given(*named).when(handing_on("YB")).refusal
    assert (refusal.code, refusal.field) == ("LEAD_NAMED_BY_MEETING", "unit")
    _, sent, *_rest = given(*named).when(handing_on("GA")).events
    assert (sent.unit, sent.final) == ("GA", True)
    back = given(*after(named, handing_on("GA"))).when(returning("BCS-1-02"), officer_of("GA"))
    assert back.refusal.code == "RETURN_AFTER_RULING"


def test_a_named_unit_that_has_the_matter_already_keeps_it():
    named = after(a_convened_ticket("RS", "YB"), naming("RS"))
    for unit in ("GA", "RS"):
        assert given(*named).when(handing_on(unit)).refusal.code == "NAMED_LEAD_AT_WORK"
    helping = replace(handing_on("GA"), order_id=CO_1)
    assert given(*named).when(helping).events


def test_a_named_unit_that_was_right_to_give_it_back_has_it_again():
    named = after(after(a_released_order(), convening()), naming("RS"))
    assert given(*named).when(handing_on("GA")).refusal.code == "LEAD_NAMED_BY_MEETING"
    _, sent, *_rest = given(*named).when(handing_on("RS")).events
    assert (sent.unit, sent.final) == ("RS", True)


def test_before_dispatch_a_meeting_names_who_will_lead():
    named = after(after(an_analysed_ticket(), convening()), naming("YB"))
    refusal = given(*named).when(dispatching("RS", "YB")).refusal
    assert (refusal.code, refusal.field) == ("LEAD_NAMED_BY_MEETING", "lead_unit")
    lead, helping = given(*named).when(dispatching("YB", "RS")).events
    assert (lead.final, helping.final) == (True, False)


def test_another_meeting_names_another_and_a_unit_that_is_closed_binds_nobody():
    named = after(a_convened_ticket(), naming("GA"))
    anew = after(after(named, convening()), naming("YB", meeting_id="BCS-1-M02"))
    assert given(*anew).when(handing_on("YB")).events
    open_units = frozenset({"RS", "YB", "HALL"})
    assert given(*named).when(handing_on("YB"), units=open_units).events


def test_what_a_meeting_named_does_not_bind_a_ticket_that_is_taken_up_again():
    closed = after(after(a_convened_ticket(), naming("GA")), withdrawing())
    reopened = after(closed, ReopenTicket(ticket_id=STREAM, reason=TEXT))
    assert state(reopened).named_lead is None
