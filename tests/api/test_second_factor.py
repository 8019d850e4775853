"""动态口令 over HTTP: a password and a code of one's device become a session, and neither alone."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from structlog.testing import capture_logs

from bancheng.domain.office.credential_events import SecondFactorEnrolled, SignInSlowed
from bancheng.domain.office.credentials import IssuePassword
from bancheng.domain.office.second_factor import RemoveSecondFactor
from bancheng.infra.second_factor import PERIOD_SECONDS
from bancheng.infra.sign_in_attempts import FREE
from support import backends
from support.api_client import Api, served
from support.browser import (
    PASSWORD,
    Browser,
    code_of,
    initial_password,
    secret_in,
    with_password,
)
from support.devices import code_at
from support.given import ADMIN, HANDLER, SUPERVISOR

pytestmark = backends.ONCE
ME = "{ me { staffId } }"
CHEAP = {"password_memory_kib": 8, "password_passes": 1}
REQUIRED = """
extends = "default"
version = "2"
basis = "测试"
second_factor = "required"
second_factor_roles = ["supervisor"]
"""


@pytest.fixture
def own(backend: str) -> Iterator[Api]:
    with backends.fresh(backend) as url, served(url, **CHEAP) as api:
        yield api


@pytest.fixture
def strict(backend: str, tmp_path: Path) -> Iterator[Api]:
    """A hall where supervisors must have a device."""
    book = tmp_path / "strict.toml"
    book.write_text(REQUIRED, encoding="utf-8")
    with backends.fresh(backend) as url, served(url, **CHEAP, rulebook=str(book)) as api:
        yield api


def code(api: Api, secret: str, periods: int = 0) -> str:
    """What the device shows, so many periods from now."""
    return code_at(secret, api.clock.now() + periods * timedelta(seconds=PERIOD_SECONDS))


def enrolled(api: Api, staff_id: str = HANDLER.id) -> tuple[Browser, str]:
    """A browser that is signed in with a device, and what the device is made of."""
    with_password(api.client, api.hall, staff_id)
    browser = Browser(api.client)
    told = browser.enrol(staff_id).json()
    secret = secret_in(told["uri"])
    assert browser.confirm(told["step"], code(api, secret)).status_code == 200
    api.settle()
    api.clock.advance(seconds=PERIOD_SECONDS)
    return browser, secret


def test_who_has_a_device_comes_in_with_password_and_code_and_with_neither_alone(own: Api):
    here, secret = enrolled(own)
    assert here.ask(ME).json() == {"data": {"me": {"staffId": HANDLER.id}}}
    without = Browser(own.client)
    refused = without.sign_in(HANDLER.id)
    assert (refused.status_code, code_of(refused)) == (403, "SECOND_FACTOR_NEEDED")
    assert without.cookie is None
    wrong = without.sign_in(HANDLER.id, "Wrong-2026", code(own, secret))
    assert (wrong.status_code, code_of(wrong)) == (401, "SIGN_IN_FAILED")
    assert without.sign_in(HANDLER.id, code=code(own, secret)).status_code == 200
    assert without.ask(ME).status_code == 200


def test_the_device_is_told_once_and_stands_in_no_event_and_no_line_of_the_log(own: Api):
    with capture_logs() as logged:
        _, secret = enrolled(own)
    with_uri = Browser(own.client).enrol(HANDLER.id, code=code(own, secret)).json()["uri"]
    assert secret not in with_uri  # who asks again is told another one
    assert unquote(with_uri).startswith(f"otpauth://totp/政务服务大厅:{HANDLER.id}?")
    history = own.hall.store.load(f"staff-{HANDLER.id}")
    (event,) = [one for one in history if isinstance(one.event, SecondFactorEnrolled)]
    assert event.envelope.actor.id == HANDLER.id
    assert secret not in str(history)
    assert secret not in json.dumps(logged, default=str)


@pytest.mark.parametrize("periods", [-1, 0, 1])
def test_a_code_counts_one_period_early_and_late(own: Api, periods: int):
    _, secret = enrolled(own)
    own.clock.advance(seconds=PERIOD_SECONDS)
    shown = code(own, secret, periods)
    assert Browser(own.client).sign_in(HANDLER.id, code=shown).status_code == 200


@pytest.mark.parametrize(
    "shown", [-2, 2, "000000", "12345", "abcdef", "１２３４５６", "一二三四五六"]
)
def test_no_other_code_counts(own: Api, shown: int | str):
    _, secret = enrolled(own)
    own.clock.advance(seconds=PERIOD_SECONDS)
    typed = code(own, secret, shown) if isinstance(shown, int) else shown
    refused = Browser(own.client).sign_in(HANDLER.id, code=typed)
    assert (refused.status_code, code_of(refused)) == (401, "SECOND_FACTOR_WRONG")


def test_a_code_counts_however_it_is_typed(own: Api):
    _, secret = enrolled(own)
    wide = code(own, secret).translate({ord("0") + n: ord("\uff10") + n for n in range(10)})
    assert Browser(own.client).sign_in(HANDLER.id, code=f"{wide[:3]} {wide[3:]}").status_code == 200


def test_a_code_counts_once_and_none_of_before_it(own: Api):
    _, secret = enrolled(own)
    own.clock.advance(seconds=PERIOD_SECONDS)
    earlier, shown = code(own, secret, -1), code(own, secret)
    assert Browser(own.client).sign_in(HANDLER.id, code=shown).status_code == 200
    for again in (shown, earlier):
        assert code_of(Browser(own.client).sign_in(HANDLER.id, code=again)) == "SECOND_FACTOR_WRONG"
    later = code(own, secret, 1)
    assert Browser(own.client).sign_in(HANDLER.id, code=later).status_code == 200


def test_the_first_code_counts_for_the_enrolment_and_for_no_sign_in(own: Api):
    _, secret = enrolled(own)
    first = code(own, secret, -1)
    assert code_of(Browser(own.client).sign_in(HANDLER.id, code=first)) == "SECOND_FACTOR_WRONG"


def test_wrong_codes_are_counted_as_wrong_passwords_are(own: Api):
    _, secret = enrolled(own)
    tries = [Browser(own.client).sign_in(HANDLER.id, code="000000") for _ in range(FREE + 1)]
    assert [one.status_code for one in tries] == [401] * FREE + [429]
    slowed = Browser(own.client).sign_in(HANDLER.id, code=code(own, secret))
    assert code_of(slowed) == "SIGN_IN_SLOWED"
    history = own.hall.store.load(f"staff-{HANDLER.id}")
    assert len([one for one in history if isinstance(one.event, SignInSlowed)]) == 1


def test_wrong_first_codes_are_counted_too_and_the_right_one_still_counts(own: Api):
    with_password(own.client, own.hall, HANDLER.id)
    browser = Browser(own.client)
    told = browser.enrol(HANDLER.id).json()
    tries = [browser.confirm(told["step"], "000000") for _ in range(FREE)]
    assert {code_of(one) for one in tries[:-1]} == {"SECOND_FACTOR_WRONG"}
    assert code_of(tries[-1]) == "SIGN_IN_SLOWED"
    own.clock.advance(seconds=4)
    right = code(own, secret_in(told["uri"]))
    assert browser.confirm(told["step"], right).status_code == 200


def test_an_enrolment_lasts_ten_minutes_and_is_done_once(own: Api):
    with_password(own.client, own.hall, HANDLER.id)
    browser = Browser(own.client)
    told = browser.enrol(HANDLER.id).json()
    secret = secret_in(told["uri"])
    own.clock.advance(minutes=10, seconds=1)
    late = browser.confirm(told["step"], code(own, secret))
    assert (late.status_code, code_of(late)) == (422, "ENROLMENT_OVER")
    told = browser.enrol(HANDLER.id).json()
    secret = secret_in(told["uri"])
    assert browser.confirm(told["step"], code(own, secret)).status_code == 200
    assert code_of(browser.confirm(told["step"], code(own, secret, 1))) == "ENROLMENT_OVER"
    assert code_of(browser.confirm("made-up", code(own, secret, 1))) == "ENROLMENT_OVER"


def test_what_ended_the_password_ends_an_enrolment_that_it_began(own: Api):
    with_password(own.client, own.hall, HANDLER.id)
    browser = Browser(own.client)
    told = browser.enrol(HANDLER.id).json()
    own.carry_out(IssuePassword(staff_id=HANDLER.id), ADMIN)
    own.settle()
    late = browser.confirm(told["step"], code(own, secret_in(told["uri"])))
    assert code_of(late) == "ENROLMENT_OVER"


def test_a_device_is_enrolled_with_a_password_of_ones_own_and_replaced_with_a_code(own: Api):
    initial = initial_password(own.hall, SUPERVISOR.id)
    assert code_of(Browser(own.client).enrol(SUPERVISOR.id, initial)) == "PASSWORD_MUST_CHANGE"
    _, secret = enrolled(own)
    browser = Browser(own.client)
    assert code_of(browser.enrol(HANDLER.id, "Wrong-2026")) == "SIGN_IN_FAILED"
    assert code_of(browser.enrol(HANDLER.id)) == "SECOND_FACTOR_NEEDED"
    told = browser.enrol(HANDLER.id, code=code(own, secret)).json()
    another = secret_in(told["uri"])
    assert browser.confirm(told["step"], code(own, another)).status_code == 200
    own.settle()
    own.clock.advance(seconds=PERIOD_SECONDS)
    old = Browser(own.client).sign_in(HANDLER.id, code=code(own, secret))
    assert code_of(old) == "SECOND_FACTOR_WRONG"
    new = Browser(own.client).sign_in(HANDLER.id, code=code(own, another))
    assert new.status_code == 200


def test_what_was_let_in_by_less_ends_when_a_device_counts(own: Api):
    before, token = with_password(own.client, own.hall, HANDLER.id), own.token(HANDLER)
    enrolled(own)
    assert code_of(before.ask(ME)) == "SESSION_ENDED"
    headers = {"Authorization": f"Bearer {token}"}
    answer = own.client.post("/graphql", json={"query": ME}, headers=headers)
    assert code_of(answer) == "TOKEN_REVOKED"


def test_an_administrator_takes_a_lost_device_off_and_every_session_ends(own: Api):
    browser, _ = enrolled(own)
    own.carry_out(RemoveSecondFactor(staff_id=HANDLER.id), ADMIN)
    own.settle()
    assert code_of(browser.ask(ME)) == "SESSION_ENDED"
    assert Browser(own.client).sign_in(HANDLER.id).status_code == 200


def test_another_password_takes_a_code_too_and_leaves_the_device(own: Api):
    _, secret = enrolled(own)
    browser = Browser(own.client)
    refused = browser.change(HANDLER.id, PASSWORD, "Qiufeng-2027")
    assert code_of(refused) == "SECOND_FACTOR_NEEDED"
    changed = browser.change(HANDLER.id, PASSWORD, "Qiufeng-2027", code(own, secret))
    assert changed.status_code == 200
    own.settle()
    assert code_of(browser.sign_in(HANDLER.id, "Qiufeng-2027")) == "SECOND_FACTOR_NEEDED"


def test_an_initial_password_does_not_do_without_the_device(own: Api):
    """Whoever forgot the password shows who they are all the same; who took it can not."""
    _, secret = enrolled(own)
    initial = initial_password(own.hall, HANDLER.id)
    assert code_of(Browser(own.client).change(HANDLER.id, initial)) == "SECOND_FACTOR_NEEDED"
    with_code = Browser(own.client).change(HANDLER.id, initial, code=code(own, secret))
    assert with_code.status_code == 200


def test_where_the_book_requires_a_device_nobody_of_that_role_comes_in_without(strict: Api):
    initial = initial_password(strict.hall, SUPERVISOR.id)
    browser = Browser(strict.client)
    changed = browser.change(SUPERVISOR.id, initial)
    assert changed.json() == {"staffId": SUPERVISOR.id, "secondFactorMustEnrol": True}
    strict.settle()
    assert browser.cookie is None
    assert code_of(browser.sign_in(SUPERVISOR.id)) == "SECOND_FACTOR_MUST_ENROL"
    assert browser.cookie is None
    told = browser.enrol(SUPERVISOR.id).json()
    assert browser.confirm(told["step"], code(strict, secret_in(told["uri"]))).status_code == 200
    strict.settle()
    assert browser.ask(ME).status_code == 200
    with_password(strict.client, strict.hall, HANDLER.id)  # of whom the book asks nothing


def test_where_the_book_has_no_device_none_is_enrolled(backend: str):
    with backends.fresh(backend) as url, served(url, **CHEAP, rulebook="default") as api:
        with_password(api.client, api.hall, HANDLER.id)
        refused = Browser(api.client).enrol(HANDLER.id)
        assert (refused.status_code, code_of(refused)) == (403, "SECOND_FACTOR_OFF")


def test_an_enrolment_that_another_page_made_the_browser_send_is_refused(own: Api):
    browser, secret = enrolled(own)
    for path, body in (
        ("/second-factor", {"staffId": HANDLER.id, "password": PASSWORD}),
        ("/second-factor/confirm", {"step": "x", "code": code(own, secret)}),
    ):
        refused = browser.post(path, body, Origin="http://evil.example")
        assert code_of(refused) == "ORIGIN_FORBIDDEN"
