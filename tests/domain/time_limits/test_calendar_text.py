from datetime import date

import pytest

from bancheng.domain.time_limits.calendar import DayKind, Session
from bancheng.domain.time_limits.calendar_text import CalendarError
from domain.time_limits.samples import CALENDAR, due, working_days
from support.rules import load_calendar

NOTICE = """
version = "2027通知"
source = "国办发明电〔2026〕7号"
announced_through = 2027-12-31

[days]
2027-01-01 = { kind = "day_off", name = "元旦" }
2027-01-04 = { kind = "day_off", name = "元旦", swapped = true }
2027-10-01 = { kind = "day_off", name = "国庆节" }
2027-01-09 = { kind = "make_up_workday", name = "元旦" }

[hours]
mon = ["08:30-12:00", "14:30-17:30"]

[date_hours]
2026-12-31 = ["08:30-12:00"]
2027-01-05 = []
"""


def test_a_notice_for_a_new_year_makes_its_days_firm():
    before = due(working_days(5), "2026-12-30")
    calendar = load_calendar(NOTICE)
    after = due(working_days(5), "2026-12-30", calendar=calendar)
    assert (before.due_date, before.provisional) == (date(2027, 1, 7), True)
    assert (after.due_date, after.provisional) == (date(2027, 1, 8), False)
    assert (calendar.version, calendar.source) == ("2027通知", "国办发明电〔2026〕7号")


def test_a_notice_sets_days_hours_and_closures_and_leaves_the_rest():
    calendar = load_calendar(NOTICE)
    assert calendar.kind(date(2027, 1, 9)) is DayKind.MAKE_UP_WORKDAY
    assert calendar.reason(date(2027, 1, 4)) == "元旦调休放假"
    assert calendar.kind(date(2026, 10, 10)) is DayKind.MAKE_UP_WORKDAY
    assert calendar.hours[0][0] == Session(start=510, end=720)
    assert calendar.hours[1] == CALENDAR.hours[1]
    assert calendar.sessions(date(2026, 12, 31)) == (Session(start=510, end=720),)
    assert calendar.sessions(date(2027, 1, 5)) == ()


def test_a_holiday_extended_after_the_fact_is_the_same_text_as_json():
    text = """{"version": "延长", "source": "国办发明电〔2020〕1号", "days": {
        "2020-01-31": {"kind": "day_off", "name": "春节延长"},
        "2020-02-01": {"kind": "day_off", "name": "春节延长"}}}"""
    calendar = load_calendar(text, CALENDAR)
    assert calendar.reason(date(2020, 1, 31)) == "春节延长"


def test_a_new_version_may_build_on_any_calendar():
    first = load_calendar('version = "甲"\nsource = "某局"', CALENDAR)
    second = load_calendar('version = "乙"\nsource = "某局"\nzone = "Asia/Urumqi"', first)
    assert (second.version, second.zone, second.days) == ("乙", "Asia/Urumqi", CALENDAR.days)


def test_everything_wrong_with_a_calendar_text_is_listed():
    with pytest.raises(CalendarError) as caught:
        load_calendar("""
            source = "某局"
            odd = 1
            date_hours = "全天"
            [days]
            2027-13-01 = { kind = "day_off", name = "某日" }
            2027-01-01 = { kind = "holiday" }
            [hours]
            monday = []
            tue = ["8:30-12:00", "12:00-11:00"]
            wed = "09:00-12:00"
        """)
    text = "\n".join(caught.value.problems)
    for expected in (
        "version: 缺少必填项",
        "odd: 未知的项",
        "date_hours: 应为表",
        "days.2027-13-01: 值 '2027-13-01' 不合要求; 应为日期",
        "days.2027-01-01.kind: 值 'holiday' 不合要求; 应为以下之一: workday、day_off",
        "days.2027-01-01.name: 缺少必填项",
        "hours.monday: 未知的星期",
        "hours.tue[0]: 时段 '8:30-12:00' 不合格式",
        "hours.tue[1]: 办公时段须在",
        "hours.wed: 应为时段的列表",
    ):
        assert expected in text
    assert str(caught.value).startswith("日历文件有误")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[days", "TOML 语法错误"),
        ("{", "JSON 语法错误"),
        ('version = "甲"\nsource = "某局"\nzone = "Mars/Base"', "未知的时区"),
        ('version = "甲"\nsource = "某局"\n[hours]\nmon=["09:00-12:00", "11:00-13:00"]', "重叠"),
        (f'version = "{CALENDAR.version}"\nsource = "某局"', "请另起版本号"),
    ],
)
def test_a_text_that_gives_no_calendar_says_why(text, message):
    with pytest.raises(CalendarError, match=message):
        load_calendar(text)


def test_a_year_announced_without_its_holidays_is_refused():
    forgetful = 'version = "2027"\nsource = "通知"\nannounced_through = 2027-12-31\n'

    with pytest.raises(CalendarError) as refused:
        load_calendar(forgetful, CALENDAR)

    # 2027-05-01 is a Saturday: nobody needs to be told that it is off
    assert [line.split(":")[0] for line in refused.value.problems] == [
        "days.2027-01-01",
        "days.2027-10-01",
    ]
