"""号码: numbers by which a person is known or reached, and those that an office gives.

Each finder yields where one stands, from and up to. The texts are folded
(`bancheng.domain.personal_text.folding`).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bancheng.domain.identity_numbers import credit_check
from bancheng.domain.people import MAIL
from bancheng.domain.personal_text.folding import in_digits

Span = tuple[int, int]
_GAP: Final = r"[ -]{0,2}"
_ALONE: Final = r"(?<![0-9.])"
_NO_MORE: Final = r"(?![0-9])"

# What an office numbers: by its brackets, by its letters, or by what is said before it.
_OFFICIAL: Final = tuple(
    re.compile(form)
    for form in (
        r"[〔\[({【](?:19|20)\d{2}[〕\])}】] ?(?:第)?\d+(?:-\d+)?号?",
        r"(?<![A-Za-z0-9])(?!QQ|VX|WX|TG|TEL)[A-Z]{2}[A-Z0-9-]*\d{6}(?:-[A-Z]?\d+)*",
        (
            r"(?:编号|编码|代码|单号|流水号|案号|文号|条码|许可证号?|执照号?|不动产权?证?号|产权证号?"
            r"|合同号|发票号码?|字第|备案号|批准文号|注册号|学号|工号|批次号?|快递号?|运单号?)"
            r"(?:码)?(?:是|为|[::])? ?[\"“「(]?[A-Za-z0-9(][A-Za-z0-9()_/ -]{3,}"
        ),
    )
)
_CREDIT: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NP-RTUW-Y]{18}(?![0-9A-Za-z])")

_PHONES: Final = tuple(
    re.compile(_ALONE + form + _NO_MORE)
    for form in (
        rf"(?:(?:\+|00)?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}",
        r"\(?0(?:10|2\d|[3-9]\d{2})[) -]{0,3}[2-9]\d{2,3}[ -]?\d{4}(?:(?:-|转|分机) ?\d{1,5})?",
        rf"[48]00(?:{_GAP}\d){{7}}",
    )
)
_SAID_PHONE: Final = re.compile(
    r"(?:电话|座机|固话|联系方式|拨打|致电|来电|手机)(?:号码?)?"
    r"[^0-9\n]{0,4}([2-9]\d{2,3}[ -]?\d{4})" + _NO_MORE
)
_IDS: Final = tuple(
    re.compile(_ALONE + form)
    for form in (
        (
            rf"[1-9](?:{_GAP}\d){{5}}{_GAP}(?:1{_GAP}[89]|2{_GAP}0)(?:{_GAP}\d){{2}}"
            rf"{_GAP}[01]{_GAP}\d{_GAP}[0-3](?:{_GAP}\d){{4}}{_GAP}[0-9Xx](?![0-9A-Za-z])"
        ),
        r"[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![0-9A-Za-z])",
    )
)
_SAID_ID: Final = re.compile(
    r"(?:身份证|护照|通行证|居住证|军官证|士兵证|证件)(?:件)?(?:号码?|编号)?(?:是|为|[::])? ?"
    r"([A-Za-z]{0,2}[0-9][0-9A-Za-z*]{4,19})(?![0-9A-Za-z])"
)
_CARD: Final = re.compile(_ALONE + r"[3-6](?:[ -]?\d){15,18}" + _NO_MORE)
_SAID_CARD: Final = re.compile(
    r"(?:银行卡|卡号|账号|帐号|账户|帐户|存折)(?:号码?)?(?:是|为|[::])?[^0-9\n]{0,8}"
    r"(\d(?:[ -]?\d){11,29})" + _NO_MORE
)
_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE: Final = re.compile(
    rf"(?:[{_PROVINCES}使][A-HJ-NP-Z][· .-]?)"
    r"(?:[DF][A-HJ-NP-Z0-9]\d{4}|\d{5}[DF]|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳领])"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_ACCOUNT: Final = re.compile(
    r"(?:微信|薇信|V信|(?<![A-Za-z])(?:VX|WX|QQ|TG)|扣扣|钉钉|抖音|支付宝|快手|微博)"
    r"(?!群|公众)(?:号码|账号|帐号|同号|号|ID)?(?:是|为|叫|[::])?[ \"“「(]{0,2}"
    r"([A-Za-z0-9_][A-Za-z0-9_-]{4,24})",
    re.IGNORECASE,
)


def official_numbers(plain: str) -> list[Span]:
    """Where numbers of documents, cases, items and companies stand, which name no person."""
    credit = (one.span() for one in _CREDIT.finditer(plain) if _is_credit_code(one[0]))
    return [*credit, *(one.span() for form in _OFFICIAL for one in form.finditer(plain))]


def _is_credit_code(text: str) -> bool:
    # One in 31 identity numbers has the check character of a credit code as well.
    return not text[:17].isdigit() and credit_check(text[:17]) == text[17]


def _phones(plain: str) -> Iterator[Span]:
    digits = in_digits(plain)
    for form in _PHONES:
        yield from (one.span() for one in form.finditer(digits))
    yield from (one.span(1) for one in _SAID_PHONE.finditer(digits))


def _ids(plain: str) -> Iterator[Span]:
    digits = in_digits(plain)
    for form in _IDS:
        yield from (one.span() for one in form.finditer(digits))
    yield from (one.span(1) for one in _SAID_ID.finditer(plain))


def _cards(plain: str) -> Iterator[Span]:
    yield from (one.span(1) for one in _SAID_CARD.finditer(plain))
    yield from (one.span() for one in _CARD.finditer(plain) if _is_card(one[0]))


def _is_card(text: str) -> bool:
    """Whether the check digit of a card is right (ISO/IEC 7812)."""
    digits = [int(one) for one in text if one.isdigit()][::-1]
    doubled = (sum(divmod(2 * one, 10)) for one in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _all_of(form: re.Pattern[str], group: int = 0) -> Callable[[str], Iterator[Span]]:
    return lambda plain: (one.span(group) for one in form.finditer(plain))


NUMBERS: Final[Mapping[str, Callable[[str], Iterator[Span]]]] = {
    "mail": _all_of(MAIL),
    "plate": _all_of(_PLATE),
    "id_number": _ids,
    "phone": _phones,
    "bank_card": _cards,
    "account": _all_of(_ACCOUNT, 1),
}
