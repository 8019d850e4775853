"""What begins the ids of each of the office's streams."""

from typing import Final

UNIT: Final = "unit-"
WINDOW: Final = "window-"
STAFF: Final = "staff-"
CREDENTIALS: Final = "credentials-"
KEYS: Final = "keys-"
ITEM: Final = "item-"
CALENDAR: Final = "calendar-"
RULEBOOK: Final = "rulebook-"


def registered_as(stream_id: str) -> str:
    """The code or staff id that the stream is of: what stands behind its kind."""
    return stream_id.partition("-")[2]
