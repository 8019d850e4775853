"""A database belongs to one hall and one master key; who comes with another changes nothing."""

import pytest
from sqlalchemy import func, select, text

from bancheng.bootstrap import build
from bancheng.config import Config
from bancheng.domain.office.unit import RegisterUnit
from bancheng.hall_data import log_of
from bancheng.infra.clock import FixedClock
from bancheng.infra.database import connect, has_table, write
from bancheng.infra.ownership import WrongOwner
from bancheng.infra.schema import (
    VERSION,
    event,
    hall,
    hall_key,
    metadata,
    person_index,
    person_key,
    proof,
    session,
    sign_in_failure,
    store_schema,
    used_code,
    used_step,
)
from bancheng.projections.notices import notice
from support.given import START
from support.halls import act, report

KEY, OTHER = b"k" * 32, b"o" * 32


def configured(url, **more):
    return Config(**{"database_url": url, "hall": "A", "master_key": KEY, **more})


def opened(url, **more):
    build(configured(url, **more)).close()


def counts(url):
    engine = connect(url)
    with engine.connect() as connection:
        found = [connection.scalar(select(func.count()).select_from(table)) for table in (
            event, person_key, hall, hall_key)]  # fmt: skip
    engine.dispose()
    return found


def with_a_report(url):
    container = build(configured(url), clock=FixedClock(START))
    container.runner.start()
    try:
        act(container, RegisterUnit(code="RS", name="人社"))
        report(container)
    finally:
        container.close()


FOLLOWING = [
    hall, hall_key, person_index, proof, session, sign_in_failure, used_code, used_step,
]  # fmt: skip


def as_version_1_left_it(engine):
    with write(engine) as connection:
        metadata.drop_all(connection, FOLLOWING)
        notice.drop(connection)
        connection.execute(store_schema.update().values(version=1))


@pytest.mark.parametrize(
    ("other", "said"), [({"master_key": OTHER}, "主密钥不符"), ({"hall": "B"}, "大厅代码不符")],
    ids=["key", "hall"],
)  # fmt: skip
def test_a1_another_key_or_hall_is_refused_before_anything_is_written(database, other, said):
    with_a_report(database)
    before = counts(database)
    with pytest.raises(WrongOwner, match=said):
        opened(database, **other)
    assert counts(database) == before
    opened(database)


def test_a1_to_verify_the_log_of_another_hall_is_refused_too(database):
    opened(database)
    with pytest.raises(WrongOwner, match="大厅代码不符"), log_of(configured(database, hall="B")):
        pass
    with log_of(configured(database, master_key=None)) as log:
        assert log is not None


def test_a_database_from_before_belongs_to_the_key_that_sealed_its_records(database):
    with_a_report(database)
    engine = connect(database)
    as_version_1_left_it(engine)
    with pytest.raises(WrongOwner, match="主密钥不符"):
        opened(database, master_key=OTHER)
    with engine.connect() as connection:
        assert connection.scalar(select(store_schema.c.version)) == 1, "nothing was written"
        assert not has_table(connection, hall.name)
    engine.dispose()
    opened(database)
    assert counts(database)[2] == 1


def test_the_tables_of_an_upgraded_database_are_those_of_a_new_one(database):
    opened(database)
    engine = connect(database)
    as_version_1_left_it(engine)
    engine.dispose()
    opened(database)
    engine = connect(database)
    with engine.connect() as connection:
        for table in (*metadata.tables, notice.name):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() is not None
        assert connection.scalar(select(store_schema.c.version)) == VERSION
    engine.dispose()
