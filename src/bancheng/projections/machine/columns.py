"""The column types of read models: the same values, order and comparison on both databases."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.types import TypeEngine

from bancheng.domain.labelled import Labelled

STREAM = "stream"
MASKED = "_masked"  # what the name of a column ends in whose values are masked
_INSTANTS_KEPT = 8192  # one event's few instants go into many rows of several ledgers

# SQLite compares bytes; a PostgreSQL server compares by its language unless it is told.
Code = Text().with_variant(Text(collation="C"), "postgresql")
Position = BigInteger().with_variant(Integer, "sqlite")


class Instant(TypeDecorator[datetime]):
    """时刻: an aware datetime to the microsecond; UTC in the database and out of it.

    SQLite has no type for it and keeps text of one length, which sorts as time does.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text() if dialect.name == "sqlite" else self.impl_instance

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return as_text(value) if dialect.name == "sqlite" else in_utc(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        return found and in_utc(found)


def in_utc(instant: datetime) -> datetime:
    """``instant`` in UTC; ``ValueError`` if it has no zone."""
    if instant.tzinfo is UTC:
        return instant
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


@lru_cache(_INSTANTS_KEPT)
def as_text(instant: datetime) -> str:
    """What SQLite keeps of ``instant``: always of one length, so that text sorts as time does."""
    return in_utc(instant).isoformat(" ", "microseconds")


class Coded(TypeDecorator[Labelled]):
    """A member of a closed vocabulary, stored by its code."""

    impl = Code
    cache_ok = True

    def __init__(self, vocabulary: type[Labelled]) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self.members = {member.value: member for member in vocabulary}

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        # A plain code is looked up: what is not of the vocabulary is refused, not compared.
        return None if value is None else self.members[value]._value_

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Labelled | None:
        return None if value is None else self.members[value]


class Whole(TypeDecorator[Any]):
    """A value that is kept and read as a whole, as JSON of its type.

    To a projection's functions an ``unread`` one is the JSON: most of them never look into it.
    """

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any, *, unread: bool = False) -> None:
        super().__init__()
        self.kind = kind
        self.unread = unread
        self.read = msgspec.json.Decoder(kind).decode

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        return None if value is None else as_json(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else self.read(value)


def as_json(value: Any) -> str:
    """What `Whole` keeps of ``value``."""
    return msgspec.json.encode(value).decode()


class Several(TypeDecorator[Any]):
    """A list of values of the type ``one``: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, one: type[TypeEngine[Any]]) -> None:
        super().__init__()
        self.one = one

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return ARRAY(self.one) if dialect.name == "postgresql" else self.impl_instance

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else as_json(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> Any:
        return msgspec.json.decode(value) if isinstance(value, str) else value


# A few codes in their order, to be shown and not to be searched.
Codes = Whole(tuple[str, ...])


def stream_column(name: str = "stream_id", *, primary_key: bool = False) -> Column[str]:
    """The column by which the rows of a stream are found; each table has exactly one."""
    return Column(name, Code, primary_key=primary_key, nullable=False, info={STREAM: True})


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of the few rows of which ``where`` holds; the others cost it nothing."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def count_index(ledger: str, name: str, key: str) -> Index:
    """The index by which the rows with most of what ``name`` counts are found, most last."""
    return partial_index(f"{ledger}_{name}", name, key, where=f"{name} > 0")
