"""Where a page begins: cursors, and the comparisons and orders they stand for.

Rows without a value come last, whether ascending or descending; a unique key decides between
equal values.
"""

import base64
import binascii
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, Column, ColumnElement, and_, bindparam, or_, tuple_

from bancheng.domain.errors import InvalidInput
from bancheng.domain.labelled import Labelled

KEY, VALUE = "cursor_key", "cursor_value"
_INTEGER_MAX: Final = 2**31 - 1


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """游标: the list and order it belongs to, and the row's value and key in it."""

    place: str
    value: Any
    key: Any

    def write(self) -> str:
        """The text a client hands back as it is."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode()


class Ordering(msgspec.Struct, frozen=True):
    """排序方式: a column and its tie-breaker, one way. Hashable, so that statements are kept."""

    sort: Labelled
    column: Column[Any]
    key: Column[Any]
    descending: bool
    nulls_first: bool

    def ordering(self) -> tuple[ColumnElement[Any], ...]:
        """What to order by."""
        return self._nulls(self._way(self.column)), self._way(self.key)

    def behind(self, *, from_null: bool) -> ColumnElement[bool]:
        """The rows that come after a cursor, whose value is absent if ``from_null``."""
        value = bindparam(VALUE, type_=self.column.type)
        key = bindparam(KEY, type_=self.key.type)
        if not self.column.nullable:
            # Row values, because both databases walk an index by them.
            return self._past(tuple_(self.column, self.key), tuple_(value, key))
        if from_null:
            later = and_(self.column.is_(None), self._past(self.key, key))
            return or_(later, self.column.is_not(None)) if self.nulls_first else later
        later = or_(
            self._past(self.column, value),
            and_(self.column == value, self._past(self.key, key)),
        )
        return later if self.nulls_first else or_(later, self.column.is_(None))

    def at(self, row: Any, asked: str) -> str:
        """The cursor of ``row`` in the list that was ``asked`` for."""
        # By name: the statement may have been rewritten, and its columns be those of a sub-query.
        found = row._mapping  # noqa: SLF001  its public name
        return Cursor(self._place(asked), found[self.column.key], found[self.key.key]).write()

    def read(self, text: str, asked: str) -> Cursor:
        """The cursor a client handed back; ``InvalidInput`` if it is not one of this list."""
        try:
            cursor = msgspec.json.decode(base64.urlsafe_b64decode(text), type=Cursor)
            if cursor.place != self._place(asked):
                raise _not_a_cursor()
            value = msgspec.convert(cursor.value, self.column.type.python_type | None)
            key = msgspec.convert(cursor.key, self.key.type.python_type)
        except (binascii.Error, UnicodeError, msgspec.MsgspecError, ValueError) as error:
            raise _not_a_cursor() from error
        if not (_compares(value, self.column) and _compares(key, self.key)):
            raise _not_a_cursor()
        return Cursor(cursor.place, value, key)

    def _place(self, asked: str) -> str:
        return f"{self.key.table.name}/{self.sort}/{asked}"

    def _way(self, column: Column[Any]) -> ColumnElement[Any]:
        return column.desc() if self.descending else column.asc()

    def _nulls(self, ordered: ColumnElement[Any]) -> ColumnElement[Any]:
        if not self.column.nullable:
            return ordered
        return ordered.nulls_first() if self.nulls_first else ordered.nulls_last()

    def _past(self, one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[bool]:
        return one < other if self.descending else one > other


def _compares(value: object, column: Column[Any]) -> bool:
    """Whether PostgreSQL can compare ``value``: it takes no NUL, and no number that is too long."""
    if isinstance(value, int):
        return isinstance(column.type, BigInteger) or abs(value) <= _INTEGER_MAX
    return not isinstance(value, str) or "\0" not in value


def _not_a_cursor() -> InvalidInput:
    return InvalidInput(
        "CURSOR_INVALID",
        "翻页游标无效,或不属于当前的台账、筛选与排序方式",
        field="cursor",
        remedy="请从第一页重新查询",
    )
