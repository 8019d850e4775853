"""The rule books that ship with the package, and calendars as a notice or a hall changes them."""

from importlib.resources import files

from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.calendar_text import extend_calendar
from bancheng.infra.calendars import national_calendar
from bancheng.infra.rulebooks import load_rulebook

_BOOKS = sorted(entry.name for entry in (files("bancheng") / "rulebooks").iterdir())
SHIPPED = tuple(
    load_rulebook(name.removesuffix(".toml")) for name in _BOOKS if name.endswith(".toml")
)


def load_calendar(text: str, base: Calendar | None = None) -> Calendar:
    """``base``, else the national calendar, with what ``text`` changes."""
    return extend_calendar(base or national_calendar(), text)
