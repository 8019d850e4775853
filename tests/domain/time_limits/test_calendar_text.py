from datetime import date

import pytest
from msgspec.structs import replace

from bancheng.domain.time_limits.calendar import DayKind, Session
from bancheng.domain.time_limits.calendar_notice import changes_between, settings_between
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
2027-02-05 = { kind = "day_off", name = "春节" }
2027-02-08 = { kind = "day_off", name = "春节" }
2027-04-05 = { kind = "day_off", name = "清明" }
2027-06-09 = { kind = "day_off", name = "端午" }
2027-09-15 = { kind = "day_off", name = "中秋" }
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
    assert (second.version, second.zone) == ("乙", "Asia/Urumqi")
    assert [(day, one.kind, one.name) for day, one in second.days.items()] == [
        (day, one.kind, one.name) for day, one in CALENDAR.days.items()
    ]


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


FORGETFUL = 'version = "2027"\nsource = "通知"\nannounced_through = 2027-12-31\n'


def problems_of(text, base=CALENDAR):
    with pytest.raises(CalendarError) as refused:
        load_calendar(text, base)
    return [line.split(":")[0] for line in refused.value.problems]


def test_a4_a_year_announced_without_its_holidays_is_refused():
    # On a weekend nobody needs to be told that it is off.
    assert problems_of(FORGETFUL) == [
        "days.2027-01-01", "days.2027-02-05", "days.2027-02-08", "days.2027-04-05",
        "days.2027-06-09", "days.2027-09-15", "days.2027-10-01",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["春节", "端午", "中秋"])
def test_a4_nor_one_without_those_of_the_moon_where_no_almanac_knows_them(name):
    known = replace(CALENDAR, festivals={})
    days = [line for line in NOTICE.splitlines() if name not in line]
    assert problems_of("\n".join(days), known)[0] == "days"


def test_a4_a_holiday_that_is_worked_takes_an_explicit_word():
    worked = 'kind = "workday", name = "元旦上班"'
    text = NOTICE.replace('kind = "day_off", name = "元旦" }', worked + " }", 1)
    assert problems_of(text) == ["days.2027-01-01"]
    said = text.replace(worked, worked + ', reason = "抗洪值守"')
    assert load_calendar(said).is_working_day(date(2027, 1, 1))


def test_a_make_up_workday_is_paid_for_by_a_day_off():
    unpaid = 'version = "x"\nsource = "通知"\n[days]\n2026-05-16 = {kind = "make_up_workday", '
    assert problems_of(unpaid + 'name = "补班"}') == ["days.2026-05-16"]
    said = load_calendar(unpaid + 'name = "补班", reason = "市里另行安排"}', CALENDAR)
    assert said.kind(date(2026, 5, 16)) is DayKind.MAKE_UP_WORKDAY


def test_a_make_up_workday_is_no_weekday():
    text = """
        version = "x"
        source = "通知"
        [days]
        2026-05-13 = { kind = "make_up_workday", name = "补班" }
        2026-05-14 = { kind = "day_off", name = "放假", swapped = true }
    """
    assert problems_of(text) == ["days.2026-05-13"]


def test_nobody_announces_years_ahead():
    far = FORGETFUL.replace("2027-12-31", "9999-12-31")
    assert problems_of(far) == ["announced_through"]


def test_each_day_keeps_the_source_that_it_came_from():
    first = load_calendar(NOTICE, CALENDAR)
    moved = '[days]\n2027-03-01 = {kind = "day_off", name = "搬迁"}'
    second = load_calendar(f'version = "本厅"\nsource = "本厅通知"\n{moved}', first)
    assert second.days[date(2027, 1, 1)].source == "国办发明电〔2026〕7号"
    assert second.days[date(2027, 3, 1)].source == "本厅通知"
    sources = {
        day: second.source_of(date.fromisoformat(day))
        for day in ("2005-12-31", "2026-10-01", "2027-01-01", "2027-03-01", "2027-03-02")
    }
    assert sources == {
        "2005-12-31": "国办发明电〔2005〕35号",
        "2026-10-01": CALENDAR.source,
        "2027-01-01": "国办发明电〔2026〕7号",
        "2027-03-01": "本厅通知",
        "2027-03-02": "本厅通知",
    }


def test_what_a_notice_changes_is_told_day_by_day_with_its_source():
    changes = changes_between(CALENDAR, load_calendar(NOTICE, CALENDAR))
    told = {one.day: (one.before, one.after) for one in changes}
    assert told[date(2027, 1, 4)] == ("工作日", "元旦调休放假")
    assert told[date(2027, 1, 9)] == ("周末", "元旦调休上班")
    # As the law alone had it already, but for the opening hours of Mondays.
    assert date(2027, 6, 9) not in told
    assert {one.source for one in changes if one.day in (date(2027, 1, 4), date(2027, 1, 9))} == {
        "国办发明电〔2026〕7号"
    }
    assert changes_between(CALENDAR, CALENDAR) == []


def test_hours_of_a_day_are_told_where_it_is_worked_as_before():
    changes = changes_between(CALENDAR, load_calendar(NOTICE, CALENDAR))
    told = {str(one.day): (one.before, one.after) for one in changes}
    assert told["2026-12-31"] == ("工作日(09:00-12:00、13:00-17:00)", "工作日(08:30-12:00)")
    assert told["2027-01-05"] == ("工作日(09:00-12:00、13:00-17:00)", "工作日(不开放)")


def test_h5_what_changes_for_all_days_is_told_once_and_not_for_each_day():
    text = """
        version = "夏令"
        source = "本厅通知"
        zone = "Asia/Urumqi"
        announced_through = 2026-12-31
        [hours]
        mon = ["08:30-12:00", "14:30-17:30"]
        sun = ["09:00-11:00"]
    """
    summer = load_calendar(text, CALENDAR)
    # Make-up workdays take the hours of a Monday: they are no changes of their own.
    assert changes_between(CALENDAR, summer) == []
    told = {(one.setting, one.before, one.after) for one in settings_between(CALENDAR, summer)}
    assert told == {
        ("时区", "Asia/Shanghai", "Asia/Urumqi"),
        ("每周一办公时段", "09:00-12:00、13:00-17:00", "08:30-12:00、14:30-17:30"),
        ("每周日办公时段", "不开放", "09:00-11:00"),
    }
    year = settings_between(CALENDAR, load_calendar(NOTICE, CALENDAR))[0]
    assert (year.setting, year.before, year.after) == (
        "放假安排公布至", "2026-12-31", "2027-12-31",
    )  # fmt: skip
