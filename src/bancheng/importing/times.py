"""Times as people write them in tables: with a clock or without, and what is no time at all."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from bancheng.domain.errors import InvalidInput

_DAY: Final = (
    r"(?P<y>\d{4})(?:(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})"
    r"|年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})[日号]|(?P<m3>\d{2})(?P<d3>\d{2}))"
)
_WEEKDAY: Final = r"(?:\s*\(?(?:星期|周|礼拜)(?P<w>[一二三四五六日天])\)?)?"
_CLOCK: Final = (
    r"(?P<half>上午|下午)?(?P<h>\d{1,2})(?::(?P<n>\d{2})(?::(?P<s>\d{2})(?:\.\d{1,9})?)?"
    r"|[时点](?:(?P<n2>\d{1,2})分(?:(?P<s2>\d{1,2})秒)?)?)(?:\s*(?P<half2>上午|下午|[AP]M))?"
)
_TIME: Final = re.compile(rf"{_DAY}{_WEEKDAY}(?:[ T日]*{_CLOCK})?", re.IGNORECASE)
# 20240105080500, as one system hands it to another.
_DIGITS: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?")
_AFTERNOON: Final = ("下午", "PM")
_WEEK: Final = "一二三四五六日"
_NOON: Final = 12
_ISO_DAY_LENGTH: Final = len("2026-01-31")
# What no hall has on paper or has planned: 0001, 1900 and 9999 stand for "none" in other systems.
_YEARS: Final = range(1950, 2101)


class Told(NamedTuple):
    """所述时间: a time as it was written, in its own zone if it names one.

    ``is_day``: without a clock, so that it says no more than that day; its clock is 00:00 then.
    """

    at: datetime
    is_day: bool

    def checked(self, term: str, field: str | None = None) -> "Told":
        """Itself; ``InvalidInput`` if it is what other systems write for "no date"."""
        if self.at.year not in _YEARS:
            raise InvalidInput(
                "TIME_IMPLAUSIBLE",
                f"{term}「{self.at.year:04d}-{self.at:%m-%d}」不是实际日期"
                f"(年份须在 {_YEARS[0]} 至 {_YEARS[-1]} 之间)",
                field=term if field is None else field,
                remedy="请填写实际日期;没有日期的请留空",
            )
        return self


def told(text: str) -> Told | None:
    """The time that ``text`` says: 2024-01-05 08:05, 2024/1/5, 2024年1月5日 8时5分, 20240105.

    With its weekday, if that is the right one; with 上午, 下午, AM or PM before or after its clock.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if digits := _DIGITS.fullmatch(plain):
        plain = "{}-{}-{} {}:{}:{}".format(*digits.groups(default="00"))
    found = _TIME.fullmatch(plain)
    if found is None:
        return None
    part = {name: value for name, value in found.groupdict().items() if value}
    month, day = (next(part[n] for n in (f"{a}", f"{a}2", f"{a}3") if n in part) for a in "md")
    try:
        at = datetime(int(part["y"]), int(month), int(day))  # noqa: DTZ001  its reader knows whose
        if part.get("w", "").replace("天", "日") not in ("", _WEEK[at.weekday()]):
            return None  # nobody can tell which of the two was meant
        return Told(at + _since_midnight(part), is_day="h" not in part)
    except ValueError:
        return None


def of_cell(value: date) -> Told:
    """The time of a spreadsheet's date cell, which has a clock unless that is midnight."""
    at = value if isinstance(value, datetime) else datetime.combine(value, time())
    return Told(at, is_day=(at.hour, at.minute, at.second) == (0, 0, 0))


def time_in(text: str, forms: tuple[str, ...]) -> Told | None:
    """The time that ``text`` says in the first of ``forms`` (as `strptime` has them) it fits."""
    for form in forms:
        try:
            at = datetime.strptime(text, form)  # noqa: DTZ007  whose zone it is, its reader knows
        except ValueError:
            continue
        return Told(at, is_day=not any(sign in form for sign in ("%H", "%I", "%c", "%X")))
    return None


def iso_in(text: str) -> Told | None:
    """The time that ``text`` says in ISO 8601, which may name its zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return Told(at, is_day=len(text) <= _ISO_DAY_LENGTH and at.tzinfo is None)


def _since_midnight(part: dict[str, str]) -> timedelta:
    hour, minute, second = (
        int(part.get(name) or part.get(f"{name}2") or 0) for name in ("h", "n", "s")
    )
    halves = [part[name].upper() for name in ("half", "half2") if name in part]
    if halves:
        if not 1 <= hour <= _NOON or len(halves) > 1:
            raise ValueError(hour)
        hour = hour % _NOON + (_NOON if halves[0] in _AFTERNOON else 0)
    clock = datetime(2000, 1, 1, hour, minute, second)  # noqa: DTZ001  raises on 24:00 and 8:61
    return clock - datetime(2000, 1, 1)  # noqa: DTZ001
