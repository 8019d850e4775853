"""The algorithms that seal values and wrap keys. What was sealed says with which, in a first byte.

A hall chooses the one for what is new (``BANCHENG_CIPHER``); what is old opens by its own for ever.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from cryptography.hazmat.primitives.ciphers import Cipher as _Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NUMBER_BYTES = 1
_SM4_KEY_BYTES = 16
_TAG_BYTES = 16


class Cipher(Protocol):
    """A key at work, as those of the library: ``InvalidTag`` for what was changed."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Ciphertext and tag."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """The plain bytes of ciphertext and tag."""


class Sm4Gcm:
    """GB/T 32907 in the mode of RFC 8998. Its key of 16 bytes is derived from our 32."""

    def __init__(self, secret: bytes) -> None:
        derived = HKDF(algorithm=SM3(), length=_SM4_KEY_BYTES, salt=None, info=b"bancheng/sm4")
        self._algorithm = SM4(derived.derive(secret))

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """As `Cipher`."""
        encryptor = _Cipher(self._algorithm, GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """As `Cipher`."""
        decryptor = _Cipher(self._algorithm, GCM(nonce, data[-_TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(data[:-_TAG_BYTES]) + decryptor.finalize()


class Algorithm(NamedTuple):
    """密码算法: its name, the number by which records name it, and its cipher for a secret."""

    name: str
    number: bytes
    cipher: Callable[[bytes], Cipher]


AES_256_GCM = Algorithm("aes-256-gcm", b"\x01", AESGCM)
SM4_GCM = Algorithm("sm4-gcm", b"\x02", Sm4Gcm)
ALGORITHMS: Mapping[str, Algorithm] = {one.name: one for one in (AES_256_GCM, SM4_GCM)}
BY_NUMBER: Mapping[bytes, Algorithm] = {one.number: one for one in ALGORITHMS.values()}
