"""Every vector taken from the test suites of comparable systems (shared data, not committed).

Where the sources disagree with the rule chosen here, ``DIVERGING`` says which rule and why.
"""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bancheng.domain.time_limits.calendar import Calendar, DayEntry, DayKind, Session
from bancheng.domain.time_limits.limit import LimitUnit, decide_due, judge
from bancheng.domain.time_limits.rulebook import RuleBookError, parse_rulebook
from bancheng.domain.time_limits.working_time import (
    add_working,
    next_open,
    shift_working_days,
    subtract_working,
    working_between,
)
from domain.time_limits.samples import SHARED_DATA, exact

FILE = SHARED_DATA / "vectors" / "business_time_vectors.json"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOSING = (
    "zendesk/biz 先移动日期, 再把开门前、关门后的钟点推到下一次开门; 本系统把 n 个工作日折成其间"
    "的工作时长, 恰在关门时用完即在关门时届满(与 znuny、moment、biz 自己的小时算法一致; 湖南电子"
    "监察也把开门前到达算作整天)。两个时刻之间没有工作时间, 结论相同"
)
DIVERGING = {
    "biz-days-002": ("2006-01-04T17:00:00", _CLOSING),
    "biz-days-003": ("2006-01-05T16:00:00", _CLOSING),
    "biz-days-007": (
        "2006-01-03",
        "倒推只按日期(预警在该日上班时发出), 不因钟点早于开门再退一天",
    ),
    "biz-008": (
        "2006-01-03T10:00:00",
        "时限不存在零值; 零时长没有方向, 一律取下一开放时刻, 与 biz-004 相同",
    ),
}


def vectors(*ops):
    if not FILE.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"没有 {FILE}"))]
    every = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]
    return [pytest.param(v, id=v["id"]) for v in every if v["op"] in ops]


def calendar_of(vector) -> Calendar:
    given = vector["calendar"]
    hours = tuple(sessions_of(given["hours"].get(weekday, ())) for weekday in WEEKDAYS)
    days = [date.fromisoformat(day) for day in given["holidays"]]
    days += [
        date(year, *map(int, day.split("-")))
        for year in range(2005, 2022)
        for day in given["recurring_holidays"]
    ]
    return Calendar(
        version=vector["id"],
        zone=given["tz"],
        announced_through=date.max,
        working_weekdays=tuple(i for i, sessions in enumerate(hours) if sessions),
        hours=hours,
        days={day: DayEntry(kind=DayKind.DAY_OFF, name="假日") for day in days},
        date_hours={
            date.fromisoformat(day): sessions_of(pairs)
            for day, pairs in given.get("date_hours", {}).items()
        },
    )


def sessions_of(pairs):
    return tuple(Session(start=minute_of(start), end=minute_of(end)) for start, end in pairs)


def minute_of(clock):
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def instant_of(text, vector):
    zone = ZoneInfo(vector["input"].get("start_tz", "UTC"))
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def expected_of(vector):
    return DIVERGING.get(vector["id"], (vector["expected"],))[0]


@pytest.mark.parametrize("vector", vectors("add_working_time"))
def test_working_time_is_added_as_in_the_peers(vector):
    # A "day" in these sources is 24 working hours; here that is said in hours.
    amount = timedelta(**vector["input"]["amount"])
    result = add_working(calendar_of(vector), instant_of(vector["input"]["start"], vector), amount)
    assert result == instant_of(expected_of(vector), vector)


@pytest.mark.parametrize("vector", vectors("subtract_working_time"))
def test_working_time_is_walked_back_as_in_the_peers(vector):
    calendar, amount = calendar_of(vector), timedelta(**vector["input"]["amount"])
    start = instant_of(vector["input"]["start"], vector)
    back = subtract_working(calendar, start, amount) if amount else next_open(calendar, start)
    assert back == instant_of(expected_of(vector), vector)


@pytest.mark.parametrize(
    "vector", vectors("working_seconds_between", "working_seconds_between_clamped")
)
def test_working_time_is_measured_as_in_the_peers(vector):
    since = instant_of(vector["input"]["start"], vector)
    until = instant_of(vector["input"]["end"], vector)
    seconds = working_between(calendar_of(vector), since, until).total_seconds()
    clamped = vector["op"].endswith("clamped")
    assert (max(0, seconds) if clamped else seconds) == vector["expected"]


@pytest.mark.parametrize("vector", vectors("add_business_days"))
def test_working_days_are_counted_as_in_the_peers(vector):
    start = date.fromisoformat(vector["input"]["start_date"])
    result = shift_working_days(calendar_of(vector), start, vector["input"]["days"])
    assert result == date.fromisoformat(vector["expected"])


@pytest.mark.parametrize("vector", vectors("add_business_days_clock"))
def test_working_days_to_the_clock_time_are_counted_as_in_the_peers(vector):
    calendar, days = calendar_of(vector), vector["input"]["days"]
    start = instant_of(vector["input"]["start"], vector)
    if days > 0:
        limit = exact(days, LimitUnit.WORKING_DAYS)
        result = decide_due(limit, start, calendar, rulebook_version="")
        assert result.due_at == instant_of(expected_of(vector), vector)
    else:
        back = shift_working_days(calendar, calendar.local(start).date(), days)
        assert back == datetime.fromisoformat(expected_of(vector)).date()


@pytest.mark.parametrize("vector", vectors("add_working_time_rejected"))
def test_an_amount_that_makes_no_sense_is_refused_where_it_is_read(vector):
    units = {"hours": "natural_hours", "minutes": "minutes"}
    tables = [
        f"[limits.l{i}]\npurpose='resolve'\nbasis='b'\namount={amount!r}\nunit='{units.get(u, u)}'"
        for i, (u, amount) in enumerate(vector["input"]["amount"].items())
    ] or ["[limits.none]\npurpose='resolve'\nbasis='b'\nunit='minutes'"]
    head = "id='t'\nversion='1'\ntitle='t'\nplace='p'\neffective_from=2026-01-01\nbasis='b'\n"
    with pytest.raises(RuleBookError, match=r"不合要求|缺少必填项"):
        parse_rulebook(head + "\n".join(tables))


@pytest.mark.parametrize("vector", vectors("sla_deadlines"))
def test_several_targets_on_one_matter_run_independently_as_in_zammad(vector):
    calendar, given = calendar_of(vector), vector["input"]
    created = datetime.fromisoformat(given["created_at"])
    done = {event["type"]: datetime.fromisoformat(event["at"]) for event in given["events"]}
    dues = {
        name: decide_due(
            exact(minutes, LimitUnit.WORKING_MINUTES), created, calendar, rulebook_version=""
        )
        for name, minutes in given["sla_minutes"].items()
    }
    ends = {"first_response": "first_response", "update": "agent_contact", "solution": "close"}
    facts = {}
    open_dues = dict(dues)
    for name, event in ends.items():
        if name in dues and event in done:
            verdict = judge(dues[name], done[event], calendar)
            facts[f"{name}_in_min"] = verdict.used_minutes
            facts[f"{name}_diff_min"] = verdict.remaining_minutes - verdict.overdue_minutes
            del open_dues[name]
    if "agent_contact" in done:  # a contact starts the next cycle of the update target
        open_dues["update"] = dues["update"] = decide_due(
            dues["update"].limit, done["agent_contact"], calendar, rulebook_version=""
        )
    facts |= {f"{name}_due": due.due_at for name, due in dues.items()}
    facts["escalation_at"] = min(due.due_at for due in open_dues.values())
    for name, value in vector["expected"].items():
        expected = datetime.fromisoformat(value) if isinstance(value, str) else value
        assert facts[name] == expected, name


@pytest.mark.skipif(not FILE.exists(), reason=f"没有 {FILE}")
def test_all_131_vectors_are_tried_and_only_the_listed_ones_diverge():
    every = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]
    assert len(every) == 131
    expected = {v["id"]: v["expected"] for v in every}
    for id_, (ours, why) in DIVERGING.items():
        assert ours != expected[id_][: len(ours)], f"{id_} 不再有分歧"
        assert why
