"""往日: the moments that one request asks about, each on a connection of its own."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Final, TypeVar

import anyio
import sqlalchemy
from anyio import CapacityLimiter

from bancheng.app.past import moment_asked
from bancheng.domain.errors import Conflict, InvalidInput
from bancheng.domain.people import Actor
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.graphql.context import Asking, Services
from bancheng.graphql.limits import PAST_STREAMS_MAX, PASTS_MAX
from bancheng.projections.comparison import Side
from bancheng.projections.machine.base import TimeBasis
from bancheng.projections.machine.moments import moment_of
from bancheng.projections.machine.past import past
from bancheng.projections.registry import PROJECTIONS
from bancheng.projections.withheld import withheld_from, without

T = TypeVar("T")
_WAIT_SECONDS: Final = 10.0


@dataclass
class Turn:
    """轮次: of a request. Whoever asks of the past counts for long: few do at once."""

    limiter: CapacityLimiter
    _looking: anyio.Lock = field(default_factory=anyio.Lock)
    _who: object | None = None

    async def come(self) -> None:
        """Wait for the turn; ``Conflict`` if it does not come soon."""
        async with self._looking:
            if self._who is not None:
                return
            who = object()
            with anyio.move_on_after(_WAIT_SECONDS) as waited:
                await self.limiter.acquire_on_behalf_of(who)
            if waited.cancelled_caught:
                raise Conflict("PAST_BUSY", "正在查询往日的人较多", remedy="请稍后重试")
            self._who = who

    async def end(self) -> None:
        """Let others come."""
        if self._who is not None:
            self.limiter.release_on_behalf_of(self._who)
            self._who = None


@dataclass(frozen=True, kw_only=True)
class PastServices(Services):
    """往日的服务: those of the hall, but that every read model is that of a moment."""

    at: datetime
    by: TimeBasis
    actor: Actor
    turn: Turn
    _opened: ExitStack = field(default_factory=ExitStack)
    _sides: list[Side] = field(default_factory=list)
    _reading: anyio.Lock = field(default_factory=anyio.Lock)

    async def read(self, query: Callable[[sqlalchemy.Connection], T]) -> T:
        """The result of ``query``. One after the other: all of them have one connection."""
        return await self.read_side(lambda side: query(side.connection))

    async def read_side(self, query: Callable[[Side], T]) -> T:
        """The result of ``query``, as `read`; it knows the moment."""
        await self.turn.come()
        async with self._reading:
            return await self.off_loop(lambda: query(self.side()))

    async def read_by_rules(self, query: Callable[[sqlalchemy.Connection, RuleBook], T]) -> T:
        """As `read`, with the rule book that is in force today: it has the words."""
        book = await self.off_loop(self.rules.rulebook)
        return await self.read(lambda connection: query(connection, book))

    async def close(self) -> None:
        """Give the connection back."""
        await self.off_loop(self._opened.close)

    def side(self) -> Side:
        """The moment with its connection, for whoever has the turn."""
        if not self._sides:
            with self.database.connect() as now:  # what is withheld now is so of any moment
                withheld = withheld_from(now, self.actor)
            moment = moment_of(self.batches.log, self.at, self.by)
            opened = past(self.database, self.batches, moment, PROJECTIONS, most=PAST_STREAMS_MAX)
            self._sides.append(Side(moment, without(self._opened.enter_context(opened), withheld)))
        return self._sides[0]


def ask_of_the_past(asking: Asking, key: str, at: datetime, by: TimeBasis) -> PastServices:
    """Let what stands below the field ``key`` of the request be answered as of a moment."""
    meant = moment_asked(at, asking.now)
    if len(asking.pasts) >= PASTS_MAX:
        raise InvalidInput(
            "PAST_TOO_MANY",
            f"一次请求最多问 {PASTS_MAX} 个往日时刻",
            field="at",
            remedy="请分几次查询",
        )
    services = asking.services
    turn = _turn_of(asking)
    known: dict[str, Any] = {one.name: getattr(services, one.name) for one in fields(Services)}
    then = PastServices(**known, at=meant, by=by, actor=asking.known, turn=turn)
    asking.pasts[key] = replace(
        asking, services=then, at=meant, pasts={}, at_the_end=[], _names=None, _looking=anyio.Lock()
    )
    asking.at_the_end.append(then.close)
    return then


def _turn_of(asking: Asking) -> Turn:
    """The one turn of the request, whose end comes after everything else was given back."""
    for other in asking.pasts.values():
        if isinstance(other.services, PastServices):
            return other.services.turn
    turn = Turn(asking.services.pasts)
    asking.at_the_end.append(turn.end)
    return turn
