"""Who acts, in which capacity, and how what is known about people is carried.

A `Personal` value is plain only in memory. The codec seals it under the key of its owner before
it is stored, so destroying that key erases the value and breaks no hash.
"""

import re
import unicodedata
from typing import Annotated, ClassVar, Final, Protocol, Self

import msgspec
from msgspec import Meta

from bancheng.domain.errors import InvalidInput
from bancheng.domain.identity_numbers import PaperKind, checked_number
from bancheng.domain.labelled import Labelled
from bancheng.domain.phone_numbers import RULE as PHONE_RULE
from bancheng.domain.phone_numbers import can_be_called
from bancheng.domain.typed_text import INKLESS, tidied


class Role(Labelled):
    """角色: what a post may do."""

    WINDOW_CLERK = "window_clerk", "窗口人员"
    HANDLER = "handler", "工单处理员"
    UNIT_OFFICER = "unit_officer", "单位承办人"
    VERIFIER = "verifier", "核查员"
    SUPERVISOR = "supervisor", "监督员"
    EFFICIENCY_SUPERVISOR = "efficiency_supervisor", "效能监察员"
    UNIT_HEAD = "unit_head", "单位负责人"
    DUTY_LEADER = "duty_leader", "带班领导"
    GOVERNMENT_HEAD = "government_head", "政府负责人"
    ARCHIVIST = "archivist", "档案员"
    ADMINISTRATOR = "administrator", "系统管理员"
    SYSTEM = "system", "系统自动"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """经办人: a member of staff as they stood when they acted."""

    id: str
    name: str
    post: str
    unit: str
    roles: tuple[Role, ...] = ()

    def may(self, *roles: Role) -> bool:
        """Whether the actor holds one of ``roles``."""
        return any(role in self.roles for role in roles)


class Personal:
    """个人信息: one value about a person, owned by that person's (or that ticket's) key.

    Exactly one of ``plain`` (before sealing) and ``box`` (nonce, ciphertext and tag) is set.
    """

    __slots__ = ("box", "owner", "plain")
    kind: ClassVar[str] = "text"
    length_max: ClassVar[int] = 10_000

    def __init__(
        self, plain: str | None = None, *, owner: str | None = None, box: bytes | None = None
    ) -> None:
        self.plain = plain
        self.owner = owner
        self.box = box

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and (self.plain, self.owner, self.box) == (
            other.plain,
            other.owner,
            other.box,
        )

    def __hash__(self) -> int:
        return hash((self.plain, self.owner, self.box))

    def __repr__(self) -> str:  # never the value: reprs end up in logs
        return f"{type(self).__name__}(owner={self.owner!r})"

    def owned_by(self, owner: str) -> Self:
        """The same value, to be sealed under the key of ``owner``."""
        return type(self)(self.plain, owner=owner, box=self.box)

    @classmethod
    def checked(cls, text: str, field: str) -> Self:
        """The trimmed value; ``InvalidInput`` if it is empty, too long or malformed."""
        value = text.replace("\0", "").strip()  # PostgreSQL keeps no NUL in a text
        if not is_seen(value):
            raise InvalidInput(
                "FIELD_EMPTY", f"{field}不能为空", field=field, remedy="请填写后重试"
            )
        if len(value) > cls.length_max:
            raise InvalidInput(
                "FIELD_TOO_LONG",
                f"{field}共 {len(value)} 字,超过上限 {cls.length_max} 字",
                field=field,
                remedy="请精简内容或作为附件提交",
            )
        cls.check_form(value, field)
        return cls(value)

    @classmethod
    def check_form(cls, value: str, field: str) -> None:
        """Raise ``InvalidInput`` if ``value`` has not the form of its kind."""

    @classmethod
    def mask(cls, value: str) -> str:
        """脱敏: ``value`` as everybody may see it."""
        return mask_text(value)


def is_seen(text: str) -> bool:
    """Whether somebody who reads ``text`` sees anything: some signs have no width, or no ink."""
    visible = (one for one in text if one.isprintable() and not one.isspace())
    return any(one not in INKLESS and unicodedata.category(one) != _ON_OTHERS for one in visible)


def letters_of(name: str) -> str:
    """What ``name`` is spelt with: no full width, no case, no blanks, no marks of punctuation.

    The dot in 「阿拉坦·其其格」 is typed in half a dozen ways, and so are brackets of a company.
    Rare characters that no standard has yet stand where a hall has put them (private use).
    """
    folded = tidied(name).casefold()
    kinds = ((one, unicodedata.category(one)) for one in folded)
    return "".join(one for one, kind in kinds if kind[0] in "LMN" or kind == "Co")


class PersonName(Personal):
    """姓名: the surname stays visible."""

    __slots__ = ()
    kind = "name"
    length_max = 60

    @classmethod
    def mask(cls, value: str) -> str:
        return value[:1] + "*" * min(max(len(value) - 1, 1), 3)


class Phone(Personal):
    """电话: the first three and the last four digits stay visible."""

    __slots__ = ()
    kind = "phone"
    length_max = 24

    @classmethod
    def check_form(cls, value: str, field: str) -> None:
        if not can_be_called(value):
            raise InvalidInput(
                "PHONE_MALFORMED",
                f"{field}{PHONE_RULE}",
                field=field,
                remedy="请核对电话号码",
            )

    @classmethod
    def mask(cls, value: str) -> str:
        is_mobile = len(value) >= len("13800000000")
        return f"{value[:3]}****{value[-4:]}" if is_mobile else f"****{value[-2:]}"


class IdNumber(Personal):
    """证件号码: first and last character stay visible (area and birth year would tell too much).

    Here only what every paper's number is made of is asked; `Party.checked` knows which paper.
    """

    __slots__ = ()
    kind = "id_number"
    length_max = 30
    _form = re.compile(r"[0-9A-Za-z一-鿿()-]{4,30}")

    @classmethod
    def check_form(cls, value: str, field: str) -> None:
        if not cls._form.fullmatch(value):
            raise InvalidInput(
                "ID_NUMBER_MALFORMED",
                f"{field}只能含数字、字母、汉字、括号与连字符,4 至 30 位",
                field=field,
                remedy="请核对证件号码",
            )

    @classmethod
    def mask(cls, value: str) -> str:
        return f"{value[0]}{'*' * (len(value) - 2)}{value[-1]}"


class CertificateNumber(Personal):
    """证照编号: shown as it is, unless it is its holder's identity number, as many licences' is."""

    __slots__ = ()
    kind = "certificate_no"
    length_max = 100
    _identity = re.compile(r"(?<!\d)\d{14}(?:\d{3})?[\dXx](?!\d)")

    @classmethod
    def mask(cls, value: str) -> str:
        return cls._identity.sub(lambda found: IdNumber.mask(found[0]), value)


class Address(Personal):
    """地址: the first six characters stay visible."""

    __slots__ = ()
    kind = "address"
    length_max = 200

    @classmethod
    def mask(cls, value: str) -> str:
        return value[: min(6, len(value) // 2)] + "****"


class FreeText(Personal):
    """自由文本: may name third parties, so it is sealed whole; numbers in it are masked."""

    __slots__ = ()
    kind = "text"


class DeviceSecret(Personal):
    """设备密钥: what the codes of somebody's device are made of. Nobody is shown any of it."""

    __slots__ = ()
    kind = "device_secret"

    @classmethod
    def mask(cls, value: str) -> str:
        return "*" * len(value)


class Title(FreeText):
    """标题: a short free text."""

    __slots__ = ()
    length_max = 200


_ON_OTHERS = "Mn"  # accents and selectors, which say nothing unless they stand on something
# A run of eight or more digits (or an identity number ending in X) identifies a person, of any
# length, in any script, and with single spaces or hyphens in between.
_NUMBERS = re.compile(r"\d(?:[ \u3000‐-—-]?\d){6,}[ \u3000‐-—-]?[\dXx]")
# Possessive: without it a long text without an @ would be tried from each of its characters.
MAIL = re.compile(r"(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]++@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)+")


def mask_text(value: str) -> str:
    """脱敏: ``value`` with phone and identity numbers and mail addresses starred."""
    starred = _NUMBERS.sub(lambda found: f"{found[0][:3]}****{found[0][-2:]}", value)
    return MAIL.sub("***@***", starred) if "@" in starred else starred


_WHOLE_NUMBER = re.compile(r"(?<![\dA-Za-z])(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")


def has_whole_number(text: str) -> bool:
    """Whether ``text`` has a number that is a person's mobile's or identity card's by its form."""
    return _WHOLE_NUMBER.search(text) is not None


def without_whole_numbers(text: str) -> str:
    """``text`` with such numbers starred; those that the office gives stay to be read."""
    return _WHOLE_NUMBER.sub(lambda found: f"{found[0][:3]}****{found[0][-2:]}", text)


class SpecialGroup(Labelled):
    """特殊群体: people served first (seeds S0, S2, S4)."""

    ELDERLY = "elderly", "老年人"
    DISABLED = "disabled", "残疾人"
    PREGNANT = "pregnant", "孕妇"
    FOREIGNER = "foreigner", "外籍人士"
    MILITARY = "military", "军人依法优先"


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """当事人: a person as the office knows them; every part but the name may be absent."""

    name: PersonName
    phone: Phone | None = None
    id_kind: (
        Annotated[PaperKind, Meta(description="证件类型;填有证件号码而不填类型的,按居民身份证")]
        | None
    ) = None
    id_number: (
        Annotated[IdNumber, Meta(description="证件号码;按证件类型核对,其中的字母记为大写")] | None
    ) = None
    address: Address | None = None

    def checked(self, field: str) -> Self:
        """The same person with the number as it is kept; ``InvalidInput`` names the part at fault.

        Decisions ask it, and types do not: what was recorded under older rules is read as it is.
        """
        if self.id_number is None or self.id_number.plain is None:
            return self
        kind = self.id_kind or PaperKind.RESIDENT
        number = checked_number(kind, self.id_number.plain, f"{field}.id_number")
        kept = IdNumber(number, owner=self.id_number.owner)
        return msgspec.structs.replace(self, id_kind=kind, id_number=kept)

    def owned_by(self, owner: str) -> Self:
        """The same person, every part to be sealed under the key of ``owner``."""
        return type(self)(
            name=self.name.owned_by(owner),
            phone=self.phone and self.phone.owned_by(owner),
            id_kind=self.id_kind,
            id_number=self.id_number and self.id_number.owned_by(owner),
            address=self.address and self.address.owned_by(owner),
        )


class Reporter(Party, frozen=True, kw_only=True):
    """反映人: the person behind a ticket."""


class Applicant(Party, frozen=True, kw_only=True):
    """申请人: the person, or for an entity its legal representative, who applies for an item."""


class Agent(Party, frozen=True, kw_only=True):
    """代办人: who handles a case for the applicant, by mandate."""


class NamesOnFile(msgspec.Struct, frozen=True, kw_only=True):
    """登记姓名: what a case calls its applicant and their agent, plain.

    Each is None if there is no such person, or if the key of the name was destroyed.
    """

    applicant: PersonName | None = None
    agent: PersonName | None = None


ERASED: Final = "已销毁"
"""What is shown in place of a value whose key was destroyed."""


class Opener(Protocol):
    """What a projection may ask of the vault."""

    def masked(self, value: Personal | None) -> str | None:
        """The masked value; ``None`` stays ``None``; an erased one reads 「已销毁」."""
