"""承办 over the API: what is mine is one query, who leads says whose it is, others hear nothing."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bancheng.domain.holding.taking import AssignWork
from bancheng.domain.people import Actor
from support.api_acts import (
    COLLEAGUE,
    OVER_TO_COLLEAGUE,
    Matter,
    dispatched,
    signed_in,
    with_colleague,
)
from support.api_client import Api
from support.case_api_acts import accepted as accepted_case
from support.given import ADMIN, CLERK, CO_OFFICER, HANDLER, HEAD, OFFICER, SUPERVISOR
from support.holding_acts import registering

LISTED = "__typename ... on WorkHandOverActDone { handOverId }"
MINE = """query ($me: String) { holdings(filter: {heldBy: $me, open: true}, first: 200) { edges {
  node { matterId matterNumber orderId heldByName unit takenBy takenByLabel dueAt endedAt } } } }"""
ROW = "query ($id: ID!) { ticket(id: $id) { heldBy workOrders { orderId heldBy heldByName } } }"


def mine(api: Api, who: Actor) -> list[dict[str, Any]]:
    api.settle()
    found = api.ask("{ me { staffId } }", who)["me"]["staffId"]
    return [one["node"] for one in api.ask(MINE, who, me=found)["holdings"]["edges"]]


def on_order(matter: Matter) -> dict[str, Any]:
    return {"matterId": matter.ticket_id, "orderId": matter.order}


def test_what_is_mine_is_one_query_over_tickets_orders_and_cases(api: Api):
    order, case = signed_in(api), accepted_case(api)
    (row,) = [one for one in mine(api, OFFICER) if one["orderId"] == order.order]
    assert (row["heldByName"], row["unit"], row["takenBy"]) == ("人社甲", "RS", "SIGNED_IN")
    assert row["dueAt"] is not None
    assert row["matterNumber"] == order.number
    (row,) = [one for one in mine(api, HANDLER) if one["matterId"] == order.ticket_id]
    assert (row["orderId"], row["takenByLabel"]) == (None, "受理")
    (row,) = [one for one in mine(api, CLERK) if one["matterId"] == case.case_id]
    assert row["takenBy"] == "RECEIVED"  # whoever then accepts it as well has had it all along


def test_the_head_says_whose_it_is_and_it_is_given_back_in_the_row(api: Api):
    matter = dispatched(api)
    given = api.act("assignWork", HEAD, on_order(matter) | {"staffId": OFFICER.id})
    assert given["__typename"] == "TicketActDone"
    api.settle()
    seen = api.ask(ROW, OFFICER, id=matter.ticket_id)["ticket"]
    assert seen["workOrders"] == [
        {"orderId": matter.order, "heldBy": OFFICER.id, "heldByName": OFFICER.name}
    ]
    # Whose the ticket is at the centre, a unit does not see.
    assert seen["heldBy"] is None
    assert api.ask(ROW, SUPERVISOR, id=matter.ticket_id)["ticket"]["heldBy"] == HANDLER.id
    back = api.act("giveBackWork", OFFICER, on_order(matter) | {"reason": "出差"})
    assert back["__typename"] == "TicketActDone"
    api.settle()
    assert api.ask(ROW, OFFICER, id=matter.ticket_id)["ticket"]["workOrders"][0]["heldBy"] is None


def test_another_unit_hears_only_that_there_is_nothing_of_its_own(api: Api):
    matter = dispatched(api)
    refused = api.act("claimWork", CO_OFFICER, on_order(matter))
    assert (refused["__typename"], refused["code"]) == ("NotFound", "MATTER_NOT_FOUND")
    api.settle()
    assert not [one for one in mine(api, CO_OFFICER) if one["matterId"] == matter.ticket_id]
    listed = f'{{ holdings(filter: {{matterId: "{matter.ticket_id}"}}) {{ totalCount }} }}'
    assert api.ask(listed, CO_OFFICER)["holdings"]["totalCount"] == 0


def test_who_claims_what_is_not_free_is_told_who_has_it(api: Api):
    matter = signed_in(api)
    refused = api.act("claimWork", OFFICER, on_order(matter))
    assert (refused["__typename"], refused["code"]) == ("WrongStep", "IN_HAND_ALREADY")
    assert OFFICER.name in refused["message"]
    assert refused["remedy"] == "请由其退回,或由单位负责人另行指派"


def test_the_report_counts_by_person_and_opens_into_the_rows(api: Api):
    signed_in(api)
    api.settle()
    scope = '{firstDay: "2026-03-01", lastDay: "2026-03-31"}'
    asked = f"{{ holdingCounts(scope: {scope}, by: [HELD_BY]) {{ heldBy taken done passedOn }} }}"
    counted = {one["heldBy"]: one for one in api.ask(asked, SUPERVISOR)["holdingCounts"]}
    within = 'takenFrom: "2026-02-28T16:00:00Z", takenBefore: "2026-03-31T16:00:00Z"'
    listed = f"""{{ holdings(filter: {{heldBy: "o1", {within}}}) {{ totalCount }} }}"""
    assert counted["o1"]["taken"] == api.ask(listed, SUPERVISOR)["holdings"]["totalCount"] > 0


LISTS = """query ($id: String) {
  workHandOvers(filter: {fromStaff: "o1"}, first: 1) { edges { node {
    handOverId status fromName toName listed proposedBy } } }
  holdings(filter: {listedIn: $id}, first: 200) { totalCount edges { node { orderId } } } }"""


@pytest.mark.parametrize("who", [HEAD, COLLEAGUE], ids=["who leads", "who receives"])
def test_whom_a_ticket_on_the_list_is_about_hears_of_it_by_no_count(api: Api, who: Actor):
    with_colleague(api)
    matter = dispatched(api, accused_staff=who.id)
    api.act("signInWorkOrder", OFFICER, {"ticketId": matter.ticket_id, "orderId": matter.order})
    api.settle()
    given = api.act("proposeWorkHandOver", HEAD, OVER_TO_COLLEAGUE, answer=LISTED)
    api.settle()
    counted = {}
    for reader in (who, OFFICER):
        seen = api.ask(LISTS, reader, id=given["handOverId"])
        (row,) = (one["node"] for one in seen["workHandOvers"]["edges"])
        counted[reader.id] = row["listed"]
        assert row["listed"] == seen["holdings"]["totalCount"]
    assert counted[who.id] < counted[OFFICER.id]


def two_leavers(api: Api, accused: Actor) -> tuple[Actor, Actor]:
    """One with nothing in hand, and one who has an order of a ticket about somebody."""
    with_colleague(api)
    free, held = (replace(OFFICER, id=f"{accused.id}-{one}") for one in ("free", "held"))
    for one in (free, held):
        api.carry_out(registering(one), ADMIN)
    api.settle()
    matter = dispatched(api, accused_staff=accused.id)
    order = {"matter_id": matter.ticket_id, "order_id": matter.order}
    api.carry_out(AssignWork(**order, staff_id=held.id), OFFICER)
    api.settle()
    return free, held


def test_who_leads_hears_of_no_ticket_about_them_by_a_list_that_may_be_proposed(api: Api):
    codes = [
        api.act("proposeWorkHandOver", HEAD, OVER_TO_COLLEAGUE | {"fromStaff": one.id}).get("code")
        for one in two_leavers(api, HEAD)
    ]
    assert codes == ["NOTHING_IN_HAND", "NOTHING_IN_HAND"]


def test_who_dismisses_hears_of_no_ticket_about_them_and_it_is_taken_back(api: Api):
    free, held = two_leavers(api, ADMIN)
    for one in (free, held):
        done = api.act("dismissStaff", ADMIN, {"staffId": one.id})
        assert done["__typename"] == "StaffActDone", done
    api.settle()
    api.hall.succession.hand_over()
    api.settle()
    assert api.hall.rules.in_hand(held.id, held).parts == []


def test_both_see_the_list_and_sign_it_and_another_unit_hears_nothing(api: Api):
    matter = with_colleague(api)
    given = api.act("proposeWorkHandOver", OFFICER, OVER_TO_COLLEAGUE, answer=LISTED)
    list_ = given["handOverId"]
    api.settle()
    for who in (OFFICER, COLLEAGUE):
        seen = api.ask(LISTS, who, id=list_)
        (row,) = (one["node"] for one in seen["workHandOvers"]["edges"])
        assert (row["handOverId"], row["status"], row["proposedBy"]) == (list_, "PROPOSED", "o1")
        assert row["listed"] == seen["holdings"]["totalCount"]
        assert matter.order in [one["node"]["orderId"] for one in seen["holdings"]["edges"]]
    filled = {"handOverId": list_}
    refused = api.act("signWorkHandOver", CO_OFFICER, filled)
    assert (refused["__typename"], refused["code"]) == ("NotFound", "MATTER_NOT_FOUND")
    assert api.ask(LISTS, CO_OFFICER, id=list_)["holdings"]["totalCount"] == 0
    assert api.act("signWorkHandOver", OFFICER, filled)["code"] == "NOT_RECEIVER"
    assert api.act("signWorkHandOver", COLLEAGUE, filled)["__typename"] == "WorkHandOverActDone"
    api.hall.handing_over.hand_over()
    assert matter.order in [one["orderId"] for one in mine(api, COLLEAGUE)]
    assert mine(api, OFFICER) == []


AWAY = """query ($who: String) { absences(filter: {staffId: $who, away: true}) { edges { node {
  whereaboutsLabel unit standIn endedAt } } }
  holdings(filter: {heldBy: $who, open: true, away: true}) { totalCount } }"""


def test_the_desks_and_the_unit_see_who_is_away_and_what_is_in_their_hands(api: Api):
    signed_in(api)
    until = (api.clock.now() + timedelta(days=2)).isoformat()
    said = {"staffId": OFFICER.id, "whereabouts": "MEETING", "since": api.clock.now().isoformat()}
    noted = api.act("noteAbsence", OFFICER, said | {"until": until})
    assert noted["__typename"] == "StaffActDone"
    api.settle()
    assert api.ask(AWAY, CO_OFFICER, who=OFFICER.id)["absences"]["edges"] == []
    for who in (OFFICER, HEAD, CLERK):
        seen = api.ask(AWAY, who, who=OFFICER.id)
        (row,) = (one["node"] for one in seen["absences"]["edges"])
        assert row == {"whereaboutsLabel": "开会", "unit": "RS", "standIn": None, "endedAt": None}
    assert api.ask(AWAY, HEAD, who=OFFICER.id)["holdings"]["totalCount"] > 0
    refused = api.act("endAbsence", CLERK, {"staffId": OFFICER.id})
    assert (refused["__typename"], refused["code"]) == ("NotAllowed", "ABSENCE_OF_OTHERS")
    assert api.act("endAbsence", HEAD, {"staffId": OFFICER.id})["__typename"] == "StaffActDone"
    api.settle()
    seen = api.ask(AWAY, HEAD, who=OFFICER.id)
    assert (seen["absences"]["edges"], seen["holdings"]["totalCount"]) == ([], 0)
