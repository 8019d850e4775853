"""发现问题: a matter is reported, and accepted, refused or diverted."""

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.discover import (
    AcceptTicket,
    DivertTicket,
    RefuseTicket,
    TicketAccepted,
    TicketDiverted,
    TicketRefused,
    TicketReported,
)
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import Channel
from bancheng.domain.people import (
    Address,
    IdNumber,
    PersonName,
    Phone,
    Reporter,
    SpecialGroup,
    Title,
)
from support.builders import (
    REPORTER,
    SEALED,
    TEXT,
    a_dispatched_ticket,
    a_diverted_ticket,
    a_refused_ticket,
    a_reported_ticket,
    an_accepted_ticket,
    an_analysed_ticket,
    due,
    reporting,
)
from support.case_builders import ITEM
from support.given import CLERK, NUMBER, PERSON, QUERY_CODE, RULES, START, STREAM, given

ACCEPT = AcceptTicket(ticket_id=STREAM)
REFUSE = RefuseTicket(ticket_id=STREAM, reason="litigation", explanation=TEXT, remedy=TEXT)
DIVERT = DivertTicket(ticket_id=STREAM, target="court_or_arbitration", explanation=TEXT)
REPORTED = TicketReported(
    number=NUMBER,
    query_code=QUERY_CODE,
    category=TicketCategory.COMPLAINT,
    channel=Channel.WINDOW,
    subject=Title("社保卡", owner=STREAM),
    content=SEALED,
    reporter=REPORTER.owned_by(PERSON),
    first_contact_owner=CLERK.id,
    accused_unit="RS",
    accept_due=due("accept", START, "2026-03-03"),
)


def test_a_matter_is_reported_under_the_number_and_the_first_contact_of_that_desk():
    given().when(reporting(), at=START).then(REPORTED)


@pytest.mark.parametrize("category", TicketCategory)
def test_each_category_is_registered(category):
    given().when(reporting(category=category), at=START).then(replace(REPORTED, category=category))


@pytest.mark.parametrize("channel", [channel for channel in Channel if not channel.is_own])
def test_each_channel_is_a_source(channel):
    given().when(reporting(channel=channel), at=START).then(replace(REPORTED, channel=channel))


@pytest.mark.parametrize("channel", [channel for channel in Channel if channel.is_own])
def test_nobody_reports_through_a_channel_of_our_own_programs(channel):
    given().when(reporting(channel=channel)).then_refused("CHANNEL_RESERVED", "channel")


def test_everything_the_clerk_knows_is_in_the_event():
    known = {
        "source_ref": "12345-2026-0001",
        "service_item": ITEM.code,
        "case_id": "case-7",
        "special_group": SpecialGroup.ELDERLY,
        "accused_unit": "RS",
    }
    told = given().when(reporting(**known), at=START)
    told.then(replace(REPORTED, **known))


def test_an_anonymous_matter_has_no_reporter_and_no_key_of_a_person():
    told = given().when(reporting(reporter=None), at=START, person=None)
    told.then(replace(REPORTED, reporter=None))


def test_every_part_of_the_reporter_is_owned_by_the_key_of_the_person_alone():
    whole = Reporter(
        name=PersonName("张建国"),
        phone=Phone("13800138000"),
        id_number=IdNumber("150502199001011232"),
        address=Address("科尔沁区永安路 12 号"),
    )
    event = given().when(reporting(reporter=whole)).events[0]
    parts = (event.reporter.name, event.reporter.phone)
    more = (event.reporter.id_number, event.reporter.address)
    assert {part.owner for part in parts + more} == {PERSON}


def test_subject_and_content_are_owned_by_the_key_of_the_ticket():
    event = given().when(reporting()).events[0]
    assert (event.subject.owner, event.content.owner) == (STREAM, STREAM)


def test_a_reporter_whose_key_is_unknown_is_never_stored():
    outcome = given().when(reporting(), person=None)
    assert outcome.refusal.code == "REPORTER_UNIDENTIFIED"


def test_a_rule_book_without_a_limit_for_acceptance_sets_no_date():
    others = tuple(rule for rule in RULES.limits if rule.purpose != "accept")
    told = given().when(reporting(), at=START, rulebook=replace(RULES, limits=others))
    told.then(replace(REPORTED, accept_due=None))


def test_the_accused_unit_must_be_one_of_the_hall():
    given().when(reporting(accused_unit="XX")).then_refused("UNIT_UNKNOWN", "accused_unit")


@pytest.mark.parametrize(
    ("said", "units"),
    [
        ({"accused_unit": None}, ("RS", "RS")),
        ({"accused_unit": "YB"}, ("YB", "RS")),
        ({"accused_unit": "YB", "accused_staff": "second-RS"}, ("YB", "RS")),
        ({"accused_unit": None, "accused_staff": "second-GA"}, ("GA", "RS")),
    ],
)
def test_a_window_is_named_with_its_unit_which_is_accused_beside_another(said, units):
    outcome = given().when(reporting(accused_window="W01", **said), at=START)
    (event,) = outcome.events
    assert (event.accused_unit, event.accused_window_unit) == units


def test_who_is_of_neither_accused_unit_is_not_named():
    told = reporting(accused_unit="YB", accused_window="W01", accused_staff="second-GA")
    given().when(told).then_refused("STAFF_OF_OTHER_UNIT", "accused_staff")


def test_of_a_window_of_no_register_nothing_follows():
    told = reporting(accused_unit=None, accused_window="old-1")
    (event,) = given().when(told, at=START).events
    assert (event.accused_unit, event.accused_window_unit) == (None, None)


def test_a_ticket_is_accepted():
    given(*a_reported_ticket()).when(ACCEPT).then(TicketAccepted())


def test_a_ticket_is_refused_with_reason_and_remedy():
    given(*a_reported_ticket()).when(REFUSE).then(
        TicketRefused(reason="litigation", explanation=SEALED, remedy=SEALED)
    )


@pytest.mark.parametrize("reason", [term.code for term in RULES.exclusions])
def test_every_exclusion_of_the_rule_book_is_a_reason(reason):
    refused = given(*a_reported_ticket()).when(replace(REFUSE, reason=reason))
    refused.then(TicketRefused(reason=reason, explanation=SEALED, remedy=SEALED))


def test_no_reason_outside_the_rule_book_refuses_a_ticket():
    unknown = replace(REFUSE, reason="too_much_work")
    given(*a_reported_ticket()).when(unknown).then_refused("TERM_UNKNOWN", "reason")


@pytest.mark.parametrize("target", [term.code for term in RULES.diversions])
def test_a_ticket_is_diverted_to_a_channel_of_the_rule_book(target):
    given(*a_reported_ticket()).when(replace(DIVERT, target=target)).then(
        TicketDiverted(target=target, explanation=SEALED)
    )


def test_no_ticket_is_diverted_to_a_channel_the_rule_book_does_not_know():
    unknown = replace(DIVERT, target="somebody_else")
    given(*a_reported_ticket()).when(unknown).then_refused("TERM_UNKNOWN", "target")


@pytest.mark.parametrize("command", [ACCEPT, REFUSE, DIVERT], ids=lambda it: type(it).__name__)
@pytest.mark.parametrize("decided", [a_dispatched_ticket, a_refused_ticket, a_diverted_ticket])
def test_what_becomes_of_a_report_is_decided_once(decided, command):
    given(*decided()).when(command).then_refused("WRONG_STATUS")


@pytest.mark.parametrize("accepted", [an_accepted_ticket, an_analysed_ticket])
def test_whoever_was_accepted_and_goes_elsewhere_is_told_to_which_organ(accepted):
    divert = DivertTicket(ticket_id=STREAM, target="petition_office", explanation=TEXT)
    given(*accepted()).when(divert).then_refused("ORGAN_MISSING", "organ")


@pytest.mark.parametrize("accepted", [an_accepted_ticket, an_analysed_ticket])
def test_what_was_accepted_by_mistake_is_refused_or_diverted_until_orders_go_out(accepted):
    refuse = RefuseTicket(ticket_id=STREAM, reason="litigation", explanation=TEXT, remedy=TEXT)
    divert = DivertTicket(
        ticket_id=STREAM, target="petition_office", explanation=TEXT, organ="信访局"
    )
    for act in (refuse, divert):
        assert given(*accepted()).when(act).refusal is None
        given(*a_dispatched_ticket()).when(act).then_refused("WRONG_STATUS")
