"""密码规则: which passwords may be chosen (GB/T 22239-2019 8.1.4.1 a: complexity)."""

import unicodedata
from typing import Final

from bancheng.domain.errors import InvalidInput

LENGTH_MIN: Final = 10
LENGTH_MAX: Final = 128
# Of small letters, capitals, digits and other signs; a long one needs no variety.
KINDS_MIN: Final = 3
LONG: Final = 20
DIFFERENT_MIN: Final = 5
ID_MIN: Final = 4  # a shorter one may stand in any word


def as_typed(password: str) -> str:
    """``password`` in one form, however a keyboard wrote it: full width is no other letter."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, staff_id: str, earlier: str) -> str:
    """``password`` in one form; ``InvalidInput`` ``PASSWORD_WEAK`` says which rule it breaks."""
    new = as_typed(password)
    broken = next((said for is_broken, said in _rules(new, staff_id, earlier) if is_broken), None)
    if broken is not None:
        raise InvalidInput(
            "PASSWORD_WEAK",
            broken,
            field="new_password",
            remedy=f"请另选密码: {LENGTH_MIN} 至 {LENGTH_MAX} 位,含大写、小写、数字、符号中的"
            f" {KINDS_MIN} 类({LONG} 位以上不限),不含工号",
        )
    return new


def _rules(new: str, staff_id: str, earlier: str) -> list[tuple[bool, str]]:
    return [
        (not LENGTH_MIN <= len(new) <= LENGTH_MAX, f"密码应为 {LENGTH_MIN} 至 {LENGTH_MAX} 位"),
        (not new.isprintable(), "密码不得含有控制字符"),
        (len(set(new)) < DIFFERENT_MIN, f"密码至少含 {DIFFERENT_MIN} 个不同的字符"),
        (len(new) < LONG and _kinds(new) < KINDS_MIN, "密码所含字符种类过少"),
        (len(staff_id) >= ID_MIN and staff_id.lower() in new.lower(), "密码不得含有工号"),
        (new == as_typed(earlier), "新密码与原密码相同"),
    ]


def _kinds(text: str) -> int:
    letters = {"small": str.islower, "capital": str.isupper, "digit": str.isdigit}
    found = {name for name, is_one in letters.items() for char in text if is_one(char)}
    others = any(not any(is_one(char) for is_one in letters.values()) for char in text)
    return len(found) + others
