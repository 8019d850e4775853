"""No token, no data."""

import pytest
from graphql import get_introspection_query

from bancheng.domain.office.staff import DismissStaff, RegisterStaff
from bancheng.domain.people import Actor, Role
from support import backends
from support.api_client import Api, token_of
from support.given import ADMIN, HANDLER

pytestmark = backends.ONCE

ME = "{ me { staffId roles rolesLabel } }"


def test_who_asks_is_told(api: Api):
    assert api.ask(ME, HANDLER)["me"] == {
        "staffId": "h1", "roles": ["HANDLER"], "rolesLabel": "工单处理员",
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        ME,
        "{ __typename me { name } }",
        "{ ... { me { name } } }",
        "{ ...A } fragment A on Query { me { name } }",
        "query A { __typename } query B { me { name } }",
        'mutation { dismissStaff(input: {staffId: "h1"}, key: "k") { __typename } }',
    ],
)
def test_without_a_token_there_is_no_data(api: Api, query: str):
    answer = api.client.post("/graphql", json={"query": query, "operationName": None})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    body = answer.json()
    assert body["data"] is None
    assert [error["extensions"]["code"] for error in body["errors"]] == ["TOKEN_MISSING"]
    assert "令牌" in body["errors"][0]["message"]


@pytest.mark.parametrize("token", ["x", "a.b.c", ""])
def test_a_false_token_is_refused(api: Api, token: str):
    headers = {"Authorization": f"Bearer {token}"}
    answer = api.client.post("/graphql", json={"query": ME}, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] in ("TOKEN_INVALID", "TOKEN_MISSING")


def test_an_expired_token_is_refused(api: Api):
    token = token_of(api.hall, "h1", hours=1)
    api.clock.advance(hours=1)
    headers = {"Authorization": f"Bearer {token}"}
    answer = api.client.post("/graphql", json={"query": ME}, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (
        401, "TOKEN_EXPIRED",
    )  # fmt: skip


def test_a_dismissed_clerk_is_refused_at_once(api: Api):
    gone = Actor(id="gone", name="离职", post="窗口", unit="HALL", roles=(Role.WINDOW_CLERK,))
    api.settle()
    register = RegisterStaff(
        staff_id=gone.id, name=gone.name, post=gone.post, unit=gone.unit, roles=gone.roles
    )
    api.carry_out(register, ADMIN)
    api.settle()
    assert api.ask(ME, gone)["me"]["staffId"] == "gone"
    api.carry_out(DismissStaff(staff_id="gone"), ADMIN)
    api.settle()
    answer = api.post(ME, by=gone)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "ACCOUNT_INACTIVE"

    # Who comes back gets a token of their own; the old ones stay without effect (A2).
    api.carry_out(register, ADMIN)
    api.settle()
    answer = api.post(ME, by=gone)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "TOKEN_REVOKED"


def test_the_schema_may_be_read_without_a_token(api: Api):
    answer = api.post(get_introspection_query())
    assert answer.status_code == 200
    assert "errors" not in answer.json()
    assert answer.json()["data"]["__schema"]["queryType"]["name"] == "Query"


def test_introspection_may_not_go_round_in_circles(api: Api):
    query = "{ __schema { types { " + "fields { type { " * 4 + "name" + " } }" * 4 + " } } }"
    codes = {error["extensions"]["code"] for error in api.errors(query, None)}
    assert codes == {"QUERY_INVALID"}


def test_without_a_token_the_schema_can_not_be_read_many_times_over(api: Api):
    (error,) = api.errors("{ a: __schema { types { name } } }", None)
    assert error["extensions"]["code"] == "QUERY_TOO_MANY_ALIASES"
    assert api.ask("{ a: __schema { types { name } } }", HANDLER)
