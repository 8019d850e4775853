"""Signing in over HTTP: a password becomes a session, and nothing else does."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bancheng.domain.office.credential_events import PasswordChanged, SignInSlowed
from bancheng.domain.office.staff import DismissStaff, RegisterStaff
from bancheng.domain.people import Role
from bancheng.infra.sign_in_attempts import FREE, LONGEST_PAUSE
from bancheng.log_lines import LogLine
from support import backends
from support.api_client import Api, served
from support.browser import PASSWORD, Browser, code_of, initial_password, with_password
from support.given import ADMIN, CLERK, HANDLER, SUPERVISOR

pytestmark = backends.ONCE
ME = "{ me { staffId } }"
CHEAP = {"password_memory_kib": 8, "password_passes": 1}


@pytest.fixture
def own(backend: str) -> Iterator[Api]:
    with backends.fresh(backend) as url, served(url, **CHEAP) as api:
        yield api


def signed_in(api: Api, staff_id: str = HANDLER.id) -> Browser:
    return with_password(api.client, api.hall, staff_id)


def test_a_password_becomes_a_session_that_asks_for_data(own: Api):
    signed_in(own)
    browser = Browser(own.client)
    answer = browser.sign_in(HANDLER.id)
    assert (answer.status_code, answer.json()["staffId"]) == (200, HANDLER.id)
    assert browser.ask(ME).json() == {"data": {"me": {"staffId": HANDLER.id}}}
    assert browser.get("/me").json()["roles"] == ["handler"]


def test_an_initial_password_only_serves_to_choose_another_one(own: Api):
    initial = initial_password(own.hall, HANDLER.id)
    browser = Browser(own.client)
    refused = browser.sign_in(HANDLER.id, initial)
    assert (refused.status_code, code_of(refused)) == (403, "PASSWORD_MUST_CHANGE")
    assert browser.cookie is None
    assert browser.change(HANDLER.id, initial.lower()).status_code == 200
    own.settle()
    assert browser.ask(ME).status_code == 200
    assert code_of(Browser(own.client).sign_in(HANDLER.id, initial)) == "SIGN_IN_FAILED"
    (changed,) = [
        one for one in own.hall.store.load(f"staff-{HANDLER.id}")
        if isinstance(one.event, PasswordChanged)
    ]  # fmt: skip
    assert changed.envelope.actor.id == HANDLER.id


def test_an_initial_password_ends_with_its_time(own: Api):
    initial = initial_password(own.hall, HANDLER.id)
    own.clock.advance(hours=72)
    assert code_of(Browser(own.client).change(HANDLER.id, initial)) == "PASSWORD_EXPIRED"


@pytest.mark.parametrize(
    "weak",
    ["Short-1", "onlysmallletters", "aA1-aA1-aA1-", PASSWORD, "Ab1-" * 60],
    ids=["short", "one kind", "few signs", "the same", "long"],
)
def test_a_weak_password_is_refused_and_nothing_has_changed(own: Api, weak: str):
    signed_in(own)
    verified = own.hall.passwords.passwords.verified
    refused = Browser(own.client).change(HANDLER.id, PASSWORD, weak)
    if len(weak) > 200:
        assert (refused.status_code, code_of(refused)) == (400, "REQUEST_INVALID")
    else:
        assert (refused.status_code, code_of(refused)) == (422, "PASSWORD_WEAK")
        assert refused.json()["errors"][0]["extensions"]["field"] == "newPassword"
    assert own.hall.passwords.passwords.verified == verified
    assert Browser(own.client).sign_in(HANDLER.id).status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_pages(own: Api):
    browser = signed_in(own)
    told = browser.set_cookie
    assert told.startswith("bancheng=")
    for part in ("HttpOnly", "SameSite=strict", "Path=/"):
        assert part in told
    assert "Secure" not in told
    assert "Domain" not in told


def test_behind_tls_the_cookie_is_of_this_host_alone_and_never_sent_in_the_open(own: Api):
    initial = initial_password(own.hall, HANDLER.id)
    browser = Browser(own.client)
    browser.page["Origin"] = "https://hall"
    assert browser.change(HANDLER.id, initial).status_code == 200
    assert browser.set_cookie.startswith("__Host-bancheng=")
    assert "Secure" in browser.set_cookie
    own.settle()
    assert browser.ask(ME).status_code == 200
    refused = browser.post("/graphql", {"query": ME}, Origin="http://hall")
    assert code_of(refused) == "ORIGIN_FORBIDDEN"


def test_where_the_proxy_changes_the_host_the_public_address_is_the_own_one(backend: str):
    public = {"public_url": "https://hall.example"}
    with backends.fresh(backend) as url, served(url, **CHEAP, **public) as api:
        initial = initial_password(api.hall, HANDLER.id)
        browser = Browser(api.client)
        assert code_of(browser.change(HANDLER.id, initial)) == "ORIGIN_FORBIDDEN"
        body = {"staffId": HANDLER.id, "password": initial, "newPassword": PASSWORD}
        sent = {"X-Requested-With": "x", "Origin": "https://hall.example"}
        answer = api.client.post("/password", json=body, headers=sent)
        assert answer.status_code == 200
        assert answer.headers["set-cookie"].startswith("__Host-bancheng=")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://hall:81"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"X-Requested-With": ""},
    ],
    ids=lambda headers: "/".join(*headers.items()),
)
def test_a_request_that_another_page_made_the_browser_send_is_refused(own: Api, headers):
    browser = signed_in(own)
    for path, body in (
        ("/graphql", {"query": ME}),
        ("/sign-in", {"staffId": HANDLER.id, "password": PASSWORD}),
        ("/password", {"staffId": HANDLER.id, "password": PASSWORD, "newPassword": "X" * 20}),
        ("/sign-out", None),
    ):
        refused = browser.post(path, body, **headers)
        assert refused.status_code in (401, 403)
        assert code_of(refused) == "ORIGIN_FORBIDDEN"
    assert browser.ask(ME).status_code == 200


def test_what_a_proxy_asks_for_does_not_let_a_cookie_count(own: Api):
    browser = signed_in(own)
    basic = {"Authorization": "Basic eDp5"}
    assert browser.post("/graphql", {"query": ME}, **basic).status_code == 200
    refused = browser.post("/graphql", {"query": ME}, Origin="http://evil.example", **basic)
    assert code_of(refused) == "ORIGIN_FORBIDDEN"


def test_a_token_needs_no_page(own: Api):
    headers = {"Authorization": f"Bearer {own.token(HANDLER)}", "Origin": "http://evil.example"}
    answer = own.client.post("/graphql", json={"query": ME}, headers=headers)
    assert answer.json() == {"data": {"me": {"staffId": HANDLER.id}}}


def test_a_session_that_somebody_planted_ends_at_the_sign_in(own: Api):
    planted = signed_in(own, SUPERVISOR.id)
    signed_in(own)
    browser = Browser(own.client, cookie=planted.cookie)
    assert browser.sign_in(HANDLER.id).status_code == 200
    assert browser.cookie not in (None, planted.cookie)
    assert code_of(planted.ask(ME)) == "SESSION_ENDED"


def test_what_the_client_proposes_is_never_a_session(own: Api):
    signed_in(own)
    browser = Browser(own.client, cookie="chosen-by-somebody-else")
    browser.sign_in(HANDLER.id)
    assert browser.cookie != "chosen-by-somebody-else"
    proposed = Browser(own.client, cookie="chosen-by-somebody-else")
    assert code_of(proposed.ask(ME)) == "SESSION_ENDED"


def test_signing_out_ends_the_session_and_its_row(own: Api):
    browser = signed_in(own)
    copied = Browser(own.client, cookie=browser.cookie)
    assert own.hall.identity.sessions_of(HANDLER.id)
    assert browser.post("/sign-out").status_code == 204
    assert browser.cookie is None
    assert "Max-Age=0" in browser.set_cookie
    assert code_of(copied.ask(ME)) == "SESSION_ENDED"
    assert not own.hall.identity.sessions_of(HANDLER.id)


def test_a_session_that_nobody_uses_ends(own: Api):
    browser = signed_in(own)
    for _ in range(3):
        own.clock.advance(minutes=29)
        assert browser.ask(ME).status_code == 200
    own.clock.advance(minutes=31)
    assert code_of(browser.ask(ME)) == "SESSION_ENDED"


def test_a_session_ends_after_nine_hours_however_it_is_used(own: Api):
    browser = signed_in(own)
    for _ in range(26):
        own.clock.advance(minutes=20)
        assert browser.ask(ME).status_code == 200
    own.clock.advance(minutes=20)
    assert code_of(browser.ask(ME)) == "SESSION_ENDED"


def test_a_new_password_ends_every_session_and_token_but_its_own(own: Api):
    before, token = signed_in(own), own.token(HANDLER)
    here = Browser(own.client)
    assert here.change(HANDLER.id, PASSWORD, "Qiufeng-2027").status_code == 200
    assert here.ask(ME).status_code == 200  # also before the ledgers have heard of it
    own.settle()
    assert here.ask(ME).status_code == 200
    assert code_of(before.ask(ME)) == "SESSION_ENDED"
    headers = {"Authorization": f"Bearer {token}"}
    answer = own.client.post("/graphql", json={"query": ME}, headers=headers)
    assert code_of(answer) == "TOKEN_REVOKED"


@pytest.mark.parametrize("roles", [(Role.SUPERVISOR,), (Role.HANDLER, Role.SUPERVISOR)])
def test_another_role_ends_what_was_issued_and_another_post_does_not(own: Api, roles):
    browser = signed_in(own)
    fields = {"staff_id": HANDLER.id, "name": HANDLER.name, "unit": "HALL"}
    own.carry_out(RegisterStaff(**fields, post="新岗位", roles=HANDLER.roles), ADMIN)
    own.settle()
    assert browser.ask(ME).status_code == 200
    own.carry_out(RegisterStaff(**fields, post="新岗位", roles=roles), ADMIN)
    own.settle()
    assert code_of(browser.ask(ME)) == "SESSION_ENDED"
    assert Browser(own.client).sign_in(HANDLER.id).status_code == 200


def test_whoever_comes_back_after_a_dismissal_has_neither_session_nor_password(own: Api):
    browser = signed_in(own)
    own.carry_out(DismissStaff(staff_id=HANDLER.id), ADMIN)
    own.settle()
    assert code_of(browser.ask(ME)) == "SESSION_ENDED"
    assert code_of(Browser(own.client).sign_in(HANDLER.id)) == "SIGN_IN_FAILED"
    again = RegisterStaff(
        staff_id=HANDLER.id, name=HANDLER.name, post=HANDLER.post, unit="HALL", roles=HANDLER.roles
    )
    own.carry_out(again, ADMIN)
    own.settle()
    assert code_of(browser.ask(ME)) == "SESSION_ENDED"
    assert code_of(Browser(own.client).sign_in(HANDLER.id)) == "SIGN_IN_FAILED"


def test_who_has_no_account_is_answered_as_who_has_another_password(own: Api):
    signed_in(own)
    passwords = own.hall.passwords.passwords
    answers = []
    for account in (HANDLER.id, CLERK.id, "nobody"):
        before = passwords.verified
        tries = [Browser(own.client).sign_in(account, "Wrong-2026") for _ in range(FREE + 1)]
        answers.append([(one.status_code, one.json(), dict(one.headers) | {"x-request-id": ""})
                        for one in tries])  # fmt: skip
        assert passwords.verified - before == FREE
    assert answers[0] == answers[1] == answers[2]
    assert [status for status, _, _ in answers[0]] == [401] * FREE + [429]


def test_wrong_passwords_slow_one_account_and_no_other(own: Api):
    signed_in(own)
    signed_in(own, SUPERVISOR.id)
    passwords = own.hall.passwords.passwords
    before, attacker = passwords.verified, Browser(own.client)
    for n in range(50):  # ten thousand of them: tests/contract/test_password_sign_in.py
        assert attacker.sign_in(HANDLER.id, f"Wrong-{n}").status_code in (401, 429)
    assert passwords.verified - before == FREE
    assert Browser(own.client).sign_in(SUPERVISOR.id).status_code == 200
    refused = Browser(own.client).sign_in(HANDLER.id)
    assert (refused.status_code, code_of(refused)) == (429, "SIGN_IN_SLOWED")
    own.clock.advance(seconds=int(refused.headers["retry-after"]))
    assert Browser(own.client).sign_in(HANDLER.id).status_code == 200
    assert Browser(own.client).sign_in(HANDLER.id, "Wrong-2026").status_code == 401


def test_the_pauses_grow_and_are_no_longer_than_a_quarter_of_an_hour(own: Api):
    signed_in(own)
    pauses = []
    for _ in range(FREE + 12):
        if pauses:
            own.clock.advance(seconds=pauses[-1])
        Browser(own.client).sign_in(HANDLER.id, "Wrong-2026")
        refused = Browser(own.client).sign_in(HANDLER.id, "Wrong-2026")
        if refused.status_code == 429:
            pauses.append(int(refused.headers["retry-after"]))
    assert pauses == sorted(pauses)
    assert timedelta(seconds=pauses[-1]) == LONGEST_PAUSE


def test_that_an_account_was_slowed_stands_in_its_trail_once(own: Api):
    signed_in(own)
    for _ in range(FREE + 3):
        Browser(own.client).sign_in(HANDLER.id, "Wrong-2026")
    own.clock.advance(LONGEST_PAUSE)
    Browser(own.client).sign_in(HANDLER.id, "Wrong-2026")
    history = own.hall.store.load(f"staff-{HANDLER.id}")
    (slowed,) = [one for one in history if isinstance(one.event, SignInSlowed)]
    assert (slowed.event.failures, slowed.envelope.actor.roles) == (FREE, (Role.SYSTEM,))


def test_each_try_is_a_line_of_the_log_and_no_secret_is_in_any(own: Api):
    with capture_logs() as logged:
        initial = initial_password(own.hall, HANDLER.id)
        browser = Browser(own.client)
        browser.change(HANDLER.id, initial)
        own.settle()
        browser.sign_in(HANDLER.id, "Wrong-2026")
        browser.sign_in("My-Secret-2026", "h1")  # typed into the wrong field
        browser.sign_in(HANDLER.id)
        cookie = browser.cookie
        browser.post("/sign-out")
    lines = [line for line in logged if line["event"] in
             (LogLine.SIGNED_IN, LogLine.SIGN_IN_FAILED, LogLine.SIGNED_OUT,
              LogLine.PASSWORD_CHANGED)]  # fmt: skip
    assert [(line["event"], line["account"]) for line in lines] == [
        (LogLine.PASSWORD_CHANGED, HANDLER.id),
        (LogLine.SIGN_IN_FAILED, HANDLER.id),
        (LogLine.SIGN_IN_FAILED, None),
        (LogLine.SIGNED_IN, HANDLER.id),
        (LogLine.SIGNED_OUT, HANDLER.id),
    ]
    assert all(line["address"] for line in lines)
    said = json.dumps(logged, default=str)
    assert cookie is not None
    for secret in (initial, PASSWORD, "Wrong-2026", "My-Secret-2026", cookie):
        assert secret not in said


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"staffId=h1", {"Content-Type": "application/x-www-form-urlencoded"}),
        (b'{"staffId": "h1", "password": "x"}', {"Content-Type": "text/plain"}),
        (b'{"staffId": "h1"}', {}),
        (b'{"staffId": "h1", "password": 1}', {}),
        (b'{"staffId": "h 1", "password": "x"}', {}),
        (b"[" * 5000, {}),
        (b'{"staffId": "h1", "password": "\xff"}', {}),
        (b'{"staffId": "h1", "password": "x", "admin": true}', {}),
    ],
)
def test_what_is_no_sign_in_is_refused_before_anything_is_verified(own: Api, body, headers):
    sent = {"X-Requested-With": "x", "Content-Type": "application/json", **headers}
    answer = own.client.post("/sign-in", content=body, headers=sent)
    assert (answer.status_code, code_of(answer)) == (400, "REQUEST_INVALID")
    assert own.hall.passwords.passwords.verified == 0


def test_without_a_session_nobody_is_anybody(own: Api):
    answer = Browser(own.client).get("/me")
    assert (answer.status_code, code_of(answer)) == (401, "TOKEN_MISSING")
    answer = Browser(own.client, cookie="x" * 5000).get("/me")
    assert (answer.status_code, code_of(answer)) == (401, "SESSION_ENDED")
