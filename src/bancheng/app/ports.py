"""What the use cases need from outside. Adapters live in `infra`; each has one contract suite."""

from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

import msgspec

from bancheng.app.opening import Opened
from bancheng.domain.accesses import Access
from bancheng.domain.events import Envelope, Event, Recorded
from bancheng.domain.people import Opener, Party, Personal


class Clock(Protocol):
    """时钟: the one source of time."""

    def now(self) -> datetime:
        """The present instant, UTC."""


class Ids(Protocol):
    """编号源: the one source of identifiers."""

    def new(self) -> str:
        """A new identifier, sortable by time of making."""

    def query_code(self) -> str:
        """An unguessable code of ten digits with which a reporter asks about their ticket."""

    def one_time_code(self, letters: int) -> str:
        """An unguessable code of so many letters and digits, told once."""


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """编号簿: a gapless sequence of official numbers; each hall, ledger and year has its own."""

    hall: str
    ledger: str
    year: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """答复: what a command did. The same idempotency key always gets the same answer.

    ``repeated`` says that it had been given before, and that nothing was stored this time.
    ``one_time_code`` is what the act gave out, told this once: nobody keeps it, so a repeated
    answer is without it. ``opened`` are the clear values that a 调阅 opened, told once as well; its
    key makes no repeated answer at all, but another 调阅.
    """

    stream_id: str
    version: int
    position: int
    repeated: bool = False
    one_time_code: str | None = None
    opened: tuple[Opened, ...] = ()


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """请求标识: the idempotency key and the fingerprint of the command it was used for."""

    key: str
    fingerprint: str


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """凭据: what proves a password, a token or a device, never the secret; kept beside the log.

    ``kept`` is a digest, or of a device a box of the vault. ``id`` is that of the event that issued
    it, ``owner`` the stream of the person.
    """

    id: str
    owner: str
    kind: str
    kept: str


class Unit(Protocol):
    """事务: everything done through it is committed together or not at all."""

    def next_number(self, register: Register) -> int:
        """The next number of ``register``; given back if the transaction rolls back."""

    def append(
        self,
        stream_id: str,
        expected_version: int,
        events: Sequence[tuple[Envelope, Event]],
        asked: Asked,
    ) -> Answer:
        """Append ``events`` behind ``expected_version`` (0: the stream is new).

        Raises ``Conflict`` with code ``VERSION_CONFLICT`` if the stream has moved on, and with
        ``KEY_REUSED`` if the key was already used, whoever won.
        """

    def keep(self, proof: Proof) -> None:
        """Keep ``proof``; all but a token in the place of its owner's earlier one."""


class Store(Protocol):
    """事件库: streams of events."""

    def load(self, stream_id: str) -> list[Recorded]:
        """The stream's events in order; empty if there is no such stream."""

    def answered(self, asked: Asked) -> Answer | None:
        """What was answered to this key; ``Conflict`` ``KEY_REUSED`` if for another command."""

    def stream_under(self, key: str) -> str | None:
        """The stream on which something was done under this key, whatever it was."""

    def unit(self) -> AbstractContextManager[Unit]:
        """Begin a transaction; it commits when the block ends without an exception."""

    def read(self, after: int, limit: int) -> list[Recorded]:
        """At most ``limit`` events behind position ``after``, in order, none ever skipped."""

    def head(self) -> int:
        """The highest position up to which nothing can appear any more (safe horizon)."""


class Vault(Opener, Protocol):
    """密钥库: one key a person (and one a ticket); seals and opens personal values."""

    def seal(self, value: Personal) -> bytes:
        """nonce, ciphertext and tag of ``value.plain`` under the key of ``value.owner``."""

    def open(self, value: Personal) -> str | None:
        """The plain value; ``None`` if its key was destroyed."""

    def identify(self, reporter: Party) -> str:
        """The key owner of this person: the known one if the identity number is known."""

    def fingerprint(self, data: bytes) -> str:
        """A keyed digest of ``data``, safe for low-entropy personal values."""


class AccessLog(Protocol):
    """访问日志: who looked and who tried. Nothing of it is an event."""

    def submit(self, access: Access) -> Future[None]:
        """Record ``access``; done when it can not be lost any more. Does not block.

        An answer that shows something goes out behind that, or not at all if it failed.
        """

    def record(self, access: Access) -> None:
        """As `submit`, and wait for it."""
