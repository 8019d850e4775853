"""Signing in by a provider over HTTP: the same session, and in each way wrong a page and nobody."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select

from bancheng.domain.office.credentials import RevokeCredentials
from bancheng.domain.office.staff import DismissStaff
from bancheng.infra.schema import used_step
from support import backends
from support.api_client import Api, served
from support.browser import code_of
from support.coming_in import ME, PUBLIC, Jar, nobody, refused
from support.given import ADMIN, HANDLER, SUPERVISOR
from support.providers import CAS_ANSWER, CLIENT, CasServer, OidcServer

pytestmark = backends.ONCE


@pytest.fixture
def own(backend: str, oidc: OidcServer, cas: CasServer) -> Iterator[Api]:
    settings = {
        "public_url": PUBLIC, "oidc_issuer": oidc.issuer, "oidc_client_id": CLIENT,
        "oidc_client_secret": "secret", "cas_url": cas.url,
    }  # fmt: skip
    with backends.fresh(backend) as url, served(url, **settings) as api:
        yield api


def test_who_comes_by_openid_connect_is_in_the_same_session_as_by_a_password(own: Api, oidc):
    jar = Jar(own)
    url = jar.goes("oidc")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert asked["redirect_uri"] == f"{PUBLIC}/sign-in/oidc/back"
    assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
    assert (asked["scope"], asked["code_challenge_method"]) == ("openid profile", "S256")
    answer = jar.comes_back(**oidc.agrees(url, HANDLER.id))
    assert (answer.status_code, "url=/console" in answer.text) == (200, True)
    told = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("bancheng="))
    assert all(part in told for part in ("HttpOnly", "SameSite=strict", "Path=/"))
    assert jar.browser.ask(ME).json() == {"data": {"me": {"staffId": HANDLER.id}}}
    assert len(own.hall.identity.held(HANDLER.id)) == 1
    own.carry_out(RevokeCredentials(staff_id=HANDLER.id), ADMIN)
    own.settle()
    assert code_of(jar.browser.ask(ME)) == "SESSION_ENDED"


def test_how_far_it_has_come_is_out_of_reach_of_scripts_and_lasts_ten_minutes(own: Api, oidc):
    answer = Jar(own).get(f"{PUBLIC}/sign-in/oidc")
    told = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=lax", "Path=/sign-in/oidc", "Max-Age=600"):
        assert part in told
    assert answer.status_code == 303
    nonce = parse_qs(urlsplit(answer.headers["location"]).query)["nonce"][0]
    assert nonce not in told


def test_a_sign_in_goes_on_once_in_the_browser_that_began_it(own: Api, oidc):
    jar, other = Jar(own), Jar(own)
    back = oidc.agrees(jar.goes("oidc"), HANDLER.id)
    refused(other.comes_back(**back), "SIGN_IN_STEP_LOST")
    other.goes("oidc")
    refused(other.comes_back(**back), "SIGN_IN_STEP_LOST")  # begun there too, but another one
    before = dict(jar.cookies)
    assert jar.comes_back(**back).status_code == 200
    jar.cookies = before
    refused(jar.comes_back(**back), "SIGN_IN_STEP_LOST")


def test_a_sign_in_is_lost_after_ten_minutes_or_with_another_state(own: Api, oidc):
    jar = Jar(own)
    back = oidc.agrees(jar.goes("oidc"), HANDLER.id)
    refused(jar.comes_back(code=back["code"], state="另一个"), "SIGN_IN_STEP_LOST")
    jar.goes("oidc")
    refused(jar.comes_back(code=back["code"]), "SIGN_IN_STEP_LOST")
    back = oidc.agrees(jar.goes("oidc"), HANDLER.id)
    own.clock.advance(minutes=10, seconds=1)
    refused(jar.comes_back(**back), "SIGN_IN_STEP_LOST")
    nobody(own)


def test_a_code_is_of_one_sign_in_and_good_once(own: Api, oidc):
    jar, other = Jar(own), Jar(own)
    stolen = oidc.agrees(jar.goes("oidc"), HANDLER.id)["code"]
    state = parse_qs(urlsplit(other.goes("oidc")).query)["state"][0]
    refused(other.comes_back(code=stolen, state=state), "OIDC_CODE_REFUSED")
    state = parse_qs(urlsplit(other.goes("oidc")).query)["state"][0]
    refused(other.comes_back(code=stolen, state=state), "OIDC_CODE_REFUSED")
    nobody(own)


HOUR = 3600


@pytest.mark.parametrize(
    "says",
    [
        {"aud": "another-client"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://another.example"},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"exp": lambda: int(time.time()) - HOUR},
        {"iat": lambda: int(time.time()) + HOUR},
        {"exp": None},
    ],
    ids=(
        "for another", "by another", "from another", "another nonce", "no nonce", "over",
        "not yet", "no end",
    ),
)  # fmt: skip
def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(own: Api, oidc, says):
    oidc.says = {name: one() if callable(one) else one for name, one in says.items()}
    jar = Jar(own)
    refused(jar.comes_back(**oidc.agrees(jar.goes("oidc"), HANDLER.id)), "OIDC_TOKEN_INVALID")
    nobody(own)


def test_a_clock_that_is_a_minute_off_keeps_nobody_out(own: Api, oidc):
    oidc.says = {"iat": int(time.time()) + 60, "exp": int(time.time()) - 60}
    jar = Jar(own)
    assert jar.comes_back(**oidc.agrees(jar.goes("oidc"), HANDLER.id)).status_code == 200


def test_a_token_that_somebody_else_signed_lets_nobody_in(own: Api, oidc):
    oidc.signs_with = RSAKey.generate_key(2048, parameters={"kid": "k1"})
    jar = Jar(own)
    refused(jar.comes_back(**oidc.agrees(jar.goes("oidc"), HANDLER.id)), "OIDC_TOKEN_INVALID")


def test_a_key_that_the_provider_changed_is_asked_for(own: Api, oidc):
    jar = Jar(own)
    assert jar.comes_back(**oidc.agrees(jar.goes("oidc"), HANDLER.id)).status_code == 200
    oidc.key = oidc.signs_with = RSAKey.generate_key(2048, parameters={"kid": "k2"})
    assert jar.comes_back(**oidc.agrees(jar.goes("oidc"), HANDLER.id)).status_code == 200


def test_who_denies_or_is_denied_is_told_so(own: Api, oidc):
    jar = Jar(own)
    state = parse_qs(urlsplit(jar.goes("oidc")).query)["state"][0]
    answer = jar.comes_back(error="access_denied", error_description="<b>no</b>", state=state)
    refused(answer, "OIDC_DENIED")
    assert "<b>" not in answer.text


def test_a_provider_that_is_away_is_a_page_that_says_so_until_it_is_back(own: Api, oidc):
    jar = Jar(own)
    oidc.is_broken = True
    refused(jar.get(f"{PUBLIC}/sign-in/oidc"), "PROVIDER_UNREACHABLE")
    oidc.is_broken = False
    back = oidc.agrees(jar.goes("oidc"), HANDLER.id)
    oidc.is_broken = True
    refused(jar.comes_back(**back), "PROVIDER_UNREACHABLE")
    oidc.is_broken = False
    assert jar.comes_back(**oidc.agrees(jar.goes("oidc"), HANDLER.id)).status_code == 200


def test_a_provider_that_calls_itself_otherwise_is_not_believed(own: Api, oidc):
    oidc.calls_itself = "https://another.example"
    refused(Jar(own).get(f"{PUBLIC}/sign-in/oidc"), "OIDC_ISSUER_WRONG")
    oidc.calls_itself = oidc.issuer
    assert Jar(own).goes("oidc").startswith(oidc.issuer)


@pytest.mark.parametrize("staff_id", ["stranger", "x" * 100, "<script>"])
def test_who_is_not_of_the_hall_is_told_so_and_gets_no_session(own: Api, oidc, staff_id):
    jar = Jar(own)
    answer = jar.comes_back(**oidc.agrees(jar.goes("oidc"), staff_id))
    refused(answer, "STAFF_NOT_OF_THIS_HALL")
    assert "<script>" not in answer.text
    nobody(own)


def test_who_was_dismissed_is_not_of_the_hall_any_more(own: Api, oidc):
    own.carry_out(DismissStaff(staff_id=SUPERVISOR.id), ADMIN)
    own.settle()
    jar = Jar(own)
    refused(
        jar.comes_back(**oidc.agrees(jar.goes("oidc"), SUPERVISOR.id)), "STAFF_NOT_OF_THIS_HALL"
    )


@pytest.mark.parametrize("told", [None, 7, ["a"], ""])
def test_a_staff_id_that_is_not_told_is_nobodys(own: Api, oidc, told: Any):
    oidc.says = {"preferred_username": told}
    jar = Jar(own)
    refused(jar.comes_back(**oidc.agrees(jar.goes("oidc"), HANDLER.id)), "STAFF_ID_NOT_TOLD")


def test_who_leaves_is_sent_to_where_the_provider_ends_its_session(own: Api, oidc):
    jar = Jar(own)
    jar.comes_back(**oidc.agrees(jar.goes("oidc"), HANDLER.id))
    answer = jar.browser.post("/sign-out")
    onward = httpx.URL(answer.json()["next"])
    assert str(onward).startswith(f"{oidc.issuer}/leave?")
    assert onward.params["client_id"] == CLIENT
    assert onward.params["post_logout_redirect_uri"] == f"{PUBLIC}/console"
    assert code_of(jar.browser.ask(ME)) == "SESSION_ENDED"


def test_each_way_in_is_listed_and_no_other_is_there(own: Api):
    ways = own.client.get("/sign-in").json()
    assert [one["path"] for one in ways] == ["/console", "/sign-in/oidc", "/sign-in/cas"]
    assert own.client.get("/sign-in/saml").status_code == 404


def test_whoever_begins_a_thousand_sign_ins_fills_no_table(own: Api, oidc):
    for _ in range(20):
        Jar(own).goes("oidc")
    with own.hall.database.connect() as connection:
        assert connection.execute(select(used_step)).all() == []


def test_who_comes_by_a_ticket_is_in_the_same_session(own: Api, cas):
    jar = Jar(own)
    url = jar.goes("cas")
    assert url.startswith(f"{cas.url}/login?service=")
    assert jar.get(cas.agrees(url, HANDLER.id)).status_code == 200
    assert jar.browser.ask(ME).json() == {"data": {"me": {"staffId": HANDLER.id}}}
    assert jar.browser.post("/sign-out").json()["next"].startswith(f"{cas.url}/logout?service=")


def test_a_ticket_is_good_once_and_for_the_sign_in_that_it_was_issued_for(own: Api, cas):
    jar, other = Jar(own), Jar(own)
    back = cas.agrees(jar.goes("cas"), HANDLER.id)
    (ticket,) = parse_qs(urlsplit(back).query)["ticket"]
    (service,) = parse_qs(urlsplit(other.goes("cas")).query)["service"]
    refused(other.get(f"{service}&ticket={ticket}"), "CAS_TICKET_REFUSED")
    refused(jar.get(back), "CAS_TICKET_REFUSED")  # it was shown, if in vain
    back = cas.agrees(jar.goes("cas"), HANDLER.id)
    before = dict(jar.cookies)
    assert jar.get(back).status_code == 200
    jar.cookies = before
    refused(jar.get(back), "SIGN_IN_STEP_LOST")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("", "PROVIDER_UNREACHABLE"),
        ("<html>busy</html>", "PROVIDER_UNREACHABLE"),
        ("<!DOCTYPE x [<!ENTITY e 'h1'>]><x>&e;</x>", "PROVIDER_UNREACHABLE"),
        ("<x>" + " " * 200_000 + "</x>", "PROVIDER_UNREACHABLE"),
        ("<serviceResponse/>", "PROVIDER_UNREACHABLE"),
        (CAS_ANSWER.format("<cas:authenticationSuccess/>"), "STAFF_ID_NOT_TOLD"),
    ],
)
def test_what_is_no_answer_of_the_protocol_lets_nobody_in(own: Api, cas, answer, code):
    cas.answers = answer
    jar = Jar(own)
    refused(jar.get(cas.agrees(jar.goes("cas"), HANDLER.id)), code)
    nobody(own)


def test_a_ticket_without_a_sign_in_that_was_begun_here_is_nobodys(own: Api, cas):
    service = f"{PUBLIC}/sign-in/cas/back?state=x"
    cas.tickets["ST-9"] = service, HANDLER.id
    refused(Jar(own).get(f"{service}&ticket=ST-9"), "SIGN_IN_STEP_LOST")
    assert "ST-9" in cas.tickets


def test_an_attribute_tells_the_staff_id_if_the_configuration_says_so(backend: str, cas):
    settings = {"public_url": PUBLIC, "cas_url": cas.url, "cas_staff_attribute": "gh"}
    with backends.fresh(backend) as url, served(url, **settings) as api:
        cas.attributes = f"<cas:gh>{HANDLER.id}</cas:gh><cas:user>{SUPERVISOR.id}</cas:user>"
        jar = Jar(api)
        assert jar.get(cas.agrees(jar.goes("cas"), "zhangsan")).status_code == 200
        assert jar.browser.ask(ME).json() == {"data": {"me": {"staffId": HANDLER.id}}}
        cas.attributes = "<cas:gh>a</cas:gh><cas:gh>b</cas:gh>"
        refused(jar.get(cas.agrees(jar.goes("cas"), "zhangsan")), "STAFF_ID_NOT_TOLD")


def test_a_crowd_at_a_slow_provider_is_told_to_come_again(backend: str, cas, monkeypatch):
    monkeypatch.setattr("bancheng.web.outer_desk.ASKING_MAX", 0)
    settings = {"public_url": PUBLIC, "cas_url": cas.url}
    with backends.fresh(backend) as url, served(url, **settings) as api:
        answer = Jar(api).get(f"{PUBLIC}/sign-in/cas")
    assert (answer.status_code, "PROVIDER_BUSY" in answer.text) == (503, True)
