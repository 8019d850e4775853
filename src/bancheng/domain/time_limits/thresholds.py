"""The rules of warning: levels, thresholds and the escalation ladder."""

from typing import Annotated

from msgspec import Meta, Struct

from bancheng.domain.time_limits.levels import Rung, WarningLevel
from bancheng.domain.time_limits.terms import LimitUnit


class Timing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """时点: so many ``unit`` ``before`` or ``after`` due, or once a ``share`` of the limit is used.

    Exactly one of the three is set, else ``ValueError``. ``before = 0`` days is the morning of
    the last day; ``after = 0`` is the due date itself and, like a share, has no unit.
    """

    before: Annotated[int, Meta(ge=0, le=1000)] | None = None
    after: Annotated[int, Meta(ge=0, le=1000)] | None = None
    share: Annotated[float, Meta(gt=0, lt=1)] | None = None
    unit: LimitUnit | None = None

    def __post_init__(self) -> None:
        given = [value for value in (self.before, self.after, self.share) if value is not None]
        if len(given) != 1:
            raise ValueError("before(提前)、after(届满后)、share(已用比例)须且只能填一项")
        if (self.unit is None) != (self.share is not None or self.after == 0):
            raise ValueError("before、after 须写明单位 unit; share 与 after = 0 不写单位")


class Threshold(Timing, frozen=True, kw_only=True, omit_defaults=True):
    """预警阈值: when a limit reaches ``level``.

    Without ``purpose`` it holds for every limit that has no thresholds of its own.
    """

    level: WarningLevel
    purpose: str | None = None
    basis: str = ""


class LadderStep(Timing, frozen=True, kw_only=True, omit_defaults=True):
    """阶梯规则: when a limit for one of ``purposes`` that has run out reaches a rung.

    Without ``purposes`` it does so for any. ``ground`` is the 督促事由 on which the hall then takes
    the rung by itself; without one it only says what is called for. ``proposed``: it is not taken,
    but proposed for signature.
    """

    rung: Rung
    basis: str = ""
    purposes: tuple[str, ...] = ()
    ground: str = ""
    proposed: bool = False
