"""The store's tables, and how they come into a database. Read models bring their own."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
    insert,
    inspect,
    literal,
    select,
    update,
)
from sqlalchemy.schema import CreateColumn

from bancheng.domain.notices.terms import NoticeStatus
from bancheng.infra import database, journal_postgresql, journal_sqlite
from bancheng.projections.notices import notice

VERSION = 11
# Any number will do, as long as every version of the program uses the same one.
_SCHEMA_LOCK = 0x62616E636865


class SchemaTooNew(RuntimeError):
    """The database was set up by a later version of the program."""


class Instant(TypeDecorator[datetime]):
    """An aware datetime; UTC in the database and out of it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        # SQLite has no type for instants: what comes back is naive, and UTC.
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


metadata = MetaData()
_Position = BigInteger().with_variant(Integer, "sqlite")

event = Table(
    "event",
    metadata,
    Column("position", _Position, Identity(), primary_key=True),
    Column("stream_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("topic", Text, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("hash_algorithm", String(16), nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("stream_id", "version", name="event_version"),
)

register = Table(
    "register",
    metadata,
    Column("hall", String(64), primary_key=True),
    Column("ledger", String(64), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last_number", Integer, nullable=False),
)

bookmark = Table(
    "bookmark",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("position", _Position, nullable=False),
)

answered = Table(
    "answered",
    metadata,
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("stream_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("position", _Position, nullable=False),
    sqlite_with_rowid=False,
)

person_key = Table(
    "person_key",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("finder", Text, unique=True),
    Column("created_at", Instant, nullable=False),
)

# By what matters are found (`bancheng.infra.person_index`). ``part`` is a `PersonalField`,
# ``version`` that of the event that told it; without a digest it finds nothing.
person_index = Table(
    "person_index",
    metadata,
    Column("stream_id", Text, primary_key=True),
    Column("part", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("digest", LargeBinary),
    # So that no row outlives the key of its person, whoever destroys it.
    Column("owner", Text, ForeignKey("person_key.owner")),
    Index("person_index_digest", "digest"),
    Index("person_index_owner", "owner"),
)
# The bookmark up to which the events are not in that table yet; at 0, or not there, all are.
UNINDEXED = "person_index"

# Whose database it is: one hall's, sealed under one master key, which another one may follow.
hall = Table(
    "hall",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("master_key", LargeBinary, nullable=False),
    Column("next_master_key", LargeBinary),
)

# The hall's own keys (`bancheng.infra.hall_keys`), wrapped under the master key.
hall_key = Table(
    "hall_key",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
# In place of a key: it was derived from the master key until version 4. Who knows that key writes
# the derived one here, because what is stored was made with it.
INHERITED = b""

# What proves a password or a token (`bancheng.app.ports.Proof`). The secret itself is nowhere.
proof = Table(
    "proof",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("kept", Text, nullable=False),
    Index("proof_kept", "kept"),
    Index("proof_owner", "owner"),
)

# Who is signed in. ``since`` is the position behind which nothing had ended it at the beginning.
session = Table(
    "session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("staff_id", Text, nullable=False),
    Column("since", _Position, nullable=False),
    Column("address", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("way", String(16), nullable=False, server_default="password"),
    Index("session_staff", "staff_id"),
)

# Wrong passwords of late, by the account that was named, whether there is one or not.
sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("account", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Index("sign_in_failure_last", "last_at"),
)

# The newest code of each person's device that was shown, by its number since 1970.
used_code = Table(
    "used_code",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

# What was handed to a browser sealed and has been used (`bancheng.infra.sealed_steps`).
used_step = Table(
    "used_step",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("ends_at", Instant, nullable=False),
    Index("used_step_ends", "ends_at"),
)

# The bookmark up to which notices (`bancheng.infra.notice_queue`) were made of the log.
NOTICED = "notices"

store_schema = Table("store_schema", metadata, Column("version", Integer, primary_key=True))


def _inherit_hall_keys(connection: Connection) -> None:
    hall_key.create(connection)
    inherited = [{"name": name, "wrapped": INHERITED} for name in ("finder", "fingerprint")]
    connection.execute(insert(hall_key), inherited)


def _begin_person_index(connection: Connection) -> None:
    person_index.create(connection)
    last = select(literal(UNINDEXED), func.coalesce(func.max(event.c.position), 0))
    connection.execute(insert(bookmark).from_select(["name", "position"], last))


def _begin_notices(connection: Connection) -> None:
    notice.create(connection)
    # Nobody is told now of what happened before the hall could tell.
    last = select(literal(NOTICED), func.coalesce(func.max(event.c.position), 0))
    connection.execute(insert(bookmark).from_select(["name", "position"], last))


def _mend_notices(connection: Connection) -> None:
    _add(connection, notice.c.urgent, of_rows="false")
    # Some that are to be sent again were left with nothing to tell.
    over = notice.c.status.in_((NoticeStatus.SENT, NoticeStatus.FAILED))
    connection.execute(update(notice).where(notice.c.untold, ~over).values(untold=False))


def _add(connection: Connection, column: Column[Any], of_rows: str | None = None) -> None:
    """Add ``column``, unless an earlier step made its table as it is now.

    ``of_rows`` is what the rows that are there have in it, as SQL, if they must have something.
    """
    table = column.table.name
    there = inspect(connection).get_columns(table, connection.dialect.default_schema_name)
    if column.name not in {one["name"] for one in there}:
        kind = CreateColumn(column).compile(dialect=connection.dialect)
        default = "" if of_rows is None else f" DEFAULT {of_rows}"
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {kind}{default}")


# What makes the tables of each version out of those of the one before.
_UPGRADES: Mapping[int, Callable[[Connection], None]] = {
    2: hall.create,
    # Nothing but the number: a program of version 2 would build the ledgers of this one backwards.
    3: lambda _: None,
    4: lambda connection: metadata.create_all(
        connection, [proof, session, sign_in_failure], checkfirst=False
    ),
    5: _inherit_hall_keys,
    6: _begin_person_index,
    7: lambda connection: metadata.create_all(connection, [used_code, used_step], checkfirst=False),
    8: lambda connection: _add(connection, hall.c.next_master_key),
    9: lambda connection: _add(connection, session.c.way),
    10: _begin_notices,
    11: _mend_notices,
}


def create_schema(engine: Engine, check: Callable[[Connection], None] = lambda _: None) -> None:
    """Bring the tables into the database, or up to date. Safe if several start at once.

    What ``check`` raises, once they are there, leaves the database as it was.
    """
    with database.read(engine) as connection:
        if _version(connection) == VERSION:
            return
    with database.write(engine) as connection:
        alone(connection)
        if (found := _version(connection)) is None:
            _create(connection)
        else:
            _upgrade(connection, found)
        check(connection)


def _upgrade(connection: Connection, found: int) -> None:
    for version in range(found + 1, VERSION + 1):
        _UPGRADES[version](connection)
    connection.execute(update(store_schema).values(version=VERSION))


def alone(connection: Connection) -> None:
    """Let nobody else set up the database until the transaction ends; SQLite has one writer."""
    if database.is_postgresql(connection):
        connection.execute(select(func.pg_advisory_xact_lock(_SCHEMA_LOCK)))


def _version(connection: Connection) -> int | None:
    """The version of the tables, none if there are none; ``SchemaTooNew`` if it is a later one."""
    # Of the own schema only: further schemas on the search path belong to other applications.
    schema = connection.dialect.default_schema_name
    if not inspect(connection).has_table(store_schema.name, schema=schema):
        return None
    found: int = connection.scalars(select(store_schema.c.version)).one()
    if found > VERSION:
        raise SchemaTooNew(f"数据库结构版本为 {found},本程序只支持到 {VERSION};请升级程序后再启动")
    return found


def _create(connection: Connection) -> None:
    metadata.create_all(connection, checkfirst=False)
    notice.create(connection)
    if database.is_postgresql(connection):
        journal_postgresql.create_functions(connection)
    else:
        journal_sqlite.create_triggers(connection)
    connection.execute(insert(store_schema).values(version=VERSION))
