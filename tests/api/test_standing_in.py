"""替岗办理 over the API: in whose place is said beside the input, and the trail shows both."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from bancheng.domain.people import Actor
from support.api_acts import COLLEAGUE, Matter, dispatched, signed_in, with_colleague
from support.api_client import Api
from support.given import ADMIN, CO_OFFICER, HANDLER, HEAD, OFFICER, SUPERVISOR

_serial = count()  # the hall is that of all tests, and what is named twice is refused
MINE = """query ($me: String) {
  holdings(filter: {standIn: $me}, first: 200) { edges { node { orderId heldBy } } }
  standIns(filter: {standIn: $me, standing: true}) { edges { node {
    staffId staffName unit standInName until namedBy endedAt } } } }"""
HELD = """query ($id: String) { holdings(filter: {orderId: $id, open: true}) { edges {
  node { heldBy } } } }"""
TRAIL = """query ($id: String) { auditTrail(filter: {streamId: $id, forAnother: true}, first: 5) {
  edges { node { term actorId actingFor actingForName sentence } } } }"""


def progress(matter: Matter) -> dict[str, Any]:
    return {"ticketId": matter.ticket_id, "orderId": matter.order, "progress": "已联系企业"}


def paired(api: Api) -> Matter:
    """An order in the hands of the officer, for whom a colleague stands in."""
    matter = with_colleague(api)
    until = (api.clock.now() + timedelta(days=9 + next(_serial))).isoformat()
    pair = {"staffId": OFFICER.id, "standIn": COLLEAGUE.id, "until": until}
    named = api.act("nameStandIn", HEAD, pair)
    assert named["__typename"] == "StaffActDone", named
    api.settle()
    return matter


def test_what_is_mine_to_stand_in_for_is_one_query(api: Api):
    matter = paired(api)
    seen = api.ask(MINE, COLLEAGUE, me=COLLEAGUE.id)
    rows = [one["node"] for one in seen["holdings"]["edges"]]
    assert {"orderId": matter.order, "heldBy": OFFICER.id} in rows
    (row,) = (one["node"] for one in seen["standIns"]["edges"])
    assert (row["staffId"], row["staffName"], row["unit"]) == (OFFICER.id, OFFICER.name, "RS")
    assert (row["standInName"], row["namedBy"], row["endedAt"]) == (COLLEAGUE.name, HEAD.id, None)
    # Of another unit nobody is seen.
    seen = api.ask(MINE, CO_OFFICER, me=COLLEAGUE.id)
    assert (seen["holdings"]["edges"], seen["standIns"]["edges"]) == ([], [])


def test_it_is_done_in_the_place_of_another_and_the_trail_says_so(api: Api):
    matter = paired(api)
    done = api.act("noteProgress", COLLEAGUE, progress(matter), acting_for=OFFICER.id)
    assert done["__typename"] == "TicketActDone", done
    api.settle()
    (row,) = (one["node"] for one in api.ask(TRAIL, SUPERVISOR, id=matter.ticket_id)[
        "auditTrail"]["edges"])  # fmt: skip
    assert (row["term"], row["actorId"]) == ("进展", COLLEAGUE.id)
    assert (row["actingFor"], row["actingForName"]) == (OFFICER.id, OFFICER.name)
    assert f"代「{OFFICER.name}」({OFFICER.id}):" in row["sentence"]
    held = api.ask(HELD, HEAD, id=matter.order)["holdings"]["edges"]
    assert held == [{"node": {"heldBy": OFFICER.id}}]


def test_out_of_the_period_it_is_refused_with_what_to_do(api: Api):
    matter = paired(api)
    pair = {"staffId": OFFICER.id, "standIn": COLLEAGUE.id}
    assert api.act("endStandIn", HEAD, pair)["__typename"] == "StaffActDone"
    api.settle()
    # Whoever is bound to a unit hears of it as well: it tells of no matter.
    refused = api.act("noteProgress", COLLEAGUE, progress(matter), acting_for=OFFICER.id)
    assert (refused["__typename"], refused["code"]) == ("NotAllowed", "NOT_STANDING_IN")
    assert "登记AB岗" in refused["remedy"]
    assert api.act("noteProgress", COLLEAGUE, progress(matter))["__typename"] == "TicketActDone"


@pytest.mark.parametrize("about", [COLLEAGUE, OFFICER], ids=["who stands in", "stood in for"])
def test_whom_a_ticket_is_about_learns_nothing_of_it_by_standing_in(api: Api, about: Actor):
    paired(api)
    matter = dispatched(api, accused_staff=about.id)
    api.settle()
    refused = api.act("noteProgress", COLLEAGUE, progress(matter), acting_for=OFFICER.id)
    none = Matter("ticket-none", matter.order)
    expected = api.act("noteProgress", COLLEAGUE, progress(none), acting_for=OFFICER.id)
    if about is COLLEAGUE:
        assert {**refused, "message": ""} == {**expected, "message": ""}
    else:
        assert refused["code"] == "NOT_IN_THEIR_HAND"


def test_many_are_done_in_the_place_of_another_in_one_go(api: Api):
    matters = [paired(api), *(dispatched(api) for _ in range(2))]
    for matter in matters[1:]:
        api.act("assignWork", HEAD, {
            "matterId": matter.ticket_id, "orderId": matter.order, "staffId": OFFICER.id,
        })  # fmt: skip
    api.settle()
    targets = [{"ticketId": one.ticket_id, "orderId": one.order} for one in matters]
    asked = """mutation ($input: SignInWorkOrderForManyInput!, $for: String) {
      signInWorkOrderForMany(input: $input, key: "many-for-another", actingFor: $for) {
        ... on TicketBulkDone { done refused } ... on NotAllowed { code }
        ... on Conflict { code } } }"""
    given = {"input": {"targets": targets}}
    refused = api.ask(asked, COLLEAGUE, **given, **{"for": HANDLER.id})
    assert refused["signInWorkOrderForMany"] == {"code": "NOT_STANDING_IN"}
    found = api.ask(asked, COLLEAGUE, **given, **{"for": OFFICER.id})
    # The first was signed for by who is stood in for.
    assert found["signInWorkOrderForMany"] == {"done": 2, "refused": 1}
    # In one's own name it is another request, as it is for one alone.
    own = api.ask(asked, COLLEAGUE, **given)
    assert own["signInWorkOrderForMany"] == {"code": "KEY_REUSED"}
    api.settle()
    open_ = api.ask(MINE, COLLEAGUE, me=COLLEAGUE.id)["holdings"]["edges"]
    assert {one.order for one in matters} <= {one["node"]["orderId"] for one in open_}


def test_who_administers_names_for_any_unit_and_a_clerk_for_none(api: Api):
    signed_in(api)
    pair = {"staffId": HANDLER.id, "standIn": "c1"}
    until = (api.clock.now() + timedelta(days=9 + next(_serial))).isoformat()
    assert api.act("nameStandIn", ADMIN, pair | {"until": until})["__typename"] == "StaffActDone"
    refused = api.act("endStandIn", HEAD, pair)
    assert (refused["__typename"], refused["code"]) == ("NotAllowed", "STAND_IN_OF_OTHERS")
    assert api.act("endStandIn", OFFICER, pair)["code"] == "ROLE_MISSING"
    assert api.act("endStandIn", ADMIN, pair)["__typename"] == "StaffActDone"
