"""登录失败: wrong passwords of late, counted for each account, on all processes together.

An attempt is counted before it is made, so that a hundred at once are not a hundred first ones.
Accounts that do not exist are counted in the same way: nobody learns from it which do.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, bindparam, delete, select, text

from bancheng.infra import database
from bancheng.infra.schema import Instant, sign_in_failure

FREE: Final = 5  # so many in a row cost nothing but themselves
FIRST_PAUSE: Final = timedelta(seconds=4)
LONGEST_PAUSE: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(hours=1)
FORGOTTEN_AT_ONCE: Final = 100

_TAKE = text("""
    INSERT INTO sign_in_failure (account, failures, last_at) VALUES (:account, 0, :now)
    ON CONFLICT (account) DO UPDATE SET account = excluded.account
""").bindparams(bindparam("now", type_=Instant))
_ONE = select(sign_in_failure).where(sign_in_failure.c.account == bindparam("account"))
_COUNT = (
    sign_in_failure.update()
    .where(sign_in_failure.c.account == bindparam("named"))
    .values(failures=bindparam("failures"), last_at=bindparam("last_at"))
)
_RIGHT = delete(sign_in_failure).where(sign_in_failure.c.account == bindparam("named"))
_OLD = (
    select(sign_in_failure.c.account)
    .where(sign_in_failure.c.last_at < bindparam("then"))
    .limit(FORGOTTEN_AT_ONCE)
    .with_for_update(skip_locked=True)  # two that forget at once must not wait for each other
)
_FORGET = delete(sign_in_failure).where(
    sign_in_failure.c.account.in_(bindparam("old", expanding=True))
)


class SlowDown(Exception):
    """登录放缓: the account has to wait ``pause`` before another password is tried."""

    def __init__(self, pause: timedelta) -> None:
        super().__init__()
        self.pause = pause


def count(engine: Engine, account: str, now: datetime) -> int:
    """Count one more attempt, and say how many that are in a row; ``SlowDown`` if too early."""
    with database.read(engine) as connection:  # a flood of what is too early takes no writer
        _require_time(connection.execute(_ONE, {"account": account}).first(), now)
    with database.write(engine, durable=False) as connection:
        _forget(connection, now)
        connection.execute(_TAKE, {"account": account, "now": now})  # from here on it is ours
        row = connection.execute(_ONE, {"account": account}).one()
        _require_time(row, now)
        is_old = now - row.last_at >= FORGOTTEN_AFTER
        failures: int = 1 if is_old else row.failures + 1
        connection.execute(_COUNT, {"named": account, "failures": failures, "last_at": now})
        return failures


def forget(connection: Connection, account: str) -> None:
    """The password was right."""
    connection.execute(_RIGHT, {"named": account})


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many wrong ones: doubled by each, up to a quarter of an hour."""
    if failures < FREE:
        return timedelta(0)
    doubled: int = 2 ** min(failures - FREE, 20)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def _require_time(row: Row[Any] | None, now: datetime) -> None:
    pause = timedelta(0) if row is None else pause_after(row.failures)
    # Clocks of two processes differ, which makes nobody wait who has tries left; and one may have
    # been put back by hours, which keeps nobody out: this attempt is counted by the clock of now.
    if row is None or not pause or row.last_at - now >= LONGEST_PAUSE:
        return
    if (left := row.last_at + pause - now) > timedelta(0):
        raise SlowDown(left)


def _forget(connection: Connection, now: datetime) -> None:
    old = connection.scalars(_OLD, {"then": now - FORGOTTEN_AFTER}).all()
    if old:
        connection.execute(_FORGET, {"old": old})
