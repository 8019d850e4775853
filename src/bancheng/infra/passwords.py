"""密码: the one place that hashes passwords that people choose (argon2id).

A verification takes tens of milliseconds and `Cost.memory_kib` of memory on purpose, so whoever
calls bounds how many run at once, and none runs on the event loop.
"""

from base64 import b64encode
from dataclasses import dataclass
from hmac import compare_digest
from threading import Lock

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from bancheng.domain.office.passwords import as_typed
from bancheng.domain.one_time_codes import digest_of


@dataclass(frozen=True)
class Cost:
    """What one verification costs, in memory and in passes over it; always on one core."""

    memory_kib: int
    passes: int


class Passwords:
    """密码: hashes and verifies. ``verified`` counts the verifications of this process."""

    def __init__(self, cost: Cost) -> None:
        self._hasher = PasswordHasher(
            time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=1, type=Type.ID
        )
        self._nobodys = _of_nobody(cost)
        self._counting = Lock()
        self.verified = 0

    def hashed(self, password: str) -> str:
        """What to keep of ``password``."""
        return self._hasher.hash(as_typed(password))

    def fits(self, password: str, kept: str | None) -> bool:
        """Whether ``kept`` is of ``password``; without any it is not, and costs the same."""
        with self._counting:
            self.verified += 1
        typed = as_typed(password)
        is_code = kept is not None and not kept.startswith("$")
        fits = self._verifies(self._nobodys if kept is None or is_code else kept, typed)
        return compare_digest(digest_of(typed), kept) if kept is not None and is_code else fits

    def _verifies(self, kept: str, typed: str) -> bool:
        try:
            return self._hasher.verify(kept, typed)
        except (VerificationError, InvalidHashError):
            return False

    def is_cheap(self, kept: str) -> bool:
        """Whether it was hashed at another cost than today's."""
        return kept.startswith("$") and self._hasher.check_needs_rehash(kept)


def _of_nobody(cost: Cost) -> str:
    """What fits no password, and costs as much to find that out."""
    salt, digest = b64encode(bytes(16)), b64encode(bytes(32))
    told = f"$argon2id$v=19$m={cost.memory_kib},t={cost.passes},p=1$"
    return told + "$".join(part.decode().rstrip("=") for part in (salt, digest))
