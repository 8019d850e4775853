"""How far the read models are behind the log. A runner that died can not hide it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from bancheng.projections.machine import checkpoints
from bancheng.projections.machine.base import Database, Log
from bancheng.projections.machine.checkpoints import Poison

AGE_MAX = timedelta(seconds=30)


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """健康状况: how far a projection is. ``age`` is that of the oldest event not yet applied."""

    name: str
    position: int
    head: int
    age: timedelta
    poison: Poison | None

    @property
    def behind(self) -> int:
        """How many positions are not applied yet; some may be gaps."""
        return max(0, self.head - self.position)

    def is_well(self, age_max: timedelta = AGE_MAX) -> bool:
        """Neither stopped nor long behind. Far behind for a moment is what an import looks like."""
        return self.poison is None and self.age <= age_max


def of(database: Database, log: Log, names: Sequence[str], now: datetime) -> list[Health]:
    """The health of each of ``names``."""
    with database.read() as connection:
        found = checkpoints.find_all(connection)
    head = log.head()
    ages = {position: _age(log, position, now) for position in {found[n].position for n in names}}
    return [
        Health(
            name=name,
            position=found[name].position,
            head=head,
            age=ages[found[name].position],
            poison=found[name].poison,
        )
        for name in names
    ]


def _age(log: Log, position: int, now: datetime) -> timedelta:
    oldest = log.read(position, 1)
    return max(timedelta(), now - oldest[0].envelope.recorded_at) if oldest else timedelta()
