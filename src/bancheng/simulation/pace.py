"""The pace of the simulated hall: what one step is, and how long people take for it."""

from collections.abc import Generator
from datetime import datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from bancheng.domain.commands import Command
from bancheng.domain.people import Actor
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.working_time import add_working

DAY: Final = timedelta(hours=7)


class Step(NamedTuple):
    """Somebody does something at an instant."""

    at: datetime
    actor: Actor
    command: Command


class Opened(NamedTuple):
    """What a life learns of its ticket once it is reported."""

    ticket_id: str
    number: str


Life = Generator[Step, Opened, None]
Stretch = Generator[Step, Opened, datetime]


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
