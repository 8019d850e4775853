"""Batches of the log: consecutive events, each decoded once and each personal value opened once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bancheng.domain.events import Event, Recorded
from bancheng.domain.people import Opener, Personal
from bancheng.projections.machine.base import Log
from bancheng.projections.machine.passing import PASSING

BESIDE_OTHERS = 2000  # events: while such a batch is applied, SQLite's other writers wait 0.2 s
ALONE = 5000  # where nobody waits, fewer rows are loaded and written again in the next batch
H = TypeVar("H")


class Batch:
    """页: some consecutive events, shared by every projection that stands before them."""

    def __init__(self, events: Sequence[Recorded], opener: Opener) -> None:
        self.events = events
        self._opener = opener
        self._masked: dict[int, tuple[Personal, str | None]] = {}
        self._by_class = defaultdict[type[Event], list[Recorded]](list)
        for recorded in events:
            self._by_class[type(recorded.event)].append(recorded)
        self._begun = {recorded.stream_id for recorded in events if recorded.version == 1}

    def __bool__(self) -> bool:
        return bool(self.events)

    def one_by_one(self) -> "Iterator[Batch]":
        """Its events, a batch each."""
        return (Batch([recorded], self._opener) for recorded in self.events)

    def handled(self, handler_of: Callable[[type[Event]], H | None]) -> list[tuple[H, Recorded]]:
        """The events whose class has a handler, each with it, in their order."""
        handlers = {cls: handler_of(cls) for cls in self._by_class}
        found = [
            (handler, recorded)
            for cls, handler in handlers.items()
            if handler is not None
            for recorded in self._by_class[cls]
        ]
        return sorted(found, key=_position)

    def only(self, knows: Callable[[Recorded], bool]) -> "Batch":
        """Those of its events that count."""
        return Batch([one for one in self.events if knows(one)], self._opener)

    def matters_to(self, handler_of: Callable[[type[Event]], object | None]) -> int:
        """How many events have a handler."""
        return sum(len(some) for cls, some in self._by_class.items() if handler_of(cls) is not None)

    def older_streams(self, events: Iterable[Recorded]) -> set[str]:
        """The streams of ``events`` that do not begin within the batch: they may have rows."""
        return {recorded.stream_id for recorded in events} - self._begun

    def masked(self, value: Personal | None) -> str | None:
        """The masked value, as the opener gives it."""
        if value is None:
            return None
        # By identity: each value was decoded once, and to hash its box would cost every asker.
        known = self._masked.get(id(value))
        if known is None:
            known = self._masked[id(value)] = value, self._opener.masked(value)
        return known[1]


def _position(handled: tuple[object, Recorded]) -> int:
    return handled[1].position


Warm = Callable[[Iterable[Recorded]], None]


def nothing_to_warm(_events: Iterable[Recorded]) -> None:
    """Each key is fetched when it is needed."""


@dataclass(frozen=True)
class Batches:
    """Reads ``log``. ``warm`` fetches the keys of a batch at once, before its values are opened."""

    log: Log
    opener: Opener
    batch: int = BESIDE_OTHERS
    warm: Warm = nothing_to_warm

    def behind(self, position: int) -> Batch:
        """The batch behind ``position``; an empty one at the end of the log."""
        try:
            events = self.log.read(position, self.batch)
        except PASSING:
            raise
        except Exception:  # noqa: BLE001  an event this program can not read: go as far as it
            events = self.log.read(position, 1)
        return self._page(events)

    def at(self, positions: Sequence[int]) -> Batch:
        """The events at ``positions``, wherever in the log they stand."""
        return self._page(self.log.at(positions))

    def of(self, streams: Sequence[str], topics: Sequence[str], until: int | None = None) -> Batch:
        """The events of ``streams``, as `Log.of` gives them."""
        return self._page(self.log.of(streams, topics, until))

    def _page(self, events: Sequence[Recorded]) -> Batch:
        if events:
            self.warm(events)
        return Batch(events, self.opener)
