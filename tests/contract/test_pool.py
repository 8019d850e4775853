"""Whoever acts holds one connection and asks for no second: a small pool serves many at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bancheng.bootstrap import build
from bancheng.config import Config
from bancheng.domain.office.unit import RegisterUnit
from support.given import BOOK
from support.halls import act, report

CLIENTS, EACH = 16, 4


@pytest.fixture
def hall(postgresql, monkeypatch):
    monkeypatch.setattr("bancheng.infra.postgresql.CONNECTIONS", 2)
    monkeypatch.setattr("bancheng.infra.postgresql.CONNECTIONS_OVERFLOW", 0)
    monkeypatch.setattr("bancheng.infra.postgresql.PATIENCE_SECONDS", 10)
    config = Config(database_url=postgresql, hall="TEST", master_key=b"t" * 32, rulebook=str(BOOK))
    container = build(config)
    container.runner.start()
    act(container, RegisterUnit(code="RS", name="人社"))
    yield container
    container.close()


@pytest.mark.parametrize("round_", range(3))
def test_a8_more_clients_than_connections_are_all_served(hall, round_):
    """A second connection within a unit would be waited for by all, and given back by none."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        found = list(clients.map(lambda _: report(hall), range(CLIENTS * EACH)))
    assert len(set(found)) == CLIENTS * EACH
