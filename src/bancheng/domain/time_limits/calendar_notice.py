"""放假安排: what a notice must say to be believed, and which days a calendar changes.

A notice is typed by hand from a text. A holiday that was forgotten would silently be worked
through, and a day worked that no day off pays for makes somebody late who is not.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bancheng.domain.time_limits.calendar import Calendar, DayEntry, DayKind, Sessions
from bancheng.domain.time_limits.statutory import holidays_of
from bancheng.domain.time_limits.toml_reading import Problems

# How many days each has by law (全国年节及纪念日放假办法, 2024), where the almanac is not known.
_LUNAR: Final = {"春节": 4, "端午": 1, "中秋": 1}
_YEARS_AT_ONCE: Final = 3
_WEEKDAYS: Final = ("一", "二", "三", "四", "五", "六", "日")
_SAY_SO: Final = "确需如此的,请在该日写明 reason"


class DayChange(Struct, frozen=True, kw_only=True):
    """日历变动: a day that is worked and was not, or the other way, or is open at other times.

    ``before`` and ``after`` are what the day is, as people read it.
    """

    day: date
    before: str
    after: str
    source: str


class SettingChange(Struct, frozen=True, kw_only=True):
    """设置变动: what holds for all days: the zone, the hours of a weekday, how far it is firm.

    ``before`` and ``after`` are as people read them.
    """

    setting: str
    before: str
    after: str


def check_notice(
    base: Calendar, calendar: Calendar, days: Mapping[date, DayEntry], problems: Problems
) -> None:
    """Add what ``calendar``, made of ``base`` by the ``days`` of a text, can not rightly say.

    What has a ``reason`` was said on purpose.
    """
    first, last = base.announced_through.year + 1, calendar.announced_through.year
    if last - first >= _YEARS_AT_ONCE:
        problems.add("announced_through", "放假通知按年公布,不能一次公布到此日", "请核对年份")
        return
    for year in range(first, last + 1):
        _check_year(calendar, year, problems)
    _check_make_up(calendar, days, problems)


def changes_between(old: Calendar, new: Calendar) -> list[DayChange]:
    """Every day that ``new`` makes another one by itself, in order, and by which source.

    What a day has of its week, zone or announcement is in `settings_between`: it is said once there
    and not for each day of the week.
    """
    known = {*old.days, *new.days, *old.date_hours, *new.date_hours, *_became_firm(old, new)}
    # Else every make-up workday since 2004 would be a change once Mondays open earlier.
    of_new_week = replace(old, hours=new.hours)
    alone = old.date_hours.keys() | new.date_hours.keys()
    return [
        DayChange(
            day=day,
            before=_said(old, day, alone),
            after=_said(new, day, alone),
            source=new.source_of(day),
        )
        for day in sorted(known)
        if _differs(of_new_week, new, day)
    ]


def settings_between(old: Calendar, new: Calendar) -> list[SettingChange]:
    """What ``new`` changes for all days at once; by it limits move that no changed day touches."""
    before, after = _settings(old), _settings(new)
    return [
        SettingChange(setting=setting, before=before[setting], after=said)
        for setting, said in after.items()
        if said != before[setting]
    ]


def _settings(calendar: Calendar) -> dict[str, str]:
    return {
        "时区": calendar.zone,
        "放假安排公布至": str(calendar.announced_through),
        **{
            f"每周{name}办公时段": _hours_in_words(hours)
            for name, hours in zip(_WEEKDAYS, calendar.hours, strict=True)
        },
    }


def _hours_in_words(sessions: Sessions) -> str:
    """开放时段: ``09:00-12:00、13:00-17:00``."""
    return "、".join(f"{_clock(one.start)}-{_clock(one.end)}" for one in sessions) or "不开放"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _differs(old: Calendar, new: Calendar, day: date) -> bool:
    worked = old.is_working_day(day), new.is_working_day(day)
    return worked[0] is not worked[1] or old.sessions(day) != new.sessions(day)


def _said(calendar: Calendar, day: date, alone: Collection[date]) -> str:
    """What ``day`` is, with its opening if it is one of those that have hours ``alone``."""
    reason = calendar.reason(day)
    return f"{reason}({_hours_in_words(calendar.sessions(day))})" if day in alone else reason


def _became_firm(old: Calendar, new: Calendar) -> Iterator[date]:
    """The days that only the law named so far; a notice may have arranged them otherwise."""
    day = old.announced_through
    while day < new.announced_through:
        day += timedelta(days=1)
        yield day


def _check_year(calendar: Calendar, year: int, problems: Problems) -> None:
    """A year that is announced without its holidays would silently be worked through."""
    holidays = holidays_of(year, calendar.festivals)
    for day, name in holidays:
        if calendar.is_working_day(day) and not _has_reason(calendar, day):
            what_to_do = f"请补全{year}年的放假安排;{_SAY_SO}"
            problems.add(f"days.{day}", f"法定节假日「{name}」未列为放假", what_to_do)
    named = {name for _, name in holidays}
    off = [one.name for day, one in calendar.days.items() if day.year == year and _is_off(one)]
    for name, least in _LUNAR.items():
        if name not in named and sum(name in one for one in off) < least:
            problems.add(
                "days", f"{year}年缺少「{name}」放假({least}天)", f"请补全{year}年的放假安排"
            )


def _check_make_up(calendar: Calendar, days: Mapping[date, DayEntry], problems: Problems) -> None:
    worked = [day for day, one in sorted(days.items()) if one.kind is DayKind.MAKE_UP_WORKDAY]
    on_purpose = {day for day in worked if days[day].reason}
    for day in worked:
        if day.weekday() in calendar.working_weekdays and day not in on_purpose:
            problems.add(f"days.{day}", "本来就是工作日,不能是调休上班", _SAY_SO)
    paid_by = [day for day, one in days.items() if _is_off(one) and _pays(calendar, day)]
    unpaid = [day for day in worked if day not in on_purpose][len(paid_by) :]
    if unpaid:
        problems.add(
            f"days.{unpaid[0]}",
            f"调休上班{len(worked)}天,而以此换得的工作日放假只有{len(paid_by)}天",
            f"请补全所换的放假日;{_SAY_SO}",
        )


def _pays(calendar: Calendar, day: date) -> bool:
    """Whether a day off would else be worked, and the law alone does not give it."""
    by_law = {one for one, _ in holidays_of(day.year, calendar.festivals)}
    return day.weekday() in calendar.working_weekdays and day not in by_law


def _is_off(entry: DayEntry) -> bool:
    return entry.kind is DayKind.DAY_OFF


def _has_reason(calendar: Calendar, day: date) -> bool:
    found = calendar.days.get(day)
    return found is not None and bool(found.reason)
