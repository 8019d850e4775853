"""Text as people type it: full width, blanks, hidden signs and the many dashes say nothing.

What is compared whole is brought to one spelling first. Nothing here is kept or shown.
"""

import re
import unicodedata
from typing import Final

# Signs that nobody sees and that no spelling has: fillers of Hangul and the empty pattern of
# braille are letters and signs by their kind, selectors of a variant accents.
INKLESS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_SELECTORS: Final = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_MINUS: Final = "\u2212"
_UNSEEN: Final = frozenset(("Cc", "Cf"))


def tidied(text: str) -> str:
    """``text`` in narrow signs, every blank a space, every dash a hyphen, without hidden signs."""
    narrow = unicodedata.normalize("NFKC", _SELECTORS.sub("", text))
    return "".join(map(_plain, narrow)).strip()


def is_masked_or_open(text: str) -> bool:
    """Whether ``text`` has stars or wildcards, and so is not the whole of anything."""
    return any(one in "*%?_" for one in unicodedata.normalize("NFKC", text))


def _plain(one: str) -> str:
    kind = unicodedata.category(one)
    if kind[0] == "Z" or one.isspace():
        return " "
    if kind == "Pd" or one == _MINUS:
        return "-"
    return "" if kind in _UNSEEN or one in INKLESS else one
