import pytest

from bancheng.infra.database import connect


@pytest.fixture
def engine(database):
    """An engine on an empty database: read models bring their own tables."""
    engine = connect(database)
    yield engine
    engine.dispose()
