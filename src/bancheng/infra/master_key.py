"""The master keys: they wrap the keys of people and tickets, and those of the hall itself.

They live outside the database, so that a copy of the database alone opens nothing.
"""

import base64
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import ColumnElement, LargeBinary, func, literal_column

from bancheng.infra.ciphers import AES_256_GCM, BY_NUMBER, NUMBER_BYTES, Algorithm

KEY_BYTES = 32
NONCE_BYTES = 12
_ID_BYTES = 4
_HEADER_BYTES = NUMBER_BYTES + _ID_BYTES
_HOW_TO_MAKE = "生成一个新的:openssl rand -base64 32(请妥善备份:丢失后个人信息无法恢复)"


class VaultError(Exception):
    """密钥库错误: a key or a sealed value can not be used; the message says what to do."""


class MasterKey:
    """主密钥: wraps the keys that are kept in the database, by ``algorithm``, and unwraps them."""

    def __init__(self, secret: bytes, algorithm: Algorithm = AES_256_GCM) -> None:
        if len(secret) != KEY_BYTES:
            raise VaultError(f"主密钥应为 {KEY_BYTES} 字节,实为 {len(secret)} 字节。{_HOW_TO_MAKE}")
        self._secret = secret
        self.algorithm = algorithm
        wrapping = self.derive("wrap")
        self._ciphers = {each.number: each.cipher(wrapping) for each in BY_NUMBER.values()}
        self.id = hashlib.sha256(self.derive("id")).digest()[:_ID_BYTES]

    def __repr__(self) -> str:
        return f"MasterKey(id={self.id.hex()})"

    def derive(self, label: str) -> bytes:
        """An independent key for the use ``label``."""
        info = f"bancheng/{label}".encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._secret)

    def wrap(self, owner: str, key: bytes) -> bytes:
        """``key`` sealed for storage; it opens for ``owner`` only."""
        header, nonce = self.algorithm.number + self.id, os.urandom(NONCE_BYTES)
        cipher = self._ciphers[self.algorithm.number]
        return header + nonce + cipher.encrypt(nonce, key, header + owner.encode())

    def unwrap(self, owner: str, wrapped: bytes) -> bytes:
        """The key within ``wrapped``, which this master key wrapped."""
        header, rest = wrapped[:_HEADER_BYTES], wrapped[_HEADER_BYTES:]
        try:
            return self._ciphers[header[:NUMBER_BYTES]].decrypt(
                rest[:NONCE_BYTES], rest[NONCE_BYTES:], header + owner.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise VaultError(
                f"{owner} 的密钥记录已损坏或被改动。"
                "请从备份恢复密钥表(person_key 或 hall_key)中的这一行,并查明原因"
            ) from error


class MasterKeys:
    """持有的主密钥: those of this process, one, or two while ``following`` takes its place."""

    def __init__(self, current: MasterKey, following: MasterKey | None = None) -> None:
        self.current = current
        self.algorithm = current.algorithm  # by which values are sealed from now on, too
        self.following = following
        self._by_id = {key.id: key for key in (current, following) if key is not None}

    @classmethod
    def of(
        cls,
        current: bytes | None,
        following: bytes | None = None,
        algorithm: Algorithm = AES_256_GCM,
    ) -> "MasterKeys":
        """The keys of these secrets, which wrap by ``algorithm``; an error if there is no first."""
        if current is None:
            raise VaultError(
                "没有主密钥,不能封存或查看个人信息。"
                "请设置环境变量 BANCHENG_MASTER_KEY(Base64 编码的 32 字节),"
                f"或 BANCHENG_MASTER_KEY_FILE(内容相同的文件)。{_HOW_TO_MAKE}"
            )
        return cls(
            MasterKey(current, algorithm),
            None if following is None else MasterKey(following, algorithm),
        )

    def __str__(self) -> str:
        return "、".join(sorted(key_id.hex() for key_id in self._by_id))

    def holds(self, key_id: bytes) -> bool:
        """Whether the master key of that id is among them."""
        return key_id in self._by_id

    def get(self, key_id: bytes) -> MasterKey:
        """The master key of that id; ``VaultError`` if this process does not hold it."""
        if key_id not in self._by_id:
            raise VaultError(
                f"主密钥已换为 {key_id.hex()},本进程只持有 {self}。"
                "请为每个进程设置 BANCHENG_MASTER_KEY_NEXT 后重新启动"
            )
        return self._by_id[key_id]

    def unwrap(self, owner: str, wrapped: bytes) -> bytes:
        """The key within ``wrapped``; the record itself says which master key opens it."""
        if wrapped[:NUMBER_BYTES] not in BY_NUMBER:
            raise VaultError(
                f"{owner} 的密钥记录的格式号本程序不认识。请升级程序,或从备份恢复密钥表"
            )
        key_id = wrapped[NUMBER_BYTES:_HEADER_BYTES]
        if key_id not in self._by_id:
            raise VaultError(
                f"主密钥不符:{owner} 的密钥由主密钥 {key_id.hex()} 封装,本进程持有的是 {self}。"
                "请换回原来的 BANCHENG_MASTER_KEY;轮换期间须同时设置 BANCHENG_MASTER_KEY_NEXT"
            )
        return self._by_id[key_id].unwrap(owner, wrapped)


def wrapped_under(wrapped: ColumnElement[bytes]) -> ColumnElement[bytes]:
    """In SQL: the id of the master key that wrapped it."""
    # Numbers and no parameters: PostgreSQL groups by what it can see to be the same.
    start: ColumnElement[int] = literal_column(str(NUMBER_BYTES + 1))
    length: ColumnElement[int] = literal_column(str(_ID_BYTES))
    return func.substr(wrapped, start, length, type_=LargeBinary())


def create_key_file(path: Path) -> bytes:
    """Write a new master key to ``path``, readable by its owner only; never over an old one."""
    key = secrets.token_bytes(KEY_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(key) + b"\n")
        file.flush()
        os.fsync(file.fileno())  # a key lost with the page cache loses every name
    return key
