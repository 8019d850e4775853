"""The calendar over the API: the one in force, and what a text would change."""

from datetime import timedelta

from support import backends
from support.api_acts import reported
from support.api_client import Api
from support.given import ADMIN, CLERK
from support.halls import EXTRA_HOLIDAY

pytestmark = backends.ONCE

IN_FORCE = """
query ($year: Int) {
  calendar(year: $year) {
    version announcedThrough today { day kind } days { day kindLabel reason statedReason source }
  }
}
"""
PREVIEW = """
query ($text: String!) {
  calendarPreview(text: $text) {
    version limitsMoved limitsComplete
    changes { day before after source } settings { setting before after }
    limits {
      matterId kindLabel changes before after beforeAt afterAt beforeProvisional afterProvisional
    }
  }
}
"""
WORKED = """
version = "{}"
source = "本厅通知"
[days]
{} = {{ kind = "make_up_workday", name = "防汛", reason = "全员抗洪值守" }}
"""


def test_the_calendar_in_force_is_told_with_the_source_of_each_day(api: Api):
    told = api.ask(IN_FORCE, CLERK, year=2005)["calendar"]
    (day,) = (one for one in told["days"] if one["day"] == "2005-12-31")
    assert day == {
        "day": "2005-12-31", "kindLabel": "调休上班", "reason": "元旦调休上班",
        "statedReason": "", "source": "国办发明电〔2005〕35号",
    }  # fmt: skip
    assert told["announcedThrough"] >= "2026-12-31"


def test_what_a_notice_would_change_is_told_to_who_may_publish_it(api: Api):
    matter = reported(api)
    api.settle()
    calendar = api.hall.rules.calendar()
    day = calendar.local(api.clock.now()).date() + timedelta(days=1)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    text = EXTRA_HOLIDAY.replace("2026-03-03", str(day)).replace("2026-加放", "加放-api")
    told = api.ask(PREVIEW, ADMIN, text=text)["calendarPreview"]
    assert told["version"] == "加放-api"
    assert [one["day"] for one in told["changes"]] == [str(day)]
    assert told["settings"] == []
    # The hall is shared, so others' limits move as well; each is told, in order, and counted.
    assert (told["limitsMoved"], told["limitsComplete"]) == (len(told["limits"]), True)
    assert [one["matterId"] for one in told["limits"]] == sorted(
        one["matterId"] for one in told["limits"]
    )
    (moved,) = (one for one in told["limits"] if one["matterId"] == matter.ticket_id)
    assert moved["kindLabel"] == "受理"
    assert moved["changes"] == "到期时间、预警时间"
    assert moved["before"] == str(day)
    assert moved["before"] < moved["after"]
    assert moved["beforeAt"] < moved["afterAt"]
    assert (moved["beforeProvisional"], moved["afterProvisional"]) == (False, False)


def test_h5_new_opening_hours_are_told_with_the_limits_whose_warnings_they_move(api: Api):
    matter = reported(api)
    api.settle()
    text = 'version = "夏令"\nsource = "本厅"\n[hours]\n' + "\n".join(
        f'{day} = ["08:30-12:00"]' for day in ("mon", "tue", "wed", "thu", "fri")
    )
    told = api.ask(PREVIEW, ADMIN, text=text)["calendarPreview"]
    assert told["changes"] == []
    assert told["settings"][0] == {
        "setting": "每周一办公时段", "before": "09:00-12:00、13:00-17:00", "after": "08:30-12:00",
    }  # fmt: skip
    (moved,) = (one for one in told["limits"] if one["matterId"] == matter.ticket_id)
    assert (moved["changes"], moved["before"]) == ("预警时间", moved["after"])


def test_where_there_are_too_many_matters_the_number_is_a_least_one(api: Api, monkeypatch):
    reported(api)
    api.settle()
    monkeypatch.setattr("bancheng.graphql.queries.calendars.MATTERS_MAX", 0)
    told = api.ask(PREVIEW, ADMIN, text=EXTRA_HOLIDAY)["calendarPreview"]
    assert (told["limitsMoved"], told["limitsComplete"]) == (0, False)


def test_what_was_said_of_a_day_on_purpose_is_told(api: Api):
    calendar = api.hall.rules.calendar()
    day = calendar.local(api.clock.now()).date()
    text = WORKED.format("值守-api", f"{day.year}-06-06")
    api.act("publishCalendar", ADMIN, {"text": text})
    api.settle()
    api.hall.calendar.refresh()
    told = api.ask(IN_FORCE, CLERK, year=day.year)["calendar"]
    (said,) = (one for one in told["days"] if one["day"] == f"{day.year}-06-06")
    assert (said["statedReason"], said["source"]) == ("全员抗洪值守", "本厅通知")


def test_a_text_that_is_too_long_is_refused_and_not_cut(api: Api):
    text = EXTRA_HOLIDAY + "#" * 200_001
    for query in (PREVIEW, "query ($text: String!) { ruleBookPreview(text: $text) { version } }"):
        (error,) = api.errors(query, ADMIN, text=text)
        assert error["extensions"]["code"] == "FIELD_INVALID"
        assert error["extensions"]["field"] == "text"
        assert "长度不得超过 200000" in error["message"]


def test_a_clerk_is_not_told(api: Api):
    answer = api.post(PREVIEW, {"text": EXTRA_HOLIDAY}, by=CLERK).json()
    assert answer["errors"][0]["extensions"]["code"] == "VIEW_FORBIDDEN"


def test_a_faulty_notice_is_told_with_all_that_is_wrong(api: Api):
    text = 'version = "2027"\nsource = "通知"\nannounced_through = 2027-12-31\n'
    answer = api.post(PREVIEW, {"text": text}, by=ADMIN).json()
    (error,) = answer["errors"]
    assert (error["extensions"]["code"], "春节" in error["message"]) == ("CALENDAR_INVALID", True)
