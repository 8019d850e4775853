"""Which of several processes does the sweeping."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, func, select

from bancheng.infra import database

_LEADER = 0x6C6561646572  # any number will do that every process uses


class Leadership:
    """值守 on a database: on PostgreSQL one session holds a lock; on SQLite everybody leads.

    A second leader does no harm, it only finds its keys answered; on SQLite all processes share
    one machine and one writer anyway.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Whether this process leads, for as long as the block lasts."""
        if not database.is_postgresql(self._engine):
            yield True
            return
        with self._engine.connect() as connection:
            leads = bool(connection.scalar(select(func.pg_try_advisory_lock(_LEADER))))
            connection.commit()
            try:
                yield leads
            finally:
                if leads:
                    connection.execute(select(func.pg_advisory_unlock(_LEADER)))
                    connection.commit()
