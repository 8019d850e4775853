"""What figures say of themselves, and by which days they are cut and compared."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from bancheng.domain.errors import InvalidInput
from bancheng.projections.periodicals.pages import Ground
from bancheng.projections.reports.figures import Average, Interval, Rate, average_of
from bancheng.projections.reports.span import Against, PeriodKind, compared, cut

D = date.fromisoformat


def rate(numerator, n):
    return Rate(numerator=numerator, denominator=n, n=n)


def test_two_of_three_send_nobody_to_the_bottom():
    """The interval is that of Wilson, as textbooks have it for 2 of 3."""
    few = rate(2, 3)
    assert (few.percent, few.is_small) == (66.67, True)
    assert few.interval == Interval(low=20.77, high=93.85)
    assert rate(0, 10).interval == Interval(low=0.0, high=27.75)
    assert rate(10, 10).interval == Interval(low=72.25, high=100.0)


def test_of_many_of_none_and_of_what_is_no_share_there_is_no_interval():
    assert (rate(29, 30).interval, rate(29, 30).is_small) == (None, False)
    assert (rate(0, 0).interval, rate(0, 0).percent) == (None, None)
    assert Rate(numerator=5, denominator=4, n=4, is_share=False).interval is None


def test_mean_and_median_stand_side_by_side():
    assert average_of({1: 3, 2: 1, 40: 1}) == Average(n=5, mean=9.0, median=1.0)
    assert average_of({1: 1, 4: 1}) == Average(n=2, mean=2.5, median=2.5)
    assert average_of({7: 1}) == Average(n=1, mean=7.0, median=7.0)
    assert average_of({}) == Average(n=0, mean=None, median=None)


@pytest.mark.parametrize(
    ("some", "of", "percent"),
    [(1, 32, 3.13), (5, 32, 15.63), (1, 160, 0.63), (1, 800, 0.13), (2, 3, 66.67), (-1, 32, -3.13)],
)
def test_a_half_is_rounded_up(some, of, percent):
    assert rate(some, of).percent == percent
    assert average_of({2: 7, 3: 1}).mean == 2.13


def said(first, last):
    return D(first), D(last)


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        (PeriodKind.WEEK, ["0225-0301", "0302-0308", "0309-0312"]),
        (PeriodKind.TEN_DAYS, ["0225-0228", "0301-0310", "0311-0312"]),
        (PeriodKind.MONTH, ["0225-0228", "0301-0312"]),
        (PeriodKind.QUARTER, ["0225-0312"]),
    ],
)
def test_days_are_cut_at_the_ends_of_calendar_periods(kind, parts):
    found = cut(said("2026-02-25", "2026-03-12"), kind)
    assert [f"{first:%m%d}-{last:%m%d}" for first, last in found] == parts


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        (PeriodKind.DAY, 366), (PeriodKind.TEN_DAYS, 36), (PeriodKind.MONTH, 12),
        (PeriodKind.QUARTER, 4), (PeriodKind.HALF_YEAR, 2), (PeriodKind.YEAR, 1),
    ],
)  # fmt: skip
def test_a_leap_year_is_cut_without_gap_or_overlap(kind, count):
    parts = list(cut(said("2028-01-01", "2028-12-31"), kind))
    assert len(parts) == count
    assert (parts[0][0], parts[-1][1]) == said("2028-01-01", "2028-12-31")
    for (_, last), (first, _) in pairwise(parts):
        assert first - last == timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "before"),
    [
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31")),
        (("2026-01-01", "2026-03-31"), ("2025-10-01", "2025-12-31")),
        (("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31")),
        (("2026-03-01", "2026-03-10"), ("2026-02-21", "2026-02-28")),
        (("2026-03-21", "2026-03-31"), ("2026-03-11", "2026-03-20")),
        (("2026-03-02", "2026-03-08"), ("2026-02-23", "2026-03-01")),
        (("2026-03-05", "2026-03-05"), ("2026-03-04", "2026-03-04")),
        (("2026-05-04", "2026-05-10"), ("2026-04-27", "2026-05-03")),
        (("2026-05-25", "2026-05-31"), ("2026-05-18", "2026-05-24")),
        (("2021-02-22", "2021-02-28"), ("2021-02-15", "2021-02-21")),
        (("2026-06-10", "2026-06-10"), ("2026-06-09", "2026-06-09")),
    ],
)
def test_before_whole_months_come_whole_months_and_before_days_as_many_days(days, before):
    assert compared(said(*days), Against.PERIOD_BEFORE) == said(*before)


@pytest.mark.parametrize(
    ("days", "before"),
    [
        (("2026-03-05", "2026-03-20"), ("2025-03-05", "2025-03-20")),
        (("2028-02-01", "2028-02-29"), ("2027-02-01", "2027-02-28")),
        (("2029-02-01", "2029-02-28"), ("2028-02-01", "2028-02-29")),
        (("2028-02-29", "2028-03-02"), ("2027-02-28", "2027-03-02")),
        (("2025-02-28", "2025-02-28"), ("2024-02-28", "2024-02-28")),
        (("2029-02-21", "2029-02-28"), ("2028-02-21", "2028-02-29")),
    ],
)
def test_a_year_before_are_the_same_dates_and_the_end_of_a_month_stays_one(days, before):
    assert compared(said(*days), Against.YEAR_BEFORE) == said(*before)


class Refusing:
    """A report that answers nothing."""

    def __init__(self, code):
        self.code = code

    def scope(self, **_):
        return None

    def read(self, *_, **__):
        raise InvalidInput(self.code, "", remedy="")


def test_a_section_goes_without_what_has_too_many_groups_and_without_nothing_else():
    ground = Ground(None, None, None, (D("2026-03-01"), D("2026-03-31")), None, PeriodKind.WEEK)
    assert ground.groups(Refusing("REPORT_TOO_LARGE"), "item") is None
    with pytest.raises(InvalidInput, match="PERIODS_TOO_MANY"):
        ground.groups(Refusing("PERIODS_TOO_MANY"), "item")
