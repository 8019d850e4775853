from datetime import timedelta

from bancheng.domain.time_limits.explain import amount_in_words, explain_due, explain_verdict
from bancheng.domain.time_limits.limit import Extension, LimitUnit, judge
from domain.time_limits.samples import CALENDAR, at, due, exact, natural_days, pause, working_days


def test_a_due_date_is_told_from_its_start_to_its_end():
    limit = working_days(5, label="一般事项", basis="某办法第三条")
    paused = pause("2026-02-12T11:00", "2026-02-13T09:00", event="第7号")
    result = due(limit, "2026-02-11", paused, extension=Extension(amount=2, basis="第五十条"))
    assert explain_due(result) == [
        "起算: 2026-02-11 10:00",
        "时限: 一般事项, 5个工作日(次日起算, 当日24时届满)",
        "依据: 某办法第三条; 规则版本 试行1",
        f"日历: {CALENDAR.version}",
        "延期: 2个工作日; 依据: 第五十条",
        "  2026-02-12  计 1 日  工作日",
        "  2026-02-13  不计  特别程序:专家评审 [第7号]",
        "  2026-02-14  计 1 日  春节调休上班",
        "  2026-02-15 至 2026-02-19  不计  春节",
        "  2026-02-20  不计  春节调休放假",
        "  2026-02-21 至 2026-02-22  不计  春节",
        "  2026-02-23  不计  春节调休放假",
        "  2026-02-24 至 2026-02-26  计 3 日  工作日",
        "  2026-02-27  计 1 日  工作日(延期)",
        "  2026-02-28  计 1 日  春节调休上班(延期)",
        "届满: 2026-02-28 止, 2026-03-01 00:00 起为逾期",
    ]


def test_a_provisional_due_date_says_so():
    assert explain_due(due(working_days(5), "2026-12-30"))[-1].startswith("暂定: ")


def test_hours_are_told_to_the_minute():
    lines = explain_due(due(exact(4, LimitUnit.WORKING_HOURS), "2026-03-06T11:00"))
    assert lines[4:7] == [
        "  2026-03-06 11:00 至 12:00  计 60 分钟  工作日",
        "  2026-03-06 12:00 至 13:00  不计  非开放时段",
        "  2026-03-06 13:00 至 16:00  计 180 分钟  工作日",
    ]


def test_a_verdict_is_told_with_what_was_used_and_left():
    result = due(working_days(5), "2026-03-02")
    in_time = explain_verdict(judge(result, at("2026-03-04T10:00"), CALENDAR), result)
    assert in_time[0] == "办结: 2026-03-04 10:00; 期限: 2026-03-09 止"
    assert in_time[-3:] == [
        "  2026-03-03 至 2026-03-04  计 2 日  工作日",
        "已用: 2个工作日(480 分钟)",
        "结论: 按时, 剩余 3个工作日(1620 分钟)",
    ]
    late = explain_verdict(judge(result, at("2026-03-10T10:00"), CALENDAR), result)
    assert late[-1] == "结论: 逾期 1个工作日(60 分钟)"


def test_a_limit_is_put_into_words_with_its_conventions():
    limit = natural_days(15, roll_forward=True)
    assert amount_in_words(limit) == "15日(次日起算, 当日24时届满, 末日遇休息日顺延)"
    assert amount_in_words(exact(2, LimitUnit.NATURAL_HOURS)) == "2小时(即时起算)"


def test_long_limits_in_hours_join_whole_days_and_still_sum():
    result = due(exact(100, LimitUnit.WORKING_HOURS), "2026-03-02T11:00")
    total = sum((i.time for i in result.explanation), timedelta())
    assert total == timedelta(hours=100)
    assert len(result.explanation) <= 14
