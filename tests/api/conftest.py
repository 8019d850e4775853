"""One hall for all tests of the API, on each database; a test that needs its own opens one."""

from collections.abc import Iterator

import pytest

from support import backends
from support.api_client import Api, served
from support.providers import CasServer, OidcServer, serving


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    # A room that plays scenes in halls of its own says itself which in which.
    is_said_there = {"api", "scene"} <= {*metafunc.fixturenames} and hasattr(
        metafunc.module, "pytest_generate_tests"
    )
    if "api" in metafunc.fixturenames and not is_said_there:
        where = backends.of(metafunc.definition)
        metafunc.parametrize("api", where, indirect=True, scope="session")


@pytest.fixture(scope="session")
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    with backends.fresh(request.param) as url, served(url) as one:
        yield one


@pytest.fixture
def oidc() -> Iterator[OidcServer]:
    with serving(OidcServer) as provider:
        yield provider


@pytest.fixture
def cas() -> Iterator[CasServer]:
    with serving(CasServer) as provider:
        yield provider
