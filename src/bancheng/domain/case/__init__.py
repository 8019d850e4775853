"""办件: cases of the hall and of other systems. Importing the package registers its topics."""

from bancheng.domain.case import case as case
from bancheng.domain.case import cross_region as cross_region
from bancheng.domain.case import history as history
