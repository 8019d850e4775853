"""限时看板: what is asked of it, by people and by the sweep."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, bindparam, select

from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LegalEffect, LimitKind
from bancheng.domain.matters import MOVES
from bancheng.domain.time_limits.levels import Rung, WarningLevel
from bancheng.projections.deadlines.board import (
    MAY_LAPSE,
    DeadlineRow,
    changed,
    counts,
    is_late,
    limit,
    running_at,
)
from bancheng.projections.deadlines.runs import own_or_the_halls
from bancheng.projections.ledger.asking import Ask, holds_now
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.windows import LevelAt
from bancheng.projections.matters import matter
from bancheng.projections.sight import AT_WORK, Rows

_MATTERS_AT_ONCE: Final = 200
DEADLINES = Ledger(
    "deadlines",
    "限时看板",
    DeadlineRow,
    limit,
    told="一项计时中的或已结束的期限",
    version=12,
    follows=("complaint", "case", "supervision", "warning", "deadline"),
    of=(TICKETS, CASES),
    # What moves no deadline is not in MOVES, and is no business of the board.
    handles=dict.fromkeys(MOVES, changed),
    seen_by=AT_WORK,
    rows=Rows("unit", own_or_the_halls),
    first="due_at",
    descending=False,
    source=limit.outerjoin(matter, matter.c.matter_id == limit.c.matter_id),
    elsewhere={"matter_number": matter.c.number},
    asks=(
        Ask("level", LevelAt, "此刻的预警级别", running_at()),
        holds_now("late", "是否曾届满未结,含此刻已届满的", is_late),
        holds_now("counts", "是否计入按时率: 已按时结束或届满未结的,不含期内解除的", counts),
    ),
)
DEADLINES_OF_MATTERS = DEADLINES.several_by("matter_id", "started_at")


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
_OPEN = select(*(limit.c[name] for name in ("limit_key", "matter_id", "kind", "subject", "cycle")))
_MATTERS = (
    select(limit.c.matter_id)
    .where(limit.c.state == DeadlineState.RUNNING, limit.c.matter_id > bindparam("behind"))
    .group_by(limit.c.matter_id)
    .order_by(limit.c.matter_id)
    .limit(bindparam("most"))
)
_OF_OTHER_CALENDARS = (
    _OPEN.where(
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
    effect: LegalEffect


_LAPSED = (
    select(*(limit.c[name] for name in Lapsed.__struct_fields__))
    .where(MAY_LAPSE, limit.c.due_at <= bindparam("now"))
    .order_by(limit.c.due_at, limit.c.limit_key)
    .limit(bindparam("most"))
)


def lapsed(connection: Connection, now: datetime, most: int) -> list[Lapsed]:
    """At most ``most`` running limits whose end has an effect in law, and came; oldest first."""
    found = connection.execute(_LAPSED, {"now": now, "most": most})
    return [Lapsed(**row._mapping) for row in found]  # noqa: SLF001


class DueRung(msgspec.Struct, frozen=True, kw_only=True):
    """待升阶梯: a running limit of which the next rung of the ladder is due."""

    limit_key: str
    matter_id: str
    kind: LimitKind
    subject: str
    cycle: int
    calendar_version: str
    next_rung: Rung
    next_rung_at: datetime


_DUE_RUNGS = (
    select(*(limit.c[name] for name in DueRung.__struct_fields__))
    .where(limit.c.next_rung_at <= bindparam("now"))
    .order_by(limit.c.next_rung_at, limit.c.limit_key)
    .limit(bindparam("most"))
    .offset(bindparam("seen"))
)


def due_rungs(connection: Connection, now: datetime, most: int, *, seen: int = 0) -> list[DueRung]:
    """At most ``most`` limits whose next rung is due, the oldest first, behind the ``seen`` first.

    An index range, as of warnings.
    """
    found = connection.execute(_DUE_RUNGS, {"now": now, "most": most, "seen": seen})
    return [DueRung(**row._mapping) for row in found]  # noqa: SLF001


class OpenLimit(msgspec.Struct, frozen=True, kw_only=True):
    """未结时限: a running limit, as far as one needs to know it to decide it anew."""

    limit_key: str
    matter_id: str
    kind: LimitKind
    subject: str
    cycle: int


def decided_under_others(
    connection: Connection, version: str, *, behind: str, most: int
) -> list[OpenLimit]:
    """At most ``most`` running limits not decided under the calendar ``version``, by key."""
    values = {"version": version, "behind": behind, "most": most}
    found = connection.execute(_OF_OTHER_CALENDARS, values)
    return [OpenLimit(**row._mapping) for row in found]  # noqa: SLF001


def matters_under_way(database: Engine) -> Iterator[str]:
    """The ids of all matters on which a limit runs, in order.

    A page at a time, each on a connection of its own: whoever reads the streams of the matters
    between two pages would else hold two connections, and those of PostgreSQL are few.
    """
    behind: str | None = ""
    while behind is not None:
        with database.connect() as connection:
            found = matters_behind(connection, behind)
        yield from found
        behind = found[-1] if found else None


def matters_behind(connection: Connection, behind: str) -> list[str]:
    """The ids of the next matters on which a limit runs, in order; none if those were all."""
    values = {"behind": behind, "most": _MATTERS_AT_ONCE}
    return list(connection.scalars(_MATTERS, values))
