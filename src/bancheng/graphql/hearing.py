"""本分: what somebody who is bound to a unit may hear of a rejection."""

from collections.abc import Iterable

from bancheng.domain.case.state import CaseCommand
from bancheng.domain.commands import Command
from bancheng.domain.errors import DomainError
from bancheng.graphql.context import Asking
from bancheng.graphql.loaders import has_business
from bancheng.projections.registry import following
from bancheng.projections.sight import bound_unit, discreet


def let_ledgers_follow(asking: Asking, commands: Iterable[Command]) -> None:
    """Wait until the ledgers tell whether the matters concern the unit of who asks.

    Else they hear that there is none, of one that was given to them just now. Not until they have
    what happened to these matters: how long that takes would tell that there is one.
    """
    about = [command.about for command in commands if command.about is not None]
    if not about or bound_unit(asking.known) is None:
        return
    services = asking.services
    names = {name for matter_id in about for name in following(matter_id)}
    services.runner.wait(services.engine.store.head(), names, services.wait_seconds)


def heard(error: DomainError, asking: Asking, command: Command) -> DomainError:
    """What somebody who is bound to a unit may hear of ``error``."""
    unit = bound_unit(asking.known)
    if unit is None or command.about is None or error.code == "ROLE_MISSING":
        return error
    with asking.services.database.connect() as connection:
        visible = has_business(asking.seen_on(connection), command.about, unit)
    if visible and isinstance(command, CaseCommand):
        return error  # it speaks of the item, which everybody may read, or of the own case
    return discreet(error, visible=visible, field=command.about_field)
