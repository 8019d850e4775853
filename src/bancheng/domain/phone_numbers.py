"""Telephone numbers: which strings of digits can be called from the hall."""

import re
from typing import Final

from bancheng.domain.typed_text import tidied

# The parts of a number may be set off by single blanks or hyphens.
_GAPS: Final = re.compile(r"[ -]")
_EXTENSION: Final = re.compile(r"[ -]+[0-9]{1,6}$")
_OF_CHINA: Final = r"(?:(?:\+|00)86)?"
_AREA: Final = r"(?:10|2[0-9]|[3-9][0-9]{2})"
_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        _OF_CHINA + r"1[3-9][0-9]{9}",  # mobile
        rf"(?:0|(?:\+|00)86){_AREA}[2-9][0-9]{{6,7}}",  # landline
        _OF_CHINA + r"[48]00[0-9]{7}",
        r"9[56][0-9]{3,6}",
        r"1[0-2][0-9](?:[0-9]{2,3})?",  # 110, 12345, 118114
        r"\+(?!86)[1-9][0-9]{6,14}",  # elsewhere (ITU-T E.164)
    )
)
RULE: Final = (
    "应为 11 位手机号,区号加号码的固定电话(可加分机号),400、800 号码,"
    "95、96、12345 一类短号,或以 + 与国家、地区号开头的号码"
)


def can_be_called(text: str) -> bool:
    """Whether ``text`` is the number of a telephone; only a landline has an extension."""
    landline = _FORMS[1]
    bare = _GAPS.sub("", text)
    without = _GAPS.sub("", _EXTENSION.sub("", text))
    return any(form.fullmatch(bare) for form in _FORMS) or bool(landline.fullmatch(without))


# How people write the same number otherwise: dots, brackets, and the country before it.
_SIGNS: Final = re.compile(r"[.()]")
_OUT_OF_HERE: Final = re.compile(r"^00(?=[1-9])")
_HERE: Final = re.compile(r"(?:\+|00)?86([0-9]+)")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_OWN_PREFIX: Final = re.compile(r"1[3-9][0-9]{9}|[48]00[0-9]{7}")  # no area stands before these


def as_dialled(typed: str) -> str | None:
    """The one spelling of a number, however it was typed; none if it is no whole number.

    A mobile has its 11 digits, a landline its area with the 0, and behind an ``x`` its extension,
    which is part of it; what is abroad begins with ``+``.
    """
    text = _SIGNS.sub("", tidied(typed).replace("转", "-"))
    bare = _from_here(_GAPS.sub("", text))
    if any(form.fullmatch(bare) for form in _FORMS):
        return bare
    extension = _EXTENSION.search(text)
    if extension is None:
        return None
    landline = _from_here(_GAPS.sub("", text[: extension.start()]))
    inner = _GAPS.sub("", extension[0])
    return f"{landline}x{inner}" if _FORMS[1].fullmatch(landline) else None


def _from_here(bare: str) -> str:
    """``bare`` as it is dialled in China."""
    here = _HERE.fullmatch(bare)
    if here is None:
        return _OUT_OF_HERE.sub("+", bare)
    return here[1] if _OWN_PREFIX.fullmatch(here[1]) else f"0{here[1].removeprefix('0')}"


def mobile(typed: str) -> str | None:
    """The 11 digits of a mobile of China, to which a text message can go; none of another number.

    A landline takes none, and what is abroad no gateway of a hall reaches.
    """
    dialled = as_dialled(typed)
    return dialled if dialled is not None and _MOBILE.fullmatch(dialled) else None
