"""From a browser to the real server and a real OpenID provider, each in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import httpx
import pytest

from support import backends
from support.program import MASTER_KEY, bancheng

pytestmark = backends.ONCE
PATIENCE_SECONDS = 60


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(arguments: list[str], env: dict[str, str], alive: str, log: Path) -> Iterator[None]:
    """A program in a process of its own, once it answers at ``alive``."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", *arguments], env=os.environ | env, stdout=said,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not _answers(alive):
                assert process.poll() is None, log.read_text("utf-8")
                assert time.monotonic() < deadline, log.read_text("utf-8")
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(30)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[str]:
    """oidc-provider-mock, on the loopback."""
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    with running(
        ["oidc_provider_mock", "--port", str(port)], {}, f"{issuer}/jwks", tmp_path / "provider.log"
    ):
        yield issuer


@contextmanager
def serving(database: str, provider: str, folder: Path, **more: str) -> Iterator[str]:
    """The hall's server, where people come in by ``provider``; its address."""
    port, secret = free_port(), folder / "secret"
    secret.write_text("s3cret\n", encoding="utf-8")
    hall = f"http://127.0.0.1:{port}"
    env = {
        "BANCHENG_DATABASE_URL": database, "BANCHENG_MASTER_KEY": MASTER_KEY,
        "BANCHENG_HALL": "TEST", "BANCHENG_PORT": str(port), "BANCHENG_PUBLIC_URL": hall,
        "BANCHENG_OIDC_ISSUER": provider, "BANCHENG_OIDC_CLIENT_ID": "bancheng",
        "BANCHENG_OIDC_CLIENT_SECRET_FILE": str(secret), "BANCHENG_OIDC_STAFF_CLAIM": "sub",
    }  # fmt: skip
    log = folder / "hall.log"
    with running(["bancheng", "serve"], {**env, **more}, f"{hall}/healthz", log):
        yield hall


def test_a_browser_comes_in_by_a_real_provider_and_is_refused_if_the_hall_does_not_know_it(
    database: str, provider: str, tmp_path: Path
) -> None:
    bancheng(database, "unit", "add", "ZWZX", "政务服务中心")
    bancheng(
        database, "user", "add", "wang", "--name", "王强", "--post", "系统管理", "--unit", "ZWZX",
        "--role", "administrator",
    )  # fmt: skip
    with serving(database, provider, tmp_path) as hall:
        with httpx.Client() as browser:
            page = signed_in_there(browser, hall, "wang")
            assert (page.status_code, "url=/console" in page.text) == (200, True), page.text
            me = browser.get(f"{hall}/me").json()
            assert (me["staffId"], me["roles"]) == ("wang", ["administrator"])
            left = browser.post(f"{hall}/sign-out", headers={"X-Requested-With": "x"})
            assert left.json()["next"].startswith(provider)
            assert browser.get(f"{hall}/me").status_code == 401
        with httpx.Client() as browser:
            page = signed_in_there(browser, hall, "stranger")
            assert (page.status_code, "STAFF_NOT_OF_THIS_HALL" in page.text) == (403, True)
            assert browser.get(f"{hall}/me").status_code == 401
        with httpx.Client() as browser:
            page = signed_in_there(browser, hall, "wang", action="deny")
            # This provider refuses without the state that RFC 6749 (4.1.2.1) asks for.
            assert (page.status_code, "SIGN_IN_STEP_LOST" in page.text) == (403, True), page.text
    for secret_thing in ("s3cret", "code="):
        assert secret_thing not in (tmp_path / "hall.log").read_text("utf-8")


MAP = """
[claims]
name = "name"
post = "title"
unit = "dept"
roles = "groups"

[units]
"政务中心" = "ZWZX"

[roles]
"guanli" = ["administrator"]
"""


def test_whom_the_provider_tells_of_is_registered_by_what_it_says_at_its_user_info(
    database: str, provider: str, tmp_path: Path
) -> None:
    bancheng(database, "unit", "add", "ZWZX", "政务服务中心")
    (staff_map := tmp_path / "staff.toml").write_text(MAP, encoding="utf-8")
    says = {"name": "王强", "title": "系统管理", "dept": "政务中心", "groups": ["guanli"]}
    assert httpx.put(f"{provider}/users/wang", json=says).status_code == 204
    with serving(database, provider, tmp_path, BANCHENG_STAFF_MAP=str(staff_map)) as hall:
        with httpx.Client() as browser:
            page = signed_in_there(browser, hall, "wang")
            assert (page.status_code, "url=/console" in page.text) == (200, True), page.text
            me = browser.get(f"{hall}/me").json()
        with httpx.Client() as browser:
            stranger = signed_in_there(browser, hall, "stranger")
            assert (stranger.status_code, "STAFF_CLAIM_NOT_TOLD" in stranger.text) == (403, True)
    assert (me["staffId"], me["name"], me["roles"]) == ("wang", "王强", ["administrator"])


def signed_in_there(
    browser: httpx.Client, hall: str, staff_id: str, **answer: str
) -> httpx.Response:
    """The page on which the browser ends up in which somebody signs in at the provider."""
    going = browser.get(f"{hall}/sign-in/oidc")
    assert going.status_code == 303, going.text
    agreed = browser.post(going.headers["location"], data={"sub": staff_id, **answer})
    return browser.get(agreed.headers["location"])
