"""限次: how often something may be tried of late in one process: wrong codes, searches."""

from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from bancheng.domain.errors import NotAllowed
from bancheng.graphql.limits import (
    ATTEMPTS_ADDRESS_MAX,
    ATTEMPTS_PROCESS_MAX,
    ATTEMPTS_WINDOW,
    SEARCHES_MAX,
    SEARCHES_WINDOW,
)


class Recent:
    """近来: what was tried within ``window``, and by whom. Whoever has it lets one in at a time."""

    def __init__(self, now: Callable[[], datetime], window: timedelta) -> None:
        self._now, self._window = now, window
        self._tried: deque[tuple[datetime, str]] = deque()
        self._of: Counter[str] = Counter()

    def add(self, by: str) -> None:
        """It was tried now."""
        self._tried.append((self._now(), by))
        self._of[by] += 1

    def count(self) -> int:
        """How often it was tried."""
        self._forget()
        return len(self._tried)

    def count_of(self, by: str) -> int:
        """How often ``by`` tried."""
        self._forget()
        return self._of[by]

    def _forget(self) -> None:
        since = self._now() - self._window
        while self._tried and self._tried[0][0] <= since:
            _, by = self._tried.popleft()
            self._of[by] -= 1
            if not self._of[by]:
                del self._of[by]


class Attempts:
    """试码: the failures of late. Who has had too many of them is not even looked up.

    A right code is never counted, for a whole hall may stand behind one address.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        # No longer than ATTEMPTS_PROCESS_MAX: what would come behind it is refused before.
        self._failures = Recent(now, ATTEMPTS_WINDOW)
        self._lock = Lock()

    def require_room(self, address: str) -> None:
        """``NotAllowed`` if there were too many failures, from there or altogether."""
        with self._lock:
            is_full = self._failures.count() >= ATTEMPTS_PROCESS_MAX
            if is_full or self._failures.count_of(address) >= ATTEMPTS_ADDRESS_MAX:
                raise NotAllowed(
                    "ATTEMPTS_TOO_MANY",
                    "评价码填错的次数过多,暂不受理",
                    remedy=f"请 {ATTEMPTS_WINDOW.seconds // 60} 分钟后再试,或到窗口重新领取评价码",
                )

    def failed(self, address: str) -> None:
        """A code was tried from there, and was none."""
        with self._lock:
            self._failures.add(address)


class Searches:
    """查人次数: of each person of late. Who tries many values wants to learn whose they are."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._searches = Recent(now, SEARCHES_WINDOW)
        self._lock = Lock()

    def take(self, staff_id: str) -> None:
        """Count a search before it is made; ``NotAllowed`` if there were too many."""
        with self._lock:
            if self._searches.count_of(staff_id) >= SEARCHES_MAX:
                minutes = SEARCHES_WINDOW.seconds // 60
                raise NotAllowed(
                    "SEARCHES_TOO_MANY",
                    f"您在 {minutes} 分钟内已查找 {SEARCHES_MAX} 次,暂不受理",
                    remedy=f"请 {minutes} 分钟后再查;已知编号的,请按编号查",
                )
            self._searches.add(staff_id)
