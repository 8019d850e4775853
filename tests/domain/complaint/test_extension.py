"""延期: asked before the limit expires, decided, and only as often as the rule book says."""

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.deadline import (
    DenyExtension,
    ExtensionDenied,
    ExtensionGranted,
    ExtensionRequested,
    GrantExtension,
    ResultSubmitted,
)
from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.returns import RejectReturn
from bancheng.domain.complaint.terms import Outcome
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.people import Role
from bancheng.domain.time_limits.limit import LimitUnit
from bancheng.domain.time_limits.rules import Approver
from support.builders import (
    CO_1,
    LEAD,
    SEALED,
    TEXT,
    a_signed_in_ticket,
    after,
    an_order_with_extension_asked,
    asking_extension,
    due,
    on_day,
    returning,
    signed_in,
    submitting,
    verdict,
)
from support.given import CO_OFFICER, HANDLER, HEAD, OFFICER, READ, RULES, STREAM, given, local

DISPATCHED = local("2026-03-02 09:03")
GRANT = GrantExtension(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
DENY = DenyExtension(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
ASKED = ExtensionRequested(order_id=LEAD, reason=SEALED)
LONGER = due("resolve_general", DISPATCHED, "2026-03-16", extension=5)


def with_extension(**changes):
    """The rule book with another rule about extensions."""
    return replace(RULES, extensions=(replace(RULES.extension_for("resolve"), **changes),))


def test_an_extension_is_asked_for_with_its_reason():
    given(*a_signed_in_ticket()).when(asking_extension()).then(ASKED)


def test_it_may_be_asked_for_until_the_last_microsecond():
    last = local("2026-03-09 23:59:59.999999")
    given(*a_signed_in_ticket()).when(asking_extension(), at=last).then(ASKED)


def test_once_the_limit_has_expired_it_is_too_late():
    first = local("2026-03-10 00:00")
    given(*a_signed_in_ticket()).when(asking_extension(), at=first).then_refused(
        "EXTENSION_TOO_LATE"
    )


def test_a_request_that_waits_is_not_repeated():
    given(*an_order_with_extension_asked()).when(asking_extension()).then_refused(
        "EXTENSION_PENDING"
    )


def test_only_the_unit_itself_asks():
    given(*a_signed_in_ticket()).when(asking_extension(), by=CO_OFFICER).then_refused(
        "NOT_OWN_UNIT"
    )


def test_the_new_date_is_counted_from_the_start_of_the_order_not_from_the_grant():
    granted_at = on_day("2026-03-06")
    given(*an_order_with_extension_asked()).when(GRANT, at=granted_at).then(
        ExtensionGranted(order_id=LEAD, due=LONGER, ruling=SEALED)
    )


def test_the_verdict_is_measured_against_the_new_date():
    extended = after(an_order_with_extension_asked(), GRANT)
    last = local("2026-03-16 23:59:59.999999")
    given(*extended).when(submitting(), by=OFFICER, at=last).then(
        ResultSubmitted(
            order_id=LEAD,
            outcome=Outcome.SOLVED,
            result=SEALED,
            verdict=verdict(LONGER, last, on_time=True, used=10),
            call_back_due=due("call_back", last, "2026-03-17"),
        )
    )


def test_a_denied_extension_leaves_the_date():
    denied = given(*an_order_with_extension_asked()).when(DENY)
    denied.then(ExtensionDenied(order_id=LEAD, ruling=SEALED))
    late = given(*denied.history).when(submitting(), at=local("2026-03-10 00:00"))
    assert not late.events[0].verdict.on_time


@pytest.mark.parametrize("ruling", [GRANT, DENY], ids=lambda it: type(it).__name__)
def test_what_was_not_asked_for_or_was_decided_is_not_decided_again(ruling):
    given(*a_signed_in_ticket()).when(ruling).then_refused("NO_EXTENSION_REQUEST")
    decided = after(an_order_with_extension_asked(), DENY)
    given(*decided).when(ruling).then_refused("NO_EXTENSION_REQUEST")


def test_after_a_denial_the_unit_may_ask_with_a_better_reason():
    denied = after(an_order_with_extension_asked(), DENY)
    given(*denied).when(asking_extension()).then(ASKED)


def test_an_order_is_extended_as_often_as_the_rule_book_says_and_no_more():
    extended = after(an_order_with_extension_asked(), GRANT)
    given(*extended).when(asking_extension()).then_refused("EXTENSION_USED_UP")


def test_a_second_extension_adds_to_the_first():
    book = with_extension(times_max=2)
    twice = given(*after(an_order_with_extension_asked(), GRANT)).when(
        asking_extension(), rulebook=book
    )
    granted = given(*twice.history).when(GRANT, rulebook=book)
    granted.then(
        ExtensionGranted(
            order_id=LEAD,
            due=due("resolve_general", DISPATCHED, "2026-03-23", extension=10, times=2),
            ruling=SEALED,
        )
    )


@pytest.mark.parametrize(
    ("book", "code"),
    [
        (replace(RULES, extensions=()), "EXTENSION_NOT_ALLOWED"),
        (with_extension(unit=LimitUnit.NATURAL_DAYS), "EXTENSION_NOT_ALLOWED"),
    ],
    ids=["no rule", "a rule in another unit"],
)
def test_what_the_rule_book_does_not_provide_for_is_neither_asked_nor_granted(book, code):
    given(*a_signed_in_ticket()).when(asking_extension(), rulebook=book).then_refused(code)
    given(*an_order_with_extension_asked()).when(GRANT, rulebook=book).then_refused(code)


def test_a_request_outlives_a_return_that_was_rejected():
    reject = RejectReturn(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
    back = after(after(an_order_with_extension_asked(), returning()), reject)
    given(*back).when(GRANT).then(ExtensionGranted(order_id=LEAD, due=LONGER, ruling=SEALED))


def test_a_request_does_not_follow_the_order_to_another_unit():
    away = ReassignWorkOrder(
        ticket_id=STREAM, order_id=LEAD, unit="GA", instruction=TEXT, released=READ
    )
    reassigned = after(an_order_with_extension_asked(), away)
    given(*reassigned).when(GRANT).then_refused("WRONG_ORDER_STATUS")
    taken = signed_in(reassigned, CO_1, "GA")
    given(*taken).when(replace(GRANT, order_id=CO_1)).then_refused("NO_EXTENSION_REQUEST")


def test_an_order_that_was_sent_back_for_rework_may_be_extended_again():
    extended = after(after(an_order_with_extension_asked(), GRANT), submitting())
    rework = OrderRework(ticket_id=STREAM, order_id=LEAD, reason=TEXT)
    given(*after(extended, rework)).when(asking_extension()).then(ASKED)


def test_d25_a_request_is_over_with_the_result_and_no_rework_brings_it_back():
    done = after(an_order_with_extension_asked(), submitting())
    for ruling in (GRANT, DenyExtension(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)):
        given(*done).when(ruling).then_refused("WRONG_STATUS")
    again = after(done, OrderRework(ticket_id=STREAM, order_id=LEAD, reason=TEXT))
    given(*again).when(GRANT).then_refused("NO_EXTENSION_REQUEST")
    given(*again).when(asking_extension()).then(ASKED)


def test_each_order_of_a_ticket_has_its_own_extension():
    both = signed_in(a_signed_in_ticket("RS", "YB"), CO_1, "YB")
    asked = after(both, asking_extension(CO_1), CO_OFFICER)
    given(*asked).when(GRANT).then_refused("NO_EXTENSION_REQUEST")
    granted = given(*asked).when(replace(GRANT, order_id=CO_1))
    granted.then(ExtensionGranted(order_id=CO_1, due=LONGER, ruling=SEALED))


def test_who_asked_for_more_time_does_not_grant_it():
    both = replace(OFFICER, roles=(Role.UNIT_OFFICER, Role.HANDLER))
    asked = after(a_signed_in_ticket(), asking_extension(), both)
    given(*asked).when(GRANT, both).then_refused("EXTENSION_ASKER_GRANTS")
    assert given(*asked).when(GRANT, HANDLER).refusal is None


def test_ay_50_the_head_of_the_unit_itself_grants_where_the_book_names_them():
    anyang = with_extension(approver_role=Approver.UNIT_HEAD)
    asked = given(*an_order_with_extension_asked())

    assert asked.when(GRANT, HEAD, rulebook=anyang).refusal is None
    asked.when(GRANT, HANDLER, rulebook=anyang).then_refused("EXTENSION_NOT_YOURS")
    for act in (GRANT, DENY):
        asked.when(act, replace(HEAD, unit="YB"), rulebook=anyang).then_refused("NOT_OWN_UNIT")
    asked.when(GRANT, HEAD).then_refused("EXTENSION_NOT_YOURS")
