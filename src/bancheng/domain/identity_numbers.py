"""Numbers of identity papers: the form of each kind, and the check characters of GB and law.

What is checked is form and check character alone. Neither the area nor the birth date decides:
districts are founded and renamed, people were born before theirs had a code, and whoever checks
against a list refuses them. A number is kept as it was typed, but for its letters: they are
written large (a final ``x`` is the ``X`` of GB 11643), so that one person has one number.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from bancheng.domain.errors import InvalidInput
from bancheng.domain.labelled import Labelled
from bancheng.domain.typed_text import tidied


class PaperKind(Labelled):
    """证件类型: which paper proves who somebody is; each has a form of its own."""

    RESIDENT = "resident", "居民身份证"
    RESIDENT_15 = "resident_15", "15位旧居民身份证"
    PASSPORT = "passport", "护照"
    HONG_KONG_MACAO = "hong_kong_macao", "港澳居民来往内地通行证"
    TAIWAN = "taiwan", "台湾居民来往大陆通行证"
    RESIDENCE_PERMIT = "residence_permit", "港澳台居民居住证"
    PERMANENT_RESIDENT = "permanent_resident", "外国人永久居留身份证"
    MILITARY = "military", "军人证件"
    CREDIT_CODE = "credit_code", "统一社会信用代码"
    ORGANISATION_CODE = "organisation_code", "组织机构代码"
    OTHER = "other", "其他证件"


class _Form(NamedTuple):
    """The rule in words, the pattern, and whether the check characters are right."""

    rule: str
    pattern: re.Pattern[str]
    is_right: Callable[[str], bool] = lambda _: True


_RESIDENT_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS: Final = "10X98765432"
# Without I, O, Z, S and V, which are easily misread.
_CREDIT_CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS: Final = "0123456789X"


def resident_check(first_17: str) -> str:
    """校验码: the 18th character of a resident's number (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(one) * weight for one, weight in zip(first_17, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def credit_check(first_17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100)."""
    places = map(_CREDIT_CHARACTERS.index, first_17)
    total = sum(place * weight for place, weight in zip(places, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_CHARACTERS[-total % 31]


def organisation_check(first_8: str) -> str:
    """The 9th character of an organisation code (GB 11714): letters count from ten."""
    pairs = zip(first_8, _ORGANISATION_WEIGHTS, strict=True)
    return _ORGANISATION_CHECKS[-sum(int(one, 36) * weight for one, weight in pairs) % 11]


def _is_resident(number: str) -> bool:
    return number[17] == resident_check(number[:17])


def _is_credit_code(number: str) -> bool:
    return number[17] == credit_check(number[:17]) and _is_organisation(number[8:17])


def _is_organisation(number: str) -> bool:
    return number[-1] == organisation_check(number[:8])


# A day of birth: not one of the calendar, for there are papers with a 30th of February.
_DAY: Final = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_FORMS: Final[Mapping[PaperKind, _Form]] = {
    PaperKind.RESIDENT: _Form(
        "18 位: 17 位数字与 1 位校验码(数字或 X),中间不留空格",
        re.compile(rf"[1-9]\d{{5}}\d{{4}}{_DAY}\d{{3}}[\dX]", re.ASCII),
        _is_resident,
    ),
    # A kind of its own: else three digits of a new number could be left out and nobody see it.
    PaperKind.RESIDENT_15: _Form(
        "15 位数字", re.compile(rf"[1-9]\d{{5}}\d\d{_DAY}\d{{3}}", re.ASCII)
    ),
    PaperKind.PASSPORT: _Form("4 至 9 位字母与数字", re.compile(r"[0-9A-Z]{4,9}")),
    PaperKind.HONG_KONG_MACAO: _Form(
        "H 或 M 加 8 位数字,可再加 2 位换证次数", re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")
    ),
    PaperKind.TAIWAN: _Form(
        "8 位数字;旧证 10 位数字,可再加括号中的字母",
        re.compile(r"[0-9]{8}|[0-9]{10}(?:\([A-Z]\))?"),
    ),
    PaperKind.RESIDENCE_PERMIT: _Form(
        "18 位,以 810000、820000 或 830000 开头,末位为校验码",
        re.compile(rf"8[123]0000\d{{4}}{_DAY}\d{{3}}[\dX]", re.ASCII),
        _is_resident,
    ),
    PaperKind.PERMANENT_RESIDENT: _Form(
        "18 位,以 9 开头,末位为校验码;旧证 3 位字母与 12 位数字",
        re.compile(rf"9\d{{5}}\d{{4}}{_DAY}\d{{3}}[\dX]|[A-Z]{{3}}[0-9]{{12}}", re.ASCII),
        lambda number: number[0].isalpha() or _is_resident(number),
    ),
    PaperKind.MILITARY: _Form(
        "如「军字第1234567号」: 字号与 5 至 8 位数字",
        re.compile(r"(?:[一-鿿]{1,4}字第?)?[A-Z]?[0-9]{5,8}号?"),
    ),
    PaperKind.CREDIT_CODE: _Form(
        "18 位数字与大写字母(无 I、O、Z、S、V),第 17、18 位为校验码",
        re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}"),
        _is_credit_code,
    ),
    PaperKind.ORGANISATION_CODE: _Form(
        "8 位数字或字母与 1 位校验码(数字或 X),其间可加连字符",
        re.compile(r"[0-9A-Z]{8}-?[0-9X]"),
        _is_organisation,
    ),
    PaperKind.OTHER: _Form(
        "4 至 30 位数字、字母、汉字、括号与连字符", re.compile(r"[0-9A-Z一-鿿()-]{4,30}")
    ),
}


def checked_number(kind: PaperKind, typed: str, field: str) -> str:
    """The number as it is kept; ``InvalidInput`` if it has not the form of its paper.

    No message repeats it: what was refused is no less personal than what was taken.
    """
    number, form = typed.upper(), _FORMS[kind]
    if not form.pattern.fullmatch(number):
        raise InvalidInput(
            "ID_NUMBER_MALFORMED",
            f"号码不是{kind.label}的形式: {form.rule}",
            field=field,
            remedy="请对照证件核对位数与字符;所持是另一种证件的,请改填证件类型",
        )
    if not form.is_right(number):
        raise InvalidInput(
            "ID_NUMBER_CHECK_FAILED",
            f"{kind.label}的校验码不符,号码中有错字或两位颠倒",
            field=field,
            remedy="请对照证件逐位核对",
        )
    return number


_LENGTH_15: Final = len("110105491231002")
_FOR_LIFE: Final = len("H12345678")  # behind it stands how often the paper was renewed
_SET_OFF: Final = str.maketrans("", "", " -")
_MILITARY_WORDS: Final = str.maketrans("", "", "第号")


def as_typed(kind: PaperKind, typed: str) -> tuple[PaperKind, str]:
    """The paper and its number as `checked_number` takes them, from how people type them.

    Whether a resident's number is the old or the new one is seen by its length.
    """
    number = tidied(typed).translate(_SET_OFF).upper()
    if kind in (PaperKind.RESIDENT, PaperKind.RESIDENT_15):
        kind = PaperKind.RESIDENT_15 if len(number) == _LENGTH_15 else PaperKind.RESIDENT
    return kind, number


def as_one(kind: PaperKind, number: str) -> tuple[PaperKind, str]:
    """The one spelling of a number by which its holder is known again, whichever paper shows it.

    A resident's old number becomes the new one: whoever has one of 15 digits was born in the 20th
    century, and keeps the order number (GB 11643-1999). A travel permit of Hong Kong or Macao has
    eight digits for life. What is set off by signs is set off by nothing here.
    """
    kind, number = as_typed(kind, number)
    bare = "".join(filter(str.isalnum, number))
    match kind:
        case PaperKind.RESIDENT_15 if bare.isdecimal() and bare.isascii():
            first_17 = f"{bare[:6]}19{bare[6:]}"
            return PaperKind.RESIDENT, first_17 + resident_check(first_17)
        case PaperKind.HONG_KONG_MACAO:
            return kind, bare[:_FOR_LIFE]
        case PaperKind.MILITARY:
            return kind, bare.translate(_MILITARY_WORDS)
    return kind, bare
