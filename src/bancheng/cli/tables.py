"""Ledgers as people read them in a terminal. Times are those of the hall."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from rich.table import Table

from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.projections.cases import CaseRow
from bancheng.projections.deadlines import DeadlineRow
from bancheng.projections.registers import UnitRow
from bancheng.projections.tickets import TicketRow
from bancheng.projections.trails import TrailRow
from bancheng.projections.warnings import WarningRow

# What a unit is called, by its code.
Names = Mapping[str, str]


def names_of(units: Iterable[UnitRow]) -> Names:
    """The names of ``units`` by code; what acts by itself belongs to none."""
    return {"SYSTEM": "系统"} | {unit.code: unit.name for unit in units}


def new_table(title: str, *columns: str) -> Table:
    """An empty ledger."""
    table = Table(title=title, title_justify="left")
    for column in columns:  # Chinese has no blanks to break at, so cells are folded
        table.add_column(column, overflow="fold")
    return table


COLOURS: Final = {
    WarningLevel.NORMAL: "green",
    WarningLevel.REMINDER: "cyan",
    WarningLevel.BLUE: "blue",
    WarningLevel.YELLOW: "yellow",
    WarningLevel.ORANGE: "dark_orange",
    WarningLevel.RED: "red",
}


def ticket_table(
    rows: Iterable[TicketRow], calendar: Calendar, names: Names, *, title: str
) -> Table:
    """办不成事工单台账."""
    table = new_table(
        title,
        "编号", "类别", "渠道", "标题", "反映人", "主办", "环节", "状态", "登记", "期限", "结论",
    )  # fmt: skip
    for row in rows:
        table.add_row(
            row.number,
            row.category.label,
            row.channel.label,
            row.subject_masked,
            row.reporter_name_masked or "匿名",
            names.get(row.lead_unit or "", ""),
            row.step.label,
            row.status.label,
            day(row.reported_at, calendar),
            str(row.due_date or ""),
            verdict(row),
        )
    return table


def deadline_table(
    rows: Iterable[DeadlineRow],
    now: datetime,
    calendar: Calendar,
    names: Names,
    *,
    title: str,
) -> Table:
    """限时看板."""
    table = new_table(title, "级别", "编号", "时限", "单位", "起算", "期限")
    for row in rows:
        reached = row.level(now)
        shown = level(reached) if reached else row.state.label
        table.add_row(
            shown,
            named(row.kind, row.subject, row.matter_id, row.matter_number),
            f"{row.kind.label}: {row.label}",
            names.get(row.unit or "", ""),
            minute(row.started_at, calendar),
            f"{row.due_date} 止{'(暂定)' if row.provisional else ''}",
        )
    return table


def warning_table(
    rows: Iterable[WarningRow], calendar: Calendar, names: Names, *, title: str
) -> Table:
    """预警台账."""
    table = new_table(title, "级别", "编号", "时限", "单位", "达到", "发出", "状态")
    for row in rows:
        table.add_row(
            level(row.level),
            named(row.kind, row.subject, row.matter_id, row.matter_number),
            row.kind.label,
            names.get(row.unit or "", ""),
            minute(row.planned_at, calendar),
            minute(row.raised_at, calendar) + ("(迟)" if row.late else ""),
            row.state.label,
        )
    return table


def trail_table(rows: Iterable[TrailRow], calendar: Calendar, names: Names, *, title: str) -> Table:
    """全程留痕: who, when (both times), where and why of each event."""
    table = new_table(
        title,
        "序", "环节", "事项", "经办人", "岗位", "单位", "渠道", "发生", "入库", "依据", "说明",
    )  # fmt: skip
    for row in rows:
        table.add_row(
            str(row.version),
            row.step.label if row.step else "",
            row.term,
            row.actor_name,
            row.actor_post,
            names.get(row.actor_unit, row.actor_unit),
            row.channel.label,
            minute(row.occurred_at, calendar),
            minute(row.recorded_at, calendar),
            row.basis,
            row.why_masked or "",
        )
    return table


def level(at: WarningLevel) -> str:
    """A level in its colour."""
    return f"[{COLOURS[at]}]{at.label}[/]"


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


def day(instant: datetime, calendar: Calendar) -> str:
    """The day in the hall."""
    return f"{calendar.local(instant):%m-%d}"


def minute(instant: datetime, calendar: Calendar) -> str:
    """The minute in the hall."""
    return f"{calendar.local(instant):%Y-%m-%d %H:%M}"
