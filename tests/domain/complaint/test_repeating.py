"""重复反映: with new facts it is handled anew, without them told again what came of it."""

from datetime import timedelta
from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.complaint.repeating import RepeatRegistered
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.supervise import ReopenTicket, StrikeOffTicket
from bancheng.domain.complaint.terms import Status
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.deadlines import DeadlineState, key_of
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from support.builders import (
    SEALED,
    TEXT,
    a_dispatched_ticket,
    a_reported_ticket,
    after,
    calling_back,
    passing,
    reporting,
    settling,
)
from support.given import CLERK, HANDLER, START, STREAM, given, local
from support.tie_acts import ANSWERED, FILES, OTHER, a_repeat, other_file, repeating

ACCEPT = key_of(LimitKind.ACCEPT, STREAM)


def state(history) -> Ticket:
    return reduce(evolve, history, Ticket())


def test_without_new_facts_its_reporter_is_told_again_and_nothing_is_handled():
    outcome = given(*a_reported_ticket()).when(repeating(), CLERK, files=ANSWERED)
    outcome.then(
        RepeatRegistered(
            other_id=OTHER, other_number=OTHER, new_facts=False, reason=SEALED, explanation=SEALED
        )
    )
    ended = state(outcome.history)
    assert (ended.status, ended.repeats) == (Status.REFUSED, OTHER)
    assert ended.deadlines[ACCEPT].state is DeadlineState.MET
    assert not any(one.is_running for one in ended.deadlines.values())


def test_what_was_late_by_then_stays_late():
    history = given().when(reporting(), at=START).history
    late = local("2026-03-09 09:00")
    outcome = given(*history).when(repeating(), HANDLER, late, files=ANSWERED)
    assert state(outcome.history).deadlines[ACCEPT].state is DeadlineState.LATE


def test_with_new_facts_it_is_handled_anew_in_the_time_that_it_has():
    history = a_repeat(new_facts=True)
    before, again = state(history[:1]), state(history)
    assert (again.status, again.repeats) == (Status.REPORTED, OTHER)
    assert again.deadlines == before.deadlines
    assert given(*history).when(AcceptTicket(ticket_id=STREAM)).refusal is None


def test_it_is_said_once_and_before_anything_is_sent_to_a_unit():
    again = given(*a_repeat(new_facts=True)).when(repeating(), files=ANSWERED)
    again.then_refused("REPEAT_REGISTERED")
    sent = given(*a_dispatched_ticket()).when(repeating(), files=ANSWERED)
    sent.then_refused("WRONG_STATUS")


@pytest.mark.parametrize(
    "files",
    [
        FILES,
        {OTHER: other_file(is_answered=True, reported_at=START + timedelta(days=1))},
    ],
)
def test_what_is_repeated_was_answered_before(files):
    outcome = given(*a_reported_ticket()).when(repeating(), files=files)
    outcome.then_refused("EARLIER_UNANSWERED", "earlier_id")


def test_who_may_not_know_of_the_earlier_one_hears_of_none():
    outcome = given(*a_reported_ticket()).when(repeating(), files={})
    outcome.then_refused("OTHER_TICKET_UNKNOWN", "earlier_id")


@pytest.mark.parametrize("agrees", [False, True])
def test_the_accused_unit_does_not_end_what_is_said_of_it_but_its_handler_may(agrees):
    history = a_reported_ticket(agrees_to_contact=agrees)
    of_the_accused = replace(CLERK, id="rs-clerk", unit="RS")
    for new_facts in (False, True):
        again = given(*history).when(repeating(new_facts=new_facts), of_the_accused, files=ANSWERED)
        again.then_refused("REPEAT_BY_PARTY")
    handler = replace(of_the_accused, roles=(Role.HANDLER,))
    assert given(*history).when(repeating(), handler, files=ANSWERED).refusal is None


def test_who_worked_on_it_before_it_was_reopened_does_not_end_it_so():
    settled = after(after(after(a_reported_ticket(), settling()), calling_back()), passing())
    closed = after(settled, StrikeOffTicket(ticket_id=STREAM))
    reopened = after(closed, ReopenTicket(ticket_id=STREAM, reason=TEXT))
    (worker,) = state(reopened).resolvers
    again = given(*reopened).when(repeating(), replace(HANDLER, id=worker), files=ANSWERED)
    again.then_refused("REPEAT_BY_PARTY")


def test_what_is_not_handled_is_explained():
    silent = replace(repeating(), explanation=None)
    outcome = given(*a_reported_ticket()).when(silent, files=ANSWERED)
    outcome.then_refused("EXPLANATION_MISSING", "explanation")
