"""What begins the ids of the office's streams: units, staff, items, calendars and rule books."""

from typing import Final

UNIT: Final = "unit-"
STAFF: Final = "staff-"
ITEM: Final = "item-"
CALENDAR: Final = "calendar-"
RULEBOOK: Final = "rulebook-"
