"""The rows that one batch of events changes: loaded with one select a table, written with two."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from bancheng.domain.people import Personal
from bancheng.projections.shelves import Loaded, Row, Shelf

__all__ = ["Masked", "Row", "Rows"]
Key = tuple[Any, ...]
Masked = Callable[[Personal | None], str | None]


class _Drawer:
    """What one batch knows of one table."""

    def __init__(self, shelf: Shelf, connection: Connection, streams: Sequence[str]) -> None:
        self.shelf = shelf
        self.fresh: list[Row] = []
        self._connection = connection
        self._streams = streams
        self._found = 0  # how many of the fresh rows can be found by key and stream
        self._loaded: list[Loaded] | None = None
        self._by_key: dict[Key, Row] = {}
        self._by_stream: defaultdict[str, list[Row]] = defaultdict(list)

    def of_key(self, key: Key) -> Row:
        self._index()
        row = self._by_key.get(key)
        if row is None:
            self._open()
            row = self._by_key[key]
        return row

    def of_stream(self, stream_id: str) -> list[Row]:
        self._index()
        self._open()
        return self._by_stream[stream_id]

    def flush(self) -> None:
        if self.fresh:
            self.shelf.insert(self._connection, self.fresh)
        if changed := [row for row in self._loaded or () if row]:
            self.shelf.update(self._connection, changed)

    def _index(self) -> None:
        # Only when somebody looks: the rows of a trail never are, and they are most of all rows.
        while self._found < len(self.fresh):
            self._keep(self.fresh[self._found])
            self._found += 1

    def _open(self) -> None:
        if self._loaded is None:
            self._loaded = self.shelf.load(self._connection, self._streams) if self._streams else []
            for row in self._loaded:
                self._keep(row)

    def _keep(self, row: Row) -> None:
        self._by_key[tuple([row[name] for name in self.shelf.keys])] = row
        self._by_stream[row[self.shelf.stream]].append(row)


class Rows:
    """行集: what a projection's functions see of the database, and all they may change.

    To change a row is to write into it; to ask for a column, to index it.
    """

    def __init__(
        self,
        connection: Connection,
        shelves: Mapping[str, Shelf],
        streams: Sequence[str],
        masked: Masked,
    ) -> None:
        self.masked = masked
        self._connection = connection
        self._drawers = {
            name: _Drawer(shelf, connection, streams) for name, shelf in shelves.items()
        }

    def new(self, table: Table, **values: Any) -> Row:
        """A new row; columns not named are empty, counts 0."""
        drawer = self._drawers[table.name]
        row = drawer.shelf.blank | values
        drawer.fresh.append(row)
        return row

    def of(self, table: Table, *key: Any) -> Row:
        """The row under ``key``; ``KeyError`` if the stream has none such."""
        return self._drawers[table.name].of_key(key)

    def all_of(self, table: Table, stream_id: str) -> list[Row]:
        """The rows of a stream."""
        return self._drawers[table.name].of_stream(stream_id)

    def flush(self) -> None:
        """Write what was changed: few statements a table."""
        for drawer in self._drawers.values():
            drawer.flush()
