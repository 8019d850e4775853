"""The access log as it is asked: who looked at a matter, what somebody did, who was refused."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bancheng.domain.people import Actor
from support import backends
from support.accesses import head, since
from support.api_acts import WAYS, dispatched, reported
from support.api_client import EFFICIENCY, EVERYBODY, Api, served
from support.given import ADMIN, CLERK, CO_OFFICER, DUTY, HANDLER, OFFICER, SUPERVISOR

WHO_LOOKED = """
query ($ids: [String!]) { accesses(filter: {matterIds: $ids}, descending: false) {
  totalCount edges { node { kind kindLabel staffId staffUnitName what purposeLabel refused
    matters { matterId number } } } } }
"""
WHAT_THEY_DID = """
query ($who: String, $from: DateTime, $before: DateTime) {
  accesses(filter: {staffId: $who, accessedFrom: $from, accessedBefore: $before}) {
    edges { node { what accessedAt } } } }
"""
REFUSED = "{ accesses(filter: {wasRefused: true}) { edges { node { staffId what refused } } } }"


@pytest.fixture
def own(backend: str) -> Iterator[Api]:
    with backends.fresh(backend) as url, served(url) as one:
        yield one


def nodes(api: Api, query: str, by: Actor = SUPERVISOR, **variables: Any) -> list[dict[str, Any]]:
    return [edge["node"] for edge in api.ask(query, by, **variables)["accesses"]["edges"]]


def look(api: Api, by: Actor, ticket_id: str) -> None:
    api.post("query ($id: ID!) { ticket(id: $id) { number } }", {"id": ticket_id}, by)


def test_who_looked_at_a_matter_is_one_question(own: Api):
    matter, other = dispatched(own), dispatched(own)
    own.settle()
    for who in (HANDLER, CLERK, OFFICER, CO_OFFICER):
        look(own, who, matter.ticket_id)
    look(own, HANDLER, other.ticket_id)
    opening = WAYS["discloseReporter"].filled(matter)
    own.act("discloseReporter", HANDLER, opening)
    found = nodes(own, WHO_LOOKED, ids=[matter.ticket_id])
    assert [(one["kind"], one["staffId"], one["what"], one["refused"]) for one in found] == [
        ("VIEWED", HANDLER.id, "ticket", None),
        ("VIEWED", CLERK.id, "ticket", None),
        ("VIEWED", OFFICER.id, "ticket", None),
        ("REFUSED", CO_OFFICER.id, "ticket", "MATTER_NOT_FOUND"),
        ("DISCLOSED", HANDLER.id, "discloseReporter", None),
    ]
    assert found[0]["matters"] == [{"matterId": matter.ticket_id, "number": matter.number}]
    assert (found[2]["kindLabel"], found[2]["staffUnitName"]) == ("查看", "RS单位")
    assert found[4]["purposeLabel"]
    both = own.ask(WHO_LOOKED, SUPERVISOR, ids=[matter.ticket_id, other.ticket_id])["accesses"]
    assert both["totalCount"] == 6


def test_what_somebody_did_in_a_week_is_one_question(own: Api):
    ticket_id = dispatched(own).ticket_id
    own.settle()
    monday = own.clock.now()
    for days in (0, 3, 7):
        own.clock.set(monday + timedelta(days=days))
        look(own, HANDLER, ticket_id)
        look(own, CLERK, ticket_id)
    week = {"from": monday.isoformat(), "before": (monday + timedelta(days=7)).isoformat()}
    assert len(nodes(own, WHAT_THEY_DID, who=HANDLER.id, **week)) == 2


def test_who_tried_and_was_refused_is_one_question(own: Api):
    ticket_id = reported(own).ticket_id
    own.act("acceptTicket", CLERK, {"ticketId": ticket_id})
    own.errors("{ disclosures { totalCount } }", DUTY)
    assert nodes(own, REFUSED) == [
        {"staffId": DUTY.id, "what": "disclosures", "refused": "VIEW_FORBIDDEN"},
        {"staffId": CLERK.id, "what": "acceptTicket", "refused": "ROLE_MISSING"},
    ]


def test_the_latest_looks_hang_on_the_matter_for_who_oversees(own: Api):
    first, other = dispatched(own).ticket_id, dispatched(own).ticket_id
    own.settle()
    for who in (HANDLER, CLERK):
        look(own, who, first)
    query = (
        "{ tickets(descending: false) { edges { node { ticketId accesses { staffId what } } } } }"
    )
    told = {
        edge["node"]["ticketId"]: edge["node"]["accesses"]
        for edge in own.ask(query, EFFICIENCY)["tickets"]["edges"]
    }
    assert [one["staffId"] for one in told[first]] == [CLERK.id, HANDLER.id]
    assert told[other] == []
    again = own.ask(
        "query ($id: ID!) { ticket(id: $id) { accesses { what } } }", SUPERVISOR, id=first
    )
    assert [one["what"] for one in again["ticket"]["accesses"]] == ["tickets", "ticket", "ticket"]
    for who in (HANDLER, CLERK, OFFICER):
        hidden = own.ask(
            "query ($id: ID!) { ticket(id: $id) { accesses { what } } }", who, id=first
        )
        assert hidden["ticket"]["accesses"] is None


def test_who_administers_sees_who_came_in_and_nothing_of_a_matter(own: Api):
    ticket_id = reported(own).ticket_id
    own.settle()
    look(own, HANDLER, ticket_id)
    own.act("acceptTicket", CLERK, {"ticketId": ticket_id})
    own.act("registerUnit", ADMIN, {"code": "XF", "name": "信访局"})
    every = "{ accesses { totalCount edges { node { kind what matters { matterId } } } } }"
    assert nodes(own, every, ADMIN) == [
        {"kind": "CONFIGURED", "what": "registerUnit", "matters": None}
    ]
    assert own.ask(every, ADMIN)["accesses"]["totalCount"] == 1
    for wanted in ("kinds: [VIEWED]", "kinds: [REFUSED, SIGNED_IN]", f'matterIds: ["{ticket_id}"]'):
        query = f"{{ accesses(filter: {{{wanted}}}) {{ totalCount }} }}"
        (error,) = own.errors(query, ADMIN)
        assert error["extensions"]["code"] == "FILTER_FORBIDDEN"
        assert own.ask(query, SUPERVISOR)
    assert nodes(
        own, "{ accesses(filter: {kinds: [CONFIGURED]}) { edges { node { what } } } }", ADMIN
    )


@pytest.mark.databases("one")
def test_nobody_else_asks_the_log(own: Api):
    may = {SUPERVISOR.id, EFFICIENCY.id, ADMIN.id}
    for who in (one for one in EVERYBODY if one.id not in may):
        (error,) = own.errors("{ accesses { totalCount } }", who)
        assert error["extensions"]["code"] == "VIEW_FORBIDDEN"


@pytest.mark.databases("one")
def test_who_reads_the_log_is_recorded_and_is_no_reader_of_the_matters(own: Api):
    ticket_id = reported(own).ticket_id
    own.settle()
    look(own, HANDLER, ticket_id)
    before = head(own.hall)
    nodes(own, WHO_LOOKED, ids=[ticket_id])
    (one,) = since(own.hall, before)
    assert (one["kind"], one["staff_id"], one["what"]) == ("VIEWED", SUPERVISOR.id, "accesses")
    assert (one["matters"], one["count"]) == ([], 1)
    assert ticket_id in one["asked_for"]


@pytest.mark.databases("one")
def test_the_pages_of_the_log_hold_while_it_grows(own: Api):
    ticket_id = reported(own).ticket_id
    own.settle()
    for _ in range(5):
        look(own, HANDLER, ticket_id)
    page = "query ($after: String) { accesses(first: 2, after: $after) { pageInfo { endCursor } "
    page += "edges { node { position } } } }"
    seen, after = [], None
    for _ in range(2):
        found = own.ask(page, SUPERVISOR, after=after)["accesses"]
        seen += [edge["node"]["position"] for edge in found["edges"]]
        after = found["pageInfo"]["endCursor"]
    assert seen == ["5", "4", "3", "2"]


def test_what_was_done_while_nothing_could_be_recorded_is_when_it_is_answered_again(
    own: Api, monkeypatch: pytest.MonkeyPatch
):
    query = """mutation { revokeHallCredentials(input: {reason: "服务器失窃"}, key: "again") {
        __typename } }"""

    def full(*_: Any) -> Any:
        raise OSError("no space left")

    before = head(own.hall)
    own.token(ADMIN)
    with monkeypatch.context() as patch:
        patch.setattr("bancheng.infra.access_log._append", full)
        assert own.post(query, None, ADMIN).status_code == 500
    own.settle()
    own.tokens.clear()
    for _ in range(2):
        assert own.post(query, None, ADMIN).json()["data"]["revokeHallCredentials"]
    (one,) = since(own.hall, before, "REVOKED")
    assert (one["staff_id"], one["what"]) == (ADMIN.id, "revokeHallCredentials")
