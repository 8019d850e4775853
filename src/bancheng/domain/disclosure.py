"""调阅与联系: sealed data of a person are opened for a purpose of the rule book, and people called.

What is opened is in no event: an event says who opened which fields, for what and when. The clear
values go into one answer, which nobody keeps (`app/opening.py`).
"""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Protocol, TypeVar

from msgspec import Meta

from bancheng.domain.calls import CallResult, check_note
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep, together
from bancheng.domain.events import Event
from bancheng.domain.people import FreeText, Role
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.time_limits.rules import DisclosureRule

Purpose = Annotated[str, Meta(max_length=40, description="用途代码,见规则库的调阅用途")]
Fields = Annotated[
    tuple[PersonalField, ...],
    Meta(min_length=1, max_length=len(PersonalField), description="调阅的项目"),
]


class Disclosure(Event, frozen=True, kw_only=True):
    """调阅: somebody opened ``fields`` of a matter for ``purpose``; no value of them is here.

    ``day`` is the day of the hall that it counts for, ``daily_max`` how many a person may have on
    one day by the rule book before who supervises is alarmed; None if the book sets no number.
    """

    purpose: str
    fields: tuple[PersonalField, ...]
    reason: FreeText
    day: date
    daily_max: int | None


class Opening(Protocol):
    """What a command that opens personal data says."""

    @property
    def purpose(self) -> str: ...
    @property
    def fields(self) -> tuple[PersonalField, ...]: ...
    @property
    def reason(self) -> FreeText: ...


class Call(Protocol):
    """What a command that tells of a call says."""

    @property
    def purpose(self) -> str: ...
    @property
    def call(self) -> CallResult: ...
    @property
    def note(self) -> FreeText | None: ...


class Contact(Event, frozen=True, kw_only=True):
    """联系: somebody called whom the matter is about. A call that reached nobody is one too."""

    purpose: str
    call: CallResult
    note: FreeText | None = None


D = TypeVar("D", bound=Disclosure)


def not_concerned() -> NotAllowed:
    """The refusal of who has nothing to do with the matter at the moment."""
    return NotAllowed(
        "NOT_CONCERNED",
        "您现在不经办本件,不能调阅或联系当事人",
        remedy="请由经办本件的人员办理",
    )


def rule_for(code: str, desk: Desk, standing: Collection[Role], *, kind: str) -> DisclosureRule:
    """The rule of the purpose ``code``, if who acts may use it as one of ``standing``.

    ``kind`` is what the matter is: ``tickets`` or ``cases``. ``InvalidInput`` ``TERM_UNKNOWN`` or
    ``PURPOSE_NOT_YOURS``.
    """
    rules = _rules(desk, kind)
    rule = next((one for one in rules if one.code == code), None)
    if rule is None:
        raise InvalidInput(
            "TERM_UNKNOWN",
            f"本件没有调阅用途「{code}」",
            field="purpose",
            remedy=f"可选: {_listed(rules)}",
        )
    if not fields_of(rule, standing):
        mine = [one for one in rules if fields_of(one, standing)]
        raise InvalidInput(
            "PURPOSE_NOT_YOURS",
            f"以您办理本件的身份不能用于「{rule.label}」",
            field="purpose",
            remedy=f"可选: {_listed(mine)}",
        )
    return rule


def require_purpose(desk: Desk, standing: Collection[Role], *, kind: str) -> None:
    """``WrongStep`` ``NO_PURPOSE`` if the book has no purpose for who stands to it like that."""
    if not any(fields_of(one, standing) for one in _rules(desk, kind)):
        raise WrongStep(
            "NO_PURPOSE",
            "规则库没有规定以您的身份可用的调阅用途",
            remedy="请由系统管理员在规则库中补充调阅用途",
        )


def require_openable(desk: Desk, standing: Collection[Role], *, kind: str) -> None:
    """``WrongStep`` ``NOTHING_TO_OPEN`` if nothing is on file that the book lets the actor open."""
    require_purpose(desk, standing, kind=kind)
    may_open = {field for one in _rules(desk, kind) for field in fields_of(one, standing)}
    if not may_open & desk.openable:
        raise WrongStep(
            "NOTHING_TO_OPEN",
            "本件没有登记您可以调阅的内容",
            remedy="匿名反映的无法联系;请按反映内容办理",
        )


def _rules(desk: Desk, kind: str) -> list[DisclosureRule]:
    return [one for one in desk.rulebook.disclosures if getattr(one, kind)]


def fields_of(rule: DisclosureRule, standing: Collection[Role]) -> Collection[PersonalField]:
    """What may be opened for the purpose of ``rule`` by who stands to the matter like that."""
    if any(role in rule.by for role in standing):
        return rule.fields
    return rule.unit_fields if Role.UNIT_OFFICER in standing else ()


def disclosed(
    event: type[D], command: Opening, desk: Desk, standing: Collection[Role], *, kind: str
) -> D:
    """What ``command`` opens, as the event says it; ``InvalidInput`` if the book does not allow it.

    ``FIELD_NOT_FOR_PURPOSE`` and ``FIELD_NOT_ON_FILE`` name all the fields at fault.
    """
    rule = rule_for(command.purpose, desk, standing, kind=kind)
    each = tuple(dict.fromkeys(command.fields))
    together(
        lambda: _check_fields(each, rule, standing),
        lambda: _check_on_file(each, desk),
    )
    return event(
        purpose=rule.code,
        fields=each,
        reason=desk.sealed(command.reason),
        day=desk.calendar.local(desk.now).date(),
        daily_max=desk.rulebook.disclosures_daily_max,
    )


def _check_fields(
    fields: Collection[PersonalField], rule: DisclosureRule, standing: Collection[Role]
) -> None:
    allowed = fields_of(rule, standing)
    if beyond := [one for one in fields if one not in allowed]:
        raise InvalidInput(
            "FIELD_NOT_FOR_PURPOSE",
            f"为「{rule.label}」不能调阅: {_words(beyond)}",
            field="fields",
            remedy=f"可调阅: {_words(allowed)}",
        )


def _check_on_file(fields: Collection[PersonalField], desk: Desk) -> None:
    if absent := [one for one in fields if one not in desk.openable]:
        raise InvalidInput(
            "FIELD_NOT_ON_FILE",
            f"本件没有登记: {_words(absent)}",
            field="fields",
            remedy=f"可调阅的有: {_words(desk.openable) or '无'}",
        )


def check_call(command: Call, desk: Desk, standing: Collection[Role], *, kind: str) -> None:
    """``InvalidInput`` unless the call is for a purpose of who made it, and told of as it must."""
    together(
        lambda: rule_for(command.purpose, desk, standing, kind=kind),
        lambda: check_note(command.call, command.note, "note"),
    )


def _words(fields: Collection[PersonalField]) -> str:
    return "、".join(one.label for one in PersonalField if one in fields)


def _listed(rules: Collection[DisclosureRule]) -> str:
    return "、".join(f"{one.code}({one.label})" for one in rules) or "无"
