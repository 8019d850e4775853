"""From the rows of a case to its steps in time order, each with the key it is known by."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from bancheng.app.inputs import to_command
from bancheng.domain.case.history import PastCaseHeader, RecordPastStep
from bancheng.domain.errors import InvalidInput
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.importing.logs.headers import Happened, HeaderReader, told_in
from bancheng.importing.logs.instants import Instants
from bancheng.importing.logs.mapping import LogMapping, named_in
from bancheng.importing.logs.rows import STEPS_MAX, LogRow
from bancheng.importing.tables import BadRow, nothing_in


class LoggedStep(NamedTuple):
    """日志环节: what is to be recorded, when it happened (UTC), and under which key."""

    place: str
    occurred_at: datetime
    key: str
    command: RecordPastStep


class LoggedCase(NamedTuple):
    """日志办件: a case as its log tells of it, its steps in the order of their times.

    ``place`` is that of its last row. Without ``header`` nothing of it can be recorded.
    """

    external_id: str
    place: str
    header: PastCaseHeader | None = None
    steps: Sequence[LoggedStep] = ()
    bad: Sequence[BadRow] = ()


@dataclass(frozen=True)
class CaseReader:
    """日志读取: reads as ``mapping`` says, where it names no zone in that of ``calendar``.

    What a log says happened after ``now`` is bad: a wrong zone or a wrong clock.
    """

    mapping: LogMapping
    calendar: Calendar
    now: datetime

    def read(self, number: str, rows: Sequence[LogRow], count: int) -> LoggedCase:
        """The case ``number``, which has ``count`` rows; what is bad in it is told apart."""
        place, fault = rows[-1].place, rows[-1].error
        if fault is not None:
            said = rows[-1].cells.get(self.mapping.case.external_id, "")
            return LoggedCase(number, place, bad=(BadRow(place, said, fault),))
        try:
            _check_case(number, count)
            header = self._headers.read(rows)
        except InvalidInput as error:
            return LoggedCase(number, place, bad=(self._bad(rows[-1], number, "case", error),))
        steps, bad = [], []
        alike: Counter[bytes] = Counter()
        for row in rows:
            try:
                steps.append(self._step(row, header, alike))
            except InvalidInput as error:
                bad.append(self._bad(row, number, "step", error))
        steps.sort(key=lambda one: one.occurred_at)  # stable: of one instant, as the log has them
        return LoggedCase(number, place, header, steps, bad)

    def concluded(self, case: LoggedCase, known: PastCaseHeader | None) -> LoggedCase:
        """``case`` with what its steps tell of it as a whole; ``known`` is what others did."""
        if case.header is None:
            return case
        happened = [
            Happened(one.occurred_at, one.command.activity, one.command.lifecycle)
            for one in case.steps
        ]
        header = self._headers.derived(case.header, happened, known)
        steps = [one._replace(command=replace(one.command, case=header)) for one in case.steps]
        return case._replace(header=header, steps=steps)

    def _step(self, row: LogRow, header: PastCaseHeader, alike: Counter[bytes]) -> LoggedStep:
        told = told_in(row, self._of_step)
        at = self._happened(told.pop("occurred_at", ""))
        if "due_at" in told:
            told["due_at"] = self._instants.read(told["due_at"], "step.due_at")
        of_step = self.mapping.steps.get(told.get("activity", ""))
        command = to_command(RecordPastStep, {**told, "case": header, "of_step": of_step})
        said = _said(command, at)
        alike[said] += 1
        key = hashlib.sha256(b"%s %d" % (said, alike[said])).hexdigest()
        return LoggedStep(row.place, at, f"past-step/{key}", command)

    def _happened(self, text: str) -> datetime:
        if not text:
            raise nothing_in("发生时间", "occurred_at", "时间")
        at = self._instants.read(text, "step.occurred_at")
        if at > self.now:
            raise InvalidInput(
                "TIME_IN_FUTURE",
                f"发生时间「{text[:40]}」晚于现在",
                field="occurred_at",
                remedy="请核对来源系统的时间与时区",
            )
        return at

    @cached_property
    def _instants(self) -> Instants:
        return Instants(self.mapping, self.calendar.tzinfo)

    @cached_property
    def _headers(self) -> HeaderReader:
        return HeaderReader(self.mapping, self._instants, self.calendar)

    @cached_property
    def _of_step(self) -> dict[str, str]:
        return named_in(self.mapping.step)

    def _bad(self, row: LogRow, number: str, table: str, error: InvalidInput) -> BadRow:
        column = self.mapping.columns.get(f"{table}.{error.field}", error.field)
        return BadRow(row.place, number, error.at(column))


def _said(command: RecordPastStep, at: datetime) -> bytes:
    # The whole content, not what the log calls an instance: of one there may be several events.
    # Rows that are alike in all of it are told apart by counting them.
    said = (
        command.case.stream_name, at, command.activity, command.activity_id,
        command.lifecycle, command.resource, command.group,
    )  # fmt: skip
    # Appended, so that the key of a step without a due date is what it was before there were any.
    return msgspec.json.encode(said if command.due_at is None else (*said, command.due_at))


def _check_case(number: str, count: int) -> None:
    if not number:
        raise nothing_in("办件编号", "external_id", "编号")
    if count > STEPS_MAX:
        raise InvalidInput(
            "CASE_TOO_LONG",
            f"本件有 {count} 个环节,超过上限 {STEPS_MAX} 个",
            field="external_id",
            remedy="请核对办件编号列",
        )
