import msgspec
import pytest

from bancheng.domain.time_limits.calendar import Session
from bancheng.domain.time_limits.levels import Rung, WarningLevel
from bancheng.domain.time_limits.limit import EndOf, LimitUnit, StartConvention
from bancheng.domain.time_limits.plan import (
    moment_of,
    owed_warnings,
    plan_ladder,
    plan_warnings,
)
from bancheng.domain.time_limits.thresholds import LadderStep, Threshold
from bancheng.infra.rulebooks import load_rulebook
from domain.time_limits.samples import (
    CALENDAR,
    at,
    due,
    exact,
    natural_days,
    pause,
    reached,
    working_days,
)

REMINDER, YELLOW, RED = WarningLevel.REMINDER, WarningLevel.YELLOW, WarningLevel.RED
DAYS, HOURS = LimitUnit.WORKING_DAYS, LimitUnit.WORKING_HOURS
RULES = load_rulebook("default").thresholds_for("resolve")


def moment(result, **timing):
    return moment_of(Threshold(level=RED, **timing), result, CALENDAR)


def test_a_day_before_is_the_opening_of_the_working_day_before_and_never_midnight():
    result = due(working_days(5), "2026-03-02")  # 止 3月9日(周一)
    assert moment(result, before=1, unit=DAYS) == at("2026-03-06T09:00")
    assert moment(result, before=0, unit=DAYS) == at("2026-03-09T09:00")


def test_an_hour_before_is_walked_back_through_working_hours():
    result = due(working_days(5), "2026-03-02")
    assert moment(result, before=1, unit=HOURS) == at("2026-03-09T16:00")
    assert moment(result, before=5, unit=HOURS) == at("2026-03-09T11:00")
    assert moment(result, before=9, unit=HOURS) == at("2026-03-06T15:00")


def test_48_and_24_natural_hours_before_are_clock_hours():
    result = due(working_days(5), "2026-03-02")
    assert moment(result, before=48, unit=LimitUnit.NATURAL_HOURS) == at("2026-03-08T00:00")
    assert moment(result, before=24, unit=LimitUnit.NATURAL_HOURS) == at("2026-03-09T00:00")


def test_a_share_of_the_limit_is_walked_through_the_time_that_counts():
    assert moment(due(working_days(5), "2026-03-02"), share=0.5) == at("2026-03-05T13:30")
    result = due(exact(10, HOURS), "2026-03-02T09:00")
    assert moment(result, share=0.8) == at("2026-03-03T10:00")
    assert moment(due(natural_days(10), "2026-03-02"), share=0.9) == at("2026-03-12T00:00")


def test_no_threshold_falls_into_a_pause():
    paused = pause("2026-03-05T11:00", "2026-03-11T11:00")
    result = due(working_days(5), "2026-03-02", paused)  # 3,4,5 计入; 12,13 计入
    assert moment(result, before=1, unit=DAYS) == at("2026-03-12T09:00")
    assert moment(result, before=2, unit=DAYS) == at("2026-03-05T09:00")
    assert moment(result, before=15, unit=HOURS) == at("2026-03-05T16:00")
    assert moment(result, share=0.5) == at("2026-03-05T13:30")


def test_after_the_due_date_comes_the_next_working_day():
    result = due(working_days(4), "2026-03-02")  # 止 3月6日(周五)
    assert moment(result, after=0) == at("2026-03-07T00:00")
    assert moment(result, after=1, unit=DAYS) == at("2026-03-09T09:00")
    assert moment(result, after=1, unit=LimitUnit.NATURAL_DAYS) == at("2026-03-07T09:00")
    assert moment(result, after=2, unit=HOURS) == at("2026-03-09T11:00")
    assert moment(result, after=2, unit=LimitUnit.NATURAL_HOURS) == at("2026-03-07T02:00")


def test_natural_days_are_walked_back_over_days_off():
    result = due(natural_days(10), "2026-02-28")  # 止 3月10日
    assert moment(result, before=3, unit=LimitUnit.NATURAL_DAYS) == at("2026-03-07T09:00")
    assert moment(result, before=3, unit=DAYS) == at("2026-03-05T09:00")


def test_a_hall_that_is_closed_that_day_warns_at_its_ordinary_opening():
    closed = {at("2026-03-06").date(): (), at("2026-03-05").date(): (Session(start=600, end=700),)}
    calendar = msgspec.structs.replace(CALENDAR, date_hours=closed)
    result = due(working_days(5), "2026-03-02", calendar=calendar)
    rule = Threshold(level=RED, before=1, unit=DAYS)
    assert moment_of(rule, result, calendar) == at("2026-03-06T09:00")
    earlier = Threshold(level=RED, before=2, unit=DAYS)
    assert moment_of(earlier, result, calendar) == at("2026-03-05T10:00")


def test_a_new_matter_is_never_warned_of_at_its_birth():
    short = due(exact(2, HOURS), "2026-03-02T09:30")
    assert moment(short, before=48, unit=LimitUnit.NATURAL_HOURS) is None
    assert moment(short, before=2, unit=HOURS) is None
    assert moment(short, before=5, unit=DAYS) is None
    early = due(exact(2, HOURS), "2026-03-02T07:00")
    assert moment(early, before=2, unit=HOURS) is None
    spot = working_days(1, start=StartConvention.SAME_DAY, end_of=EndOf.SESSION)
    on_the_spot = plan_warnings(due(spot, "2026-03-02T09:30"), RULES, CALENDAR)
    assert [(w.level, w.at) for w in on_the_spot] == [(RED, at("2026-03-02T17:00"))]
    one_day = due(working_days(1), "2026-03-02T09:30")
    assert [w.level for w in plan_warnings(one_day, RULES, CALENDAR)] == [YELLOW, RED]
    assert reached(plan_warnings(one_day, RULES, CALENDAR), one_day.started_at) == []


def test_the_levels_of_the_default_book_come_in_their_order():
    plan = plan_warnings(due(working_days(5), "2026-03-02"), RULES, CALENDAR)
    assert [(w.level, w.at) for w in plan] == [
        (REMINDER, at("2026-03-06T09:00")),
        (YELLOW, at("2026-03-09T09:00")),
        (RED, at("2026-03-10T00:00")),
    ]
    assert all(w.basis for w in plan)


@pytest.mark.parametrize(
    ("now", "levels"),
    [
        ("2026-03-06T08:59", []),
        ("2026-03-06T09:00", [REMINDER]),
        ("2026-03-09T09:00", [REMINDER, YELLOW]),
        ("2026-03-10T00:00", [REMINDER, YELLOW, RED]),
    ],
)
def test_a_level_is_reached_from_its_instant_on(now, levels):
    plan = plan_warnings(due(working_days(5), "2026-03-02"), RULES, CALENDAR)
    assert reached(plan, at(now)) == levels


def test_each_level_is_owed_once_and_in_order_after_a_missed_day():
    plan = plan_warnings(due(working_days(5), "2026-03-02"), RULES, CALENDAR)
    assert owed_warnings(plan, (), at("2026-03-05")) == []
    owed = owed_warnings(plan, (), at("2026-03-10T00:00"))
    assert [warning.level for warning in owed] == [REMINDER, YELLOW, RED]
    assert owed_warnings(plan, {REMINDER, YELLOW}, at("2026-04-01")) == owed[2:]


def test_an_extension_makes_the_old_plan_void():
    before, after = due(working_days(5), "2026-03-02"), due(working_days(10), "2026-03-02")
    old, new = (plan_warnings(result, RULES, CALENDAR) for result in (before, after))
    assert RED in reached(old, at("2026-03-10"))
    assert reached(new, at("2026-03-10")) == []


def test_the_ladder_is_climbed_after_the_due_date():
    result = due(working_days(5), "2026-03-02")
    rungs = plan_ladder(result, load_rulebook("default").ladder, CALENDAR)
    assert [(r.rung, r.at) for r in rungs] == [
        (Rung.REMIND, at("2026-03-06T09:00")),
        (Rung.URGE, at("2026-03-10T09:00")),
        (Rung.SUPERVISE, at("2026-03-12T09:00")),
        (Rung.BULLETIN, at("2026-03-17T09:00")),
        (Rung.INTERVIEW, at("2026-03-23T09:00")),
        (Rung.HOLD_ACCOUNTABLE, at("2026-03-30T09:00")),
    ]


@pytest.mark.parametrize(
    "timing",
    [
        {},
        {"before": 1},
        {"before": 1, "after": 1, "unit": DAYS},
        {"share": 0.5, "unit": DAYS},
        {"after": 0, "unit": DAYS},
        {"after": 1},
    ],
)
def test_a_time_that_is_not_exactly_one_thing_is_refused(timing):
    with pytest.raises(ValueError, match=r"须且只能填一项|单位"):
        LadderStep(rung=Rung.URGE, **timing)


def test_levels_weigh_in_their_order_with_blue_and_orange_between():
    levels = sorted(WarningLevel, key=lambda level: level.severity)
    assert [level.label for level in levels] == ["正常", "预警", "蓝色", "黄牌", "橙色", "红牌"]
