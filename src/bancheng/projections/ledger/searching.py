"""检索: a part of what is written is looked for, as it was typed and in its widths. No SQL."""

from typing import Any, Final, NamedTuple

import msgspec

from bancheng.domain.errors import InvalidInput
from bancheng.projections.ledger.widths import in_all

TEXT_MAX = 100
NAMED_MAX = 64
ROWS: Final = "_rows"  # what the name of a condition ends in that lists rows by their keys
SEARCH = "search"  # marks a filter that asks for a part of what is written
_WILDCARDS = str.maketrans({"/": "//", "%": "/%", "_": "/_"})
_NAMED_SIZES: Final = (0, 1, 8, NAMED_MAX)  # few statements; what is over asks the last one again
# Most words have one form only, and are not looked for several times; letters or signs alone have
# three at most, both together five.
FORMS: Final = (1, 3, 5)


def in_widths(name: str, forms: int) -> list[str]:
    """What the values of the search ``name`` are called if there are so many ``forms`` of it."""
    return [name] if forms == 1 else [f"{name}_{forms}_{n}" for n in range(forms)]


def patterns_of(name: str, text: str) -> dict[str, str]:
    """What the database compares if ``text`` is looked for under ``name``."""
    forms = _forms_of(text)
    names = in_widths(name, len(forms))
    return {at: _pattern(name, one) for at, one in zip(names, forms, strict=True)}


def _forms_of(text: str) -> list[str]:
    """The forms of ``text``, as many as one of `FORMS` says: the last one stands several times."""
    forms = in_all(text)
    size = next(size for size in FORMS if size >= len(forms))
    return [*forms, *forms[-1:] * size][:size]


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """检索条件: ``text`` is written there, or something of which the text names only the code.

    ``named`` are those codes, as they are written; who fills them in is who knows the names.
    """

    text: str
    named: tuple[str, ...] = ()


class WordsAsked(NamedTuple):
    """One condition for `Words`: so many forms of the text, so many codes."""

    forms: int
    codes: int

    def texts(self, name: str) -> list[str]:
        """What the values of its texts are called; the first one is the name of the condition."""
        return [f"{name}_{self.forms}_{self.codes}_text{n}" for n in range(self.forms)]

    def named(self, name: str) -> list[str]:
        """What the values of its codes are called."""
        return [f"{name}_{self.forms}_{self.codes}_code{n}" for n in range(self.codes)]


WORDS_ASKED = tuple(WordsAsked(forms, codes) for forms in FORMS for codes in _NAMED_SIZES)


def patterns_of_words(name: str, value: Words) -> dict[str, Any]:
    """What the database compares if ``value`` is asked for; ``InvalidInput`` if it is too wide."""
    texts = _forms_of(value.text)
    if len(value.named) > NAMED_MAX:
        raise InvalidInput(
            "TEXT_TOO_WIDE",
            f"检索词与 {len(value.named)} 个名称相符,最多 {NAMED_MAX} 个",
            field=name,
            remedy="请写得更具体",
        )
    size = next(size for size in _NAMED_SIZES if size >= len(value.named))
    asked = WordsAsked(len(texts), size)
    codes = [*value.named, *value.named[-1:] * size][:size]
    return {
        **{at: _pattern(name, one) for at, one in zip(asked.texts(name), texts, strict=True)},
        **{at: _pattern(name, one) for at, one in zip(asked.named(name), codes, strict=True)},
    }


def _pattern(field: str, text: str) -> str:
    """The pattern that finds ``text`` itself, wildcards and all."""
    if not 0 < len(text.strip()) <= TEXT_MAX:
        raise InvalidInput(
            "TEXT_OUT_OF_RANGE",
            f"检索词须为 1 至 {TEXT_MAX} 字",
            field=field,
            remedy="请缩短或填写检索词",
        )
    return f"%{text.strip().translate(_WILDCARDS)}%"
