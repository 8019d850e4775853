"""What a reader may ask of a ledger: derived from its fields, and added where no field says it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, bindparam, or_

from bancheng.projections.ledger.fields import Field, Mark
from bancheng.projections.ledger.full_text import TextIndex, Written
from bancheng.projections.ledger.listing import (
    among,
    at_least,
    before,
    contains,
    equals,
    since,
    up_to,
)
from bancheng.projections.ledger.searching import FORMS, SEARCH, WORDS_ASKED, Words, in_widths
from bancheng.projections.ledger.windows import Filter, HoldsAt, WhoAt, holds_name, now_name
from bancheng.projections.machine.columns import Code, Instant
from bancheng.projections.sight import View

_AT = "_at"
_Some = Annotated[int, msgspec.Meta(ge=1)]
_Compared = Callable[[ColumnElement[Any], str], ColumnElement[bool]]


class Ask(NamedTuple):
    """筛选条件: something that may be asked for, and the rows that it lets through.

    ``conditions`` compare with parameters of their own names; mostly it is one, of the name of the
    filter. A filter tells what it finds, so only who may see that may ask (``seen_by``). What is
    written may be ``looked_up_in`` an index.
    """

    name: str
    kind: Any
    word: str
    conditions: Mapping[str, ColumnElement[bool]]
    seen_by: View | None = None
    looked_up_in: TextIndex | None = None


def ask(
    name: str,
    kind: Any,
    word: str,
    condition: ColumnElement[bool],
    *,
    seen_by: View | None = None,
) -> Ask:
    """A filter of one condition."""
    return Ask(name, kind, word, {name: condition}, seen_by)


def search(
    word: str, *columns: ColumnElement[Any], name: str = "text", seen_by: View | None = None
) -> Ask:
    """A filter for a part of what is written in any of ``columns``."""
    conditions = {}
    for forms in FORMS:
        names = in_widths(name, forms)
        conditions[names[0]] = or_(*(contains(*columns, name=one) for one in names))
    return Ask(name, Annotated[str, SEARCH], word, conditions, seen_by)


def full_text(
    word: str,
    of: ColumnElement[Any],
    index: TextIndex,
    *,
    name: str = "text",
    seen_by: View | None = None,
) -> Ask:
    """A filter for what has every word in the text that the index has of the key ``of``."""
    return Ask(name, Written, word, index.conditions(of, name), seen_by, index)


def words(
    word: str,
    sentence: ColumnElement[Any],
    *others: ColumnElement[Any],
    name: str = "text",
    seen_by: View | None = None,
) -> Ask:
    """A filter for what is written in ``sentence`` or ``others``, or named there by its code."""
    conditions = {}
    for one in WORDS_ASKED:
        written = (contains(sentence, *others, name=text) for text in one.texts(name))
        named = (contains(sentence, name=code) for code in one.named(name))
        conditions[one.texts(name)[0]] = or_(*written, *named)
    return Ask(name, Words, word, conditions, seen_by)


def holds_now(
    name: str,
    word: str,
    holds: Callable[[ColumnElement[datetime]], ColumnElement[bool]],
    not_: Callable[[ColumnElement[datetime]], ColumnElement[bool]] | None = None,
    *,
    seen_by: View | None = None,
) -> Ask:
    """A filter for what ``holds`` at the instant of the question, or does not.

    ``not_`` says the opposite in words of its own, where an empty value is none of both.
    """
    conditions = {
        holds_name(name, holds=True): holds(_instant(holds_name(name, holds=True))),
        holds_name(name, holds=False): (not_ or (lambda now: ~holds(now)))(
            _instant(holds_name(name, holds=False))
        ),
    }
    return Ask(name, HoldsAt, word, conditions, seen_by)


def who_now(
    name: str,
    word: str,
    holds: Callable[[ColumnElement[str], ColumnElement[datetime]], ColumnElement[bool]],
) -> Ask:
    """A filter for what ``holds`` of somebody at the instant of the question."""
    holds_of = holds(bindparam(name, type_=Code), _instant(now_name(name)))
    return Ask(name, WhoAt, word, {name: holds_of})


def open_then(
    name: str, word: str, holds: Callable[[ColumnElement[datetime]], ColumnElement[bool]]
) -> Ask:
    """A filter for what ``holds`` at an instant that is filled in."""
    return ask(name, datetime, word, holds(_instant(name)))


def _instant(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=Instant())


# An instant lies before another or not; people ask for days, and mean the whole of each.
_EDGES: Final[Mapping[type, tuple[tuple[str, _Compared, str], ...]]] = {
    datetime: (("from", since, "不早于"), ("before", before, "早于")),
    date: (("from", since, "不早于此日"), ("to", up_to, "不晚于此日")),
}


def asks_of(fields: Iterable[Field], columns: Mapping[str, ColumnElement[Any]]) -> Iterator[Ask]:
    """The filters that follow from ``fields``; ``columns`` is where each is read."""
    for field in fields:
        if field.word is None:
            continue
        word, seen_by, column = field.word.heading, field.word.seen_by, columns[field.name]
        if Mark.ASKED_ANY in field.marks:
            name = _plural(field.name)
            condition = among(column, name)
            kind: Any = tuple.__class_getitem__((field.kind, ...))
            yield ask(name, kind, f"{word},符合其一即可", condition, seen_by=seen_by)
        elif Mark.ASKED_LEAST in field.marks:
            name = f"{field.name}_at_least"
            condition = at_least(column, name)
            yield ask(name, _Some, f"{word}不少于", condition, seen_by=seen_by)
        elif Mark.ASKED in field.marks and field.kind in _EDGES:
            stem = field.name.removesuffix(_AT)
            for edge, compared, said in _EDGES[field.kind]:
                name = f"{stem}_{edge}"
                yield ask(name, field.kind, word + said, compared(column, name), seen_by=seen_by)
        elif Mark.ASKED in field.marks:
            name = field.name.removesuffix("_masked")
            condition = equals(column, name)
            yield ask(name, field.kind, field.word.text, condition, seen_by=seen_by)


def filter_of(name: str, term: str, asks: Sequence[Ask]) -> type[Filter]:
    """The filter in which ``asks`` are filled in; what is left empty is not asked for."""
    made: Any = msgspec.defstruct(
        name,
        [_optional(one) for one in asks],
        bases=(Filter,),
        namespace={"__doc__": f"{term}: every field that is set must hold."},
        frozen=True,
        kw_only=True,
    )
    return made  # type: ignore[no-any-return]


def _optional(one: Ask) -> tuple[str, Any, Any]:
    several = getattr(one.kind, "__origin__", None) is tuple
    return (one.name, one.kind, ()) if several else (one.name, one.kind | None, None)


def _plural(name: str) -> str:
    return f"{name}es" if name.endswith("s") else f"{name}s"
