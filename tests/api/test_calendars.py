"""The calendar over the API: the one in force, and what a text would change."""

from datetime import timedelta

from support.api_acts import reported
from support.api_client import Api
from support.given import ADMIN, CLERK
from support.halls import EXTRA_HOLIDAY

IN_FORCE = """
query ($year: Int) {
  calendar(year: $year) {
    version announcedThrough today { day kind } days { day kindLabel reason source }
  }
}
"""
PREVIEW = """
query ($text: String!) {
  calendarPreview(text: $text) {
    version limitsMoved changes { day before after source }
    limits { matterId kindLabel before after }
  }
}
"""


def test_the_calendar_in_force_is_told_with_the_source_of_each_day(api: Api):
    told = api.ask(IN_FORCE, CLERK, year=2005)["calendar"]
    (day,) = (one for one in told["days"] if one["day"] == "2005-12-31")
    assert day == {
        "day": "2005-12-31", "kindLabel": "调休上班", "reason": "元旦调休上班",
        "source": "国办发明电〔2005〕35号",
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
    moved = {one["matterId"]: one for one in told["limits"]}
    assert told["limitsMoved"] >= len(moved)
    assert moved[matter.ticket_id]["before"] < moved[matter.ticket_id]["after"]


def test_a_clerk_is_not_told(api: Api):
    answer = api.post(PREVIEW, {"text": EXTRA_HOLIDAY}, by=CLERK).json()
    assert answer["errors"][0]["extensions"]["code"] == "VIEW_FORBIDDEN"


def test_a_faulty_notice_is_told_with_all_that_is_wrong(api: Api):
    text = 'version = "2027"\nsource = "通知"\nannounced_through = 2027-12-31\n'
    answer = api.post(PREVIEW, {"text": text}, by=ADMIN).json()
    (error,) = answer["errors"]
    assert (error["extensions"]["code"], "春节" in error["message"]) == ("CALENDAR_INVALID", True)
