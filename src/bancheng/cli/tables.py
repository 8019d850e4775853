"""Ledgers as people read them in a terminal. Times are those of the hall."""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, Self

from rich.table import Table
from rich.text import Text

from bancheng.cli.console import readable
from bancheng.cli.listing import listing
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.projections.ledger.cells import Reading, text_of
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.office import UnitRow
from bancheng.projections.story import told
from bancheng.projections.trail import where
from bancheng.projections.wording.marks import Names
from bancheng.projections.wording.naming import names_of


class Hall(NamedTuple):
    """What turns instants and codes of rows into what people read."""

    calendar: Calendar
    names: Names

    @classmethod
    def of(cls, calendar: Calendar, book: RuleBook, units: Iterable[UnitRow]) -> Self:
        """The hall of these ``units`` while ``calendar`` and ``book`` hold."""
        known = {unit.code: unit.name for unit in units}
        return cls(calendar, names_of(known, book, calendar.local))

    @property
    def reading(self) -> Reading:
        """How the hall reads instants and codes."""
        return Reading(self.names.local, self.names.unit, self.names.term)


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


def about(kind: LimitKind | None, subject: str | None, matter_id: str, number: str | None) -> str:
    """What a limit is about, by the number that people know; of a step its name as well.

    A card for conduct is about the matter itself.
    """
    if subject is None:
        return number or matter_id
    whole, _, part = subject.partition("/")
    known = number if number and whole == matter_id else whole
    return f"{known} {part}" if kind in (LimitKind.STEP, LimitKind.PROCEDURE) else known


def _about(row: Any, _: Hall) -> Text:
    return readable(about(row.kind, row.subject, row.matter_id, row.matter_number))


ABOUT: Final = "编号", _about


def _told(row: Any, hall: Hall) -> Text:
    return readable(told(row, hall.names))


def _place(row: Any, _: Hall) -> Text:
    return readable(where(row))


def _recorded(row: Any, hall: Hall) -> str:
    """When it was entered, and whether somebody said that it had happened before."""
    return f"{hall.names.local(row.recorded_at):%Y-%m-%d %H:%M}{' 补录' if row.backdated else ''}"


def _reason(row: Any, _: Hall) -> Text:
    return readable(";".join(filter(None, (row.reason_masked, row.why_masked))))


# 全程留痕: what was done by whom, in a sentence; why, when (both times), where and by which rule.
TRAIL_COLUMNS: Final[tuple[Column, ...]] = (
    ("序", "version"), "step", ("事项", "term"), ("经过", _told), ("理由", _reason),
    ("办理地点", _place), ("发生", "occurred_at"), ("入库", _recorded), "basis",
)  # fmt: skip
