"""A leak is replayed: somebody told the accused who had complained, and nobody knows who it was.

In 宝山 (2026), and before in 邢台 and 南京, there was no record of who had handled, forwarded and
seen. Here one question names everybody who looked, in their order, and what for.
"""

from collections.abc import Iterator

import pytest

from bancheng.domain.people import Actor
from support import backends
from support.given import CLERK, DUTY, EFFICIENCY, HANDLER, HEAD, OFFICER, SUPERVISOR, VERIFIER
from support.whole_run import CLEAR, EVERYTHING, Run, a_ticket, kept, telling

SEARCH = """query ($phone: String!) { personSearch(by: PHONE, value: $phone,
  purpose: "verification") { edges { node { matterId } } } }"""
WHO_LOOKED = """query ($id: String!) {
  accesses(filter: {matterIds: [$id]}, descending: false, first: 50) {
    totalCount edges { node { staffName kindLabel purposeLabel accessedAt } } } }"""


def taken(run: Run, who: Actor, name: str) -> str:
    """What somebody takes away of a ledger."""
    headers = {"Authorization": f"Bearer {run.api.token(who)}"}
    answer = run.api.client.post(f"/exports/{name}", json={}, headers=headers)
    assert answer.status_code == 200, answer.text
    return str(answer.content.decode())


PEOPLE = (HANDLER, CLERK, OFFICER, HEAD, DUTY, SUPERVISOR)


@pytest.fixture(params=backends.chosen())
def run(request, monkeypatch, caplog) -> Iterator[Run]:
    with kept(request.param, monkeypatch, caplog) as whole:
        yield whole


def test_one_question_names_everybody_who_looked_in_their_order_and_what_for(run: Run):
    api, ticket, other = run.api, a_ticket(run.api), a_ticket(run.api, reporter=None)
    for who in PEOPLE:
        api.clock.advance(minutes=10)
        api.ask(EVERYTHING, who, id=ticket)
    api.ask(EVERYTHING, VERIFIER, id=other)
    api.clock.advance(minutes=10)
    (found,) = api.ask(SEARCH, VERIFIER, phone="138 0013 8000")["personSearch"]["edges"]
    assert found["node"]["matterId"] == ticket
    api.clock.advance(minutes=10)
    opened = run.opened(OFFICER, ticket, "NAME", "PHONE")
    assert opened["opened"][1]["value"] == "13800138000"

    looked = api.ask(WHO_LOOKED, EFFICIENCY, id=ticket)["accesses"]
    told = [tuple(one["node"].values())[:3] for one in looked["edges"]]
    assert told == [
        *((who.name, "查看", None) for who in PEOPLE),
        (VERIFIER.name, "查人", "回访核查"),
        (VERIFIER.name, "查看", None),  # of what was found the answer shows the row
        (OFFICER.name, "查看", None),
        (OFFICER.name, "调阅原文", "联系"),
    ]
    moments = [one["node"]["accessedAt"] for one in looked["edges"]]
    assert moments == sorted(moments)
    assert len(telling(run.answers)) == run.openings() == 1


def test_who_took_it_away_in_a_file_is_named_as_well_and_the_file_tells_nobody(run: Run):
    api, ticket = run.api, a_ticket(run.api)
    for who in PEOPLE:
        api.clock.advance(minutes=10)
        api.ask(EVERYTHING, who, id=ticket)
    api.clock.advance(minutes=10)
    files = [
        taken(run, VERIFIER, f"{name}.csv") for name in ("tickets", "workOrders", "auditTrail")
    ]
    looked = api.ask(WHO_LOOKED, EFFICIENCY, id=ticket)["accesses"]
    told = [tuple(one["node"].values())[:2] for one in looked["edges"]]
    assert told == [
        *((who.name, "查看") for who in PEOPLE), *[(VERIFIER.name, "导出内容")] * len(files),
    ]  # fmt: skip
    assert [name for name in CLEAR if any(name in file for file in files)] == []


def test_nothing_that_is_kept_or_copied_tells_who_complained(run: Run):
    api, ticket = run.api, a_ticket(run.api)
    for who in PEOPLE:
        api.ask(EVERYTHING, who, id=ticket)
    api.ask(SEARCH, VERIFIER, phone=CLEAR[1])
    for text in CLEAR:  # typed where something else is looked for, by somebody who should not
        api.post("query ($t: String!) { tickets(filter: {text: $t}) { totalCount } }",
                 {"t": text}, OFFICER)  # fmt: skip
        api.post("query ($t: ID!) { ticket(id: $t) { number } }", {"t": text}, CLERK)
    for name in ("tickets.csv", "auditTrail.csv", "accesses.csv"):
        taken(run, SUPERVISOR, name)
    run.opened(HANDLER, ticket, "NAME", "PHONE")
    assert len(telling(run.answers)) == run.openings() == 1
    assert [name for name, text in run.stored() if telling([text])] == []
