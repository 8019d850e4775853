"""What resolvers may use: the services of the hall, and who asks in this request."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Protocol, TypeVar

import anyio
import anyio.to_thread
import sqlalchemy
import strawberry
from anyio import CapacityLimiter
from starlette.responses import Response

from bancheng.app.credentials import Credential, Known, Presented
from bancheng.app.engine import Engine, Rules
from bancheng.app.ports import AccessLog
from bancheng.domain.accesses import Access, Visitor
from bancheng.domain.errors import DomainError, NotAllowed
from bancheng.domain.people import Actor
from bancheng.domain.person_search import Sought
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.graphql.attempts import Attempts, Searches
from bancheng.graphql.limits import BULKS_AT_ONCE_MAX, PASTS_AT_ONCE_MAX
from bancheng.graphql.listeners import Listeners
from bancheng.graphql.loaders import Loaders, Logged
from bancheng.graphql.pushes import Pushes
from bancheng.graphql.revocations import Revocations
from bancheng.projections import story
from bancheng.projections.ledger.windows import Page, Window
from bancheng.projections.machine.batches import Batches
from bancheng.projections.machine.runner import Runner
from bancheng.projections.matters import FoundMatter
from bancheng.projections.sight import Searcher, bound_unit
from bancheng.projections.tickets.repeats import LikelyRepeat, Report
from bancheng.projections.tickets.row import TicketRow
from bancheng.projections.withheld import Withheld, is_withheld, streams_of, withheld_from, without
from bancheng.projections.wording.marks import Names
from bancheng.projections.wording.naming import names_of

T = TypeVar("T")
THREADS_MAX = 32
_NOT_LOOKED_UP: Final = object()


class Who(Protocol):
    """身份: who shows what."""

    def authenticate(self, presented: Presented, *, uses: bool = True) -> Known:
        """Who shows ``presented``; ``NotAllowed`` if it is of nobody (any more)."""

    def held(self, staff_id: str | None) -> Sequence[Credential]:
        """The sessions and tokens that hold now, of one person or of all."""

    def changes(self) -> Hashable:
        """What moves whenever something may have been ended."""


class Finder(Protocol):
    """查人: the matters of a person."""

    def found(
        self, connection: sqlalchemy.Connection, sought: Sought, searcher: Searcher, window: Window
    ) -> tuple[Page[FoundMatter], int]:
        """A page of the matters found, and how many there are."""


class Repeats(Protocol):
    """疑似重复件: what may be the same matter as a report or a ticket."""

    def of_report(
        self,
        connection: sqlalchemy.Connection,
        report: Report,
        people: Sequence[Sought],
        searcher: Searcher,
    ) -> list[LikelyRepeat]:
        """What may be the same as ``report``, which ``people`` told, the likeliest first."""

    def of_ticket(
        self, connection: sqlalchemy.Connection, of: TicketRow, searcher: Searcher
    ) -> list[LikelyRepeat]:
        """What may be the same as the ticket of the row ``of``, the likeliest first."""


@dataclass(frozen=True, kw_only=True)
class Services:
    """服务: everything the API asks for.

    ``who`` answers who shows what, as they stand now; it blocks, and is called in threads only.
    ``public_url`` is where browsers find the hall, if not where they send their requests to.
    ``wait_seconds`` bounds how long a mutation waits for the read models.
    """

    engine: Engine
    database: sqlalchemy.Engine
    rules: Rules
    now: Callable[[], datetime]
    who: Who
    accesses: AccessLog
    finder: Finder
    repeats: Repeats
    public_url: str
    runner: Runner
    batches: Batches
    wait_seconds: float
    threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(THREADS_MAX))
    pasts: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(PASTS_AT_ONCE_MAX))
    bulks: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(BULKS_AT_ONCE_MAX))

    @cached_property
    def pushes(self) -> Pushes:
        """Those who listen, and what tells them."""
        return Pushes(self.read)

    @cached_property
    def revocations(self) -> Revocations:
        """Whether anything was revoked."""
        return Revocations(lambda: self.off_loop(self.who.changes))

    @cached_property
    def listeners(self) -> Listeners:
        """Whose connections there are."""
        return Listeners()

    @cached_property
    def attempts(self) -> Attempts:
        """The wrong codes that were tried of late."""
        return Attempts(self.now)

    @cached_property
    def searches(self) -> Searches:
        """The searches for people that were made of late."""
        return Searches(self.now)

    async def off_loop(self, work: Callable[[], T]) -> T:
        """The result of ``work``, done in a thread: nothing that blocks runs on the loop."""
        return await anyio.to_thread.run_sync(work, limiter=self.threads)

    async def read(self, query: Callable[[sqlalchemy.Connection], T]) -> T:
        """The result of ``query`` on a connection of its own, in a thread.

        It reads all there is: for somebody who asks it is `Asking.read`.
        """

        def work() -> T:
            with self.database.connect() as connection:
                return query(connection)

        return await self.off_loop(work)

    async def read_by_rules(self, query: Callable[[sqlalchemy.Connection, RuleBook], T]) -> T:
        """As `read`, with the rule book in force beside the connection.

        The book may have to be read, too. Whoever asks for it while holding a connection waits for
        a second one, and for ever once everybody does.
        """

        def work() -> T:
            book = self.rules.rulebook()
            with self.database.connect() as connection:
                return query(connection, book)

        return await self.off_loop(work)

    async def witness(self, *accesses: Access) -> None:
        """Let the access log have ``accesses``, and wait until it does."""
        waiting = [asyncio.wrap_future(self.accesses.submit(one)) for one in accesses]
        for one in waiting:
            await one

    async def details(self, positions: list[int]) -> list[Any]:
        """What the events at ``positions`` say."""
        found = await self.off_loop(lambda: story.details(self.batches, positions))
        return [found.get(position) for position in positions]

    async def changes(self, entries: list[story.Entry]) -> list[Any]:
        """What each of ``entries`` changed."""
        # Not within the read: the log takes a connection of its own.
        needed = await self.read(lambda connection: story.needed_for(connection, entries))
        found = await self.off_loop(lambda: story.changes(self.batches, entries, needed))
        return [found.get(one.position) for one in entries]


@dataclass(kw_only=True)
class Asking:
    """本次请求: who asks, or why we do not know who does.

    ``address`` is whence, as the network tells it, or a proxy of the configuration.
    On a WebSocket it lasts as long as the connection, ``actor`` is looked up again and again, and
    ``let_go`` ends it; on a plain request there is no such thing.
    ``pasts`` are the moments asked about, by the field that asks, and ``at`` is set in each of
    them; ``at_the_end`` of the request something may have to be given back.
    """

    services: Services
    actor: Actor | None
    credential_id: str | None = None
    refusal: NotAllowed | None = None
    request_id: str = ""
    response: Response | None = None
    address: str = ""
    let_go: Callable[[DomainError], None] | None = None
    at: datetime | None = None
    pasts: "dict[str, Asking]" = field(default_factory=dict)
    at_the_end: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    _withheld: Any = _NOT_LOOKED_UP
    _calendar: Calendar | None = None
    _rulebook: RuleBook | None = None
    _names: Names | None = None
    _looking: anyio.Lock = field(default_factory=anyio.Lock)

    @property
    def listens(self) -> bool:
        """Whether this is a connection for subscriptions."""
        return self.let_go is not None

    def anew(self) -> "Asking":
        """The same person at a later instant, with nothing loaded yet: for each push."""
        return Asking(services=self.services, actor=self.actor, request_id=self.request_id)

    @property
    def visitor(self) -> Visitor:
        """Who asks, as the access log knows them."""
        return Visitor(
            actor=self.actor,
            credential_id=self.credential_id,
            address=self.address,
            request_id=self.request_id,
        )

    @cached_property
    def now(self) -> datetime:
        """One instant for the whole request: every light in it is judged by the same clock."""
        return self.at or self.services.now()

    async def read(self, query: Callable[[sqlalchemy.Connection], T]) -> T:
        """The result of ``query``, on a connection on which nothing is that is withheld."""
        return await self.services.read(lambda connection: query(self.seen_on(connection)))

    async def read_by_rules(self, query: Callable[[sqlalchemy.Connection, RuleBook], T]) -> T:
        """As `read`, with the rule book in force beside the connection."""
        return await self.services.read_by_rules(
            lambda connection, book: query(self.seen_on(connection), book)
        )

    def seen_on(self, connection: sqlalchemy.Connection) -> sqlalchemy.Connection:
        """``connection``, on which from now on nothing is that is withheld from who asks."""
        if self.at is not None:
            return connection  # that of a moment is so already
        return without(connection, self._withheld_by(connection))

    async def is_withheld(self, stream_id: str) -> bool:
        """Whether who asks is to know nothing of that ticket."""
        return await self.services.read(
            lambda connection: is_withheld(connection, self._withheld_by(connection), stream_id)
        )

    def all_withheld(self) -> frozenset[str]:
        """The tickets of which who asks is to know nothing. Blocks."""
        with self.services.database.connect() as connection:
            return streams_of(connection, self._withheld_by(connection))

    def look_again(self) -> None:
        """Something was done: who asks may be accused since."""
        self._withheld = _NOT_LOOKED_UP

    def _withheld_by(self, connection: sqlalchemy.Connection) -> Withheld | None:
        if self._withheld is _NOT_LOOKED_UP:
            self._withheld = withheld_from(connection, self.known)
        found: Withheld | None = self._withheld
        return found

    @cached_property
    def loaders(self) -> Loaders:
        """The loaders of this request."""
        services = self.services
        logged = Logged(services.details, services.changes)
        return Loaders(self.read, services.read, logged, bound_unit(self.known))

    async def end(self) -> None:
        """Give back what was taken for the request, the last first."""
        with anyio.CancelScope(shield=True):
            while self.at_the_end:
                await self.at_the_end.pop()()

    async def calendar(self) -> Calendar:
        """The calendar in force, looked up once in a request: it may have to be read."""
        async with self._looking:
            if self._calendar is None:
                self._calendar = await self.services.off_loop(self.services.rules.calendar)
        return self._calendar

    async def rulebook(self) -> RuleBook:
        """The rule book in force, looked up once in a request: it may have to be read."""
        async with self._looking:
            if self._rulebook is None:
                self._rulebook = await self.services.off_loop(self.services.rules.rulebook)
        return self._rulebook

    async def names(self) -> Names:
        """How this hall reads codes, words of its rule book, and instants."""
        if self._names is None:  # once in a request, and not for each row
            units = {code: row.name for code, row in (await self.loaders.units()).items()}
            book, local = await self.rulebook(), (await self.calendar()).local
            self._names = names_of(units, book, local, bound=bound_unit(self.known) is not None)
        return self._names

    @property
    def known(self) -> Actor:
        """Who asks; raises why we do not know."""
        if self.actor is None:
            raise self.why_unknown
        return self.actor

    @property
    def why_unknown(self) -> NotAllowed:
        """Why we do not know who asks."""
        return self.refusal or NotAllowed(
            "TOKEN_MISSING", "未提供身份令牌", remedy="请携带身份令牌后重试"
        )


def asking_of(info: strawberry.Info[Any, Any]) -> Asking:
    """The request a resolver answers; below a field that asks of the past, at that moment."""
    context: Asking = info.context
    return context.pasts.get(root_key_of(info), context) if context.pasts else context


def root_key_of(info: strawberry.Info[Any, Any]) -> str:
    """What the answer calls the field of the root below which a resolver stands."""
    path = info.path
    while path.prev is not None:
        path = path.prev
    return str(path.key)
