"""What a reader asks of a ledger and gets back: filter, window, page. No SQL."""

import hashlib
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Generic, TypeVar, get_args, get_type_hints

import msgspec

from bancheng.domain.errors import InvalidInput
from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.projections.ledger.full_text import Written, compared
from bancheng.projections.ledger.searching import SEARCH, Words, patterns_of, patterns_of_words
from bancheng.projections.ledger.widths import narrow

PAGE_MAX = 200
_MARK_LENGTH = 12

R = TypeVar("R")


class LevelAt(msgspec.Struct, frozen=True, kw_only=True):
    """级别条件: a limit is running and at ``level`` at ``now``."""

    level: WarningLevel
    now: datetime


def level_name(level: WarningLevel) -> str:
    """What the condition for ``level`` is called."""
    return f"level_{level}"


class HoldsAt(msgspec.Struct, frozen=True, kw_only=True):
    """此刻条件: whether something holds at ``now``, such as that time stands still."""

    holds: bool
    now: datetime

    def compared(self, name: str) -> dict[str, Any]:
        """What the condition of the filter ``name`` compares with."""
        return {holds_name(name, holds=self.holds): self.now}


def holds_name(name: str, *, holds: bool) -> str:
    """What the condition of the filter ``name`` is called, and that of its opposite."""
    return f"{name}_now" if holds else f"not_{name}_now"


class WhoAt(msgspec.Struct, frozen=True, kw_only=True):
    """何人此刻: that something is so at ``now`` of the member of staff ``who``."""

    who: str
    now: datetime

    def compared(self, name: str) -> dict[str, Any]:
        """What the condition of the filter ``name`` compares with."""
        return {name: self.who, now_name(name): self.now}


def now_name(name: str) -> str:
    """What the instant of the filter ``name`` is called."""
    return f"{name}_now"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """筛选: every field that is set must hold. Each ledger has its own."""

    def chosen(self) -> dict[str, Any]:
        """The fields that are set, as the database compares them."""
        fields = msgspec.structs.asdict(self)
        filled = (field for field in fields.items() if field[1] is not None and field[1] != ())
        searches = _searches(type(self))
        compared: dict[str, Any] = {}
        for name, value in filled:
            compared |= _compared(name, value, name in searches)
        return compared

    def mark(self) -> str:
        """What tells this question from another, whenever it is asked."""
        asked = {name: _timeless(value) for name, value in msgspec.structs.asdict(self).items()}
        text = msgspec.json.encode({name: one for name, one in asked.items() if one})
        return hashlib.sha256(text).hexdigest()[:_MARK_LENGTH]


def _timeless(value: Any) -> Any:
    match value:
        case LevelAt(level=level):
            return [level]
        case HoldsAt(holds=holds):
            return [holds]
        case WhoAt(who=text) | Words(text=text) | Written(text=text):
            return [text]
        case None | ():
            return None
    return [value]


@cache
def _searches(cls: type[Filter]) -> frozenset[str]:
    hints = get_type_hints(cls, include_extras=True)
    return frozenset(name for name, hint in hints.items() if _is_search(hint))


def _is_search(hint: Any) -> bool:
    return SEARCH in getattr(hint, "__metadata__", ()) or any(map(_is_search, get_args(hint)))


def _is_number(name: str, value: Any) -> bool:
    """Whether ``value`` is one of the hall's own numbers and codes, which are all narrow."""
    return type(value) is str and name.endswith(("number", "_no", "code"))


def _compared(name: str, value: Any, is_search: bool) -> dict[str, Any]:  # noqa: FBT001
    if isinstance(value, LevelAt):
        return {level_name(value.level): value.now}
    if isinstance(value, HoldsAt | WhoAt):
        return value.compared(name)
    if isinstance(value, Words):
        return patterns_of_words(name, value)
    if isinstance(value, Written):
        return compared(name, value)
    if not is_search:
        return {name: narrow(value).strip() if _is_number(name, value) else value}
    return patterns_of(name, value)


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """分页: the ``first`` rows behind ``after``, or the ``last`` ones before ``before``."""

    sort: Labelled
    descending: bool = False
    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @property
    def is_backward(self) -> bool:
        """Whether ``last`` rows are asked for."""
        return self.last is not None

    @property
    def cursor(self) -> str | None:
        """The cursor to go on from."""
        return self.before if self.is_backward else self.after

    def size(self) -> int:
        """How many rows; ``InvalidInput`` if that is not one clear, bounded question."""
        if (self.first is None) == (self.last is None) or self._stray_cursor() is not None:
            raise InvalidInput(
                "PAGE_AMBIGUOUS",
                "分页须填 first(可配 after)或 last(可配 before),二者择一",
                field="first",
                remedy="请只填一组分页参数",
            )
        size = self.last if self.first is None else self.first
        if size is None or not 1 <= size <= PAGE_MAX:
            raise InvalidInput(
                "PAGE_SIZE_OUT_OF_RANGE",
                f"每页须为 1 至 {PAGE_MAX} 条,而不是 {size} 条",
                field="last" if self.is_backward else "first",
                remedy="请减小每页条数,用游标翻页",
            )
        return size

    def _stray_cursor(self) -> str | None:
        return self.after if self.is_backward else self.before


class Page(msgspec.Struct, Generic[R], frozen=True, kw_only=True):
    """一页: rows, and the cursor of each."""

    rows: tuple[R, ...]
    cursors: tuple[str, ...]
    has_next: bool
    has_previous: bool


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """期间: some days of the hall, both included."""

    first_day: date
    last_day: date

    def days(self, most: int) -> list[date]:
        """The days; ``InvalidInput`` if there are none or more than ``most``."""
        length = (self.last_day - self.first_day).days + 1
        if not 1 <= length <= most:
            raise InvalidInput(
                "PERIOD_OUT_OF_RANGE",
                f"期间须为 1 至 {most} 天,而不是 {length} 天",
                field="last_day",
                remedy="请更正起止日期,或分次统计",
            )
        return [self.first_day + timedelta(days=n) for n in range(length)]
