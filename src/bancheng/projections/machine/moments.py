"""时刻: a moment of the past, and which events count at it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, FromClause

from bancheng.domain.events import Recorded
from bancheng.projections.machine.base import Log, TimeBasis

# Two processes draw positions and tell the time apart from each other: so many events get between.
_NEIGHBOURS: Final = 200


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """时刻: what the hall had recorded by then, or what had happened, by all that it knows today.

    ``position`` is that of the last event recorded by then.
    """

    at: datetime
    by: TimeBasis
    position: int

    def knows(self, recorded: Recorded) -> bool:
        """Whether the event counts."""
        if self.by is TimeBasis.RECORDED:
            return recorded.position <= self.position
        return recorded.envelope.occurred_at <= self.at

    def has(self, table: FromClause, columns: Mapping[TimeBasis, str]) -> ColumnElement[bool]:
        """Whether what has its position and time in these ``columns`` of ``table`` counts."""
        column: ColumnElement[Any] = table.c[columns[self.by]]
        return column <= (self.position if self.by is TimeBasis.RECORDED else self.at)


def moment_of(log: Log, at: datetime, by: TimeBasis) -> Moment:
    """The moment ``at``; what was recorded or happened in that very instant counts."""
    return Moment(at=at, by=by, position=_last_recorded(log, at))


def _last_recorded(log: Log, at: datetime) -> int:
    """The position of the last event recorded by ``at``; 0 if there is none.

    Positions and times of recording rise together, but for neighbours.
    """
    last, beyond = 0, log.head()
    while last < beyond:
        middle = (last + beyond) // 2
        found = log.read(middle, 1)
        if found and found[0].envelope.recorded_at <= at:
            last = found[0].position
        else:
            beyond = middle
    later = log.read(last, _NEIGHBOURS)
    return max((one.position for one in later if one.envelope.recorded_at <= at), default=last)
