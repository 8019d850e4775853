"""In real time: a limit passes its threshold, and within two seconds the push is there.

The real sweeper thread, the real projection thread, a real server and a real client; only the
clock's reading is set, so that nobody has to wait for tomorrow morning.
"""

from datetime import datetime, timedelta

import pytest
from websockets.exceptions import ConnectionClosedError

from bancheng.bootstrap import build
from bancheng.config import Config
from support import halls
from support.api_client import (
    EFFICIENCY,
    MASTER_KEY,
    RunningClock,
    listening,
    on_loopback,
    open_office,
    token_of,
)

# Whatever comes before the server has read the subscription is not lost.
QUERY = 'subscription { warnings(after: "0") { warningId plannedAt late matterId } }'
BOUND_SECONDS = 2.0
THRESHOLD = halls.MONDAY + timedelta(days=1)  # the morning of the last day


def test_from_the_threshold_to_the_push_takes_two_seconds_at_most(furnished: str):
    clock = RunningClock(halls.MONDAY)
    config = Config(database_url=furnished, hall="TEST", master_key=MASTER_KEY)
    hall = build(config, clock=clock)
    hall.runner.start()
    try:
        open_office(hall)
        tickets = {halls.report(hall) for _ in range(3)}
        token = token_of(hall, EFFICIENCY.id, 48)
        clock.set(THRESHOLD - timedelta(seconds=0.3))
        hall.runner.stop()
        with on_loopback(hall) as address, listening(address, token, QUERY) as heard:
            cards = [next(heard)["warnings"] for _ in tickets]
            took = (clock.now() - THRESHOLD).total_seconds()
        assert {card["matterId"] for card in cards} == tickets
        assert {datetime.fromisoformat(card["plannedAt"]) for card in cards} == {THRESHOLD}
        assert not any(card["late"] for card in cards)
        assert 0 < took < BOUND_SECONDS
    finally:
        hall.close()


def test_a_real_server_closes_who_shows_no_token(furnished: str):
    config = Config(database_url=furnished, hall="TEST", master_key=MASTER_KEY)
    hall = build(config, clock=RunningClock(halls.MONDAY))
    try:
        with (
            on_loopback(hall) as address,
            pytest.raises(ConnectionClosedError) as closed,
            listening(address, "x", QUERY),
        ):
            pass
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason[:13]) == (4403, "TOKEN_INVALID")
    finally:
        hall.close()
