"""回避 over the API: who is recused is told so, others go on, who supervises finds all of it."""

from typing import Any

from bancheng.domain.people import Actor
from support import backends
from support.api_acts import dispatched, officer_recused, recusal_asked
from support.api_client import EFFICIENCY, Api
from support.case_api_acts import accepted as accepted_case
from support.given import CO_OFFICER, HEAD, OFFICER, SUPERVISOR, VERIFIER

LEDGER = """query ($filter: RecusalFilterInput) {
  recusals(filter: $filter, first: 50) { edges { node {
  matterId staffId unit ground groundLabel state stateLabel byParty requestedBy reason
  ruledBy ruling liftedAt } } } }"""


def rows(api: Api, who: Actor, **filled: Any) -> list[dict[str, Any]]:
    api.settle()
    found = api.ask(LEDGER, who, filter=filled)["recusals"]["edges"]
    return [one["node"] for one in found]


def test_who_is_recused_is_told_what_to_do_and_another_of_the_unit_goes_on(api: Api):
    matter = officer_recused(api)
    api.settle()
    filled = {"ticketId": matter.ticket_id, "orderId": matter.order}
    refused = api.act("signInWorkOrder", OFFICER, filled)
    assert (refused["__typename"], refused["code"]) == ("NotAllowed", "RECUSED_HERE")
    assert refused["remedy"] == "请由其他人员办理"
    assert api.act("signInWorkOrder", HEAD, filled)["code"] == "ROLE_MISSING"
    seen = api.ask(
        "query ($id: ID!) { ticket(id: $id) { number workOrders { orderId } } }",
        OFFICER, id=matter.ticket_id,
    )  # fmt: skip
    assert seen["ticket"]["workOrders"] == [{"orderId": matter.order}]  # as their role lets them


def test_what_was_refused_for_it_is_in_the_access_log(api: Api):
    matter = officer_recused(api)
    filled = {"ticketId": matter.ticket_id, "orderId": matter.order}
    api.act("signInWorkOrder", OFFICER, filled)
    asked = f"""{{ accesses(filter: {{ matterIds: ["{matter.ticket_id}"], wasRefused: true }})
        {{ edges {{ node {{ what refused staffId }} }} }} }}"""
    (one,) = api.ask(asked, EFFICIENCY)["accesses"]["edges"]
    assert one["node"] == {
        "what": "signInWorkOrder", "refused": "RECUSED_HERE", "staffId": OFFICER.id,
    }  # fmt: skip


def test_who_supervises_finds_who_is_recused_from_what_and_what_waits(api: Api):
    waits, over = recusal_asked(api), officer_recused(api)
    (row,) = rows(api, SUPERVISOR, matterId=waits.ticket_id)
    assert (row["state"], row["byParty"], row["staffId"]) == ("REQUESTED", True, OFFICER.id)
    assert (row["ground"], row["unit"]) == ("RELATIVES_INTEREST", "RS")
    assert waits.ticket_id in [
        one["matterId"] for one in rows(api, SUPERVISOR, states=["REQUESTED"])
    ]
    (row,) = rows(api, SUPERVISOR, staffId=OFFICER.id, matterId=over.ticket_id)
    assert (row["state"], row["ruledBy"]) == ("ORDERED", SUPERVISOR.id)
    lifted = {"matterId": over.ticket_id, "staffId": OFFICER.id, "reason": "已离婚"}
    assert api.act("liftRecusal", HEAD, lifted)["__typename"] == "TicketActDone"
    (row,) = rows(api, SUPERVISOR, matterId=over.ticket_id)
    assert (row["state"], row["ruling"]) == ("LIFTED", "已离婚")


def test_a_unit_sees_those_of_its_own_people_and_why_only_its_head(api: Api):
    matter = officer_recused(api)
    asked = {"matterId": matter.ticket_id}
    assert rows(api, CO_OFFICER, **asked) == []
    (own,), (head,) = rows(api, OFFICER, **asked), rows(api, HEAD, **asked)
    assert (own["state"], own["reason"]) == ("ORDERED", None)
    assert head["reason"] is not None
    (auditor,) = rows(api, VERIFIER, **asked)
    assert auditor["reason"] is None


@backends.ONCE
def test_an_officer_asks_nothing_of_a_ticket_that_their_unit_has_no_part_in(api: Api):
    matter = dispatched(api)
    api.settle()
    own = {"staffId": CO_OFFICER.id, "ground": "OTHER", "reason": "同学"}
    there, not_there = (
        api.act("requestRecusal", CO_OFFICER, {"matterId": one, **own})
        for one in (matter.ticket_id, "ticket-none")
    )
    assert there == not_there
    assert there["code"] == "MATTER_NOT_FOUND"


def test_on_a_case_it_is_the_same(api: Api):
    case_id = accepted_case(api).case_id
    said = {"matterId": case_id, "staffId": OFFICER.id, "ground": "OWN_INTEREST", "reason": "持股"}
    assert api.act("orderRecusal", SUPERVISOR, said)["__typename"] == "CaseActDone"
    (row,) = rows(api, SUPERVISOR, matterId=case_id)
    assert (row["state"], row["byParty"], row["requestedBy"]) == ("ORDERED", None, None)
