"""One hall for all tests of the API, on each database; a test that needs its own opens one."""

from collections.abc import Iterator

import pytest

from support import backends
from support.api_client import Api, served


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "api" in metafunc.fixturenames:
        where = backends.of(metafunc.definition)
        metafunc.parametrize("api", where, indirect=True, scope="session")


@pytest.fixture(scope="session")
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    with backends.fresh(request.param) as url, served(url) as one:
        yield one
