"""监督检查: striking off, reopening."""

import pytest

from bancheng.domain.complaint.deadline import ResultSubmitted
from bancheng.domain.complaint.supervise import (
    ReopenTicket,
    StrikeOffTicket,
    TicketReopened,
    TicketStruckOff,
)
from support.builders import (
    LEAD,
    SEALED,
    TEXT,
    a_closed_ticket,
    a_diverted_ticket,
    a_refused_ticket,
    a_verified_ticket,
    after,
    analysing,
    calling_back,
    dispatching,
    passing,
    signed_in,
    submitting,
)
from support.given import OFFICER, STREAM, given

STRIKE_OFF = StrikeOffTicket(ticket_id=STREAM)
REOPEN = ReopenTicket(ticket_id=STREAM, reason=TEXT)


def test_a_verified_ticket_is_struck_off():
    given(*a_verified_ticket()).when(STRIKE_OFF).then(TicketStruckOff())


def test_a_ticket_is_struck_off_once():
    given(*a_closed_ticket()).when(STRIKE_OFF).then_refused("WRONG_STATUS")


@pytest.mark.parametrize("ended", [a_closed_ticket, a_refused_ticket, a_diverted_ticket])
def test_a_matter_that_ended_is_reopened_and_analysed_anew(ended):
    reopened = given(*ended()).when(REOPEN)
    reopened.then(TicketReopened(reason=SEALED))
    assert given(*reopened.history).when(analysing()).refusal is None
    given(*reopened.history).when(REOPEN).then_refused("WRONG_STATUS")


def _handled_again(history):
    """The second round of a reopened ticket, up to its striking off; its order is no. 2."""
    order = {"order_id": f"{LEAD[:-1]}2"}
    sent = after(after(history, analysing()), dispatching())
    resolved = after(signed_in(sent, **order), submitting(**order), OFFICER)
    return after(after(after(resolved, calling_back()), passing()), STRIKE_OFF)


def test_a_reopened_ticket_keeps_its_verdicts_and_numbers_its_orders_on():
    second = _handled_again(after(a_closed_ticket(), REOPEN))
    results = [one.event for one in second if isinstance(one.event, ResultSubmitted)]
    assert [event.order_id for event in results] == ["BCS-1-01", "BCS-1-02"]


def test_the_call_back_of_the_first_round_does_not_serve_the_second():
    sent = after(after(after(a_closed_ticket(), REOPEN), analysing()), dispatching())
    order = {"order_id": "BCS-1-02"}
    resolved = after(signed_in(sent, **order), submitting(**order), OFFICER)
    given(*resolved).when(passing()).then_refused("CALL_BACK_MISSING")
