"""运维人员: who acts at the command line, and what the access log has of it.

The hall knows no operators by name; the account of the machine says which of them it was.
"""

from typing import Final

from typer._click.globals import get_current_context

from bancheng.app.accesses import access_of
from bancheng.app.ports import AccessLog, Answer
from bancheng.app.registry import BY_COMMAND
from bancheng.config import operator_account
from bancheng.domain.accesses import Access, AccessKind, Visitor
from bancheng.domain.commands import Command
from bancheng.domain.events import Channel, Place
from bancheng.domain.people import Actor, Role

# Whoever can run commands on the server administers the hall; the trail says that it was so.
OPERATOR: Final = Actor(
    id="operator", name="运维人员", post="命令行", unit="SYSTEM", roles=(Role.ADMINISTRATOR,)
)
_TERMINAL_LENGTH: Final = 60


def at_console() -> Place:
    """命令行: where the operator acts, with the account that runs the program."""
    return Place(Channel.CONSOLE, terminal=operator_account()[:_TERMINAL_LENGTH])


def command_name() -> str:
    """The command that is run, as it is called (``user add``)."""
    context = get_current_context(silent=True)
    return "" if context is None else context.command_path.partition(" ")[2]


def operated(log: AccessLog) -> None:
    """Record that the command is run."""
    log.record(Access(kind=AccessKind.OPERATED, visitor=visitor(), what=command_name()))


def saw(log: AccessLog, *matter_ids: str) -> None:
    """Record that the operator is shown something of these matters; before it is printed."""
    viewed = AccessKind.VIEWED
    log.record(Access(kind=viewed, visitor=visitor(), what=command_name(), matters=matter_ids))


def did(log: AccessLog, command: Command, answer: Answer) -> None:
    """Record an act of the operator, if the log is to have it beside its event."""
    access = access_of(BY_COMMAND[type(command)], command, answer, visitor(), command_name())
    if access is not None:
        log.record(access)


def visitor() -> Visitor:
    """The operator, as the access log knows them."""
    return Visitor(actor=OPERATOR, terminal=at_console().terminal)
