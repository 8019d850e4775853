"""What `bancheng demo` prints of the metrics: each that halls publish, over some days."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from rich.table import Table
from sqlalchemy import Connection

from bancheng.cli.listing import listing
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.projections.reports.figures import Average, Rate
from bancheng.projections.reports.metrics import METRICS, Metric

_HEADINGS = ("指标", "数值", "分子", "分母", "件数", "小样本的区间", "口径版本")


def metrics_page(
    connection: Connection, calendar: Calendar, days: tuple[date, date], now: datetime
) -> Table:
    """The metrics of the hall as a whole over ``days``, both included."""
    rows = list(_rows(connection, calendar, days, now))
    return listing(_HEADINGS, rows, f"指标({days[0]} 至 {days[1]})")


def _rows(
    connection: Connection, calendar: Calendar, days: tuple[date, date], now: datetime
) -> Iterator[tuple[str, ...]]:
    for metric in METRICS:
        figure = _figure(connection, calendar, days, now, metric)
        yield metric.term, *_cells(figure), metric.report.definition


def _figure(
    connection: Connection,
    calendar: Calendar,
    days: tuple[date, date],
    now: datetime,
    metric: Metric,
) -> Any:
    first, last = days
    scope = metric.report.scope(first_day=first, last_day=last, **metric.scope)
    (row,) = metric.report.read(connection, scope, calendar, now=now)
    return getattr(row, metric.figure)


def _cells(figure: int | Rate | Average) -> tuple[str, str, str, str, str]:
    match figure:
        case Rate():
            share = "" if figure.percent is None else f"{figure.percent:.2f}%"
            lies = figure.interval
            between = "" if lies is None else f"{lies.low:.1f}%~{lies.high:.1f}%"
            counts = (figure.numerator, figure.denominator, figure.n)
            return share, str(counts[0]), str(counts[1]), str(counts[2]), between
        case Average(mean=None):
            return "", "", "", "0", ""
        case Average():
            return f"{figure.mean:.2f},中位数 {figure.median:g}", "", "", str(figure.n), ""
    return str(figure), "", "", "", ""
