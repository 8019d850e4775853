"""凭据: what proves passwords, codes and tokens, in a table beside the log."""

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bancheng.app.ports import Proof
from bancheng.infra.schema import proof

_INSERT = insert(proof)
_EARLIER = delete(proof).where(proof.c.owner == bindparam("of"), proof.c.kind == bindparam("alike"))
_MANY = "token"  # of which somebody may have several
_BY_ID = select(proof.c.kept).where(proof.c.id == bindparam("id"))
_BETTER = update(proof).where(proof.c.id == bindparam("of")).values(kept=bindparam("kept"))


def keep(connection: Connection, new: Proof) -> None:
    """Keep ``new``, in the transaction of the act that issues it."""
    if new.kind != _MANY:  # whoever reads the table later finds none of the earlier ones
        connection.execute(_EARLIER, {"of": new.owner, "alike": new.kind})
    connection.execute(_INSERT, msgspec.structs.asdict(new))


def kept(connection: Connection, id_: str) -> str | None:
    """What proves the credential of that id."""
    return connection.scalar(_BY_ID, {"id": id_})


def keep_anew(connection: Connection, id_: str, better: str) -> None:
    """Keep the same password at the cost of today."""
    connection.execute(_BETTER, {"of": id_, "kept": better})
