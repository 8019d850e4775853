"""Read what a notice or a hall changes in a calendar, from a TOML or JSON text."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from bancheng.domain.time_limits.calendar import Calendar, DayEntry, Session, Sessions
from bancheng.domain.time_limits.calendar_notice import check_notice
from bancheng.domain.time_limits.toml_reading import (
    Problems,
    TextError,
    load_toml,
    read_table,
    read_value,
)

T = TypeVar("T")
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SESSION: Final = re.compile(r"(\d{2}):([0-5]\d)-(\d{2}):([0-5]\d)")


class CalendarError(TextError):
    """日历文件有误: what is wrong with a calendar text."""

    title = "日历文件有误"


class _Head(Struct, frozen=True, kw_only=True):
    version: str
    source: str
    zone: str | None = None
    announced_through: date | None = None


def extend_calendar(base: Calendar, text: str) -> Calendar:
    """日历新版: ``base`` with what ``text`` changes, under a new version and source.

    ``version`` and ``source`` are required, ``zone`` and ``announced_through`` optional. ``days``
    maps dates to ``{kind, name, swapped, reason}``, which get the ``source``; ``hours`` maps
    ``mon`` .. ``sun``, and ``date_hours`` maps dates, to lists of sessions such as
    ``"08:30-12:00"`` (empty: closed). Everything else stays as in ``base``. Raises
    ``CalendarError`` with every problem.
    """
    problems = Problems(CalendarError)
    data = _load(text)
    read = _dated("days", data, problems, _day_entry)
    date_hours = _dated("date_hours", data, problems, _sessions)
    hours = _weekly(data, base, problems)
    head = read_table(_Head, data, "", problems)
    if head and head.version == base.version:
        problems.add("version", f"与原日历版本「{base.version}」相同", "请另起版本号")
    problems.raise_if_any()
    assert head is not None
    days = {day: replace(one, source=one.source or head.source) for day, one in read.items() if one}
    try:
        calendar = replace(
            base,
            version=head.version,
            source=head.source,
            zone=head.zone or base.zone,
            announced_through=head.announced_through or base.announced_through,
            days=dict(sorted({**_with_source(base), **days}.items())),
            hours=hours,
            date_hours=dict(sorted({**base.date_hours, **date_hours}.items())),
        )
    except ValueError as error:
        raise CalendarError([f"{error}; 请修改日历文件"]) from error
    except KeyError as error:  # ZoneInfoNotFoundError is one
        raise CalendarError([f"zone: 未知的时区「{head.zone}」; 例如 Asia/Shanghai"]) from error
    check_notice(base, calendar, days, problems)
    problems.raise_if_any()
    return calendar


def _with_source(base: Calendar) -> dict[date, DayEntry]:
    """The days of ``base``; once the calendar is another's, nobody could tell whose they were."""
    return {day: replace(one, source=base.source_of(day)) for day, one in base.days.items()}


def _load(text: str) -> dict[str, Any]:
    # No TOML document begins with a brace.
    if not text.lstrip().startswith("{"):
        return load_toml(text, CalendarError)
    try:
        return dict(json.loads(text))
    except ValueError as fault:
        raise CalendarError([f"JSON 语法错误: {fault}; 请按提示的行列修改"]) from fault


def _dated(
    name: str,
    data: dict[str, Any],
    problems: Problems,
    read: Callable[[object, str, Problems], T],
) -> dict[date, T]:
    result: dict[date, T] = {}
    for key, value in _table(name, data, problems).items():
        path = f"{name}.{key}"
        day = read_value(date, key, path, problems)
        if isinstance(day, date):
            result[day] = read(value, path, problems)
    return result


def _day_entry(value: object, path: str, problems: Problems) -> DayEntry | None:
    return read_table(DayEntry, value, path, problems)


def _weekly(data: dict[str, Any], base: Calendar, problems: Problems) -> tuple[Sessions, ...]:
    hours = list(base.hours)
    for key, value in _table("hours", data, problems).items():
        if key in _WEEKDAYS:
            hours[_WEEKDAYS.index(key)] = _sessions(value, f"hours.{key}", problems)
        else:
            problems.add(f"hours.{key}", "未知的星期", f"可用的有: {'、'.join(_WEEKDAYS)}")
    return tuple(hours)


def _table(name: str, data: dict[str, Any], problems: Problems) -> Mapping[str, object]:
    table = data.pop(name, {})
    if isinstance(table, Mapping):
        return table
    problems.add(name, "应为表", f"请写作 [{name}]")
    return {}


def _sessions(value: object, path: str, problems: Problems) -> Sessions:
    if not isinstance(value, list):
        problems.add(path, "应为时段的列表", '例如 ["08:30-12:00", "14:30-17:30"], 闭厅写作 []')
        return ()
    read = (_session(item, f"{path}[{i}]", problems) for i, item in enumerate(value))
    return tuple(session for session in read if session is not None)


def _session(value: object, path: str, problems: Problems) -> Session | None:
    found = _SESSION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        problems.add(path, f"时段 {value!r} 不合格式", "应为 08:30-12:00 这样的起止时刻")
        return None
    start_hour, start, end_hour, end = map(int, found.groups())
    try:
        return Session(start=start_hour * 60 + start, end=end_hour * 60 + end)
    except ValueError as error:
        problems.add(path, str(error), "请改正时段")
        return None
