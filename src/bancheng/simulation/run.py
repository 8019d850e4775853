"""Runs the simulated hall: registers it, then lets the lives of its tickets unfold in time."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Protocol

from bancheng.app.engine import Context, Engine
from bancheng.app.ports import Answer
from bancheng.domain.commands import Command
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.events import Channel
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import Actor
from bancheng.simulation import hall
from bancheng.simulation.lives import Narrator
from bancheng.simulation.pace import Life, Opened, Step

SETTING_UP = Actor(
    id="system-setup", name="系统初始化", post="系统", unit="SYSTEM", roles=hall.ADMINISTRATOR.roles
)
_REPORTS_A_DAY = 9
SWEEP_EVERY = timedelta(hours=1)


class SettableClock(Protocol):
    """A clock that the simulation can put to an instant."""

    def set(self, at: datetime) -> datetime: ...


class _Running:
    """A life, what it does next, and its ticket once that is opened."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.step: Step | None = next(life)
        self.opened: Opened | None = None


class Simulation:
    """模拟: ``engine`` must run on ``clock``, which the simulation sets."""

    def __init__(self, engine: Engine, clock: SettableClock, *, seed: int) -> None:
        self._engine = engine
        self._clock = clock
        self._chance = Random(seed)  # noqa: S311  reproducible on purpose
        self._serial = count(1)

    def open_hall(self, at: datetime, catch_up: Callable[[], None]) -> None:
        """Register units and, once the ledgers have caught up with them, staff."""
        self._clock.set(at)
        for code, name in hall.UNITS.items():
            self._do(SETTING_UP, RegisterUnit(code=code, name=name))
        catch_up()
        for member in hall.STAFF:
            self._do(
                SETTING_UP,
                RegisterStaff(
                    staff_id=member.id,
                    name=member.name,
                    post=member.post,
                    unit=member.unit,
                    roles=member.roles,
                ),
            )
        catch_up()

    def run(self, since: datetime, until: datetime, sweep: Callable[[], object]) -> int:
        """Let tickets be reported on each working day and live until ``until``; how many acts.

        ``sweep`` is called on every full hour, as the hall's own sweep would be.
        """
        swept_at = since.replace(minute=0, second=0, microsecond=0)
        narrator = Narrator(self._chance, self._engine.rules.calendar())
        order, waiting = count(), list[tuple[datetime, int, _Running]]()
        for at in self._arrivals(since, until):
            heapq.heappush(waiting, (at, next(order), _Running(narrator.life(at))))
        acts = 0
        while waiting:
            at, _, running = heapq.heappop(waiting)
            if at > until:
                return acts
            while at - swept_at >= SWEEP_EVERY:
                swept_at = self._clock.set(swept_at + SWEEP_EVERY)
                sweep()
            self._clock.set(at)
            self._let_live(running)
            acts += 1
            if running.step is not None:
                heapq.heappush(waiting, (max(at, running.step.at), next(order), running))
        return acts

    def _let_live(self, running: "_Running") -> None:
        assert running.step is not None
        answer = self._do(running.step.actor, running.step.command)
        if running.opened is None:
            running.opened = self._opened(answer)
        try:
            running.step = running.life.send(running.opened)
        except StopIteration:
            running.step = None

    def _arrivals(self, since: datetime, until: datetime) -> Iterator[datetime]:
        calendar = self._engine.rules.calendar()
        day = calendar.local(since).date()
        while day <= calendar.local(until).date():
            if calendar.is_working_day(day):
                for session in calendar.sessions(day):
                    for _ in range(self._chance.randint(2, _REPORTS_A_DAY // 2 + 2)):
                        minute = self._chance.randrange(session.start, session.end)
                        yield calendar.instant(day, minute) + timedelta(
                            seconds=self._chance.randrange(60)
                        )
            day += timedelta(days=1)

    def _opened(self, answer: Answer) -> Opened:
        reported = self._engine.store.load(answer.stream_id, upto_version=1)[0].event
        assert isinstance(reported, TicketReported)
        return Opened(answer.stream_id, reported.number)

    def _do(self, actor: Actor, command: Command) -> Answer:
        key = f"simulation/{next(self._serial)}"
        channel = Channel.WINDOW if actor.unit == hall.HALL_UNIT else Channel.ONLINE
        context = Context(actor=actor, key=key, channel=channel, request_id="simulation")
        return self._engine.execute(command, context)
