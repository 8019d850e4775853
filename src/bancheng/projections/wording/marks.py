"""代号: what a sentence in a row names by its code alone, and is read by its name.

Units change their names, words of the rule book stand in the book, and an instant is read in the
hall's own time: none of them is known to whoever follows the log. A row holds ``⟦unit:RS⟧``, and
who shows it fills in what stands there. An order of another unit is marked as well, since officers
of units are not told its number.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

_MARK: Final = re.compile(r"⟦(unit|term|at|other):([^⟧]*)⟧")


class Names(NamedTuple):
    """读法: how a hall reads codes of units, words of its rule book, and instants.

    ``other`` is what is said of an order of another unit.
    """

    unit: Callable[[str], str]
    term: Callable[[str, str], str]
    local: Callable[[datetime], datetime]
    other: Callable[[str], str]


def unit_mark(code: str) -> str:
    """The unit of that code."""
    return f"⟦unit:{code}⟧"


def term_mark(among: str, code: str) -> str:
    """The word ``code`` of those that the rule book has as ``among``."""
    return f"⟦term:{among}.{code}⟧"


def other_mark(order_id: str) -> str:
    """An order that another unit has than the one that the event is for."""
    return f"⟦other:{order_id}⟧"


def at_mark(instant: datetime) -> str:
    """The instant, to the minute."""
    return f"⟦at:{instant.isoformat()}⟧"


def filled(text: str, names: Names) -> str:
    """``text`` as people of the hall read it."""

    def name(found: re.Match[str]) -> str:
        kind, code = found.groups()
        match kind:
            case "unit":
                return names.unit(code)
            case "term":
                return names.term(*code.split(".", 1))
            case "other":
                return names.other(code)
        return f"{names.local(datetime.fromisoformat(code)):%Y-%m-%d %H:%M}"

    return _MARK.sub(name, text) if "⟦" in text else text
