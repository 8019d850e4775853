"""The levels of warning, and a warning planned for an instant."""

from msgspec import Struct

from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.intervals import Instant


class WarningLevel(Labelled):
    """预警级别, from the lightest to the heaviest; blue and orange are those of 督办单."""

    NORMAL = "normal", "正常"
    REMINDER = "reminder", "预警"
    BLUE = "blue", "蓝色"
    YELLOW = "yellow", "黄牌"
    ORANGE = "orange", "橙色"
    RED = "red", "红牌"

    @property
    def severity(self) -> int:
        """0 for the lightest; what a list is sorted by."""
        return list(WarningLevel).index(self)

    @property
    def is_card(self) -> bool:
        """发牌: whether it is a card, which somebody has to answer for, and no mere reminder."""
        return self.severity >= WarningLevel.YELLOW.severity


class PlannedWarning(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """预警计划: from ``at`` on, the limit is at ``level``."""

    level: WarningLevel
    at: Instant
    basis: str = ""
