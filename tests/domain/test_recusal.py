"""回避: who asks, who decides, and that who is recused does nothing, on tickets and cases alike."""

import pytest
from msgspec.structs import replace

from bancheng.app.acts.cases import CASE
from bancheng.app.acts.tickets import TICKET
from bancheng.app.registry import ACTS
from bancheng.domain.complaint.contact import DiscloseReporter
from bancheng.domain.complaint.deadline import GrantExtension
from bancheng.domain.complaint.dispatch import SignInWorkOrder
from bancheng.domain.impartiality import RecusalGround
from bancheng.domain.people import Role
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.recusal import RecusalOrdered, RecusalRequested
from support import case_builders
from support.builders import (
    LEAD,
    TEXT,
    History,
    a_called_back_ticket,
    a_dispatched_ticket,
    a_reported_ticket,
    after,
    an_order_with_extension_asked,
    calling_back,
    officer_of,
)
from support.case_builders import CASE_ID
from support.given import (
    ADMIN,
    ARCHIVIST,
    CLERK,
    EFFICIENCY,
    HANDLER,
    HEAD,
    OFFICER,
    ROBOT,
    STREAM,
    SUPERVISOR,
    VERIFIER,
    Given,
    given,
)
from support.recusal_acts import WHO, asked_for, asking, denying, lifting, ordering, recused

MATTERS = {
    STREAM: a_dispatched_ticket,
    CASE_ID: case_builders.an_accepted_case,
}
on_both = pytest.mark.parametrize("matter", MATTERS)
HEAD_OF_GA = replace(HEAD, id="head-GA", unit="GA")


def there(matter: str) -> Given:
    return then(MATTERS[matter](), matter)


def then(history: History, matter: str) -> Given:
    return Given(tuple(history), matter)


@on_both
@pytest.mark.parametrize(
    "by", [CLERK, HANDLER, VERIFIER, SUPERVISOR, ARCHIVIST], ids=lambda w: w.id
)
def test_gwyf_77_whoever_works_at_the_hall_asks_for_themself(matter, by):
    (event,) = there(matter).when(asking(matter, by.id), by).events
    assert (event.staff_id, event.unit, event.by_party) == (by.id, by.unit, False)
    assert event.ground is RecusalGround.RELATIVES_INTEREST


@on_both
def test_gwyf_77_what_who_reported_or_applied_asks_is_written_down_by_whom_they_speak_to(matter):
    for by in (CLERK, HANDLER):
        (event,) = there(matter).when(asking(matter), by).events
        assert (event.staff_id, event.unit, event.by_party) == (WHO, "RS", True)
    for by in (VERIFIER, SUPERVISOR):
        there(matter).when(asking(matter), by).then_refused("RECUSAL_OF_OTHERS", "staff_id")


@on_both
def test_nobody_asks_of_whom_there_is_not(matter):
    there(matter).when(asking(matter, "nobody"), CLERK).then_refused("STAFF_UNKNOWN", "staff_id")
    there(matter).when(ordering(matter, "nobody")).then_refused("STAFF_UNKNOWN", "staff_id")


def test_a_unit_asks_on_what_it_has_to_answer_for_and_learns_nothing_of_others():
    ticket = given(*a_dispatched_ticket())
    assert ticket.when(asking(STREAM, OFFICER.id), OFFICER).events
    stranger = officer_of("GA")
    ticket.when(asking(STREAM, stranger.id), stranger).then_refused("NOT_CONCERNED")
    ticket.when(ordering(STREAM, "o-GA"), HEAD_OF_GA).then_refused("NOT_CONCERNED")
    given(*a_reported_ticket()).when(asking(STREAM, OFFICER.id), OFFICER).then_refused(
        "NOT_CONCERNED"
    )


@on_both
def test_gwyf_77_somebody_else_decides_also_if_nobody_asked(matter):
    for history in (MATTERS[matter](), asked_for(MATTERS[matter](), matter)):
        for by in (SUPERVISOR, EFFICIENCY):
            (event,) = then(history, matter).when(ordering(matter), by).events
            assert isinstance(event, RecusalOrdered)
            assert (event.staff_id, event.unit) == (WHO, "RS")


def test_the_head_of_a_unit_decides_on_its_own_people():
    ticket = given(*asked_for(a_dispatched_ticket(), STREAM))
    for act in (ordering(STREAM), denying(STREAM)):
        assert ticket.when(act, HEAD).events
    ticket.when(ordering(STREAM, "o-GA"), HEAD).then_refused("STAFF_OF_OTHER_UNIT", "staff_id")
    of_another = given(*asked_for(a_dispatched_ticket(), STREAM, "o-GA"))
    of_another.when(denying(STREAM, "o-GA"), HEAD).then_refused("NOT_OWN_UNIT")


@on_both
@pytest.mark.parametrize(
    "other", [Role.WINDOW_CLERK, Role.HANDLER, Role.ARCHIVIST], ids=lambda role: role.value
)
def test_a_head_with_another_role_decides_no_more_than_a_head(matter, other):
    both, stranger = (replace(head, roles=(Role.UNIT_HEAD, other)) for head in (HEAD, HEAD_OF_GA))
    assert there(matter).when(ordering(matter), both).events
    for whom in ("o-GA", HANDLER.id, SUPERVISOR.id):
        there(matter).when(ordering(matter, whom), both).then_refused(
            "STAFF_OF_OTHER_UNIT", "staff_id"
        )
    asked, ordered = (
        then(done(MATTERS[matter](), matter, "o-GA"), matter) for done in (asked_for, recused)
    )
    for known, act in ((asked, denying), (asked, ordering), (ordered, lifting)):
        known.when(act(matter, "o-GA"), stranger).then_refused("NOT_CONCERNED")


@on_both
@pytest.mark.parametrize("by", [SUPERVISOR, EFFICIENCY], ids=lambda who: who.id)
def test_nobody_decides_on_themself(matter, by):
    asked = then(after(MATTERS[matter](), asking(matter, by.id), by), matter)
    asked.when(ordering(matter, by.id), by).then_refused("RECUSAL_OF_ONESELF", "staff_id")
    asked.when(denying(matter, by.id), by).then_refused("OWN_RECUSAL")
    assert asked.when(denying(matter, by.id), EFFICIENCY if by is SUPERVISOR else SUPERVISOR).events


@on_both
def test_what_is_asked_or_ordered_already_is_not_again(matter):
    asked = asked_for(MATTERS[matter](), matter)
    then(asked, matter).when(asking(matter), CLERK).then_refused("RECUSAL_KNOWN", "staff_id")
    ordered = recused(asked, matter)
    for act, by in ((asking(matter), CLERK), (ordering(matter), SUPERVISOR)):
        then(ordered, matter).when(act, by).then_refused("RECUSAL_KNOWN", "staff_id")
    then(ordered, matter).when(denying(matter)).then_refused("RECUSAL_NOT_ASKED", "staff_id")
    then(asked, matter).when(lifting(matter)).then_refused("NOT_RECUSED", "staff_id")
    lifted = after(ordered, lifting(matter))
    assert then(lifted, matter).when(asking(matter), CLERK).events


def test_until_it_is_decided_nothing_stops_and_then_everything_does():
    sign = SignInWorkOrder(ticket_id=STREAM, order_id=LEAD)
    asked = after(a_dispatched_ticket(), asking(STREAM, OFFICER.id), OFFICER)
    assert given(*asked).when(sign, OFFICER).events
    ordered = recused(asked, STREAM, OFFICER.id)
    refused = given(*ordered).when(sign, OFFICER)
    refused.then_refused("RECUSED_HERE")
    assert refused.refusal.remedy == "请由其他人员办理"
    assert given(*ordered).when(sign, replace(OFFICER, id="second-RS")).events
    lifted = after(ordered, lifting(STREAM, OFFICER.id))
    assert given(*lifted).when(sign, OFFICER).events


def test_who_is_recused_opens_nothing_calls_nobody_back_and_rules_on_nothing():
    for who, history, act in (
        (HANDLER, a_dispatched_ticket(), DiscloseReporter(
            ticket_id=STREAM, purpose="contact", fields=(PersonalField.PHONE,), reason=TEXT)),
        (HANDLER, an_order_with_extension_asked(),
         GrantExtension(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)),
        (VERIFIER, a_called_back_ticket(), calling_back()),
    ):  # fmt: skip
        assert given(*history).when(act, who).refusal is None
        given(*recused(history, STREAM, who.id)).when(act, who).then_refused("RECUSED_HERE")
        other = replace(who, id=f"another-{who.id}")
        assert given(*recused(history, STREAM, who.id)).when(act, other).events


@pytest.mark.parametrize("kind", [TICKET, CASE], ids=["ticket", "case"])
def test_who_is_recused_may_do_none_of_all_acts(kind):
    matter = STREAM if kind is TICKET else CASE_ID
    everybody = replace(SUPERVISOR, id="third-RS", roles=tuple(set().union(*(a.by for a in ACTS))))
    history = recused(MATTERS[matter](), matter)
    for act in (one for one in ACTS if kind in one.on and not one.opens):
        assert then(history, matter).refusal_of(act.command, by=everybody) == "RECUSED_HERE", (
            act.name
        )


def test_the_hall_itself_goes_on():
    history = recused(a_dispatched_ticket(), STREAM)
    assert given(*history).when(ordering(STREAM, "o-GA"), SUPERVISOR).events
    assert ROBOT.id not in {one.event.staff_id for one in history if hasattr(one.event, "staff_id")}


def test_who_administers_the_hall_decides_nothing():
    decides = next(one for one in ACTS if one.name == "OrderRecusal")
    assert not ADMIN.may(*decides.by)


def test_xkf_48_who_is_recused_chairs_no_hearing():
    setting = case_builders.setting()
    accepted = case_builders.an_accepted_case()
    chair = setting.chair
    there_ = then(recused(accepted, CASE_ID, chair), CASE_ID)
    there_.when(setting, OFFICER).then_refused("HEARING_CHAIR_RECUSED", "chair")


def test_gwyf_76_who_is_recused_surveys_nothing_whoever_sends_them():
    going = case_builders.starting()
    accepted = case_builders.an_accepted_case()
    assert then(accepted, CASE_ID).when(going, OFFICER).events
    _, second = going.officers
    recused_ = then(recused(accepted, CASE_ID, second), CASE_ID)
    recused_.when(going, OFFICER).then_refused("OFFICER_RECUSED", "officers[1]")


def test_xkf_34_a_survey_of_who_was_recused_since_counts_once_others_have_done_it():
    sent = case_builders.after(case_builders.an_accepted_case(), case_builders.starting(), OFFICER)
    _, second = case_builders.SURVEYORS
    ending = case_builders.ending()
    assert then(sent, CASE_ID).when(ending, OFFICER).events
    survey = then(recused(sent, CASE_ID, second), CASE_ID)
    survey.when(ending, OFFICER).then_refused("SURVEYORS_RECUSED", "officers")
    for officers, code, field in (
        ((OFFICER.id, second), "OFFICER_RECUSED", "officers[1]"),
        ((WHO,), "SURVEY_NEEDS_TWO", "officers"),
        ((WHO, "o-GA"), "STAFF_OF_OTHER_UNIT", "officers[1]"),
    ):
        survey.when(replace(ending, officers=officers), OFFICER).then_refused(code, field)
    done = survey.when(replace(ending, officers=(OFFICER.id, WHO)), OFFICER)
    (event,) = done.events
    assert event.officers == (OFFICER.id, WHO)
    after_it = CASE.state_after(done.history)
    assert WHO in after_it.examiners & after_it.took_part
    assert (after_it.procedure, after_it.officers) == (None, ())


def test_xkf_34_of_three_who_were_sent_two_are_enough():
    going = replace(case_builders.starting(), officers=(*case_builders.SURVEYORS, WHO))
    sent = case_builders.after(case_builders.an_accepted_case(), going, OFFICER)
    survey = then(recused(sent, CASE_ID), CASE_ID)
    assert survey.when(case_builders.ending(), OFFICER).events


@on_both
def test_what_is_asked_is_not_to_have_handled_the_matter(matter):
    """Who writes it down, or decides it, has examined nothing."""
    if matter == CASE_ID:
        history = recused(asked_for(MATTERS[matter](), matter), matter)
        state = CASE.state_after(history)
        before = CASE.state_after(MATTERS[matter]())
        assert (state.took_part, state.examiners) == (before.took_part, before.examiners)
    assert isinstance(asked_for(MATTERS[matter](), matter)[-1].event, RecusalRequested)
