"""The chain of the access log: each record has a digest, each batch of records a hash.

The hash covers the digests of the batch and the hash of the batch before. So a record that is
deleted when its time is over leaves its digest, and everything else can still be compared.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from struct import Struct
from typing import Any, Final

import msgspec

from bancheng.infra.chain import ALGORITHMS

DIGEST_BYTES: Final = 32
_head = Struct(">QQqQ").pack


def digest_of(algorithm: str, row: Mapping[str, Any], matters: Iterable[str]) -> bytes:
    """The digest of a record: what its ``row`` says, and the ids of its matters.

    A column that says nothing is left out, so that one which comes later changes no digest.
    """
    said = [[str(name), _plain(row[name])] for name in sorted(row) if row[name] is not None]
    return ALGORITHMS[algorithm](msgspec.json.encode([said, sorted(matters)])).digest()


def hash_of(algorithm: str, previous: bytes, number: int, first: int, digests: bytes) -> bytes:
    """The hash of the batch ``number``, whose first record is at ``first``."""
    lengths = _head(len(previous), number, first, len(digests))
    return ALGORITHMS[algorithm](b"".join((lengths, previous, digests))).digest()


def _plain(value: Any) -> Any:
    # Both databases keep microseconds; what stands there must give the same bytes again.
    return round(value.timestamp() * 1_000_000) if isinstance(value, datetime) else value
