"""查人: the matters of a person are found by a whole name or number, however it is typed.

Of each value there is one spelling. What is compared is a keyed digest of it (ADR 22), so a part
of a value finds nothing and is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bancheng.domain.errors import DomainError, InvalidInput
from bancheng.domain.identity_numbers import PaperKind, as_one, as_typed, checked_number
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import (
    Agent,
    IdNumber,
    Party,
    Personal,
    PersonName,
    Phone,
    is_seen,
    letters_of,
)
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.phone_numbers import RULE as PHONE_RULE
from bancheng.domain.phone_numbers import as_dialled
from bancheng.domain.typed_text import is_masked_or_open, tidied

TYPED_MAX = 100
NAME_LETTERS_MIN = 2
_PART_MAX = 7  # so few digits or letters are of no whole number that has another form
_QUERY_CODE_DIGITS = 10
_OF_PARTY = (PersonalField.NAME, PersonalField.PHONE, PersonalField.ID_NUMBER)
_OF_AGENT = (PersonalField.AGENT_NAME, PersonalField.AGENT_PHONE, PersonalField.AGENT_ID_NUMBER)


class SoughtBy(Labelled):
    """查找方式: by which value of a person their matters are looked for."""

    PHONE = "phone", "电话"
    ID_NUMBER = "id_number", "证件号码"
    NAME = "name", "姓名"
    QUERY_CODE = "query_code", "查询码"


@dataclass(frozen=True)
class Sought:
    """所查: a value in its one spelling, and masked as it may be written down."""

    by: SoughtBy
    masked: str
    spelling: str = field(repr=False)


def sought(by: SoughtBy, typed: str, paper: PaperKind = PaperKind.RESIDENT) -> Sought:
    """What is looked for; ``InvalidInput`` of ``value`` if it is not the whole of such a value.

    ``paper`` is the kind of an identity number; a resident's old and new number are one.
    """
    if not is_seen(typed):
        raise InvalidInput("FIELD_EMPTY", "须填写所查的内容", field="value", remedy="请填写后重试")
    if len(typed) > TYPED_MAX:
        raise InvalidInput(
            "FIELD_TOO_LONG",
            f"所查的内容共 {len(typed)} 字,超过上限 {TYPED_MAX} 字",
            field="value",
            remedy=f"请只填一个{by.label}",
        )
    if is_masked_or_open(typed):
        raise _only_wholes(by)
    match by:
        case SoughtBy.PHONE:
            return _phone(typed)
        case SoughtBy.ID_NUMBER:
            return _id_number(typed, paper)
        case SoughtBy.NAME:
            return _name(typed)
        case SoughtBy.QUERY_CODE:
            return _query_code(typed)


def parts_of(party: Party) -> Iterator[tuple[PersonalField, Personal | None]]:
    """By what a matter that tells of ``party`` is found: each part, none if it is not told."""
    fields = _OF_AGENT if isinstance(party, Agent) else _OF_PARTY
    return zip(fields, (party.name, party.phone, party.id_number), strict=True)


def spelling_of(value: Personal, plain: str, paper: PaperKind | None) -> str | None:
    """The one spelling of ``plain``, told apart by what it is; none if nobody could look for it.

    ``paper`` is the kind of paper of the person whose value it is.
    """
    match value:
        case Phone():
            return _spelt(SoughtBy.PHONE, as_dialled(plain))
        case IdNumber():
            return _numbered(paper or PaperKind.RESIDENT, plain)
        case PersonName():
            return _spelt(SoughtBy.NAME, letters_of(plain))
    raise TypeError(f"nobody is found by a {type(value).__name__}")


def _spelt(by: SoughtBy, bare: str | None) -> str | None:
    return f"{by.value}|{bare}" if bare else None


def _numbered(paper: PaperKind, number: str) -> str:
    kind, bare = as_one(paper, number)
    return f"{SoughtBy.ID_NUMBER.value}|{kind.value}|{bare}"


def _phone(typed: str) -> Sought:
    number = as_dialled(typed)
    if number is None:
        if _length(typed) <= _PART_MAX:
            raise _only_wholes(SoughtBy.PHONE)
        raise InvalidInput(
            "PHONE_MALFORMED", f"电话{PHONE_RULE}", field="value", remedy="请核对电话号码"
        )
    return Sought(SoughtBy.PHONE, Phone.mask(number), f"{SoughtBy.PHONE.value}|{number}")


def _id_number(typed: str, paper: PaperKind) -> Sought:
    kind, number = as_typed(paper, typed)
    try:
        kept = checked_number(kind, number, "value")
    except DomainError as fault:
        if fault.code == "ID_NUMBER_MALFORMED" and _length(number) <= _PART_MAX:
            raise _only_wholes(SoughtBy.ID_NUMBER) from None
        raise
    return Sought(SoughtBy.ID_NUMBER, IdNumber.mask(kept), _numbered(kind, kept))


def _name(typed: str) -> Sought:
    letters = letters_of(typed)
    if len(letters) < NAME_LETTERS_MIN:
        raise _only_wholes(SoughtBy.NAME)
    return Sought(SoughtBy.NAME, PersonName.mask(letters), f"{SoughtBy.NAME.value}|{letters}")


def _query_code(typed: str) -> Sought:
    code = "".join(filter(str.isalnum, tidied(typed)))
    if not (code.isascii() and code.isdecimal() and len(code) == _QUERY_CODE_DIGITS):
        raise InvalidInput(
            "QUERY_CODE_MALFORMED",
            f"查询码为 {_QUERY_CODE_DIGITS} 位数字",
            field="value",
            remedy="请核对受理凭证上的查询码",
        )
    return Sought(SoughtBy.QUERY_CODE, f"{code[:2]}******{code[-2:]}", code)


def _length(typed: str) -> int:
    return sum(map(str.isalnum, tidied(typed)))


def _only_wholes(by: SoughtBy) -> InvalidInput:
    return InvalidInput(
        "SEARCH_BY_PART",
        f"只能按完整的{by.label}查找,不能按其中一部分(如末四位、姓氏)或带星号、通配符的内容查找",
        field="value",
        remedy=f"请填写完整的{by.label};只知道一部分的,请用编号或查询码查",
    )
