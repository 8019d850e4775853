"""The sections that say how the hall did as a whole: figures beside those before, the trend."""

from collections.abc import Iterator, Mapping
from typing import Any

from bancheng.projections.periodicals.pages import (
    NONE,
    Grid,
    Ground,
    Section,
    day,
    difference,
    said,
)
from bancheng.projections.reports.case_rates import CASE_RATES
from bancheng.projections.reports.metrics import METRICS, metric_rows
from bancheng.projections.reports.report import Report
from bancheng.projections.reports.span import Against
from bancheng.projections.reports.ticket_rates import TICKET_RATES

_AGAINST = (None, Against.PERIOD_BEFORE, Against.YEAR_BEFORE)


def overview(ground: Ground) -> Section:
    """Every metric, beside that of the period before and of the year before."""
    headings = ("指标", "本期", "上期", "较上期", "上年同期", "较上年同期")
    return Section(title="总体情况", grids=(Grid(headings=headings, rows=tuple(_metrics(ground))),))


def _metrics(ground: Ground) -> Iterator[tuple[str, ...]]:
    read: dict[Any, Any] = {}
    for one in METRICS:
        if not ground.reaches(one.report):
            yield one.term, "期间过长,不统计", NONE, NONE, NONE, NONE
            continue
        now, before, year = (
            getattr(_read(read, ground, one.report, one.scope, against), one.figure)
            for against in _AGAINST
        )
        yield (
            one.term, said(now), said(before), difference(now, before), said(year),
            difference(now, year),
        )  # fmt: skip


def _read(
    read: dict[Any, Any],
    ground: Ground,
    report: Report,
    scope: Mapping[str, Any],
    against: Against | None,
) -> Any:
    """The row of a report, which several metrics are of, asked for once."""
    asked = (report.name, *scope.items(), against)
    if asked not in read:
        (read[asked],) = ground.read(report, scope=scope, against=against)
    return read[asked]


def trend(ground: Ground) -> Section:
    """What came and went in each part of the period."""
    tickets = ground.read(TICKET_RATES, every=ground.parts)
    cases = ground.read(CASE_RATES, every=ground.parts)
    rows = tuple(
        (
            f"{day(ticket.first_day)}至{day(ticket.last_day)}",
            *map(str, (ticket.reported, ticket.closed, case.submitted, case.finished)),
        )
        for ticket, case in zip(tickets, cases, strict=True)
        if ticket.first_day <= ground.names.local(ground.now).date()
    )
    headings = ("时段", "办不成事工单新增", "办不成事工单结束", "办件新增", "办件办结")
    return Section(title="趋势", grids=(Grid(headings=headings, rows=rows),))


def definitions(_: Ground) -> Section:
    """By which definition each figure was made."""
    rows = tuple(
        (one.term, one.formula, one.kind, one.definition, day(one.effective_from), one.basis)
        for one in metric_rows()
    )
    headings = ("指标", "口径", "种类", "版本", "自", "依据")
    return Section(title="指标口径", grids=(Grid(headings=headings, rows=rows),))
