"""The office itself: units, staff, service items, calendars. Importing it registers its topics."""

from bancheng.domain.office import calendars as calendars
from bancheng.domain.office import item as item
from bancheng.domain.office import staff as staff
from bancheng.domain.office import unit as unit
