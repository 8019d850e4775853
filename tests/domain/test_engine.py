"""The way of a command: who may, decided on the newest state, stored whole or not at all."""

import pytest
from msgspec.structs import replace

from bancheng.app.registry import ACTS
from bancheng.domain.complaint.discover import AcceptTicket, TicketAccepted, TicketReported
from bancheng.domain.complaint.dispatch import DispatchWorkOrders
from bancheng.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import Actor, IdNumber, Role
from support.builders import REPORTER, SEALED, TEXT, analysing, dispatching, reporting
from support.fakes import BACKENDS, a_hall, do, events_of
from support.given import ADMIN, CLERK, HANDLER, READ, STAFF, START, VERIFIER, local

WHERE = Place(Channel.WINDOW, "A03", "A03-2")


@pytest.fixture(params=BACKENDS)
def engine(request, tmp_path):
    with a_hall(request.param, tmp_path) as engine:
        yield engine


def refused(engine, command, by, code, **context):
    """``command`` is refused and leaves nothing in the log."""
    before = engine.store.head()
    with pytest.raises(DomainError) as refusal:
        do(engine, command, by, **context)
    assert refusal.value.code == code
    assert engine.store.head() == before
    return refusal.value


def a_ticket(engine):
    return do(engine, reporting(), CLERK).stream_id


def numbers(engine):
    return [event.number for event in events_of(engine) if isinstance(event, TicketReported)]


def test_an_act_that_opens_a_matter_gives_it_an_id_and_an_official_number(engine):
    answer = do(engine, reporting(), CLERK)
    assert answer.stream_id.startswith("ticket-")
    assert (answer.version, answer.position, answer.repeated) == (1, engine.store.head(), False)
    assert numbers(engine) == ["BCS1505022026000001"]


def test_the_next_act_is_decided_on_what_happened(engine):
    ticket = a_ticket(engine)
    answer = do(engine, AcceptTicket(ticket_id=ticket), HANDLER)
    assert (answer.stream_id, answer.version) == (ticket, 2)
    assert events_of(engine)[-1] == TicketAccepted()
    refused(engine, AcceptTicket(ticket_id=ticket), HANDLER, "WRONG_STATUS", key="again")


def test_one_command_may_store_several_events_at_once(engine):
    ticket = a_ticket(engine)
    do(engine, AcceptTicket(ticket_id=ticket), HANDLER)
    do(engine, replace(analysing(), ticket_id=ticket), HANDLER)
    sent = do(engine, replace(dispatching("RS", "YB", "GA"), ticket_id=ticket), HANDLER)
    assert sent.version == 6


def test_every_event_says_who_when_from_where_and_why(engine):
    ticket = a_ticket(engine)
    accept = AcceptTicket(ticket_id=ticket, why=TEXT)
    do(engine, accept, HANDLER, "key-7", place=WHERE, request_id="request-7")
    envelope = engine.store.load(ticket)[-1].envelope
    assert envelope.actor == HANDLER
    assert Place(envelope.channel, envelope.window, envelope.terminal) == WHERE
    assert (envelope.act, envelope.basis) == ("AcceptTicket", "六步程序")
    assert (envelope.request_id, envelope.key) == ("request-7", "key-7")
    assert envelope.occurred_at == envelope.recorded_at == START
    assert (envelope.why.owner, engine.vault.open(envelope.why)) == (ticket, TEXT.plain)


def test_sealed_texts_belong_to_the_ticket_and_the_reporter_to_the_person(engine):
    ticket = a_ticket(engine)
    event = engine.store.load(ticket)[0].event
    assert event.content.owner == event.subject.owner == ticket
    assert event.reporter.name.owner == event.reporter.phone.owner
    assert event.reporter.name.owner.startswith("person-")


def test_who_is_known_by_their_identity_number_keeps_their_key(engine):
    known = replace(REPORTER, id_number=IdNumber("150502199001011232"))
    tickets = [do(engine, reporting(reporter=known), CLERK).stream_id for _ in range(2)]
    owners = {engine.store.load(ticket)[0].event.reporter.name.owner for ticket in tickets}
    assert len(owners) == 1


def test_an_unknown_ticket_is_not_found(engine):
    error = refused(engine, AcceptTicket(ticket_id="ticket-0"), HANDLER, "MATTER_NOT_FOUND")
    assert isinstance(error, NotFound)
    assert error.field == "ticket_id"


def test_a_stream_of_the_office_is_no_ticket(engine):
    do(engine, RegisterUnit(code="RS", name="人社局"), ADMIN)
    refused(engine, AcceptTicket(ticket_id="unit-RS"), HANDLER, "MATTER_NOT_FOUND")


@pytest.mark.parametrize("role", Role)
def test_the_role_is_checked_before_anything_else(engine, role):
    actor = replace(CLERK, roles=(role,))
    for act in ACTS:
        if role not in act.by:  # no ticket, no unit: the role alone can be at fault
            empty = act.command(**dict.fromkeys(act.command.__struct_fields__, ""))
            error = refused(engine, empty, actor, "ROLE_MISSING")
            assert isinstance(error, NotAllowed)


def test_nobody_acts_without_a_role(engine):
    error = refused(engine, reporting(), replace(CLERK, roles=()), "ROLE_MISSING")
    assert "(无)" in error.message


def test_every_act_has_somebody_who_may_do_it():
    who = (*STAFF, Actor(id="s", name="系统", post="系统", unit="SYSTEM", roles=(Role.SYSTEM,)))
    assert not [act.name for act in ACTS if not any(one.may(*act.by) for one in who)]


def test_only_a_verifier_verifies():
    verifying = [act for act in ACTS if "complaint.verify" in act.command.__module__]
    assert {act.by for act in verifying} == {frozenset(VERIFIER.roles)}


def test_a_refusal_takes_no_official_number(engine):
    a_ticket(engine)
    refused(engine, reporting(accused_unit="XX"), CLERK, "UNIT_UNKNOWN")
    a_ticket(engine)
    assert numbers(engine) == ["BCS1505022026000001", "BCS1505022026000002"]


def test_only_an_act_that_opens_a_matter_takes_a_number(engine):
    do(engine, AcceptTicket(ticket_id=a_ticket(engine)), HANDLER)
    do(engine, RegisterUnit(code="RS", name="人社局"), ADMIN)
    a_ticket(engine)
    assert numbers(engine) == ["BCS1505022026000001", "BCS1505022026000002"]


def test_a_refusal_does_not_use_its_key_up(engine):
    refused(engine, reporting(accused_unit="XX"), CLERK, "UNIT_UNKNOWN", key="key-1")
    assert not do(engine, reporting(accused_unit="RS"), CLERK, "key-1").repeated


def test_numbers_begin_anew_with_the_year_of_the_hall(engine):
    engine.clock.set(local("2026-12-31 23:59"))
    a_ticket(engine)
    engine.clock.set(local("2027-01-01 00:00"))
    a_ticket(engine)
    assert numbers(engine) == ["BCS1505022026000001", "BCS1505022027000001"]


def test_a_command_is_decided_on_whatever_is_there_unless_a_version_is_expected(engine):
    ticket = a_ticket(engine)
    do(engine, AcceptTicket(ticket_id=ticket), HANDLER)
    assert do(engine, replace(analysing(), ticket_id=ticket), HANDLER).version == 3


def test_the_version_the_clerk_saw_must_be_the_newest(engine):
    ticket = a_ticket(engine)
    accept = AcceptTicket(ticket_id=ticket)
    for stale in (0, 2, 99):
        error = refused(engine, accept, HANDLER, "VERSION_CONFLICT", expected_version=stale)
        assert isinstance(error, Conflict)
    assert do(engine, accept, HANDLER, expected_version=1).version == 2


def test_the_version_is_compared_before_the_rules_are_asked(engine):
    ticket = a_ticket(engine)
    sending = DispatchWorkOrders(
        ticket_id=ticket, lead_unit="RS", instruction=SEALED, released=READ
    )
    refused(engine, sending, HANDLER, "VERSION_CONFLICT", expected_version=9)


def test_what_the_hall_decides_by_is_read_for_each_command(engine):
    engine.rules.open_units = frozenset({"YB"})
    refused(engine, reporting(accused_unit="RS"), CLERK, "UNIT_UNKNOWN")
    engine.rules.open_units = frozenset({"RS"})
    assert do(engine, reporting(accused_unit="RS"), CLERK).version == 1
