"""Say in Chinese how a due date came about and how a verdict was measured.

For machines the same is in the values themselves; this is what people read.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bancheng.domain.time_limits.intervals import Interval
from bancheng.domain.time_limits.terms import DueDate, Limit, StartConvention, Verdict

_MIDNIGHT: Final = "00:00"
_TICK, _MINUTE = timedelta(microseconds=1), timedelta(minutes=1)


def amount_in_words(limit: Limit) -> str:
    """时限文字: such as 5个工作日(次日起算, 当日24时届满, 末日遇休息日顺延)."""
    parts = [limit.start.label]
    if limit.start is not StartConvention.EXACT:
        parts.append(f"{limit.end_of.label}届满")
    if limit.roll_forward:
        parts.append("末日遇休息日顺延")
    return f"{limit.amount}{limit.unit.label}({', '.join(parts)})"


def explain_due(due: DueDate) -> list[str]:
    """到期说明: what was started, by which rule and calendar, every interval, and the result."""
    zone = ZoneInfo(due.zone)
    lines = [
        f"起算: {_minute(due.started_at, zone)}",
        f"时限: {due.limit.label or due.limit.id}, {amount_in_words(due.limit)}",
        f"依据: {due.limit.basis or '未注明'}; 规则版本 {due.rule_version}",
        f"日历: {due.calendar_version}",
    ]
    if due.extension and due.extension.amount:
        basis = due.extension.basis or "未注明"
        lines.append(f"延期: {due.extension.amount}{due.limit.unit.label}; 依据: {basis}")
    lines += interval_lines(due.explanation, zone)
    lines.append(f"届满: {due.due_date} 止, {_minute(due.due_at, zone)} 起为逾期")
    if due.effect:
        lines.append(f"届满后果: {due.effect.code.label}; 依据: {due.effect.basis}")
    if due.provisional:
        lines.append("暂定: 所涉日期的放假安排尚未公布, 公布后将重新计算")
    return lines


def end_in_words(due: DueDate) -> str:
    """到期文字: the last day in time; to the minute where the limit is not one of whole days."""
    is_of_days = due.limit.start is not StartConvention.EXACT
    return f"{due.due_date}" if is_of_days else _minute(due.due_at, ZoneInfo(due.zone))


def explain_verdict(verdict: Verdict, due: DueDate) -> list[str]:
    """结论说明: every interval up to the finish, and used, remaining and overdue time."""
    zone, unit = ZoneInfo(due.zone), verdict.unit.label
    late = f"逾期 {verdict.overdue}{unit}({verdict.overdue_minutes} 分钟)"
    early = f"按时, 剩余 {verdict.remaining}{unit}({verdict.remaining_minutes} 分钟)"
    return [
        f"办结: {_minute(verdict.finished_at, zone)}; 期限: {due.due_date} 止",
        f"规则版本 {verdict.rule_version}; 日历 {verdict.calendar_version}",
        *interval_lines(verdict.explanation, zone),
        f"已用: {verdict.used}{unit}({verdict.used_minutes} 分钟)",
        f"结论: {early if verdict.on_time else late}",
    ]


def interval_lines(intervals: Iterable[Interval], zone: ZoneInfo) -> list[str]:
    """时段说明: one line an interval; whole days as dates, else to the minute."""
    return [_line(interval, zone) for interval in intervals]


def _line(interval: Interval, zone: ZoneInfo) -> str:
    since, until = interval.since.astimezone(zone), interval.until.astimezone(zone)
    if f"{since:%H:%M}" == f"{until:%H:%M}" == _MIDNIGHT:
        # ``until`` is no longer part of it, so midnight closes the day before.
        first, last = since.date(), (until - _TICK).date()
        span = f"{first}" if first == last else f"{first} 至 {last}"
    else:
        end = f"{until:%H:%M}" if since.date() == until.date() else f"{until:%Y-%m-%d %H:%M}"
        span = f"{since:%Y-%m-%d %H:%M} 至 {end}"
    event = f" [{interval.event}]" if interval.event else ""
    return f"  {span}  {_counted(interval)}  {interval.reason}{event}"


def _counted(interval: Interval) -> str:
    if not interval.counted:
        return "不计"
    if interval.days:
        return f"计 {interval.days} 日"
    return f"计 {interval.time / _MINUTE:g} 分钟"


def _minute(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"
