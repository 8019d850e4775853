"""From an empty machine to an administrator who is signed in, as the guides say it is done."""

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bancheng.app.credentials import Presented
from bancheng.bootstrap import Container, build
from bancheng.config import Config, operator_account
from bancheng.domain.errors import NotAllowed
from bancheng.domain.events import Channel
from bancheng.domain.office.credential_events import PasswordIssued, TokenIssued
from support import backends
from support.api_client import on_loopback
from support.program import MASTER_KEY_BYTES, bancheng

pytestmark = backends.ONCE
DOCS = Path(__file__).parents[2] / "docs"
CHOSEN = "Chunfeng-2026"


def commands(page: str) -> list[str]:
    """The commands of ``page`` that this test runs, a line each."""
    text = (DOCS / page).read_text(encoding="utf-8")
    block = text.split("<!-- tests/e2e/test_sign_in.py runs this -->\n```sh\n")[1].split("```")[0]
    lines = block.replace("\\\n", " ").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@contextmanager
def opened(url: str) -> Iterator[Container]:
    cheap = {"password_memory_kib": 8, "password_passes": 1}
    config = Config(database_url=url, hall="TEST", master_key=MASTER_KEY_BYTES, **cheap)
    container = build(config)
    try:
        container.runner.catch_up()
        yield container
    finally:
        container.close()


def first_administrator(url: str) -> str:
    """The initial password of the first administrator, as the operations guide has it made."""
    done = [bancheng(url, *shlex.split(line)[1:]) for line in commands("operations.md")]
    return done[-1].stdout.strip()


def curl(client: httpx.Client, line: str, given: dict[str, str]) -> httpx.Response:
    """The answer to a command line of curl; it keeps its cookies in one jar, as the guide does."""
    for name, value in given.items():
        line = line.replace("$" + name, value)
    words = iter(shlex.split(line)[1:])
    headers, method, body, path = {}, "GET", None, ""
    for word in words:
        match word:
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case "-d":
                body, method = next(words), "POST"
            case "-X":
                method = next(words)
            case "-b" | "-c":
                next(words)
            case "-sS":
                pass
            case _:
                path = word
    return client.request(method, path, headers=headers, content=body)


def test_the_first_administrator_signs_in_as_the_guides_say(database: str) -> None:
    initial = first_administrator(database)
    assert re.fullmatch(r"[0-9A-Z]{16}", initial)
    *settings, change, enter, me, ask, leave = commands("api.md")
    given = dict(re.fullmatch(r'(\w+)="?(.*?)"?', line).groups() for line in settings)
    with (
        opened(database) as hall,
        on_loopback(hall) as address,
        httpx.Client() as client,
    ):
        given |= {"hall": f"http://{address}", "INITIAL": initial}
        assert curl(client, change, given).status_code == 200
        assert curl(client, enter, given).json()["staffId"] == "wang"
        assert curl(client, me, given).json()["roles"] == ["administrator"]
        assert curl(client, ask, given).json() == {
            "data": {"me": {"name": "王强", "rolesLabel": "系统管理员"}}
        }
        assert curl(client, leave, given).status_code == 204
        assert curl(client, me, given).status_code == 401


def test_the_operator_lists_and_revokes_what_lets_somebody_be_known(database: str) -> None:
    first_administrator(database)
    tokens = [
        bancheng(database, "token", "wang", "--hours", "5", "--purpose", purpose).stdout.strip()
        for purpose in ("叫号系统", "大屏")
    ]
    listed = bancheng(database, "user", "sessions", "wang").stdout
    assert "叫号系统" in listed
    assert "大屏" in listed
    (id_,) = (line.split("│")[1].strip() for line in listed.splitlines() if "大屏" in line)
    bancheng(database, "user", "revoke", "wang", "--credential", id_)
    assert known(database, *tokens) == ["wang", "TOKEN_REVOKED"]
    bancheng(database, "user", "revoke", "wang")
    assert known(database, *tokens) == ["TOKEN_REVOKED"] * 2
    later = bancheng(database, "token", "wang").stdout.strip()
    assert known(database, later) == ["wang"]
    bancheng(database, "user", "revoke", "--everybody", "--reason", "服务器失窃")
    assert known(database, later) == ["TOKEN_REVOKED"]


def test_what_the_operator_gives_out_stands_in_the_trail_and_its_secret_does_not(
    database: str,
) -> None:
    initial = first_administrator(database)
    token = bancheng(database, "token", "wang").stdout.strip()
    with opened(database) as hall:
        history = hall.store.load("staff-wang")
    given_out = [one for one in history if isinstance(one.event, PasswordIssued | TokenIssued)]
    assert len(given_out) == 2
    for one in given_out:
        assert one.envelope.channel is Channel.CONSOLE
        assert one.envelope.terminal == operator_account()[:60]
    assert initial not in str(history)
    assert token not in str(history)


@pytest.mark.parametrize(
    "arguments", [(), ("wang", "--everybody"), ("--everybody", "--credential", "x")]
)
def test_it_is_said_whose_are_revoked(database: str, arguments: tuple[str, ...]) -> None:
    first_administrator(database)
    refused = bancheng(database, "user", "revoke", *arguments, fails=True)
    assert "REVOKED_WHOSE" in refused.stderr


def known(url: str, *tokens: str) -> list[str]:
    """Who shows each of ``tokens``, or why nobody does."""
    said = []
    with opened(url) as hall:
        for token in tokens:
            try:
                said.append(hall.identity.authenticate(Presented(token)).actor.id)
            except NotAllowed as refusal:
                said.append(refusal.code)
    return said
