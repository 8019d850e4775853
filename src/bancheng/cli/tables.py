"""Ledgers as people read them in a terminal. Times are those of the hall."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple, Self

from rich.table import Table
from rich.text import Text

from bancheng.cli.console import readable
from bancheng.cli.listing import listing
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.projections.ledger.cells import Reading, text_of
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.office import UnitRow


class Hall(NamedTuple):
    """What turns instants and codes of rows into what people read: calendar, names of units."""

    calendar: Calendar
    names: Mapping[str, str]

    @classmethod
    def of(cls, calendar: Calendar, units: Iterable[UnitRow]) -> Self:
        """The hall of these ``units``. What acts by itself, as an import does, is in none."""
        return cls(calendar, {"SYSTEM": "系统"} | {unit.code: unit.name for unit in units})

    def unit(self, code: str) -> str:
        """The name of the unit, its code if it is not known."""
        return self.names.get(code, code)

    @property
    def reading(self) -> Reading:
        """How the hall reads instants and codes."""
        return Reading(self.calendar.local, self.unit)


# A field of the ledger under its own heading, or a shorter heading and the field, or what stands
# below a heading in a row: as text if it holds what people wrote, else with markup for colours.
Column = str | tuple[str, str | Callable[[Any, Hall], str | Text]]


def ledger_table(
    ledger: Ledger[Any], rows: Iterable[Any], hall: Hall, *columns: Column, title: str
) -> Table:
    """``rows`` of ``ledger`` with these ``columns``."""
    named = [(ledger.heading(one), one) if isinstance(one, str) else one for one in columns]
    cells = ([_cell(ledger, shown, row, hall) for _, shown in named] for row in rows)
    return listing([heading for heading, _ in named], cells, title)


def _cell(
    ledger: Ledger[Any], shown: str | Callable[[Any, Hall], str | Text], row: Any, hall: Hall
) -> Text:
    if not isinstance(shown, str):
        cell = shown(row, hall)
        return cell if isinstance(cell, Text) else Text.from_markup(cell)
    field = next(field for field in ledger.fields if field.name == shown)
    return readable(text_of(field, getattr(row, shown), hall.reading))


COLOURS: Final = {
    WarningLevel.NORMAL: "green",
    WarningLevel.REMINDER: "cyan",
    WarningLevel.BLUE: "blue",
    WarningLevel.YELLOW: "yellow",
    WarningLevel.ORANGE: "dark_orange",
    WarningLevel.RED: "red",
}


def level(at: WarningLevel) -> str:
    """A level in its colour."""
    return f"[{COLOURS[at]}]{at.label}[/]"


def _verdict(row: Any, _: Hall) -> str:
    """Whether the time was kept, once that is known."""
    if row.on_time is None or row.limit_unit is None:
        return ""
    if row.last_on_time and not row.on_time:
        return f"[red]曾逾期[/],最近按时,用 {row.used} {row.limit_unit.label}"
    if row.on_time:
        return f"按时,用 {row.used} {row.limit_unit.label}"
    return f"[red]逾期 {row.overdue} {row.limit_unit.label}[/]"


VERDICT: Final = "结论", _verdict


def about(kind: LimitKind, subject: str, matter_id: str, number: str | None) -> str:
    """What a limit is about, by the number that people know; of a step its name as well."""
    whole, _, part = subject.partition("/")
    known = number if number and whole == matter_id else whole
    return f"{known} {part}" if kind in (LimitKind.STEP, LimitKind.PROCEDURE) else known


def _about(row: Any, _: Hall) -> Text:
    return readable(about(row.kind, row.subject, row.matter_id, row.matter_number))


ABOUT: Final = "编号", _about


def _place(row: Any, _: Hall) -> Text:
    """Where it was done, as far as that was told."""
    return readable(" ".join(filter(None, (row.channel.label, row.window, row.terminal))))


# 全程留痕: who, when (both times), where and why of each event, in 160 columns.
TRAIL_COLUMNS: Final[tuple[Column, ...]] = (
    ("序", "version"), "step", ("事项", "term"), ("经办人", "actor_name"), ("岗位", "actor_post"),
    ("单位", "actor_unit"), ("办理地点", _place), ("发生", "occurred_at"), ("入库", "recorded_at"),
    "basis", ("说明", "why_masked"),
)  # fmt: skip
# Beside it, of what another system tells: who did each step there, and in which group.
DONE_THERE_COLUMNS: Final[tuple[Column, ...]] = (
    ("序", "version"), ("事项", "term"), ("来源系统的经办", "done_there"),
)  # fmt: skip
