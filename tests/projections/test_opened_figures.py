"""Each figure of a report lists the rows that it counts: as many as it says, by filters."""

from collections import Counter
from datetime import date

import pytest

from bancheng.infra.database import connect
from bancheng.projections.ledger.windows import HoldsAt
from bancheng.projections.registry import LISTED, PROJECTIONS, REPORTS
from bancheng.projections.reports.declared import Quotient
from bancheng.projections.reports.disclosure_counts import DISCLOSURE_COUNTS
from bancheng.projections.reports.figures import Average, Rate
from bancheng.projections.reports.on_time_rates import ON_TIME_RATES
from bancheng.projections.reports.opened import Part, rows_of
from bancheng.projections.reports.report import Report
from bancheng.projections.reports.span import PeriodKind
from bancheng.projections.reports.speed_rates import SPEED_RATES
from bancheng.projections.reports.workload import WORKLOAD
from projections.filled import histories
from projections.journeys import varied
from projections.views import Anew, MemoryLog, Views
from support import backends
from support.given import CALENDAR, local

BEYOND = "a day on which somebody opened more than the book says"
NOW = local("2026-05-06 09:00")
DAYS = {"first_day": date(2026, 3, 3), "last_day": date(2026, 4, 20)}
LEDGERS = {one.name: one for one in LISTED}
# Acts have no ledger, and of no item is asked in which units its limits are.
OPENED = [one for one in REPORTS if one not in (WORKLOAD, SPEED_RATES)]
each_report = pytest.mark.parametrize("report", OPENED, ids=lambda one: one.name)


@pytest.fixture(scope="module", params=backends.chosen())
def connection(request):
    with backends.furnished(request.param) as url:
        engine = connect(url)
        views = Views(engine, MemoryLog(varied(11, tickets=60, cases=80))).caught_up()
        with views.database.read() as found:
            yield found
        engine.dispose()


def read(connection, report: Report, by=(), days=DAYS, **more):
    days = {**days, "last_day": date(2026, 3, 31)} if report is WORKLOAD else days
    return report.read(connection, report.scope(**days), CALENDAR, by, now=NOW, **more)


def listed(connection, opened) -> int:
    ledger = LEDGERS[opened.ledger]
    kinds = {one.name: one.kind for one in ledger.asks}
    filled = {
        name: HoldsAt(holds=value, now=NOW) if kinds[name] is HoldsAt else value
        for name, value in opened.asked.items()
    }
    return ledger.count(connection, ledger.filter(**filled))


def said(figure, part: Part) -> int:
    match figure, part:
        case Rate(), Part.NUMERATOR:
            return figure.numerator
        case Rate(), Part.DENOMINATOR:
            return figure.denominator
        case Average(), _:
            return figure.n
    return figure


def groupings(report: Report):
    return [(), *((one.value,) for one in report.by)]


def shown(connection, report, **days) -> set[str]:
    """Which figures list rows: each as many as it says, in each group."""
    told = set()
    for by in groupings(report):
        for row in read(connection, report, by, {**DAYS, **days}):
            counts: Counter = Counter()
            for one in rows_of(report.measures, row.group, LEDGERS):
                counts[one.figure, one.part] += listed(connection, one)
            for (name, part), count in counts.items():
                assert count == said(getattr(row, name), part), (by, row, name, part)
                told |= {name} if count else set()
    return told


@each_report
def test_each_figure_lists_as_many_rows_as_it_says(connection, report):
    names = {one.name for one in report.measures}
    # Somebody who opens more than their book lets them is in a history of their own, below.
    assert shown(connection, report) == names - {"beyond"}


def test_what_was_opened_beyond_the_book_is_listed_as_such():
    with backends.furnished("sqlite") as url:
        engine = connect(url)
        anew = Anew(engine, *PROJECTIONS).of(histories()[BEYOND])
        with anew.database.read() as connection:
            assert "beyond" in shown(connection, DISCLOSURE_COUNTS, first_day=date(2026, 3, 2))
        engine.dispose()


@pytest.mark.parametrize("report", REPORTS, ids=lambda one: one.name)
@pytest.mark.parametrize("every", [PeriodKind.WEEK, PeriodKind.TEN_DAYS, PeriodKind.MONTH])
def test_what_happened_in_periods_adds_up_to_what_happened_in_all_of_them(
    connection, report, every
):
    (whole,), parts = read(connection, report), read(connection, report, every=every)
    assert len({one.first_day for one in parts}) == len(parts) > 1 or report is WORKLOAD
    for one in report.measures:
        figures = [getattr(row, one.name) for row in parts]
        total = getattr(whole, one.name)
        if isinstance(total, Rate) and not isinstance(one, Quotient):
            assert sum(rate.numerator for rate in figures) == total.numerator, one.name
            assert sum(rate.denominator for rate in figures) == total.denominator, one.name
        elif isinstance(total, Average):
            assert sum(average.n for average in figures) == total.n
        elif isinstance(total, int) and one.name not in ("carried", "handled"):
            assert sum(figures) == total, one.name


def test_a_group_without_a_value_lists_nothing_for_no_filter_asks_for_that(connection):
    (halls_own,) = (one for one in read(connection, ON_TIME_RATES, ["unit"]) if one.unit is None)
    assert list(rows_of(ON_TIME_RATES.measures, halls_own.group, LEDGERS)) == []
