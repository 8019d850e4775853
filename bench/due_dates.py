"""How long one due date with its explanation takes: the median and the 99th percentile in µs.

Run: .venv/bin/python bench/due_dates.py
"""

import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from functools import partial

from bancheng.domain.time_limits.limit import (
    Limit,
    LimitUnit,
    Pause,
    StartConvention,
    decide_due,
    judge,
)
from bancheng.domain.time_limits.plan import plan_warnings
from bancheng.infra.calendars import national_calendar
from bancheng.infra.rulebooks import load_rulebook

ROUNDS = 2000
LIMIT_US = 100
CALENDAR = national_calendar()
RULES = load_rulebook("default").warnings


def limit(amount, unit):
    exact = not unit.is_days
    start = StartConvention.EXACT if exact else StartConvention.NEXT_DAY
    return Limit(id="bench", amount=amount, unit=unit, start=start)


def pause(started):
    until = started + timedelta(days=9)
    return Pause(ground="检测", started_at=started, told_at=started, approved_until=until)


def starts():
    chance = random.Random(7)
    first = datetime(2024, 1, 1, tzinfo=UTC)
    return [first + timedelta(minutes=chance.randrange(2 * 365 * 1440)) for _ in range(ROUNDS)]


def measured(act):
    for start in starts()[:50]:
        act(start)  # the indexes of the years
    took = []
    for start in starts():
        begin = time.perf_counter()
        act(start)
        took.append((time.perf_counter() - begin) * 1e6)
    return statistics.median(took), statistics.quantiles(took, n=100)[98]


def decided(rule, start, pauses=()):
    return decide_due(rule, start, CALENDAR, rulebook_version="bench", pauses=pauses)


def main():
    cases = {
        f"{amount} {unit.label}": partial(decided, limit(amount, unit))
        for amount, unit in (
            (1, LimitUnit.WORKING_DAYS),
            (5, LimitUnit.WORKING_DAYS),
            (20, LimitUnit.WORKING_DAYS),
            (60, LimitUnit.WORKING_DAYS),
            (60, LimitUnit.NATURAL_DAYS),
            (4, LimitUnit.WORKING_HOURS),
            (48, LimitUnit.WORKING_HOURS),
            (24, LimitUnit.NATURAL_HOURS),
        )
    }
    twenty = limit(20, LimitUnit.WORKING_DAYS)
    cases["20 个工作日, 一次暂停"] = lambda start: decided(twenty, start, [pause(start)])
    worst = 0.0
    for name, act in cases.items():
        median, high = measured(act)
        worst = max(worst, median)
        print(f"{name}: 中位 {median:.1f} µs, 99% {high:.1f} µs")
    for name, act in (
        ("判定(20 个工作日)", lambda start: judge(decided(twenty, start), start, CALENDAR)),
        ("预警计划", lambda start: plan_warnings(decided(twenty, start), RULES, CALENDAR)),
    ):
        print(f"{name}, 含到期计算: 中位 {measured(act)[0]:.1f} µs")
    print(f"最慢的中位 {worst:.1f} µs, 目标 {LIMIT_US} µs 以内")
    if worst > LIMIT_US:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
