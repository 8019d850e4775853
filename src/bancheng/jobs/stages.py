"""巡检环节: what the sweeping thread does in turn, each tried by itself, and how each is doing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from bancheng.log_lines import LogLine
from bancheng.projections.machine.subscription import fault_of

AGE_MAX = timedelta(seconds=30)
_log = structlog.get_logger(room="jobs")


class StageHealth(NamedTuple):
    """环节状况: ``age`` is how long ago the stage last went well while its process led.

    ``failed_at`` is the place in the code at which it failed the last time, if it did. ``aside`` is
    how much it leaves aside because it can not be done, so that the rest does not wait for it.
    """

    name: str
    good_at: datetime | None
    age: timedelta
    failed_at: str | None
    aside: int = 0

    def is_well(self, age_max: timedelta = AGE_MAX) -> bool:
        """Whether it went well lately. A stage that hangs is as unwell as one that fails."""
        return self.age <= age_max


class SweepHealth(NamedTuple):
    """巡检状况: whether the thread lives, whether this process leads, and each stage."""

    alive: bool
    leads: bool
    stages: tuple[StageHealth, ...]

    @property
    def good_at(self) -> datetime | None:
        """When the last good sweep was: every stage has gone well since then or at that time."""
        known = [stage.good_at for stage in self.stages if stage.good_at is not None]
        return min(known) if len(known) == len(self.stages) else None

    def is_well(self, age_max: timedelta = AGE_MAX) -> bool:
        """Who does not lead has nothing to do, but must live to take over."""
        return self.alive and (not self.leads or all(one.is_well(age_max) for one in self.stages))


@dataclass
class Stage:
    """巡检环节: ``step`` does a bounded amount and says whether there is more to do at once."""

    name: str
    step: Callable[[], bool]
    aside: Callable[[], int] = lambda: 0
    good_at: datetime | None = None
    failed_at: str | None = None

    def go_on(self, now: Callable[[], datetime]) -> bool:
        """Take a step, whatever comes of it; whether there is more to do at once."""
        try:
            more = self.step()
        except Exception as error:  # noqa: BLE001  the other stages must have their turn
            self.failed_at = fault_of(error)
            _log.error(LogLine.SWEEP_FAILED, stage=self.name, error=self.failed_at)
            return False
        self.good_at, self.failed_at = now(), None
        return more

    def health(self, now: datetime, since: datetime | None) -> StageHealth:
        """How the stage is doing in a process that leads ``since`` then."""
        times = [at for at in (self.good_at, since) if at is not None]
        age = now - max(times) if times else timedelta()
        aged = max(age, timedelta())
        return StageHealth(self.name, self.good_at, aged, self.failed_at, self.aside())
