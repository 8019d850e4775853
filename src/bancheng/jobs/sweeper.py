"""巡检线程: the one thread in which the hall does by itself what nobody asks for."""

from contextlib import AbstractContextManager
from datetime import datetime
from threading import Event, Thread
from typing import Final, Protocol

import structlog

from bancheng.jobs.erasing import Erasing
from bancheng.jobs.handing_over import HandingOver
from bancheng.jobs.notice_records import Telling
from bancheng.jobs.noticing import Noticing
from bancheng.jobs.reactor import Reactor
from bancheng.jobs.replanning import Replanning
from bancheng.jobs.stages import Stage, SweepHealth
from bancheng.jobs.succession import Succession
from bancheng.jobs.sweep import Sweep
from bancheng.log_lines import LogLine
from bancheng.projections.machine.subscription import fault_of

SWEEP_SECONDS: Final = 0.5
_log = structlog.get_logger(room="jobs")


class Leadership(Protocol):
    """值守: who of several processes does the sweeping."""

    def held(self) -> AbstractContextManager[bool]:
        """Whether this process leads, for as long as the block lasts."""


class Indexing(Protocol):
    """查人索引补建: lets matters be found that were there before the index was."""

    def go_on(self) -> bool:
        """Index a batch, if any is left; whether there is more."""


class Keys(Protocol):
    """密钥库: forgets the keys that somebody else has destroyed."""

    def follow_destroyed(self) -> None:
        """Forget every opened key, if any was destroyed since; some other process may have."""


class Sweeper:
    """巡检线程: sweeps again and again while this process leads.

    Each stage does a batch in its turn, so that a long one holds up neither the others nor `stop`.
    """

    def __init__(
        self,
        sweep: Sweep,
        reactor: Reactor,
        replanning: Replanning,
        succession: Succession,
        leadership: Leadership,
        *,
        indexing: Indexing,
        handing_over: HandingOver,
        erasing: Erasing,
        noticing: Noticing,
        telling: Telling,
        keys: Keys,
    ) -> None:
        self._now = sweep.engine.clock.now
        self._stages = (
            Stage("replan", replanning.go_on),
            Stage("react", reactor.react_to_batch),
            Stage("succeed", succession.go_on),
            Stage("hand_over", handing_over.go_on),
            Stage("lapse", lambda: sweep.lapse_batch() > 0),
            Stage("warn", lambda: sweep.warn_batch() > 0),
            Stage("climb", lambda: sweep.climb_batch() > 0),
            Stage("notice", noticing.go_on),
            Stage("tell", telling.go_on, lambda: telling.aside),
            Stage("erase", erasing.go_on),
            Stage("index", indexing.go_on),
        )
        self._leadership = leadership
        self._keys = keys
        self._leads_since: datetime | None = None
        self._stopping = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to sweep in a thread of its own."""
        self._stopping.clear()
        self._thread = Thread(target=self._run, name="sweeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread when the batch in hand is done."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def health(self, now: datetime) -> SweepHealth:
        """How the sweeping goes in this process."""
        thread, since = self._thread, self._leads_since
        return SweepHealth(
            alive=thread is not None and thread.is_alive(),
            leads=since is not None,
            stages=tuple(stage.health(now, since) for stage in self._stages),
        )

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._keys.follow_destroyed()  # whoever leads
                with self._leadership.held() as leads:
                    self._leads_since = (self._leads_since or self._now()) if leads else None
                    while leads and self._go_on():
                        pass
            except Exception as error:  # noqa: BLE001  the thread must outlive any failure
                leads = False
                _log.error(LogLine.SWEEP_FAILED, stage="lead", error=fault_of(error))
            if not leads:
                self._stopping.wait(SWEEP_SECONDS)

    def _go_on(self) -> bool:
        """A sweep and a pause; whether to go on without asking anew who leads."""
        self._keys.follow_destroyed()
        more = self._once()
        if not more:
            self._stopping.wait(SWEEP_SECONDS)
        # After a failure it is asked: the database may have been away, and the lead with it.
        is_well = all(stage.failed_at is None for stage in self._stages)
        return is_well and not self._stopping.is_set()

    def _once(self) -> bool:
        """Let each stage do a batch; whether any has more to do at once."""
        more = False
        for stage in self._stages:
            if not self._stopping.is_set():
                more = stage.go_on(self._now) or more
        return more
