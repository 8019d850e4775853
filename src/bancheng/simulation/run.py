"""Runs the simulated hall: registers it, then lets the lives of its matters unfold in time."""

import heapq
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Final, Protocol

from bancheng.app.bulk import beginning_of, bulk_of, steps
from bancheng.app.engine import Context, Engine, Story, Told
from bancheng.app.registry import BY_COMMAND, file_kind
from bancheng.domain.case.ratings import RatingUpheld
from bancheng.domain.commands import Command
from bancheng.domain.complaint.analyse import CauseAnalysed
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.events import Channel, Place, Recorded
from bancheng.domain.office.item import ConfirmItem
from bancheng.domain.office.item_publication import PublishItem
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.office.window import RegisterWindow
from bancheng.domain.office.window_terms import ArrangeWindow, StaffWindow
from bancheng.domain.people import Actor, Role
from bancheng.domain.supervision.events import MeasureProposed, MeasureTaken
from bancheng.domain.warnings.events import ConductCardGiven, WarningRaised
from bancheng.domain.windows import WindowAuthority, WindowKind
from bancheng.simulation import hall, people
from bancheng.simulation.cases.lives import CaseNarrator
from bancheng.simulation.colleagues import Colleagues
from bancheng.simulation.helped import Helpers
from bancheng.simulation.incidents import incidents
from bancheng.simulation.lives import Narrator
from bancheng.simulation.pace import Life, Look, Moment, Seen, Step
from bancheng.simulation.repeats import Repeats
from bancheng.simulation.shares import USUAL, Shares
from bancheng.simulation.supervised import Supervisors
from bancheng.simulation.warned import Desks

SETTING_UP: Final = Actor(
    id="system-setup",
    name="系统初始化",
    post="系统",
    unit="SYSTEM",
    roles=(*hall.ADMINISTRATOR.roles, Role.SYSTEM),
)
HOUR: Final = timedelta(hours=1)
# Two sessions a day: about eighty tickets in four weeks.
REPORTS_A_SESSION: Final = 1, 3
# In every so many-th of them comes one more, which ends without a result, and in the one after it
# another one, about which units sit together.
ENDED_EVERY: Final = 8
# And in so many-th after these several people report one thing.
REPEATED_AT: Final = 2
_PAGE: Final = 1000

# How many guides of the catalogue somebody compared before the hall opened, and with what.
CONFIRMED, COMPARED_WITH = 20, "省级事项目录(模拟)"


class SettableClock(Protocol):
    """A clock that the simulation can put to an instant."""

    def set(self, at: datetime) -> datetime: ...


@dataclass(order=True)
class _Waiting:
    """A life, and when it goes on with what.

    ``order`` decides between two at one instant; without it a heap would compare the lives.
    """

    at: datetime
    order: int
    moment: Moment = field(compare=False)
    life: Life = field(compare=False)


class Simulation:
    """模拟: ``engine`` must run on ``clock``, which the simulation sets.

    The acts of an hour are one transaction: in a past that is made up, nobody else looks on.
    """

    def __init__(
        self, engine: Engine, clock: SettableClock, *, seed: int, shares: Shares = USUAL
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._shares = shares
        self._chance = Random(seed)  # noqa: S311  reproducible on purpose
        self._serial = count(1)
        self._order = count()
        self._waiting: list[_Waiting] = []
        self._acts = 0
        self._read_to = 0
        calendar = engine.rules.calendar()
        self._narrator = Narrator(self._chance, calendar)
        self._desks = Desks(self._chance, calendar, shares)
        # With a chance of their own, so that all else happens as often as without them.
        own = Random(seed + 1)  # noqa: S311
        self._supervisors = Supervisors(own, calendar, shares)
        self._enders = Narrator(Random(seed + 2), calendar)  # noqa: S311
        self._meeting = Narrator(Random(seed + 3), calendar)  # noqa: S311
        self._repeats = Repeats(Random(seed + 5), calendar)  # noqa: S311
        self._colleagues = Colleagues(Random(seed + 2), calendar)  # noqa: S311
        self._own = Random(seed + 4)  # noqa: S311
        self._helpers = Helpers(Random(seed + 3), calendar)  # noqa: S311

    def open_hall(
        self, at: datetime, catch_up: Callable[[], None], items: Iterable[PublishItem] = ()
    ) -> None:
        """Register units and, once the ledgers have caught up with them, staff and ``items``."""
        self._clock.set(at)
        units = [RegisterUnit(code=code, name=name) for code, name in people.UNITS.items()]
        self._engine.tell(partial(self._set_up, units))
        catch_up()
        offered = list(items)
        setting_up = [
            *map(_registration, people.STAFF),
            *offered,
            *map(_compared, offered[:CONFIRMED]),
        ]
        self._engine.tell(partial(self._set_up, setting_up))
        catch_up()
        self._engine.tell(partial(self._set_up, [*_windows(at)]))
        catch_up()

    def expect_tickets(
        self, since: datetime, until: datetime, a_session: tuple[int, int] = REPORTS_A_SESSION
    ) -> None:
        """Let between so many and so many tickets be reported in each session of the days."""
        sessions = list(self._sessions(since, until))
        calendar = self._engine.rules.calendar()
        begins = [calendar.instant(day, start) for day, start, _ in sessions]
        for life in incidents(self._own, calendar, begins):
            self._begin(life)
        for number, (day, start, end) in enumerate(sessions):
            for _ in range(self._chance.randint(*a_session)):
                self._begin(self._narrator.life(self._some_time(day, start, end)))
            turn, since_then = divmod(number, ENDED_EVERY)
            opens = self._engine.rules.calendar().instant(day, start)
            if since_then == 0:
                self._begin(self._enders.ended(opens, by_reporter=turn % 2 == 0))
            if since_then == 1:
                self._begin(self._meeting.discussed(opens))
            if since_then == REPEATED_AT:
                self._begin(self._repeats.life(opens))

    def expect_cases(
        self, since: datetime, until: datetime, items: Sequence[PublishItem], number: int
    ) -> None:
        """Let ``number`` cases be submitted for ``items`` on the working days."""
        narrator = CaseNarrator(self._chance, self._engine.rules.calendar(), items, self._shares)
        sessions = list(self._sessions(since, until))
        for _ in range(number if sessions else 0):
            self._begin(narrator.life(self._some_time(*self._chance.choice(sessions))))

    def run(self, until: datetime, every_hour: Callable[[], object]) -> int:
        """Let all lives go on until ``until``; how many acts there were.

        ``every_hour`` does what the hall does by itself, as its own sweep would.
        """
        hour = self._engine.clock.now().replace(minute=0, second=0, microsecond=0)
        self._acts = 0
        while hour < until:
            hour += HOUR
            self._pass(min(hour, until))
            every_hour()
            self._read_news()
        return self._acts

    def _read_news(self) -> None:
        """Let people find on their desks what the hall did by itself."""
        while page := self._engine.store.read(self._read_to, _PAGE):
            self._read_to = page[-1].position
            for one in page:
                self._react_to(one)

    def _react_to(self, recorded: Recorded) -> None:
        at, event = recorded.envelope.occurred_at, recorded.event
        self._begin(self._colleagues.life(recorded))
        self._begin(self._helpers.life(recorded))
        now = self._engine.clock.now()  # the news of the hour are read at its end
        if isinstance(event, ConductCardGiven):
            self._begin(self._desks.life(now, recorded.stream_id, event))
        elif isinstance(event, CauseAnalysed | RatingUpheld):
            self._begin(self._supervisors.misconduct(now, recorded.stream_id, event))
        elif isinstance(event, WarningRaised):
            self._begin(self._desks.life(at, recorded.stream_id, event))
            self._begin(self._supervisors.life(at, recorded.stream_id, event))
        elif isinstance(event, MeasureTaken) and recorded.envelope.channel is Channel.SYSTEM:
            self._begin(self._supervisors.demanded(at, recorded.stream_id, event))
        elif isinstance(event, MeasureProposed):
            self._begin(self._supervisors.proposed(at, recorded.stream_id, event))
        elif isinstance(event, TicketReported) and recorded.envelope.channel is Channel.SYSTEM:
            self._begin(self._narrator.found(at, recorded.stream_id, event.accused_unit or ""))

    def _pass(self, end: datetime) -> None:
        """Let everything happen that is due before ``end``, in the order of time."""
        while (found := self._next(end)) is not None:
            # What is looked at must be stored: the acts before it are a transaction of their own.
            if isinstance(found.moment, Look):
                heapq.heappop(self._waiting)
                self._go_on(found, self._seen(found.moment.matter_id))
            else:
                self._engine.tell(partial(self._acts_until, end))
        self._clock.set(end)

    def _acts_until(self, end: datetime) -> Story:
        while (found := self._next(end)) is not None and isinstance(found.moment, Step):
            heapq.heappop(self._waiting)
            self._clock.set(found.at)
            yield from self._done([found, *self._beside(found.moment)])

    def _beside(self, step: Step) -> Iterator[_Waiting]:
        """What else waits that is done in one go with ``step``."""
        while step.for_many and (found := self._next(step.at + timedelta.resolution)) is not None:
            if not isinstance(found.moment, Step) or not _alike(found.moment, step):
                return
            yield heapq.heappop(self._waiting)

    def _done(self, together: Sequence[_Waiting]) -> Story:
        for waiting, step in zip(together, (yield from self._steps(together)), strict=True):
            told = yield step
            self._acts += 1
            answer = told.answer
            self._go_on(waiting, Seen(answer.stream_id, told.state, answer.one_time_code))

    def _steps(
        self, together: Sequence[_Waiting]
    ) -> Generator[tuple[Command, Context], Told, list[tuple[Command, Context]]]:
        """How what waits is done: several in one go, once that has begun; one as it always is."""
        waiting = [one.moment for one in together if isinstance(one.moment, Step)]
        context, (command, *others) = (
            self._context(waiting[0].actor),
            [one.command for one in waiting],
        )
        if not others:
            return [(command, context)]
        bulk = bulk_of(BY_COMMAND[type(command)], [command, *others])
        beginning, within = beginning_of(bulk, self._engine.vault, context)
        yield beginning, within
        return list(steps(bulk, within))

    def _next(self, end: datetime) -> _Waiting | None:
        is_due = self._waiting and self._waiting[0].at < end
        return self._waiting[0] if is_due else None

    def _seen(self, matter_id: str) -> Seen:
        kind = file_kind(matter_id)
        assert kind is not None, "people live with tickets, cases and who they help"
        return Seen(matter_id, kind.state_after(self._engine.store.load(matter_id)))

    def _begin(self, life: Life) -> None:
        if (moment := next(life, None)) is not None:
            self._wait(moment, life)

    def _go_on(self, found: _Waiting, seen: Seen) -> None:
        try:
            moment = found.life.send(seen)
        except StopIteration:
            return
        self._wait(moment, found.life)

    def _wait(self, moment: Moment, life: Life) -> None:
        heapq.heappush(self._waiting, _Waiting(moment.at, next(self._order), moment, life))

    def _sessions(self, since: datetime, until: datetime) -> Iterator[tuple[date, int, int]]:
        """Each session that opens in time: its day, the minutes in which it starts and ends."""
        calendar = self._engine.rules.calendar()
        day = calendar.local(since).date()
        while day <= calendar.local(until).date():
            if calendar.is_working_day(day):
                for one in calendar.sessions(day):
                    if since <= calendar.instant(day, one.start) < until:
                        yield day, one.start, one.end
            day += timedelta(days=1)

    def _some_time(self, day: date, start: int, end: int) -> datetime:
        minute = self._chance.uniform(start, end)
        calendar = self._engine.rules.calendar()
        return calendar.instant(day, int(minute)) + timedelta(minutes=minute % 1)

    def _set_up(self, commands: Iterable[Command]) -> Story:
        for command in commands:
            yield command, self._context(SETTING_UP)

    def _context(self, actor: Actor) -> Context:
        return at_desk(f"simulation/{next(self._serial)}", actor)


def _compared(item: PublishItem) -> ConfirmItem:
    return ConfirmItem(code=item.code, compared_with=COMPARED_WITH)


def at_desk(key: str, actor: Actor) -> Context:
    """That ``actor`` does something where they work."""
    return Context(actor=actor, key=key, place=_place(actor), request_id="simulation")


def _alike(one: Step, other: Step) -> bool:
    return one.for_many and type(one.command) is type(other.command) and one.actor == other.actor


def _place(actor: Actor) -> Place:
    if actor.unit == hall.HALL_UNIT and actor != people.ONLINE:
        return Place(Channel.WINDOW, people.WINDOW_OF.get(actor.id))
    return Place(Channel.SYSTEM if actor is SETTING_UP else Channel.ONLINE)


def _windows(at: datetime) -> Iterator[Command]:
    """The windows of the hall, what each is for, and who sits there from ``at`` on."""
    both = tuple(WindowAuthority)
    for window, clerk in people.WINDOW_CLERKS.items():
        yield RegisterWindow(code=window, name=f"综合窗口{window}", unit=clerk.unit)
        yield ArrangeWindow(code=window, kind=WindowKind.GENERAL, authorities=both)
        yield StaffWindow(code=window, staff_id=clerk.id, since=at)


def _registration(member: Actor) -> RegisterStaff:
    return RegisterStaff(
        staff_id=member.id,
        name=member.name,
        post=member.post,
        unit=member.unit,
        roles=member.roles,
    )
