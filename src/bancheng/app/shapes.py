"""What the fields of a struct can hold, read once from its types, and walks along them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

S = TypeVar("S", bound=msgspec.Struct)
V = TypeVar("V")
# Placeholders such as 0001-01-01 and 9999-12-31 are no times, and can not be reckoned with.
YEARS = range(1900, 3000)


def read_types(classes: Iterable[type[msgspec.Struct]]) -> None:
    """Have msgspec read the types of ``classes`` now, while there is one thread.

    It reads those of a class when the class is first used. A second thread that comes upon a
    class half read crashes the process (msgspec 0.22).
    """
    for cls in classes:
        msgspec.json.Decoder(cls, dec_hook=_never)


def _never(cls: type, _: object) -> object:
    raise NotImplementedError(cls)


@cache
def fields_holding(cls: type[msgspec.Struct], wanted: type) -> tuple[str, ...]:
    """The fields of ``cls`` whose type admits a ``wanted``, itself or deeper within."""
    hints = get_type_hints(cls, include_extras=True)
    return tuple(name for name in cls.__struct_fields__ if _admits(hints[name], wanted))


def _admits(annotation: Any, wanted: type) -> bool:
    if isinstance(annotation, type):
        if issubclass(annotation, wanted):
            return True
        if issubclass(annotation, msgspec.Struct):
            return bool(fields_holding(annotation, wanted))
    return annotation is Any or any(_admits(part, wanted) for part in get_args(annotation))


def metas_of(annotation: Any) -> Iterator[msgspec.Meta]:
    """Bounds and descriptions of ``annotation`` itself, also if it may be absent; not of parts."""
    if get_origin(annotation) is Annotated:
        yield from (meta for meta in annotation.__metadata__ if isinstance(meta, msgspec.Meta))
        yield from metas_of(annotation.__origin__)
    elif get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from metas_of(part)


def description_of(annotation: Any) -> str | None:
    """What ``annotation`` says of itself, if it does."""
    return next((meta.description for meta in metas_of(annotation) if meta.description), None)


def found_in(value: Any, wanted: type[V]) -> Iterator[V]:
    """Every ``wanted`` within ``value``, which may be a struct, a collection or the thing."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, wanted):
            yield one
        else:
            waiting += [part for _, part in _parts(one, wanted)][::-1]


def _parts(value: Any, wanted: type) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, msgspec.Struct):
        yield from ((name, getattr(value, name)) for name in fields_holding(type(value), wanted))
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list | tuple | set | frozenset):
        yield from enumerate(value)


class NaiveInstant(ValueError):
    """An instant without a time zone; ``path`` leads to it."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is an instant without a time zone")
        self.path = path


class ImpossibleTime(ValueError):
    """A day or an instant that no matter of a hall has; ``path`` leads to it."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is beyond the years of a hall")
        self.path = path


def days_beyond(data: Mapping[str, Any]) -> Iterator[str]:
    """The fields of ``data`` whose day lies where calendars can not be counted through."""
    for name, one in data.items():
        if isinstance(one, date) and not isinstance(one, datetime) and one.year not in YEARS:
            yield name


def in_utc(value: S) -> S:
    """``value`` with its instants in UTC, itself if they are.

    ``NaiveInstant`` if one is naive, ``ImpossibleTime`` if it is of another age.
    """
    changed: S = _in_utc(value, "")
    return changed


def _in_utc(value: Any, path: str) -> Any:
    if isinstance(value, datetime):
        if value.year not in YEARS:
            raise ImpossibleTime(path.removeprefix("."))
        return value if value.tzinfo is UTC else _converted(value, path)
    parts = {at: (part, _in_utc(part, f"{path}.{at}")) for at, part in _parts(value, datetime)}
    changes = {at: new for at, (old, new) in parts.items() if new is not old}
    if not changes:
        return value
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.replace(value, **changes)
    if isinstance(value, dict):
        return value | changes
    return type(value)(new for _, new in parts.values())


def _converted(instant: datetime, path: str) -> datetime:
    if instant.tzinfo is None:
        raise NaiveInstant(path.removeprefix("."))
    return instant.astimezone(UTC)
