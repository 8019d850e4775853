"""放行文字: a free text that a handler has read and let go to a unit."""

import re
from typing import Final

from bancheng.domain.people import FreeText
from bancheng.domain.personal_text.marks import reaching

# Most have none: then nothing has to be looked for.
_MAY_HAVE_ONE: Final = re.compile(r"(?:[\d零〇○幺一二三四五六七八九][\s‐-—-]{0,2}){4}|@")
_FRONT, _BACK = 3, 2


class ReleasedText(FreeText):
    """转办内容: what a handler lets a unit read of a report.

    Numbers by which somebody is known or reached are starred where it is shown; those that an
    office gives are not.
    """

    __slots__ = ()
    length_max = 20_000

    @classmethod
    def mask(cls, value: str) -> str:
        if _MAY_HAVE_ONE.search(value) is None:
            return value
        parts: list[str] = []
        at = 0
        for mark in reaching(value):
            found = value[mark.start : mark.end]
            parts += (value[at : mark.start], f"{found[:_FRONT]}****{found[-_BACK:]}")
            at = mark.end
        return "".join((*parts, value[at:]))
