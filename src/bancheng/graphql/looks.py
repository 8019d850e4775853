"""所见: what one answer shows, does and refuses; the access log has it before the answer goes out.

Every operation has its own, also among those of one connection: whatever runs for it finds it.
"""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any, Final

import msgspec
from graphql import GraphQLError

from bancheng.app.accesses import MATTERS
from bancheng.domain.accesses import Access, AccessKind, Visitor
from bancheng.domain.errors import DomainError, NotAllowed
from bancheng.domain.events import Place
from bancheng.graphql.errors import cause_of

_NO_MATTER: Final = "MATTER_NOT_FOUND"


class Looks:
    """所见: of one operation, since it was recorded last.

    ``roots`` are the queries, acts or subscriptions by their names in the answer.
    """

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.roots: Mapping[str, str] = {}
        self._matters: set[str] = set()
        self._asked: dict[str, Any] = {}
        self._count: int | None = None
        self._others: list[Access] = []

    def saw(self, matter_id: str) -> None:
        """Something of the matter is shown."""
        self._matters.add(matter_id)

    def listed(self, name: str, asked: Mapping[str, Any]) -> None:
        """A page is asked for, under ``name`` in the answer; ``asked`` is masked."""
        self._asked[name] = asked
        self._count = self._count or 0

    def counted(self, rows: int) -> None:
        """So many rows of a page are shown."""
        self._count = (self._count or 0) + rows

    def did(self, access: Access | None) -> None:
        """An act was done that the log is to have, if there is an ``access`` of it."""
        if access is not None:
            self._others.append(access)

    def refused(
        self, what: str, code: str, about: str | None = None, place: Place | None = None
    ) -> None:
        """Somebody tried ``what`` without the right to: on what, and where, as they tell."""
        is_matter = about is not None and about.startswith(MATTERS)
        refusal = Access(
            kind=AccessKind.REFUSED,
            visitor=self.visitor if place is None else standing_at(self.visitor, place),
            what=what,
            matters=(about,) if is_matter and about is not None else (),
            refused=code,
        )
        self._others.append(refusal)

    def taken(self, errors: Iterable[GraphQLError], shown_as: AccessKind) -> list[Access]:
        """What the log is to have of an answer with ``errors``; what comes later is the next's."""
        for error in errors:
            cause = cause_of(error)
            if isinstance(cause, NotAllowed):
                self.refused(self.roots.get(str((error.path or [""])[0]), ""), cause.code)
        taken = [*self._shown(shown_as), *self._others]
        self._matters, self._asked, self._count, self._others = set(), {}, None, []
        # Whom nobody knows sees nothing; a flood of them would only fill the log.
        return [] if self.visitor.actor is None else taken

    def _shown(self, kind: AccessKind) -> Iterable[Access]:
        if self._matters or self._asked:
            yield Access(
                kind=kind,
                visitor=self.visitor,
                what=",".join(dict.fromkeys(self.roots.values())),
                asked=msgspec.json.encode(self._asked).decode() if self._asked else None,
                count=self._count,
                matters=tuple(self._matters),
            )


_LOOKS: ContextVar[Looks] = ContextVar("bancheng_looks")


def begun(visitor: Visitor) -> Looks:
    """The looks of the operation that begins here."""
    begins = Looks(visitor)
    _LOOKS.set(begins)
    return begins


def looks() -> Looks:
    """The looks of the operation that is under way."""
    return _LOOKS.get()


def standing_at(visitor: Visitor, place: Place) -> Visitor:
    """``visitor`` who tells that they are at ``place``."""
    return msgspec.structs.replace(visitor, window=place.window, terminal=place.terminal)


def right_missing(error: DomainError, heard: DomainError) -> DomainError | None:
    """The refusal of an act for lack of right, if it was refused for that, whatever is ``heard``.

    Who may not see a matter hears of it what they would hear if there was none.
    """
    if isinstance(error.__cause__, NotAllowed):
        return error.__cause__
    hidden = heard.code == _NO_MATTER and error.code != _NO_MATTER
    return error if isinstance(error, NotAllowed) or hidden else None
