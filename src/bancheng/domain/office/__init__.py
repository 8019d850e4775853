"""The office itself: units and staff. Importing the package registers its topics."""

from bancheng.domain.office import staff as staff
from bancheng.domain.office import unit as unit
