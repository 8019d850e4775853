"""A device of somebody, as an app makes its codes (TOTP, RFC 6238)."""

import base64
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP


def code_at(secret: str, when: datetime) -> str:
    """What the device shows then."""
    codes = TOTP(base64.b32decode(secret), 6, SHA1(), 30)
    return codes.generate(int(when.timestamp())).decode()
