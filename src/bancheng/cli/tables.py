"""Ledgers as people read them in a terminal. Times are those of the hall."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple, Self, TypeVar

from rich.table import Table

from bancheng.domain.deadlines import LimitKind
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.projections.cases import CaseRow
from bancheng.projections.deadlines import DeadlineRow
from bancheng.projections.registers import UnitRow
from bancheng.projections.tickets import TicketRow
from bancheng.projections.trails import TrailRow
from bancheng.projections.warnings import WarningRow

R = TypeVar("R")


class Hall(NamedTuple):
    """What turns instants and codes of rows into what people read: calendar, names of units."""

    calendar: Calendar
    names: Mapping[str, str]

    @classmethod
    def of(cls, calendar: Calendar, units: Iterable[UnitRow]) -> Self:
        """The hall of these ``units``. What acts by itself, as an import does, is in none."""
        return cls(calendar, {"SYSTEM": "系统"} | {unit.code: unit.name for unit in units})

    def unit(self, code: str | None) -> str:
        """The name of the unit, its code if it is not known; nothing if there is none."""
        return self.names.get(code, code) if code else ""

    def day(self, instant: datetime) -> str:
        """The day in the hall."""
        return f"{self.calendar.local(instant):%m-%d}"

    def minute(self, instant: datetime) -> str:
        """The minute in the hall."""
        return f"{self.calendar.local(instant):%Y-%m-%d %H:%M}"


COLOURS: Final = {
    WarningLevel.NORMAL: "green",
    WarningLevel.REMINDER: "cyan",
    WarningLevel.BLUE: "blue",
    WarningLevel.YELLOW: "yellow",
    WarningLevel.ORANGE: "dark_orange",
    WarningLevel.RED: "red",
}


def ledger(title: str, rows: Iterable[R], cells: Mapping[str, Callable[[R], str | None]]) -> Table:
    """A ledger of ``rows``: under each heading of ``cells`` what its function says of a row."""
    table = Table(title=title, title_justify="left")
    for heading in cells:  # Chinese has no blanks to break at, so cells are folded
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(cell(row) for cell in cells.values()))
    return table


def ticket_table(rows: Iterable[TicketRow], hall: Hall, *, title: str) -> Table:
    """办不成事工单台账."""
    return ledger(title, rows, {
        "编号": lambda row: row.number,
        "类别": lambda row: row.category.label,
        "渠道": lambda row: row.channel.label,
        "标题": lambda row: row.subject_masked,
        "反映人": lambda row: row.reporter_name_masked or "匿名",
        "主办": lambda row: hall.unit(row.lead_unit),
        "环节": lambda row: row.step.label,
        "状态": lambda row: row.status.label,
        "登记": lambda row: hall.day(row.reported_at),
        "期限": lambda row: str(row.due_date or ""),
        "结论": verdict,
    })  # fmt: skip


def deadline_table(rows: Iterable[DeadlineRow], now: datetime, hall: Hall, *, title: str) -> Table:
    """限时看板."""
    return ledger(title, rows, {
        "级别": lambda row: standing(row, now),
        "编号": lambda row: named(row.kind, row.subject, row.matter_id, row.matter_number),
        "时限": lambda row: f"{row.kind.label}: {row.label}",
        "单位": lambda row: hall.unit(row.unit),
        "起算": lambda row: hall.minute(row.started_at),
        "期限": lambda row: f"{row.due_date} 止{'(暂定)' if row.provisional else ''}",
    })  # fmt: skip


def warning_table(rows: Iterable[WarningRow], hall: Hall, *, title: str) -> Table:
    """预警台账."""
    return ledger(title, rows, {
        "级别": lambda row: level(row.level),
        "编号": lambda row: named(row.kind, row.subject, row.matter_id, row.matter_number),
        "时限": lambda row: row.kind.label,
        "单位": lambda row: hall.unit(row.unit),
        "达到": lambda row: hall.minute(row.planned_at),
        "发出": lambda row: hall.minute(row.raised_at) + ("(迟)" if row.late else ""),
        "状态": lambda row: row.state.label,
    })  # fmt: skip


def trail_table(rows: Iterable[TrailRow], hall: Hall, *, title: str) -> Table:
    """全程留痕: who, when (both times), where and why of each event."""
    return ledger(title, rows, {
        "序": lambda row: str(row.version),
        "环节": lambda row: row.step.label if row.step else "",
        "事项": lambda row: row.term,
        "经办人": lambda row: row.actor_name,
        "岗位": lambda row: row.actor_post,
        "单位": lambda row: hall.unit(row.actor_unit),
        "渠道": lambda row: row.channel.label,
        "发生": lambda row: hall.minute(row.occurred_at),
        "入库": lambda row: hall.minute(row.recorded_at),
        "依据": lambda row: row.basis,
        "说明": lambda row: row.why_masked,
    })  # fmt: skip


def level(at: WarningLevel) -> str:
    """A level in its colour."""
    return f"[{COLOURS[at]}]{at.label}[/]"


def standing(row: DeadlineRow, now: datetime) -> str:
    """How near to its end a limit is ``now``, or how it ended."""
    reached = row.level(now)
    return level(reached) if reached else row.state.label


def verdict(row: TicketRow | CaseRow) -> str:
    """Whether the time was kept, once that is known."""
    if row.on_time is None or row.limit_unit is None:
        return ""
    if row.on_time:
        return f"按时,用 {row.used} {row.limit_unit.label}"
    return f"[red]逾期 {row.overdue} {row.limit_unit.label}[/]"


def named(kind: LimitKind, subject: str, matter_id: str, number: str | None) -> str:
    """What a limit is about, by the number that people know; of a step its name as well."""
    about, _, part = subject.partition("/")
    known = number if number and about == matter_id else about
    return f"{known} {part}" if kind in (LimitKind.STEP, LimitKind.PROCEDURE) else known
