"""仍含: whether a text still tells what is known of a person, however it is written there."""

import re
from collections.abc import Iterable
from typing import Final

from bancheng.domain.people import Personal
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.personal_text.folding import folded, in_digits

_BETWEEN: Final = re.compile(r"[\s\-()().,。,·/]")
_REGIONS: Final = re.compile(
    r"^(?:[一-鿿]{2,8}?(?:省|自治区))?(?:[一-鿿]{2,8}?(?:市|自治州|地区))?(?:[一-鿿]{1,8}?(?:区|县|旗))?"
    r"(?:[一-鿿]{1,8}?(?:街道|镇|乡))?"
)
_OLD_LENGTH, _NEW_LENGTH = 15, 18
_ADDRESS_MIN: Final = 4
Known = Iterable[tuple[PersonalField, Personal]]


def told_in(text: str, known: Known) -> tuple[PersonalField, ...]:
    """Which of the values that are ``known`` of a person ``text`` tells, each field once.

    A value without its plain text, whose key was destroyed, is told by nothing.
    """
    bare = _bare(text)
    found = {field for field, value in known if any(one in bare for one in _ways(field, value))}
    return tuple(field for field in PersonalField if field in found)


def _bare(text: str) -> str:
    """``text`` without what people put between the parts of a number, and digits as digits."""
    return _BETWEEN.sub("", in_digits(folded(text))).upper()


def _ways(field: PersonalField, value: Personal) -> list[str]:
    """How ``value`` may stand in a bare text."""
    plain = _bare(value.plain or "")
    match field:
        case PersonalField.PHONE:
            ways = [re.sub(r"^(?:\+|00)?86(?=1)", "", plain)]
        case PersonalField.ID_NUMBER if len(plain) == _NEW_LENGTH:
            ways = [plain, plain[:6] + plain[8:17]]
        case PersonalField.ID_NUMBER if len(plain) == _OLD_LENGTH:
            ways = [plain, f"{plain[:6]}19{plain[6:]}"]
        case PersonalField.ADDRESS:
            # Whoever writes their own address leaves out the city that they write to.
            within = _REGIONS.sub("", plain)
            ways = [plain, within if len(within) >= _ADDRESS_MIN else plain]
        case PersonalField.NAME:
            ways = [plain] if len(plain) > 1 else []
        case _:
            ways = []
    return [one for one in ways if one]
