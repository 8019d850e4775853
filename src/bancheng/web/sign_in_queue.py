"""核验排队: how many passwords are verified at once, and how many may wait for it.

A verification costs a core for a while and a lot of memory, on purpose. Whoever floods the door
from one address waits behind themself: the others still come in.
"""

from collections import Counter
from collections.abc import Callable
from typing import Final, TypeVar

import anyio
import anyio.to_thread
from anyio import CapacityLimiter

T = TypeVar("T")
AT_ONCE: Final = 1  # a flood takes one core, and leaves the others to those who work
WAITING_MAX: Final = 64
WAITING_ADDRESS_MAX: Final = 8


class Busy(Exception):
    """忙: too many wait already, altogether or from this address."""


class SignInQueue:
    """核验排队: for one event loop."""

    def __init__(self) -> None:
        self._slots = CapacityLimiter(AT_ONCE)
        self._waiting: Counter[str] = Counter()

    async def through(self, address: str, work: Callable[[], T]) -> T:
        """What ``work`` leads to, done in a thread when it is its turn; `Busy` if too many wait."""
        is_full = self._waiting.total() >= WAITING_MAX
        if is_full or self._waiting[address] >= WAITING_ADDRESS_MAX:
            raise Busy
        self._waiting[address] += 1
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._slots)
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address]
