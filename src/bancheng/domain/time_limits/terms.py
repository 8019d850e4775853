"""The values a decision about time is made of: limit, pause, extension, due date, verdict."""

from datetime import date, timedelta
from typing import Annotated, Final

from msgspec import Meta, Struct

from bancheng.domain.item_types import PowerType
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LegalEffect
from bancheng.domain.time_limits.intervals import Instant, Interval, utc
from bancheng.domain.time_limits.levels import PlannedWarning

AMOUNT_MAX: Final = 20_000
Amount = Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]


class LimitUnit(Labelled):
    """时限单位. One working day is a date, never a number of working hours."""

    WORKING_DAYS = "working_days", "个工作日"
    NATURAL_DAYS = "natural_days", "日"
    WORKING_HOURS = "working_hours", "个工作小时"
    NATURAL_HOURS = "natural_hours", "小时"
    WORKING_MINUTES = "working_minutes", "个工作分钟"
    MINUTES = "minutes", "分钟"

    @property
    def is_days(self) -> bool:
        """Whether the unit is a day."""
        return self in (LimitUnit.WORKING_DAYS, LimitUnit.NATURAL_DAYS)

    @property
    def is_working(self) -> bool:
        """Whether only working time counts."""
        return self in _WORKING


_WORKING = (LimitUnit.WORKING_DAYS, LimitUnit.WORKING_HOURS, LimitUnit.WORKING_MINUTES)
DURATIONS: Final = {
    LimitUnit.WORKING_HOURS: timedelta(hours=1),
    LimitUnit.NATURAL_HOURS: timedelta(hours=1),
    LimitUnit.WORKING_MINUTES: timedelta(minutes=1),
    LimitUnit.MINUTES: timedelta(minutes=1),
    LimitUnit.NATURAL_DAYS: timedelta(days=1),
}


class StartConvention(Labelled):
    """起算方式: which day, or which instant, is the first to count.

    ``NEXT_DAY``: the day of the event is day 0 whatever the hour (民法典 201); working days then
    start at the next working day. ``SAME_DAY``: the day of the event is day 1; if it is not
    worked, or its business is over and the limit ends with a session, the next one is.
    ``EXACT``: time runs from the instant (hours and minutes always do); working days then end at
    the same time of day, natural days after 24 hours each.
    """

    NEXT_DAY = "next_day", "次日起算"
    SAME_DAY = "same_day", "当日起算"
    EXACT = "exact", "即时起算"


class EndOf(Labelled):
    """届满方式: when the last day ends.

    ``DAY``: at 24:00. ``SESSION``: with the last session of that day (民法典 203); on a day on
    which the hall is closed all the same at 24:00. A limit that starts ``EXACT`` ends at an
    instant and knows neither.
    """

    DAY = "day", "当日24时"
    SESSION = "session", "当日下班时"


class Limit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """规定时限: an amount of a unit, with its conventions and its legal basis.

    ``roll_forward``: a last natural day on a day off moves to the next working day (民法典 203).
    A setting that could have no effect raises ``ValueError`` instead of being ignored.
    """

    id: str
    amount: Amount
    unit: LimitUnit
    start: StartConvention = StartConvention.NEXT_DAY
    end_of: EndOf = EndOf.DAY
    roll_forward: bool = False
    label: str = ""
    basis: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.amount <= AMOUNT_MAX:
            raise ValueError(f"时限须在 1 至 {AMOUNT_MAX} 之间, 现为 {self.amount}")
        if not self.unit.is_days and self.start is not StartConvention.EXACT:
            raise ValueError("以小时或分钟计的时限须即时起算(start = exact)")
        if self.roll_forward and not self.rolls:
            raise ValueError("只有非即时起算的自然日时限才能遇休息日顺延(roll_forward)")
        if self.start is StartConvention.EXACT and self.end_of is EndOf.SESSION:
            raise ValueError("即时起算的时限在某一时刻届满, 不能设下班时届满(end_of = session)")

    @property
    def rolls(self) -> bool:
        """Whether ``roll_forward`` means something for this limit."""
        return self.unit is LimitUnit.NATURAL_DAYS and self.start is not StartConvention.EXACT


class Extension(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """延期: what was added to a limit, in the unit of the limit, and its legal basis.

    ``times`` counts the grants that make up ``amount``; where another limit replaced the one that
    was extended, they still count and ``amount`` is 0. Who approved and when stands in the event
    that carries the new due date.
    """

    amount: Annotated[int, Meta(ge=0, le=AMOUNT_MAX)]
    basis: str = ""
    times: int = 1


class PauseKind(Labelled):
    """暂停类别: why some time of a limit does not count.

    ``SPECIAL_PROCEDURE`` is a pause in law (行政许可法 45: only if the applicant was told, only
    for the time told), ``SUSPENDED`` one of a ticket (济南12345条例 24). ``EXCLUDED`` is no pause
    of the organ's time but what an applicant could not use of theirs: from a wrong decision until
    its recall. It is over when it is recorded, so both its instants are known.
    """

    SPECIAL_PROCEDURE = "special_procedure", "特别程序"
    SUSPENDED = "suspended", "挂起"
    EXCLUDED = "excluded", "不计时"


class Pause(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """计时暂停: from ``started_at`` until ``resumed_at`` (None: still on).

    ``told_at`` is when the applicant was told of the time needed; before it, or without it,
    nothing pauses. ``approved_until`` caps the pause: past it the time counts again by itself.
    """

    kind: PauseKind = PauseKind.SPECIAL_PROCEDURE
    ground: str
    started_at: Instant
    resumed_at: Instant | None = None
    told_at: Instant | None = None
    approved_until: Instant | None = None
    event: str = ""

    def __post_init__(self) -> None:
        for instant in (self.started_at, self.resumed_at, self.told_at, self.approved_until):
            if instant is not None:
                utc(instant)
        if self.resumed_at is not None and self.resumed_at < self.started_at:
            raise ValueError("恢复计时不得早于暂停计时")
        if self.kind is PauseKind.EXCLUDED:
            if self.resumed_at is None:
                raise ValueError("不计时的时段须有起止时刻")
        elif self.approved_until is None:
            raise ValueError("特别程序与挂起须有批准的截止时刻(approved_until)")


class EffectRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """后果规则: an effect that the law of a place has, its ground, and for which types of item.

    Without ``item_types`` it is the same for all of them.
    """

    code: LegalEffect
    basis: str
    item_types: tuple[PowerType, ...] = ()


class DueDate(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """到期: the answer to one question about time, kept in the event as it was decided.

    ``due_at`` is the first instant that is late; ``due_date`` the last local day in time.
    ``provisional``: a day that counts is not covered by a notice yet, so a new calendar may lead
    to a new decision. ``pauses`` are those it was decided with; a later decision keeps them.
    ``zone`` is what local times in ``explanation`` are read in. ``effect`` is what law does when
    it runs out, and ``warnings`` when it gives warning, by the rule book of the decision.
    """

    limit: Limit
    started_at: Instant
    due_at: Instant
    due_date: date
    rule_version: str
    calendar_version: str
    zone: str
    effect: EffectRule | None = None
    provisional: bool = False
    extension: Extension | None = None
    pauses: tuple[Pause, ...] = ()
    explanation: tuple[Interval, ...] = ()
    warnings: tuple[PlannedWarning, ...] = ()

    @property
    def amount(self) -> int:
        """The amount with its extension, in the unit of the limit."""
        return self.limit.amount + (self.extension.amount if self.extension else 0)


class Verdict(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """时限结论: whether it was in time, and by how much.

    A unit that was begun counts as used (湖南电子监察: 有余数再加1天); ``remaining`` are the whole
    units up to the due date, so the two add up to the amount unless the last day was moved; what
    is late is at least 1 over. Minutes are working
    minutes if the unit is a working one; ``overdue_minutes`` may then be 0 (finished on a day
    off), ``on_time`` decides. The counted intervals of ``explanation`` sum to ``used``.
    """

    limit_id: str
    unit: LimitUnit
    due_at: Instant
    finished_at: Instant
    on_time: bool
    used: int
    remaining: int
    overdue: int
    used_minutes: int
    remaining_minutes: int
    overdue_minutes: int
    rule_version: str
    calendar_version: str
    explanation: tuple[Interval, ...] = ()
