"""One hall for all tests of the API, on each database; a test that needs its own opens one."""

from collections.abc import Iterator

import pytest

from support import backends
from support.api_client import Api, served


@pytest.fixture(scope="session", params=backends.chosen())
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    with backends.fresh(request.param) as url, served(url) as one:
        yield one
