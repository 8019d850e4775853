"""Sessions and tokens are listed and revoked, one by one, by person and by hall."""

from collections.abc import Iterator

import pytest

from support import backends
from support.api_client import ANSWER, Api, served
from support.browser import Browser, code_of, with_password
from support.given import ADMIN, CLERK, HANDLER, SUPERVISOR

pytestmark = backends.ONCE
ME = "{ me { staffId } }"
HELD = """query ($of: String) { credentials(staffId: $of) {
  id kind kindLabel staffId issuedAt validUntil seenAt address purpose } }"""
SECRET = f"{ANSWER} ... on StaffActDone {{ staffId secret }}"
CHEAP = {"password_memory_kib": 8, "password_passes": 1}


@pytest.fixture
def own(backend: str) -> Iterator[Api]:
    with backends.fresh(backend) as url, served(url, **CHEAP) as api:
        yield api


def held(api: Api, by=ADMIN, of: str | None = None):
    api.settle()
    return api.ask(HELD, by, of=of)["credentials"]


def issued(api: Api, **filled) -> str:
    given = {"staffId": CLERK.id, "hours": 24, **filled}
    return api.act("issueToken", ADMIN, given, answer=SECRET)["secret"]


def asks(api: Api, token: str):
    return api.client.post(
        "/graphql", json={"query": ME}, headers={"Authorization": f"Bearer {token}"}
    )


def test_an_administrator_issues_a_token_which_is_told_once(own: Api):
    given = {"staffId": CLERK.id, "hours": 24, "purpose": "叫号系统"}
    first = own.act("issueToken", ADMIN, given, key="one", answer=SECRET)
    assert own.act("issueToken", ADMIN, given, key="one", answer=SECRET)["secret"] is None
    assert asks(own, first["secret"]).json()["data"]["me"]["staffId"] == CLERK.id
    (token,) = held(own, of=CLERK.id)
    assert (token["kind"], token["kindLabel"], token["purpose"]) == ("TOKEN", "令牌", "叫号系统")
    log = [(one.envelope, one.event) for one in own.hall.store.load(f"staff-{CLERK.id}")]
    assert first["secret"] not in str(log)


def test_one_token_is_revoked_and_the_others_go_on(own: Api):
    one, other = issued(own), issued(own)
    latest, _ = held(own, of=CLERK.id)
    filled = {"staffId": CLERK.id, "credentialId": latest["id"]}
    assert own.act("revokeCredential", ADMIN, filled)["__typename"] == "StaffActDone"
    own.settle()
    assert asks(own, one).status_code == 200
    assert code_of(asks(own, other)) == "TOKEN_REVOKED"
    again = own.act("revokeCredential", ADMIN, filled)
    assert (again["code"], again["field"]) == ("CREDENTIAL_UNKNOWN", "credentialId")


def test_one_session_is_revoked_and_the_others_go_on(own: Api):
    one = with_password(own.client, own.hall, HANDLER.id)
    other = Browser(own.client)
    other.sign_in(HANDLER.id)
    own.clock.advance(minutes=1)
    id_ = other.get("/me").json()["session"]["id"]
    assert {row["kind"] for row in held(own, of=HANDLER.id)} == {"SESSION"}
    own.act("revokeCredential", ADMIN, {"staffId": HANDLER.id, "credentialId": id_})
    own.settle()
    assert code_of(other.ask(ME)) == "SESSION_ENDED"
    assert one.ask(ME).status_code == 200
    assert len(held(own, of=HANDLER.id)) == 1


def test_all_of_one_person_are_revoked_and_those_of_others_go_on(own: Api):
    mine = with_password(own.client, own.hall, HANDLER.id)
    others = with_password(own.client, own.hall, SUPERVISOR.id)
    token = issued(own, staffId=HANDLER.id)
    own.act("revokeCredentials", ADMIN, {"staffId": HANDLER.id})
    own.settle()
    assert code_of(mine.ask(ME)) == "SESSION_ENDED"
    assert code_of(asks(own, token)) == "TOKEN_REVOKED"
    assert others.ask(ME).status_code == 200
    assert held(own, of=HANDLER.id) == []
    assert Browser(own.client).sign_in(HANDLER.id).status_code == 200  # the password stays


def test_all_of_the_hall_are_revoked_the_own_one_too(own: Api):
    mine = with_password(own.client, own.hall, HANDLER.id)
    token, admins = issued(own), own.token(ADMIN)
    own.act("revokeHallCredentials", ADMIN, {"reason": "服务器失窃"})
    own.settle()
    assert code_of(mine.ask(ME)) == "SESSION_ENDED"
    assert code_of(asks(own, token)) == "TOKEN_REVOKED"
    assert code_of(asks(own, admins)) == "TOKEN_REVOKED"
    own.tokens.clear()
    assert [row["staffId"] for row in held(own)] == [ADMIN.id]
    assert Browser(own.client).sign_in(HANDLER.id).status_code == 200


def test_an_administrator_gives_out_an_initial_password_which_ends_what_was_issued(own: Api):
    mine = with_password(own.client, own.hall, HANDLER.id)
    told = own.act("issuePassword", ADMIN, {"staffId": HANDLER.id}, answer=SECRET)
    own.settle()
    assert code_of(mine.ask(ME)) == "SESSION_ENDED"
    assert Browser(own.client).change(HANDLER.id, told["secret"]).status_code == 200


def test_everybody_sees_and_ends_what_is_their_own_and_an_administrator_what_is_anybodys(own: Api):
    mine = with_password(own.client, own.hall, HANDLER.id)
    (session,) = (row for row in held(own, HANDLER, HANDLER.id) if row["kind"] == "SESSION")
    for of in (None, HANDLER.id):
        (error,) = own.errors(HELD, SUPERVISOR, of=of)
        assert error["extensions"]["code"] == "VIEW_FORBIDDEN"
    filled = {"staffId": HANDLER.id, "credentialId": session["id"]}
    assert own.act("revokeCredential", SUPERVISOR, filled)["code"] == "CREDENTIALS_OF_ANOTHER"
    assert mine.ask(ME).status_code == 200
    own.act("revokeCredential", HANDLER, filled)
    own.settle()
    assert code_of(mine.ask(ME)) == "SESSION_ENDED"


@pytest.mark.parametrize("act", ["issueToken", "issuePassword", "revokeHallCredentials"])
def test_nobody_but_an_administrator_gives_out_what_lets_others_be_known(own: Api, act: str):
    of_all = act == "revokeHallCredentials"
    filled = {"reason": "服务器失窃"} if of_all else {"staffId": HANDLER.id}
    assert own.act(act, HANDLER, filled)["code"] == "ROLE_MISSING"


def test_a_list_holds_what_holds_and_never_a_secret(own: Api):
    mine = with_password(own.client, own.hall, HANDLER.id)
    token = issued(own, hours=1)
    rows = held(own)
    assert {(row["kind"], row["staffId"]) for row in rows} >= {
        ("SESSION", HANDLER.id), ("TOKEN", CLERK.id),
    }  # fmt: skip
    assert token not in str(rows)
    assert str(mine.cookie) not in str(rows)
    own.clock.advance(hours=2)
    assert {(row["kind"], row["staffId"]) for row in held(own)} == {("TOKEN", ADMIN.id)}


def test_a_connection_by_cookie_ends_when_the_session_is_revoked(own: Api):
    mine = with_password(own.client, own.hall, HANDLER.id)
    page = {"host": "hall", "origin": "http://hall"}
    with own.client.socket(**page, **mine.header) as socket:
        socket.say(type="connection_init", payload={})
        assert socket.hear() == {"type": "connection_ack"}
        own.act("revokeCredentials", ADMIN, {"staffId": HANDLER.id})
        assert socket.hear(within=3) == {}
        assert socket.closed is not None
        assert socket.closed[1].startswith("SESSION_ENDED")


def test_a_connection_by_cookie_ends_when_the_person_signs_out(own: Api):
    mine = with_password(own.client, own.hall, HANDLER.id)
    header = mine.header
    with own.client.socket(host="hall", origin="http://hall", **header) as socket:
        socket.say(type="connection_init", payload={})
        assert socket.hear() == {"type": "connection_ack"}
        mine.post("/sign-out")
        assert socket.hear(within=3) == {}
        assert socket.closed is not None


@pytest.mark.parametrize(
    ("page", "closed"),
    [({"origin": "http://evil.example"}, (1008, "")), ({}, (4403, "ORIGIN_FORBIDDEN"))],
    ids=["of another page", "of no page"],
)
def test_a_cookie_opens_no_connection(own: Api, page: dict[str, str], closed: tuple[int, str]):
    mine = with_password(own.client, own.hall, HANDLER.id)
    with own.client.socket(host="hall", **page, **mine.header) as socket:
        socket.say(type="connection_init", payload={})
        assert socket.hear() == {}
        assert socket.closed is not None
        assert (socket.closed[0], socket.closed[1].partition(" ")[0]) == closed
