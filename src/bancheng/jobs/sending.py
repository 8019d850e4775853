"""通知发送: one thread a route takes its messages one by one, and waits for nobody else's receiver.

At least once: a notice is leased for one try, and whoever dies in it leaves it to be tried again
under the same id. A receiver that does not answer rests; only a probe now and then costs a try, so
that an hour without it makes no dead letters.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any, Final, NamedTuple, Protocol

import structlog

from bancheng.app.noticing.messages import Gathers, Message, NotDelivered
from bancheng.app.noticing.routes import Route, Routes
from bancheng.app.ports import Clock
from bancheng.domain.notices.hours import next_moment
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.log_lines import LogLine
from bancheng.projections.machine.subscription import fault_of
from bancheng.projections.notices import NoticeRow

SEND_SECONDS: Final = 0.5
# Longer than any adapter waits, so that nobody else begins while it does.
LEASE: Final = timedelta(minutes=3)
# 30 s, 1 min, 2 min … then each hour: who is away for a night gets everything in the morning.
FIRST_DELAY: Final = timedelta(seconds=30)
DELAY_MAX: Final = timedelta(hours=1)
TRIES_MAX: Final = 24
FIRST_REST: Final = timedelta(seconds=5)
REST_MAX: Final = timedelta(minutes=5)
_DOUBLINGS_MAX: Final = 12  # beyond, everything is at its maximum long since
_log = structlog.get_logger(room="jobs")


class Queue(Protocol):
    """待发通知: see `bancheng.infra.notice_queue`."""

    def claim(
        self,
        route: str,
        now: datetime,
        lease: timedelta,
        most: Gathers,
        closed_until: datetime | None,
    ) -> list[NoticeRow]: ...
    def sent(self, claimed: Sequence[NoticeRow], at: datetime) -> None: ...
    def later(self, claimed: Sequence[NoticeRow], at: datetime, fault: str) -> None: ...
    def failed(self, claimed: Sequence[NoticeRow], fault: str) -> None: ...


class Way(Protocol):
    """渠道: sends one message, of at most what it ``gathers``."""

    @property
    def gathers(self) -> Gathers: ...

    def send(self, message: Message) -> None:
        """``NotDelivered`` if it did not arrive."""

    def close(self) -> None:
        """Let go of what it keeps open."""


class Compose(Protocol):
    """成文: makes the message of what was claimed; none if nothing of it is to go out any more."""

    def __call__(self, rows: Sequence[NoticeRow], route: Route) -> Message | None: ...


class RouteHealth(NamedTuple):
    """线路状况: whether its thread lives, and since when its receiver takes nothing, if so."""

    name: str
    alive: bool
    down_since: datetime | None
    fault: str | None


@dataclass
class Sender:
    """发送: what goes one route, message after message."""

    route: Route
    way: Way
    queue: Queue
    compose: Compose
    clock: Clock
    moment: Callable[[datetime, Route], datetime]
    down_since: datetime | None = None
    fault: str | None = None
    _faults: int = 0
    _rests_until: datetime | None = None

    def go_on(self) -> bool:
        """Send the next message, if one is due; whether there may be more at once."""
        now = self.clock.now()
        if self._rests_until is not None and now < self._rests_until:
            return False
        # Asked again: what was due in the evening is still there when somebody starts at night.
        opens = self.moment(now, self.route)
        closed_until = opens if opens > now else None
        rows = self.queue.claim(self.route.name, now, LEASE, self.way.gathers, closed_until)
        if rows:
            self._send(rows)
        return bool(rows)

    def _send(self, rows: Sequence[NoticeRow]) -> None:
        if max(row.tries for row in rows) > TRIES_MAX:  # in each of them a process died
            self._put_off(rows, NotDelivered("UNFINISHED", is_final=True))
            return
        try:
            message = self.compose(rows, self.route)
            if message is None:  # which says nothing of the receiver
                return
            self.way.send(message)
        except NotDelivered as error:
            self._put_off(rows, error)
            return
        except Exception as error:  # noqa: BLE001  one that nobody can send holds up no other
            _log.error(LogLine.NOTICE_FAULT, route=self.route.name, error=fault_of(error))
            self._put_off(rows, NotDelivered(f"FAULT_{type(error).__name__}"))
            return
        self.queue.sent(rows, self.clock.now())
        self.down_since = self.fault = self._rests_until = None
        self._faults = 0

    def _put_off(self, rows: Sequence[NoticeRow], error: NotDelivered) -> None:
        now, tries = self.clock.now(), max(row.tries for row in rows)
        if error.is_final or tries >= TRIES_MAX:
            self.queue.failed(rows, error.fault)
            ids = [row.notice_id for row in rows]
            _log.error(LogLine.NOTICE_FAILED, route=self.route.name, code=error.fault, notices=ids)
        else:
            at = now + _growing(FIRST_DELAY, tries - 1, DELAY_MAX)
            is_urgent = rows[0].urgent  # as all of one message are
            self.queue.later(rows, at if is_urgent else self.moment(at, self.route), error.fault)
        if not error.is_final:
            self._rest(now, error)

    def _rest(self, now: datetime, error: NotDelivered) -> None:
        asked = timedelta(seconds=error.pause_seconds or 0)
        self._rests_until = now + max(asked, _growing(FIRST_REST, self._faults, REST_MAX))
        self._faults += 1
        self.fault = error.fault
        if self.down_since is None:
            self.down_since = now
            _log.warning(LogLine.RECEIVER_DOWN, route=self.route.name, code=error.fault)


def _growing(first: timedelta, doublings: int, most: timedelta) -> timedelta:
    return min(first * (1 << min(doublings, _DOUBLINGS_MAX)), most)


@dataclass
class Sending:
    """发送线程: a thread for each route, for as long as the hall works."""

    senders: Sequence[Sender]
    _threads: dict[str, Thread] = field(default_factory=dict)
    _stopping: Event = field(default_factory=Event)

    def start(self) -> None:
        """Begin to send; without routes there is nothing to begin."""
        self._stopping.clear()
        for sender in self.senders:
            name = sender.route.name
            thread = Thread(target=self._run, args=(sender,), name=f"sender-{name}", daemon=True)
            self._threads[name] = thread
            thread.start()

    def stop(self) -> None:
        """End each thread when the message in hand has gone out, or did not."""
        self._stopping.set()
        for thread in self._threads.values():
            thread.join()
        self._threads.clear()

    def close(self) -> None:
        """Stop, and let the connections go."""
        self.stop()
        for sender in self.senders:
            sender.way.close()

    def health(self) -> list[RouteHealth]:
        """How each route does. That a receiver is away is no fault of the hall's."""
        return [
            RouteHealth(
                name=one.route.name,
                alive=_is_alive(self._threads.get(one.route.name)),
                down_since=one.down_since,
                fault=one.fault,
            )
            for one in self.senders
        ]

    def _run(self, sender: Sender) -> None:
        while not self._stopping.is_set():
            more = False
            try:
                more = sender.go_on()
            except Exception as error:  # noqa: BLE001  the thread must outlive any failure
                _log.error(LogLine.NOTICE_FAULT, route=sender.route.name, error=fault_of(error))
            if not more:
                self._stopping.wait(SEND_SECONDS)


def _is_alive(thread: Any) -> bool:
    return thread is not None and bool(thread.is_alive())


def moments(routes: Routes, calendar: Callable[[], Calendar]) -> Callable[[datetime, Route], Any]:
    """When somebody on a route may be told, at or after an instant."""

    def moment(at: datetime, route: Route) -> datetime:
        return next_moment(at, route.hours, routes.quiet, calendar())

    return moment
