"""No delay can be hidden: issue by issue, what once made a late matter punctual, and shows now."""

from datetime import date

import pytest
from msgspec.structs import replace

from bancheng.domain.case.deadline import GrantCaseExtension, RequestCaseExtension
from bancheng.domain.case.recall import RecallDecision
from bancheng.domain.complaint.analyse import AnswerInquiry
from bancheng.domain.complaint.deadline import GrantExtension
from bancheng.domain.complaint.discover import AcceptTicket, DivertTicket
from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.returns import UpholdReturn
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.calendar import DayEntry, DayKind
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.limit import case_by_case
from bancheng.domain.time_limits.rules import LimitRule
from bancheng.domain.warnings.answering import AnswerWarning, AppealWarning
from bancheng.infra.rulebooks import load_rulebook
from bancheng.projections.cases.cases import CASES, CASES_BY_ID
from bancheng.projections.deadlines.deadlines import DEADLINES_OF_MATTERS
from bancheng.projections.deadlines.stretches import STRETCHES, StretchState
from bancheng.projections.ledger.windows import HoldsAt
from bancheng.projections.registry import PROJECTIONS
from bancheng.projections.reports.on_time_rates import ON_TIME_RATES
from bancheng.projections.tickets.tickets import TICKETS, TICKETS_BY_ID
from bancheng.projections.warnings import WARNINGS, WarningState
from bancheng.projections.work_orders.work_orders import ORDERS_OF_TICKETS
from projections.everything import PAGE, page, render
from projections.views import Anew
from support import builders, case_builders
from support.builders import CO_1, LEAD, TEXT, after, on_day
from support.case_builders import CASE_ID, C, granting
from support.given import CALENDAR, HEAD, OFFICER, READ, STREAM, given, local

GRANT = GrantExtension(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
AWAY = ReassignWorkOrder(
    ticket_id=STREAM, order_id=LEAD, unit="GA", instruction=TEXT, released=READ
)
REWORK = OrderRework(ticket_id=STREAM, order_id=LEAD, reason=TEXT)
UPHOLD = UpholdReturn(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
STRETCHES_OF = STRETCHES.several_by("matter_id", "began_at")
SOME_DAYS = ON_TIME_RATES.scope(first_day=date(2026, 3, 1), last_day=date(2026, 4, 30))
RULES_OF_A_HALL = load_rulebook("default")
OWN_RULE = LimitRule(
    purpose="analyse",
    limit=replace(case_by_case(1), id="analyse", label="本厅规定: 1个工作日内分析"),
)
LATE, NOW = local("2026-03-16 10:00"), local("2026-04-30 10:00")


@pytest.fixture
def read(engine):
    """What a question answers after a history."""

    anew = Anew(engine, *PROJECTIONS)

    def ask(events, question, *arguments, **named):
        views = anew.of(events)
        with views.database.read() as connection:
            return question(connection, *arguments, **named)

    return ask


def of_orders(connection):
    return {row.order_id: row for row in ORDERS_OF_TICKETS(connection, [STREAM])[STREAM]}


def board(connection, matter=STREAM):
    rows = DEADLINES_OF_MATTERS(connection, [matter]).get(matter, [])
    return {(row.kind, row.subject, row.run): row for row in rows}


def rates(connection, by=("kind",)):
    found = ON_TIME_RATES.read(connection, SOME_DAYS, CALENDAR, by, now=NOW)
    return {tuple(getattr(row, one) for one in by): row for row in found}


def test_a1_xkf_42_a_case_whose_extension_is_granted_after_the_limit_is_late():
    asked = after(case_builders.an_accepted_case(), RequestCaseExtension(**C, reason=TEXT), OFFICER)
    grant, at = GrantCaseExtension(**C, ruling=TEXT), local("2026-04-13 10:00")
    given(*asked).when(grant, HEAD, at=at).then_refused("EXTENSION_TOO_LATE")
    *_, decided = given(*asked).when(granting(), OFFICER, at=at).events
    assert not any(one.verdict.on_time for one in decided.verdicts)


def test_a1_a_ticket_whose_extension_is_granted_after_the_limit_is_late():
    asked = builders.an_order_with_extension_asked()
    given(*asked).when(GRANT, at=LATE).then_refused("EXTENSION_TOO_LATE")
    [result] = given(*asked).when(builders.submitting(), at=LATE).events
    assert not result.verdict.on_time


@pytest.mark.parametrize(
    ("at", "ended", "on_time"),
    [
        (on_day("2026-03-05"), DeadlineState.RELEASED, None),
        (LATE, DeadlineState.RELEASED_LATE, False),
    ],
)
def test_a3_every_hop_has_a_verdict_and_how_long_it_was_held(read, at, ended, on_time):
    reassigned = after(builders.a_signed_in_ticket(), AWAY, at=at)
    orders = read(reassigned, of_orders)
    assert (orders[LEAD].ended, orders[LEAD].on_time) == (ended, on_time)
    assert orders[LEAD].held_minutes > 0
    assert orders[CO_1].ended is None
    ticket = read(reassigned, TICKETS_BY_ID, [STREAM])[STREAM]
    assert ticket.on_time is on_time


def test_a3_a_return_that_is_upheld_after_the_limit_leaves_it_late(read):
    upheld = after(builders.a_returned_order(), UPHOLD, at=LATE)
    order = read(upheld, of_orders)[LEAD]
    assert (order.ended, order.on_time, order.late_verdicts) == (
        DeadlineState.RELEASED_LATE, False, 1,
    )  # fmt: skip


@pytest.mark.parametrize("at", [local("2026-03-20 10:00"), local("2026-04-10 10:00")])
def test_a3_a_case_that_is_ended_overdue_stays_late(read, at):
    ended = after(case_builders.an_accepted_case(), case_builders.voiding(), at=at)
    row = read(ended, CASES_BY_ID, [CASE_ID])[CASE_ID]
    assert (row.on_time, row.promised_on_time) == (False, False)
    assert row.statutory_on_time is (None if at < on_day("2026-03-31") else False)
    found = CASES.filter(on_time=False)
    assert read(ended, CASES.count, found) == 1


@pytest.mark.parametrize(
    ("day", "back", "then", "late"),
    [("2026-03-04", "2026-03-05", "2026-03-06", 0), ("2026-03-05", "2026-03-11", "2026-03-12", 1)],
)
def test_a3_a_recalled_decision_counts_once_and_was_no_end(read, day, back, then, late):
    decided = after(case_builders.an_accepted_case(), granting(), OFFICER, at=on_day(day))
    recalled = after(decided, RecallDecision(**C, reason=TEXT), HEAD, at=on_day(back))
    again = after(recalled, granting(), OFFICER, at=on_day(then))
    for history, kept in ((decided, 1), (again, 1 - late)):
        rate = read(history, rates)[LimitKind.PROMISED,]
        assert (rate.on_time.numerator, rate.on_time.denominator) == (kept, 1)
    row = read(recalled, board, CASE_ID)[LimitKind.PROMISED, CASE_ID, 1]
    assert (row.state, row.finished_at) == (DeadlineState.RUNNING, None)
    (stretch,) = (
        one
        for one in read(recalled, STRETCHES_OF, [CASE_ID])[CASE_ID]
        if one.kind is LimitKind.PROMISED
    )
    assert (stretch.state, stretch.ended_at, stretch.seconds) == (StretchState.OPEN, None, None)


def test_a3_a_day_closed_after_the_date_had_passed_leaves_a_recalled_case_late(read):
    decided = after(case_builders.an_accepted_case(), granting(), OFFICER, at=on_day("2026-03-05"))
    closed = DayEntry(kind=DayKind.DAY_OFF, name="汛情")
    for published, late in (("2026-03-08", False), ("2026-03-10", True)):
        flood = replace(
            CALENDAR,
            version="2026-flood",
            days={**CALENDAR.days, date(2026, 3, 9): closed, date(2026, 3, 10): closed},
            published_at=on_day(published),
        )
        recall, at = RecallDecision(**C, reason=TEXT), on_day("2026-03-11")
        recalled = after(decided, recall, HEAD, at=at, calendar=flood)
        row = read(recalled, board, CASE_ID)[LimitKind.PROMISED, CASE_ID, 1]
        assert row.due_date == date(2026, 3, 11)
        assert row.expired_at == (local("2026-03-10 00:00") if late else None)
        was_late = CASES.filter(late=HoldsAt(holds=True, now=at))
        assert read(recalled, CASES.count, was_late) == int(late)
        done = after(recalled, granting(), OFFICER, at=on_day("2026-03-11"), calendar=flood)
        rate = read(done, rates)[LimitKind.PROMISED,]
        assert rate.late == int(late)


def test_a3_who_takes_a_step_over_holds_it_since_then(read):
    examining = case_builders.handed_over(
        case_builders.an_accepted_case(), "RS", case_builders.EXAMINE
    )
    at = on_day("2026-03-04")
    moved = after(
        examining, case_builders.transferring("YB", case_builders.EXAMINE), OFFICER, at=at
    )
    held = [
        one for one in read(moved, STRETCHES_OF, [CASE_ID])[CASE_ID] if one.kind is LimitKind.STEP
    ]
    assert [(one.unit, one.run) for one in held] == [("RS", 1), ("YB", 2)]
    assert held[1].began_at == at


def test_a4_late_first_and_reworked_in_time_is_found_as_late(read):
    late = after(builders.a_signed_in_ticket(), builders.submitting(), at=LATE)
    called = after(late, builders.calling_back(solved=False))
    again = after(after(called, REWORK), builders.submitting())
    for row in (read(again, TICKETS_BY_ID, [STREAM])[STREAM], read(again, of_orders)[LEAD]):
        assert (row.first_on_time, row.last_on_time, row.on_time) == (False, True, False)
    assert read(again, TICKETS.count, TICKETS.filter(on_time=False)) == 1
    assert read(again, TICKETS.count, TICKETS.filter(last_on_time=True)) == 1


def test_a4_what_is_overdue_and_not_done_yet_is_found_as_late(read):
    waiting = builders.a_signed_in_ticket()
    for at, number in ((local("2026-03-02 12:00"), 0), (LATE, 1)):
        late = TICKETS.filter(late=HoldsAt(holds=True, now=at))
        assert read(waiting, TICKETS.count, late) == number


def test_a5_no_stretch_of_a_ticket_is_out_of_sight_for_want_of_a_rule(read):
    returned = after(builders.a_returned_order(), UPHOLD, at=on_day("2026-03-05"))
    rows = read(after(returned, AWAY, at=on_day("2026-03-06")), STRETCHES_OF, [STREAM])[STREAM]
    seen = {row.kind: row for row in rows}
    for kind in (
        LimitKind.ANALYSE, LimitKind.DISPATCH, LimitKind.RULE, LimitKind.REASSIGN, LimitKind.ANSWER,
    ):  # fmt: skip
        assert not seen[kind].limited, "no source sets an amount"
    assert seen[LimitKind.REASSIGN].seconds == 24 * 60 * 60
    assert seen[LimitKind.ANSWER].state is StretchState.OPEN


def test_a5_a_hall_that_limits_a_stretch_by_its_own_rule_is_warned_of_it():
    own = replace(RULES_OF_A_HALL, limits=(*RULES_OF_A_HALL.limits, OWN_RULE))
    accepted = given(*builders.a_reported_ticket()).when(
        AcceptTicket(ticket_id=STREAM), rulebook=own
    )
    [event] = accepted.events
    assert event.analyse_due.limit.label == "本厅规定: 1个工作日内分析"
    assert event.analyse_due.warnings


def test_a5_a_case_registered_at_the_counter_with_nothing_taken_in_is_measured(read):
    rows = read(case_builders.a_submitted_case(), STRETCHES_OF, [CASE_ID])[CASE_ID]
    assert [(row.kind, row.state) for row in rows] == [(LimitKind.RECEIVE, StretchState.OPEN)]


def test_a5_a_directly_answered_inquiry_is_measured(read):
    inquiry = builders.an_accepted_ticket(category=TicketCategory.INQUIRY)
    answered = after(inquiry, AnswerInquiry(ticket_id=STREAM, answer=TEXT), at=on_day("2026-03-04"))
    rows = {row.kind: row for row in read(answered, STRETCHES_OF, [STREAM])[STREAM]}
    assert rows[LimitKind.ANALYSE].state is StretchState.DONE
    assert rows[LimitKind.STRIKE_OFF].state is StretchState.OPEN


def test_a5_guangdong_the_citizen_and_the_unit_have_each_a_limit_from_their_own_receipt():
    book = load_rulebook("guangdong_12345")
    received, dispatched = local("2026-03-02 10:00"), local("2026-03-09 10:00")
    reported = given().when(builders.reporting(), at=received, rulebook=book)
    [event] = reported.events
    assert event.answer_due.due_date == date(2026, 3, 20)
    analysed = after(builders.an_analysed_ticket(), builders.analysing(), rulebook=book)
    order = given(*analysed).when(builders.dispatching(), at=dispatched, rulebook=book).events[0]
    assert order.due.due_date == date(2026, 3, 27)
    assert "热线收到" in event.answer_due.limit.label
    assert "承办单位收到" in order.due.limit.label


def test_a6_what_is_overdue_and_undecided_counts_as_late_in_the_day_it_became_late(read):
    waiting = builders.a_signed_in_ticket()
    row = read(waiting, rates)[(LimitKind.RESOLVE,)]
    assert (row.on_time.numerator, row.on_time.denominator) == (0, 1)
    assert (row.late, row.still_owed, row.outside) == (1, 1, 0)
    late = after(waiting, builders.submitting(), at=NOW)
    assert read(late, board)[LimitKind.RESOLVE, LEAD, 1].counted_at == local("2026-03-10 00:00")


def test_a6_what_was_released_in_time_stands_outside_and_is_shown_beside(read):
    divert = DivertTicket(
        ticket_id=STREAM, target="petition_office", explanation=TEXT, organ="信访局"
    )
    reassigned = after(builders.a_signed_in_ticket(), AWAY, at=on_day("2026-03-05"))
    row = read(reassigned, rates, ("kind", "unit"))[LimitKind.RESOLVE, "RS"]
    assert (row.on_time.denominator, row.outside, row.late) == (0, 1, 0)
    late = after(builders.a_signed_in_ticket(), AWAY, at=LATE)
    row = read(late, rates, ("kind", "unit"))[LimitKind.RESOLVE, "RS"]
    assert (row.on_time.numerator, row.on_time.denominator, row.outside) == (0, 1, 0)
    diverted = read(after(builders.a_reported_ticket(), divert), rates)
    assert diverted[(LimitKind.ACCEPT,)].on_time.numerator == 1


def test_an_appeal_that_waits_is_listed_as_waiting_though_its_card_was_answered(read):
    carded = after(
        builders.a_signed_in_ticket(),
        builders.raising(LimitKind.RESOLVE, LEAD, WarningLevel.YELLOW),
        at=local("2026-03-09 09:00"),
    )
    card = {"matter_id": STREAM, "warning_id": carded[-1].event.warning_id}
    appealed = after(carded, AppealWarning(**card, ground=TEXT), OFFICER)
    answered = after(appealed, AnswerWarning(**card, answer=TEXT), OFFICER)
    rows = read(answered, WARNINGS.several_by("matter_id"), [STREAM])[STREAM]
    assert [(row.state, row.answered_at is None) for row in rows] == [
        (WarningState.APPEALED, False)
    ]


def test_the_page_tells_the_two_stories_as_they_are_shown():
    assert PAGE.read_text(encoding="utf-8") == page(render()), "make pages"
