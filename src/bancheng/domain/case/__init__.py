"""办件: the case. Importing the package registers its topics."""

from bancheng.domain.case import case as case
