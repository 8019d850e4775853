"""调阅与联系 on a case: its clerk, the desk that issues, the unit in charge, who calls a rater."""

from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.domain.calls import CallResult
from bancheng.domain.case.case import evolve
from bancheng.domain.case.contact import (
    ApplicantContacted,
    ApplicantDisclosed,
    ContactApplicant,
    DiscloseApplicant,
)
from bancheng.domain.case.dispatch import SignHandOver
from bancheng.domain.case.ratings import ContactRater
from bancheng.domain.case.state import Case
from bancheng.domain.case.supervise import ArchiveCase
from bancheng.domain.items import DeliveryWay
from bancheng.domain.people import Address, Agent, Applicant, PersonName, Phone, Role
from bancheng.domain.personal_fields import PersonalField
from support.builders import after
from support.case_builders import (
    SEALED,
    TEXT,
    C,
    a_delivered_case,
    a_made_case,
    a_submitted_case,
    an_accepted_case,
    rated,
    transferring,
)
from support.given import (
    CLERK,
    CO_OFFICER,
    HANDLER,
    HEAD,
    OFFICER,
    RULES,
    SUPERVISOR,
    VERIFIER,
    given,
)

F = PersonalField
WHO = {
    "applicant": Applicant(name=PersonName("张建国"), phone=Phone("13800138000")),
    "agent": Agent(name=PersonName("赵代办"), phone=Phone("13600136000")),
    "mandate": "委1号",
}
ANOTHER_CLERK = replace(CLERK, id="c2", unit="ANNEX")
CALL = ContactApplicant(**C, purpose="contact", call=CallResult.CONNECTED)
RATED_BY_NAME = {"named": True, "comment": TEXT}


def opening(*fields: PersonalField, purpose: str = "contact") -> DiscloseApplicant:
    return DiscloseApplicant(**C, purpose=purpose, fields=fields or (F.NAME,), reason=TEXT)


def test_an_opening_says_which_fields_for_what_and_why_and_holds_no_value():
    (event,) = given(*an_accepted_case(**WHO)).when(opening(F.NAME, F.AGENT_PHONE), CLERK).events
    assert isinstance(event, ApplicantDisclosed)
    assert (event.purpose, event.fields) == ("contact", (F.NAME, F.AGENT_PHONE))
    assert (event.reason, event.daily_max) == (SEALED, RULES.disclosures_daily_max)


def test_the_clerk_of_the_case_opens_and_calls_wherever_its_file_is():
    gone = after(an_accepted_case(), transferring("YB"), OFFICER)
    assert given(*gone).when(opening(), CLERK).events
    assert given(*gone).when(CALL, CLERK).events


def test_another_clerk_opens_and_calls_nothing_while_a_unit_has_the_file():
    gone = after(an_accepted_case(), transferring("YB"), OFFICER)
    held = given(*after(gone, SignHandOver(**C), CO_OFFICER))
    held.when(opening(), ANOTHER_CLERK).then_refused("NOT_CONCERNED")
    held.when(CALL, ANOTHER_CLERK).then_refused("NOT_CONCERNED")
    assert held.when(opening(), CLERK).events
    assert held.when(opening(), CO_OFFICER).events


@pytest.mark.parametrize("purpose", ["collect", "post"])
def test_the_desk_that_issues_opens_for_the_notice_and_the_post(purpose):
    assert given(*a_made_case()).when(opening(purpose=purpose), ANOTHER_CLERK).events


@pytest.mark.parametrize("who", [OFFICER, HEAD], ids=["officer", "head"])
def test_the_unit_in_charge_opens_what_the_book_says(who):
    accepted = given(*an_accepted_case(**WHO))
    assert accepted.when(opening(F.NAME, F.AGENT_NAME), who).events
    accepted.when(opening(F.NAME, purpose="identify"), who).then_refused(
        "PURPOSE_NOT_YOURS", "purpose"
    )


def test_another_unit_opens_and_calls_nothing():
    accepted = given(*an_accepted_case())
    accepted.when(opening(), CO_OFFICER).then_refused("NOT_CONCERNED")
    accepted.when(CALL, CO_OFFICER).then_refused("NOT_CONCERNED")


def test_the_verifier_opens_while_a_rater_has_to_be_called_and_no_longer():
    bad = rated(a_delivered_case(), **RATED_BY_NAME)
    to_call = opening(F.NAME, F.FULL_TEXT, purpose="bad_rating")
    assert given(*bad).when(to_call, VERIFIER).events
    given(*bad).when(CALL, VERIFIER).then_refused("NOT_CONCERNED")
    rating = next(iter(reduce(evolve, bad, Case()).ratings))
    called = {"call": CallResult.CONNECTED, "justified": True, "finding": TEXT}
    reached = after(bad, ContactRater(**C, rating_id=rating, **called), VERIFIER)
    given(*reached).when(to_call, VERIFIER).then_refused("NOT_CONCERNED")
    given(*a_delivered_case()).when(to_call, VERIFIER).then_refused("NOT_CONCERNED")


def test_an_archived_case_is_opened_for_a_rater_alone():
    bad = rated(a_delivered_case(), **RATED_BY_NAME)
    archived = given(*after(bad, ArchiveCase(**C, archive_no="1")))
    archived.when(opening(), CLERK).then_refused("WRONG_STATUS")
    assert archived.when(opening(purpose="bad_rating"), VERIFIER).events


def test_who_may_call_the_rater_opens_nothing_of_an_archived_case_as_its_clerk():
    both = replace(CLERK, roles=(Role.WINDOW_CLERK, Role.VERIFIER))
    bad = rated(a_delivered_case(), **RATED_BY_NAME)
    assert given(*bad).when(opening(), both).events
    archived = given(*after(bad, ArchiveCase(**C, archive_no="1")))
    archived.when(opening(), both).then_refused("PURPOSE_NOT_YOURS", "purpose")
    assert archived.when(opening(purpose="bad_rating"), both).events


@pytest.mark.parametrize("who", [HANDLER, SUPERVISOR], ids=["handler", "supervisor"])
def test_nobody_else_opens_anything(who):
    given(*an_accepted_case()).when(opening(), who).then_refused("NOT_CONCERNED")


def test_the_purposes_of_tickets_are_none_of_cases():
    given(*an_accepted_case()).when(opening(purpose="call_back")).then_refused(
        "TERM_UNKNOWN", "purpose"
    )


def test_a_delivery_address_is_opened_to_post_and_for_nothing_else():
    address = Address("科尔沁区明仁大街1号院2单元301")
    by_post = {"delivery": DeliveryWay.POST, "delivery_address": address}
    case = given(*a_submitted_case(**by_post))
    assert case.when(opening(F.DELIVERY_ADDRESS, purpose="post"), CLERK).events
    case.when(opening(F.DELIVERY_ADDRESS), CLERK).then_refused("FIELD_NOT_FOR_PURPOSE", "fields")


@pytest.mark.parametrize("result", CallResult)
def test_a_call_is_recorded_with_its_result(result):
    call = replace(CALL, call=result, note=TEXT)
    given(*an_accepted_case()).when(call, CLERK).then(
        ApplicantContacted(purpose="contact", call=result, note=SEALED)
    )


def test_a_call_that_reached_nobody_says_how_it_was_tried():
    missed = replace(CALL, call=CallResult.WRONG_NUMBER)
    given(*an_accepted_case()).when(missed, CLERK).then_refused("CALL_NOTE_MISSING", "note")


def test_to_look_up_a_number_is_no_part_in_the_handling():
    bad = rated(a_delivered_case(), **RATED_BY_NAME)
    opened = after(bad, opening(purpose="bad_rating"), VERIFIER)
    state = reduce(evolve, opened, Case())
    assert VERIFIER.id not in state.took_part | state.examiners
