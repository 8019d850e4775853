"""指纹: keyed digests of what was asked, by which the same key with another request is known."""

from typing import Any

import msgspec

from bancheng.app.ports import Vault
from bancheng.domain.people import Personal


def fingerprint_of(vault: Vault, said: Any) -> str:
    """The digest of ``said``, in which personal values stand in plain."""
    return vault.fingerprint(_SAID.encode(said))


def _plain(value: object) -> str | None:
    if isinstance(value, Personal):
        return value.plain
    raise TypeError(f"{type(value).__name__} cannot be part of a command")


_SAID = msgspec.json.Encoder(enc_hook=_plain, order="deterministic")
