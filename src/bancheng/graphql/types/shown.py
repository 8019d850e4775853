"""Rows of read models as GraphQL types: fields follow from the row, words and sight from a table.

A row is not copied: a field is read from it when it is asked for. An enumeration also offers its
label, a code of the rule book its word, a unit its name.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

import msgspec
import strawberry
from msgspec.structs import FieldInfo

from bancheng.app.shapes import description_of
from bancheng.domain.events import term_of
from bancheng.domain.labelled import Labelled
from bancheng.graphql.context import Asking
from bancheng.graphql.enums import enum_of
from bancheng.graphql.permissions import View

Reader = Callable[["Shown"], Any]
# Name, annotation, how it is read, and whether it is the name of a code rather than the code.
Reading = tuple[str, Any, Reader, bool]
_PLAIN = (str, int, bool, datetime, date)
# Which words of the rule book say what the code in a field means.
_RULE_BOOK = {
    "cause": "causes",
    "complexity": "complexities",
    "refusal_reason": "exclusions",
    "diverted_to": "diversions",
    "return_reason": "return_reasons",
}
_UNITS = (
    "unit",
    "lead_unit",
    "accused_unit",
    "actor_unit",
    "holder",
    "handed_to",
    "from_unit",
    "to_unit",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """展示: a row, and to whom it is shown."""

    row: Any
    asking: Asking

    def read(self, name: str) -> Any:
        """The field ``name`` of its GraphQL type."""
        return _READERS[type(self.row)][name](self)

    def beside(self, row: Any) -> "Shown | None":
        """Another row, shown to the same person."""
        return None if row is None else Shown(row, self.asking)

    def all_beside(self, rows: Iterable[Any]) -> "list[Shown]":
        """Other rows, shown to the same person."""
        return [Shown(row, self.asking) for row in rows]


def _read(shown: Shown, *, at: str) -> Any:
    return getattr(shown.row, at)


_READERS: dict[type, dict[str, Reader]] = {}
_TYPES: dict[type, Any] = {}


def read_field(source: Any, name: str) -> Any:
    """How the schema reads a field without a resolver."""
    return source.read(name) if isinstance(source, Shown) else getattr(source, name)


@dataclass(frozen=True, kw_only=True)
class Words:
    """用语: what a row's fields are called, and which of them only some may see."""

    name: str
    description: str
    fields: Mapping[str, str]
    only: Mapping[str, View] = field(default_factory=dict)


def shown_type(
    row: type[msgspec.Struct],
    words: Words,
    relations: Mapping[str, Any] | None = None,
    interface: type | None = None,
) -> Any:
    """The GraphQL type of ``row``: the fields that ``words`` name, and ``relations``.

    Of an ``interface`` the fields without a resolver are read from the row like the others.
    """
    infos = {info.name: info for info in msgspec.structs.fields(row)}
    parts = [part for name in words.fields for part in _parts(infos[name], words)]
    _READERS[row] = {part.name: part.reader for part in parts}
    namespace = {part.name: strawberry.field(description=part.description) for part in parts}
    annotations = {part.name: part.annotation for part in parts}
    body = {**namespace, **(relations or {}), "__annotations__": annotations}
    bases: tuple[type, ...] = ()
    if interface is not None:
        bases = (interface,)
        body["is_type_of"] = lambda shown, _info: isinstance(shown.row, row)
        _READERS[row] |= {name: partial(_read, at=name) for name in interface.__annotations__}
    cls = type(words.name, bases, body)
    _TYPES[row] = strawberry.type(cls, name=words.name, description=words.description)
    return _TYPES[row]


def value_type(value: type[msgspec.Struct]) -> Any:
    """The GraphQL type of a value of the domain, in the words of its own descriptions."""
    infos = msgspec.structs.fields(value)
    fields = {info.name: description_of(info.type) or "" for info in infos}
    words = Words(name=value.__name__, description=f"{term_of(value)}。", fields=fields)
    return shown_type(value, words)


def relation(resolver: Callable[..., Any], returns: Any, description: str) -> Any:
    """A field that leads to other rows. What it returns is only known when the schema is built."""
    resolver.__annotations__["return"] = returns
    return strawberry.field(resolver=resolver, description=description)


def lazily(name: str, module: str) -> Any:
    """The type ``name`` of ``module``, which is imported when the schema is built."""
    return Annotated[name, strawberry.lazy(module)]


@dataclass(frozen=True)
class _Part:
    name: str
    annotation: Any
    description: str
    reader: Reader


def _parts(info: FieldInfo, words: Words) -> Iterator[_Part]:
    view, word = words.only.get(info.name), words.fields[info.name]
    told = f"。{view.told}" if view else "。"
    for name, annotation, reader, is_name in _readings(info):
        text = f"{re.sub('(编码|代码)$', '', word)}的名称" if is_name else word
        if view is None:
            yield _Part(name, annotation, text + told, reader)
        else:
            yield _Part(name, annotation | None, text + told, _only_for(view, reader))


def _only_for(view: View, reader: Reader) -> Reader:
    return lambda shown: reader(shown) if view.shows(shown.asking.known) else None


def _readings(info: FieldInfo) -> Iterator[Reading]:
    name = info.name.removesuffix("_masked")
    bare = _bare(info.type)
    kinds = [_bare(kind) for kind in get_args(bare) or (bare,) if kind is not NoneType]
    if get_origin(bare) is tuple:
        yield from _several(name, info.name, kinds[0])
    elif info.name == "position":  # it may pass 2³¹, where GraphQL's Int ends
        yield name, str, lambda shown: str(shown.row.position), False
    else:
        optional = NoneType in get_args(bare)
        for at, annotation, reader, is_name in _one(name, info.name, kinds[0]):
            yield at, annotation | None if optional else annotation, reader, is_name


def _bare(annotation: Any) -> Any:
    """``annotation`` without its bounds and descriptions."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _one(name: str, at: str, kind: Any) -> Iterator[Reading]:
    if issubclass(kind, Labelled):
        twin = enum_of(kind)
        yield name, twin, lambda shown: _twin(twin, getattr(shown.row, at)), False
        yield f"{name}_label", str, lambda shown: _label(getattr(shown.row, at)), True
    elif kind in _PLAIN:
        yield name, kind, lambda shown: getattr(shown.row, at), False
    elif kind in _TYPES:
        yield name, _TYPES[kind], lambda shown: shown.beside(getattr(shown.row, at)), False
    else:
        raise TypeError(f"{kind} has no GraphQL type")
    if at in _RULE_BOOK:
        yield f"{name}_label", str | None, partial(_word, at=at), True
    if at in _UNITS and kind is str:
        yield f"{name}_name", str | None, partial(_unit_name, at=at), True


def _several(name: str, at: str, kind: Any) -> Iterator[Reading]:
    if issubclass(kind, Labelled):
        twin: Any = enum_of(kind)
        yield name, list[twin], lambda shown: [twin(x.value) for x in getattr(shown.row, at)], False
        yield f"{name}_label", str, lambda shown: _labels(getattr(shown.row, at)), True
    else:
        yield name, list[kind], lambda shown: list(getattr(shown.row, at)), False


def _twin(twin: Any, value: Labelled | None) -> Any:
    return None if value is None else twin(value.value)


def _label(value: Labelled | None) -> str | None:
    return None if value is None else value.label


def _labels(values: Iterable[Labelled]) -> str:
    return "、".join(value.label for value in values)


def _word(shown: Shown, *, at: str) -> str | None:
    known: Iterable[Any] = getattr(shown.asking.services.rules.rulebook(), _RULE_BOOK[at])
    code = getattr(shown.row, at)
    return next((term.label for term in known if term.code == code), None)


async def _unit_name(shown: Shown, *, at: str) -> str | None:
    code = getattr(shown.row, at)
    unit = None if code is None else await shown.asking.loaders.unit(code)
    return None if unit is None else unit.name
