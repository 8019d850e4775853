"""帮办: who is helped, by whom, what is told of it, what it gathers and how it ends."""

import pytest

from bancheng.app.acts.assistance import ASSISTANCE
from bancheng.domain.assistance.contact import ClientDisclosed
from bancheng.domain.assistance.course import (
    AssistanceEnded,
    AssistanceProgressed,
    AssistanceRated,
)
from bancheng.domain.assistance.mandate import AssistanceMandated, ClientCorrected, ContactChanged
from bancheng.domain.assistance.terms import AssistanceKind, AssistanceOutcome, AssistanceStage
from bancheng.domain.gathering import MatterGathered, MatterReleased
from bancheng.domain.identity_numbers import PaperKind
from bancheng.domain.people import IdNumber, SpecialGroup, Title
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.rating_levels import RatingLevel
from support.assistance_acts import (
    CLIENT,
    FILES,
    ID,
    a_whole_one,
    an_assistance,
    an_ended_one,
    changing,
    correcting,
    disclosing,
    ending,
    file_of_it,
    gathered,
    gathering,
    mandating,
    noting,
    rating,
    releasing,
)
from support.builders import TEXT, a_reported_ticket, after
from support.case_builders import CASE_ID, an_accepted_case
from support.given import (
    CLERK,
    DUTY,
    HANDLER,
    OFFICER,
    PERSON,
    STREAM,
    VERIFIER,
    Given,
    given,
)
from support.restricting import file_of

NEW = Given(stream=ID)


def state(history):
    return ASSISTANCE.state_after(history)


def test_a_mandate_says_who_is_helped_with_what_and_by_whom():
    (event,) = NEW.when(mandating(), CLERK, official_number="BB-1").events
    assert event == AssistanceMandated(
        number="BB-1",
        kind=AssistanceKind.ASSISTED,
        client=CLIENT.checked("client").owned_by(PERSON),
        subject=Title("开办早餐店").owned_by(ID),
        wanted=mandating().wanted.owned_by(ID),
        staff_id=CLERK.id,
        name=CLERK.name,
        special_group=SpecialGroup.ELDERLY,
    )
    assert event.client.id_kind is PaperKind.RESIDENT


def test_all_that_is_wrong_with_a_mandate_is_said_at_once():
    wrong = mandating(
        staff_id="nobody", client=CLIENT.__class__(name=CLIENT.name, id_number=IdNumber("1234"))
    )
    refusal = NEW.when(wrong, CLERK).refusal
    assert {one.field for one in (refusal, *refusal.others)} == {"staff_id", "client.id_number"}


@pytest.mark.parametrize("staff_id", [OFFICER.id, VERIFIER.id, DUTY.id])
def test_who_helps_has_a_desk_of_the_hall(staff_id):
    NEW.when(mandating(staff_id=staff_id), CLERK).then_refused("CONTACT_UNFIT", "staff_id")
    given(*an_assistance()).when(changing(staff_id), DUTY).then_refused("CONTACT_UNFIT", "staff_id")


def test_each_entry_says_what_was_done():
    given(*an_assistance()).when(noting(AssistanceStage.COORDINATED), CLERK).then(
        AssistanceProgressed(stage=AssistanceStage.COORDINATED, note=TEXT.owned_by(ID))
    )


@pytest.mark.parametrize("command", [noting(), ending()], ids=["entry", "end"])
def test_only_who_helps_tells_of_it_and_ends_it(command):
    given(*an_assistance()).when(command, HANDLER).then_refused("NOT_CONTACT")
    given(*an_ended_one()).when(command, CLERK).then_refused("WRONG_STATUS")


def test_somebody_else_helps_and_the_first_one_does_no_more():
    changed = given(*an_assistance()).when(changing(), DUTY)
    changed.then(
        ContactChanged(
            staff_id=HANDLER.id, name=HANDLER.name, before=CLERK.id, reason=TEXT.owned_by(ID)
        )
    )
    given(*changed.history).when(noting(), CLERK).then_refused("NOT_CONTACT")
    assert given(*changed.history).when(noting(), HANDLER).events
    given(*changed.history).when(changing(), DUTY).then_refused("CONTACT_UNCHANGED", "staff_id")
    given(*an_ended_one()).when(changing(), DUTY).then_refused("WRONG_STATUS")


@pytest.mark.parametrize("history", [an_assistance, an_ended_one])
def test_who_the_client_is_can_always_be_put_right(history):
    (event,) = given(*history()).when(correcting(), HANDLER).events
    assert isinstance(event, ClientCorrected)
    assert event.client.phone.owner == PERSON


def test_what_was_not_got_done_has_a_reason():
    open_one = given(*an_assistance())
    for outcome in (AssistanceOutcome.NOT_DONE, AssistanceOutcome.WITHDRAWN):
        open_one.when(ending(outcome), CLERK).then_refused("END_UNEXPLAINED", "reason")
        explained = AssistanceEnded(outcome=outcome, reason=TEXT.owned_by(ID))
        open_one.when(ending(outcome, TEXT), CLERK).then(explained)
    open_one.when(ending(), CLERK).then(AssistanceEnded(outcome=AssistanceOutcome.DONE))


def test_the_client_is_asked_once_after_the_end_and_not_by_who_helped():
    given(*an_assistance()).when(rating(), VERIFIER).then_refused("WRONG_STATUS")
    over = given(*an_ended_one())
    over.when(rating(), CLERK).then_refused("OWN_WORK_RATED")
    rated = over.when(rating(), VERIFIER)
    rated.then(AssistanceRated(level=RatingLevel.SATISFIED, comment=TEXT.owned_by(ID)))
    given(*rated.history).when(rating(), VERIFIER).then_refused("RATED_ALREADY")


def test_whoever_helped_before_does_not_ask_how_it_was_either():
    history = after(after(an_assistance(), changing(), DUTY), ending(), HANDLER)
    for who in (CLERK, HANDLER):
        given(*history).when(rating(), who).then_refused("OWN_WORK_RATED")


def test_who_helps_opens_the_telephone_while_they_do_and_who_calls_back_after_that():
    openable = {"openable": frozenset({PersonalField.PHONE})}
    disclose = disclosing()
    (event,) = given(*an_assistance()).when(disclose, CLERK, **openable).events
    assert isinstance(event, ClientDisclosed)
    assert (event.fields, event.reason) == ((PersonalField.PHONE,), TEXT.owned_by(ID))
    for who in (HANDLER, VERIFIER):
        code = "WRONG_STATUS" if who is VERIFIER else "NOT_CONCERNED"
        given(*an_assistance()).when(disclose, who, **openable).then_refused(code)
    given(*an_ended_one()).when(disclose, CLERK, **openable).then_refused("NOT_CONCERNED")
    to_call_back = disclosing("call_back")
    assert given(*an_ended_one()).when(to_call_back, VERIFIER, **openable).events


@pytest.mark.parametrize(
    ("matter", "history"),
    [(STREAM, a_reported_ticket), (CASE_ID, an_accepted_case)],
    ids=["a ticket", "a case"],
)
def test_a_matter_is_part_of_it_and_ceases_to_be(matter, history):
    here = {"assistance_id": ID, "assistance_number": "BB-1"}
    became = given(*history()).when(gathering(matter), CLERK, files=FILES)
    became.then(MatterGathered(**here))
    again = given(*became.history).when(gathering(matter), CLERK, files=FILES)
    again.then_refused("GATHERED_ALREADY", "assistance_id")
    ceased = given(*became.history).when(releasing(matter), HANDLER)
    ceased.then(MatterReleased(**here))
    given(*ceased.history).when(releasing(matter), HANDLER).then_refused("NOT_GATHERED")
    assert gathered(ceased.history, matter)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "ASSISTANCE_UNKNOWN"),
        ({ID: file_of(ID)}, "ASSISTANCE_UNKNOWN"),
        ({ID: file_of_it(is_over=True)}, "ASSISTANCE_OVER"),
    ],
    ids=["none", "a ticket", "one that is over"],
)
def test_it_is_part_of_what_is_helped_with_now(files, code):
    refused = given(*a_reported_ticket()).when(gathering(STREAM), CLERK, files=files)
    refused.then_refused(code, "assistance_id")


def test_the_state_knows_who_ever_helped_and_that_it_is_over():
    found = state(a_whole_one())
    assert (found.contact, found.helped) == (HANDLER.id, {CLERK.id, HANDLER.id})
    assert found.is_over
    assert found.rated
    assert not state(an_assistance()).is_over
    assert found.deadlines == {}
