"""Browsers that come into a hall by a provider, and providers to come by."""

from http.cookies import SimpleCookie

import httpx
from sqlalchemy import select

from bancheng.infra.schema import session

from .api_client import Api
from .browser import Browser

PUBLIC = "http://hall"
ME = "{ me { staffId } }"


class Jar:
    """A browser as far as providers go: its cookies, and where it is sent."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.cookies: dict[str, str] = {}

    def get(self, address: str) -> httpx.Response:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        http = self.api.client.http
        http.cookies.clear()
        headers = {"Cookie": cookie} if cookie else {}
        answer = self.api.client.request("GET", address, headers=headers, follow_redirects=False)
        http.cookies.clear()
        for told in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(told).items():
                self.cookies[name] = morsel.value
        return answer

    def goes(self, way: str) -> str:
        """Where it is sent to sign in."""
        return self.get(f"{PUBLIC}/sign-in/{way}").headers["location"]

    def comes_back(self, **query: str) -> httpx.Response:
        return self.get(str(httpx.URL(f"{PUBLIC}/sign-in/oidc/back", params=query)))

    @property
    def browser(self) -> Browser:
        return Browser(self.api.client, cookie=self.cookies.get("bancheng"))


def refused(answer: httpx.Response, code: str) -> None:
    """The answer is a page in Chinese that says ``code``, and no session has begun."""
    assert code in answer.text
    assert "未能登录" in answer.text
    assert answer.status_code == (502 if code == "PROVIDER_UNREACHABLE" else 403)
    assert not [one for one in answer.headers.get_list("set-cookie") if one.startswith("bancheng=")]


def nobody(api: Api) -> None:
    with api.hall.database.connect() as connection:
        assert connection.execute(select(session)).all() == []
