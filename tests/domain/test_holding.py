"""承办: who has a matter or an order in hand, on tickets and cases alike."""

from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.app.acts.cases import CASE
from bancheng.app.acts.tickets import TICKET
from bancheng.app.registry import ACTS
from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.complaint.dispatch import SignInWorkOrder
from bancheng.domain.complaint.returns import UpholdReturn
from bancheng.domain.complaint.supervise import ReopenTicket
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.holding.events import WorkAssigned, WorkClaimed, WorkGivenBack, WorkTakenBack
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from bancheng.domain.time_limits.levels import WarningLevel
from support import case_builders
from support.builders import (
    LEAD,
    TEXT,
    a_called_back_ticket,
    a_closed_ticket,
    a_dispatched_ticket,
    a_reported_ticket,
    a_resolved_ticket,
    a_signed_in_ticket,
    after,
    an_accepted_ticket,
    raising,
    reporting,
    returning,
    submitting,
)
from support.case_builders import CASE_ID, transferring
from support.given import (
    CLERK,
    CO_OFFICER,
    DUTY,
    HANDLER,
    HEAD,
    MEMBERS,
    OFFICER,
    OTHER_HANDLER,
    ROBOT,
    STREAM,
    Given,
    given,
    local,
)
from support.holding_acts import (
    BECAUSE,
    WHOM,
    assigning,
    claiming,
    giving_back,
    in_hand,
    in_nobodys_hand,
    taking_back,
)
from support.recusal_acts import lifting, ordering, recused

SECOND = MEMBERS[WHOM]
PARTS = {
    "ticket": (a_reported_ticket, None, HANDLER),
    "order": (a_dispatched_ticket, LEAD, OFFICER),
}
every_part = pytest.mark.parametrize(("history", "order_id", "who"), PARTS.values(), ids=PARTS)


def holders_of(history):
    kind = CASE if history[0].stream_id == CASE_ID else TICKET
    found = reduce(kind.evolve, history, kind.empty()).holders
    return {part: one.staff_id for part, one in found.items()}


def on_case(history) -> Given:
    return Given(tuple(history), CASE_ID)


@every_part
def test_what_nobody_has_is_claimed_by_who_may_have_it(history, order_id, who):
    outcome = given(*history()).when(claiming(STREAM, order_id), who)

    outcome.then(WorkClaimed(order_id=order_id))
    assert holders_of(outcome.history)[order_id or ""] == who.id


def test_whoever_takes_work_up_by_an_act_of_it_has_it_in_hand():
    assert holders_of(an_accepted_ticket()) == {"": HANDLER.id}
    assert holders_of(a_signed_in_ticket()) == {"": HANDLER.id, LEAD: OFFICER.id}
    assert holders_of(case_builders.a_received_case()) == {"": CLERK.id}
    handed = after(case_builders.an_accepted_case(), transferring("YB"))
    # Until somebody has signed for it, it is still whose it was.
    assert holders_of(handed) == holders_of(case_builders.an_accepted_case())
    signed = on_case(handed).when(case_builders.SignHandOver(case_id=CASE_ID), CO_OFFICER)
    assert holders_of(signed.history) == {"": CO_OFFICER.id}


def test_what_the_hall_does_by_itself_puts_nothing_into_anybodys_hands():
    told = given(*a_reported_ticket()).when(AcceptTicket(ticket_id=STREAM), ROBOT)
    assert holders_of(told.history) == {}


def test_what_somebody_has_is_not_claimed_but_assigned():
    held = an_accepted_ticket()
    given(*held).when(claiming(STREAM), OTHER_HANDLER).then_refused("IN_HAND_ALREADY")
    given(*held).when(assigning(STREAM, staff_id=HANDLER.id), OTHER_HANDLER).then_refused(
        "HELD_BY_ANOTHER"
    )
    given(*held).when(assigning(STREAM, staff_id=OTHER_HANDLER.id), HANDLER).then(
        WorkAssigned(staff_id="h2", name=OTHER_HANDLER.name, unit="HALL", before=HANDLER.id)
    )


def test_what_nobody_has_is_assigned_by_whoever_could_claim_it():
    there = given(*a_dispatched_ticket())
    there.when(assigning(STREAM, LEAD), OFFICER).then(
        WorkAssigned(order_id=LEAD, staff_id=WHOM, name=SECOND.name, unit="RS")
    )
    free = given(*a_reported_ticket())
    of_the_hall = assigning(STREAM, staff_id=OTHER_HANDLER.id)
    assert free.when(of_the_hall, HANDLER).events
    free.when(of_the_hall, CLERK).then_refused("NOT_THEIR_WORK")


def test_an_order_whose_result_is_there_is_in_nobodys_hand_to_give_or_take():
    done = in_hand(a_signed_in_ticket("RS", "YB"), STREAM, LEAD)
    done = after(done, submitting(), SECOND)
    for act, by in (
        (claiming(STREAM, LEAD), OFFICER),
        (assigning(STREAM, LEAD, OFFICER.id), HEAD),
        (giving_back(STREAM, LEAD), SECOND),
        (taking_back(STREAM, LEAD), ROBOT),
    ):
        given(*done).when(act, by).then_refused("WRONG_ORDER_STATUS")
        # To a stranger it is not said what an order waits for.
        if by is not ROBOT:
            given(*done).when(act, CO_OFFICER).then_refused("NOT_OWN_UNIT")


def test_the_head_of_the_unit_assigns_whoever_has_it_and_so_does_who_leads_the_hall():
    signed = a_signed_in_ticket()
    moved = given(*signed).when(assigning(STREAM, LEAD), HEAD)
    moved.then(
        WorkAssigned(order_id=LEAD, staff_id=WHOM, name=SECOND.name, unit="RS", before=OFFICER.id)
    )
    assert holders_of(moved.history)[LEAD] == WHOM
    of_another = replace(HEAD, id="head-YB", unit="YB")
    given(*signed).when(assigning(STREAM, LEAD), of_another).then_refused("NOT_OWN_UNIT")
    given(*signed).when(assigning(STREAM, LEAD), DUTY).then_refused("NOT_OWN_UNIT")
    of_the_hall = assigning(STREAM, staff_id=OTHER_HANDLER.id)
    assert given(*signed).when(of_the_hall, DUTY).events


def test_an_order_is_for_its_unit_and_a_ticket_for_handlers():
    there = given(*a_dispatched_ticket())
    there.when(claiming(STREAM, LEAD), CO_OFFICER).then_refused("NOT_OWN_UNIT")
    there.when(claiming(STREAM), OFFICER).then_refused("NOT_THEIR_WORK")
    there.when(claiming(STREAM), CLERK).then_refused("NOT_THEIR_WORK")
    there.when(assigning(STREAM, LEAD, CO_OFFICER.id)).then_refused("ASSIGNEE_UNFIT", "staff_id")
    there.when(assigning(STREAM, LEAD, HEAD.id)).then_refused("ASSIGNEE_UNFIT", "staff_id")
    there.when(assigning(STREAM, LEAD, "nobody")).then_refused("STAFF_UNKNOWN", "staff_id")
    held = in_hand(a_dispatched_ticket(), STREAM, LEAD)
    given(*held).when(assigning(STREAM, LEAD)).then_refused("ASSIGNEE_UNCHANGED", "staff_id")


def test_a_case_is_for_the_unit_that_has_its_file():
    handed = after(case_builders.an_accepted_case(), transferring("YB"))
    signed = after(handed, case_builders.SignHandOver(case_id=CASE_ID), CO_OFFICER)
    free = in_nobodys_hand(signed, CASE_ID)
    for by in (CLERK, OFFICER):
        on_case(free).when(claiming(CASE_ID), by).then_refused("NOT_OWN_UNIT")
    assert on_case(free).when(claiming(CASE_ID), CO_OFFICER).events
    at_first = in_nobodys_hand(case_builders.an_accepted_case(), CASE_ID)
    for by in (CLERK, OFFICER):
        assert on_case(at_first).when(claiming(CASE_ID), by).events
    on_case(at_first).when(claiming(CASE_ID, "BCS-1-01"), CLERK).then_refused(
        "WORK_ORDER_NOT_FOUND", "order_id"
    )


def test_who_is_accused_or_recused_or_kept_from_it_has_nothing_of_it_in_hand():
    about = given().when(reporting(accused_staff=WHOM, accused_unit="RS"))
    ticket = a_dispatched_ticket()
    accused = (about.history[0], *ticket[1:])
    for history, more in (
        (accused, {}),
        (recused(ticket, STREAM, WHOM), {}),
        (ticket, {"kept_from": frozenset({WHOM})}),
    ):
        refused = given(*history).when(assigning(STREAM, LEAD), **more)
        # It is not said which: who assigns may not know of whom a ticket is.
        refused.then_refused("ASSIGNEE_UNFIT", "staff_id")
        assert "与本件有利害关系" in refused.refusal.message
    given(*accused).when(claiming(STREAM, LEAD), SECOND).then_refused("NOT_THEIR_WORK")
    given(*recused(ticket, STREAM, WHOM)).when(claiming(STREAM, LEAD), SECOND).then_refused(
        "RECUSED_HERE"
    )


def test_gwyf_76_whoever_is_recused_has_it_no_more_and_not_again_once_that_is_lifted():
    history = recused(in_hand(a_dispatched_ticket(), STREAM, LEAD), STREAM, WHOM)
    assert holders_of(history) == {"": HANDLER.id}
    assert holders_of(after(history, lifting(STREAM, WHOM))) == {"": HANDLER.id}
    case = case_builders.an_accepted_case()
    assert holders_of(case) == {"": CLERK.id}
    assert holders_of(after(case, ordering(CASE_ID, CLERK.id))) == {}


def test_whoever_turns_out_to_be_accused_has_it_no_more():
    held = in_hand(a_dispatched_ticket(), STREAM, LEAD)
    named = CorrectTicket(ticket_id=STREAM, reason=TEXT, accused_staff=WHOM)
    assert holders_of(after(held, named)) == {"": HANDLER.id}
    other = replace(named, accused_staff=OFFICER.id)
    assert holders_of(after(held, other)) == {"": HANDLER.id, LEAD: WHOM}


def test_it_is_given_back_to_the_unit_by_who_has_it_or_leads_there():
    held = in_hand(a_dispatched_ticket(), STREAM, LEAD)
    sealed = BECAUSE.owned_by(STREAM)
    for by in (SECOND, HEAD):
        back = given(*held).when(giving_back(STREAM, LEAD), by)
        back.then(WorkGivenBack(order_id=LEAD, staff_id=WHOM, reason=sealed))
        assert LEAD not in holders_of(back.history)
    given(*held).when(giving_back(STREAM, LEAD), OFFICER).then_refused("HELD_BY_ANOTHER")
    free = in_nobodys_hand(held, STREAM, LEAD)
    given(*free).when(giving_back(STREAM, LEAD), HEAD).then_refused("IN_NOBODYS_HAND")


def test_what_somebody_left_with_is_taken_back_once():
    held = in_hand(a_dispatched_ticket(), STREAM, LEAD)
    given(*held).when(taking_back(STREAM, LEAD)).then(WorkTakenBack(order_id=LEAD, staff_id=WHOM))
    given(*held).when(taking_back(STREAM, LEAD, OFFICER.id)).then_refused(
        "HELD_BY_SOMEBODY_ELSE", "staff_id"
    )
    free = in_nobodys_hand(held, STREAM, LEAD)
    given(*free).when(taking_back(STREAM, LEAD)).then_refused("IN_NOBODYS_HAND")


def test_an_order_that_its_unit_objects_to_is_still_somebodys_and_a_released_one_is_nobodys():
    objected = after(in_hand(a_dispatched_ticket(), STREAM, LEAD), returning())
    assert holders_of(objected)[LEAD] == WHOM
    ruled = after(objected, UpholdReturn(ticket_id=STREAM, order_id=LEAD, ruling=TEXT))
    assert LEAD not in holders_of(ruled)


def test_what_is_to_be_done_anew_is_theirs_again_who_had_it():
    rework = OrderRework(ticket_id=STREAM, order_id=LEAD, reason=TEXT)
    assert holders_of(after(a_called_back_ticket(), rework))[LEAD] == OFFICER.id
    reopened = after(a_closed_ticket(), ReopenTicket(ticket_id=STREAM, reason=TEXT))
    assert holders_of(reopened)[""] == HANDLER.id


def test_a_card_names_who_had_it_in_hand_when_it_was_given():
    late = local("2026-04-20 00:00")
    held = in_hand(a_signed_in_ticket(), STREAM, LEAD)
    free = in_nobodys_hand(held, STREAM, LEAD)
    of_order = raising(LimitKind.RESOLVE, LEAD, WarningLevel.RED)
    for history, holder in ((held, WHOM), (free, None)):
        (card,) = given(*history).when(of_order, at=late).events
        assert (card.unit, card.held_by) == ("RS", holder)
    # What the hall owes is whose ticket it is, and nobody's before somebody has taken it up.
    reported, claimed = a_reported_ticket(), after(a_reported_ticket(), claiming(STREAM), HANDLER)
    of_hall = raising(LimitKind.ACCEPT, STREAM, WarningLevel.RED)
    for history, holder in ((reported, None), (claimed, HANDLER.id)):
        (card,) = given(*history).when(of_hall, at=late).events
        assert (card.unit, card.held_by) == (None, holder)
    # To call back is the verifiers' to do, whoever has the ticket.
    of_verifiers = raising(LimitKind.CALL_BACK, STREAM, WarningLevel.RED)
    (card,) = given(*a_resolved_ticket()).when(of_verifiers, at=late).events
    assert (card.unit, card.held_by) == (None, None)


def test_to_have_it_in_hand_is_not_a_lock():
    held = in_hand(a_dispatched_ticket(), STREAM, LEAD)
    signed = given(*held).when(SignInWorkOrder(ticket_id=STREAM, order_id=LEAD), OFFICER)
    assert holders_of(signed.history)[LEAD] == OFFICER.id


def test_nobody_but_the_hall_takes_back_and_units_claim_and_assign():
    by = {act.name: act.by for act in ACTS}
    assert by["TakeBackWork"] == {Role.SYSTEM}
    assert by["ClaimWork"] == {Role.WINDOW_CLERK, Role.HANDLER, Role.UNIT_OFFICER}
    assert by["AssignWork"] == by["ClaimWork"] | {Role.UNIT_HEAD, Role.DUTY_LEADER}
