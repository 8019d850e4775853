"""改历: running limits follow a calendar that was published, all of them, once."""

import time
from collections.abc import Callable
from typing import Protocol

import structlog

from bancheng.jobs.sweep import BATCH, Sweep
from bancheng.log_lines import LogLine

_log = structlog.get_logger(room="jobs")


class Planned(Protocol):
    """改历书签: which calendar all running limits were seen to follow last."""

    def is_for(self, version: str) -> bool:
        """Whether it is the calendar ``version``."""

    def note(self, version: str, position: int) -> None:
        """They follow the calendar ``version``, up to ``position`` of the log."""


class Replanning:
    """改历: looks through the deadlines batch by batch when another calendar is in force.

    Other processes may decide by the calendar they know for a moment after the new one was seen
    here, and the board shows what they decided a moment later still. So the look begins
    ``patience`` seconds after that, with a board that has everything that happened until then.
    Limits that come due meanwhile are looked after by `Sweep`.
    """

    def __init__(
        self,
        sweep: Sweep,
        planned: Planned,
        caught_up: Callable[[int], bool],
        patience: float,
    ) -> None:
        self._sweep = sweep
        self._planned = planned
        self._caught_up = caught_up
        self._patience = patience
        self._version: str | None = None
        self._seen_at = 0.0
        self._upto: int | None = None
        self._done = False
        self._behind = ""
        self._changed = 0

    def go_on(self) -> bool:
        """Decide a batch of deadlines anew, if any are left; whether more can be done at once."""
        version = self._sweep.engine.rules.calendar().version
        if version != self._version:
            self._begin(version)
        if self._done or not (self._behind or self._may_begin()):
            return False
        found = self._sweep.of_other_calendars(version, self._behind)
        self._changed += self._sweep.replan_each(found, version)
        if len(found) < BATCH:
            self._end(version)
            return False
        self._behind = found[-1].limit_key
        return True

    def _begin(self, version: str) -> None:
        self._done = self._planned.is_for(version)
        self._behind, self._changed = "", 0
        self._version, self._seen_at, self._upto = version, time.monotonic(), None

    def _may_begin(self) -> bool:
        if self._upto is None:
            if time.monotonic() - self._seen_at < self._patience:
                return False
            # Read after the patience, not before: what is stored until then may still have been
            # decided by the old calendar.
            self._upto = self._sweep.engine.store.head()
        return self._caught_up(self._upto)

    def _end(self, version: str) -> None:
        self._planned.note(version, self._sweep.engine.store.head())
        self._done = True
        _log.info(LogLine.LIMITS_REPLANNED, calendar=version, changed=self._changed)
