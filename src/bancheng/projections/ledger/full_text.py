"""全文检索: the words of a text in one spelling, the pairs of signs in it, and who has them all.

Chinese is written without blanks and most of its words have two signs, so the index knows pairs of
neighbours. What has every pair of a word is looked at: only a text that has the word itself is
found. No dictionary is needed, and both databases find the same (ADR 35).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Table,
    Text,
    bindparam,
    exists,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from bancheng.domain.errors import InvalidInput
from bancheng.domain.typed_text import tidied
from bancheng.projections.ledger.searching import ROWS, TEXT_MAX
from bancheng.projections.machine import grams
from bancheng.projections.machine.columns import Several

WORDS_MAX: Final = 8
ROWS_MAX: Final = 3000
PART: Final = "\n"  # between parts of a text: no word goes across
_WORD_SIZES: Final = (1, 2, 4, WORDS_MAX)
# Pairs share 65,536 numbers. Each of its own would be millions of keys, most of one text only: on
# PostgreSQL such an index was twice as large and took four times as long to fill.
_FACTOR, _SPREAD, _SHIFT, _NUMBERS = 65_599, 2_654_435_761, 11, 0xFFFF


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """全文检索条件: every word of ``text`` is written there.

    ``rows`` are those that the index found, if they are few: then they are read by their keys.
    Otherwise each row is looked at in the order of the page, and soon there are enough of them; so
    it is for a moment in the past, too, of which there is no index.
    """

    text: str
    rows: tuple[str, ...] | None = None


def spelt(text: str | None) -> str:
    """``text`` in the one spelling in which texts are compared: narrow, small, without blanks."""
    return "" if text is None else "".join(tidied(text).split()).casefold()


def grams_of(spelling: str) -> list[int]:
    """The pairs of neighbours in a text in its spelling, as numbers, each once, in order.

    Several pairs have one number: what is found is compared with the text itself.
    """
    return sorted({
        ((one * _FACTOR + other) * _SPREAD >> _SHIFT) & _NUMBERS
        for part in spelling.split(PART)
        for one, other in pairwise(map(ord, part))
    })  # fmt: skip


def words_in(text: str, field: str) -> tuple[str, ...]:
    """The words of what was typed, each once; ``InvalidInput`` of ``field`` if it is too much."""
    words = tuple(dict.fromkeys(map(spelt, tidied(text).split())))
    if not words or len(text.strip()) > TEXT_MAX:
        raise InvalidInput(
            "TEXT_OUT_OF_RANGE",
            f"检索词须为 1 至 {TEXT_MAX} 字",
            field=field,
            remedy="请缩短或填写检索词",
        )
    if len(words) > WORDS_MAX:
        raise InvalidInput(
            "TEXT_HAS_TOO_MANY_WORDS",
            f"检索词以空格分为 {len(words)} 个,最多 {WORDS_MAX} 个",
            field=field,
            remedy="请减少检索词",
        )
    return words


def compared(name: str, value: Written) -> dict[str, Any]:
    """What the database compares if ``value`` is asked for as ``name``."""
    words = words_in(value.text, name)
    if value.rows is not None:
        return {_rows_name(name): list(value.rows)}
    size = next(size for size in _WORD_SIZES if size >= len(words))
    filled = [*words, *words[-1:] * size][:size]
    return dict(zip(_word_names(name, size), filled, strict=True))


class has_word(FunctionElement[bool]):  # noqa: N801  it stands where SQL has a function
    """含有: the first text has the second one in it. Not LIKE: nothing is a wildcard."""

    type = Boolean()
    name = "has_word"
    inherit_cache = True


class is_among(FunctionElement[bool]):  # noqa: N801
    """属于: the first is one of the second, a list that is one value however long it is."""

    type = Boolean()
    name = "is_among"
    inherit_cache = True


@compiles(is_among, "sqlite")
def _among_in_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    one, several = (compiler.process(part, **kw) for part in element.clauses)
    return f"{one} IN (SELECT value FROM json_each({several}))"  # noqa: S608  both are compiled


@compiles(is_among, "postgresql")
def _among_in_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    one, several = (compiler.process(part, **kw) for part in element.clauses)
    return f"{one} = ANY ({several})"


@compiles(has_word, "sqlite")
def _in_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **kw)}) > 0)"


@compiles(has_word, "postgresql")
def _in_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **kw)}) > 0)"


@dataclass(frozen=True, eq=False)
class TextIndex:
    """全文索引: ``table`` has for each ``key`` number and text in one spelling, and their grams."""

    table: Table
    key: Column[Any]

    def conditions(self, of: ColumnElement[Any], name: str) -> dict[str, ColumnElement[bool]]:
        """The conditions for rows whose key is ``of``; see `compared`."""
        among = is_among(of, bindparam(_rows_name(name), type_=Several(Text)))
        each = {
            _word_names(name, size)[0]: exists().where(
                self.key == of, *self._has(_word_names(name, size))
            )
            for size in _WORD_SIZES
        }
        return {_rows_name(name): among, **each}

    def looked_up(self, connection: Connection, value: Written, name: str) -> Written:
        """``value`` with the rows that the index finds, if they are few and it may be asked."""
        words, dialect = words_in(value.text, name), connection.dialect
        pairs = grams_of(PART.join(words))
        if not pairs or is_of_the_past(connection):  # a single sign has no pair, and stands often
            return value
        names = [f"word{n}" for n in range(len(words))]
        found = (
            select(self.key)
            .where(grams.has_all(self.table, "grams", dialect), *self._has(names))
            .limit(ROWS_MAX + 1)
        )
        wanted = {"grams": grams.asked(pairs, dialect), **dict(zip(names, words, strict=True))}
        keys = tuple(connection.scalars(found, wanted))
        return value if len(keys) > ROWS_MAX else msgspec.structs.replace(value, rows=keys)

    def _has(self, names: Iterable[str]) -> Sequence[ColumnElement[bool]]:
        of = self.table.c
        return [
            has_word(of.spelling_masked, bindparam(one)) | has_word(of.number, bindparam(one))
            for one in names
        ]


def is_of_the_past(connection: Connection) -> bool:
    """Whether the rows on ``connection`` are those of a moment (`machine.past`): views of them."""
    return bool(connection.get_execution_options().get("schema_translate_map"))


def _rows_name(name: str) -> str:
    return f"{name}{ROWS}"


def _word_names(name: str, size: int) -> list[str]:
    return [f"{name}_{size}_word{n}" for n in range(size)]
