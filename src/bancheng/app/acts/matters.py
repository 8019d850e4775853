"""Acts that are the same for tickets and cases, and some for all that has data of people."""

from dataclasses import replace
from typing import Protocol, TypeVar

from bancheng.app.acts.act import SIX_STEPS, Act, Many
from bancheng.app.acts.assistance import ASSISTANCE
from bancheng.app.acts.cases import CASE
from bancheng.app.acts.incidents import INCIDENT
from bancheng.app.acts.tickets import TICKET
from bancheng.domain.commands import Command
from bancheng.domain.gathering import Matter as Gathered
from bancheng.domain.guards import Decision
from bancheng.domain.holding.matter import Matter as Held
from bancheng.domain.notices.recording import Matter as Told
from bancheng.domain.people import Role
from bancheng.domain.privacy.restriction import Matter as Restrictable
from bancheng.domain.recusal import Matter as Recusing
from bancheng.domain.supervision.matter import Matter as Supervised
from bancheng.domain.warnings.matter import Matter as Warned

C = TypeVar("C", bound=Command)


class Matter(Restrictable, Supervised, Warned, Told, Recusing, Held, Gathered, Protocol):
    """案件: what either kind of act asks of a ticket or a case."""


def on_both(
    command: type[C],
    decide: Decision[Matter, C],
    *by: Role,
    basis: str = SIX_STEPS,
    many: Many | None = None,
) -> Act:
    """An act on tickets and cases."""
    # Made for each kind, because that is how mypy sees that the state of each will do.
    of_ticket = TICKET.act(command, decide, *by, basis=basis, many=many)
    of_case = CASE.act(command, decide, *by, basis=basis, many=many)
    return replace(of_ticket, on=of_ticket.on + of_case.on)


class File(Restrictable, Told, Protocol):
    """案卷: what is asked of whatever has data of people, and is told of."""


def on_files(
    command: type[C],
    decide: Decision[File, C],
    *by: Role,
    basis: str = SIX_STEPS,
    many: Many | None = None,
) -> Act:
    """An act on tickets, cases, assisted handlings and incidents."""
    of_assistance = ASSISTANCE.act(command, decide, *by, basis=basis, many=many)
    of_both = on_both(command, decide, *by, basis=basis, many=many)
    of_incident = INCIDENT.act(command, decide, *by, basis=basis, many=many)
    return replace(of_both, on=of_both.on + of_assistance.on + of_incident.on)
