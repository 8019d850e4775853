"""登录中途: how far a sign-in has come, handed to the browser sealed until its next step.

Nothing of it is kept here before it is used, so whoever begins a thousand sign-ins fills no table.
Each is good for ten minutes and once, on all processes together.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Engine, bindparam, delete, select, text

from bancheng.app.ports import Clock
from bancheng.infra import database
from bancheng.infra.schema import Instant, used_step

LASTS: Final = timedelta(minutes=10)
LENGTH_MAX: Final = 4_000
FORGOTTEN_AT_ONCE: Final = 100
_USE = text("""
    INSERT INTO used_step (digest, ends_at) VALUES (:digest, :ends_at)
    ON CONFLICT (digest) DO NOTHING RETURNING digest
""").bindparams(bindparam("ends_at", type_=Instant))
_OVER = delete(used_step).where(
    used_step.c.digest.in_(
        select(used_step.c.digest)
        .where(used_step.c.ends_at < bindparam("now"))
        .limit(FORGOTTEN_AT_ONCE)
        .with_for_update(skip_locked=True)  # two that clear up must not wait for each other
    )
)


class SealedSteps:
    """登录中途: seals, opens and uses up, under the ``secret`` of the hall for them."""

    def __init__(self, engine: Engine, clock: Clock, secret: bytes) -> None:
        self._engine, self._clock = engine, clock
        self._fernet = Fernet(urlsafe_b64encode(secret))

    def sealed(self, way: str, said: Mapping[str, str]) -> str:
        """What ``said`` of a sign-in by ``way``, for the browser to bring back."""
        step = msgspec.json.encode({**said, "way": way})
        return self._fernet.encrypt_at_time(step, self._now()).decode()

    def opened(self, way: str, text: str) -> dict[str, str] | None:
        """What was said; ``None`` if it is not ours, of another way, or older than `LASTS`."""
        if len(text) > LENGTH_MAX:
            return None
        ttl = int(LASTS.total_seconds())
        try:
            step = self._fernet.decrypt_at_time(text.encode(), ttl, self._now())
        except InvalidToken:
            return None
        said = msgspec.json.decode(step, type=dict[str, str])
        return said if said.pop("way") == way else None

    def use(self, text: str) -> bool:
        """Whether it was not used before; from now on it was."""
        now = self._clock.now()
        digest = hashlib.sha256(text.encode()).hexdigest()
        with database.write(self._engine) as connection:
            connection.execute(_OVER, {"now": now})
            # The clocks of processes differ a little; it must be kept for longer than it opens.
            row = {"digest": digest, "ends_at": now + 2 * LASTS}
            return connection.execute(_USE, row).first() is not None

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
