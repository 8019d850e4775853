"""The office itself: units, staff and calendars. Importing the package registers its topics."""

from bancheng.domain.office import calendars as calendars
from bancheng.domain.office import staff as staff
from bancheng.domain.office import unit as unit
