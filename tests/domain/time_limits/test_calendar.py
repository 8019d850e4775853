from datetime import UTC, date, datetime

import msgspec
import pytest

from bancheng.domain.time_limits.calendar import Calendar, DayEntry, DayKind, Session
from bancheng.domain.time_limits.limit import LimitUnit
from bancheng.domain.time_limits.working_time import count_working_days, next_open, working_between
from bancheng.infra.calendars import national_calendar
from domain.time_limits.samples import CALENDAR, at, due, exact, working_days

OFF, WORK, MAKE_UP = DayKind.DAY_OFF, DayKind.WORKDAY, DayKind.MAKE_UP_WORKDAY


@pytest.mark.parametrize(
    ("day", "kind", "reason"),
    [
        ("2026-01-05", WORK, "工作日"),
        ("2026-01-10", OFF, "周末"),
        ("2026-01-01", OFF, "元旦"),
        ("2026-01-04", MAKE_UP, "元旦调休上班"),
        ("2026-02-20", OFF, "春节调休放假"),
        ("2027-01-01", OFF, "元旦(暂定)"),
    ],
)
def test_there_is_one_word_for_each_kind_of_day(day, kind, reason):
    day = date.fromisoformat(day)
    assert (CALENDAR.kind(day), CALENDAR.reason(day)) == (kind, reason)
    assert CALENDAR.is_working_day(day) is (kind is not OFF)


def test_every_weekend_day_turned_into_a_working_day_in_2026_is_worked():
    days = [
        day
        for day, entry in CALENDAR.days.items()
        if day.year == 2026 and entry.kind is DayKind.MAKE_UP_WORKDAY
    ]
    expected = ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    assert [day.strftime("%m-%d") for day in days] == expected
    assert all(day.weekday() >= 5 and CALENDAR.is_working_day(day) for day in days)


def test_a_day_off_by_swap_and_the_day_worked_for_it_are_never_confused():
    swapped = [entry for entry in CALENDAR.days.values() if entry.swapped]
    made_up = [entry for entry in CALENDAR.days.values() if entry.kind is MAKE_UP]
    assert len(swapped) == 151
    assert len(made_up) == 151
    assert all(entry.kind is OFF for entry in swapped)


def test_a_year_without_a_notice_is_computed_from_the_law_and_marked_provisional():
    named = {
        day.isoformat(): CALENDAR.reason(day)
        for day in (date.fromordinal(n) for n in range(*_year(2027)))
        if CALENDAR.entry(day)
    }
    assert CALENDAR.is_provisional(date(2027, 1, 1))
    assert not CALENDAR.is_provisional(date(2026, 12, 31))
    assert named["2027-02-05"] == named["2027-02-08"] == "春节(暂定)"
    assert named["2027-04-05"] == "清明(暂定)"
    assert named["2027-05-03"] == named["2027-05-04"] == "劳动节补假(暂定)"
    assert named["2027-06-09"] == "端午(暂定)"
    assert named["2027-09-15"] == "中秋(暂定)"
    assert [day for day in named if day.startswith("2027-10")] == [
        f"2027-10-{n:02d}" for n in range(1, 6)
    ]


def _year(year):
    return date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1999, 10, 1), date(2100, 10, 1), date.max])
def test_a_date_far_outside_the_known_years_never_raises(day):
    assert CALENDAR.is_provisional(day)
    assert CALENDAR.kind(day) in DayKind


def test_national_day_is_off_in_every_year():
    assert CALENDAR.reason(date(1999, 10, 1)) == "国庆节(暂定)"
    assert CALENDAR.reason(date(2100, 10, 1)) == "国庆节(暂定)"


@pytest.mark.parametrize("year", range(2027, 2036))
def test_an_open_year_has_the_13_days_off_of_the_law_even_where_two_holidays_meet(year):
    working = count_working_days(CALENDAR, date(year, 1, 1), date(year, 12, 31))
    weekdays = sum(date.fromordinal(n).weekday() < 5 for n in range(*_year(year)))
    assert weekdays - working == 13


def test_opening_hours_are_those_of_the_weekday_the_date_or_the_make_up_day():
    morning = (Session(start=540, end=720),)
    calendar = msgspec.structs.replace(
        CALENDAR,
        date_hours={date(2026, 3, 2): morning, date(2026, 3, 3): ()},
        hours=(*CALENDAR.hours[:5], morning, ()),
    )
    assert calendar.sessions(date(2026, 3, 2)) == morning
    assert calendar.sessions(date(2026, 3, 3)) == ()
    assert calendar.sessions(date(2026, 3, 7)) == morning  # 周六延时服务
    assert calendar.sessions(date(2026, 1, 4)) == CALENDAR.hours[0]  # 周日调休上班
    assert calendar.sessions(date(2026, 1, 1)) == ()


def test_extended_hours_on_a_weekend_serve_people_but_count_for_no_limit():
    saturday = (Session(start=540, end=720),)
    calendar = msgspec.structs.replace(CALENDAR, hours=(*CALENDAR.hours[:5], saturday, ()))
    friday, monday = at("2026-03-06T16:00"), at("2026-03-09T10:00")
    assert working_between(calendar, friday, monday).total_seconds() == 2 * 3600


def test_a_notice_waits_for_the_receivers_hours():
    assert next_open(CALENDAR, at("2026-03-06T23:00")) == at("2026-03-09T09:00")
    assert next_open(CALENDAR, at("2026-03-06T12:00")) == at("2026-03-06T13:00")
    assert next_open(CALENDAR, at("2026-03-06T12:30")) == at("2026-03-06T13:00")
    assert next_open(CALENDAR, at("2026-03-06T10:00")) == at("2026-03-06T10:00")
    assert next_open(CALENDAR, at("2026-12-31T18:00")) == at("2027-01-04T09:00")


def test_a_calendar_survives_json_and_still_computes():
    copy = msgspec.json.decode(msgspec.json.encode(CALENDAR), type=Calendar)
    assert copy == CALENDAR
    assert due(working_days(20), "2026-02-13", calendar=copy).due_date == date(2026, 3, 19)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"hours": ((),) * 7}, "至少须有一个工作日有办公时段"),
        ({"hours": ((),)}, "须有 7 项"),
        (
            {
                "date_hours": {
                    date(2026, 1, 5): (Session(start=9, end=20), Session(start=10, end=30))
                }
            },
            "互不重叠",
        ),
        ({"zone": "Mars/Base"}, "Mars"),
    ],
)
def test_a_calendar_that_could_not_count_is_refused(fields, message):
    with pytest.raises((ValueError, KeyError), match=message):
        Calendar(version="x", announced_through=date.max, **fields)


@pytest.mark.parametrize(("start", "end"), [(600, 600), (-1, 60), (0, 1441)])
def test_a_session_lies_within_its_day(start, end):
    with pytest.raises(ValueError, match="00:00 至 24:00"):
        Session(start=start, end=end)


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="须带时区"):
        CALENDAR.local(datetime(2026, 1, 5, 9))


def test_every_limit_finds_the_same_day_after_the_new_year_in_another_version():
    named = national_calendar(version="甲")
    first, second = (due(working_days(5), "2026-12-30", calendar=c) for c in (named, CALENDAR))
    assert (first.due_date, first.provisional) == (second.due_date, True)
    assert first.calendar_version == "甲"


def test_a_hall_that_never_closes_loses_no_minute_at_midnight():
    always = Calendar(
        version="全天",
        announced_through=date.max,
        working_weekdays=tuple(range(7)),
        hours=((Session(start=0, end=1440),),) * 7,
    )
    for hours in (1, 24, 24 * 40):
        started = datetime(2026, 2, 20, 15, 30, tzinfo=UTC)
        result = due(exact(hours, LimitUnit.WORKING_HOURS), "2026-02-20T23:30", calendar=always)
        assert (result.due_at - started).total_seconds() == hours * 3600


def test_a_local_day_off_is_published_as_an_entry():
    local = {date(2026, 3, 3): DayEntry(kind=OFF, name="地方节日")}
    calendar = msgspec.structs.replace(CALENDAR, days={**CALENDAR.days, **local}, version="地方1")
    assert due(working_days(1), "2026-03-02", calendar=calendar).due_date == date(2026, 3, 4)
