"""统一写法: a text as rules read it, sign by sign in the same places."""

import unicodedata
from typing import Final

# What people write for digits, when a site takes numbers out of their texts.
_DIGITS: Final = str.maketrans("零〇○幺一二三四五六七八九", "0001123456789")
_HYPHENS: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−-﹣", "-"))


def folded(text: str) -> str:
    """``text`` with full-width signs narrow and all hyphens alike; it is as long as before."""
    narrow = "".join(map(_narrow, text))
    return narrow.translate(_HYPHENS)


def in_digits(plain: str) -> str:
    """A folded text with Chinese digits as digits; it is as long as before."""
    return plain.translate(_DIGITS)


def _narrow(sign: str) -> str:
    if sign == "\u3000":
        return " "
    found = unicodedata.normalize("NFKC", sign)
    return found if len(found) == 1 else sign
