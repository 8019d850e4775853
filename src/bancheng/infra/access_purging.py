"""保存期满: records whose time is over are deleted, and a record of its own tells what is gone.

The digest of a record stays in its batch, so the chain holds. That of a purge says up to which
position how many are gone, of all purges so far, and the sum of their digests: what else is missing
was taken by somebody.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, or_, select

from bancheng.domain.accesses import Access, AccessKind, Visitor
from bancheng.infra.access_chain import DIGEST_BYTES
from bancheng.infra.access_tables import access_batch
from bancheng.projections.accesses import access_log, access_matter
from bancheng.projections.cases.row import case
from bancheng.projections.ledger.listing import among, before
from bancheng.projections.tickets.row import ticket

AT_ONCE: Final = 1000
_MODULUS: Final = 1 << (8 * DIGEST_BYTES)


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """已清除: ``count`` records up to ``through``, whose digests come to ``digests`` (hex)."""

    through: int = 0
    count: int = 0
    digests: str = "0"

    def and_(self, others: Iterable[tuple[int, bytes]]) -> "Gone":
        """With ``others``, each told by its position and digest."""
        through, count, total = self.through, self.count, int(self.digests, 16)
        for position, digest in others:
            through, count = max(through, position), count + 1
            # A sum: later ones may stand before earlier ones, whose matters lived on.
            total = (total + int.from_bytes(digest)) % _MODULUS
        return Gone(through=through, count=count, digests=f"{total:x}")


def _lives(matter_id: ColumnElement[str], over: ColumnElement[datetime]) -> ColumnElement[bool]:
    of_it = access_matter.c.position == access_log.c.position
    return exists().where(of_it, access_matter.c.matter_id == matter_id, over.is_(None))


_OVER = (
    select(access_log.c.position)
    .where(
        before(access_log.c.accessed_at, "before"),
        access_log.c.position > bindparam("behind"),
        access_log.c.kind != AccessKind.PURGED,
        ~or_(
            _lives(ticket.c.ticket_id, ticket.c.closed_at),
            _lives(case.c.case_id, case.c.closed_at),
        ),
    )
    .order_by(access_log.c.position)
    .limit(AT_ONCE)
)
_TOLD = (
    select(access_log.c.asked_for)
    .where(access_log.c.kind == AccessKind.PURGED)
    .order_by(access_log.c.position.desc())
    .limit(1)
)
_BATCHES = (
    select(access_batch.c.first_position, access_batch.c.digests)
    .where(
        access_batch.c.last_position >= bindparam("first"),
        access_batch.c.first_position <= bindparam("last"),
    )
    .order_by(access_batch.c.number)
)
_DELETED = tuple(
    delete(one).where(among(one.c.position, "positions")) for one in (access_matter, access_log)
)


def over(connection: Connection, instant: datetime, behind: int) -> Sequence[int]:
    """The next records from before ``instant``, behind a position, of which no matter lives.

    A matter lives until it is closed. ``connection`` reads the hall and its access log.
    """
    return connection.scalars(_OVER, {"before": instant, "behind": behind}).all()


def gone_so_far(connection: Connection) -> Gone:
    """What the last purge told."""
    told = connection.scalar(_TOLD)
    return Gone() if told is None else msgspec.json.decode(told, type=Gone)


def purged(
    connection: Connection, positions: Sequence[int], visitor: Visitor, instant: datetime
) -> Access:
    """Delete the records at ``positions``, and give the record that is to tell of it."""
    gone = gone_so_far(connection).and_(_digests(connection, positions))
    for deleting in _DELETED:
        connection.execute(deleting, {"positions": list(positions)})
    return Access(
        kind=AccessKind.PURGED,
        visitor=visitor,
        what=f"before {instant:%Y-%m-%dT%H:%M:%SZ}",
        asked=msgspec.json.encode(gone).decode(),
        count=len(positions),
    )


def _digests(connection: Connection, positions: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    wanted = set(positions)
    within = {"first": min(wanted), "last": max(wanted)}
    for first, digests in connection.execute(_BATCHES, within):
        for nth in range(len(digests) // DIGEST_BYTES):
            if first + nth in wanted:
                yield first + nth, bytes(digests[nth * DIGEST_BYTES : (nth + 1) * DIGEST_BYTES])
