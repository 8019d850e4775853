"""What the hall does by itself: warnings that are due, limits that a new calendar touches.

Plain functions and one thread. Every act has a key derived from what it is about, so that a crash
or a second sweep repeats nothing; the leader only saves work.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final, Protocol

import sqlalchemy
import structlog

from bancheng.app.engine import Context, Engine
from bancheng.domain.errors import DomainError, WrongStep
from bancheng.domain.events import Channel
from bancheng.domain.people import Actor, Role
from bancheng.domain.warn import RaiseWarning, ReplanDueDate
from bancheng.projections import deadlines
from bancheng.projections.feed import place_of

SWEEPER: Final = Actor(
    id="system-sweep", name="时限巡检", post="系统", unit="SYSTEM",
    roles=(Role.EFFICIENCY_SUPERVISOR,),
)  # fmt: skip
BATCH: Final = 200
SWEEP_SECONDS: Final = 0.5
_log = structlog.get_logger(room="jobs")


class Leadership(Protocol):
    """值守: who of several processes does the sweeping."""

    def held(self) -> AbstractContextManager[bool]:
        """Whether this process leads, for as long as the block lasts."""


@dataclass(frozen=True)
class Sweep:
    """巡检: finds what is due and has it done by ordinary commands."""

    engine: Engine
    database: sqlalchemy.Engine
    catch_up: Callable[[int], object]

    def warn(self) -> int:
        """Raise every warning whose instant has come; how many were raised."""
        raised = 0
        while found := self._due():
            positions = [self._raise(one) for one in found]
            stored = [position for position in positions if position]
            raised += len(stored)
            if not stored:  # nothing moves: another process was faster, or the board is behind
                break
            # A limit may have reached several levels: the next one shows once this one is applied.
            self.catch_up(max(stored))
        return raised

    def replan(self) -> int:
        """Decide the running limits anew that an earlier calendar decided; how many changed."""
        version = self.engine.rules.calendar().version
        return sum(self._replan(one, version) for one in self._old(version))

    def _due(self) -> list[deadlines.DueWarning]:
        with self.database.connect() as connection:
            return deadlines.due_warnings(connection, self.engine.clock.now(), BATCH)

    def _raise(self, due: deadlines.DueWarning) -> int:
        command = RaiseWarning(
            matter_id=due.matter_id, kind=due.kind, subject=due.subject, level=due.next_level
        )
        key = f"warning/{due.subject}/{due.kind}/{due.cycle}/{due.next_level}"
        try:
            answer = self.engine.execute(command, _context(key))
        except DomainError as refused:  # it was ended or raised since the board was read
            _log.info("warning_not_raised", key=key, code=refused.code)
            return 0
        return 0 if answer.repeated else answer.position

    def _old(self, version: str) -> Iterator[deadlines.OldLimit]:
        behind = ""
        while True:
            with self.database.connect() as connection:
                found = deadlines.decided_under_others(
                    connection, version, behind=behind, most=BATCH
                )
            yield from found
            if len(found) < BATCH:
                return
            behind = found[-1].limit_key

    def _replan(self, old: deadlines.OldLimit, version: str) -> bool:
        command = ReplanDueDate(matter_id=old.matter_id, kind=old.kind, subject=old.subject)
        try:
            answer = self.engine.execute(command, _context(f"replan/{old.limit_key}/{version}"))
        except WrongStep:  # the new calendar does not touch it, or it has ended meanwhile
            return False
        return not answer.repeated


class Sweeper:
    """巡检线程: sweeps again and again while this process leads."""

    def __init__(self, sweep: Sweep, leadership: Leadership) -> None:
        self._sweep = sweep
        self._leadership = leadership
        self._stopping = Event()
        self._thread: Thread | None = None
        self._planned_for: str | None = None

    def start(self) -> None:
        """Begin to sweep in a thread of its own."""
        self._stopping.clear()
        self._thread = Thread(target=self._run, name="sweeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread when the sweep in hand is done."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._leadership.held() as leads:
                    while leads and not self._stopping.is_set():
                        self._once()
                        self._stopping.wait(SWEEP_SECONDS)
            except Exception as error:  # noqa: BLE001  the thread must outlive any failure
                _log.error("sweep_failed", error=place_of(error))
            self._stopping.wait(SWEEP_SECONDS)

    def _once(self) -> None:
        version = self._sweep.engine.rules.calendar().version
        if version != self._planned_for:
            changed = self._sweep.replan()
            _log.info("limits_replanned", calendar=version, changed=changed)
            self._planned_for = version
        self._sweep.warn()


def _context(key: str) -> Context:
    return Context(actor=SWEEPER, key=key, channel=Channel.SYSTEM, request_id="sweep")
