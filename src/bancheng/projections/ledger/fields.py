"""What a field of a row says of itself beside its type: its word, who sees it, how it is asked for.

    rule: Annotated[CheckRule, Word("校验规则"), asked_any]

A field without a word is seen by nobody, and has to say so (``unseen``): what was forgotten does
not start, so it can not leak.
"""

import re
from enum import Enum, auto
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

import msgspec

from bancheng.projections.sight import View


class Word(NamedTuple):
    """用语: what people call a field, and who may see it if not all who see its ledger.

    The word up to the first comma or bracket is the heading of its column.
    """

    text: str
    seen_by: View | None = None

    @property
    def heading(self) -> str:
        """栏目名: the word without its explanation."""
        return re.split(r"[,;:(\uff0c\uff1b\uff1a\uff08]", self.text)[0].strip()


class Mark(Enum):
    """标记: what else a field is."""

    KEY = auto()
    STREAM = auto()
    UNSEEN = auto()
    ELSEWHERE = auto()
    ASKED = auto()
    ASKED_ANY = auto()
    ASKED_LEAST = auto()
    PROSE = auto()
    POSITION = auto()
    UNREAD = auto()
    UNIT = auto()


key = Mark.KEY  # part of the primary key
stream = Mark.STREAM  # names the stream whose events change the row; each table has exactly one
unseen = Mark.UNSEEN  # no field of the API
elsewhere = Mark.ELSEWHERE  # no column of this table: the ledger says where it comes from
asked = Mark.ASKED  # can be asked for: one value, or of an instant an earliest and a latest
asked_any = Mark.ASKED_ANY  # can be asked for: any of several values
asked_least = Mark.ASKED_LEAST  # a count, of which at least so many can be asked for
prose = Mark.PROSE  # a text for people, that nobody compares or sorts by
unread = Mark.UNREAD  # kept as JSON that a projection's functions mostly do not look into
unit_code = Mark.UNIT  # the code of a unit, whose name is shown beside it
Position = Annotated[int, Mark.POSITION]  # a place in the log: it may pass 2³¹


class Sorts(NamedTuple):
    """可排序: the ledger can be ordered by the field, under a name and label of its own or not."""

    name: str | None = None
    label: str | None = None


sorts = Sorts()


class BookTerm(NamedTuple):
    """规则词: the field is a code of the rule book, whose word is shown beside it.

    ``among`` is the attribute of the rule book that has its terms.
    """

    among: str


class Leads(NamedTuple):
    """关联: the field names a row of another ledger, to which the API leads by ``to``."""

    to: str
    word: str


class Field(NamedTuple):
    """字段: a field of a row, as its annotation says."""

    name: str
    kind: Any
    optional: bool
    default: Any
    marks: frozenset[Mark]
    word: Word | None
    sorts: Sorts | None
    book: BookTerm | None
    leads: Leads | None

    @property
    def is_shown(self) -> bool:
        """Whether the API has it."""
        return self.word is not None and Mark.UNSEEN not in self.marks

    @property
    def is_several(self) -> bool:
        """Whether it holds several values."""
        return get_origin(self.kind) is tuple


@cache
def fields_of(row: type[msgspec.Struct]) -> tuple[Field, ...]:
    """The fields of ``row``; ``TypeError`` if one says neither its word nor that it is unseen."""
    fields = tuple(_field(info) for info in msgspec.structs.fields(row))
    silent = [one.name for one in fields if one.word is None and Mark.UNSEEN not in one.marks]
    if silent:
        raise TypeError(f"{row.__name__} says not who sees: {', '.join(silent)}")
    return fields


def _field(info: msgspec.structs.FieldInfo) -> Field:
    kind, said = _taken_apart(info.type)

    def the(cls: type) -> Any:
        return next((one for one in said if isinstance(one, cls)), None)

    optional = NoneType in get_args(kind)
    return Field(
        name=info.name,
        kind=_without_none(kind) if optional else kind,
        optional=optional,
        default=None if info.default is msgspec.NODEFAULT else info.default,
        marks=frozenset(one for one in said if isinstance(one, Mark)),
        word=the(Word),
        sorts=the(Sorts),
        book=the(BookTerm),
        leads=the(Leads),
    )


def _taken_apart(annotation: Any) -> tuple[Any, list[Any]]:
    """The type itself, and what is said of it."""
    if get_origin(annotation) is Annotated:
        kind, said = _taken_apart(annotation.__origin__)
        return kind, [*said, *annotation.__metadata__]
    return annotation, []


def _without_none(kind: Any) -> Any:
    assert get_origin(kind) in (Union, UnionType)
    (present,) = (part for part in get_args(kind) if part is not NoneType)
    return present
