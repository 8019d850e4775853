"""缓办: what the rules refuse is tried again after a while, and not at every turn of the sweep."""

from datetime import datetime, timedelta
from typing import Final

TRIED_AGAIN_AFTER: Final = timedelta(minutes=10)
# Beyond so many the one refused first is forgotten, and tried sooner than it need be.
KEPT_MAX: Final = 10_000


class PutOff:
    """缓办清单: of each act that was refused, by its key, when it may be tried again.

    Kept in memory only: a process that starts tries everything once.
    """

    def __init__(self, kept_max: int = KEPT_MAX) -> None:
        self._until: dict[str, datetime] = {}
        self._kept_max = kept_max

    def add(self, key: str, now: datetime) -> datetime:
        """It was refused ``now``; when it is tried again."""
        self._until.pop(key, None)
        if len(self._until) >= self._kept_max:
            del self._until[next(iter(self._until))]
        self._until[key] = now + TRIED_AGAIN_AFTER
        return self._until[key]

    def waits(self, key: str, now: datetime) -> bool:
        """Whether it was refused, and is not to be tried yet."""
        until = self._until.get(key)
        if until is not None and until <= now:
            del self._until[key]
        return key in self._until
