"""From a command class to its GraphQL input type, and from such an input back to plain data."""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
import strawberry
from msgspec.structs import FieldInfo

from bancheng.app.shapes import description_of, metas_of
from bancheng.domain.events import term_of
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Personal
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.graphql.enums import enum_of
from bancheng.projections.ledger.full_text import Written
from bancheng.projections.ledger.searching import Words
from bancheng.projections.ledger.windows import HoldsAt, LevelAt, WhoAt

_SCALARS = (str, int, float, bool, datetime, date)
_AT: Mapping[type, Any] = {
    LevelAt: enum_of(WarningLevel), HoldsAt: bool, WhoAt: str, Words: str, Written: str,
}  # fmt: skip


@cache
def input_of(struct: type[msgspec.Struct]) -> type:
    """The input type of a command, or of a struct within one."""
    return _input_of(struct, {})


def filter_of(struct: type[msgspec.Struct], words: Mapping[str, str]) -> type:
    """The input type of a ledger's filter, its fields called as ``words`` say."""
    return _input_of(struct, words)


def _input_of(struct: type[msgspec.Struct], words: Mapping[str, str]) -> type:
    fields = msgspec.structs.fields(struct)
    # A dataclass wants what has no default first; the general remark comes last.
    ordered = sorted(fields, key=lambda info: (not info.required, info.name == "why"))
    namespace = {info.name: _field(info, words.get(info.name)) for info in ordered}
    annotations = {info.name: _annotation(info, words.get(info.name)) for info in ordered}
    name = f"{struct.__name__}Input"
    cls = type(name, (), {**namespace, "__annotations__": annotations})
    return strawberry.input(cls, name=name, description=f"{term_of(struct)}: 填写内容。")


def data_of(value: Any) -> Any:
    """What was filled in, as plain data with the names of the command; absent stays absent."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return [data_of(item) for item in value]
    if dataclasses.is_dataclass(value):
        pairs = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value))
        return {name: data_of(part) for name, part in pairs if part is not strawberry.UNSET}
    return value


def graphql_type(annotation: Any) -> Any:
    """The annotation that Strawberry reads, for the annotation that msgspec reads."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return graphql_type(args[0])
    if origin in (Union, UnionType):
        (present,) = (part for part in args if part is not NoneType)
        return graphql_type(present) | None
    if origin in (tuple, list):
        return list[graphql_type(args[0])]  # type: ignore[misc]
    return _named_type(annotation)


def _named_type(cls: Any) -> Any:
    if issubclass(cls, Personal):
        return str
    if issubclass(cls, Labelled):
        return enum_of(cls)
    if cls in _AT:  # a client names the level, we the instant
        return _AT[cls]
    if issubclass(cls, msgspec.Struct):
        return input_of(cls)
    if cls in _SCALARS:
        return cls
    raise TypeError(f"{cls.__name__} has no place in a GraphQL input")


def _annotation(info: FieldInfo, word: str | None) -> Any:
    kind = graphql_type(info.type)
    return kind if word is None or info.default != () else kind | None


def _field(info: FieldInfo, word: str | None) -> Any:
    description = f"{word}。" if word else _description(info.type)
    if info.required:
        return strawberry.field(description=description)
    # A list that is given empty asks for one of nothing: another thing than to leave it out.
    if info.default is None or (word and info.default == ()):
        return strawberry.field(description=description, default=strawberry.UNSET)
    default = _default(info.default)
    if isinstance(default, list):
        return strawberry.field(description=description, default_factory=lambda: list(default))
    return strawberry.field(description=description, default=default)


def _default(value: Any) -> Any:
    """A command's default, as the input type's own members."""
    if isinstance(value, tuple):
        return [_default(part) for part in value]
    return enum_of(type(value))(value.value) if isinstance(value, Labelled) else value


def _description(annotation: Any) -> str:
    metas = list(metas_of(annotation))
    personal = next(_found(annotation, Personal), None)
    spoken = description_of(annotation)
    if spoken is None:
        spoken = term_of(personal) if personal else ""
    if personal and "字以内" not in spoken:
        metas.append(msgspec.Meta(max_length=personal.length_max))
    counted = "项" if any(_found(annotation, (tuple, list))) else "字"
    bounds = ";".join(_bounds(metas, counted))
    return f"{spoken}({bounds})。" if bounds else f"{spoken}。"


_BOUNDS = {
    "min_length": "至少 {} {}",
    "max_length": "最多 {} {}",
    "ge": "不小于 {}",
    "le": "不大于 {}",
}


def _bounds(metas: list[msgspec.Meta], counted: str) -> Iterator[str]:
    for meta in metas:
        for name, phrase in _BOUNDS.items():
            if (bound := getattr(meta, name)) is not None:
                yield phrase.format(bound, counted)


def _found(annotation: Any, wanted: Any) -> Iterator[Any]:
    cls = annotation if isinstance(annotation, type) else get_origin(annotation)
    if isinstance(annotation, wanted) or (isinstance(cls, type) and issubclass(cls, wanted)):
        yield annotation
    else:
        for part in get_args(annotation):
            yield from _found(part, wanted)
