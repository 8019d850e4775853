"""全角与半角: people type the same number in either width, and mean the same.

What is looked for whole is narrowed. What is looked for within a text is looked for as it was typed
and in both widths, since what was written was typed in either, too; its signs apart from its
letters, for an input method writes （A1） with wide brackets and narrow letters.
"""

import unicodedata
from typing import Final

# The letters, digits and signs of ASCII have their wide forms in one block, and the space its own.
_WIDE: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_WIDE_LETTERS: Final = {code: to for code, to in _WIDE.items() if chr(code).isalnum()}
_WIDE_SIGNS: Final = {code: to for code, to in _WIDE.items() if not chr(code).isalnum()}


def narrow(text: str) -> str:
    """``text`` in the narrow forms of its signs."""
    return unicodedata.normalize("NFKC", text)


def in_all(text: str) -> tuple[str, ...]:
    """``text`` as it was typed, narrow, wide, and with one of letters and signs in each width.

    Forms that are the same stand there once.
    """
    plain = narrow(text)
    tables = (_WIDE, _WIDE_SIGNS, _WIDE_LETTERS)
    return tuple(dict.fromkeys((text, plain, *(plain.translate(table) for table in tables))))
