"""What was not expected is masked, logged once, and says nothing of what it held."""

import json

import pytest
import structlog
from sqlalchemy import text
from structlog.testing import capture_logs

from bancheng.graphql import errors
from bancheng.log_lines import LogLine
from support.api_acts import reported
from support.api_client import Api
from support.given import HANDLER, SUPERVISOR

ME = "{ me { name } }"
SECRET = "13800138000"


def test_an_exception_in_a_mutation_is_masked(api: Api, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        with api.hall.database.connect() as connection:
            connection.execute(text(f"SELECT no_such_column, '{SECRET}'"))

    api.token(HANDLER)  # issued while acts are still carried out
    monkeypatch.setattr(type(api.hall.engine), "execute", broken)
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
        answer = api.client.post(
            "/graphql",
            json={"query": 'mutation { dismissStaff(input: {staffId: "x"}, key: "k") '
                           '{ __typename } me: acceptTicket(input: {ticketId: "x"}, key: "l") '
                           "{ __typename } }"},
            headers={"Authorization": f"Bearer {api.token(HANDLER)}", "X-Request-Id": "request-17"},
        )  # fmt: skip
    body = answer.json()
    assert len(body["errors"]) == 2
    error = body["errors"][0]
    assert error["message"] == errors.MASK
    assert error["extensions"]["code"] == "INTERNAL_ERROR"
    assert error["extensions"]["requestId"] == "request-17"
    failures = [line for line in logged if line["event"] == LogLine.REQUEST_FAILED]
    assert len(failures) == 2
    assert failures[0]["request_id"] == "request-17"
    assert "sqlalchemy" in failures[0]["error"]
    assert any("test_errors.py" in frame for frame in failures[0]["way"])
    for said in (answer.text, json.dumps(logged, default=str)):
        assert SECRET not in said
        assert "SELECT" not in said


def test_one_cause_is_logged_once():
    cause = RuntimeError(SECRET)
    several = [errors.GraphQLError("a", original_error=cause) for _ in range(3)]
    with capture_logs() as logged:
        shown = errors.presented(several, "r")
    assert len(logged) == 1
    assert {error.message for error in shown} == {errors.MASK}


def test_an_exception_while_we_ask_who_asks_is_masked(api: Api, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(type(api.hall.identity), "authenticate", broken)
    with capture_logs() as logged:
        answer = api.post(ME, by=HANDLER)
    assert answer.status_code == 500
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL_ERROR"
    assert SECRET not in answer.text + json.dumps(logged, default=str)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": "{ nothing }"}, "QUERY_INVALID"),
        ({"query": "{"}, "QUERY_INVALID"),
        ({"query": "query ($x: Int!) { me { name } }", "variables": {"x": "y"}}, "QUERY_INVALID"),
    ],
)
def test_a_malformed_query_is_coded(api: Api, body: dict, code: str):
    headers = {"Authorization": f"Bearer {api.token(HANDLER)}"}
    (error,) = api.client.post("/graphql", json=body, headers=headers).json()["errors"]
    assert error["extensions"]["code"] == code
    assert error["message"].startswith("查询有误")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"1", b"null", b'{"query": 1}', b'{"query": null}', b'{"variables": []}',
     b"[" * 100_000, b"\xff", b'[{"query": "{ me { name } }"}]',
     b'{"query": "query A {__typename}", "operationName": "B"}'],
)  # fmt: skip
def test_a_malformed_body_is_coded(api: Api, content: bytes):
    headers = {
        "Authorization": f"Bearer {api.token(HANDLER)}", "Content-Type": "application/json",
    }  # fmt: skip
    answer = api.client.post("/graphql", content=content, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "REQUEST_INVALID"


NUL = r'"a\u0000b"'
NOT_A_TIME = ("0001-01-01", "1899-12-31", "9999-12-31")


@pytest.mark.parametrize("day", NOT_A_TIME)
@pytest.mark.parametrize("asked", [
    'tickets(filter: {{dueDateFrom: "{0}"}}) {{ totalCount }}',
    'onTimeRates(scope: {{firstDay: "{0}", lastDay: "{0}"}}) {{ late }}',
    'workload(scope: {{firstDay: "{0}", lastDay: "{0}"}}) {{ decided }}',
    'tickets(filter: {{reportedFrom: "{0}T00:00:00+08:00"}}) {{ totalCount }}',
])  # fmt: skip
def test_a_day_of_another_age_is_refused_by_name(api: Api, asked: str, day: str):
    answer = api.post(f"{{ {asked.format(day)} }}", by=SUPERVISOR).json()
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    assert codes == {"FIELD_INVALID"}
    assert all("1900 至 2999" in error["message"] for error in answer["errors"])


@pytest.mark.parametrize("asked", [
    "ticket(id: {0}) {{ number }}", "case(number: {0}) {{ number }}",
    "tickets(after: {0}) {{ totalCount }}", "tickets(filter: {{text: {0}}}) {{ totalCount }}",
])  # fmt: skip
def test_a_nul_in_a_text_id_or_cursor_of_a_query_is_said_to_be_one(api: Api, asked: str):
    within = f"{{ {asked.format(NUL)} }}"
    given = f"query ($it: String) {{ {asked.format('$it')} }}"
    for query, variables in ((within, None), (given, {"it": "a\0b"})):
        answer = api.post(query, variables, by=SUPERVISOR).json()
        assert answer["errors"][0]["extensions"]["code"] == "TEXT_HAS_NUL"


def test_a_cursor_belongs_to_one_list_one_order_and_one_filter(api: Api):
    ask = (
        "query ($after: String, $only: TicketFilterInput)"
        " { tickets(first: 1, after: $after, filter: $only) { edges { cursor } } }"
    )
    reported(api)
    api.settle()
    (edge,) = api.ask(ask, SUPERVISOR)["tickets"]["edges"]
    other = ask.replace("tickets(", "workOrders(").replace(
        "TicketFilterInput", "WorkOrderFilterInput"
    )
    for query, only in ((ask, {"anonymous": True}), (other, None)):
        answer = api.post(query, {"after": edge["cursor"], "only": only}, by=SUPERVISOR).json()
        assert answer["errors"][0]["extensions"]["code"] == "CURSOR_INVALID"
    assert "errors" not in api.post(ask, {"after": edge["cursor"]}, by=SUPERVISOR).json()


def test_of_several_operations_none_is_guessed(api: Api):
    two = "query A { me { staffId } } query B { me { name } }"
    answer = api.post(two, by=SUPERVISOR).json()
    assert answer["errors"][0]["extensions"]["code"] == "OPERATION_AMBIGUOUS"


@pytest.mark.parametrize(
    ("query", "status"),
    [("{ __typename }", 200), ("{", 400), ("{ nothing }", 400),
     ("query ($first: Int!) { tickets(first: $first) { totalCount } }", 400),
     ('{ ticket(id: "none") { number } }', 200)],
)  # fmt: skip
def test_who_knows_graphql_over_http_gets_its_media_type_and_status(api: Api, query, status):
    headers = {
        "Authorization": f"Bearer {api.token(SUPERVISOR)}",
        "Accept": "application/graphql-response+json, application/json;q=0.9",
    }
    answer = api.client.post("/graphql", json={"query": query}, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/graphql-response+json"
    assert ("data" in answer.json()) is (status == 200)
    plain = api.post(query, by=SUPERVISOR)
    assert (plain.status_code, plain.headers["content-type"]) == (200, "application/json")
    assert "data" in plain.json()


def test_a_fault_of_a_query_does_not_say_again_whose_number_was_typed_into_the_wrong_field(
    api: Api,
):
    asked = "query ($value: String!) { personSearch(by: PHONE, value: $value, purpose: $value) "
    typed = "11010519491231002X"
    [answer] = api.errors(asked + "{ totalCount } }", HANDLER, value=typed)
    faults = [answer["extensions"], *answer["extensions"]["others"]]
    assert [one["field"] for one in faults] == ["value", "purpose"]
    assert typed not in str(answer)
    assert "查人用途「110****2X」不在规则库中" in str(answer)
