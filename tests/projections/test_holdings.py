"""承办台账: who has what in hand is as the write state says, in every ledger that shows it."""

from datetime import timedelta
from functools import reduce

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bancheng.app.registry import matter_kind
from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.returns import UpholdReturn
from bancheng.domain.complaint.succession import TakeOverTicket
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.errors import WrongStep
from bancheng.domain.hands import WHOLE
from bancheng.domain.holding.taking import ClaimWork
from bancheng.projections.cases.row import case
from bancheng.projections.holdings import HoldingEnd, TakenBy, held
from bancheng.projections.tickets.row import ticket
from bancheng.projections.work_orders.row import order
from projections.journeys import from_hand_to_hand, whole_history
from projections.views import MemoryLog, Views
from support.builders import (
    LEAD,
    TEXT,
    a_called_back_ticket,
    a_dispatched_ticket,
    a_reported_ticket,
    a_signed_in_ticket,
    a_terminated_ticket,
    after,
    returning,
    submitting,
)
from support.case_builders import CASE_ID, an_accepted_case
from support.given import CLERK, HANDLER, HEAD, OFFICER, READ, ROBOT, STREAM
from support.holding_acts import WHOM, claiming, giving_back, in_hand, in_nobodys_hand
from support.recusal_acts import ordering, recused


def rows_after(engine, log, table=held):
    views = Views(engine, MemoryLog(list(log))).caught_up()
    with views.database.read() as connection:
        return connection.execute(select(table)).all()


def version_taken(row):
    return int(row.holding_id.rpartition("/")[2])


def of_the_order(engine, log):
    found = [row for row in rows_after(engine, log) if row.order_id == LEAD]
    return [(row.held_by, row.taken_by, row.end) for row in sorted(found, key=version_taken)]


def test_each_time_that_somebody_has_it_is_a_row(engine):
    log = in_hand(after(a_dispatched_ticket(), claiming(STREAM, LEAD)), STREAM, LEAD)
    log = after(log, giving_back(STREAM, LEAD))
    log = recused(after(log, claiming(STREAM, LEAD)), STREAM, OFFICER.id)

    assert of_the_order(engine, log) == [
        (OFFICER.id, TakenBy.CLAIMED, HoldingEnd.TAKEN_OVER),
        (WHOM, TakenBy.ASSIGNED, HoldingEnd.GIVEN_BACK),
        (OFFICER.id, TakenBy.CLAIMED, HoldingEnd.RECUSED),
    ]


def test_what_is_done_anew_is_a_row_of_its_own_of_who_had_it(engine):
    done = a_called_back_ticket()
    again = after(done, OrderRework(ticket_id=STREAM, order_id=LEAD, reason=TEXT))

    assert of_the_order(engine, done) == [(OFFICER.id, TakenBy.SIGNED_IN, HoldingEnd.DONE)]
    assert of_the_order(engine, again)[1:] == [(OFFICER.id, TakenBy.AGAIN, None)]
    # Whoever is recused in between has it no more, whatever becomes of it.
    kept = after(
        recused(done, STREAM, OFFICER.id),
        OrderRework(ticket_id=STREAM, order_id=LEAD, reason=TEXT),
    )
    assert of_the_order(engine, kept) == of_the_order(engine, done)


def test_who_assigned_it_and_how_long_it_was_held_stand_in_the_row(engine):
    log = after(in_hand(a_dispatched_ticket(), STREAM, LEAD), giving_back(STREAM, LEAD))
    whole, of_order = sorted(rows_after(engine, log), key=lambda row: row.position)

    assert (of_order.unit, of_order.assigned_by, of_order.held_seconds) == ("RS", HEAD.id, 60)
    assert (whole.held_by, whole.assigned_by, whole.ended_at) == (HANDLER.id, None, None)


ON_AN_ORDER = in_hand(a_dispatched_ticket(), STREAM, LEAD)
EVENTFUL = {
    "an order goes from hand to hand": from_hand_to_hand(a_reported_ticket()),
    "who has it is recused": recused(ON_AN_ORDER, STREAM, WHOM),
    "who has it is accused": after(
        ON_AN_ORDER, CorrectTicket(ticket_id=STREAM, reason=TEXT, accused_staff=WHOM)
    ),
    "the unit closes": after(
        a_signed_in_ticket(), TakeOverTicket(ticket_id=STREAM, unit="RS", successor="GA"), ROBOT
    ),
    "the unit objects": after(
        after(ON_AN_ORDER, returning()),
        UpholdReturn(ticket_id=STREAM, order_id=LEAD, ruling=TEXT),
    ),
    "the order goes to another unit": after(
        ON_AN_ORDER,
        ReassignWorkOrder(
            ticket_id=STREAM, order_id=LEAD, unit="YB", instruction=TEXT, released=READ
        ),
    ),
    "the ticket ends": a_terminated_ticket(),
    "who has a case is recused": after(an_accepted_case(), ordering(CASE_ID, CLERK.id)),
    "a case is given back and claimed": after(
        in_nobodys_hand(an_accepted_case(), CASE_ID), claiming(CASE_ID), CLERK
    ),
}


@pytest.mark.parametrize("history", EVENTFUL.values(), ids=EVENTFUL)
def test_after_each_event_every_ledger_says_who_has_what_in_hand(engine, history):
    for length in range(1, len(history) + 1):
        says_what_the_write_state_says(engine, history[:length])


def test_what_was_done_before_somebody_took_it_up_was_held_for_no_time(engine):
    *before, last = after(
        in_hand(a_signed_in_ticket(), STREAM, LEAD),
        submitting(),
    )
    earlier = replace(last.envelope, occurred_at=last.envelope.occurred_at - timedelta(hours=5))
    rows = rows_after(engine, [*before, replace(last, envelope=earlier)])
    (row,) = [one for one in rows if one.held_by == WHOM]

    assert (row.end, row.ended_at, row.held_seconds) == (HoldingEnd.DONE, row.taken_at, 0)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_in_somebodys_hands_is_what_the_write_state_says(engine, seed):
    log = whole_history(seed, tickets=30, cases=15)
    assert says_what_the_write_state_says(engine, log) > 5


def says_what_the_write_state_says(engine, log) -> int:
    """How many parts are in somebody's hands."""
    states = {stream: state_of(log, stream) for stream in {one.stream_id for one in log}}
    states = {stream: state for stream, state in states.items() if state is not None}
    expected = {
        (stream, part): one.staff_id
        for stream, state in states.items()
        for part, one in state.holders.items()
        if is_open(state, part)
    }
    rows = rows_after(engine, log)
    there = [row for row in rows if row.ended_at is None]

    assert {(row.matter_id, row.order_id or WHOLE): row.held_by for row in there} == expected
    assert len(there) == len(expected)
    # The ledgers of the matters themselves say the same.
    shown = {(row.ticket_id, WHOLE): row.held_by for row in rows_after(engine, log, ticket)}
    shown |= {(row.case_id, WHOLE): row.held_by for row in rows_after(engine, log, case)}
    shown |= {(row.ticket_id, row.order_id): row.held_by for row in rows_after(engine, log, order)}
    held_by = {
        (stream, part): None if one is None else one.staff_id
        for stream, state in states.items()
        for part, one in ((part, state.holders.get(part)) for part in state.parts)
    }
    assert shown == held_by
    return len(there)


def state_of(log, stream):
    kind = matter_kind(stream)
    mine = (one for one in log if one.stream_id == stream)
    return kind and reduce(kind.evolve, mine, kind.empty())


def is_open(state, part):
    try:
        state.require_part(ClaimWork, part)
        state.require_part_open(ClaimWork, part)
    except WrongStep:
        return False
    return True
