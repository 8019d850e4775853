"""What every command needs: a console, the hall it acts on, and errors said plainly."""

import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from bancheng.app.engine import Context
from bancheng.app.inputs import to_command
from bancheng.app.ports import Answer
from bancheng.bootstrap import Container, build
from bancheng.cli import operator
from bancheng.config import Config, ConfigError
from bancheng.domain.commands import Command
from bancheng.domain.errors import DomainError
from bancheng.domain.time_limits.toml_reading import TextError
from bancheng.hall_data import require_hall
from bancheng.infra import logs
from bancheng.infra.database import DatabaseUnreachable
from bancheng.infra.files import read_text
from bancheng.infra.master_key import VaultError
from bancheng.infra.ownership import WrongOwner
from bancheng.infra.schema import SchemaTooNew
from bancheng.projections.machine.rebuild import LedgerTooNewError

# Into a file or a pipe rich would write 80 columns; the widest ledger has eleven.
PIPED_WIDTH = 160
console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
errors = Console(stderr=True)
_STEERING = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_CONTROLS = range(32)
_PICTURES = 0x2400  # ␀ and those that follow it stand for control characters
EXPECTED = (
    ConfigError, DatabaseUnreachable, LedgerTooNewError, OSError, SchemaTooNew, TextError,
    VaultError, WrongOwner,
)  # fmt: skip
# More than the acts take, so that they say which text is too long, and in characters.
_TEXT_BYTES_MAX: Final = 1_000_000


def readable(text: str, style: str = "") -> Text:
    """``text`` as it is: brackets are no markup, and what would steer a terminal is shown."""
    return Text("".join(map(_shown, text)), style)


def _shown(char: str) -> str:
    if char in "\t\n" or unicodedata.category(char) not in _STEERING:
        return char
    return chr(_PICTURES + ord(char)) if ord(char) < len(_CONTROLS) else "\ufffd"


def text_of(file: Path) -> str:
    """What ``file`` says; a file that can not be read ends the program plainly."""
    with plainly():
        return read_text(file, bytes_max=_TEXT_BYTES_MAX)


def carry_out(container: Container, act: type[Command], **fields: object) -> Answer:
    """Carry out ``act`` as the operator, its fields checked as if they had come over the API."""
    key = f"cli/{container.engine.ids.new()}"
    command = to_command(act, fields)
    answer = container.engine.execute(command, by_operator(key))
    operator.did(container.accesses, command, answer)
    return answer


def by_operator(key: str) -> Context:
    """The operator at the command line asks, under ``key``."""
    return Context(actor=operator.OPERATOR, key=key, place=operator.at_console())


def configuration(**overrides: object) -> Config:
    """The configuration of the environment, or of ``overrides`` where given."""
    return replace(Config.current(), **overrides)  # type: ignore[arg-type]


def progress_of(work: str) -> Progress:
    """A bar for ``work``: how many of how many, and for how long already."""
    columns = (TextColumn(work), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


@contextmanager
def plainly() -> Iterator[None]:
    """Say an expected error in a line or two and end with 1, without a traceback.

    Any other error is a mistake of the program, and its traceback is what mends it.
    """
    try:
        yield
    except DomainError as error:
        for one in (error, *error.others):
            said = readable(one.message, "red"), readable(f"({one.code})。{one.remedy}")
            errors.print(*said, sep="", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error
    except EXPECTED as error:
        errors.print(readable(str(error), "red"), highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error


@contextmanager
def existing_hall() -> Iterator[Container]:
    """As `hall`, for what only looks, or changes what must be there: none is made for it.

    Of a mistyped path it would else say that the hall is empty, and leave an empty one there.
    """
    with plainly():
        config = configuration()
        require_hall(config)
    with hall(config) as container:
        yield container


@contextmanager
def hall(config: Config | None = None) -> Iterator[Container]:
    """The hall of the configuration, its projections up to date; closed when the block ends."""
    with plainly():
        config = config or configuration()
        logs.configure(config.log_format)
        container = build(config)
        try:
            # Nothing else may run on this hall, or may have stopped behind what was recorded.
            container.runner.catch_up()
            operator.operated(container.accesses)
            # The hall was opened with the rules that the ledgers knew so far.
            container.calendar.refresh()
            container.rulebook.refresh()
            yield container
        finally:
            container.close()
