"""Whether the access log is what was recorded: each batch behind the one before, each record in it.

It needs neither the hall's keys nor its other tables, and writes nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Row, bindparam, func, select

from bancheng.infra.access_chain import DIGEST_BYTES, digest_of, hash_of
from bancheng.infra.access_purging import Gone, gone_so_far
from bancheng.infra.access_tables import access_batch
from bancheng.infra.chain import ALGORITHMS, GENESIS
from bancheng.projections.accesses import access_log, access_matter

PAGE: Final = 100
_COUNT = select(func.count()).select_from(access_log)
_BATCHES = (
    select(access_batch)
    .where(access_batch.c.number > bindparam("after"))
    .order_by(access_batch.c.number)
    .limit(PAGE)
)
_RECORDS = select(access_log).where(
    access_log.c.position.between(bindparam("first"), bindparam("last"))
)
_MATTERS = select(access_matter).where(
    access_matter.c.position.between(bindparam("first"), bindparam("last"))
)


class Looked(NamedTuple):
    """核验所见: how many records were looked at, and the positions of those that do not hold.

    ``purged`` are those that are gone because their time was over.
    """

    records: int
    broken: tuple[int, ...]
    purged: tuple[int, ...] = ()


def record_count(connection: Connection) -> int:
    """How many records there are."""
    found: int = connection.scalars(_COUNT).one()
    return found


def looked_through(connection: Connection) -> Iterator[Looked]:
    """The whole log, page by page; then once more what is gone, if a purge told otherwise of it."""
    before: Row[Any] | None = None
    told, found = gone_so_far(connection), Gone()
    missing: list[int] = []
    while page := connection.execute(_BATCHES, {"after": before.number if before else 0}).all():
        gone: dict[int, bytes] = {}
        yield _page(connection, before, page, told.through, gone)
        found, before = found.and_(gone.items()), page[-1]
        missing += gone
    if (found.count, found.digests) != (told.count, told.digests):
        yield Looked(0, tuple(missing) or (told.through,))


def _page(
    connection: Connection,
    before: Row[Any] | None,
    page: Sequence[Row[Any]],
    purged_through: int,
    gone: dict[int, bytes],
) -> Looked:
    within = {"first": page[0].first_position, "last": page[-1].last_position}
    if before is not None:  # a record between two batches is of none
        within["first"] = min(within["first"], before.last_position + 1)
    records = {one.position: one for one in connection.execute(_RECORDS, within)}
    matters: dict[int, list[str]] = {}
    for one in connection.execute(_MATTERS, within):
        matters.setdefault(one.position, []).append(one.matter_id)
    broken: set[int] = set()
    known: set[int] = set()
    for batch in page:
        positions = range(batch.first_position, batch.last_position + 1)
        known.update(positions)
        if not _is_chained(before, batch):
            broken.update(positions or [batch.first_position])
        for position, digest in zip(positions, _digests(batch), strict=False):
            record = records.get(position)
            if record is None and position <= purged_through:
                gone[position] = digest
            elif record is None or digest != _digest(batch, record, matters.get(position, [])):
                broken.add(position)
        before = batch
    return Looked(len(records), tuple(sorted(broken | records.keys() - known)), tuple(gone))


def _is_chained(before: Row[Any] | None, batch: Row[Any]) -> bool:
    number, last, previous = 0, 0, GENESIS
    if before is not None:
        number, last, previous = before.number, before.last_position, bytes(before.hash)
    digests, size = bytes(batch.digests), batch.last_position - batch.first_position + 1
    if (batch.number, batch.first_position) != (number + 1, last + 1):
        return False  # the one before is missing
    if batch.hash_algorithm not in ALGORITHMS or len(digests) != size * DIGEST_BYTES:
        return False
    told = hash_of(batch.hash_algorithm, previous, batch.number, batch.first_position, digests)
    return told == bytes(batch.hash)


def _digests(batch: Row[Any]) -> Iterator[bytes]:
    digests = bytes(batch.digests)
    return (digests[at : at + DIGEST_BYTES] for at in range(0, len(digests), DIGEST_BYTES))


def _digest(batch: Row[Any], record: Row[Any], matters: Sequence[str]) -> bytes:
    if batch.hash_algorithm not in ALGORITHMS:
        return b""
    return digest_of(batch.hash_algorithm, dict(record._mapping), matters)  # noqa: SLF001  public
