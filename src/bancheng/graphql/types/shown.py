"""Rows as GraphQL types: fields, words and sight follow from the declaration of the row.

A row is not copied: a field is read from it when it is asked for. An enumeration also offers its
label, a code of the rule book its word, a unit its name.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from inspect import isawaitable
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin

import msgspec
import strawberry
from strawberry.types.field import StrawberryField

from bancheng.app.accesses import MATTERS
from bancheng.app.shapes import description_of
from bancheng.domain.events import term_of
from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.imported_terms import terms_read
from bancheng.graphql.context import Asking
from bancheng.graphql.enums import enum_of
from bancheng.graphql.looks import looks
from bancheng.projections.ledger.fields import (
    Field,
    Leads,
    Mark,
    Word,
    fields_of,
    unit_code,
)
from bancheng.projections.machine.columns import MASKED
from bancheng.projections.sight import View

Reader = Callable[["Shown"], Any]
_PLAIN = (str, int, float, bool, datetime, date)
WITH_THE_ROW: Final = None  # the sight of a relation that everybody has who sees the row


@dataclass(frozen=True, slots=True)
class Shown:
    """展示: a row, and to whom it is shown."""

    row: Any
    asking: Asking

    def __post_init__(self) -> None:
        # Here, where every row passes that is shown: what is read for an answer is seen.
        at = _MATTERS.get(type(self.row))
        if at is not None and (matter_id := getattr(self.row, at)).startswith(MATTERS):
            looks().saw(matter_id)

    def read(self, name: str) -> Any:
        """The field ``name`` of its GraphQL type."""
        return _READERS[type(self.row)][name](self)

    def beside(self, row: Any) -> "Shown | None":
        """Another row, shown to the same person."""
        return None if row is None else Shown(row, self.asking)

    def all_beside(self, rows: Iterable[Any]) -> "list[Shown]":
        """Other rows, shown to the same person."""
        return [Shown(row, self.asking) for row in rows]


# By which field each kind of row names its matter: the stream whose events change it.
_MATTERS: dict[type, str] = {}
_READERS: dict[type, dict[str, Reader]] = {}
_TYPES: dict[type, Any] = {}


def read_field(source: Any, name: str) -> Any:
    """How the schema reads a field without a resolver."""
    return source.read(name) if isinstance(source, Shown) else getattr(source, name)


def shown_type(
    row: type[msgspec.Struct],
    name: str,
    description: str,
    relations: Mapping[str, Any] | None = None,
    *,
    interface: type | None = None,
    fields: Sequence[Field] | None = None,
) -> Any:
    """The GraphQL type of ``row``: its fields that have a word, and ``relations``.

    Of an ``interface`` the fields without a resolver are read from the row like the others.
    """
    taken = {*(relations or {}), *(interface.__annotations__ if interface else {})}
    shown = [one for one in fields or fields_of(row) if one.is_shown and one.name not in taken]
    parts = [part for one in shown for part in _parts(one)]
    if named_by := [one.name for one in fields or fields_of(row) if Mark.STREAM in one.marks]:
        (_MATTERS[row],) = named_by
    _READERS[row] = {part.name: part.reader for part in parts}
    leading = {one.leads.to: _leading(one.name, one.leads) for one in shown if one.leads}
    body: dict[str, Any] = {
        **{part.name: strawberry.field(description=part.description) for part in parts},
        **leading,
        **(relations or {}),
        "__annotations__": {part.name: part.annotation for part in parts},
    }
    bases: tuple[type, ...] = ()
    if interface is not None:
        bases = (interface,)
        body["is_type_of"] = lambda shown, _info: isinstance(shown.row, row)
        _READERS[row] |= {at: partial(_plain, at=at) for at in interface.__annotations__}
    cls = type(name, bases, body)
    _TYPES[row] = strawberry.type(cls, name=name, description=description)
    return _TYPES[row]


def value_type(
    value: type[msgspec.Struct],
    words: Mapping[str, str] | None = None,
    description: str = "",
    *,
    units: Collection[str] = (),
) -> Any:
    """The GraphQL type of a value of the domain, in the words of its own descriptions, or these.

    ``units`` are the fields that hold the code of a unit.
    """
    infos = msgspec.structs.fields(value)
    told = words or {info.name: description_of(info.type) or "" for info in infos}
    fields = [
        _worded(info, Word(told[info.name]), *[unit_code] * (info.name in units))
        for info in infos
        if info.name in told
    ]
    text = description or f"{term_of(value)}。"
    return shown_type(value, value.__name__, text, fields=fields)


def _worded(info: msgspec.structs.FieldInfo, *said: Any) -> Field:
    made = msgspec.defstruct("_", [(info.name, Annotated[info.type, *said])], kw_only=True)
    return fields_of(made)[0]


def relation(
    resolver: Callable[..., Any], returns: Any, description: str, *, seen_by: View | None
) -> StrawberryField:
    """A field that leads to other rows, for who may see them: all who see the row, or fewer.

    What it returns is only known when the schema is built.
    """
    read = resolver if seen_by is None else _only_for(seen_by, resolver)
    shown = returns if seen_by is None else returns | None
    read.__annotations__ = {**resolver.__annotations__, "return": shown}
    text = description if seen_by is None else description + seen_by.told
    field: StrawberryField = strawberry.field(resolver=read, description=text)
    return field


def lazily(name: str, module: str) -> Any:
    """The type ``name`` of ``module``, which is imported when the schema is built."""
    return Annotated[name, strawberry.lazy(module)]


_ROOTS = {
    "case": lazily("Case", "bancheng.graphql.types.case"),
    "ticket": lazily("Ticket", "bancheng.graphql.types.ticket"),
    "matter": lazily("Matter", "bancheng.graphql.types.matter"),
}


def _leading(at: str, leads: Leads) -> StrawberryField:
    """The field that leads from a row to the matter that its field ``at`` names."""

    async def found(root: Any) -> Any:
        return root.beside(await getattr(root.asking.loaders, leads.to)(getattr(root.row, at)))

    return relation(found, _ROOTS[leads.to] | None, leads.word, seen_by=WITH_THE_ROW)


def _only_for(view: View, read: Callable[..., Any]) -> Callable[..., Any]:
    async def seen(root: Any) -> Any:
        if not view.shows(root.asking.known, root.row):
            return None
        found = read(root)
        return await found if isawaitable(found) else found

    return seen


class _Part(NamedTuple):
    name: str
    annotation: Any
    description: str
    reader: Reader


def _parts(field: Field) -> Iterator[_Part]:
    assert field.word is not None
    text, heading, view = field.word.text, field.word.heading, field.word.seen_by
    for name, annotation, reader, is_name in _readings(field):
        told = f"{_without_code(heading)}的名称。" if is_name else f"{text}。"
        if view is None:
            yield _Part(name, annotation, told, reader)
        else:
            yield _Part(name, annotation | None, told + view.told, _guarded(view, reader))


def _guarded(view: View, reader: Reader) -> Reader:
    return lambda shown: reader(shown) if view.shows(shown.asking.known) else None


def _without_code(heading: str) -> str:
    return heading.removesuffix("编码").removesuffix("代码")


# Name, annotation, how it is read, and whether it is the name of a code rather than the code.
_Reading = tuple[str, Any, Reader, bool]


def _readings(field: Field) -> Iterator[_Reading]:
    name, at = field.name.removesuffix(MASKED), field.name
    if field.is_several:
        yield from _several(name, at, _bare(get_args(field.kind)[0]))
    elif Mark.POSITION in field.marks:  # it may pass 2³¹, where GraphQL's Int ends
        yield name, str, lambda shown: str(getattr(shown.row, at)), False
    else:
        for read_as, annotation, reader, is_name in _one(name, field):
            yield read_as, annotation | None if field.optional else annotation, reader, is_name


def _one(name: str, field: Field) -> Iterator[_Reading]:
    at, kind = field.name, _bare(field.kind)
    if issubclass(kind, Labelled):
        twin = enum_of(kind)
        yield name, twin, lambda shown: _twin(twin, getattr(shown.row, at)), False
        yield f"{name}_label", str, lambda shown: _label(getattr(shown.row, at)), True
    elif kind in _PLAIN:
        yield name, kind, partial(_plain, at=at), False
    elif kind in _TYPES:
        yield name, _TYPES[kind], lambda shown: shown.beside(getattr(shown.row, at)), False
    else:
        raise TypeError(f"{kind} has no GraphQL type")
    if field.book is not None:
        yield f"{name}_label", str | None, partial(_word, at=at, among=field.book.among), True
    if Mark.UNIT in field.marks:
        yield f"{name}_name", str | None, partial(_unit_name, at=at), True


def _several(name: str, at: str, kind: Any) -> Iterator[_Reading]:
    if issubclass(kind, Labelled):
        twin: Any = enum_of(kind)
        yield name, list[twin], lambda shown: [twin(x.value) for x in getattr(shown.row, at)], False
        yield f"{name}_label", str, lambda shown: _labels(getattr(shown.row, at)), True
    elif kind in _TYPES:
        held: Any = _TYPES[kind]
        yield name, list[held], lambda shown: shown.all_beside(getattr(shown.row, at)), False
    else:
        yield name, list[kind], lambda shown: list(getattr(shown.row, at)), False


def _bare(annotation: Any) -> Any:
    """``annotation`` without its bounds and descriptions."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _plain(shown: Shown, *, at: str) -> Any:
    return getattr(shown.row, at)


def _twin(twin: Any, value: Labelled | None) -> Any:
    return None if value is None else twin(value.value)


def _label(value: Labelled | None) -> str | None:
    return None if value is None else value.label


def _labels(values: Iterable[Labelled]) -> str:
    return "、".join(value.label for value in values)


async def _word(shown: Shown, *, at: str, among: str) -> str | None:
    known = terms_read(await shown.asking.rulebook(), among)
    code = getattr(shown.row, at)
    return next((term.label for term in known if term.code == code), None)


async def _unit_name(shown: Shown, *, at: str) -> str | None:
    code = getattr(shown.row, at)
    unit = None if code is None else await shown.asking.loaders.unit(code)
    return None if unit is None else unit.name
