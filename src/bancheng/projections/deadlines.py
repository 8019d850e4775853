"""限时看板: its rows, filters and queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, bindparam, select

from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.levels import PlannedWarning, WarningLevel
from bancheng.projections import levels
from bancheng.projections.deadline_board import MAY_LAPSE, limit, running_at
from bancheng.projections.matter_register import matter
from bancheng.projections.paging import Listing, among, before, equals, since
from bancheng.projections.windows import Filter, LevelAt, Page, Window


class DeadlineRow(msgspec.Struct, frozen=True, kw_only=True):
    """时限: one limit, running or ended, and the ``subject`` that it is about."""

    limit_key: str
    matter_id: str
    matter_number: str | None
    kind: LimitKind
    subject: str
    order_id: str | None
    supervision_order_id: str | None
    unit: str | None
    run: int
    cycle: int
    started_at: datetime
    due_at: datetime
    due_date: date
    provisional: bool
    reminder_at: datetime | None
    blue_at: datetime | None
    yellow_at: datetime | None
    orange_at: datetime | None
    red_at: datetime | None
    extended: bool
    paused_at: datetime | None
    resumes_at: datetime | None
    limit_id: str
    label: str
    rule_version: str
    calendar_version: str
    plan: tuple[PlannedWarning, ...]
    raised: tuple[str, ...]
    next_level: WarningLevel | None
    next_at: datetime | None
    state: DeadlineState
    finished_at: datetime | None
    position: int

    def level(self, now: datetime) -> WarningLevel | None:
        """预警级别: what the limit has reached at ``now``; none if it has ended."""
        since = {
            WarningLevel.REMINDER: self.reminder_at,
            WarningLevel.BLUE: self.blue_at,
            WarningLevel.YELLOW: self.yellow_at,
            WarningLevel.ORANGE: self.orange_at,
            WarningLevel.RED: self.red_at,
        }
        return levels.level_of(since, now) if self.state is DeadlineState.RUNNING else None


class DeadlineOrder(Labelled):
    """看板排序: by what the board can be ordered."""

    DUE_AT = "due_at", "期限"
    STARTED_AT = "started_at", "起算时间"


class DeadlineFilter(Filter, frozen=True, kw_only=True):
    """看板筛选: a horizon is ``due_before`` with ``state`` running. ``level`` implies running."""

    unit: str | None = None
    matter_id: str | None = None
    kinds: tuple[LimitKind, ...] = ()
    state: DeadlineState | None = None
    provisional: bool | None = None
    level: LevelAt | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    finished_from: datetime | None = None
    finished_before: datetime | None = None


DEADLINES = Listing(
    DeadlineRow,
    columns=(*limit.c, matter.c.number.label("matter_number")),
    source=limit.outerjoin(matter, matter.c.matter_id == limit.c.matter_id),
    key=limit.c.limit_key,
    orders={
        DeadlineOrder.DUE_AT: limit.c.due_at,
        DeadlineOrder.STARTED_AT: limit.c.started_at,
    },
    conditions={
        "unit": equals(limit.c.unit),
        "matter_id": equals(limit.c.matter_id),
        "kinds": among(limit.c.kind, "kinds"),
        "state": equals(limit.c.state),
        "provisional": equals(limit.c.provisional),
        "due_from": since(limit.c.due_at, "due_from"),
        "due_before": before(limit.c.due_at, "due_before"),
        "finished_from": since(limit.c.finished_at, "finished_from"),
        "finished_before": before(limit.c.finished_at, "finished_before"),
    }
    | running_at(),
)

_OF_MATTERS = (
    DEADLINES.select()
    .where(among(limit.c.matter_id, "ids"))
    .order_by(limit.c.started_at, limit.c.limit_key)
)


class DueWarning(msgspec.Struct, frozen=True, kw_only=True):
    """待发预警: the warning that a running limit is due for."""

    limit_key: str
    matter_id: str
    kind: LimitKind
    subject: str
    cycle: int
    calendar_version: str
    next_level: WarningLevel
    next_at: datetime


_DUE_WARNINGS = (
    select(*(limit.c[name] for name in DueWarning.__struct_fields__))
    .where(limit.c.next_at <= bindparam("now"))
    .order_by(limit.c.next_at, limit.c.limit_key)
    .limit(bindparam("most"))
)
_LAPSED_COLUMNS = ("limit_key", "matter_id", "kind", "subject", "cycle", "calendar_version")
_LAPSED = (
    select(*(limit.c[name] for name in _LAPSED_COLUMNS))
    .where(MAY_LAPSE, limit.c.due_at <= bindparam("now"))
    .order_by(limit.c.due_at, limit.c.limit_key)
    .limit(bindparam("most"))
)
_OF_OTHER_CALENDARS = (
    select(*(limit.c[name] for name in ("limit_key", "matter_id", "kind", "subject", "cycle")))
    .where(
        limit.c.state == DeadlineState.RUNNING,
        limit.c.calendar_version != bindparam("version"),
        limit.c.limit_key > bindparam("behind"),
    )
    .order_by(limit.c.limit_key)
    .limit(bindparam("most"))
)


def due_warnings(connection: Connection, now: datetime, most: int) -> list[DueWarning]:
    """At most ``most`` warnings whose instant has come, the oldest first.

    An index range: the cost is that of the warnings due, not of the limits open.
    """
    found = connection.execute(_DUE_WARNINGS, {"now": now, "most": most})
    return [DueWarning(**row._mapping) for row in found]  # noqa: SLF001


class Lapsed(msgspec.Struct, frozen=True, kw_only=True):
    """届满时限: a running limit that ran out, of a kind for which the law then does something."""

    limit_key: str
    matter_id: str
    kind: LimitKind
    subject: str
    cycle: int
    calendar_version: str


def lapsed(connection: Connection, now: datetime, most: int) -> list[Lapsed]:
    """At most ``most`` running limits whose end has an effect in law, and came; oldest first."""
    found = connection.execute(_LAPSED, {"now": now, "most": most})
    return [Lapsed(**row._mapping) for row in found]  # noqa: SLF001


class OldLimit(msgspec.Struct, frozen=True, kw_only=True):
    """旧日历时限: a running limit that was decided under another calendar."""

    limit_key: str
    matter_id: str
    kind: LimitKind
    subject: str
    cycle: int


def decided_under_others(
    connection: Connection, version: str, *, behind: str, most: int
) -> list[OldLimit]:
    """At most ``most`` running limits not decided under the calendar ``version``, by key."""
    values = {"version": version, "behind": behind, "most": most}
    found = connection.execute(_OF_OTHER_CALENDARS, values)
    return [OldLimit(**row._mapping) for row in found]  # noqa: SLF001


def deadlines(connection: Connection, chosen: DeadlineFilter, window: Window) -> Page[DeadlineRow]:
    """A page of the board."""
    return DEADLINES.page(connection, chosen, window)


def deadline_count(connection: Connection, chosen: DeadlineFilter) -> int:
    """How many limits ``chosen`` lets through."""
    return DEADLINES.count(connection, chosen)


def deadlines_of(connection: Connection, matter_ids: Iterable[str]) -> dict[str, list[DeadlineRow]]:
    """The deadlines of each matter, in the order in which they began."""
    found: defaultdict[str, list[DeadlineRow]] = defaultdict(list)
    for row in connection.execute(_OF_MATTERS, {"ids": list(matter_ids)}):
        found[row.matter_id].append(DEADLINES.read(row))
    return found
