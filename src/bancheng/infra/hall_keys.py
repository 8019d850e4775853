"""The hall's own keys: one for each use that belongs to no person, wrapped under the master key.

They are drawn by chance and never change, so that another master key only wraps them anew: what
was found, compared or indexed under them stays so.
"""

import secrets
from collections.abc import Mapping

from sqlalchemy import Connection, Engine, bindparam, insert, select, update

from bancheng.infra import database
from bancheng.infra.master_key import KEY_BYTES, MasterKeys
from bancheng.infra.ownership import in_charge
from bancheng.infra.schema import INHERITED, alone, hall_key

# Another use is another line here: its key is born at the next start, and read by `HallKeys.of`.
NAMES = (
    "finder",  # blind index of identity numbers, by which a person is known again
    "person_index",  # blind index of names and numbers, by which matters are found
    "fingerprint",  # of the commands that idempotency keys were used for
    "sign-in",  # how far sign-ins have come, as browsers bring it back (`infra/sealed_steps.py`)
)
_KEYS = select(hall_key.c.name, hall_key.c.wrapped)
_TAKE_OVER = (
    update(hall_key).where(hall_key.c.name == bindparam("the_name")).values(wrapped=bindparam("by"))
)


class HallKeys:
    """本厅密钥: 32 bytes for each of `NAMES`, the same for every process of the hall."""

    def __init__(self, secrets_by_name: Mapping[str, bytes]) -> None:
        self._secrets = dict(secrets_by_name)

    def __repr__(self) -> str:
        return f"HallKeys({', '.join(self._secrets)})"

    @classmethod
    def opened(cls, engine: Engine, masters: MasterKeys) -> "HallKeys":
        """The keys of the hall in ``engine``; those that it has not yet are born, once for all.

        `VaultError` if ``masters`` do not open them.
        """
        with database.read(engine) as connection:
            found = _found(connection)
        if any(found.get(name, INHERITED) == INHERITED for name in NAMES):
            with database.write(engine) as connection:
                alone(connection)
                _complete(connection, masters)
                found = _found(connection)
        return cls({name: masters.unwrap(bound_to(name), found[name]) for name in NAMES})

    def of(self, name: str) -> bytes:
        """The key for the use ``name``, which is one of `NAMES`."""
        return self._secrets[name]


def _complete(connection: Connection, masters: MasterKeys) -> None:
    """Every name has a key afterwards; those that are there stay."""
    found, master = _found(connection), masters.get(in_charge(connection))
    for name in NAMES:
        if name not in found:
            wrapped = master.wrap(bound_to(name), secrets.token_bytes(KEY_BYTES))
            connection.execute(insert(hall_key).values(name=name, wrapped=wrapped))
        elif found[name] == INHERITED:
            wrapped = master.wrap(bound_to(name), master.derive(name))
            connection.execute(_TAKE_OVER, {"the_name": name, "by": wrapped})


def _found(connection: Connection) -> dict[str, bytes]:
    return {row.name: bytes(row.wrapped) for row in connection.execute(_KEYS)}


def bound_to(name: str) -> str:
    """What the wrapping is bound to; nobody's id begins like that."""
    return f"hall/{name}"
