"""预警级别: which level a running limit has reached, asked for at one instant and never stored.

The plan of warnings was decided with the due date. A row keeps, for each level, from when on the
limit is at that level or a heavier one.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Table, bindparam, or_

from bancheng.domain.time_limits.levels import PlannedWarning, WarningLevel
from bancheng.projections.ledger.windows import level_name
from bancheng.projections.machine.columns import Instant

_WARNING = tuple(level for level in WarningLevel if level is not WarningLevel.NORMAL)
_COLUMN = {level: f"{level}_at" for level in _WARNING}


def reached(plan: Iterable[PlannedWarning]) -> dict[str, datetime | None]:
    """The values of `columns` for ``plan``."""
    since: dict[str, datetime | None] = dict.fromkeys(_COLUMN.values())
    for warning in plan:
        for level, name in _COLUMN.items():
            earliest = since[name]
            if earliest is None or warning.at < earliest:
                since[name] = warning.at
            if level is warning.level:
                break  # the heavier levels have not come with it
    return since


def level_of(since: Mapping[WarningLevel, datetime | None], now: datetime) -> WarningLevel:
    """The heaviest level that has come."""
    come = [level for level, at in since.items() if at is not None and at <= now]
    return max(come, key=lambda level: level.severity, default=WarningLevel.NORMAL)


def conditions(table: Table) -> dict[str, ColumnElement[bool]]:
    """For each level the condition that a `LevelAt` asks for."""
    return {level_name(level): _is_at(table, level) for level in WarningLevel}


def _is_at(table: Table, level: WarningLevel) -> ColumnElement[bool]:
    now = bindparam(level_name(level), type_=Instant())
    if level is WarningLevel.NORMAL:
        return _not_yet(table, _WARNING[0], now)
    come = table.c[f"{level}_at"] <= now
    heavier = _WARNING[_WARNING.index(level) + 1 :]
    return come & _not_yet(table, heavier[0], now) if heavier else come


def _not_yet(
    table: Table, level: WarningLevel, now: ColumnElement[datetime]
) -> ColumnElement[bool]:
    since = table.c[f"{level}_at"]
    return or_(since.is_(None), since > now)
