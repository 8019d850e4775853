"""What the access log of a hall says, as tests compare it."""

from itertools import count
from multiprocessing.connection import Connection
from threading import Event, Lock, Thread
from typing import Any

from sqlalchemy import select

from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.accesses import Access, AccessKind, Visitor
from bancheng.infra import database
from bancheng.projections.accesses import access_log, access_matter


def recorded(container: Container, *kinds: str) -> list[dict[str, Any]]:
    """The records of ``kinds``, or all, in their order, each with the ids of its matters."""
    with database.read(container.database) as connection:
        rows = connection.execute(select(access_log).order_by(access_log.c.position)).all()
        ids = connection.execute(select(access_matter)).all()
    matters: dict[int, list[str]] = {}
    for one in ids:
        matters.setdefault(one.position, []).append(one.matter_id)
    return [
        {**row._mapping, "kind": row.kind.value, "matters": sorted(matters.get(row.position, []))}
        for row in rows
        if not kinds or row.kind.value in kinds
    ]


def since(container: Container, before: int, *kinds: str) -> list[dict[str, Any]]:
    """Those of them behind the first ``before``."""
    return [one for one in recorded(container, *kinds) if one["position"] > before]


def look_on_and_on(said: Connection, config: Config) -> None:
    """Record looks from several threads for ever, and say each that was answered."""
    hall, guard = build(config), Lock()

    def look(thread: int) -> None:
        for nth in count():
            what = f"{thread}/{nth}"
            hall.accesses.record(
                Access(kind=AccessKind.VIEWED, visitor=Visitor(), what=what, matters=(what,))
            )
            with guard:
                said.send(what)

    for thread in range(4):
        Thread(target=look, args=(thread,), daemon=True).start()
    Event().wait()


def head(container: Container) -> int:
    """How many there are so far."""
    return max((one["position"] for one in recorded(container)), default=0)
