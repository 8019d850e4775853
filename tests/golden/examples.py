"""Deterministic examples of any event, built from the types of its fields."""

import enum
import types
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec.structs import replace

from bancheng.domain.case.recall import DeadlineReopened
from bancheng.domain.events import Channel, Envelope
from bancheng.domain.items import ServiceItem
from bancheng.domain.people import (
    Actor,
    Address,
    FreeText,
    IdNumber,
    Personal,
    PersonName,
    Phone,
    Role,
)
from bancheng.domain.time_limits.calendar import Calendar, DayEntry, DayKind, Session
from bancheng.domain.time_limits.levels import Rung, WarningLevel
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.domain.time_limits.terms import (
    DueDate,
    EndOf,
    Limit,
    LimitUnit,
    Pause,
    PauseKind,
    StartConvention,
)
from bancheng.domain.time_limits.thresholds import LadderStep, Threshold

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
PERSON = "person-golden"
TICKET = "ticket-golden"

# What the types do not say: fields that depend on each other, or have a pattern.
BY_HAND: dict[type[msgspec.Struct], dict[str, Any]] = {
    Limit: {
        "unit": LimitUnit.NATURAL_DAYS,
        "start": StartConvention.SAME_DAY,
        "end_of": EndOf.SESSION,
        "roll_forward": True,
    },
    Pause: {"kind": PauseKind.SUSPENDED, "approved_until": AT + timedelta(days=3)},
    Session: {"start": 510, "end": 720},
    RuleBook: {
        "warnings": (Threshold(level=WarningLevel.RED, after=0, basis="电子监察"),),
        "ladder": (LadderStep(rung=Rung.URGE, after=1, unit=LimitUnit.WORKING_DAYS),),
    },
    ServiceItem: {"code": "0140001-0001", "children": ("0140001-0002",)},
    Calendar: {
        "zone": "Asia/Shanghai",
        "days": {date(2027, 1, 1): DayEntry(kind=DayKind.DAY_OFF, name="元旦")},
        "working_weekdays": (0, 1, 2, 3, 4),
        "hours": (((Session(start=510, end=720)),),) * 7,
        "date_hours": {date(2027, 1, 4): (Session(start=540, end=720),)},
    },
}

_PLAIN: dict[type, Any] = {
    bool: True,
    int: 3,
    float: 1.5,
    Decimal: Decimal("1.50"),
    datetime: AT,
    date: date(2026, 3, 2),
    time: time(9, 30),
    timedelta: timedelta(hours=2),
    bytes: b"\x00\x01",
}
_PERSONAL: dict[type[Personal], str] = {
    PersonName: "张建国",
    Phone: "13800138000",
    IdNumber: "11010119900101123X",
    Address: "科尔沁区永安路 12 号 3 单元",
}

ENVELOPE = Envelope(
    event_id="0195546b-d640-7000-8000-000000000001",
    occurred_at=AT,
    recorded_at=AT + timedelta(minutes=5),
    actor=Actor(id="w-101", name="李敏", post="窗口一", unit="hall", roles=(Role.WINDOW_CLERK,)),
    channel=Channel.WINDOW,
    window="A03",
    terminal="A03-2",
    act="GoldenAct",
    request_id="req-1",
    key="key-1",
    basis="首问负责制",
    why=FreeText("群众来电 13900139000 催问", owner=TICKET),
    source_system="12345",
    source_id="A-1",
    batch_id="batch-1",
)


def example(cls: type[Any], *, full: bool) -> Any:
    """A full example fills every field; a bare one leaves out what has a default."""
    hints = get_type_hints(cls, include_extras=True)
    by_hand = BY_HAND.get(cls, {})
    names = [
        info.name
        for info in msgspec.structs.fields(cls)
        if full or info.required or (cls is Pause and info.name in by_hand)
    ]
    return cls(
        **{
            name: by_hand[name] if name in by_hand else _value(hints[name], name, full=full)
            for name in names
        }
    )


def _value(annotation: Any, name: str, *, full: bool) -> Any:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _fitted(_value(args[0], name, full=full), args[1:])
    if origin in (Union, types.UnionType):
        return _value(next(arg for arg in args if arg is not type(None)), name, full=full)
    if origin is Literal:
        return args[0]
    if origin is not None:
        return _collection(origin, args, name, full=full)
    if not isinstance(annotation, type):
        raise TypeError(f"no example for {name}: {annotation}; give one in BY_HAND")
    return _single(annotation, name, full=full)


def _single(cls: type, name: str, *, full: bool) -> Any:
    if issubclass(cls, Personal):
        is_text = cls not in _PERSONAL
        return cls(
            f"{name}:窗口答复不一致,电话 13700137000" if is_text else _PERSONAL[cls],
            owner=TICKET if is_text else PERSON,
        )
    if issubclass(cls, enum.Enum):
        return next(iter(cls))
    if issubclass(cls, msgspec.Struct):
        return example(cls, full=full)
    if issubclass(cls, str):
        return f"{name}-示例"
    if cls not in _PLAIN:
        raise TypeError(f"no example for {name}: {cls.__name__}; give one in BY_HAND")
    return _PLAIN[cls]


def _collection(origin: Any, args: tuple[Any, ...], name: str, *, full: bool) -> Any:
    if issubclass(origin, Mapping):
        return {_value(args[0], name, full=full): _value(args[1], name, full=full)}
    if issubclass(origin, tuple) and args[-1] is not ...:
        return tuple(_value(arg, name, full=full) for arg in args)
    return origin((_value(args[0], name, full=full),))


def _fitted(value: Any, metas: tuple[Any, ...]) -> Any:
    for meta in metas:
        if isinstance(meta, msgspec.Meta) and type(value) is str:
            value = value[: meta.max_length].ljust(meta.min_length or 0, "例")
        elif isinstance(meta, msgspec.Meta) and isinstance(value, int | float):
            value = max(value, meta.ge or value) if meta.le is None else min(value, meta.le)
    return value


# The only pause that is over when it is recorded; every other example has one that was approved.
_LEFT_OUT = Pause(
    kind=PauseKind.EXCLUDED,
    ground="决定有误,作出至撤回期间",
    started_at=AT,
    resumed_at=AT + timedelta(days=3),
)
BY_HAND[DeadlineReopened] = {
    "due": replace(example(DueDate, full=True), pauses=(_LEFT_OUT,)),
}
