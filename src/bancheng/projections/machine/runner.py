"""The runner: pulls the log into the read models, exactly once, and tells who waits for it."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Condition, Event, Lock, Thread

import structlog

from bancheng.log_lines import LogLine
from bancheng.projections.machine import checkpoints, health
from bancheng.projections.machine.base import Database, Projection
from bancheng.projections.machine.batches import Batches
from bancheng.projections.machine.collector import resting
from bancheng.projections.machine.health import Health
from bancheng.projections.machine.shelves import Shelf
from bancheng.projections.machine.subscription import Subscription, advance, fault_of

WAIT_SECONDS = 2.0
POLL_SECONDS = 0.05  # what another process appended is seen after that at the latest
_POLL_FIRST_SECONDS = 0.001
# Whoever waits is told when something moves. What other processes apply our own thread finds out
# when it comes to it, so the stored places are looked up in case that it does not.
_LOOK_SECONDS = 0.25
_LOOK_ALONE_SECONDS = 0.005  # where no thread of this process follows the log
_LOOK_AGAIN_SECONDS = 1.0

_log = structlog.get_logger(room="projections")


class Runner:
    """投影运行器: follows the log with every projection, live.

    Several runners in several processes are safe: the one that is overtaken has changed nothing.
    `Builder.ensure` must have made the tables.
    """

    def __init__(
        self, database: Database, batches: Batches, projections: Sequence[Projection]
    ) -> None:
        self._database = database
        self._batches = batches
        with database.read() as connection:
            found = checkpoints.find_all(connection)
        self._subscriptions = {p.name: _live(p, database, found[p.name]) for p in projections}
        self._stepping = Lock()
        self._moved = Condition()
        self._woken = Event()
        self._stopping = False
        self._thread: Thread | None = None
        self._looked_at = time.monotonic()

    def start(self) -> None:
        """Follow the log in a thread of its own, until `stop`; ``RuntimeError`` if it does."""
        if self._thread is not None:
            # A second thread would project the same events for nothing, and outlive `stop`.
            raise RuntimeError("the runner follows the log already")
        self._stopping = False
        self._thread = Thread(target=self._run, name="projections", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread when the batch in hand is done."""
        self._stopping = True
        self._woken.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def wake(self) -> None:
        """Something was appended."""
        self._woken.set()

    def catch_up(self) -> None:
        """Apply everything there is, in the caller's thread."""
        while self.step():
            pass

    def step(self) -> bool:
        """Bring each projection one batch further; ``False`` if there was nothing to do."""
        with self._stepping, resting():
            self._look_after_the_stopped()
            running = [
                subscription for subscription in self._subscriptions.values() if subscription.runs
            ]
            positions = {subscription.checkpoint.position for subscription in running}
            advanced = [
                self._advance(
                    [
                        subscription
                        for subscription in running
                        if subscription.checkpoint.position == position
                    ]
                )
                for position in sorted(positions)
            ]
            return any(advanced)

    def wait(
        self, position: int, names: Iterable[str] | None = None, timeout: float = WAIT_SECONDS
    ) -> bool:
        """Wait until ``names`` (or all) have applied ``position``; ``False`` if not in time.

        Nobody waits for a projection that has stopped. Another process may be the one that
        applies, so the stored checkpoints are looked up now and then.
        """
        subscriptions = [self._subscriptions[name] for name in (names or self._subscriptions)]
        deadline = time.monotonic() + timeout
        while behind := [
            subscription
            for subscription in subscriptions
            if subscription.checkpoint.position < position
        ]:
            left = deadline - time.monotonic()
            if left <= 0 or not all(subscription.runs for subscription in behind):
                return False
            look = _LOOK_ALONE_SECONDS if self._thread is None else _LOOK_SECONDS
            if not self._move(behind, position, min(left, look)):
                subscriptions = self._still_behind(behind, position)
        return True

    def health(self, now: datetime) -> list[Health]:
        """How far each projection is behind the log, from what is stored and not from memory."""
        return health.of(self._database, self._batches.log, list(self._subscriptions), now)

    def retry(self, name: str) -> bool:
        """Let a stopped projection try its event again; ``False`` if there is none of that name."""
        with self._database.write() as connection:
            found = checkpoints.clear_poison(connection, name)
        if found and name in self._subscriptions:
            with self._stepping:
                self._subscriptions[name].reload()
        self.wake()
        return found

    def _advance(self, subscriptions: Sequence[Subscription]) -> bool:
        batch = self._batches.behind(subscriptions[0].position)
        if not batch:
            return False
        advance(subscriptions, batch)
        with self._moved:
            self._moved.notify_all()
        return True

    def _move(self, behind: Sequence[Subscription], position: int, seconds: float) -> bool:
        """Whether some subscription of this process moved within ``seconds``."""
        with self._moved:
            # Looked at under the lock, or a move just before the wait would go unnoticed.
            if any(one.position >= position for one in behind):
                return True
            return self._moved.wait(seconds)

    def _still_behind(
        self, subscriptions: Sequence[Subscription], position: int
    ) -> list[Subscription]:
        with self._database.read() as connection:
            found = checkpoints.find_all(connection)
        behind = [
            subscription
            for subscription in subscriptions
            if found[subscription.checkpoint.name].position < position
        ]
        for subscription in behind:
            if found[subscription.checkpoint.name].poison is not None:
                subscription.checkpoint = found[subscription.checkpoint.name]
        return behind

    def _look_after_the_stopped(self) -> None:
        # Another process may have let them go on, or switched to what this program can run.
        stopped = [
            subscription for subscription in self._subscriptions.values() if not subscription.runs
        ]
        if stopped and time.monotonic() - self._looked_at >= _LOOK_AGAIN_SECONDS:
            self._looked_at = time.monotonic()
            for one in stopped:
                one.reload()

    def _run(self) -> None:
        pause = _POLL_FIRST_SECONDS
        while not self._stopping:
            # An event just appended may lie behind the safe horizon for another moment, so after
            # a call the pauses begin short again.
            if self._woken.wait(pause):
                pause = _POLL_FIRST_SECONDS
            self._woken.clear()  # before reading: what is appended after that calls again
            pause = self._try_step(pause)

    def _try_step(self, pause: float) -> float:
        """Step, and say how long to pause then."""
        try:
            if self.step():
                self._woken.set()
                return _POLL_FIRST_SECONDS
        except Exception as error:  # noqa: BLE001  the thread must outlive any failure
            _log.warning(LogLine.PROJECTION_RETRIED, error=fault_of(error))
            return min(max(2 * pause, 10 * POLL_SECONDS), _LOOK_AGAIN_SECONDS)
        return min(2 * pause, POLL_SECONDS)


def _live(
    projection: Projection, database: Database, checkpoint: checkpoints.Checkpoint
) -> Subscription:
    shelves = {table: Shelf(table) for table in projection.tables}
    return Subscription(projection, database, shelves, checkpoint)
