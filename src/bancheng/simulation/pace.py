"""How the simulated hall moves on: steps, the lives made of them, and what chance decides."""

import heapq
from collections.abc import Generator, Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, Final, NamedTuple, TypeVar

from bancheng.domain.commands import Command
from bancheng.domain.people import Actor
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.working_time import add_working, working_between

T = TypeVar("T")
# A working day of opening hours, by the calendar's own: 9 to 12 and 13 to 17.
DAY: Final = timedelta(hours=7)


class Step(NamedTuple):
    """Somebody does something at an instant.

    What is done ``for_many`` they do in one go with whatever else of it is to be done then.
    """

    at: datetime
    actor: Actor
    command: Command
    for_many: bool = False


class Look(NamedTuple):
    """Somebody looks at an instant how far a matter is, which others have moved on."""

    at: datetime
    matter_id: str


class Seen(NamedTuple):
    """What a life is told of a matter after a step or a look: its state says which kind.

    ``code`` is the one-time code that the step gave out, if it did.
    """

    matter_id: str
    state: Any
    code: str | None = None


Moment = Step | Look
# All that happens to one matter, as a generator: it yields what comes next and is sent what came
# of it. Told so, it can go on by the matter's own number and dates, which nobody knows before.
Life = Generator[Moment, Seen, None]
# A part of a life, from an instant on; it returns the instant at which the next part begins.
Stretch = Generator[Moment, Seen, datetime]


def weighed(chance: Random, weights: Mapping[T, int]) -> T:
    """One of the keys, as often as its weight says."""
    return chance.choices(list(weights), weights=list(weights.values()))[0]


class Pace:
    """步调: how long people take, in opening hours only, since nobody is there at others."""

    def __init__(self, chance: Random, calendar: Calendar) -> None:
        self._chance = chance
        self._calendar = calendar

    def later(self, at: datetime, *, hours: float) -> datetime:
        """Between six minutes and ``hours`` later, of opening hours."""
        return self.after(at, timedelta(hours=self._chance.uniform(0.1, hours)))

    def after(self, at: datetime, amount: timedelta) -> datetime:
        """Exactly ``amount`` of opening hours later."""
        return add_working(self._calendar, at, amount)

    def round_after(self, at: datetime, minute: int) -> datetime:
        """When somebody who comes each working day at ``minute`` (of the day) comes next."""
        day = self._calendar.local(at).date()
        while True:
            comes = self._calendar.instant(day, minute)
            if comes >= at and self._calendar.is_working_day(day):
                return comes
            day += timedelta(days=1)

    def part_way(self, since: datetime, until: datetime, share: float) -> datetime:
        """Where ``share`` of the opening hours to ``until`` are over; ``since`` if that is past."""
        if until <= since:
            return since
        return self.after(since, working_between(self._calendar, since, until) * share)

    def day_of(self, at: datetime) -> date:
        """The day of the hall's calendar."""
        return self._calendar.local(at).date()

    def days_between(self, since: datetime, until: datetime) -> float:
        """How many days of opening hours there are; 0 if ``until`` is past."""
        return max(working_between(self._calendar, since, until) / DAY, 0)


def side_by_side(stretches: Iterable[Stretch]) -> Stretch:
    """Several people work at the same time: their moments in order; ends when the last one does."""
    order, waiting = count(), list[tuple[datetime, int, Moment, Stretch]]()
    end: list[datetime] = []

    def put(stretch: Stretch, seen: Seen | None) -> None:
        try:
            moment = next(stretch) if seen is None else stretch.send(seen)
        except StopIteration as over:
            end.append(over.value)
        else:
            heapq.heappush(waiting, (moment.at, next(order), moment, stretch))

    for stretch in stretches:
        put(stretch, None)
    while waiting:
        _, _, moment, stretch = heapq.heappop(waiting)
        put(stretch, (yield moment))
    return max(end)
