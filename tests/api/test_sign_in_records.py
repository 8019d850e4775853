"""Who came in, who did not and who left stands in the access log before they hear of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from bancheng.domain.office.staff import DismissStaff
from support import backends
from support.accesses import recorded
from support.api_client import Api, served
from support.browser import PASSWORD, Browser, initial_password, with_password
from support.given import ADMIN, HANDLER

pytestmark = backends.ONCE
CHEAP = {"password_memory_kib": 8, "password_passes": 1}


@pytest.fixture
def own(backend: str) -> Iterator[Api]:
    with backends.fresh(backend) as url, served(url, **CHEAP) as api:
        yield api


def told(one: dict[str, Any]) -> tuple[Any, ...]:
    return one["kind"], one["staff_id"], one["what"], one["refused"]


def test_a_sign_in_says_who_came_in_how_and_with_which_session(own: Api):
    with_password(own.client, own.hall, HANDLER.id)
    browser = Browser(own.client)
    browser.sign_in(HANDLER.id)
    first, second = recorded(own.hall)
    assert told(first) == ("SIGNED_IN", HANDLER.id, "new-password", None)
    assert told(second) == ("SIGNED_IN", HANDLER.id, "password", None)
    assert (second["staff_name"], second["staff_post"], second["staff_unit"]) == (
        HANDLER.name, HANDLER.post, HANDLER.unit,
    )  # fmt: skip
    assert second["credential_id"] == browser.get("/me").json()["session"]["id"]
    assert (second["address"], second["accessed_at"]) == ("127.0.0.1", own.clock.now())
    assert second["request_id"]


def test_a_failed_sign_in_names_whom_it_was_tried_for_and_nobody_who_is_not_there(own: Api):
    with_password(own.client, own.hall, HANDLER.id)
    Browser(own.client).sign_in(HANDLER.id, "Wrong-password-1")
    Browser(own.client).sign_in("Correct-horse-9", "x")
    own.carry_out(DismissStaff(staff_id=HANDLER.id), ADMIN)
    own.settle()
    Browser(own.client).sign_in(HANDLER.id, PASSWORD)
    failed = recorded(own.hall, "SIGN_IN_FAILED")
    assert [told(one) for one in failed] == [
        ("SIGN_IN_FAILED", HANDLER.id, "password", "SIGN_IN_FAILED"),
        ("SIGN_IN_FAILED", None, "password", "SIGN_IN_FAILED"),
        ("SIGN_IN_FAILED", HANDLER.id, "password", "SIGN_IN_FAILED"),
    ]
    assert all("Correct-horse" not in str(one) and PASSWORD not in str(one) for one in failed)


def test_an_initial_password_that_lets_nobody_in_is_a_failed_sign_in(own: Api):
    initial = initial_password(own.hall, HANDLER.id)
    Browser(own.client).sign_in(HANDLER.id, initial)
    (one,) = recorded(own.hall)
    assert told(one) == ("SIGN_IN_FAILED", HANDLER.id, "password", "PASSWORD_MUST_CHANGE")


def test_signing_out_and_signing_in_over_it_end_the_session_that_they_name(own: Api):
    browser = with_password(own.client, own.hall, HANDLER.id)
    session = browser.get("/me").json()["session"]["id"]
    browser.sign_in(HANDLER.id)
    again = browser.get("/me").json()["session"]["id"]
    browser.post("/sign-out")
    ended = recorded(own.hall, "SIGNED_OUT")
    assert [(one["staff_id"], one["credential_id"], one["what"]) for one in ended] == [
        (HANDLER.id, session, "sign-in"),
        (HANDLER.id, again, "sign-out"),
    ]


def test_who_can_not_be_recorded_does_not_come_in(own: Api):
    with_password(own.client, own.hall, HANDLER.id)
    own.hall.accesses.close()
    browser = Browser(own.client)
    assert browser.sign_in(HANDLER.id).status_code == 500
    assert browser.cookie is None
