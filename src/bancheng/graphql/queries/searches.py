"""查找: what searches by a person or a text have in common: where they read, and their record."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection

from bancheng.domain.accesses import Access, AccessKind
from bancheng.graphql.context import Asking
from bancheng.projections.sight import Searcher, searcher_of

T = TypeVar("T")


async def found_as_searcher(asking: Asking, find: Callable[[Connection, Searcher], T]) -> T:
    """What ``find`` finds as who asks, off the loop."""
    services, actor = asking.services, asking.known

    def work() -> T:
        # Not while a connection is held: who takes a second one waits for those who hold one.
        searcher = searcher_of(actor, services.rules.successors())
        with services.database.connect() as connection:
            return find(asking.seen_on(connection), searcher)

    return await services.off_loop(work)


def search_by(
    asking: Asking,
    what: str,
    filled: Mapping[str, Any],
    matters: Sequence[str],
    purpose: str | None = None,
) -> Access:
    """The record of a search: ``what`` was asked, as ``filled`` may be kept, and what it showed."""
    return Access(
        kind=AccessKind.SEARCHED,
        visitor=asking.visitor,
        what=what,
        asked=msgspec.json.encode(filled).decode(),
        count=len(matters),
        matters=tuple(matters),
        purpose=purpose,
    )
