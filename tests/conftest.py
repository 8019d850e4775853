"""Fixtures for every room: databases of both kinds."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from bancheng.infra.database import connect
from support import backends


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    item = metafunc.definition
    said = any("backend" in mark.args[0] for mark in item.iter_markers("parametrize"))
    if "backend" in metafunc.fixturenames and not said:
        metafunc.parametrize("backend", backends.of(item), indirect=True)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """sqlite, then postgresql; a test above what speaks SQL says that one of them will do."""
    return request.param


@pytest.fixture
def database(backend: str) -> Iterator[str]:
    """The address of an empty database, once for each backend."""
    with backends.fresh(backend) as url:
        yield url


@pytest.fixture
def furnished(backend: str) -> Iterator[str]:
    """The address of a database that has all its tables, once for each backend."""
    with backends.furnished(backend) as url:
        yield url


@pytest.fixture
def postgresql() -> Iterator[str]:
    """The address of an empty PostgreSQL database, for what SQLite cannot show."""
    if "postgresql" not in backends.chosen():
        pytest.skip("PostgreSQL was left out on purpose")
    with backends.fresh("postgresql") as url:
        yield url


@pytest.fixture
def engine(furnished: str) -> Iterator[Engine]:
    """An engine on a database that has all its tables, once for each backend."""
    engine = connect(furnished)
    yield engine
    engine.dispose()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Found by the one process in the last minute it would keep the other one waiting.
    items.sort(key=lambda item: item.path.name != "test_readme.py")


def pytest_unconfigure(config: pytest.Config) -> None:
    backends.stop()
    if "postgresql" not in backends.chosen() and not hasattr(config, "workerinput"):
        print(f"\nPostgreSQL was left out on purpose: {backends.ENVIRONMENT}=sqlite")  # noqa: T201
