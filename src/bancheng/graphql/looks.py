"""所见: what one answer shows and refuses; the access log has it before the answer goes out.

Every operation has its own, also among those of one connection: whatever runs for it finds it.
"""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import NamedTuple

import msgspec
from graphql import GraphQLError

from bancheng.domain.accesses import Access, AccessKind, Visitor
from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.errors import DomainError, NotAllowed
from bancheng.domain.events import Place
from bancheng.graphql.errors import cause_of

_NO_MATTER = "MATTER_NOT_FOUND"
_MATTERS = (TICKETS, CASES)


class _Refusal(NamedTuple):
    what: str
    code: str
    matter_id: str | None
    place: Place | None

    def access(self, visitor: Visitor) -> Access:
        if self.place is not None:
            told = {"window": self.place.window, "terminal": self.place.terminal}
            visitor = msgspec.structs.replace(visitor, **told)
        return Access(
            kind=AccessKind.REFUSED,
            visitor=visitor,
            what=self.what,
            matters=() if self.matter_id is None else (self.matter_id,),
            refused=self.code,
        )


class Looks:
    """所见: of one operation, until it was recorded."""

    def __init__(self) -> None:
        self.roots: Mapping[str, str] = {}
        self._refusals: list[_Refusal] = []

    def refused(
        self, what: str, code: str, about: str | None = None, place: Place | None = None
    ) -> None:
        """Somebody tried ``what`` without the right to: on what, and where, as they tell."""
        is_matter = about is not None and about.startswith(_MATTERS)
        self._refusals.append(_Refusal(what, code, about if is_matter else None, place))

    def taken(self, visitor: Visitor, errors: Iterable[GraphQLError]) -> list[Access]:
        """What the log is to have of an answer with ``errors``; what comes later is the next's."""
        for error in errors:
            cause = cause_of(error)
            if isinstance(cause, NotAllowed):
                self.refused(self._root_of(error), cause.code)
        refusals, self._refusals = self._refusals, []
        # Whom nobody knows sees nothing; a flood of them would only fill the log.
        return [] if visitor.actor is None else [one.access(visitor) for one in refusals]

    def _root_of(self, error: GraphQLError) -> str:
        path = error.path or [""]
        return self.roots.get(str(path[0]), "")


_LOOKS: ContextVar[Looks] = ContextVar("bancheng_looks")


def begun() -> Looks:
    """The looks of the operation that begins here."""
    looks = Looks()
    _LOOKS.set(looks)
    return looks


def looks() -> Looks:
    """The looks of the operation that is under way."""
    return _LOOKS.get()


def lacks_right(error: DomainError, heard: DomainError) -> bool:
    """Whether an act was refused for lack of right, whatever of that may be ``heard``.

    Who may not see a matter hears of it what they would hear if there was none.
    """
    hidden = heard.code == _NO_MATTER and error.code != _NO_MATTER
    return isinstance(error, NotAllowed) or hidden
