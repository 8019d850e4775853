"""What a log says of a whole case, in its columns and by its steps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from bancheng.app.inputs import to_command
from bancheng.domain.case.history import PastCaseHeader
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.importing.logs.instants import Instants
from bancheng.importing.logs.mapping import LogMapping, named_in
from bancheng.importing.logs.rows import LogRow
from bancheng.importing.logs.stops import Stop, extended

_DAY: Final = timedelta(days=1)
_DATES: Final = ("started_at", "deadline", "planned_end", "ended_at")


class Happened(NamedTuple):
    """A step as far as the case as a whole is concerned: when (UTC), what, and in which state."""

    at: datetime
    activity: str
    lifecycle: str | None


@dataclass(frozen=True)
class HeaderReader:
    """办件信息读取: reads as ``mapping`` says; what a stop counts is counted by ``calendar``."""

    mapping: LogMapping
    instants: Instants
    calendar: Calendar

    def read(self, rows: Sequence[LogRow]) -> PastCaseHeader:
        """What is said of the case by the last row that says it: not every log repeats it."""
        said: dict[str, Any] = {}
        for row in rows:
            said |= told_in(row, self._columns)
        dates: dict[str, Any] = {
            name: self.instants.read(said[name], f"case.{name}") for name in _DATES if name in said
        }
        began, ended = dates.get("started_at"), dates.get("ended_at")
        if began and ended and ended <= began < ended + _DAY and self._ended_is_day(said):
            dates["ended_at"] = began  # on the day it began, and so not before
        source = self.mapping.source_system
        return to_command(PastCaseHeader, {**said, **dates, "source_system": source})

    def derived(
        self, header: PastCaseHeader, steps: Sequence[Happened], known: PastCaseHeader | None
    ) -> PastCaseHeader:
        """``header`` with what ``steps``, in the order of their times, tell by what they are.

        What they do not tell, and an earlier file did (``known``), is kept.
        """
        return self._stopped(self._concluded(header, steps, known), steps, known)

    def _concluded(
        self, header: PastCaseHeader, steps: Sequence[Happened], known: PastCaseHeader | None
    ) -> PastCaseHeader:
        concluding = self.mapping.concluding
        last = next((one for one in reversed(steps) if one.activity in concluding), None)
        ended, outcome = (known.ended_at, known.outcome) if known and concluding else (None, None)
        if last is not None and (ended is None or last.at >= ended):
            ended, outcome = last.at, concluding[last.activity] or None
        return replace(header, ended_at=header.ended_at or ended, outcome=header.outcome or outcome)

    def _stopped(
        self, header: PastCaseHeader, steps: Sequence[Happened], known: PastCaseHeader | None
    ) -> PastCaseHeader:
        stops = list(self._stops(steps))
        if not stops:
            before = known.extended_deadline if known and self.mapping.stopping else None
            return replace(header, extended_deadline=before)
        deadline = header.deadline and extended(header.deadline, stops, self.calendar)
        return replace(
            header,
            extended_deadline=None if deadline == header.deadline else deadline,
            stopped=stops[-1].ended is None and header.ended_at is None,
        )

    def _stops(self, steps: Sequence[Happened]) -> Iterator[Stop]:
        stopping = self.mapping.stopping
        for step, after in zip_longest(steps, steps[1:]):
            counts = stopping.get(step.activity) or stopping.get(step.lifecycle or "")
            if counts is not None:
                yield Stop(counts, step.at, after and after.at)

    def _ended_is_day(self, said: Mapping[str, str]) -> bool:
        return self.instants.is_day(said["ended_at"], "case.ended_at")

    @cached_property
    def _columns(self) -> dict[str, str]:
        return named_in(self.mapping.case)


def told_in(row: LogRow, columns: Mapping[str, str]) -> dict[str, Any]:
    """What ``row`` says, by field; what is empty says nothing."""
    found = ((name, row.cells.get(column)) for name, column in columns.items())
    return {name: text for name, text in found if text}
