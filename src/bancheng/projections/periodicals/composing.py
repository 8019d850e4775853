"""A periodical report composed: its title, its days, its sections in their order."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec
from sqlalchemy import Connection

from bancheng.domain.errors import InvalidInput
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.projections.periodicals import cases, overview, tickets
from bancheng.projections.periodicals.pages import Ground, Section, day
from bancheng.projections.reports.span import Days, PeriodKind, whole
from bancheng.projections.wording.marks import Names

_TITLES: Final = {
    PeriodKind.WEEK: "周报",
    PeriodKind.TEN_DAYS: "旬报",
    PeriodKind.MONTH: "月报",
    PeriodKind.QUARTER: "季报",
    PeriodKind.HALF_YEAR: "半年报",
    PeriodKind.YEAR: "年报",
}
KINDS: Final = tuple(_TITLES)
_PARTS: Final = {
    PeriodKind.WEEK: PeriodKind.DAY,
    PeriodKind.TEN_DAYS: PeriodKind.DAY,
    PeriodKind.MONTH: PeriodKind.WEEK,
}
# Days can be reckoned with, also the year before and the year on.
_YEARS: Final = range(1950, 2950)
_ORDER: Final = "一二三四五六七八九十"


class Periodical(msgspec.Struct, frozen=True, kw_only=True):
    """周期报告: what a hall files of a week, a month or a year.

    ``made`` is when, in the hall's own time; ``matters`` are those that it names.
    """

    title: str
    hall: str
    days: Days
    made: datetime
    sections: tuple[Section, ...]
    matters: tuple[str, ...]


def composed(
    connection: Connection,
    calendar: Calendar,
    names: Names,
    kind: PeriodKind,
    of: date,
    *,
    hall: str,
    now: datetime,
    remarks: Sequence[str] = (),
) -> Periodical:
    """The report of ``kind``, one of `KINDS`, over the period in which ``of`` is, as of ``now``.

    ``InvalidInput`` ``REPORT_YEAR_UNKNOWN`` or ``REPORT_TOO_EARLY``.
    """
    if of.year not in _YEARS:
        raise InvalidInput(
            "REPORT_YEAR_UNKNOWN",
            f"没有 {of.year} 年的周期报告",
            field="day",
            remedy=f"请填写 {_YEARS.start} 年至 {_YEARS.stop - 1} 年的日期",
        )
    days, local = whole(of, kind), calendar.local(now)
    if days[0] > local.date():
        raise InvalidInput(
            "REPORT_TOO_EARLY", f"期间自{day(days[0])}起,尚未开始", field="day",
            remedy="请选择已开始的期间",
        )  # fmt: skip
    ground = Ground(connection, calendar, names, days, now, _PARTS.get(kind, PeriodKind.MONTH))
    overdue, listed = tickets.overdue(ground)
    sections = (
        overview.overview(ground), overview.trend(ground), tickets.demands(ground),
        tickets.units(ground), overdue, cases.cases(ground), cases.ratings(ground),
        cases.workload(ground),
        Section(title="典型案例与说明", sentences=tuple(remarks) or ("无。",)),
        overview.definitions(ground),
    )  # fmt: skip
    return Periodical(
        title=f"{hall}政务服务效能{_TITLES[kind]}",
        hall=hall,
        days=days,
        made=local,
        sections=tuple(
            msgspec.structs.replace(one, title=f"{number}、{one.title}")
            for number, one in zip(_ORDER, sections, strict=True)
        ),
        matters=tuple(dict.fromkeys(one.matter_id for one in listed)),
    )


def told(days: Days, made: datetime) -> str:
    """Of which days it is, and whether they are over."""
    first, last = days
    over = "" if made.date() > last else f";期间未满,数据截至{day(made.date())} {made:%H:%M}"
    return f"{day(first)}至{day(last)}{over}"
