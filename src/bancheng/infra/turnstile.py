"""A queue in front of SQLite's one writer, for the threads of this process.

SQLite lets waiting writers poll, so under load a thread may wait for seconds while others pass it
again and again. Here threads go in the order they came; other processes still meet in SQLite.
"""

from collections import deque
from threading import Lock
from types import TracebackType


class Turnstile:
    """One at a time, first come first served, no longer than ``patience`` seconds."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()
        self._taken = False

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        if not turn.acquire(timeout=self._patience):
            self._leave(turn)

    def _leave(self, turn: Lock) -> None:
        with self._guard:
            if turn not in self._waiting:
                return  # it came to be our turn in this very moment
            self._waiting.remove(turn)
        raise TimeoutError(f"等待写入数据库超过 {self._patience} 秒")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
