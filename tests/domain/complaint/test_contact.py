"""调阅与联系 on a ticket: who may open what for which purpose, who calls, and never the accused."""

from datetime import date
from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.domain.calls import CallResult
from bancheng.domain.complaint.contact import (
    ContactReporter,
    DiscloseReporter,
    ReporterContacted,
    ReporterDisclosed,
)
from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.succession import TakeOverTicket
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder
from support.builders import (
    CO_1,
    LEAD,
    SEALED,
    TEXT,
    a_closed_ticket,
    a_dispatched_ticket,
    a_reported_ticket,
    a_resolved_ticket,
    a_returned_order,
    a_signed_in_ticket,
    after,
    analysing,
    deadline_of,
    dispatching,
    officer_of,
    passing,
    reporting,
)
from support.given import (
    CLERK,
    HANDLER,
    HEAD,
    OFFICER,
    READ,
    RULES,
    STREAM,
    SUPERVISOR,
    VERIFIER,
    Given,
    given,
    local,
)

F = PersonalField
T = {"ticket_id": STREAM}
ELSEWHERE = {"accused_unit": "YB"}  # the unit that solves it is not the one that it is about
HANDLER_AT_WINDOW = replace(HANDLER, roles=(Role.HANDLER, Role.WINDOW_CLERK))
BOTH = replace(HANDLER, roles=(Role.HANDLER, Role.VERIFIER))


def opening(*fields: PersonalField, purpose: str = "contact") -> DiscloseReporter:
    return DiscloseReporter(**T, purpose=purpose, fields=fields or (F.PHONE,), reason=TEXT)


def calling(**fields) -> ContactReporter:
    usual = {"purpose": "contact", "call": CallResult.CONNECTED, "order_id": LEAD}
    return ContactReporter(**T, **{**usual, **fields})


BACK = opening(purpose="call_back")


def test_an_opening_says_which_fields_for_what_and_why_and_holds_no_value():
    given(*a_reported_ticket()).when(opening(F.PHONE, F.NAME, F.PHONE)).then(
        ReporterDisclosed(
            purpose="contact",
            fields=(F.PHONE, F.NAME),
            reason=SEALED,
            day=date(2026, 3, 2),
            daily_max=RULES.disclosures_daily_max,
        )
    )


def test_it_counts_for_the_day_of_the_hall_and_not_of_greenwich():
    late = given(*a_reported_ticket()).when(opening(), at=local("2026-03-03 00:30"))
    assert late.events[0].day == date(2026, 3, 3)


@pytest.mark.parametrize("purpose", ["contact", "identify"])
def test_a_handler_opens_for_contact_and_identification_at_any_stage(purpose):
    field = F.NAME
    for history in (a_reported_ticket(), a_dispatched_ticket(), a_resolved_ticket()):
        assert given(*history).when(opening(field, purpose=purpose), HANDLER).events


def test_nothing_of_a_closed_ticket_is_opened():
    given(*a_closed_ticket()).when(opening()).then_refused("WRONG_STATUS")


def test_the_verifier_opens_for_the_call_back_once_there_is_a_result():
    assert given(*a_resolved_ticket()).when(BACK, VERIFIER).events
    given(*a_dispatched_ticket()).when(BACK, VERIFIER).then_refused("WRONG_STATUS")


def test_who_took_part_does_not_verify_and_opens_nothing_for_the_call_back():
    of_the_resolvers = replace(VERIFIER, unit="RS")
    resolved = given(*a_resolved_ticket())
    resolved.when(BACK, of_the_resolvers).then_refused("VERIFIER_IS_RESOLVER")


def test_each_opens_for_their_own_purposes_alone():
    given(*a_resolved_ticket()).when(BACK, HANDLER).then_refused("PURPOSE_NOT_YOURS", "purpose")
    given(*a_resolved_ticket()).when(opening(), VERIFIER).then_refused(
        "PURPOSE_NOT_YOURS", "purpose"
    )
    assert given(*a_resolved_ticket()).when(BACK, BOTH).events
    assert given(*a_resolved_ticket()).when(opening(), BOTH).events


@pytest.mark.parametrize("purpose", ["bad_rating", "collect", "post", "nothing"])
def test_a_purpose_that_is_not_one_of_tickets_is_refused(purpose):
    given(*a_reported_ticket()).when(opening(purpose=purpose)).then_refused(
        "TERM_UNKNOWN", "purpose"
    )


@pytest.mark.parametrize("who", [OFFICER, HEAD], ids=["officer", "head"])
def test_the_unit_in_charge_opens_what_the_book_says_while_the_order_is_in_its_hands(who):
    at_work = given(*a_dispatched_ticket(**ELSEWHERE))
    assert at_work.when(opening(F.PHONE, F.NAME), who).events
    at_work.when(opening(F.FULL_TEXT), who).then_refused("FIELD_NOT_FOR_PURPOSE", "fields")
    at_work.when(opening(F.NAME, purpose="identify"), who).then_refused(
        "PURPOSE_NOT_YOURS", "purpose"
    )
    for history in (a_reported_ticket(), a_returned_order(), a_resolved_ticket()):
        given(*history).when(opening(), who).then_refused("NOT_CONCERNED")


def test_a_unit_without_an_order_opens_nothing():
    given(*a_dispatched_ticket(**ELSEWHERE)).when(opening(), officer_of("GA")).then_refused(
        "NOT_CONCERNED"
    )


def test_the_book_may_let_units_open_nothing():
    rules = [replace(one, unit_fields=()) for one in RULES.disclosures]
    book = replace(RULES, disclosures=tuple(rules))
    given(*a_dispatched_ticket(**ELSEWHERE)).when(opening(), OFFICER, rulebook=book).then_refused(
        "NO_PURPOSE"
    )


@pytest.mark.parametrize("who", [OFFICER, HEAD], ids=["officer", "head"])
def test_the_accused_unit_neither_opens_nor_calls(who):
    accused = given(*a_signed_in_ticket(accused_unit="RS"))
    accused.when(opening(), who).then_refused("ACCUSED_UNIT")
    accused.when(calling(), who).then_refused("ACCUSED_UNIT")


@pytest.mark.parametrize("who", [OFFICER, HEAD], ids=["officer", "head"])
def test_the_unit_whose_staff_is_accused_neither_opens_nor_calls(who):
    accused = given(*a_signed_in_ticket(accused_unit=None, accused_staff="second-RS"))
    accused.when(opening(), who).then_refused("ACCUSED_UNIT")
    accused.when(calling(), who).then_refused("ACCUSED_UNIT")


AT_WINDOW = {"accused_window": "W01"}  # of RS, which solves it


@pytest.mark.parametrize("unit", [None, "YB"], ids=["no unit is named", "another one is"])
def test_the_unit_of_the_accused_window_neither_opens_nor_calls(unit):
    accused = given(*a_signed_in_ticket(accused_unit=unit, **AT_WINDOW))
    accused.when(opening(), OFFICER).then_refused("ACCUSED_UNIT")
    accused.when(calling(), OFFICER).then_refused("ACCUSED_UNIT")


def test_the_unit_that_had_the_window_when_it_was_named_is_accused_though_another_has_it():
    moved = {"window_units": {"W01": "GA"}}
    kept = given(*a_signed_in_ticket("GA", accused_unit="YB", **AT_WINDOW))
    assert kept.when(opening(), officer_of("GA"), **moved).events
    kept = given(*a_signed_in_ticket(accused_unit="YB", **AT_WINDOW))
    kept.when(opening(), OFFICER, **moved).then_refused("ACCUSED_UNIT")


def test_of_a_window_that_was_in_no_register_the_unit_counts_that_has_it_now():
    old = Given().when(reporting(accused_unit="YB", **AT_WINDOW), window_units={}).history
    for command in (AcceptTicket(**T), analysing(), dispatching()):
        old = after(old, command)
    given(*old).when(opening(), OFFICER).then_refused("ACCUSED_UNIT")
    assert given(*old).when(opening(), OFFICER, window_units={}).events


def test_the_unit_to_which_the_accused_person_has_gone_neither_opens_nor_calls():
    history = a_signed_in_ticket(accused_unit=None, accused_staff="second-YB")
    assert given(*history).when(opening(), OFFICER).events
    moved = {"staff": {"second-YB": officer_of("RS")}}
    given(*history).when(opening(), OFFICER, **moved).then_refused("ACCUSED_UNIT")
    given(*history).when(calling(), OFFICER, **moved).then_refused("ACCUSED_UNIT")


def test_who_took_over_from_the_accused_unit_neither_opens_nor_calls():
    taken_over = {"successors": {"YB": "RS"}}
    accused = given(*a_signed_in_ticket(**ELSEWHERE))
    accused.when(opening(), OFFICER, **taken_over).then_refused("ACCUSED_UNIT")
    accused.when(calling(), OFFICER, **taken_over).then_refused("ACCUSED_UNIT")


def test_who_took_the_order_over_from_the_accused_unit_opens_nothing_though_that_is_open_again():
    history = a_signed_in_ticket(accused_unit="RS")
    for unit, successor in (("RS", "YB"), ("YB", "GA")):
        history = after(history, TakeOverTicket(ticket_id=STREAM, unit=unit, successor=successor))
    with_it = given(*history)
    with_it.when(opening(), officer_of("GA")).then_refused("ACCUSED_UNIT")
    with_it.when(calling(order_id="BCS-1-03"), officer_of("GA")).then_refused("ACCUSED_UNIT")


def test_who_took_over_the_supervision_order_of_the_accused_unit_opens_nothing():
    slip = IssueSupervisionOrder(
        matter_id=STREAM, unit="YB", colour=SupervisionColour.BLUE, ground="overdue",
        demand=TEXT, answer_working_days=3,
    )  # fmt: skip
    over = TakeOverTicket(ticket_id=STREAM, unit="YB", successor="RS")
    passed_on = given(*after(after(a_signed_in_ticket(**ELSEWHERE), slip), over))
    passed_on.when(opening(), OFFICER).then_refused("ACCUSED_UNIT")


def test_a_unit_to_which_a_handler_gave_the_order_of_the_accused_one_opens_and_calls():
    away = ReassignWorkOrder(
        ticket_id=STREAM, order_id=LEAD, unit="GA", instruction=TEXT, released=READ
    )
    given_away = given(*after(a_signed_in_ticket(accused_unit="RS"), away))
    assert given_away.when(opening(), officer_of("GA")).events
    assert given_away.when(calling(order_id=CO_1), officer_of("GA")).events


def test_the_staff_of_a_successor_that_is_closed_itself_open_nothing_until_they_are_moved():
    chain = {"successors": {"GA": "YB", "RS": "YB"}}
    accused = given(*a_signed_in_ticket(accused_unit="GA"))
    accused.when(opening(), OFFICER, **chain).then_refused("ACCUSED_UNIT")
    accused.when(calling(), OFFICER, **chain).then_refused("ACCUSED_UNIT")


def test_the_accused_unit_does_both_if_the_reporter_agreed_when_they_were_heard():
    agreed = given(*a_signed_in_ticket(accused_unit="RS", agrees_to_contact=True))
    assert agreed.when(opening(), OFFICER).events
    assert agreed.when(calling(), OFFICER).events


def test_what_the_reporter_agreed_to_is_put_right_later():
    def corrected(history, *, agrees: bool):
        return given(*after(history, CorrectTicket(**T, reason=TEXT, agrees_to_contact=agrees)))

    silent = a_signed_in_ticket(accused_unit="RS")
    assert corrected(silent, agrees=True).when(opening(), OFFICER).events
    agreed = a_signed_in_ticket(accused_unit="RS", agrees_to_contact=True)
    corrected(agreed, agrees=False).when(opening(), OFFICER).then_refused("ACCUSED_UNIT")


@pytest.mark.parametrize("agrees", [True, False])
def test_at_the_accused_window_nobody_opens_or_calls(agrees):
    accused = given(*a_signed_in_ticket(accused_window="W01", agrees_to_contact=agrees))
    for act in (opening(), calling()):
        accused.when(act, HANDLER, at_window="W01").then_refused("ACCUSED_SEES_NOTHING")
        assert accused.when(act, HANDLER, at_window="W02").events


def test_who_also_sits_at_a_counter_says_at_which_if_a_window_is_accused():
    accused = given(*a_signed_in_ticket(accused_window="W01"))
    accused.when(opening(), HANDLER_AT_WINDOW).then_refused("WINDOW_UNTOLD", "place.window")
    assert accused.when(opening(), HANDLER_AT_WINDOW, at_window="W02").events
    assert given(*a_signed_in_ticket()).when(opening(), HANDLER_AT_WINDOW).events


def test_where_the_hall_itself_is_accused_its_handlers_still_call():
    accused = given(*a_signed_in_ticket(accused_unit="HALL"))
    assert accused.when(opening(), HANDLER).events
    assert accused.when(calling(), HANDLER).events


@pytest.mark.parametrize("who", [CLERK, SUPERVISOR], ids=["clerk", "supervisor"])
def test_nobody_else_opens_anything(who):
    given(*a_dispatched_ticket()).when(opening(), who).then_refused("NOT_CONCERNED")


def test_fields_beyond_the_purpose_are_refused_all_at_once():
    outcome = given(*a_reported_ticket()).when(opening(F.ID_NUMBER, F.PHONE, F.ADDRESS))
    assert outcome.refusal is not None
    assert "证件号码、地址" in outcome.refusal.message
    # None is on file either, and that is said beside it.
    assert [one.code for one in outcome.refusal.each()] == [
        "FIELD_NOT_FOR_PURPOSE", "FIELD_NOT_ON_FILE",
    ]  # fmt: skip


def test_what_was_not_told_can_not_be_opened():
    given(*a_reported_ticket()).when(opening(F.ID_NUMBER, purpose="identify")).then_refused(
        "FIELD_NOT_ON_FILE", "fields"
    )


def test_of_an_anonymous_report_only_the_text_can_be_opened():
    anonymous = a_dispatched_ticket(reporter=None, **ELSEWHERE)
    given(*anonymous).when(opening(F.NAME), HANDLER).then_refused("FIELD_NOT_ON_FILE", "fields")
    assert given(*anonymous).when(opening(F.FULL_TEXT), HANDLER).events
    given(*anonymous).when(opening(F.NAME), OFFICER).then_refused("NOTHING_TO_OPEN")


def test_the_accused_person_is_of_the_accused_unit():
    said = {"accused_unit": "YB", "accused_staff": "second-RS"}
    Given().when(reporting(**said)).then_refused("STAFF_OF_OTHER_UNIT", "accused_staff")
    unknown = {"accused_unit": None, "accused_staff": "nobody"}
    Given().when(reporting(**unknown)).then_refused("STAFF_UNKNOWN", "accused_staff")


def test_the_unit_of_an_accused_person_is_the_accused_unit():
    said = {"accused_unit": None, "accused_staff": "second-RS"}
    assert Given().when(reporting(**said)).events[0].accused_unit == "RS"
    later = CorrectTicket(**T, reason=TEXT, accused_staff="second-RS")
    (event,) = given(*a_reported_ticket(accused_unit=None)).when(later).events
    assert (event.accused_unit, event.corrected) == ("RS", ("accused_staff", "accused_unit"))
    (event,) = given(*a_reported_ticket(accused_unit="RS")).when(later).events
    assert (event.accused_unit, event.corrected) == (None, ("accused_staff",))


def test_a_handlers_call_that_got_through_is_the_response_of_the_accused_unit():
    accused = a_signed_in_ticket(accused_unit="RS")
    given(*accused).when(calling(), HANDLER).then(
        ReporterContacted(purpose="contact", call=CallResult.CONNECTED, order_id=LEAD)
    )
    answered = after(accused, calling(), HANDLER)
    assert deadline_of(answered, LimitKind.RESPOND).state is DeadlineState.MET


@pytest.mark.parametrize("result", [one for one in CallResult if not one.reached])
def test_a_call_that_reached_nobody_is_recorded_and_the_response_is_still_owed(result):
    tried = after(a_signed_in_ticket(), calling(call=result, note=TEXT), HANDLER)
    assert tried[-1].event == ReporterContacted(
        purpose="contact", call=result, note=SEALED, order_id=LEAD
    )
    assert deadline_of(tried, LimitKind.RESPOND).is_running


def test_a_call_that_reached_nobody_says_how_it_was_tried():
    missed = calling(call=CallResult.NO_ANSWER)
    given(*a_signed_in_ticket()).when(missed).then_refused("CALL_NOTE_MISSING", "note")


def test_a_call_is_the_response_of_its_own_order_alone():
    two = a_dispatched_ticket("RS", "YB", accused_unit="GA")
    called = after(two, calling(order_id=CO_1), officer_of("YB"))
    assert deadline_of(called, LimitKind.RESPOND, CO_1).state is DeadlineState.MET
    assert deadline_of(called, LimitKind.RESPOND, LEAD).is_running
    given(*two).when(calling(order_id=CO_1), OFFICER).then_refused("NOT_CONCERNED")


def test_a_handler_calls_before_any_order_went_out_and_a_unit_only_for_its_order():
    assert given(*a_reported_ticket()).when(calling(order_id=None), HANDLER).events
    given(*a_dispatched_ticket(**ELSEWHERE)).when(calling(order_id=None), OFFICER).then_refused(
        "NOT_CONCERNED"
    )


def test_nobody_calls_an_anonymous_reporter():
    given(*a_dispatched_ticket(reporter=None)).when(calling()).then_refused("NO_ONE_TO_CALL")


@pytest.mark.parametrize("purpose", ["call_back", "bad_rating"])
def test_a_call_back_and_a_call_to_a_rater_are_recorded_by_their_own_acts(purpose):
    refused = given(*a_signed_in_ticket()).when(calling(purpose=purpose)).refusal
    assert refused is not None
    assert refused.field == "purpose"


def test_who_called_for_the_unit_does_not_verify_what_it_did():
    called = after(a_signed_in_ticket(), calling(), BOTH)
    assert BOTH.id in reduce(evolve, called, Ticket()).resolvers


def test_to_look_up_a_number_is_no_part_in_the_work():
    opened = after(a_resolved_ticket(), BACK, VERIFIER)
    assert VERIFIER.id not in reduce(evolve, opened, Ticket()).resolvers
    given(*opened).when(passing(), VERIFIER).then_refused("CALL_BACK_MISSING")
