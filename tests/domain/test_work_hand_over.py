"""工作交接: who proposes, who signs, what stands on the list, and what becomes of each of it."""

from functools import reduce

import pytest
from msgspec.structs import replace

from bancheng.app.acts.tickets import TICKET
from bancheng.domain.held_parts import HeldPart, InHand
from bancheng.domain.holding.events import WorkPassedOn, WorkTakenBack
from bancheng.domain.holding.hand_over import (
    LISTED_MAX,
    ProposeWorkHandOver,
    SignWorkHandOver,
    WithdrawWorkHandOver,
    WorkHandOverProposed,
    WorkHandOverSigned,
    WorkHandOverWithdrawn,
)
from support.builders import LEAD, TEXT, a_dispatched_ticket, after
from support.given import (
    CO_OFFICER,
    DUTY,
    HANDLER,
    HEAD,
    MEMBERS,
    OFFICER,
    OTHER_HANDLER,
    STREAM,
    Given,
    given,
)
from support.holding_acts import LIST, WHOM, in_hand, in_nobodys_hand, passing_on
from support.recusal_acts import recused

SECOND = MEMBERS[WHOM]
HELD = (HeldPart(matter_id="ticket-1", order_id=LEAD), HeldPart(matter_id="case-1"))
PROPOSE = ProposeWorkHandOver(from_staff=WHOM, to_staff=OFFICER.id, reason=TEXT)
SIGN, WITHDRAW = SignWorkHandOver(hand_over_id=LIST), WithdrawWorkHandOver(hand_over_id=LIST)
NEW = Given(stream=LIST)


def proposed(by=SECOND, command=PROPOSE, held=HELD):
    return NEW.when(command, by, in_hand=InHand(parts=held))


def on_list(history) -> Given:
    return Given(tuple(history), LIST)


@pytest.mark.parametrize("by", [SECOND, HEAD], ids=["who hands over", "the head of the unit"])
def test_the_list_has_all_that_somebody_has_in_hand(by):
    proposed(by).then(
        WorkHandOverProposed(
            from_staff=WHOM, from_name=SECOND.name, to_staff=OFFICER.id, to_name=OFFICER.name,
            unit="RS", parts=HELD, unlisted=0, reason=TEXT.owned_by(LIST),
        )
    )  # fmt: skip


def test_one_list_takes_so_many_and_says_how_many_are_left():
    held = tuple(HeldPart(matter_id=f"ticket-{n}") for n in range(LISTED_MAX + 3))
    (event,) = proposed(held=held).events
    assert (len(event.parts), event.parts, event.unlisted) == (LISTED_MAX, held[:LISTED_MAX], 3)


def test_nobody_hands_over_for_another_but_who_leads_their_unit():
    for by in (OFFICER, CO_OFFICER, HANDLER, DUTY, replace(HEAD, id="head-YB", unit="YB")):
        for held in (HELD, ()):  # nor do they hear whether there is anything to hand over
            refused = proposed(by, held=held)
            refused.then_refused("HAND_OVER_OF_OTHERS", "from_staff")
            assert refused.refusal is not None
            assert not refused.refusal.others
    of_the_hall = ProposeWorkHandOver(from_staff=HANDLER.id, to_staff=OTHER_HANDLER.id, reason=TEXT)
    assert proposed(DUTY, of_the_hall).events


def test_it_goes_to_another_one_of_the_unit_who_has_work_in_hand_at_all():
    for to, code in (
        (WHOM, "HAND_OVER_TO_ONESELF"),
        (CO_OFFICER.id, "STAFF_OF_OTHER_UNIT"),
        (HEAD.id, "RECEIVER_UNFIT"),
        ("nobody", "STAFF_UNKNOWN"),
    ):
        proposed(command=replace(PROPOSE, to_staff=to)).then_refused(code, "to_staff")
    proposed(HEAD, replace(PROPOSE, from_staff="nobody")).then_refused(
        "STAFF_UNKNOWN", "from_staff"
    )
    proposed(held=()).then_refused("NOTHING_IN_HAND", "from_staff")


def test_both_sign_who_receives_last_and_once():
    history = proposed().history
    signed = on_list(history).when(SIGN, OFFICER)
    signed.then(WorkHandOverSigned())
    for by in (SECOND, HEAD, CO_OFFICER):
        on_list(history).when(SIGN, by).then_refused("NOT_RECEIVER")
    for again, by in ((SIGN, OFFICER), (WITHDRAW, SECOND)):
        on_list(signed.history).when(again, by).then_refused("HAND_OVER_SETTLED")


def test_nobody_signs_what_they_proposed_themself():
    leader = replace(OFFICER, roles=(*OFFICER.roles, *HEAD.roles))
    history = proposed(leader).history
    on_list(history).when(SIGN, leader).then_refused("NOT_RECEIVER")


def test_it_is_withdrawn_by_either_or_the_head_before_it_is_signed():
    history = proposed().history
    for by in (SECOND, OFFICER, HEAD):
        withdrawn = on_list(history).when(WITHDRAW, by)
        withdrawn.then(WorkHandOverWithdrawn())
        on_list(withdrawn.history).when(SIGN, OFFICER).then_refused("HAND_OVER_SETTLED")
    of_the_unit, of_another = replace(OFFICER, id="third-RS"), replace(HEAD, unit="YB")
    for by in (CO_OFFICER, of_the_unit, of_another):
        on_list(history).when(WITHDRAW, by).then_refused("NOT_OWN_HAND_OVER")


def test_each_matter_says_by_which_list_and_from_whom():
    held = in_hand(a_dispatched_ticket(), STREAM, LEAD)
    passed = given(*held).when(passing_on(STREAM, LEAD))
    passed.then(
        WorkPassedOn(
            order_id=LEAD, hand_over_id=LIST, staff_id=OFFICER.id, name=OFFICER.name, unit="RS",
            before=WHOM,
        )
    )  # fmt: skip
    state = reduce(TICKET.evolve, passed.history, TICKET.empty())
    assert state.holders[LEAD].staff_id == OFFICER.id


def test_what_who_signed_can_not_have_goes_back_to_the_unit():
    held = in_hand(a_dispatched_ticket(), STREAM, LEAD)
    back = WorkTakenBack(order_id=LEAD, staff_id=WHOM)
    given(*recused(held, STREAM, OFFICER.id)).when(passing_on(STREAM, LEAD)).then(back)
    for to, more in (
        (CO_OFFICER.id, {}),
        ("has-left", {}),
        (OFFICER.id, {"kept_from": frozenset({OFFICER.id})}),
    ):
        given(*held).when(passing_on(STREAM, LEAD, to), **more).then(back)


def test_what_went_another_way_meanwhile_stays_there():
    held = in_hand(a_dispatched_ticket(), STREAM, LEAD)
    free = in_nobodys_hand(held, STREAM, LEAD)
    given(*free).when(passing_on(STREAM, LEAD)).then_refused("IN_NOBODYS_HAND")
    others = replace(passing_on(STREAM, LEAD), from_staff="third-RS")
    given(*held).when(others).then_refused("HELD_BY_SOMEBODY_ELSE", "from_staff")


def test_no_delay_is_lost_by_a_hand_over():
    held = in_hand(a_dispatched_ticket(), STREAM, LEAD)
    before = reduce(TICKET.evolve, held, TICKET.empty()).deadlines
    assert (
        reduce(TICKET.evolve, after(held, passing_on(STREAM, LEAD)), TICKET.empty()).deadlines
        == before
    )
