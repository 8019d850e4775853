"""动态口令: the codes of people's devices (TOTP, RFC 6238); each counts once, on all processes.

What they are made of is sealed in the vault under the key of the person, in the table of proofs.
"""

import base64
import os
import unicodedata
from binascii import a2b_base64, b2a_base64
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Final

import sqlalchemy
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import text

from bancheng.domain.office.streams import STAFF
from bancheng.domain.people import DeviceSecret
from bancheng.infra import database, proofs
from bancheng.infra.vault import KeyVault

SECRET_BYTES: Final = 20
DIGITS: Final = 6
PERIOD_SECONDS: Final = 30
SKEW: Final = 1  # a device, and whoever types, may be one period off
_USE = text("""
    INSERT INTO used_code (owner, number) VALUES (:owner, :number)
    ON CONFLICT (owner) DO UPDATE SET number = excluded.number
    WHERE used_code.number < excluded.number RETURNING owner
""")
# Of a new device: an earlier one has said nothing about it, and clocks may have been put back.
_BEGIN = text("""
    INSERT INTO used_code (owner, number) VALUES (:owner, :number)
    ON CONFLICT (owner) DO UPDATE SET number = excluded.number
""")


@dataclass(frozen=True)
class Devices:
    """动态口令设备: of everybody who has enrolled one."""

    database: sqlalchemy.Engine
    vault: KeyVault

    def fits(self, staff_id: str, enrolled: str, code: str, now: datetime) -> bool:
        """Whether ``code`` is of the device ``enrolled`` and was not shown before."""
        with database.read(self.database) as connection:
            kept = proofs.kept(connection, enrolled)
        if kept is None:
            return False
        secret = self.vault.open(DeviceSecret(owner=STAFF + staff_id, box=a2b_base64(kept)))
        number = None if secret is None else number_of(secret, code, now)
        if number is None:
            return False
        with database.write(self.database) as connection:
            used = connection.execute(_USE, {"owner": STAFF + staff_id, "number": number})
            return used.first() is not None

    def sealed(self, staff_id: str, secret: str) -> str:
        """What to keep of a device."""
        value = DeviceSecret(secret, owner=STAFF + staff_id)
        # The key may be the person's first. The act that keeps the box may be told twice, and would
        # have made another key the second time.
        try:
            box = self.vault.seal(value)
            with database.write(self.database) as connection:
                self.vault.flush(connection)
        except BaseException:
            self.vault.forget_pending()
            raise
        self.vault.published()
        return b2a_base64(box, newline=False).decode()

    def begin(self, staff_id: str, number: int) -> None:
        """The device is enrolled, and has shown the code of that number."""
        with database.write(self.database) as connection:
            connection.execute(_BEGIN, {"owner": STAFF + staff_id, "number": number})


def new_secret() -> str:
    """What the codes of a new device will be made of, in base32 as devices take it."""
    return base64.b32encode(os.urandom(SECRET_BYTES)).decode()


def uri_of(secret: str, staff_id: str, hall: str) -> str:
    """The ``otpauth`` URI that a device reads from a picture."""
    return _codes(secret).get_provisioning_uri(staff_id, hall)


def number_of(secret: str, code: str, now: datetime) -> int | None:
    """The number of the period that ``code`` is of, if it is one around ``now``."""
    typed = "".join(unicodedata.normalize("NFKC", code).split())
    codes, here = _codes(secret), int(now.timestamp()) // PERIOD_SECONDS
    for number in range(here - SKEW, here + SKEW + 1):
        shown = codes.generate(number * PERIOD_SECONDS)
        if compare_digest(shown, typed.encode()):
            return number
    return None


def _codes(secret: str) -> TOTP:
    # SHA-1 is what devices read, and what the codes rest on (HMAC) is not what it is weak in.
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), PERIOD_SECONDS)  # noqa: S303
