"""How the rows of a long page get into a transaction: told without waiting, asked beside it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from bancheng.infra import database
from bancheng.infra.postgresql import driver
from bancheng.projections.machine.exchange import Utf8

MORE_THAN_A_SOCKET_TAKES = 5_000_000


@pytest.fixture
def engine(postgresql: str) -> Iterator[Engine]:
    engine = database.connect(postgresql)
    with database.write(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE note (id int PRIMARY KEY, said text)")
        connection.exec_driver_sql("INSERT INTO note VALUES (1, 'before')")
    yield engine
    engine.dispose()


ADD = "INSERT INTO note SELECT * FROM json_populate_recordset(NULL::note, %s::json)"


def row(key: int, said: str) -> tuple[Utf8]:
    return (Utf8(f'[{{"id": {key}, "said": "{said}"}}]'.encode()),)


def kept(engine: Engine) -> list[tuple[int, str]]:
    with database.read(engine) as connection:
        found = connection.exec_driver_sql("SELECT id, said FROM note ORDER BY id")
        return [tuple(each) for each in found]


def test_what_was_told_is_there_when_the_exchange_has_ended(engine):
    with database.write(engine) as connection:
        with database.exchange(engine, connection) as exchange:
            exchange.tell(ADD, row(2, "x" * MORE_THAN_A_SOCKET_TAKES))
            exchange.tell(ADD, row(3, "三"))
            assert exchange.ask("SELECT said FROM note WHERE id = %s", (1,)) == [("before",)]
        inside = connection.exec_driver_sql("SELECT count(*) FROM note").scalar()

    assert inside == 3
    assert kept(engine) == [(1, "before"), (2, "x" * MORE_THAN_A_SOCKET_TAKES), (3, "三")]


def test_what_fails_is_raised_at_the_end_and_nothing_is_kept(engine):
    def fail(connection: Connection) -> None:
        with database.exchange(engine, connection) as exchange:
            exchange.tell(ADD, row(2, "two"))
            exchange.tell(ADD, row(1, "there already"))

    with pytest.raises(IntegrityError), database.write(engine) as connection:
        fail(connection)

    assert kept(engine) == [(1, "before")]
    with database.write(engine) as connection:
        connection.exec_driver_sql("INSERT INTO note VALUES (2, 'the connection is as before')")
    assert len(kept(engine)) == 2


def test_a_lost_connection_is_the_fault_of_no_statement(engine):
    def lose_it(connection: Connection) -> None:
        served_by = driver(connection).info.backend_pid
        with database.exchange(engine, connection) as exchange:
            exchange.ask("SELECT pg_terminate_backend(%s)", (served_by,))
            exchange.tell(ADD, row(2, "nobody hears it"))

    with pytest.raises(OperationalError), database.write(engine) as connection:
        lose_it(connection)

    assert kept(engine) == [(1, "before")]
