"""The log of events as both databases must keep it. How they do is in `journal_<database>`."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from bancheng.app.ports import Asked


class Run(NamedTuple):
    """Events of one stream that follow each other, to be appended; ``version`` is the first's.

    Columns, not rows: what all of them share goes to the database once.
    """

    stream_id: str
    version: int
    hash_algorithm: str
    topics: Sequence[str]
    states: Sequence[bytes]
    hashes: Sequence[bytes]

    @property
    def last_version(self) -> int:
        return self.version + len(self.topics) - 1

    def parts(self, events_max: int) -> Iterator["Run"]:
        """The run in pieces of at most so many events."""
        if len(self.topics) <= events_max:  # the usual case; slicing takes longer than this
            yield self
            return
        for start in range(0, len(self.topics), events_max):
            some = slice(start, start + events_max)
            columns = self.topics[some], self.states[some], self.hashes[some]
            yield Run(self.stream_id, self.version + start, self.hash_algorithm, *columns)


class Taken(Exception):
    """Somebody else was first: ``what`` is the table, ``event`` (the version) or ``answered``."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Journal(Protocol):
    """What appending and reading in order need from a database."""

    def append(self, connection: Connection, run: Run, asked: Asked | None) -> list[int]:
        """Insert ``run``; the positions in order, or ``Taken``. The last is ``asked``'s answer."""

    def horizon(self, connection: Connection) -> int:
        """The position up to which nothing can appear any more.

        It must be read before a query takes its snapshot, never in the same one.
        """
