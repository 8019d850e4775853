"""A hall behind its API, in process: real engine, store, projections and tokens."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bancheng.app.engine import Context
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.commands import Command
from bancheng.domain.events import Channel
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import Actor
from bancheng.infra.clock import FixedClock
from bancheng.web import create_app

from .asgi_client import Client, Socket, opened
from .given import ADMIN, EFFICIENCY, STAFF, START, UNITS

__all__ = ["ANSWER", "EFFICIENCY", "EVERYBODY", "TICKET_ANSWER", "Api", "served"]
EVERYBODY = STAFF
MASTER_KEY = base64.b64decode(base64.b64encode(b"t" * 32))
ANSWER = "__typename ... on Rejection { code message remedy field } "
ANSWER += "... on ActDone { version position projected }"
TICKET_ANSWER = f"{ANSWER} ... on TicketActDone {{ ticketId }}"
_keys = count(1)


@dataclass
class Api:
    """What a test does with a hall."""

    hall: Container
    client: Client
    clock: FixedClock
    tokens: dict[str, str] = field(default_factory=dict)

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
        answer: str = ANSWER,
    ) -> dict[str, Any]:
        """The answer to the mutation ``name``."""
        kind = name[0].upper() + name[1:]
        operation = (
            f"mutation ($input: {kind}Input!, $key: String!, $version: Int) "
            f"{{ {name}(input: $input, key: $key, expectedVersion: $version) {{ {answer} }} }}"
        )
        given = {"input": filled, "key": key or f"k{next(_keys)}", "version": version}
        found: dict[str, Any] = self.ask(operation, by, **given)[name]
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
        context = Context(actor=by, key=f"given/{next(_keys)}", channel=Channel.WINDOW)
        return self.hall.engine.execute(command, context).stream_id

    def settle(self) -> None:
        """Wait until the read models have seen everything."""
        assert self.hall.runner.wait(self.hall.store.head()), self.hall.runner.health(
            self.clock.now()
        )

    def token(self, by: Actor) -> str:
        if by.id not in self.tokens:
            self.tokens[by.id] = self.hall.issuer.issue(by.id, 24 * 365)
        return self.tokens[by.id]


@contextmanager
def served(url: str, **settings: Any) -> Iterator[Api]:
    """A hall on the empty database at ``url``, with its units and staff, being served."""
    clock = FixedClock(START)
    config = Config(database_url=url, hall="TEST", master_key=MASTER_KEY, **settings)
    hall = build(config, clock=clock)
    try:
        with opened(create_app(hall)) as client:
            api = Api(hall, client, clock)
            _open(api)
            yield api
    finally:
        hall.close()


def _open(api: Api) -> None:
    for code in sorted(UNITS):
        api.carry_out(RegisterUnit(code=code, name=f"{code}单位"), ADMIN)
    api.settle()
    for who in EVERYBODY:
        command = RegisterStaff(
            staff_id=who.id, name=who.name, post=who.post, unit=who.unit, roles=who.roles
        )
        api.carry_out(command, ADMIN)
    api.settle()
