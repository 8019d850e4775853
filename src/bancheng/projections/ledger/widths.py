"""全角与半角: people type the same number in either width, and mean the same.

What is looked for whole is narrowed. What is looked for within a text is looked for as it was typed
and in both widths, since what was written was typed in either, too.
"""

import unicodedata

# The letters, digits and signs of ASCII have their wide forms in one block, and the space its own.
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def narrow(text: str) -> str:
    """``text`` in the narrow forms of its signs."""
    return unicodedata.normalize("NFKC", text)


def wide(text: str) -> str:
    """``text`` with letters, digits and signs in their wide forms."""
    return narrow(text).translate(_WIDE)


def in_all(text: str) -> tuple[str, ...]:
    """``text`` as it was typed, narrow and wide; alone if it has but one form."""
    return tuple(dict.fromkeys((text, narrow(text), wide(text))))
