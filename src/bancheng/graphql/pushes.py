"""推送: one poller a process follows the ledger of warnings and tells every subscriber.

It runs only while somebody listens. A look costs one row: the ledger itself is only read when its
projection has moved. What waits for a subscriber is bounded, and whoever does not keep up is let
go. Many warnings may come at once, when a day begins: they are handed out batch by batch, so that
nobody is called slow who was not given time.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import Context
from typing import NamedTuple

import anyio
from sqlalchemy import Connection

from bancheng.domain.complaint.withheld import AboutWhom
from bancheng.graphql import errors
from bancheng.graphql.limits import PUSH_QUEUE_MAX
from bancheng.graphql.loaders import Read
from bancheng.projections.machine import checkpoints
from bancheng.projections.office import successors
from bancheng.projections.warnings import WARNINGS, WarningRow, warnings_behind
from bancheng.projections.withheld import untold, whom

POLL_SECONDS = 0.1
RETRY_SECONDS = 1.0
BATCH = PUSH_QUEUE_MAX // 2
PATIENCE_SECONDS = 1.0
LOOK_SECONDS = 0.005


class News(NamedTuple):
    """新情况: a warning that came or changed, and whom its ticket is ``about``.

    ``successors`` took over closed units.
    """

    row: WarningRow
    about: AboutWhom | None
    successors: Mapping[str, str]


class Subscriber:
    """订阅者: the warnings that it wants and has not taken yet, ``PUSH_QUEUE_MAX`` at most.

    ``slow`` is called once, when there would be more; then it gets nothing any more.
    """

    def __init__(self, wants: Callable[[News], bool], slow: Callable[[], None]) -> None:
        self._wants = wants
        self._slow: Callable[[], None] | None = slow
        self._waiting: deque[WarningRow] = deque()
        self._more = asyncio.Event()

    def offer(self, news: News) -> None:
        """A warning came or changed."""
        if self._slow is None or not self._wants(news):
            return
        if len(self._waiting) < PUSH_QUEUE_MAX:
            self._waiting.append(news.row)
            self._more.set()
        else:
            self._waiting.clear()
            slow, self._slow = self._slow, None
            slow()

    @property
    def has_room(self) -> bool:
        """Whether another batch would be no burden."""
        return self._slow is None or len(self._waiting) + BATCH <= PUSH_QUEUE_MAX

    async def next(self) -> WarningRow:
        """The next warning, when there is one."""
        while not self._waiting:
            self._more.clear()
            await self._more.wait()
        return self._waiting.popleft()


class Pushes:
    """推送: the subscribers of this process, and the poller that serves them all."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._subscribers: set[Subscriber] = set()
        self._starting = asyncio.Lock()
        self._poller: asyncio.Task[None] | None = None
        self._position = 0

    @asynccontextmanager
    async def joined(self, subscriber: Subscriber) -> AsyncIterator[None]:
        """While the block lasts, ``subscriber`` is offered what comes from now on."""
        self._subscribers.add(subscriber)
        try:
            async with self._starting:
                if self._poller is None:
                    # The poller is nobody's request: its lines carry no request id.
                    self._position = await self._read(_reached)
                    self._poller = asyncio.create_task(self._poll(), context=Context())
            yield
        finally:
            self._subscribers.discard(subscriber)
            if not self._subscribers and self._poller is not None:
                self._poller.cancel()
                self._poller = None

    async def _poll(self) -> None:
        while True:
            try:
                found = await self._read(self._news)
            except Exception as error:  # noqa: BLE001  the poller must outlive any failure
                errors.record(error)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            for news in found:
                for subscriber in tuple(self._subscribers):
                    subscriber.offer(news)
            if len(found) < BATCH:
                await asyncio.sleep(POLL_SECONDS)
            else:
                await self._taken()

    async def _taken(self) -> None:
        """Wait until all have room for a batch, but not long."""
        with anyio.move_on_after(PATIENCE_SECONDS):
            while not all(one.has_room for one in self._subscribers):  # noqa: ASYNC110  seldom
                await asyncio.sleep(LOOK_SECONDS)

    def _news(self, connection: Connection) -> list[News]:
        reached = _reached(connection)
        if reached <= self._position:
            return []
        rows = warnings_behind(connection, self._position, BATCH)
        last = rows[-1].position if rows else 0
        # Behind a full batch there may be more; else the ledger may have moved on meanwhile.
        self._position = last if len(rows) == BATCH else max(reached, last)
        return news_of(connection, rows)


def news_of(connection: Connection, rows: Sequence[WarningRow]) -> list[News]:
    """``rows`` with what says from whom they are withheld; not those of which that is not known."""
    if not rows:
        return []
    matters = {row.matter_id for row in rows}
    about, closed = whom(connection, matters), successors(connection)
    silent = untold(connection, matters)
    return [
        News(row, about.get(row.matter_id), closed) for row in rows if row.matter_id not in silent
    ]


def _reached(connection: Connection) -> int:
    """The position up to which the ledger of warnings is complete."""
    return checkpoints.get(connection, WARNINGS.projection.name).position
