"""Events in, rows out. What a ledger says of a ticket is what the rules would say of it."""

from datetime import timedelta
from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.domain.case.history import PastStepRecorded
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.terms import OrderStatus, Outcome, Satisfaction, Status
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.events import TOPICS
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.projections import office
from bancheng.projections.deadlines.deadlines import DEADLINES_OF_MATTERS
from bancheng.projections.machine import checkpoints
from bancheng.projections.machine.batches import Batches
from bancheng.projections.past_cases import past_case_by_number
from bancheng.projections.story import details
from bancheng.projections.tickets.tickets import TICKETS, TICKETS_BY_ID, TICKETS_BY_NUMBER
from bancheng.projections.trail import timeline
from bancheng.projections.work_orders.work_orders import ORDERS_OF_TICKETS, WORK_ORDERS
from projections.journeys import history, past_history
from projections.views import MemoryLog, PlainOpener, Views
from support import builders
from support.given import ADMIN, OFFICER, START, STREAM, Given, recorded


@pytest.fixture
def shown(engine):
    """Shows the rows after a history."""

    def show(events, query, *arguments):
        views = Views(engine, MemoryLog(events)).caught_up()
        with views.database.read() as connection:
            return query(connection, *arguments)

    return show


def of_ticket(connection):
    return TICKETS_BY_ID(connection, [STREAM])[STREAM]


def orders_of(connection):
    return ORDERS_OF_TICKETS(connection, [STREAM])[STREAM]


def limits_of(connection):
    found = DEADLINES_OF_MATTERS(connection, [STREAM])[STREAM]
    return {(row.kind, row.cycle): row for row in found}


def minutes(after: int):
    return START + timedelta(minutes=after)


def test_a_closed_ticket_has_each_step_with_its_time(shown):
    row = shown(builders.a_closed_ticket(), of_ticket)

    assert (row.status, row.step, row.version) == (Status.CLOSED, Step.SUPERVISE, 9)
    assert row.subject_masked == "社保卡"
    assert row.reporter_name_masked == "张**"
    assert row.reporter_phone_masked == "138****8000"
    assert (row.anonymous, row.proactive) == (False, False)
    assert (row.cause, row.complexity, row.responsible_units) == ("delay", "general", ("RS",))
    assert (row.lead_unit, row.units, row.lead_order_id) == ("RS", ("RS",), builders.LEAD)
    times = (row.reported_at, row.accepted_at, row.analysed_at, row.dispatched_at)
    assert times == tuple(minutes(after) for after in (0, 1, 2, 3))
    assert (row.resolved_at, row.verified_at, row.closed_at) == tuple(map(minutes, (5, 7, 8)))
    assert (row.on_time, row.used, row.remaining, row.overdue) == (True, 0, 5, 0)
    assert (row.outcome, row.satisfaction) == (Outcome.SOLVED, Satisfaction.SATISFIED)
    assert not row.is_running


def test_a_ticket_is_found_by_its_number(shown):
    events = builders.a_reported_ticket()

    assert shown(events, TICKETS_BY_NUMBER.one, "BCS-1").ticket_id == STREAM
    assert shown(events, TICKETS_BY_NUMBER.one, "0123456789") is None


def test_a_late_result_stays_counted_after_the_rework_that_was_in_time(shown):
    late = Given(builders.a_signed_in_ticket()).when(
        builders.submitting(), at=builders.on_day("2026-03-20")
    )
    reworked = builders.after(
        late.history, OrderRework(ticket_id=STREAM, order_id=builders.LEAD, reason=builders.TEXT)
    )
    running = shown(reworked, of_ticket)
    again = shown(builders.after(reworked, builders.submitting()), of_ticket)

    assert (running.status, running.on_time, running.is_running) == (Status.DISPATCHED, False, True)
    assert (again.on_time, again.late_verdicts, again.reworks) == (False, 1, 1)
    assert (again.first_on_time, again.last_on_time) == (False, True)


def test_the_gap_between_what_happened_and_what_was_recorded_is_kept(shown):
    events = list(builders.an_accepted_ticket())
    for at, gap in ((0, 30), (1, 20)):
        envelope = events[at].envelope
        later = envelope.occurred_at + timedelta(seconds=gap)
        events[at] = replace(events[at], envelope=replace(envelope, recorded_at=later))

    assert shown(events, of_ticket).recording_gap_seconds_max == 30


def test_a_returned_order_keeps_its_deadline_until_the_return_is_upheld(shown):
    returned = shown(builders.a_returned_order(), limits_of)
    released = shown(builders.a_released_order(), limits_of)

    assert returned[LimitKind.RESOLVE, 1].state is DeadlineState.RUNNING
    assert returned[LimitKind.SIGN_IN, 1].state is DeadlineState.MET
    assert released[LimitKind.RESOLVE, 1].state is DeadlineState.RELEASED
    assert shown(builders.a_released_order(), of_ticket).due_at is None


def test_the_board_says_how_each_limit_ended(shown):
    late = Given(builders.a_signed_in_ticket()).when(
        builders.submitting(), at=builders.on_day("2026-03-20")
    )
    board = shown(late.history, limits_of)

    assert {key: row.state for key, row in board.items()} == {
        (LimitKind.ACCEPT, 1): DeadlineState.MET,
        (LimitKind.SIGN_IN, 1): DeadlineState.MET,
        (LimitKind.RESPOND, 1): DeadlineState.LATE,
        (LimitKind.RESOLVE, 1): DeadlineState.LATE,
        (LimitKind.CALL_BACK, 1): DeadlineState.RUNNING,
    }
    assert board[LimitKind.RESOLVE, 1].unit == "RS"
    assert board[LimitKind.RESOLVE, 1].matter_number == "BCS-1"
    assert board[LimitKind.RESOLVE, 1].finished_at == builders.on_day("2026-03-20")


def test_each_work_order_stands_with_its_unit(shown):
    lead, other = shown(builders.a_signed_in_ticket("RS", "YB"), orders_of)

    assert (lead.unit, lead.lead, lead.status) == ("RS", True, OrderStatus.SIGNED_IN)
    assert (other.unit, other.lead, other.status) == ("YB", False, OrderStatus.DISPATCHED)
    assert lead.ticket_number == "BCS-1"
    assert lead.signed_in_at == minutes(4)
    assert (lead.signed_in_by, lead.signed_in_by_name) == (OFFICER.id, OFFICER.name)
    assert (other.signed_in_by, other.signed_in_by_name) == (None, None)
    assert lead.due_at > lead.sign_in_due_at


def test_the_trail_has_every_event_with_both_times_and_masks_what_is_personal(shown):
    events = [replace(one, stream_id=STREAM) for one in builders.a_closed_ticket()]
    trail = shown(events, timeline, STREAM)

    assert [row.term for row in trail] == [one.event.term for one in events]
    assert (trail[3].actor_id, trail[3].actor_unit, trail[3].step) == ("h1", "HALL", Step.DISPATCH)
    assert (trail[3].occurred_at, trail[3].recorded_at) == (minutes(3), minutes(3))
    assert {row.matter_number for row in trail} == {"BCS-1"}


def test_the_details_of_a_trail_are_out_of_the_log_and_masked():
    events = builders.a_closed_ticket()
    told = details(
        Batches(MemoryLog(events), PlainOpener()), [events[2].position, events[0].position]
    )

    assert told[events[0].position]["reporter"]["phone"] == "138****8000"
    assert "13800138000" not in str(told)
    assert told.keys() == {events[0].position, events[2].position}


def test_a_past_case_is_as_its_source_told_of_it_last(shown):
    told = [one for serial in (1, 2, 3) for one in past_history(serial)]
    events = [replace(one, position=n) for n, one in enumerate(told, start=1)]
    begun = START - timedelta(days=102)
    row = shown(events, past_case_by_number, "P02")

    assert (row.source_system, row.steps, row.batch_id) == ("old", 2, None)
    assert (row.first_occurred_at, row.last_occurred_at) == (begun, begun + timedelta(hours=1))
    assert row.last_activity == "收件"  # the other one was told later and happened before
    assert (row.ended_at, row.late) == (begun + timedelta(days=19), False)
    assert shown(events, past_case_by_number, "P01").late is True
    assert shown(events, past_case_by_number, "P03").late is None


def test_a_number_that_two_sources_have_names_no_past_case(shown):
    other = [replace(one, stream_id="past-case-other") for one in past_history(2)]
    events = [replace(one, position=n) for n, one in enumerate([*past_history(2), *other], start=1)]

    assert shown(events, past_case_by_number, "P02") is None


def test_the_trail_calls_a_past_step_by_its_own_name(shown):
    mapped = PastStepRecorded(activity="初审", of_step=Step.ANALYSE)
    events = [
        replace(recorded(event, n, ADMIN, START), stream_id=STREAM)
        for n, event in enumerate([mapped, PastStepRecorded(activity="咨询")], start=1)
    ]
    trail = shown(events, timeline, STREAM)

    assert [(row.term, row.step) for row in trail] == [
        ("补录环节: 初审", Step.ANALYSE),
        ("补录环节: 咨询", None),
    ]


def test_the_registers_say_who_may_act_now(shown):
    events = history(1, tickets=0)

    assert shown(events, office.open_units) == {"RS"}
    assert [unit.code for unit in shown(events, office.all_units)] == ["RS", "YB"]
    first, second, _ = shown(events, office.all_staff)
    assert (first.post, first.roles) == ("负责人", (Role.HANDLER, Role.VERIFIER))
    assert (first.active, second.active) == (True, False)
    assert shown(events, office.staff_member, "o2") == second
    assert office.PROJECTION.name == "office"


def test_ledgers_agree_with_the_rules_about_every_ticket(engine):
    events = history(8, tickets=80)
    views = Views(engine, MemoryLog(events)).caught_up()
    streams = {one.stream_id for one in events if one.stream_id.startswith("ticket-")}
    with views.database.read() as connection:
        found = TICKETS_BY_ID(connection, streams)
        orders = ORDERS_OF_TICKETS(connection, streams)
        limits = DEADLINES_OF_MATTERS(connection, streams)
    for stream in streams:
        state = reduce(evolve, (one for one in events if one.stream_id == stream), Ticket())
        assert found[stream].status is state.status
        assert found[stream].open_measures == len(state.unanswered)
        assert {o.order_id: (o.unit, o.status, o.due_at) for o in orders.get(stream, [])} == {
            o.id: (o.unit, o.status, state.deadline(o).due.due_at) for o in state.orders.values()
        }
        running = {row.subject for row in limits[stream] if row.state is DeadlineState.RUNNING}
        owed = (OrderStatus.DISPATCHED, OrderStatus.SIGNED_IN, OrderStatus.RETURNED)
        assert running - {stream} == {o.id for o in state.orders.values() if o.status in owed} | {
            *state.unanswered
        }


def test_ledgers_of_tickets_leave_alone_what_happens_to_another_matter(engine):
    act = builders.raising(LimitKind.SIGN_IN, builders.LEAD, WarningLevel.RED)
    carded = builders.after(builders.a_dispatched_ticket(), act, at=builders.on_day("2026-03-05"))
    of_a_case = replace(carded[-1], stream_id="case-1")
    ledgers = (TICKETS.projection, WORK_ORDERS.projection)
    views = Views(engine, MemoryLog([of_a_case]), projections=ledgers).caught_up()

    assert not any(views.rows().values())
    with views.database.read() as connection:
        found = [checkpoints.get(connection, one.name) for one in ledgers]
    assert {(one.poison, one.position) for one in found} == {(None, of_a_case.position)}


_OURS = (
    "recusal.", "holding.", "handover.", "gathering.", "incident.", "improvement.", "assistance.",
    "complaint.", "supervision.", "past.",
    "office.unit", "office.window", "office.staff", "office.item",
    "office.credential", "office.absence", "office.stand-in", "office.password",
    "office.second-factor", "office.sign-in", "office.token",
)  # fmt: skip


def test_the_journeys_of_the_tests_meet_every_event():
    seen = {one.event.topic for seed in (11, 12) for one in history(seed, tickets=100)}

    assert seen == {topic for topic in TOPICS if topic.startswith(_OURS)}
