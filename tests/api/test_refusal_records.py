"""Who tried without the right to stands in the access log, and who is refused for else does not."""

from collections.abc import Iterator
from typing import Any

import pytest

from support import backends
from support.accesses import head, since
from support.api_acts import accepted, dispatched, reported
from support.api_client import Api
from support.given import ADMIN, CLERK, CO_OFFICER, HANDLER, OFFICER

pytestmark = backends.ONCE
EXPLAIN = "query ($id: ID!) { mine: explain(matterId: $id) { subject } }"


class Tried:
    """The refusals that were recorded since."""

    def __init__(self, api: Api) -> None:
        self._api, self._before = api, head(api.hall)

    def all(self) -> list[dict[str, Any]]:
        return since(self._api.hall, self._before, "REFUSED")

    def told(self) -> list[tuple[Any, ...]]:
        return [(it["staff_id"], it["what"], it["refused"], *it["matters"]) for it in self.all()]


@pytest.fixture
def tried(api: Api) -> Iterator[Tried]:
    return Tried(api)


def test_an_act_of_another_role_is_recorded_with_matter_and_place(api: Api):
    ticket_id = reported(api).ticket_id
    tried = Tried(api)
    place = {"channel": "WINDOW", "window": "A03", "terminal": "T-7"}
    answer = api.act("acceptTicket", CLERK, {"ticketId": ticket_id}, place=place)
    assert answer["code"] == "ROLE_MISSING"
    assert tried.told() == [(CLERK.id, "acceptTicket", "ROLE_MISSING", ticket_id)]
    (one,) = tried.all()
    assert (one["window"], one["terminal"], one["address"]) == ("A03", "T-7", "127.0.0.1")
    assert one["credential_id"]
    assert (one["staff_name"], one["staff_post"], one["staff_unit"]) == (
        CLERK.name, CLERK.post, CLERK.unit,
    )  # fmt: skip


def test_what_another_units_officer_may_not_see_is_recorded_by_its_true_reason(api: Api):
    foreign = dispatched(api, lead="GA")
    api.settle()
    tried = Tried(api)
    filled = {"ticketId": foreign.ticket_id, "orderId": foreign.order}
    answer = api.act("signInWorkOrder", OFFICER, filled)
    assert answer["code"] == "MATTER_NOT_FOUND"
    assert tried.told() == [(OFFICER.id, "signInWorkOrder", "NOT_OWN_UNIT", foreign.ticket_id)]


def test_a_query_for_a_matter_of_another_unit_is_recorded_and_one_for_none_is_not(api: Api):
    foreign = dispatched(api, lead="GA")
    api.settle()
    tried = Tried(api)
    by_id = "query ($id: ID!) { hers: ticket(id: $id) { number } }"
    assert api.errors(by_id, CO_OFFICER, id=foreign.ticket_id)
    assert api.errors(EXPLAIN, CO_OFFICER, id=foreign.ticket_id)
    assert api.errors(by_id, CO_OFFICER, id="ticket-none")
    assert api.errors(EXPLAIN, CO_OFFICER, id="ticket-none")
    assert tried.told() == [
        (CO_OFFICER.id, "ticket", "MATTER_NOT_FOUND", foreign.ticket_id),
        (CO_OFFICER.id, "explain", "MATTER_NOT_FOUND", foreign.ticket_id),
    ]


def test_a_view_and_a_filter_that_are_for_others_are_recorded(api: Api, tried: Tried):
    api.errors("{ all: disclosures { totalCount } }", CLERK)
    api.errors("{ ...rest } fragment rest on Query { tickets { totalCount } }", ADMIN)
    api.errors("{ tickets(orderBy: DUE_AT) { totalCount } }", OFFICER)
    assert tried.told() == [
        (CLERK.id, "disclosures", "VIEW_FORBIDDEN"),
        (ADMIN.id, "tickets", "VIEW_FORBIDDEN"),
        (OFFICER.id, "tickets", "FILTER_FORBIDDEN"),
    ]


def test_what_is_refused_for_another_reason_than_right_is_no_try(api: Api):
    matter = accepted(api)
    tried = Tried(api)
    again = api.act("acceptTicket", HANDLER, {"ticketId": matter.ticket_id})
    assert again["__typename"] == "WrongStep"
    assert api.act("acceptTicket", HANDLER, {"ticketId": "ticket-none"})["code"]
    assert api.errors("{ tickets(first: 1000) { totalCount } }", HANDLER)
    assert tried.told() == []


def test_whom_nobody_knows_leaves_no_record(api: Api, tried: Tried):
    assert api.errors("{ me { name } }", None)
    unknown = {"Authorization": "Bearer nothing"}
    answer = api.client.post("/graphql", json={"query": "{ me { name } }"}, headers=unknown)
    assert answer.status_code == 401
    assert tried.told() == []


def test_a_subscription_that_is_refused_is_recorded(api: Api, tried: Tried):
    with api.connected(CLERK) as socket:
        socket.say(
            type="subscribe", id="1", payload={"query": "subscription { warnings { kind } }"}
        )
        assert socket.hear()["type"] == "error"
    assert tried.told() == [(CLERK.id, "warnings", "VIEW_FORBIDDEN")]
