"""派发工单: one lead and several co-units, sign-in, reassignment. Dates are decided here, once."""

import pytest
from msgspec.structs import replace

from bancheng.domain.complaint.deadline import GrantExtension
from bancheng.domain.complaint.dispatch import (
    AddCoUnit,
    ReassignWorkOrder,
    SignInWorkOrder,
    WorkOrderDispatched,
    WorkOrderReassigned,
    WorkOrderSignedIn,
)
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.time_limits.limit import Limit, LimitUnit, decide_due, judge
from bancheng.domain.time_limits.rulebook import LimitRule
from support.builders import (
    CO_1,
    CO_2,
    LEAD,
    SEALED,
    TEXT,
    a_dispatched_ticket,
    a_released_order,
    a_resolved_ticket,
    a_returned_order,
    a_signed_in_ticket,
    after,
    an_analysed_ticket,
    an_order_with_extension_asked,
    dispatching,
    due,
    officer_of,
    on_day,
    signed_in,
    submitting,
    warned,
)
from support.given import CALENDAR, CO_OFFICER, HANDLER, READ, RULES, STREAM, given, local

AT = local("2026-03-02 09:30")
SIGN_IN = SignInWorkOrder(ticket_id=STREAM, order_id=LEAD)
AWAY = ReassignWorkOrder(
    ticket_id=STREAM, order_id=LEAD, unit="GA", instruction=TEXT, released=READ
)
LEADING = WorkOrderDispatched(
    order_id=LEAD,
    unit="RS",
    lead=True,
    instruction=SEALED,
    released=READ.owned_by(STREAM),
    due=due("resolve_general", AT, "2026-03-09"),
    sign_in_due=due("sign_in", AT, "2026-03-03"),
    respond_due=due("respond", AT, "2026-03-03"),
    return_due=due("return_window", AT, "2026-03-03"),
)


def test_an_order_goes_to_the_lead_unit_with_every_date_decided():
    given(*an_analysed_ticket()).when(dispatching(), at=AT).then(LEADING)


def test_each_co_unit_has_an_order_of_its_own_and_one_unit_leads():
    given(*an_analysed_ticket()).when(dispatching("RS", "YB", "GA"), at=AT).then(
        LEADING,
        replace(LEADING, order_id=CO_1, unit="YB", lead=False),
        replace(LEADING, order_id=CO_2, unit="GA", lead=False),
    )


def test_a_co_unit_named_twice_has_one_order():
    given(*an_analysed_ticket()).when(dispatching("RS", "YB", "YB"), at=AT).then(
        LEADING, replace(LEADING, order_id=CO_1, unit="YB", lead=False)
    )


def test_the_lead_is_no_co_unit():
    given(*an_analysed_ticket()).when(dispatching("RS", "RS")).then_refused(
        "LEAD_IS_CO_UNIT", "co_units[0]"
    )


@pytest.mark.parametrize(
    ("units", "field"),
    [(("XX",), "lead_unit"), (("RS", "YB", "XX"), "co_units[1]")],
    ids=["lead", "co"],
)
def test_orders_go_to_units_of_the_hall(units, field):
    given(*an_analysed_ticket()).when(dispatching(*units)).then_refused("UNIT_UNKNOWN", field)


@pytest.mark.parametrize(
    ("complexity", "last_day"),
    [
        ("simple", "2026-03-03"),
        ("general", "2026-03-09"),
        ("complex", "2026-03-16"),
        ("special", "2026-03-23"),
    ],
)
def test_the_complexity_decides_the_limit(complexity, last_day):
    sent = given(*an_analysed_ticket(complexity)).when(dispatching(), at=AT)
    sent.then(replace(LEADING, due=due(f"resolve_{complexity}", AT, last_day)))


def test_the_category_may_decide_the_limit_too():
    short = Limit(id="inquiry", amount=2, unit=LimitUnit.WORKING_DAYS, basis="广东")
    rule = LimitRule(purpose="resolve", category="inquiry", complexity="general", limit=short)
    book = replace(RULES, limits=(*RULES.limits, rule))
    inquiry = an_analysed_ticket(category=TicketCategory.INQUIRY)
    order = given(*inquiry).when(dispatching(), at=AT, rulebook=book).events[0]
    decided = decide_due(short, AT, CALENDAR, rulebook_version=book.version)
    assert order.due == warned(decided, "resolve")


def test_a_hard_matter_has_its_limit_set_case_by_case():
    hard = an_analysed_ticket("hard")
    given(*hard).when(dispatching()).then_refused("LIMIT_UNDEFINED", "limit_working_days")
    order = given(*hard).when(dispatching(limit_working_days=20), at=AT).events[0]
    assert (order.due.limit.id, order.due.amount) == ("case_by_case", 20)
    assert str(order.due.due_date) == "2026-03-30"


def test_where_the_rule_book_sets_a_limit_nobody_sets_another():
    given(*an_analysed_ticket()).when(dispatching(limit_working_days=20)).then_refused(
        "LIMIT_FIXED_BY_RULE", "limit_working_days"
    )


def test_a_ticket_is_dispatched_once():
    given(*a_dispatched_ticket()).when(dispatching()).then_refused("WRONG_STATUS")


def test_the_unit_signs_its_order_in():
    given(*a_dispatched_ticket()).when(SIGN_IN).then(WorkOrderSignedIn(order_id=LEAD))


def test_an_order_is_signed_in_once():
    given(*a_signed_in_ticket()).when(SIGN_IN).then_refused("WRONG_ORDER_STATUS")


def test_a_unit_signs_in_its_own_order_only_and_so_does_whoever_dispatched_it():
    for stranger in (CO_OFFICER, HANDLER):
        given(*a_dispatched_ticket()).when(SIGN_IN, by=stranger).then_refused("NOT_OWN_UNIT")
    own = a_dispatched_ticket("HALL")
    given(*own).when(SIGN_IN, by=HANDLER).then(WorkOrderSignedIn(order_id=LEAD))


@pytest.mark.parametrize("open_order", [a_dispatched_ticket, a_signed_in_ticket, a_released_order])
def test_an_order_is_reassigned_to_another_unit_with_a_limit_that_begins_anew(open_order):
    at = on_day("2026-03-05")
    given(*open_order()).when(AWAY, at=at).then(
        WorkOrderReassigned(
            order_id=LEAD,
            successor=CO_1,
            # A released order was judged when its return was upheld.
            verdict=None if open_order is a_released_order else judge(LEADING.due, at, CALENDAR),
        ),
        WorkOrderDispatched(
            order_id=CO_1,
            unit="GA",
            lead=True,
            instruction=SEALED,
            released=READ.owned_by(STREAM),
            due=due("resolve_general", at, "2026-03-12"),
            sign_in_due=due("sign_in", at, "2026-03-06"),
            respond_due=due("respond", at, "2026-03-06"),
            return_due=due("return_window", at, "2026-03-06"),
            replaces=LEAD,
        ),
    )


def test_a_final_assignment_has_no_return_window():
    successor = given(*a_dispatched_ticket()).when(replace(AWAY, final=True)).events[1]
    assert successor.final
    assert successor.return_due is None


def test_the_successor_of_a_co_order_leads_nothing():
    away = replace(AWAY, order_id=CO_1)
    successor = given(*a_dispatched_ticket("RS", "YB")).when(away).events[1]
    assert (successor.lead, successor.order_id) == (False, CO_2)


def test_an_extension_does_not_pass_to_the_successor():
    grant = GrantExtension(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
    at = on_day("2026-03-05")
    extended = after(an_order_with_extension_asked(), grant)
    successor = given(*extended).when(AWAY, at=at).events[1]
    assert successor.due == due("resolve_general", at, "2026-03-12")


def test_a_reassigned_order_is_dead():
    reassigned = after(a_dispatched_ticket(), AWAY)
    given(*reassigned).when(AWAY).then_refused("WRONG_ORDER_STATUS")
    given(*reassigned).when(SIGN_IN).then_refused("WRONG_ORDER_STATUS")


def test_a_returned_order_is_reassigned_only_after_the_ruling():
    given(*a_returned_order()).when(AWAY).then_refused("WRONG_ORDER_STATUS")


@pytest.mark.parametrize("unit", ["RS", "YB"], ids=["itself", "a co-unit"])
def test_a_unit_that_has_an_order_in_hand_gets_no_second_one(unit):
    away = replace(AWAY, unit=unit)
    given(*a_dispatched_ticket("RS", "YB")).when(away).then_refused("UNIT_HAS_ORDER", "unit")


def test_a_unit_whose_return_was_upheld_does_not_get_the_order_back():
    back = replace(AWAY, unit="RS")
    given(*a_released_order()).when(back).then_refused("UNIT_HAS_ORDER", "unit")


def test_a_unit_that_has_done_its_part_may_take_over_another():
    co_done = signed_in(a_dispatched_ticket("RS", "YB"), CO_1, "YB")
    co_done = after(co_done, submitting(CO_1), officer_of("YB"))
    given(*co_done).when(replace(AWAY, unit="YB"), at=AT).then(
        WorkOrderReassigned(
            order_id=LEAD, successor=CO_2, verdict=judge(LEADING.due, AT, CALENDAR)
        ),
        replace(LEADING, order_id=CO_2, unit="YB", replaces=LEAD),
    )


def test_an_order_goes_to_no_unit_outside_the_hall():
    given(*a_dispatched_ticket()).when(replace(AWAY, unit="XX")).then_refused(
        "UNIT_UNKNOWN", "unit"
    )


ADD = AddCoUnit(ticket_id=STREAM, unit="GA", instruction=TEXT, released=READ)


def test_a_co_unit_is_added_later_with_the_limit_of_the_lead_order_from_then_on():
    at = on_day("2026-03-05")
    [event] = given(*a_signed_in_ticket()).when(ADD, at=at).events
    assert isinstance(event, WorkOrderDispatched)
    assert (event.order_id, event.unit, event.lead) == (CO_1, "GA", False)
    assert event.due == due("resolve_general", at, "2026-03-12")


def test_a_co_unit_is_added_until_all_results_are_in_and_only_once():
    for story in (an_analysed_ticket(), a_resolved_ticket()):
        given(*story).when(ADD).then_refused("WRONG_STATUS")
    given(*a_signed_in_ticket()).when(replace(ADD, unit="RS")).then_refused(
        "UNIT_HAS_ORDER", "unit"
    )
    given(*a_signed_in_ticket()).when(replace(ADD, unit="NO")).then_refused("UNIT_UNKNOWN", "unit")
