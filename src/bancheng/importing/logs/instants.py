"""From what a log writes in a column to an instant (UTC)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from bancheng.domain.errors import InvalidInput
from bancheng.importing.logs.mapping import LogMapping
from bancheng.importing.times import Told, iso_in, time_in, told

# Until when something may be done: a day of these lasts to its end.
_UNTIL: Final = frozenset({"case.deadline", "case.planned_end", "step.due_at"})
_DAY: Final = timedelta(days=1)
_LAST: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Instants:
    """时间读取: reads times as ``mapping`` says; ``hall`` is the zone where it names none."""

    mapping: LogMapping
    hall: tzinfo

    def read(self, text: str, path: str) -> datetime:
        """The instant that ``text`` says in the column of the field ``path``, as ``case.deadline``.

        A time without a clock is a day, and so is what stands in a column of days. Where it says
        until when, it is the last instant of that day, else the first. ``InvalidInput`` if it is
        no time.
        """
        field = path.partition(".")[2]
        found = time_in(text, self.mapping.time_formats) or told(text) or iso_in(text)
        if found is None:
            raise InvalidInput(
                "TIME_MALFORMED",
                f"「{text[:40]}」不是时间",
                field=field,
                remedy="请写成 2026-01-31 09:30:00,或在映射的 time_formats 中写明格式",
            )
        return self._instant(found.checked("时间", field), path)

    def is_day(self, text: str, path: str) -> bool:
        """Whether ``text``, which is a time, says no more than a day there."""
        found = time_in(text, self.mapping.time_formats) or told(text) or iso_in(text)
        return self._counts_as_day(path) or (found is not None and found.is_day)

    def _instant(self, found: Told, path: str) -> datetime:
        zone = self.mapping.tzinfo(self.hall, self.mapping.columns.get(path))
        local = found.at if found.at.tzinfo else found.at.replace(tzinfo=zone)
        if found.is_day or self._counts_as_day(path):
            local = local.replace(hour=0, minute=0, second=0, microsecond=0)
            if path in _UNTIL:
                local = (local.replace(tzinfo=None) + _DAY - _LAST).replace(tzinfo=local.tzinfo)
        return local.astimezone(UTC)

    def _counts_as_day(self, path: str) -> bool:
        return self.mapping.columns.get(path) in self.mapping.days
