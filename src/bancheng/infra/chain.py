"""The hash chain of a stream: each event's hash covers the event and its predecessor's hash.

It is computed over what is stored, personal values sealed, so destroying a person's key breaks
nothing. What a chain cannot see (a removed last event, a removed stream) is for the seals.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from struct import Struct
from threading import Lock
from typing import NamedTuple, Protocol

from cryptography.hazmat.primitives import hashes

# Streams count from 1 here. Version 0, with which eventsourcing lets a stream begin, starts a
# chain of its own, so that it need not be looked for at each first event.
FIRST_VERSION = 1
GENESIS = bytes(32)
Content = tuple[str, bytes]  # topic, state
_pack = Struct(">QQqQQ").pack


class _Hash(Protocol):
    """A hash as those of hashlib. (A function around each of them takes a tenth of the time.)"""

    def digest(self) -> bytes: ...


class _Sm3:
    """The national standard GB/T 32905."""

    _EMPTY = hashes.Hash(hashes.SM3())  # copying it is a quarter faster than making a new one

    def __init__(self, data: bytes) -> None:
        self._hash = self._EMPTY.copy()
        self._hash.update(data)

    def digest(self) -> bytes:
        return self._hash.finalize()


ALGORITHMS: Mapping[str, Callable[[bytes], _Hash]] = {"sha256": hashlib.sha256, "sm3": _Sm3}


class Row(NamedTuple):
    """One event as it is stored, in the order of the table's columns behind `position`."""

    stream_id: str
    version: int
    topic: str
    state: bytes
    hash_algorithm: str
    hash: bytes


class Head(NamedTuple):
    """The last event of a stream, as far as known."""

    version: int
    hash: bytes


def extended(
    algorithm: str, previous: bytes, stream_id: str, version: int, contents: Iterable[Content]
) -> list[bytes]:
    """The hashes of ``contents``, from ``version`` on, behind the hash ``previous``."""
    hashed, stream, hashes = ALGORITHMS[algorithm], stream_id.encode(), []
    stream_bytes = len(stream)
    for number, (topic, state) in enumerate(contents, start=version):
        if number <= FIRST_VERSION:
            previous = GENESIS
        name = topic.encode()
        # The lengths come first and are of fixed width: no other event gives the same bytes.
        lengths = _pack(len(previous), stream_bytes, number, len(name), len(state))
        previous = hashed(b"".join((lengths, previous, stream, name, state))).digest()
        hashes.append(previous)
    return hashes


def link(algorithm: str, previous: bytes, stream_id: str, event: tuple[int, str, bytes]) -> bytes:
    """The hash of one event, its version, topic and state, behind the hash ``previous``."""
    version, topic, state = event
    return extended(algorithm, previous, stream_id, version, [(topic, state)])[0]


def broken_links(rows: Iterable[Row]) -> list[int]:
    """The versions, in order, that do not fit what stands before them; ``rows`` is one stream."""
    broken = []
    before: Row | None = None
    for row in rows:
        if not _fits(before, row):
            broken.append(row.version)
        before = row
    return broken


def _fits(before: Row | None, row: Row) -> bool:
    if row.version <= FIRST_VERSION:
        previous = GENESIS
    elif before and before.version == row.version - 1:
        previous = before.hash
    else:
        return False  # its predecessor is missing
    if row.hash_algorithm not in ALGORITHMS:
        return False
    content = row.version, row.topic, row.state
    return row.hash == link(row.hash_algorithm, previous, row.stream_id, content)


class Heads:
    """The heads of the streams used last. Only committed ones: see `publish`.

    A stale head does no harm: the version behind it is taken, and the database refuses it.
    """

    def __init__(self, streams_max: int = 10_000) -> None:
        self._streams_max = streams_max
        self._heads: OrderedDict[str, Head] = OrderedDict()
        self._lock = Lock()

    def get(self, stream_id: str) -> Head | None:
        with self._lock:
            return self._heads.get(stream_id)

    def publish(self, heads: Mapping[str, Head]) -> None:
        """To be called after the commit: a rolled back hash must never be built upon."""
        with self._lock:
            for stream_id, head in heads.items():
                self._heads[stream_id] = head
                self._heads.move_to_end(stream_id)
            while len(self._heads) > self._streams_max:
                self._heads.popitem(last=False)
