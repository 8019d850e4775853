"""What one batch says to the database, and what it asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect

Values = Sequence[Any]


class Utf8(bytes):
    """A text, as the bytes that travel."""


@dataclass(frozen=True)
class Exchange:
    """往来: within one transaction, in the words of ``dialect``.

    ``ask`` gives the rows a statement finds; what was told in the same exchange may not be among
    them. ``tell`` need not wait until a statement has been carried out: if it fails, whatever comes
    next may raise that, and the end of the exchange does.
    """

    dialect: Dialect
    ask: Callable[[str, Any], Sequence[Values]]
    tell: Callable[[str, Any], object]


def at_once(connection: Connection) -> Exchange:
    """An exchange that waits for everything, and is asked about what it was told."""
    say = connection.exec_driver_sql
    return Exchange(connection.dialect, lambda text, given: say(text, given).all(), say)
