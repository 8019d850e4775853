"""What people wrote, as XML can hold it."""

import re
from typing import Final

_BREAKS: Final = re.compile("\r\n?")
# What XML can not hold is shown by its picture.
_UNFIT: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_PICTURES: Final = 0x2400


def fit(text: str) -> str:
    """``text`` with one kind of line break, and pictures in place of control characters."""
    return _UNFIT.sub(lambda found: _picture(found[0]), _BREAKS.sub("\n", text))


def _picture(character: str) -> str:
    """The sign that shows a control character, such as ␀."""
    return chr(_PICTURES + ord(character)) if ord(character) < ord(" ") else "\ufffd"
