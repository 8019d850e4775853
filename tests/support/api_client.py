"""A hall behind its API: real engine, store, projections and tokens.

In process for most tests; on the loopback, with its sweeper, for those that need real time.
"""

import base64
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from threading import Thread
from typing import Any

import msgspec
import uvicorn
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bancheng.app.engine import Context
from bancheng.app.ports import Answer
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.commands import Command
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.credentials import IssueToken
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.office.window import RegisterWindow
from bancheng.domain.people import Actor
from bancheng.infra.clock import FixedClock
from bancheng.web import create_app

from . import halls
from .asgi_client import PATIENCE_SECONDS, Client, Socket, opened
from .given import ADMIN, BOOK, EFFICIENCY, STAFF, START, UNITS

__all__ = ["ANSWER", "EFFICIENCY", "EVERYBODY", "TICKET_ANSWER", "Api", "served"]
EVERYBODY = STAFF
# What is done at another one is refused.
WINDOWS = ("A03", "B07", "W01", "W8", "W9")
MASTER_KEY = base64.b64decode(base64.b64encode(b"t" * 32))
ANSWER = "__typename ... on Rejection { code message remedy field } "
ANSWER += "... on ActDone { version position projected }"
TICKET_ANSWER = f"{ANSWER} ... on TicketActDone {{ ticketId }}"
TOKEN_RENEWED_AFTER = timedelta(days=100)
_keys = count(1)


@dataclass
class Api:
    """What a test does with a hall."""

    hall: Container
    client: Client
    clock: FixedClock
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def post(
        self, query: str, variables: dict[str, Any] | None = None, by: Actor | None = None
    ) -> Any:
        """The HTTP answer to an operation."""
        headers = {} if by is None else {"Authorization": f"Bearer {self.token(by)}"}
        body = {"query": query, "variables": variables}
        return self.client.post("/graphql", json=body, headers=headers)

    def ask(self, query: str, by: Actor, **variables: Any) -> dict[str, Any]:
        """The data an operation answers with; it must not have errors."""
        answer = self.post(query, variables, by).json()
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def errors(self, query: str, by: Actor | None, **variables: Any) -> list[dict[str, Any]]:
        """The errors an operation answers with; it must have some."""
        answer = self.post(query, variables, by).json()
        assert answer.get("errors"), answer
        found: list[dict[str, Any]] = answer["errors"]
        return found

    def act(
        self,
        name: str,
        by: Actor,
        filled: dict[str, Any],
        *,
        key: str | None = None,
        version: int | None = None,
        place: dict[str, Any] | None = None,
        acting_for: str | None = None,
        answer: str = ANSWER,
    ) -> dict[str, Any]:
        """The answer to the mutation ``name``."""
        kind = name[0].upper() + name[1:]
        of_whom = "" if acting_for is None else f', actingFor: "{acting_for}"'
        operation = (
            f"mutation ($input: {kind}Input!, $key: String!, $version: Int, $place: PlaceInput) "
            f"{{ {name}(input: $input, key: $key, expectedVersion: $version, place: $place"
            f"{of_whom}) {{ {answer} }} }}"
        )
        given = {"input": filled, "key": key or f"k{next(_keys)}", "version": version}
        given["place"] = place
        found: dict[str, Any] = self.ask(operation, by, **given)[name]
        if name == "revokeHallCredentials" and "position" in found:
            self.tokens.clear()
        return found

    @contextmanager
    def connected(self, by: Actor | None, **payload: Any) -> Iterator[Socket]:
        """A connection for subscriptions; ``by`` has shown who they are."""
        if by is not None:
            payload = {"Authorization": f"Bearer {self.token(by)}", **payload}
        with self.client.socket() as socket:
            socket.say(type="connection_init", payload=payload)
            if by is not None:
                assert socket.hear() == {"type": "connection_ack"}, socket.closed
            yield socket

    def carry_out(self, command: Command, by: Actor) -> str:
        """Let ``by`` act without the API; the stream that was acted on."""
        return self.answer_to(command, by).stream_id

    def answer_to(self, command: Command, by: Actor) -> Answer:
        """What ``by`` is answered who acts without the API."""
        context = Context(actor=by, key=f"given/{next(_keys)}", place=Place(Channel.WINDOW))
        return self.hall.engine.execute(command, context)

    def settle(self) -> None:
        """Wait until the read models have seen everything."""
        halls.settled(self.hall)

    def token(self, by: Actor) -> str:
        """A token of ``by`` that has some time left, however far the clock was moved."""
        token, issued_at = self.tokens.get(by.id, ("", START))
        if not token or self.clock.now() - issued_at > TOKEN_RENEWED_AFTER:
            token = token_of(self.hall, by.id, 24 * 365)
            self.tokens[by.id] = token, self.clock.now()
        return token


@contextmanager
def served(url: str, **settings: Any) -> Iterator[Api]:
    """A hall on the empty database at ``url``, with its units and staff, being served."""
    clock = FixedClock(START)
    config = Config(
        **{"database_url": url, "hall": "TEST", "master_key": MASTER_KEY, "rulebook": str(BOOK)}
        | settings
    )
    hall = build(config, clock=clock)
    try:
        with opened(create_app(hall)) as client:
            api = Api(hall, client, clock)
            open_office(hall)
            yield api
    finally:
        hall.close()


class RunningClock:
    """A clock that runs as fast as the real one, from ``at`` on."""

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.perf_counter() - self._set_at)

    def set(self, at: datetime) -> None:
        self._at, self._set_at = at, time.perf_counter()


@contextmanager
def on_loopback(hall: Container) -> Iterator[str]:
    """``host:port`` where ``hall`` is served as `bancheng serve` does, sweeping by itself."""
    app = create_app(hall, sweeper=hall.sweeper)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        host, port = server.servers[0].sockets[0].getsockname()
        yield f"{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()


class Line:
    """A real connection to a server, past its `connection_init`."""

    def __init__(self, connection: ClientConnection, token: str) -> None:
        self._connection = connection
        self.say(type="connection_init", payload={"Authorization": f"Bearer {token}"})
        assert self.hear() == {"type": "connection_ack"}

    def say(self, **message: Any) -> None:
        self._connection.send(msgspec.json.encode(message).decode())

    def hear(self) -> dict[str, Any]:
        received = self._connection.recv(timeout=PATIENCE_SECONDS)
        found: dict[str, Any] = msgspec.json.decode(received)
        return found

    def subscribe(self, query: str, name: str = "1") -> None:
        self.say(type="subscribe", id=name, payload={"query": query})


@contextmanager
def lined(address: str, token: str) -> Iterator[Line]:
    """A connection to ``address`` for whoever ``token`` names."""
    protocol = Subprotocol("graphql-transport-ws")
    with connect(f"ws://{address}/graphql", subprotocols=[protocol]) as connection:
        yield Line(connection, token)


@contextmanager
def listening(address: str, token: str, query: str) -> Iterator[Iterator[dict[str, Any]]]:
    """What a subscription to ``query`` is sent over a real connection, one by one."""
    with lined(address, token) as line:
        line.subscribe(query)
        yield (line.hear()["payload"]["data"] for _ in count())


def open_office(hall: Container) -> None:
    """Register the units and everybody."""
    for code in sorted(UNITS):
        _register(hall, RegisterUnit(code=code, name=f"{code}单位"))
    halls.settled(hall)
    for window in WINDOWS:
        _register(hall, RegisterWindow(code=window, name=f"窗口{window}", unit="RS"))
    for who in EVERYBODY:
        command = RegisterStaff(
            staff_id=who.id, name=who.name, post=who.post, unit=who.unit, roles=who.roles
        )
        _register(hall, command)
    halls.settled(hall)


def token_of(hall: Container, staff_id: str, hours: int = 8) -> str:
    """A token for that member of staff, good at once."""
    command = IssueToken(staff_id=staff_id, hours=hours)
    context = Context(actor=ADMIN, key=f"given/{next(_keys)}", place=Place(Channel.UNSTATED))
    answer = hall.engine.execute(command, context)
    hall.runner.catch_up()
    return answer.one_time_code or ""


def _register(hall: Container, command: Command) -> None:
    context = Context(actor=ADMIN, key=f"given/{next(_keys)}", place=Place(Channel.WINDOW))
    hall.engine.execute(command, context)
