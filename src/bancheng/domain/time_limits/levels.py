"""The levels of warning and the rungs of the ladder, each planned for an instant."""

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


class Rung(Labelled):
    """督促阶梯: the rungs of escalation, in their order."""

    REMIND = "remind", "提醒"
    URGE = "urge", "催办"
    SUPERVISE = "supervise", "督办"
    ADVISE = "advise", "提示函"
    BULLETIN = "bulletin", "通报"
    INTERVIEW = "interview", "约谈"
    HOLD_ACCOUNTABLE = "hold_accountable", "问责"

    @property
    def height(self) -> int:
        """0 for the lowest; what is above has gone further."""
        return list(Rung).index(self)

    @property
    def is_signed(self) -> bool:
        """签发: whether only 效能监察 takes it; the hall by itself proposes it at most."""
        return self.height >= Rung.BULLETIN.height


class PlannedRung(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """阶梯计划: from ``at`` on, ``rung`` of the ladder is called for.

    The hall takes it by itself on ``ground``, or proposes it; without a ground it does neither.
    """

    rung: Rung
    at: Instant
    basis: str = ""
    ground: str = ""
    proposed: bool = False
