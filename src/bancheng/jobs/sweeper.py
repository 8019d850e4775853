"""巡检线程: the one thread in which the hall does by itself what nobody asks for."""

from contextlib import AbstractContextManager
from threading import Event, Thread
from typing import Final, Protocol

import structlog

from bancheng.jobs.reactor import Reactor
from bancheng.jobs.sweep import Sweep
from bancheng.projections.feed import place_of

SWEEP_SECONDS: Final = 0.5
_log = structlog.get_logger(room="jobs")


class Leadership(Protocol):
    """值守: who of several processes does the sweeping."""

    def held(self) -> AbstractContextManager[bool]:
        """Whether this process leads, for as long as the block lasts."""


class Sweeper:
    """巡检线程: sweeps again and again while this process leads."""

    def __init__(self, sweep: Sweep, reactor: Reactor, leadership: Leadership) -> None:
        self._sweep = sweep
        self._reactor = reactor
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
        self._reactor.react()
        self._sweep.lapse()
        self._sweep.warn()
