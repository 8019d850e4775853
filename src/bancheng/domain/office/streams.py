"""What begins the ids of the office's streams: units, staff, items and calendars."""

from typing import Final

UNIT: Final = "unit-"
STAFF: Final = "staff-"
ITEM: Final = "item-"
CALENDAR: Final = "calendar-"
