"""动作的访问记录: which acts the access log has as well, and what it says of them.

Every act leaves its event. Those that open what is sealed, end what somebody was let in by, or
change by what the hall works are also looked for among the looks: there they point to the event.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from bancheng.app.acts.act import Act, Aggregate
from bancheng.app.acts.office import (
    CALENDAR,
    CREDENTIALS,
    ITEM,
    KEYS,
    RULEBOOK,
    STAFF,
    UNIT,
    WINDOW,
)
from bancheng.app.ports import Answer
from bancheng.domain.accesses import Access, AccessKind, Visitor
from bancheng.domain.assistance.contact import DiscloseClient
from bancheng.domain.assistance.state import PREFIX as ASSISTANCES
from bancheng.domain.case.contact import DiscloseApplicant
from bancheng.domain.case.history import PREFIX as PAST_CASES
from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.commands import Command
from bancheng.domain.complaint.contact import DiscloseReporter
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.incidents.incident import PREFIX as INCIDENTS
from bancheng.domain.office.credentials import (
    RevokeCredential,
    RevokeCredentials,
    RevokeHallCredentials,
)

MATTERS: Final = (TICKETS, CASES, PAST_CASES, ASSISTANCES, INCIDENTS)
"""How the ids of what people may look at begin."""
Opening = DiscloseReporter | DiscloseApplicant | DiscloseClient


def matters_among(streams: Iterable[str]) -> list[str]:
    """Those of ``streams`` that are something people may look at."""
    return [one for one in streams if one.startswith(MATTERS)]


_BY_COMMAND: Final[Mapping[type[Command], AccessKind]] = {
    DiscloseReporter: AccessKind.DISCLOSED,
    DiscloseApplicant: AccessKind.DISCLOSED,
    DiscloseClient: AccessKind.DISCLOSED,
    RevokeCredential: AccessKind.REVOKED,
    RevokeCredentials: AccessKind.REVOKED,
    RevokeHallCredentials: AccessKind.REVOKED,
}
_OFFICE: Final[tuple[Aggregate[Any], ...]] = (
    CALENDAR, CREDENTIALS, ITEM, KEYS, RULEBOOK, STAFF, UNIT, WINDOW,
)  # fmt: skip


def kind_of(act: Act) -> AccessKind | None:
    """As what the access log has ``act``; nothing if the event alone will do."""
    of_office = AccessKind.CONFIGURED if act.on[0] in _OFFICE else None
    return _BY_COMMAND.get(act.command, of_office)


def access_of(
    act: Act, command: Command, answer: Answer, visitor: Visitor, what: str
) -> Access | None:
    """What the access log is to have of ``command``, which was done, if anything."""
    kind = kind_of(act)
    if kind is None:
        return None
    opening = command if isinstance(command, Opening) else None
    return Access(
        kind=kind,
        visitor=visitor,
        what=what,
        asked=None if opening is None else _fields_of(opening),
        matters=(answer.stream_id,) if answer.stream_id.startswith(MATTERS) else (),
        purpose=None if opening is None else opening.purpose,
        position=answer.position,
    )


def _fields_of(opening: Opening) -> str:
    return msgspec.json.encode({"fields": [one.value for one in opening.fields]}).decode()
