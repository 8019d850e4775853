"""回访台账: what each call leaves, whom it was about and until when it was owed."""

from datetime import timedelta

import pytest

from bancheng.domain.calls import CallResult
from bancheng.domain.case.ratings import ContactRater
from bancheng.domain.complaint.on_the_spot import RejectSettlement
from bancheng.domain.complaint.regroup import ChangeLead
from bancheng.domain.complaint.terms import Satisfaction
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.rating_levels import RatingLevel
from bancheng.projections.call_backs.call_backs import CALL_BACKS
from bancheng.projections.call_backs.row import CallBackKind
from projections.views import MemoryLog, Views
from support import builders, case_builders
from support.builders import CO_1, LEAD, TEXT, after, deadline_of, on_day
from support.case_builders import CASE_ID, C
from support.given import CLERK, OFFICER, STREAM, VERIFIER

OF_MATTERS = CALL_BACKS.several_by("matter_id", "called_at")
RATING_ID = "BJ-1-P01"
NO_ANSWER = {"call": CallResult.NO_ANSWER, "solved": None, "satisfaction": None}


@pytest.fixture
def called(engine):
    """The rows after a history, in the order of the calls."""

    def show(events, matter=STREAM):
        views = Views(engine, MemoryLog(events)).caught_up()
        with views.database.read() as connection:
            return OF_MATTERS(connection, [matter]).get(matter, [])

    return show


def test_a_call_says_who_made_it_what_came_of_it_and_what_the_reporter_holds_of_the_result(called):
    (row,) = called(builders.a_called_back_ticket())

    assert (row.kind, row.matter_number, row.unit) == (CallBackKind.RESULT, "BCS-1", "RS")
    assert (row.caller_id, row.caller_name) == (VERIFIER.id, VERIFIER.name)
    assert (row.call, row.solved, row.satisfaction) == (
        CallResult.CONNECTED, True, Satisfaction.SATISFIED,
    )  # fmt: skip
    assert (row.rating_id, row.justified, row.finding_masked) == (None, None, None)


def test_a_call_is_about_the_unit_that_leads_by_then(called):
    change = ChangeLead(ticket_id=STREAM, order_id=CO_1, reason=TEXT)
    history = after(builders.a_signed_in_ticket("RS", "YB"), change)
    history = builders.signed_in(history, CO_1, "YB")
    for order, unit in ((LEAD, "RS"), (CO_1, "YB")):
        history = after(history, builders.submitting(order), builders.officer_of(unit))
    (row,) = called(after(history, builders.calling_back(), VERIFIER))
    assert row.unit == "YB"


def test_who_was_not_reached_is_a_row_that_says_nothing_of_the_result(called):
    history = builders.a_called_back_ticket(**builders.UNREACHED)
    first, second = called(after(history, builders.calling_back(), at=on_day("2026-03-05")))

    assert (first.call.reached, first.solved, first.satisfaction) == (False, None, None)
    assert first.comment_masked
    assert (first.attempt, second.attempt, second.call.reached) == (1, 2, True)


def test_the_call_is_owed_until_it_reached_somebody_and_a_further_one_is_not(called):
    history = builders.a_called_back_ticket(**builders.UNREACHED)
    owed = deadline_of(history, LimitKind.CALL_BACK, STREAM).due.due_at
    for day in ("2026-03-05", "2026-03-06"):
        history = after(history, builders.calling_back(), at=on_day(day))

    assert [row.due_at for row in called(history)] == [owed, owed, None]


def test_after_a_rework_it_is_owed_anew(called):
    history = builders.a_called_back_ticket(**builders.UNSOLVED)
    again = after(history, OrderRework(ticket_id=STREAM, order_id=LEAD, reason=TEXT))
    again = after(again, builders.submitting(), OFFICER, at=on_day("2026-03-09"))
    before, now = called(after(again, builders.calling_back(), at=on_day("2026-03-10")))

    due = deadline_of(again, LimitKind.CALL_BACK, STREAM).due.due_at
    assert (before.solved, before.attempt) == (False, 1)
    assert (now.solved, now.attempt, now.due_at) == (True, 2, due)
    assert before.due_at < due


def test_what_was_settled_on_the_spot_is_about_no_unit(called):
    settled = after(builders.a_reported_ticket(), builders.settling(), CLERK)
    (row,) = called(after(settled, builders.calling_back()))

    assert (row.unit, row.due_at is not None) == (None, True)


def test_a_settlement_that_did_not_stand_is_owed_no_call(called):
    settled = after(builders.a_reported_ticket(), builders.settling(), CLERK)
    rejected = after(settled, RejectSettlement(ticket_id=STREAM, reason=TEXT))

    assert called(rejected) == []


def test_each_call_for_a_bad_rating_is_a_row_of_the_unit_that_was_rated(called):
    history = case_builders.rated(
        case_builders.a_delivered_case(), RatingLevel.VERY_DISSATISFIED, named=True
    )
    owed = case_builders.deadline(history, LimitKind.CONTACT, RATING_ID).due.due_at
    calls = [(CallResult.NO_ANSWER, True), (CallResult.CONNECTED, False)]
    for call, justified in calls:
        act = ContactRater(
            **C, rating_id=RATING_ID, call=call, justified=justified, finding=case_builders.TEXT
        )
        history = after(history, act)
    first, second = called(history, CASE_ID)

    assert {(row.kind, row.rating_id, row.unit) for row in (first, second)} == {
        (CallBackKind.RATING, RATING_ID, "RS")
    }
    assert [(row.call, row.justified, row.attempt) for row in (first, second)] == [
        (*calls[0], 1), (*calls[1], 2),
    ]  # fmt: skip
    assert [row.due_at for row in (first, second)] == [owed, owed]
    assert first.finding_masked
    assert (first.solved, first.satisfaction, first.comment_masked) == (None, None, None)
    assert second.called_at - first.called_at < timedelta(hours=1)


def test_a_matter_that_nobody_was_called_about_is_not_in_it(called):
    assert called(builders.a_resolved_ticket()) == []
