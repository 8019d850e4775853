"""灯: green, yellow or red, asked for at one instant and never stored."""

from datetime import datetime, timedelta

import msgspec

from bancheng.domain.labelled import Labelled

_TICK = timedelta(microseconds=1)


class Light(Labelled):
    """灯: how a running limit stands."""

    GREEN = "green", "绿灯"
    YELLOW = "yellow", "黄灯"
    RED = "red", "红灯"


class Lights(msgspec.Struct, frozen=True, kw_only=True):
    """灯的界限: what is due by ``now`` is red, what is due by ``soon`` yellow, the rest green."""

    now: datetime
    soon: datetime

    def of(self, due_at: datetime) -> Light:
        """The light of a limit that is running."""
        if due_at <= self.now:
            return Light.RED
        return Light.YELLOW if due_at <= self.soon else Light.GREEN

    def edges(self, light: Light) -> tuple[datetime | None, datetime | None]:
        """Between which instants (half open) the limits of that light are due."""
        now, soon = self.now + _TICK, max(self.now, self.soon) + _TICK
        edges: dict[Light, tuple[datetime | None, datetime | None]] = {
            Light.RED: (None, now),
            Light.YELLOW: (now, soon),
            Light.GREEN: (soon, None),
        }
        return edges[light]
