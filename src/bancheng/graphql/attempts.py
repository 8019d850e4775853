"""试码限制: how often a wrong one-time code may be tried, from one address and in one process."""

from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime
from threading import Lock

from bancheng.domain.errors import NotAllowed
from bancheng.graphql.limits import (
    ATTEMPTS_ADDRESS_MAX,
    ATTEMPTS_PROCESS_MAX,
    ATTEMPTS_WINDOW,
)


class Attempts:
    """试码: the failures of late. Who has had too many of them is not even looked up.

    A right code is never counted, for a whole hall may stand behind one address.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        # No longer than ATTEMPTS_PROCESS_MAX: what would come behind it is refused before.
        self._failures: deque[tuple[datetime, str]] = deque()
        self._of: Counter[str] = Counter()
        self._lock = Lock()

    def require_room(self, address: str) -> None:
        """``NotAllowed`` if there were too many failures, from there or altogether."""
        with self._lock:
            self._forget()
            is_full = len(self._failures) >= ATTEMPTS_PROCESS_MAX
            if is_full or self._of[address] >= ATTEMPTS_ADDRESS_MAX:
                raise NotAllowed(
                    "ATTEMPTS_TOO_MANY",
                    "评价码填错的次数过多,暂不受理",
                    remedy=f"请 {ATTEMPTS_WINDOW.seconds // 60} 分钟后再试,或到窗口重新领取评价码",
                )

    def failed(self, address: str) -> None:
        """A code was tried from there, and was none."""
        with self._lock:
            self._failures.append((self._now(), address))
            self._of[address] += 1

    def _forget(self) -> None:
        since = self._now() - ATTEMPTS_WINDOW
        while self._failures and self._failures[0][0] <= since:
            _, address = self._failures.popleft()
            self._of[address] -= 1
            if not self._of[address]:
                del self._of[address]
