"""One account holds a share of what the server can listen to, and leaves the rest to the others.

Over the loopback, with a real server and real clients: what is given back when a connection ends
can only be seen there.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from websockets.exceptions import ConnectionClosedError

from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.people import Actor
from bancheng.graphql.limits import (
    ACCOUNT_CONNECTIONS_MAX,
    ACCOUNT_SUBSCRIPTIONS_MAX,
    SUBSCRIPTIONS_MAX,
)
from support import backends, halls
from support.api_client import (
    MASTER_KEY,
    Line,
    RunningClock,
    lined,
    on_loopback,
    open_office,
    token_of,
)
from support.asgi_client import PATIENCE_SECONDS
from support.given import HANDLER, SUPERVISOR

QUERY = "subscription { warnings { warningId } }"


@pytest.fixture
def hall(furnished: str) -> Iterator[Container]:
    config = Config(database_url=furnished, hall="TEST", master_key=MASTER_KEY)
    hall = build(config, clock=RunningClock(halls.MONDAY))
    hall.runner.start()
    open_office(hall)
    hall.runner.stop()
    yield hall
    hall.close()


def token(hall: Container, who: Actor) -> str:
    return token_of(hall, who.id)


def refused(line: Line) -> list[str]:
    """What was refused on this line so far: the answer to a ping comes behind it."""
    line.say(type="ping")
    codes = []
    while (message := line.hear())["type"] != "pong":
        codes.append(message["payload"][0]["extensions"]["code"])
    return codes


def subscribed(line: Line, *names: str) -> list[str]:
    for name in names:
        line.subscribe(QUERY, name)
    return refused(line)


def in_the_end(holds: Callable[[], bool]) -> bool:
    """Whether it ``holds`` once the server has seen who is gone."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (held := holds()) and time.monotonic() < deadline:
        pass
    return held


@contextmanager
def full(address: str, own: str) -> Iterator[list[Line]]:
    """As many subscriptions as an account may have."""
    with ExitStack() as stack:
        lines = [
            stack.enter_context(lined(address, own))
            for _ in range(ACCOUNT_SUBSCRIPTIONS_MAX // SUBSCRIPTIONS_MAX)
        ]
        for line in lines:
            assert subscribed(line, *(f"s{n}" for n in range(SUBSCRIPTIONS_MAX))) == []
        yield lines


@backends.ONCE
def test_subscriptions_of_an_account_are_bounded_over_all_its_connections(hall: Container):
    own, another = token(hall, HANDLER), token(hall, SUPERVISOR)
    with on_loopback(hall) as address, lined(address, own) as more:
        with full(address, own) as lines, lined(address, another) as other:
            assert subscribed(more, "1") == ["ACCOUNT_SUBSCRIPTIONS_FULL"]
            assert subscribed(other, "1") == []
            lines[0].say(type="complete", id="s0")
            assert refused(lines[0]) == []
            assert subscribed(more, "1") == []
            assert subscribed(more, "2") == ["ACCOUNT_SUBSCRIPTIONS_FULL"]
        assert in_the_end(lambda: subscribed(more, "2") == [])


def let_in(stack: ExitStack, address: str, own: str) -> str:
    """``yes``, or the code and the reason with which the connection was closed."""
    try:
        stack.enter_context(lined(address, own))
    except ConnectionClosedError as closed:
        return f"{closed.rcvd and closed.rcvd.code} {closed.rcvd and closed.rcvd.reason}"
    return "yes"


@backends.ONCE
def test_connections_of_an_account_are_bounded_and_given_back(hall: Container):
    own, another = token(hall, HANDLER), token(hall, SUPERVISOR)
    with on_loopback(hall) as address:
        with ExitStack() as stack:
            for _ in range(ACCOUNT_CONNECTIONS_MAX):
                assert let_in(stack, address, own) == "yes"
            no = let_in(stack, address, own)
            assert no.startswith("1013 ACCOUNT_CONNECTIONS_FULL 同一账号最多")
            assert let_in(stack, address, another) == "yes"
        with ExitStack() as again:
            for _ in range(ACCOUNT_CONNECTIONS_MAX):
                assert in_the_end(lambda: let_in(again, address, own) == "yes")
            assert let_in(again, address, own) == no
