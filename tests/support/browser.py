"""A browser at the hall: it keeps its cookie, and says from which page its requests come."""

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from bancheng.app.engine import Context
from bancheng.bootstrap import Container
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.credentials import IssuePassword

from .asgi_client import Client
from .given import ADMIN

OWN_PAGE = {"X-Requested-With": "fetch", "Origin": "http://hall", "Sec-Fetch-Site": "same-origin"}
PASSWORD = "Chunfeng-2026"


@dataclass
class Browser:
    """One that is not signed in yet."""

    client: Client
    page: dict[str, str] = field(default_factory=lambda: dict(OWN_PAGE))
    cookie: str | None = None
    set_cookie: str = ""

    def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """The answer to a POST from the page."""
        return self._sent("POST", path, json=body, headers={**self.page, **headers})

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._sent("GET", path, headers=headers)

    def ask(self, query: str) -> httpx.Response:
        """The answer to a query, asked with nothing but the cookie."""
        return self.post("/graphql", {"query": query})

    def sign_in(
        self, staff_id: str, password: str = PASSWORD, code: str | None = None
    ) -> httpx.Response:
        return self.post("/sign-in", {"staffId": staff_id, "password": password, "code": code})

    def change(
        self, staff_id: str, password: str, new: str = PASSWORD, code: str | None = None
    ) -> httpx.Response:
        body = {"staffId": staff_id, "password": password, "newPassword": new, "code": code}
        return self.post("/password", body)

    def enrol(
        self, staff_id: str, password: str = PASSWORD, code: str | None = None
    ) -> httpx.Response:
        body = {"staffId": staff_id, "password": password, "code": code}
        return self.post("/second-factor", body)

    def confirm(self, step: str, code: str) -> httpx.Response:
        return self.post("/second-factor/confirm", {"step": step, "code": code})

    @property
    def header(self) -> dict[str, str]:
        """The header that carries the cookie."""
        return {} if self.cookie is None else {"Cookie": f"{self._name}={self.cookie}"}

    @property
    def _name(self) -> str:
        return "__Host-bancheng" if self.page["Origin"].startswith("https") else "bancheng"

    def _sent(self, method: str, path: str, **options: Any) -> httpx.Response:
        self.client.http.cookies.clear()  # the client's own jar would mix up browsers
        address = self.page["Origin"] + path
        options["headers"] |= self.header
        answer = self.client.request(method, address, **options)
        self.client.http.cookies.clear()
        self.set_cookie = answer.headers.get("set-cookie", "")
        for name, morsel in SimpleCookie(self.set_cookie).items():
            assert name == self._name
            self.cookie = morsel.value or None
        return answer


def code_of(answer: httpx.Response) -> str:
    """The code of a refusal."""
    found: str = answer.json()["errors"][0]["extensions"]["code"]
    return found


def secret_in(uri: str) -> str:
    """What the codes of a device are made of, as it reads from the picture."""
    (secret,) = parse_qs(urlsplit(uri).query)["secret"]
    return secret


def initial_password(hall: Container, staff_id: str) -> str:
    """A one-time password for that member of staff, known to the ledgers."""
    context = Context(actor=ADMIN, key=hall.engine.ids.new(), place=Place(Channel.UNSTATED))
    answer = hall.engine.execute(IssuePassword(staff_id=staff_id), context)
    hall.runner.catch_up()
    return answer.one_time_code or ""


def with_password(client: Client, hall: Container, staff_id: str) -> Browser:
    """A browser in which that member of staff has chosen a password and is signed in."""
    browser = Browser(client)
    answer = browser.change(staff_id, initial_password(hall, staff_id))
    assert answer.status_code == 200, answer.text
    hall.runner.catch_up()
    return browser
