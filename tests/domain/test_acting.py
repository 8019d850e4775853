"""替岗办理: what somebody may do in the place of another, and what the event keeps of it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.app.acting import can_be_for_another
from bancheng.app.acts.tickets import TICKET
from bancheng.app.registry import ACTS
from bancheng.domain.calls import CallResult
from bancheng.domain.complaint.contact import ContactReporter
from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.complaint.deadline import GrantExtension, NoteProgress
from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.complaint.dispatch import SignInWorkOrder
from bancheng.domain.complaint.merging import MergeTicket
from bancheng.domain.complaint.suspend import SuspendWorkOrder
from bancheng.domain.complaint.ties import LinkTickets
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Channel, Place, Principal
from bancheng.domain.holding.taking import AssignWork, ClaimWork, GiveBackWork
from bancheng.domain.impartiality import RecusalGround
from bancheng.domain.people import Role, Title
from bancheng.domain.recusal import OrderRecusal, RequestRecusal
from support.builders import TEXT, analysing, asking_suspension, dispatching, reporting, submitting
from support.fakes import a_hall, do
from support.given import (
    CLERK,
    CO_OFFICER,
    HANDLER,
    MEMBERS,
    OFFICER,
    OTHER_HANDLER,
    START,
    SUPERVISOR,
)

SECOND = MEMBERS["second-RS"]
_NUMBERS: dict[str, str] = {}
PAIRS = frozenset({(OFFICER.id, SECOND.id), (HANDLER.id, OTHER_HANDLER.id), (HANDLER.id, CLERK.id)})


@pytest.fixture
def engine():
    with a_hall("memory", None) as engine:
        engine.rules.pairs = PAIRS
        yield engine


def accepted(engine, **fields) -> str:
    ticket = do(engine, reporting(**fields), CLERK).stream_id
    do(engine, AcceptTicket(ticket_id=ticket), HANDLER)
    return ticket


def on(ticket, command):
    """``command`` of a builder, about this ticket and its first order."""
    order = {"order_id": f"{_NUMBERS[ticket]}-01"} if hasattr(command, "order_id") else {}
    return replace(command, ticket_id=ticket, **order)


def signed_in(engine, **fields) -> str:
    ticket = accepted(engine, **fields)
    do(engine, on(ticket, analysing()), HANDLER)
    do(engine, replace(dispatching(), ticket_id=ticket), HANDLER)
    _NUMBERS[ticket] = state_of(engine, ticket).number
    do(engine, on(ticket, SignInWorkOrder(ticket_id=ticket, order_id="")), OFFICER)
    return ticket


def state_of(engine, ticket):
    return TICKET.state_after(engine.store.load(ticket))


def progress(ticket) -> NoteProgress:
    return on(ticket, NoteProgress(ticket_id=ticket, order_id="", progress=TEXT))


def refused(engine, code, command, by, **context) -> None:
    before = engine.store.head()
    with pytest.raises(DomainError) as refusal:
        do(engine, command, by, **context)
    assert refusal.value.code == code
    assert refusal.value.remedy
    assert engine.store.head() == before


def test_the_event_keeps_who_did_it_and_in_whose_place_and_it_stays_in_their_hands(engine):
    ticket = signed_in(engine)
    do(engine, on(ticket, submitting()), SECOND, acting_for=OFFICER.id)
    envelope = engine.store.load(ticket)[-1].envelope
    assert (envelope.actor.id, envelope.actor.post) == (SECOND.id, SECOND.post)
    assert envelope.acting_for == Principal(staff_id=OFFICER.id, name=OFFICER.name)
    state = state_of(engine, ticket)
    assert state.holders[f"{state.number}-01"].staff_id == OFFICER.id
    # Neither of them verifies it.
    assert {SECOND.id, OFFICER.id} <= state.resolvers


def test_what_one_does_in_ones_own_name_keeps_nobody_else(engine):
    ticket = signed_in(engine)
    do(engine, progress(ticket), SECOND)
    assert engine.store.load(ticket)[-1].envelope.acting_for is None


def test_an_act_by_which_one_takes_work_up_leaves_it_whose_it_is(engine):
    ticket = accepted(engine)
    do(engine, on(ticket, analysing()), HANDLER)
    do(engine, replace(dispatching(), ticket_id=ticket), HANDLER)
    _NUMBERS[ticket] = state_of(engine, ticket).number
    order = f"{_NUMBERS[ticket]}-01"
    do(engine, AssignWork(matter_id=ticket, order_id=order, staff_id=OFFICER.id), OFFICER)
    sign = SignInWorkOrder(ticket_id=ticket, order_id=order)
    do(engine, sign, SECOND, acting_for=OFFICER.id)
    assert state_of(engine, ticket).holders[order].staff_id == OFFICER.id


def test_who_stands_in_has_the_roles_of_the_other_and_none_of_their_own(engine):
    ticket = accepted(engine)
    refused(engine, "ROLE_MISSING", on(ticket, analysing()), CLERK)
    do(engine, on(ticket, analysing()), CLERK, acting_for=HANDLER.id)
    assert engine.store.load(ticket)[-1].envelope.actor.roles == (Role.HANDLER,)
    order = signed_in(engine)
    leads = replace(SECOND, roles=(Role.UNIT_OFFICER, Role.UNIT_HEAD))
    grant = on(order, GrantExtension(ticket_id=order, order_id="", ruling=TEXT))
    refused(engine, "ROLE_MISSING", grant, leads, acting_for=OFFICER.id)


def test_nobody_stands_in_who_does_not_at_that_time_or_is_of_another_unit(engine):
    ticket = signed_in(engine)
    for by in (MEMBERS["third-RS"], CO_OFFICER, HANDLER):
        refused(engine, "NOT_STANDING_IN", progress(ticket), by, acting_for=OFFICER.id)
    refused(engine, "NOT_STANDING_IN", progress(ticket), SECOND, acting_for="nobody")
    moved = replace(SECOND, unit="YB")
    refused(engine, "NOT_STANDING_IN", progress(ticket), moved, acting_for=OFFICER.id)
    engine.rules.pairs = frozenset()
    refused(engine, "NOT_STANDING_IN", progress(ticket), SECOND, acting_for=OFFICER.id)


def test_what_the_other_has_not_in_hand_is_not_stood_in_for(engine):
    ticket = signed_in(engine)
    order = f"{_NUMBERS[ticket]}-01"
    do(engine, GiveBackWork(matter_id=ticket, order_id=order, reason=TEXT), OFFICER)
    refused(engine, "NOT_IN_THEIR_HAND", progress(ticket), SECOND, acting_for=OFFICER.id)
    do(engine, GiveBackWork(matter_id=ticket, reason=TEXT), HANDLER)
    finding = on(ticket, analysing())
    refused(engine, "NOT_IN_THEIR_HAND", finding, OTHER_HANDLER, acting_for=HANDLER.id)


def test_who_is_recused_or_accused_does_nothing_in_the_place_of_another(engine):
    ticket = signed_in(engine)
    order = OrderRecusal(
        matter_id=ticket, staff_id=SECOND.id, reason=TEXT, ground=RecusalGround.OTHER
    )
    do(engine, order, SUPERVISOR)
    refused(engine, "RECUSED_HERE", progress(ticket), SECOND, acting_for=OFFICER.id)
    about = signed_in(engine, accused_staff=SECOND.id)
    refused(engine, "MATTER_NOT_FOUND", progress(about), SECOND, acting_for=OFFICER.id)


def test_who_is_recused_from_what_an_act_names_does_it_by_nobody(engine):
    main, ticket = accepted(engine), accepted(engine)
    order = OrderRecusal(
        matter_id=main, staff_id=HANDLER.id, reason=TEXT, ground=RecusalGround.OTHER
    )
    do(engine, order, SUPERVISOR)
    merge = MergeTicket(ticket_id=ticket, main_id=main, reason=TEXT, progress=TEXT)
    refused(engine, "RECUSED_FROM_MAIN", merge, HANDLER)
    refused(engine, "PRINCIPAL_MAY_NOT", merge, OTHER_HANDLER, acting_for=HANDLER.id)
    do(engine, merge, OTHER_HANDLER)


def test_who_sits_at_a_window_by_standing_in_learns_no_more_than_there(engine):
    # An officer of the accused unit may know of a ticket what was released; a window nothing.
    window = replace(MEMBERS["third-RS"], id="third-RS", roles=(Role.WINDOW_CLERK,))
    ticket = accepted(engine, accused_unit="RS")
    correct = CorrectTicket(ticket_id=ticket, reason=TEXT, subject=Title("社保卡补办"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(MEMBERS, window.id, window)
        engine.rules.pairs = frozenset({(window.id, SECOND.id)})
        refused(engine, "MATTER_NOT_FOUND", correct, SECOND, acting_for=window.id)


def test_no_ticket_is_named_that_is_withheld_from_who_stands_in_or_from_the_other(engine):
    ticket = accepted(engine)
    link = LinkTickets(ticket_id=ticket, other_id=accepted(engine), reason=TEXT)
    about_windows = replace(link, other_id=accepted(engine, accused_unit="HALL"))
    refused(engine, "OTHER_TICKET_UNKNOWN", about_windows, CLERK, acting_for=HANDLER.id)
    reported = reporting(accused_unit="HALL", accused_staff=HANDLER.id)
    about_them = do(engine, reported, SUPERVISOR).stream_id
    about_other = replace(link, other_id=about_them)
    refused(engine, "OTHER_TICKET_UNKNOWN", about_other, OTHER_HANDLER, acting_for=HANDLER.id)
    do(engine, link, CLERK, acting_for=HANDLER.id)
    do(engine, about_windows, OTHER_HANDLER, acting_for=HANDLER.id)


def test_who_has_a_window_says_at_which_they_are_also_in_the_place_of_another(engine):
    engine.rules.units_of_windows = {"W01": "RS"}
    ticket = accepted(engine, accused_window="W01")
    calls = ContactReporter(ticket_id=ticket, purpose="contact", call=CallResult.CONNECTED)
    both = replace(OTHER_HANDLER, roles=(Role.HANDLER, Role.WINDOW_CLERK))
    for acting_for in (None, HANDLER.id):
        refused(engine, "WINDOW_UNTOLD", calls, both, acting_for=acting_for)
    at = Place(Channel.WINDOW, "W01")
    refused(engine, "ACCUSED_SEES_NOTHING", calls, both, acting_for=HANDLER.id, place=at)
    do(engine, calls, both, acting_for=HANDLER.id, place=Place(Channel.WINDOW, "W02"))


def test_nobody_grants_by_another_what_they_asked_for(engine):
    asked = signed_in(engine)
    until = START + timedelta(days=9)
    do(engine, on(asked, asking_suspension(until)), OFFICER)
    suspend = on(asked, SuspendWorkOrder(ticket_id=asked, order_id="", ruling=TEXT))
    do(engine, suspend, OTHER_HANDLER, acting_for=HANDLER.id)

    of_handler = of_the_hall(engine)
    ask = on(of_handler, asking_suspension(until))
    do(engine, ask, HANDLER)
    suspend = on(of_handler, SuspendWorkOrder(ticket_id=of_handler, order_id="", ruling=TEXT))
    refused(engine, "PRINCIPAL_MAY_NOT", suspend, OTHER_HANDLER, acting_for=HANDLER.id)
    do(engine, suspend, OTHER_HANDLER)

    again = of_the_hall(engine)
    do(engine, on(again, asking_suspension(until)), OTHER_HANDLER, acting_for=HANDLER.id)
    suspend = on(again, SuspendWorkOrder(ticket_id=again, order_id="", ruling=TEXT))
    for by in (HANDLER, OTHER_HANDLER):
        refused(engine, "SAME_PERSON", suspend, by)


def of_the_hall(engine) -> str:
    """A ticket whose order the handler has in hand, as the ticket itself."""
    ticket = accepted(engine)
    do(engine, on(ticket, replace(analysing(), units=("HALL",))), HANDLER)
    do(engine, replace(dispatching("HALL"), ticket_id=ticket), HANDLER)
    _NUMBERS[ticket] = state_of(engine, ticket).number
    do(engine, on(ticket, SignInWorkOrder(ticket_id=ticket, order_id="")), HANDLER)
    return ticket


def test_what_is_to_be_done_in_person_nobody_does_for_another(engine):
    ticket = signed_in(engine)
    order = f"{_NUMBERS[ticket]}-01"
    for command in (
        ClaimWork(matter_id=ticket, order_id=order),
        AssignWork(matter_id=ticket, order_id=order, staff_id=SECOND.id),
        GiveBackWork(matter_id=ticket, order_id=order, reason=TEXT),
        RequestRecusal(
            matter_id=ticket, staff_id=SECOND.id, reason=TEXT, ground=RecusalGround.OTHER
        ),
        reporting(),
    ):
        by = CLERK if command == reporting() else SECOND
        refused(engine, "IN_PERSON_ONLY", command, by, acting_for=OFFICER.id)


def test_it_is_done_at_once_and_never_told_later(engine):
    ticket = signed_in(engine)
    at = engine.clock.now()
    engine.clock.advance(timedelta(hours=2))
    refused(engine, "ACTING_NOW", progress(ticket), SECOND, acting_for=OFFICER.id, occurred_at=at)


def test_the_same_key_in_ones_own_name_is_another_request(engine):
    ticket = signed_in(engine)
    done = do(engine, progress(ticket), SECOND, "k", acting_for=OFFICER.id)
    assert do(engine, progress(ticket), SECOND, "k", acting_for=OFFICER.id).repeated
    refused(engine, "KEY_REUSED", progress(ticket), SECOND, key="k")
    assert engine.store.head() == done.position


def test_only_acts_on_matters_by_who_has_them_in_hand_can_be_done_for_another():
    able = {act.name for act in ACTS if can_be_for_another(act)}
    assert {"SubmitResult", "AcceptCase", "DispatchWorkOrders", "AnswerMeasure"} <= able
    assert not able & {
        "ReportTicket", "SubmitCase", "RegisterUnit", "NameStandIn", "SignWorkHandOver",
        "RecordCallBack", "PassVerification", "UrgeUnits", "GrantCaseExtension", "ClaimWork",
        "RequestRecusal", "TakeOverTicket", "BeginBulk",
    }  # fmt: skip
