"""访问日志: records wait for one commit together, and each answer for the commit of its record.

One thread of the process writes. While it waits for the disk, further records come together; a
look alone does not wait for others. On PostgreSQL processes write one after the other, so that the
chain is one.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from queue import Empty, SimpleQueue
from secrets import token_hex
from threading import Lock, Thread
from typing import Any, Final, NamedTuple

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from bancheng.app.ports import Clock
from bancheng.domain.accesses import Access, Visitor
from bancheng.infra import database
from bancheng.infra.access_chain import digest_of, hash_of
from bancheng.infra.access_purging import purged
from bancheng.infra.access_writing import Last, last_batch, write
from bancheng.infra.chain import GENESIS

BATCH_MAX: Final = 200
SALT_BYTES: Final = 12


class _Entry(NamedTuple):
    at: datetime
    access: Access
    done: Future[None]


class CommittedAccesses:
    """访问日志: in the database of ``engine``, hashed by ``algorithm`` from now on."""

    def __init__(self, engine: Engine, clock: Clock, algorithm: str) -> None:
        self._engine, self._clock, self._algorithm = engine, clock, algorithm
        self._waiting: SimpleQueue[_Entry | None] = SimpleQueue()
        self._starting = Lock()
        self._thread: Thread | None = None
        self._closed = False

    def submit(self, access: Access) -> Future[None]:
        """Record ``access``; done when it is on the disk."""
        entry = _Entry(self._clock.now(), access, Future())
        # Whoever does not wait any more was shown something all the same: nobody cancels it.
        entry.done.set_running_or_notify_cancel()
        with self._starting:
            if self._closed:
                raise RuntimeError("the access log was closed")
            if self._thread is None:
                self._thread = Thread(target=self._run, name="accesses", daemon=True)
                self._thread.start()
            self._waiting.put(entry)
        return entry.done

    def record(self, access: Access) -> None:
        """Record ``access``, and wait until it is on the disk."""
        self.submit(access).result()

    def purge(self, positions: Sequence[int], visitor: Visitor, before: datetime) -> None:
        """Delete the records at ``positions``, all from ``before``, and record that, at once."""
        with database.write(self._engine) as connection:
            last_batch(connection)  # nobody else writes from here on
            access = purged(connection, positions, visitor, before)
            _append(connection, [_Entry(self._clock.now(), access, Future())], self._algorithm)

    def close(self) -> None:
        """Write what waits, and end."""
        with self._starting:
            self._closed = True
            self._waiting.put(None)
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._engine.dispose()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            entries, is_last = self._with_those_behind(first)
            self._write(entries)
            if is_last:
                return

    def _with_those_behind(self, first: _Entry) -> tuple[list[_Entry], bool]:
        """``first`` and what waits behind it, and whether nothing comes after that."""
        entries = [first]
        while len(entries) < BATCH_MAX:
            try:
                entry = self._waiting.get_nowait()
            except Empty:
                break
            if entry is None:
                return entries, True
            entries.append(entry)
        return entries, False

    def _write(self, entries: Sequence[_Entry]) -> None:
        try:
            with database.write(self._engine) as connection:
                _append(connection, entries, self._algorithm)
        except Exception as error:  # noqa: BLE001  whoever waits for it hears of it
            if len(entries) > 1 and not _is_cut_off(error):
                for one in entries:  # one that can not be kept must not take the others with it
                    self._write([one])
            else:
                for one in entries:
                    one.done.set_exception(error)
        else:
            for one in entries:
                one.done.set_result(None)


def _is_cut_off(error: Exception) -> bool:
    """Whether nobody knows if it was committed: once more, it might stand there twice."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    return isinstance(error, psycopg.OperationalError)


def _append(connection: Connection, entries: Sequence[_Entry], algorithm: str) -> None:
    last = last_batch(connection) or Last(0, 0, GENESIS)
    rows = [_row(one, last.position + nth) for nth, one in enumerate(entries, start=1)]
    shown = [sorted(set(one.access.matters)) for one in entries]
    of_rows = list(zip(rows, shown, strict=True))
    digests = b"".join(digest_of(algorithm, row, matters) for row, matters in of_rows)
    number, first = last.number + 1, last.position + 1
    batch = {
        "number": number, "first_position": first, "last_position": last.position + len(rows),
        "recorded_at": entries[-1].at, "digests": digests, "hash_algorithm": algorithm,
        "hash": hash_of(algorithm, last.hash, number, first, digests),
    }  # fmt: skip
    matters = [(one, row["position"]) for row, ids in of_rows for one in ids]
    write(connection, rows, matters, batch)


def _row(entry: _Entry, position: int) -> dict[str, Any]:
    access = entry.access
    visitor, actor = access.visitor, access.visitor.actor
    return {
        "position": position,
        "accessed_at": entry.at,
        "kind": access.kind.value,
        "staff_id": actor and actor.id,
        "staff_name": actor and actor.name,
        "staff_post": actor and actor.post,
        "staff_unit": actor and actor.unit,
        "credential_id": visitor.credential_id,
        "address": visitor.address,
        "window": visitor.window,
        "terminal": visitor.terminal,
        "request_id": visitor.request_id,
        "what": access.what,
        "asked_for": access.asked,
        "count": access.count,
        "purpose": access.purpose,
        "event_position": None if access.position is None else str(access.position),
        "refused": access.refused,
        "salt": token_hex(SALT_BYTES),
    }
