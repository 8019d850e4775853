"""The clocks and the sources of identifiers: real ones, and settable ones for tests and demo."""

import random
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from uuid import UUID

from bancheng.app.ports import Clock

QUERY_CODE_DIGITS = 10
# Base 32 without I, L, O and U, which people misread or mistype. Sixteen of them are 80 bits.
ONE_TIME_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class SystemClock:
    """系统时钟: the machine's time, UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """固定时钟: stands still until it is set or advanced. For tests and the simulator."""

    def __init__(self, at: datetime) -> None:
        self._at = _in_utc(at)

    def now(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> datetime:
        """Put the clock to ``at``, which may also lie in the past."""
        self._at = _in_utc(at)
        return self._at

    def advance(self, by: timedelta = timedelta(0), /, **parts: float) -> datetime:
        """Move on by a timedelta, or by its parts: ``advance(days=1, hours=2)``."""
        return self.set(self._at + by + timedelta(**parts))


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a clock needs an instant with a time zone")
    return at.astimezone(UTC)


class _SortableIds:
    """UUIDs of version 7: milliseconds, then microseconds, then chance.

    Within one process they rise strictly, also if the clock stands still or is put back.
    """

    def __init__(self, clock: Clock, bits: Callable[[int], int]) -> None:
        self._clock = clock
        self._bits = bits
        self._last = 0
        self._lock = Lock()

    def new(self) -> str:
        now = self._clock.now()
        stamp = int(now.timestamp()) * 1000 + now.microsecond // 1000
        fraction = (now.microsecond % 1000) << 2 | self._bits(2)
        with self._lock:
            sortable = max(stamp << 74 | fraction << 62 | self._bits(62), self._last + 1)
            self._last = sortable
        return str(UUID(int=_as_version_7(sortable)))

    def query_code(self) -> str:
        raise NotImplementedError

    def one_time_code(self, letters: int) -> str:
        drawn = self._bits(5 * letters)
        return "".join(ONE_TIME_LETTERS[drawn >> 5 * place & 31] for place in range(letters))


def _as_version_7(sortable: int) -> int:
    """122 sortable bits with the version and the variant of RFC 9562 put between them."""
    head, rand_a, rand_b = sortable >> 74, sortable >> 62 & 0xFFF, sortable & (1 << 62) - 1
    return head << 80 | 7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b


class RandomIds(_SortableIds):
    """编号源: unguessable identifiers."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, secrets.randbits)

    def query_code(self) -> str:
        return f"{secrets.randbelow(10**QUERY_CODE_DIGITS):0{QUERY_CODE_DIGITS}d}"


class SeededIds(_SortableIds):
    """可重现编号源: the same seed and clock give the same identifiers. Guessable, so never live."""

    def __init__(self, seed: int, clock: Clock) -> None:
        self._chance = random.Random(seed)  # noqa: S311  reproducible on purpose
        super().__init__(clock, self._chance.getrandbits)

    def query_code(self) -> str:
        return f"{self._chance.randrange(10**QUERY_CODE_DIGITS):0{QUERY_CODE_DIGITS}d}"
