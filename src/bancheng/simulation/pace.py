"""The pace of the simulated hall: what one step is, and how long people take for it."""

import heapq
from collections.abc import Generator, Iterable
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any, Final, NamedTuple

from bancheng.domain.commands import Command
from bancheng.domain.people import Actor
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.working_time import add_working, working_between

DAY: Final = timedelta(hours=7)


class Step(NamedTuple):
    """Somebody does something at an instant."""

    at: datetime
    actor: Actor
    command: Command


class Look(NamedTuple):
    """Somebody looks at an instant how far a matter is, which others have moved on."""

    at: datetime
    matter_id: str


class Seen(NamedTuple):
    """What a life learns of a matter after a step or a look: its state is a ticket or a case."""

    matter_id: str
    state: Any


Moment = Step | Look
Life = Generator[Moment, Seen, None]
Stretch = Generator[Moment, Seen, datetime]


class Pace:
    """Moves on in opening hours only."""

    def __init__(self, chance: Random, calendar: Calendar) -> None:
        self._chance = chance
        self._calendar = calendar

    def later(self, at: datetime, *, hours: float) -> datetime:
        """Up to ``hours`` working hours later."""
        return self.after(at, timedelta(hours=self._chance.uniform(0.1, hours)))

    def after(self, at: datetime, amount: timedelta) -> datetime:
        """Exactly ``amount`` of opening hours later."""
        return add_working(self._calendar, at, amount)

    def part_way(self, since: datetime, until: datetime, share: float) -> datetime:
        """Where ``share`` of the opening hours to ``until`` are over; ``since`` if that is past."""
        if until <= since:
            return since
        return self.after(since, working_between(self._calendar, since, until) * share)

    def days_between(self, since: datetime, until: datetime) -> float:
        """How many days of opening hours there are; 0 if ``until`` is past."""
        return max(working_between(self._calendar, since, until) / DAY, 0)


def side_by_side(stretches: Iterable[Stretch]) -> Stretch:
    """Several people work at the same time; ends when the last one does."""
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
