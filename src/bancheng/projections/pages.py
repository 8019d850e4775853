"""Pages of the log: consecutive events, each decoded once and each personal value opened once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bancheng.domain.events import Recorded
from bancheng.domain.people import Opener, Personal
from bancheng.projections.base import Log
from bancheng.projections.passing import PASSING

BATCH = 2000


class Page:
    """页: some consecutive events, shared by every projection that stands before them."""

    def __init__(self, events: Sequence[Recorded], opener: Opener) -> None:
        self.events = events
        self._opener = opener
        self._masked: dict[int, tuple[Personal, str | None]] = {}

    def __bool__(self) -> bool:
        return bool(self.events)

    def masked(self, value: Personal | None) -> str | None:
        """The masked value, as the opener gives it."""
        if value is None:
            return None
        # By identity: each value was decoded once, and to hash its box would cost every asker.
        known = self._masked.get(id(value))
        if known is None:
            known = self._masked[id(value)] = value, self._opener.masked(value)
        return known[1]


Warm = Callable[[Iterable[Recorded]], None]


def nothing_to_warm(_events: Iterable[Recorded]) -> None:
    """Each key is fetched when it is needed."""


@dataclass(frozen=True)
class Pages:
    """Reads ``log``. ``warm`` fetches the keys of a page at once, before its values are opened."""

    log: Log
    opener: Opener
    batch: int = BATCH
    warm: Warm = nothing_to_warm

    def behind(self, position: int) -> Page:
        """The page behind ``position``; an empty one at the end of the log."""
        try:
            events = self.log.read(position, self.batch)
        except PASSING:
            raise
        except Exception:  # noqa: BLE001  an event this program can not read: go as far as it
            events = self.log.read(position, 1)
        if events:
            self.warm(events)
        return Page(events, self.opener)
