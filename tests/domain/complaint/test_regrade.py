"""重新定级: two people, a reason, and nothing that had run out becomes punctual by it."""

from datetime import date

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.deadline import GrantExtension
from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.regrade import (
    DenyRegrade,
    GrantRegrade,
    RegradeDenied,
    RegradeRequested,
    RequestRegrade,
    TicketRegraded,
)
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.rules import Approver
from support.builders import (
    CO_1,
    LEAD,
    SEALED,
    TEXT,
    a_dispatched_ticket,
    a_resolved_ticket,
    a_signed_in_ticket,
    after,
    an_order_with_extension_asked,
    asking_extension,
    deadline_of,
    regraded,
    submitting,
    suspended,
)
from support.given import (
    CO_OFFICER,
    HANDLER,
    HEAD,
    OFFICER,
    READ,
    RULES,
    STREAM,
    given,
    local,
)

AT = local("2026-03-05 10:00")
EXPIRED = local("2026-03-10 00:00")
REQUEST = RequestRegrade(ticket_id=STREAM, complexity="complex", reason=TEXT)
GRANT = GrantRegrade(ticket_id=STREAM, ruling=TEXT)
DENY = DenyRegrade(ticket_id=STREAM, ruling=TEXT)
RULINGS = pytest.mark.parametrize("ruling", [GRANT, DENY], ids=lambda it: type(it).__name__)


def due(history, order=LEAD):
    return deadline_of(history, LimitKind.RESOLVE, order).due


def asked(**fields):
    return after(a_signed_in_ticket("RS", "YB"), replace(REQUEST, **fields), OFFICER, at=AT)


def test_it_is_asked_for_with_a_reason_and_moves_nothing_yet():
    outcome = given(*a_signed_in_ticket()).when(REQUEST, at=AT)
    outcome.then(RegradeRequested(complexity="complex", reason=SEALED))
    assert due(outcome.history).due_date == date(2026, 3, 9)
    given(*outcome.history).when(REQUEST, at=AT).then_refused("REGRADE_PENDING")


def test_a_unit_without_an_order_does_not_ask():
    given(*a_signed_in_ticket()).when(REQUEST, by=CO_OFFICER, at=AT).then_refused("NOT_OWN_UNIT")


def test_granting_measures_open_orders_anew_from_their_own_start_and_keeps_pauses():
    before = suspended(a_signed_in_ticket("RS", "YB"), local("2026-03-12 00:00"),
                       local("2026-03-04 10:00"))  # fmt: skip
    [event] = given(*after(before, REQUEST, at=AT)).when(GRANT, at=AT).events
    assert isinstance(event, TicketRegraded)
    dues = {one.order_id: one.due for one in event.orders}
    assert dues[CO_1].due_date == date(2026, 3, 16)
    assert dues[LEAD].due_date == date(2026, 3, 23)
    assert dues[LEAD].pauses == due(before).pauses != ()
    assert due(regraded(before, "complex", AT)) == dues[LEAD]


def test_denying_leaves_the_dates_and_the_unit_may_ask_again():
    outcome = given(*asked()).when(DENY, at=AT)
    outcome.then(RegradeDenied(ruling=SEALED))
    assert due(outcome.history).due_date == date(2026, 3, 9)
    assert given(*outcome.history).when(REQUEST, at=AT).refusal is None


@RULINGS
def test_nobody_decides_what_they_asked_for_themselves(ruling):
    own = after(a_signed_in_ticket(), REQUEST, HANDLER, at=AT)
    given(*own).when(ruling, by=HANDLER, at=AT).then_refused("SAME_PERSON")
    other = replace(HANDLER, id="h2")
    assert given(*own).when(ruling, by=other, at=AT).refusal is None


@RULINGS
def test_what_nobody_asked_for_is_not_decided(ruling):
    given(*a_signed_in_ticket()).when(ruling, at=AT).then_refused("NO_REGRADE_REQUEST")


@RULINGS
def test_whom_the_rule_book_lets_extend_decides(ruling):
    given(*asked()).when(ruling, by=HEAD, at=AT).then_refused("REGRADE_NOT_YOURS")
    heads = replace(
        RULES, extensions=tuple(replace(one, approver_role=Approver.UNIT_HEAD)
                                for one in RULES.extensions)
    )  # fmt: skip
    assert given(*asked()).when(ruling, by=HEAD, at=AT, rulebook=heads).refusal is None
    stranger = replace(HEAD, unit="GA")
    for actor in (HANDLER, stranger):
        given(*asked()).when(ruling, by=actor, at=AT, rulebook=heads).then_refused(
            "REGRADE_NOT_YOURS"
        )


def test_an_order_whose_limit_has_run_out_is_not_made_punctual():
    given(*a_signed_in_ticket()).when(REQUEST, at=EXPIRED).then_refused("REGRADE_TOO_LATE")
    given(*asked()).when(GRANT, at=EXPIRED).then_refused("REGRADE_TOO_LATE")


def test_only_the_orders_that_are_in_time_are_moved():
    away = ReassignWorkOrder(
        ticket_id=STREAM, order_id=CO_1, unit="GA", instruction=TEXT, released=READ
    )
    later = after(a_signed_in_ticket("RS", "YB"), away, at=local("2026-03-09 10:00"))
    both = after(later, REQUEST, at=local("2026-03-10 09:00"))
    [event] = given(*both).when(GRANT, at=local("2026-03-10 09:00")).events
    assert [one.order_id for one in event.orders] == ["BCS-1-03"]
    assert due(regraded(later, "complex", local("2026-03-10 09:00"))).due_date == date(2026, 3, 9)


def test_nobody_is_made_late_by_it_at_once():
    simple = after(a_signed_in_ticket(), replace(REQUEST, complexity="simple"), at=AT)
    given(*simple).when(GRANT, at=AT).then_refused("REGRADE_TOO_LATE")


def test_a_granted_extension_falls_away_and_still_counts_against_the_maximum():
    extend = GrantExtension(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
    extended = after(an_order_with_extension_asked(), extend)
    moved = regraded(extended, "complex", AT)
    assert due(moved).due_date == date(2026, 3, 16)
    assert due(moved).extension.times == 1
    given(*moved).when(asking_extension(), at=AT).then_refused("EXTENSION_USED_UP")


def test_a_request_ends_with_the_result():
    done = after(after(a_signed_in_ticket(), REQUEST, at=AT), submitting())
    given(*done).when(GRANT).then_refused("WRONG_STATUS")
    given(*a_resolved_ticket()).when(REQUEST).then_refused("WRONG_STATUS")


def test_a_complexity_that_is_the_same_or_has_no_limit_or_is_unknown_changes_nothing():
    for complexity, code, field in (
        ("general", "COMPLEXITY_UNCHANGED", "complexity"),
        ("hard", "LIMIT_UNDEFINED", "complexity"),
        ("odd", "TERM_UNKNOWN", "complexity"),
    ):
        request = replace(REQUEST, complexity=complexity)
        given(*a_dispatched_ticket()).when(request, by=HANDLER).then_refused(code, field)


def test_where_the_rule_book_has_lost_the_limit_meanwhile_it_is_not_granted():
    lost = replace(
        RULES, limits=tuple(one for one in RULES.limits if one.complexity != "complex")
    )  # fmt: skip
    given(*asked()).when(GRANT, at=AT, rulebook=lost).then_refused("REGRADE_LIMIT_GONE")
