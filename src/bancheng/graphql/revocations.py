"""吊销动静: whether anything may have ended a session or token, asked once for all who wait."""

import time
from collections.abc import Awaitable, Callable, Hashable

import anyio

FRESH_SECONDS = 0.5


class Revocations:
    """吊销动静: a value that moves with every revocation, looked up twice a second at most."""

    def __init__(self, look: Callable[[], Awaitable[Hashable]]) -> None:
        self._look = look
        self._looking = anyio.Lock()
        self._looked_at = float("-inf")
        self._seen: Hashable = None

    async def seen(self) -> Hashable:
        """What it was at most half a second ago."""
        async with self._looking:
            if time.monotonic() - self._looked_at >= FRESH_SECONDS:
                self._seen = await self._look()
                self._looked_at = time.monotonic()
            return self._seen
