"""Every act there is. Each family stands in its own file of `bancheng.app.acts`, on one screen.

The mutations, their inputs, the SDL and the glossary are derived from here, in this order.
"""

from bancheng.app.acts import (
    assistance,
    bulk,
    cases,
    gathering,
    holding,
    improvement,
    incidents,
    notices,
    office,
    past_cases,
    privacy,
    recusal,
    supervision,
    tickets,
    warnings,
)
from bancheng.app.acts.act import Act, Aggregate
from bancheng.app.acts.assistance import ASSISTANCE
from bancheng.app.acts.cases import CASE
from bancheng.app.acts.incidents import INCIDENT
from bancheng.app.acts.tickets import TICKET
from bancheng.domain.assistance.state import Assistance
from bancheng.domain.case.state import Case
from bancheng.domain.commands import Command
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.incidents.incident import Incident

MATTERS = (TICKET, CASE)
FILES = (*MATTERS, ASSISTANCE, INCIDENT)

_ACTS = (
    *tickets.ACTS, *cases.ACTS, *warnings.ACTS, *supervision.ACTS, *recusal.ACTS, *holding.ACTS,
    *assistance.ACTS, *gathering.ACTS, *incidents.ACTS, *improvement.ACTS, *notices.ACTS,
    *privacy.ACTS, *past_cases.ACTS, *office.ACTS,
)  # fmt: skip
ACTS: tuple[Act, ...] = (*_ACTS, bulk.beginning(_ACTS))

BY_COMMAND: dict[type[Command], Act] = {act.command: act for act in ACTS}


def matter_kind(matter_id: str) -> Aggregate[Ticket] | Aggregate[Case] | None:
    """Whether that is a ticket or a case; units, staff and calendars are streams too."""
    return next((kind for kind in MATTERS if matter_id.startswith(kind.prefix)), None)


def file_kind(
    stream_id: str,
) -> Aggregate[Ticket] | Aggregate[Case] | Aggregate[Assistance] | Aggregate[Incident] | None:
    """What has data of people, and is told of: a matter, an assisted handling, an incident."""
    return next((kind for kind in FILES if stream_id.startswith(kind.prefix)), None)


def stream_of(act: Act, command: Command) -> str | None:
    """The stream the command is about; ``None`` if the act opens a new one."""
    if command.about is not None or act.on[0].named_by is None:
        return command.about
    return act.on[0].prefix + act.on[0].named_by(command)
