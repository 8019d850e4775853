"""督促旧录: supervision of tickets as it was recorded before counts as what it was."""

from bancheng.app.acts.tickets import TICKET as TICKETS
from bancheng.domain.complaint.succession import TakeOverTicket
from bancheng.domain.complaint.supervise import StrikeOffTicket
from bancheng.domain.complaint.supervised_before import (
    SupervisionOrderAnswered,
    SupervisionOrderIssued,
    WorkOrderUrged,
)
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import UrgeUnit
from domain.supervision.measured import AT, OF_RS, TICKET
from support.builders import LEAD, SEALED, a_verified_ticket, due, officer_of
from support.given import STREAM, SUPERVISOR, given, recorded

OLD = "BCS-1-D01"
STRIKE_OFF = StrikeOffTicket(ticket_id=STREAM)


def supervised_before(answered=False):
    issued = SupervisionOrderIssued(
        supervision_order_id=OLD, unit="RS", colour=SupervisionColour.BLUE, demand=SEALED,
        feedback_due=due("feedback", AT, "2026-03-09"),
    )  # fmt: skip
    events = [WorkOrderUrged(order_id=LEAD, demand=SEALED), issued]
    if answered:
        events.append(SupervisionOrderAnswered(supervision_order_id=OLD, answer=SEALED))
    history = a_verified_ticket()
    more = (recorded(one, len(history) + n, SUPERVISOR, AT) for n, one in enumerate(events, 1))
    return (*history, *more)


def test_an_order_of_before_is_answered_and_closed_by_todays_acts():
    given(*supervised_before()).when(STRIKE_OFF).then_refused("MEASURES_UNANSWERED")
    answered = given(*supervised_before()).when(TICKET.answer(), OF_RS)
    assert answered.events[0].verdict.due_at == due("feedback", AT, "2026-03-09").due_at
    assert given(*answered.history).when(STRIKE_OFF).refusal is None
    assert given(*answered.history).when(TICKET.close()).refusal is None


def test_an_answer_of_before_ended_its_limit():
    state = TICKETS.state_after(supervised_before(answered=True))
    assert not state.deadlines[f"{OLD}/feedback"].is_running
    assert state.unanswered == {}


def test_numbers_go_on_behind_those_of_before():
    urged = given(*supervised_before()).when(TICKET.demand(UrgeUnit, unit="HALL"))
    assert [one.measure_id for one in urged.events] == ["BCS-1-D02"]


def test_a_successor_answers_an_order_of_before():
    over = TakeOverTicket(ticket_id=STREAM, unit="RS", successor="GA")
    taken = given(*supervised_before()).when(over)
    assert given(*taken.history).when(TICKET.answer(), officer_of("GA")).refusal is None


def test_the_trail_calls_them_what_they_were():
    of_before = [one.event for one in supervised_before(answered=True)[-3:]]
    assert [event.title() for event in of_before] == ["催办", "督办", "督办反馈"]
