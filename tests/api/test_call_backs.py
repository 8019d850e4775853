"""回访台账 through the API: who sees which calls, what of them, and that they are counted."""

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from bancheng.domain.calls import CallResult
from bancheng.domain.complaint.verify import RecordCallBack
from bancheng.domain.people import Actor
from support import backends
from support.api_acts import CLEAR, TEXT, Matter, called_back, dispatched, resolved
from support.api_client import Api
from support.case_api_acts import CaseMatter, contacted
from support.given import (
    ADMIN,
    CLERK,
    CO_OFFICER,
    GOVERNOR,
    HANDLER,
    HEAD,
    OFFICER,
    SUPERVISOR,
    VERIFIER,
)

ROWS = """query ($filter: CallBackFilterInput) { callBacks(filter: $filter, first: 50) {
  totalCount edges { node { kind unit unitName callerId callerName channel calledAt call callLabel
    solved satisfactionLabel comment justified finding attempt dueAt
    matterNumber matter { number } } } } }"""
HIDDEN = ("callerId", "callerName", "channel", "comment")


def rows(api: Api, who: Actor, **asked: Any) -> list[dict[str, Any]]:
    api.settle()
    found = api.ask(ROWS, who, filter=asked)["callBacks"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


@pytest.fixture
def called(api: Api) -> Matter:
    """A ticket that RS solved: nobody picked up the phone, and then the reporter was content."""
    matter = resolved(api)
    tried = RecordCallBack(ticket_id=matter.ticket_id, call=CallResult.NO_ANSWER, comment=TEXT)
    api.carry_out(tried, VERIFIER)
    api.clock.advance(hours=1)
    again = {"ticketId": matter.ticket_id, "call": "CONNECTED", "solved": True,
             "satisfaction": "SATISFIED", "comment": str(TEXT)}  # fmt: skip
    assert api.act("recordCallBack", VERIFIER, again)["__typename"] == "TicketActDone"
    return matter


def test_each_call_is_listed_with_its_result_and_without_a_clear_value(api: Api, called: Matter):
    second, first = rows(api, SUPERVISOR, matterId=called.ticket_id)

    assert (first["call"], first["callLabel"], first["solved"]) == ("NO_ANSWER", "未接", None)
    assert (second["solved"], second["satisfactionLabel"], second["attempt"]) == (True, "满意", 2)
    assert {one["matter"]["number"] for one in (first, second)} == {called.number}
    assert {one["callerId"] for one in (first, second)} == {VERIFIER.id}
    assert {(one["kind"], one["unit"]) for one in (first, second)} == {("RESULT", "RS")}
    told = json.dumps([first, second], ensure_ascii=False)
    assert [one for one in CLEAR if one in told] == []
    assert "139****" in told


@pytest.mark.parametrize("who", [OFFICER, HEAD], ids=lambda who: who.id)
def test_its_unit_sees_what_came_of_it_and_neither_who_called_nor_what_was_said(
    api: Api, called: Matter, who: Actor
):
    second, first = rows(api, who, matterId=called.ticket_id)

    assert (first["call"], second["solved"], second["satisfactionLabel"]) == (
        "NO_ANSWER", True, "满意",
    )  # fmt: skip
    assert [one[name] for one in (first, second) for name in HIDDEN if one[name] is not None] == []


def test_another_unit_sees_none_of_it_however_it_asks(api: Api, called: Matter):
    assert rows(api, CO_OFFICER, matterId=called.ticket_id) == []
    assert rows(api, CO_OFFICER, matterId=called.ticket_id, unit="RS") == []


def test_nor_does_a_unit_that_only_helps_with_the_ticket(api: Api):
    matter = called_back_with_help(api)
    assert rows(api, CO_OFFICER, matterId=matter.ticket_id) == []
    assert len(rows(api, OFFICER, matterId=matter.ticket_id)) == 1


def called_back_with_help(api: Api) -> Matter:
    matter = dispatched(api, others=("YB",))
    for serial, who in enumerate((OFFICER, CO_OFFICER), start=1):
        order = {"ticketId": matter.ticket_id, "orderId": f"{matter.number}-{serial:02d}"}
        assert "code" not in api.act("signInWorkOrder", who, order)
        done = {**order, "outcome": "SOLVED", "result": "已办"}
        assert "code" not in api.act("submitResult", who, done)
    said = {"ticketId": matter.ticket_id, "call": "CONNECTED", "solved": True,
            "satisfaction": "SATISFIED"}  # fmt: skip
    assert "code" not in api.act("recordCallBack", VERIFIER, said)
    return matter


@pytest.mark.parametrize("who", [OFFICER, HEAD], ids=lambda who: who.id)
def test_a_unit_does_not_filter_by_who_called(api: Api, called: Matter, who: Actor):
    (error,) = api.errors(ROWS, who, filter={"callerId": VERIFIER.id})
    assert error["extensions"]["code"] == "FILTER_FORBIDDEN"


@pytest.mark.parametrize("who", [CLERK, HANDLER, VERIFIER, GOVERNOR], ids=lambda who: who.id)
def test_whoever_sees_all_tickets_sees_all_calls(api: Api, called: Matter, who: Actor):
    second, _ = rows(api, who, matterId=called.ticket_id)
    assert [name for name in HIDDEN if second[name] is None] == []


def test_who_administers_sees_none(api: Api, called: Matter):
    (error,) = api.errors(ROWS, ADMIN, filter={})
    assert error["extensions"]["code"] == "VIEW_FORBIDDEN"


def test_a_call_about_a_bad_rating_stands_with_the_unit_that_was_rated(api: Api):
    matter: CaseMatter = contacted(api)
    (row,) = rows(api, OFFICER, matterId=matter.case_id)

    assert (row["kind"], row["unit"], row["matterNumber"]) == ("RATING", "RS", matter.number)
    assert (row["call"], row["justified"], row["solved"]) == ("CONNECTED", True, None)
    assert row["finding"]
    assert [one for one in CLEAR if one in row["finding"]] == []
    assert rows(api, CO_OFFICER, matterId=matter.case_id) == []


def test_a_report_counts_who_was_reached_who_holds_it_for_solved_and_who_is_content(
    api: Api, called: Matter
):
    called_back(api)
    everything = rows(api, SUPERVISOR)
    reached = [row for row in everything if row["call"] == "CONNECTED"]
    assert len(rows(api, SUPERVISOR, reached=True)) == len(reached)
    assert len(rows(api, SUPERVISOR, reached=False)) == len(everything) - len(reached) > 0
    solved = [row for row in everything if row["solved"] is True]
    assert len(rows(api, SUPERVISOR, solved=True)) == len(solved) > 0
    content = [row for row in everything if row["satisfactionLabel"] == "满意"]
    assert len(rows(api, SUPERVISOR, satisfactions=["SATISFIED"])) == len(content) > 0


@backends.ONCE
def test_as_a_file_it_has_the_headings_and_the_words_of_the_hall(api: Api, called: Matter):
    api.settle()
    for who, hidden in ((SUPERVISOR, False), (OFFICER, True)):
        answer = api.client.post(
            "/exports/callBacks.csv",
            json={"filter": {"matterId": called.ticket_id}},
            headers={"Authorization": f"Bearer {api.token(who)}"},
        )
        assert answer.status_code == 200, answer.text
        text = answer.content.decode("utf-8-sig")
        second, first = csv.DictReader(io.StringIO(text, newline=""))
        assert [name for name in second if name.isascii()] == []
        assert (first["通话结果"], first["满意度"]) == ("未接", "")
        assert (second["承办单位"], second["满意度"]) == ("RS单位", "满意")
        assert second.get("回访人姓名", "") == ("" if hidden else VERIFIER.name)
        assert [one for one in CLEAR if one in text] == []


@pytest.mark.parametrize("by", ["RECORDED", "OCCURRED"])
def test_as_of_a_moment_between_two_calls_there_was_one(api: Api, called: Matter, by: str):
    _, first = rows(api, SUPERVISOR, matterId=called.ticket_id)
    moment = (datetime.fromisoformat(first["calledAt"]) + timedelta(minutes=30)).isoformat()
    asked = (
        f'callBacks(filter: {{ matterId: "{called.ticket_id}" }}) {{ edges {{ node {{ call }} }} }}'
    )
    found = api.ask(f'{{ asOf(at: "{moment}", by: {by}) {{ {asked} }} }}', SUPERVISOR)
    assert [one["node"]["call"] for one in found["asOf"]["callBacks"]["edges"]] == ["NO_ANSWER"]
