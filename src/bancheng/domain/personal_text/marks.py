"""标注: the parts of a free text that are about a person, found by rules.

Rules and no recogniser: they are read, tested and the same for ever (ADR 10).
Found are those whose form or neighbourhood tells what they are; a name that stands alone is not.
So a proposal is read by a handler before it goes anywhere, and what is known for certain, the
reporter's own data, is looked for by its value.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from bancheng.domain.labelled import Labelled
from bancheng.domain.personal_text.addresses import addresses
from bancheng.domain.personal_text.folding import folded
from bancheng.domain.personal_text.names import names
from bancheng.domain.personal_text.numbers import NUMBERS, official_numbers


class MarkKind(Labelled):
    """标注种类: what a marked part of a text is."""

    NAME = "name", "姓名"
    PHONE = "phone", "电话"
    ID_NUMBER = "id_number", "证件号码"
    PLATE = "plate", "车牌号"
    ADDRESS = "address", "地址"
    BANK_CARD = "bank_card", "银行账号"
    ACCOUNT = "account", "网络账号"
    MAIL = "mail", "邮箱"


class Mark(msgspec.Struct, frozen=True, order=True):
    """标注: the characters from ``start`` up to ``end`` are about a person, and what they are."""

    start: int
    end: int
    kind: MarkKind


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """已标注文本: a text in which each part about a person is replaced by its kind in 【】.

    ``marks`` say where those stand in ``text``.
    """

    text: str
    marks: tuple[Mark, ...]


# Of two that overlap the one that is found first stays: the certain before the likely.
_ORDER: Final = (
    MarkKind.MAIL, MarkKind.PLATE, MarkKind.ID_NUMBER, MarkKind.BANK_CARD, MarkKind.PHONE,
    MarkKind.ACCOUNT,
)  # fmt: skip


def marks_in(text: str, own: Iterable[tuple[MarkKind, str]] = ()) -> list[Mark]:
    """The parts of ``text`` that are about a person, in their order; none overlaps another.

    ``own`` are values that are known to be somebody's: they are found wherever they stand, also
    with blanks in between.
    """
    plain = folded(text)
    found: list[Mark] = []
    for kind, value in sorted(own, key=lambda one: -len(one[1])):
        _add(found, kind, _of_value(plain, folded(value)))
    _add_numbers(found, plain)
    _add(found, MarkKind.ADDRESS, addresses(plain))
    _add(found, MarkKind.NAME, names(plain))
    return sorted(found)


def reaching(text: str) -> list[Mark]:
    """The numbers and accounts in ``text`` by which somebody is known or reached."""
    found: list[Mark] = []
    _add_numbers(found, folded(text))
    return sorted(found)


def _add_numbers(found: list[Mark], plain: str) -> None:
    official = official_numbers(plain)
    for kind in _ORDER:
        spans = (one for one in NUMBERS[kind.value](plain) if not _meets(one, official))
        _add(found, kind, spans)


def marked(text: str, own: Iterable[tuple[MarkKind, str]] = ()) -> Marked:
    """``text`` with the kind of each part about a person in its place."""
    parts: list[str] = []
    marks: list[Mark] = []
    at = length = 0
    for mark in marks_in(text, own):
        before, sign = text[at : mark.start], f"【{mark.kind.label}】"
        parts += (before, sign)
        start = length + len(before)
        length = start + len(sign)
        marks.append(Mark(start, length, mark.kind))
        at = mark.end
    return Marked(text="".join((*parts, text[at:])), marks=tuple(marks))


def _of_value(plain: str, value: str) -> Iterable[tuple[int, int]]:
    signs = [re.escape(one) for one in value if not one.isspace() and one not in "-—"]
    if len(signs) < 2:  # noqa: PLR2004  a single sign is nobody's alone
        return ()
    pattern = re.compile(r"[ \t-]{0,2}".join(signs), re.IGNORECASE)
    return (one.span() for one in pattern.finditer(plain))


def _add(found: list[Mark], kind: MarkKind, spans: Iterable[tuple[int, int]]) -> None:
    for span in spans:
        if not _meets(span, [(one.start, one.end) for one in found]):
            found.append(Mark(*span, kind))


def _meets(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)
