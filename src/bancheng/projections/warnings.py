"""预警台账: its rows, filters and queries."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam

from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.thresholds import Rung
from bancheng.projections.matter_register import matter
from bancheng.projections.paging import Listing, among, before, equals, since
from bancheng.projections.warning_ledger import WarningState, warning
from bancheng.projections.windows import Filter, Page, Window


class WarningRow(msgspec.Struct, frozen=True, kw_only=True):
    """预警: one warning, what it rests on and what came of it."""

    warning_id: str
    matter_id: str
    matter_number: str | None
    kind: LimitKind
    subject: str
    cycle: int
    level: WarningLevel
    unit: str | None
    post: str
    late_step: Step
    planned_at: datetime
    raised_at: datetime
    late: bool
    due_at: datetime
    ground: str
    rule_version: str
    notify_at: datetime
    feedback_due_at: datetime | None
    rung: Rung | None
    state: WarningState
    answered_at: datetime | None
    answer_masked: str | None
    appealed_at: datetime | None
    appeal_ground_masked: str | None
    ruled_at: datetime | None
    ruling_masked: str | None
    position: int


class WarningOrder(Labelled):
    """预警排序: by what the ledger can be ordered."""

    RAISED_AT = "raised_at", "发牌时间"


class WarningFilter(Filter, frozen=True, kw_only=True):
    """预警筛选: ``…_from`` is included, ``…_before`` is not."""

    unit: str | None = None
    matter_id: str | None = None
    kinds: tuple[LimitKind, ...] = ()
    levels: tuple[WarningLevel, ...] = ()
    states: tuple[WarningState, ...] = ()
    late: bool | None = None
    raised_from: datetime | None = None
    raised_before: datetime | None = None


WARNINGS = Listing(
    WarningRow,
    columns=(*warning.c, matter.c.number.label("matter_number")),
    source=warning.outerjoin(matter, matter.c.matter_id == warning.c.matter_id),
    key=warning.c.warning_id,
    orders={WarningOrder.RAISED_AT: warning.c.raised_at},
    conditions={
        "unit": equals(warning.c.unit),
        "matter_id": equals(warning.c.matter_id),
        "kinds": among(warning.c.kind, "kinds"),
        "levels": among(warning.c.level, "levels"),
        "states": among(warning.c.state, "states"),
        "late": equals(warning.c.late),
        "raised_from": since(warning.c.raised_at, "raised_from"),
        "raised_before": before(warning.c.raised_at, "raised_before"),
    },
)
_OF_MATTERS = (
    WARNINGS.select()
    .where(among(warning.c.matter_id, "ids"))
    .order_by(warning.c.raised_at, warning.c.warning_id)
)
_BEHIND = (
    WARNINGS.select()
    .where(warning.c.position > bindparam("position"))
    .order_by(warning.c.position)
    .limit(bindparam("limit"))
)


def warnings(connection: Connection, chosen: WarningFilter, window: Window) -> Page[WarningRow]:
    """A page of the ledger."""
    return WARNINGS.page(connection, chosen, window)


def warning_count(connection: Connection, chosen: WarningFilter) -> int:
    """How many warnings ``chosen`` lets through."""
    return WARNINGS.count(connection, chosen)


def warnings_of(connection: Connection, matter_ids: Iterable[str]) -> dict[str, list[WarningRow]]:
    """The warnings of each matter, in the order in which they were raised."""
    found: dict[str, list[WarningRow]] = {}
    for row in connection.execute(_OF_MATTERS, {"ids": list(matter_ids)}):
        found.setdefault(row.matter_id, []).append(WARNINGS.read(row))
    return found


def warnings_behind(connection: Connection, position: int, limit: int) -> list[WarningRow]:
    """At most ``limit`` warnings that came or changed behind ``position``, for subscribers."""
    found = connection.execute(_BEHIND, {"position": position, "limit": limit})
    return [WARNINGS.read(row) for row in found]
