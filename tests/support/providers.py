"""Providers of a town on the loopback, which do as they are told: right, and in each way wrong."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT = "bancheng"


class OidcServer:
    """An OpenID provider; ``says`` goes before what it would say in a token.

    What it ``tells``, if anything, it tells at its user info.
    """

    def __init__(self, address: str) -> None:
        self.issuer = address
        self.calls_itself = address
        self.key = self.signs_with = RSAKey.generate_key(2048, parameters={"kid": "k1"})
        self.algorithms = ["RS256", "none", "HS256"]
        self.says: dict[str, Any] = {}
        self.tells: Any = None
        self.codes: dict[str, dict[str, str]] = {}
        self.is_broken = False
        self.ends_sessions = True

    def agrees(self, url: str, staff_id: str) -> dict[str, str]:
        """Somebody signs in there who was sent to ``url``: with what the browser comes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = {**asked, "staff_id": staff_id}
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, sent: dict[str, str]) -> tuple[int, Any]:
        """What it answers to a request."""
        if self.is_broken:
            return 500, "broken"
        if path == "/.well-known/openid-configuration":
            return 200, self._itself()
        if path == "/jwks":
            return 200, KeySet([self.key]).as_dict(private=False)
        if path == "/me":
            return 200, self.tells
        return self._token(sent)

    def _itself(self) -> dict[str, Any]:
        ends = {"end_session_endpoint": f"{self.issuer}/leave"} if self.ends_sessions else {}
        return {
            "issuer": self.calls_itself,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": self.algorithms,
            **ends,
            **({} if self.tells is None else {"userinfo_endpoint": f"{self.issuer}/me"}),
        }

    def _token(self, sent: dict[str, str]) -> tuple[int, Any]:
        asked = self.codes.pop(sent.get("code", ""), None)
        if asked is None or not _proves(sent, asked):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "u-1", "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "preferred_username": asked["staff_id"],
        } | self.says  # fmt: skip
        said = {name: value for name, value in claims.items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": self.signs_with.kid}, said, self.signs_with)
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": token}


def _proves(sent: dict[str, str], asked: dict[str, str]) -> bool:
    digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    shown = (challenge, "S256", sent["redirect_uri"])
    told = (asked[name] for name in ("code_challenge", "code_challenge_method", "redirect_uri"))
    return shown == tuple(told)


class CasServer:
    """A CAS 3 server: each ticket is good for one service, once."""

    def __init__(self, address: str) -> None:
        self.url = f"{address}/cas"
        self.tickets: dict[str, tuple[str, str]] = {}
        self.attributes = ""
        self.answers: str | None = None

    def agrees(self, url: str, staff_id: str) -> str:
        """Somebody signs in there who was sent to ``url``: whither the browser is sent back."""
        (service,) = parse_qs(urlsplit(url).query)["service"]
        ticket = f"ST-{len(self.tickets)}"
        self.tickets[ticket] = service, staff_id
        return f"{service}&ticket={ticket}"

    def answer(self, path: str, sent: dict[str, str]) -> tuple[int, str]:
        """What it answers to a request."""
        if self.answers is not None:
            return 200, self.answers
        service, user = self.tickets.pop(sent.get("ticket", ""), ("", ""))
        if path != "/cas/p3/serviceValidate" or not user or service != sent["service"]:
            return 200, CAS_ANSWER.format("<cas:authenticationFailure code='INVALID_TICKET'/>")
        told = f"<cas:user>{user}</cas:user><cas:attributes>{self.attributes}</cas:attributes>"
        return 200, CAS_ANSWER.format(
            f"<cas:authenticationSuccess>{told}</cas:authenticationSuccess>"
        )


CAS_ANSWER = "<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'>{}</cas:serviceResponse>"


@contextmanager
def serving(kind: type[Any]) -> Iterator[Any]:
    """A provider of that ``kind``, on the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _answer(self, sent: str) -> None:
            asked = {name: values[0] for name, values in parse_qs(sent).items()}
            status, said = provider.answer(urlsplit(self.path).path, asked)
            body = (said if isinstance(said, str) else json.dumps(said)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = kind(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
