"""The vault: seals and opens personal values under the key of their owner.

Nothing here knows what a value is for, or who may see it.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, Engine

from bancheng.app.ports import Clock, Ids
from bancheng.domain.identity_numbers import PaperKind, as_one
from bancheng.domain.people import ERASED, Party, Personal
from bancheng.infra.ciphers import BY_NUMBER, NUMBER_BYTES, Cipher
from bancheng.infra.hall_keys import HallKeys
from bancheng.infra.keyring import HEADER_BYTES, Keyring
from bancheng.infra.master_key import NONCE_BYTES, MasterKeys, VaultError


class KeyVault:
    """密钥库: one key a person (and one a ticket).

    ``engine`` needs a pool of its own: a key is read while an append holds its connection, and
    appends that wait for a second connection of one pool would wait for each other.
    """

    def __init__(
        self,
        engine: Engine,
        masters: MasterKeys,
        hall_keys: HallKeys,
        *,
        clock: Clock,
        ids: Ids,
        cached: int = 20_000,
    ) -> None:
        self._algorithm = masters.algorithm
        self._ring = Keyring(engine, masters, clock, cached)
        self._ids = ids
        self._finder_key = hall_keys.of("finder")
        self._fingerprint_key = hall_keys.of("fingerprint")

    def seal(self, value: Personal) -> bytes:
        """Header (algorithm, key id), nonce, ciphertext and tag of ``value.plain``."""
        if value.owner is None or value.plain is None:
            raise TypeError(f"{value!r} can not be sealed: it needs an owner and a plain value")
        key, nonce = self._ring.to_seal(value.owner), os.urandom(NONCE_BYTES)
        header, cipher = self._algorithm.number + key.id, key.cipher(self._algorithm)
        return (
            header + nonce + cipher.encrypt(nonce, value.plain.encode(), _bound_to(header, value))
        )

    def open(self, value: Personal) -> str | None:
        """The plain value; ``None`` if its key was destroyed; ``VaultError`` if tampered with."""
        if value.box is None:
            return value.plain
        header = value.box[:HEADER_BYTES]
        algorithm = BY_NUMBER.get(header[:NUMBER_BYTES])
        if algorithm is None:
            raise VaultError(
                f"{value.owner} 的一项密封信息({value.kind})的格式号本程序不认识。请升级程序"
            )
        key = self._ring.to_open(value.owner or "", header[NUMBER_BYTES:])
        return None if key is None else _decrypt(key.cipher(algorithm), value, value.box)

    def masked(self, value: Personal | None) -> str | None:
        """The masked value; ``None`` stays ``None``; an erased one reads 「已销毁」."""
        if value is None:
            return None
        plain = self.open(value)
        return ERASED if plain is None else value.mask(plain)

    def identify(self, reporter: Party) -> str:
        """The owner of this person's values; a new one unless the identity number is known.

        A phone identifies nobody: families and whole offices share one. Call it within the
        attempt that appends, because a rolled back attempt forgets whom it named.
        """
        number = reporter.id_number and self.open(reporter.id_number)
        if not number:
            return self._new_person()
        # A passport and a travel permit may have the same eight digits.
        finder = self._finder(reporter.id_kind or PaperKind.RESIDENT, number)
        known = self._ring.owner_found_by(finder)
        if known is None:
            known = self._new_person()
            self._ring.name_finder(known, finder)
        return known

    def fingerprint(self, data: bytes) -> str:
        """A keyed digest of ``data``: a bare one of few possible values could be guessed back."""
        return hmac.new(self._fingerprint_key, data, hashlib.sha256).hexdigest()

    def warm(self, owners: Iterable[str]) -> None:
        """Read the keys of ``owners`` in few queries, before many of their values are opened."""
        self._ring.warm(owners)

    def flush(self, connection: Connection) -> None:
        """Write this thread's new keys in the append's transaction.

        ``IntegrityError``: somebody else gave this owner or this person a key first.
        """
        self._ring.flush(connection)

    def published(self) -> None:
        """The transaction is committed: its keys may serve every thread."""
        self._ring.published()

    def forget_pending(self) -> None:
        """The transaction was rolled back: its keys never were."""
        self._ring.forget_pending()

    def destroy(self, connection: Connection, owners: Sequence[str]) -> None:
        """Destroy the keys of ``owners`` in the transaction given: what they sealed is erased."""
        self._ring.destroy(connection, owners)

    def hide(self, connection: Connection, owners: Sequence[str]) -> None:
        """Know the ``owners`` again no more, in the transaction given; their keys stay."""
        self._ring.hide(connection, owners)

    def follow_destroyed(self) -> None:
        """Forget every opened key, if any was destroyed since; some other process may have."""
        self._ring.follow_destroyed()

    def _new_person(self) -> str:
        owner = f"person-{self._ids.new()}"
        self._ring.bear(owner)
        return owner

    def _finder(self, kind: PaperKind, id_number: str) -> str:
        paper, number = as_one(kind, id_number)
        data = f"id_number|{paper.value}|{number}".encode()
        return hmac.new(self._finder_key, data, hashlib.sha256).hexdigest()


def _decrypt(cipher: Cipher, value: Personal, box: bytes) -> str:
    header, rest = box[:HEADER_BYTES], box[HEADER_BYTES:]
    nonce, sealed = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    try:
        return cipher.decrypt(nonce, sealed, _bound_to(header, value)).decode()
    except (InvalidTag, ValueError) as error:
        raise VaultError(
            f"{value.owner} 的一项密封信息({value.kind})已损坏或被改动,拒绝打开。"
            "请核验哈希链并与备份比对,查明原因"
        ) from error


def _bound_to(header: bytes, value: Personal) -> bytes:
    """What a box is bound to: moved to another owner or kind it does not open."""
    return header + f"{value.owner}\0{value.kind}".encode()
