"""调阅 through the API: clear values stand in the answers of recorded openings, and nowhere else.

A whole run is searched: every response, every line of every log, every value of every table and,
of SQLite, the bytes of its files.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import MetaData

from bancheng.domain.people import Actor
from support import backends
from support.api_acts import REPORT, reported
from support.api_client import ANSWER, EVERYBODY
from support.case_api_acts import CASE_CLEAR, accepted
from support.given import (
    CLERK,
    CO_OFFICER,
    EFFICIENCY,
    HANDLER,
    OFFICER,
    SUPERVISOR,
    VERIFIER,
)
from support.whole_run import EVERYTHING, OPENED, WHO, Run, a_ticket, kept, telling

OF_A_CASE = f"{ANSWER} ... on CaseActDone {{ caseId opened {{ field value }} }}"
LISTS = """{ tickets(first: 50) { edges { node { subject content reporter { name phone } } } }
  auditTrail(first: 200) { edges { node { term why details } } }
  disclosures(first: 50) { totalCount edges { node { staffName purposeLabel fields reason thatDay
    beyond terminal window matter { number } } } } }"""


@pytest.fixture(params=backends.chosen())
def run(request, monkeypatch, caplog) -> Iterator[Run]:
    with kept(request.param, monkeypatch, caplog) as whole:
        yield whole


def test_only_the_answers_of_recorded_openings_hold_a_clear_value(run: Run):
    api = run.api
    ticket = a_ticket(api)
    accused = a_ticket(api, accused_unit="RS")
    told = [
        run.opened(HANDLER, ticket, "NAME", "PHONE", key="k1"),
        run.opened(HANDLER, ticket, "NAME", "PHONE", key="k1"),  # a retry
        run.opened(OFFICER, ticket, "PHONE"),
        run.opened(HANDLER, accused, "NAME", "ID_NUMBER", purpose="identify"),
        run.opened(HANDLER, ticket, "FULL_TEXT"),
    ]
    assert run.openings() == len(told)
    opening = telling(run.answers)
    assert len(opening) == len(told)

    refused = [
        run.opened(OFFICER, accused, "PHONE"),
        run.opened(CO_OFFICER, ticket, "PHONE"),
        run.opened(VERIFIER, ticket, "PHONE"),
        run.opened(HANDLER, ticket, "ADDRESS", "DELIVERY_ADDRESS"),
        run.opened(HANDLER, ticket, "PHONE", purpose="nothing", reason=" "),
        run.opened(HANDLER, ticket, "PHONE", key="k1"),  # another command under that key
        run.opened(HANDLER, ticket, "PHONE", version=1),
        run.opened(CLERK, ticket, "PHONE"),
    ]
    assert all("code" in one for one in refused), refused
    for who in EVERYBODY:
        for text, variables in ((EVERYTHING, {"id": ticket}), (LISTS, {})):
            api.post(text, variables, who)
    api.post(EVERYTHING, {"id": "' OR 1=1"}, HANDLER)

    assert telling(run.answers) == opening
    assert run.openings() == len(told)
    found = {name for name, text in run.stored() if telling([text])}
    assert found == set()


def test_the_answer_tells_each_field_and_forbids_to_be_kept(run: Run):
    ticket = a_ticket(run.api)
    answer = run.opened(HANDLER, ticket, "NAME", "PHONE", "PHONE")

    assert answer["opened"] == [
        {"field": "NAME", "fieldLabel": "姓名", "value": "欧阳建国"},
        {"field": "PHONE", "fieldLabel": "电话", "value": "13800138000"},
    ]
    # What stands beside it is masked, as for everybody.
    assert answer["ticket"]["reporter"]["phone"] == "138****8000"
    assert "'cache-control': 'no-store'" in run.answers[-1]
    later = run.api.act("contactReporter", HANDLER, _called(ticket), answer=OPENED)
    assert later["opened"] is None


def _called(ticket: str) -> dict[str, Any]:
    return {"ticketId": ticket, "purpose": "contact", "call": "CONNECTED"}


def test_the_trail_says_who_opened_what_for_what_why_and_from_which_terminal(run: Run):
    ticket = a_ticket(run.api)
    place = {"channel": "WINDOW", "window": "A03", "terminal": "T-7"}
    run.opened(HANDLER, ticket, "PHONE", place=place)

    query = """query ($id: String!) {
      auditTrail(filter: {streamId: $id}, descending: true, first: 1)
        { edges { node { term actorId window terminal occurredAt details } } } }"""
    found = run.api.ask(query, SUPERVISOR, id=ticket)
    (edge,) = found["auditTrail"]["edges"]
    node = edge["node"]
    assert (node["term"], node["actorId"]) == ("调阅反映人", HANDLER.id)
    assert (node["window"], node["terminal"]) == ("A03", "T-7")
    details = node["details"] if isinstance(node["details"], dict) else json.loads(node["details"])
    assert details["fields"] == ["phone"]
    assert (details["purpose"], details["reason"]) == ("contact", "电话核实")


@pytest.mark.parametrize("who", [SUPERVISOR, EFFICIENCY], ids=["supervisor", "efficiency"])
def test_who_supervises_reads_who_opened_too_often(run: Run, who: Actor):
    ticket = a_ticket(run.api)
    run.opened(HANDLER, ticket, "PHONE")
    listed = run.api.ask(
        "{ disclosures(filter: {beyond: false}) { edges { node "
        "{ staffId purposeLabel fields thatDay dailyMax matter { number } } } } }",
        who,
    )
    (edge,) = listed["disclosures"]["edges"]
    assert edge["node"] | {"matter": None} == {
        "staffId": HANDLER.id, "purposeLabel": "联系", "fields": ["电话"], "thatDay": 1,
        "dailyMax": 30, "matter": None,
    }  # fmt: skip
    counted = run.api.ask(
        '{ disclosureCounts(scope: {firstDay: "2026-03-01", lastDay: "2026-03-31"}, by: [STAFF]) '
        "{ staffId disclosures beyond } }",
        who,
    )
    assert counted["disclosureCounts"] == [{"staffId": HANDLER.id, "disclosures": 1, "beyond": 0}]


def test_nobody_else_reads_who_opened_what(run: Run):
    a_ticket(run.api)
    for who in EVERYBODY:
        if who not in (SUPERVISOR, EFFICIENCY):
            (error,) = run.api.errors("{ disclosures { totalCount } }", who)
            assert error["extensions"]["code"] == "VIEW_FORBIDDEN", who


def test_what_a_unit_may_not_see_it_can_not_open_either(run: Run):
    answer = run.opened(CO_OFFICER, reported(run.api, reporter=WHO).ticket_id, "PHONE")
    assert answer["code"] == "MATTER_NOT_FOUND"


def test_the_applicant_of_a_case_is_told_in_the_answer_alone(run: Run):
    case = accepted(run.api).case_id
    run.api.settle()
    said = {"caseId": case, "purpose": "contact", "reason": "电话核实"}
    answer = run.api.act(
        "discloseApplicant", CLERK, said | {"fields": ["PHONE", "AGENT_NAME"]}, answer=OF_A_CASE
    )
    assert [(one["field"], one["value"]) for one in answer["opened"]] == [
        ("PHONE", "13700137000"), ("AGENT_NAME", "赵代办"),
    ]  # fmt: skip
    assert {name for name, text in run.stored() if telling([text], CASE_CLEAR)} == set()


def test_a_ticket_is_registered_with_whom_it_accuses_and_what_the_reporter_agreed_to(run: Run):
    said = REPORT | {
        "accusedUnit": None, "accusedStaff": "o1", "accusedWindow": "W01", "agreesToContact": True,
    }  # fmt: skip
    answer = run.api.act(
        "reportTicket", CLERK, said, answer=f"{ANSWER} ... on TicketActDone {{ ticketId }}"
    )
    query = """query ($id: ID!) { ticket(id: $id)
      { accusedUnit accusedWindow accusedStaff agreesToContact } }"""
    seen = run.api.ask(query, HANDLER, id=answer["ticketId"])["ticket"]
    assert seen == {
        "accusedUnit": "RS", "accusedWindow": "W01", "accusedStaff": "o1", "agreesToContact": True,
    }  # fmt: skip
    at_window = run.api.ask(query, CLERK, id=answer["ticketId"])["ticket"]
    assert (at_window["accusedWindow"], at_window["accusedStaff"]) == (None, None)


def test_a_planted_answer_that_is_stored_would_be_found(run: Run):
    """The search is no good if it does not find what it looks for."""
    with run.api.hall.database.begin() as connection:
        tables = MetaData()
        tables.reflect(connection, only=["answered"])
        table = tables.tables["answered"]
        connection.execute(
            table.insert().values(
                key="planted", fingerprint="13800138000", stream_id="t", version=1, position=1
            )
        )
    assert "answered" in {name for name, text in run.stored() if telling([text])}
