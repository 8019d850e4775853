"""Laws that hold for every limit, start and pause."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bancheng.domain.time_limits.calendar import Calendar, DayEntry, DayKind, Session
from bancheng.domain.time_limits.limit import (
    DueDate,
    EndOf,
    Extension,
    Limit,
    LimitUnit,
    Pause,
    StartConvention,
    Verdict,
    decide_due,
    judge,
)
from bancheng.domain.time_limits.working_time import (
    add_working,
    count_working_days,
    shift_working_days,
    subtract_working,
    working_between,
)
from domain.time_limits.samples import CALENDAR

laws = settings(max_examples=100, derandomize=True, deadline=None, database=None)
TICK = timedelta(microseconds=1)
# A zone with summer time, unequal days, a lunch break and a Saturday.
SUMMER_TIME = Calendar(
    version="柏林",
    zone="Europe/Berlin",
    announced_through=date.max,
    working_weekdays=(0, 1, 2, 3, 4, 5),
    hours=(
        *((Session(start=480, end=720), Session(start=810, end=1050)),) * 5,
        (Session(start=540, end=700),),
        (),
    ),
)
CALENDARS = {"全国": CALENDAR, "柏林": SUMMER_TIME}  # by name, for the sake of short reports
calendars = st.sampled_from(sorted(CALENDARS))
instants = st.datetimes(
    datetime(2019, 1, 1), datetime(2026, 6, 1), timezones=st.just(UTC), allow_imaginary=False
)
days = st.dates(date(2005, 1, 1), date(2026, 10, 1))
spans = st.timedeltas(timedelta(), timedelta(days=40))


@st.composite
def limits(draw):
    unit = draw(st.sampled_from(LimitUnit))
    starts = list(StartConvention) if unit.is_days else [StartConvention.EXACT]
    start = draw(st.sampled_from(starts))
    exact = start is StartConvention.EXACT
    rolls = unit is LimitUnit.NATURAL_DAYS and not exact and draw(st.booleans())
    end_of = EndOf.DAY if exact else draw(st.sampled_from(EndOf))
    amount = draw(st.integers(1, 90))
    return Limit(id="x", amount=amount, unit=unit, start=start, end_of=end_of, roll_forward=rolls)


@st.composite
def paused(draw, started):
    """A pause in pieces that touch, and the same pause in one piece."""
    since = started + draw(spans)
    cuts = sorted(draw(st.lists(spans, min_size=1, max_size=4)))
    until = since + cuts[-1] + timedelta(hours=1)
    edges = [since, *(since + cut for cut in cuts), until]
    pieces = [_pause(a, b) for a, b in pairwise(edges)]
    return draw(st.permutations(pieces)), _pause(since, until)


def _pause(since, until):
    return Pause(
        ground="检测", started_at=since, told_at=since, resumed_at=until, approved_until=until
    )


def decided(limit, started, calendar="全国", *pauses, extension=None) -> DueDate:
    return decide_due(
        limit,
        started,
        CALENDARS[calendar],
        rulebook_version="1",
        pauses=pauses,
        extension=extension,
    )


@laws
@given(limits(), instants, spans, calendars)
def test_who_starts_later_is_never_due_earlier(limit, started, later, calendar):
    first, second = decided(limit, started, calendar), decided(limit, started + later, calendar)
    assert first.due_at <= second.due_at


@laws
@given(limits(), instants, calendars)
def test_a_greater_amount_is_due_later_or_with_it_on_a_day_off(limit, started, calendar):
    longer = msgspec.structs.replace(limit, amount=limit.amount + 1)
    first, second = decided(limit, started, calendar), decided(longer, started, calendar)
    assert first.due_at < second.due_at or limit.roll_forward


@laws
@given(limits(), instants, calendars)
def test_nothing_is_due_before_it_starts(limit, started, calendar):
    assert decided(limit, started, calendar).due_at > started


@laws
@given(limits().filter(lambda x: x.unit.is_working or x.roll_forward), instants, calendars)
def test_a_limit_never_ends_on_a_day_off(limit, started, calendar):
    due = decided(limit, started, calendar)
    assert CALENDARS[calendar].is_working_day(due.due_date)


@laws
@given(limits().filter(lambda x: not x.roll_forward), instants, calendars, st.data())
def test_what_was_added_is_what_is_measured(limit, started, calendar, data):
    pauses = data.draw(paused(started))[0] if data.draw(st.booleans()) else ()
    result = decided(limit, started, calendar, *pauses)
    verdict = judge(result, result.due_at - TICK, CALENDARS[calendar])
    assert (verdict.used, verdict.remaining, verdict.overdue) == (limit.amount, 0, 0)
    assert verdict.on_time


@laws
@given(limits(), instants, calendars, st.data())
def test_however_a_pause_is_split_the_due_date_and_the_verdict_are_the_same(
    limit, started, calendar, data
):
    pieces, whole = data.draw(paused(started))
    finished = started + data.draw(spans)
    in_pieces = decided(limit, started, calendar, *pieces)
    in_one = decided(limit, started, calendar, whole)
    assert msgspec.structs.replace(in_pieces, pauses=in_one.pauses) == in_one
    assert judge(in_pieces, finished, CALENDARS[calendar]) == judge(
        in_one, finished, CALENDARS[calendar]
    )


@laws
@given(limits(), instants, calendars, st.data())
def test_a_pause_never_makes_anything_due_earlier(limit, started, calendar, data):
    whole = data.draw(paused(started))[1]
    assert decided(limit, started, calendar, whole).due_at >= (
        decided(limit, started, calendar).due_at
    )


@laws
@given(limits(), instants, calendars, st.data())
def test_an_explanation_has_no_gap_and_sums_to_the_limit(limit, started, calendar, data):
    pauses = data.draw(paused(started))[0] if data.draw(st.booleans()) else ()
    extension = Extension(amount=data.draw(st.integers(1, 20)))
    result = decided(limit, started, calendar, *pauses, extension=extension)
    lines = result.explanation
    assert all(a.until == b.since for a, b in pairwise(lines))
    if limit.start is StartConvention.EXACT:
        assert lines[-1].until == result.due_at
    else:
        assert sum(line.days for line in lines) == result.amount
        assert lines[-1].until == CALENDARS[calendar].start_of(result.due_date + timedelta(days=1))


@laws
@given(limits(), instants, spans, calendars)
def test_an_explanation_sums_to_the_verdict(limit, started, taken, calendar):
    verdict = judge(decided(limit, started, calendar), started + taken, CALENDARS[calendar])
    if limit.start is StartConvention.EXACT:
        counted = sum((line.time for line in verdict.explanation), timedelta())
        assert -(-counted // timedelta(minutes=1)) == verdict.used_minutes
    else:
        assert sum(line.days for line in verdict.explanation) == verdict.used


@laws
@given(limits(), instants, spans, st.dates(date(2019, 1, 1), date(2026, 6, 1)))
def test_a_later_calendar_changes_no_recorded_verdict(limit, started, taken, extra_day_off):
    entry = DayEntry(kind=DayKind.DAY_OFF, name="临时放假")
    later = msgspec.structs.replace(
        CALENDAR, version="后来", days={**CALENDAR.days, extra_day_off: entry}
    )
    recorded = msgspec.json.encode(decided(limit, started))
    due = msgspec.json.decode(recorded, type=DueDate)
    before, after = (judge(due, started + taken, calendar) for calendar in (CALENDAR, later))
    assert before.on_time is after.on_time
    assert msgspec.json.decode(msgspec.json.encode(before), type=Verdict) == before
    assert msgspec.json.encode(due) == recorded


@laws
@given(calendars, days, st.integers(1, 400))
def test_working_days_added_are_the_working_days_between_and_come_back(calendar, day, n):
    calendar = CALENDARS[calendar]
    last = shift_working_days(calendar, day, n)
    assert calendar.is_working_day(last)
    assert count_working_days(calendar, day + timedelta(days=1), last) == n
    back = shift_working_days(calendar, last, -n)
    assert back <= day
    assert back == day or not calendar.is_working_day(day)


@laws
@given(calendars, instants, st.timedeltas(TICK, timedelta(hours=400)))
def test_working_time_added_is_the_working_time_between_and_comes_back(calendar, start, amount):
    calendar = CALENDARS[calendar]
    end = add_working(calendar, start, amount)
    assert working_between(calendar, start, end) == amount
    back = subtract_working(calendar, end, amount)
    assert working_between(calendar, back, start) == timedelta()


@pytest.mark.parametrize("year", range(2004, 2027))
def test_every_make_up_workday_of_the_notices_counts_and_every_day_off_does_not(year):
    for day, entry in CALENDAR.days.items():
        if day.year == year:
            before = day - timedelta(days=1)
            counted = count_working_days(CALENDAR, before, day) - CALENDAR.is_working_day(before)
            assert counted == (entry.kind is DayKind.MAKE_UP_WORKDAY)
