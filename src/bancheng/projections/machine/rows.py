"""The rows that one batch of events changes: loaded with one select a table, written with two."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Table

from bancheng.domain.people import Personal
from bancheng.projections.machine.exchange import Exchange
from bancheng.projections.machine.shelves import Loaded, Row, Shelf

__all__ = ["Masked", "Row", "Rows"]
Masked = Callable[[Personal | None], str | None]


class _Index:
    """Rows by one of their columns, or several. Each is looked into when somebody first asks."""

    def __init__(self, rows: list[Row], *names: str) -> None:
        self._rows = rows
        self._key_of = itemgetter(*names)
        self._filed = 0
        self._found = defaultdict[Any, list[Row]](list)

    def find(self, key: Any) -> list[Row]:
        while self._filed < len(self._rows):
            row = self._rows[self._filed]
            self._found[self._key_of(row)].append(row)
            self._filed += 1
        return self._found[key]


class _Drawer:
    """What one batch knows of one table."""

    def __init__(self, shelf: Shelf, exchange: Exchange, streams: Sequence[str]) -> None:
        self._shelf = shelf
        self._exchange = exchange
        self._streams = streams
        self._fresh: list[Row] = []
        self._loaded: list[Loaded] | None = None
        self._known: list[Row] = []
        self._by_key = _Index(self._known, *shelf.keys)
        self._by_stream = _Index(self._known, shelf.stream)

    def add(self, values: Row) -> Row:
        row = self._shelf.blank | values
        self._fresh.append(row)
        self._known.append(row)
        return row

    def of_key(self, key: Any) -> Row:
        if not (found := self._by_key.find(key)):
            self._open()
            found = self._by_key.find(key)
        if not found:
            raise KeyError(key)
        return found[0]

    def of_stream(self, stream_id: str) -> list[Row]:
        self._open()
        return self._by_stream.find(stream_id)

    def flush(self) -> None:
        if self._fresh:
            self._shelf.insert(self._exchange, self._fresh)
        if changed := [row for row in self._loaded or () if row]:
            self._shelf.update(self._exchange, changed)

    def _open(self) -> None:
        if self._loaded is None:
            self._loaded = self._shelf.load(self._exchange, self._streams) if self._streams else []
            self._known += self._loaded


class Rows:
    """行集: what a projection's functions see of the database, and all they may change.

    To change a row is to write into it; to ask for a column, to index it.
    """

    def __init__(
        self,
        exchange: Exchange,
        shelves: Mapping[Table, Shelf],
        streams: Sequence[str],
        masked: Masked,
    ) -> None:
        self.masked = masked
        self._drawers = {
            table: _Drawer(shelf, exchange, streams) for table, shelf in shelves.items()
        }

    def new(self, table: Table, **values: Any) -> Row:
        """A new row; columns not named are empty, counts 0."""
        return self._drawers[table].add(values)

    def of(self, table: Table, *key: Any) -> Row:
        """The row under ``key``; ``KeyError`` if the stream has none such."""
        return self._drawers[table].of_key(key if len(key) > 1 else key[0])

    def all_of(self, table: Table, stream_id: str) -> list[Row]:
        """The rows of a stream."""
        return self._drawers[table].of_stream(stream_id)

    def flush(self) -> None:
        """Write what was changed: few statements a table."""
        for drawer in self._drawers.values():
            drawer.flush()
