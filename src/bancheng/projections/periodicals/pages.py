"""What a periodical report consists of, and how figures read in it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from bancheng.domain.errors import InvalidInput
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.projections.reports.figures import Average, Rate, rounded
from bancheng.projections.reports.report import Report
from bancheng.projections.reports.span import Against, Days, PeriodKind
from bancheng.projections.reports.statements import GROUPS_MAX
from bancheng.projections.wording.marks import Names

NONE = "—"
TOO_MANY = f"分组超过 {GROUPS_MAX},不列。"
SMALL = "*"  # stands behind a rate that is of few


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """表格: rows of cells below headings; ``note`` stands under it."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """章节: a title, some sentences, some tables."""

    title: str
    sentences: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()


class Ground(NamedTuple):
    """报告依据: the read models of one moment, and of which days is told."""

    connection: Connection
    calendar: Calendar
    names: Names
    days: Days
    now: datetime
    parts: PeriodKind

    def read(
        self,
        report: Report,
        by: Iterable[str] = (),
        *,
        scope: Mapping[str, Any] = {},
        every: PeriodKind | None = None,
        against: Against | None = None,
    ) -> list[Any]:
        """The figures of ``report`` over these days, or those with which they are compared."""
        first, last = self.days
        asked = report.scope(first_day=first, last_day=last, **scope)
        return report.read(
            self.connection, asked, self.calendar, by, now=self.now, every=every, against=against
        )

    def groups(self, report: Report, by: str) -> list[Any] | None:
        """The groups of ``report`` by one dimension; none if they are too many to be told."""
        try:
            return self.read(report, [by])
        except InvalidInput as refused:
            if refused.code != "REPORT_TOO_LARGE":
                raise
            return None

    def reaches(self, report: Report) -> bool:
        """Whether ``report`` can be asked for so many days."""
        first, last = self.days
        return (last - first).days < report.days_max

    def unit(self, code: str | None) -> str:
        """The name of a unit, or of what is of none."""
        return "大厅" if code is None else self.names.unit(code)


def said(figure: int | Rate | Average) -> str:
    """A figure with what it is of: nobody reads a rate of three as one of three hundred."""
    match figure:
        case Rate():
            if figure.percent is None:
                return NONE
            small = SMALL if figure.is_small else ""
            return f"{figure.percent:.2f}%({figure.numerator}/{figure.denominator}){small}"
        case Average(mean=None):
            return NONE
        case Average():
            return f"{figure.mean:.2f}(中位数 {figure.median:g},{figure.n} 件)"
    return str(figure)


def difference(figure: int | Rate | Average, before: int | Rate | Average) -> str:
    """How much more than ``before``: of counts in hundredths, of rates in percentage points."""
    match figure, before:
        case Rate(), Rate():
            if figure.percent is None or before.percent is None:
                return NONE
            return f"{figure.percent - before.percent:+.2f} 个百分点"
        case Average(), Average():
            if figure.mean is None or before.mean is None:
                return NONE
            return f"{figure.mean - before.mean:+.2f}"
        case int(), int() if before:
            return f"{rounded(Fraction(100 * (figure - before), before)):+.2f}%"
    return NONE


def day(of: date) -> str:
    """A day as people write it."""
    return f"{of.year}年{of.month}月{of.day}日"
