"""代号: what a sentence in a row names by its code alone, and is read by its name.

Units change their names, words of the rule book stand in the book, and an instant is read in the
hall's own time: none of them is known to whoever follows the log. A row holds ``⟦unit:RS⟧``, and
who shows it fills in what stands there. An order of another unit is marked as well, since officers
of units are not told its number.
"""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple

_MARK: Final = re.compile(r"⟦(unit|term|at|end|other):([^⟧]*)⟧")
_MIDNIGHT: Final = time()


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


def end_mark(instant: datetime) -> str:
    """The end of a time, from which on it is over: the last day of it if that is a midnight."""
    return f"⟦end:{instant.isoformat()}⟧"


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
        local = names.local(datetime.fromisoformat(code))
        # Who reads the midnight after the last day takes the day that it begins for the last one.
        if kind == "end" and local.time() == _MIDNIGHT:
            return f"{local.date() - timedelta(days=1)} 止"
        return f"{local:%Y-%m-%d %H:%M}{' 止' if kind == 'end' else ''}"

    return _MARK.sub(name, text) if "⟦" in text else text
