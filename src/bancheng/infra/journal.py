"""The log of events as both databases must keep it. How they do is in `journal_<database>`."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from bancheng.app.ports import Asked


class Row(NamedTuple):
    """One event as it is stored, in the order of the table's columns behind `position`."""

    stream_id: str
    version: int
    topic: str
    state: bytes
    hash_algorithm: str
    hash: bytes


class Taken(Exception):
    """Somebody else was first: ``what`` is the table, ``event`` (the version) or ``answered``."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Journal(Protocol):
    """What appending and reading in order need from a database."""

    def append(
        self, connection: Connection, runs: Sequence[Sequence[Row]], asked: Asked | None
    ) -> list[int]:
        """Insert ``runs``, each of consecutive versions of a stream; the positions, or ``Taken``.

        The last row is the answer to ``asked``.
        """

    def horizon(self, connection: Connection) -> int | None:
        """The position up to which nothing can appear any more.

        ``None``: every visible event is settled.
        """
