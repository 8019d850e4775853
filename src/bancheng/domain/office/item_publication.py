"""事项发布: what the office states of an item, which of it is refused, and the item it makes."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from bancheng.domain import items
from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import InvalidInput
from bancheng.domain.items import CaseKind, DeliveryWay, ItemLevel, ItemStep, Material, ServiceItem
from bancheng.domain.time_limits.granting import granters_of
from bancheng.domain.time_limits.limit import Limit, LimitUnit, StartConvention
from bancheng.domain.time_limits.terms import Amount

_REMEDY: Final = "请按事项目录的依据文件核对"
_PROMISE: Final = "本单位承诺"


class StatedLimit(msgspec.Struct, frozen=True, kw_only=True):
    """填报时限: an amount and its unit, as the office states it; the conventions follow by law."""

    amount: Annotated[Amount, Meta(description="时限长短")]
    unit: Annotated[LimitUnit, Meta(description="时限单位")] = LimitUnit.WORKING_DAYS
    basis: Annotated[items.Basis, Meta(description="时限依据,不填则为设定依据或承诺")] = ""


class StatedStep(msgspec.Struct, frozen=True, kw_only=True):
    """填报环节: a step of the procedure, as the office states it."""

    name: Annotated[items.Text, Meta(description="环节名称")]
    unit: items.UnitOfStep = None
    limit: Annotated[StatedLimit | None, Meta(description="环节时限")] = None


class PublishItem(Command, frozen=True, kw_only=True):
    """事项发布: enter a service item into the catalogue, or a new version of it."""

    code: items.ItemCode
    basic_code: items.BasicCode
    name: items.ItemName
    level: items.Level = ItemLevel.BUSINESS
    parent: items.Parent = None
    type: items.Type
    kind: items.Kind
    unit: items.UnitOfItem
    legal_basis: items.LegalBasis
    statutory: Annotated[StatedLimit | None, Meta(description="法定时限,自受理起")] = None
    promised: Annotated[StatedLimit | None, Meta(description="承诺时限,自受理起")] = None
    extendable: items.Extendable = True
    extension: items.Extension = None
    steps: Annotated[
        tuple[StatedStep, ...], Meta(max_length=items.STEPS_MAX, description="办理环节,按先后")
    ] = ()
    conditions: items.Conditions = ()
    materials: items.Materials = ()
    form_fields: items.FormFields = ()
    areas: items.Areas = ()
    procedures: items.Procedures = ()
    charges: items.Charges = ()
    review_share: items.ReviewShare = None
    renewal_ahead_days: items.RenewalAhead = None
    deliveries: items.Deliveries = (DeliveryWay.COUNTER,)
    windows: items.Windows = ()
    children: items.Children = ()
    effective_from: items.EffectiveFrom
    effective_to: items.EffectiveTo = None
    source: Annotated[
        str, Meta(min_length=1, max_length=200, description="来源: 依据的文件或文件名")
    ]

    def windows_named(self) -> tuple[tuple[str, str], ...]:
        return tuple((f"windows[{place}]", code) for place, code in enumerate(self.windows))


_NOT_AS_STATED: Final = ("version", "statutory", "promised", "steps")
_AS_STATED: Final = tuple(n for n in ServiceItem.__struct_fields__ if n not in _NOT_AS_STATED)


def item_of(command: PublishItem, version: int) -> ServiceItem:
    """The item that ``command`` states, as its ``version``."""
    return ServiceItem(
        version=version,
        statutory=_limit("statutory", "法定", command.statutory, command.legal_basis),
        promised=_limit("promised", "承诺", command.promised, _PROMISE),
        steps=tuple(_step(number, step) for number, step in enumerate(command.steps, start=1)),
        **{name: getattr(command, name) for name in _AS_STATED},
    )


def checks(command: PublishItem, desk: Desk) -> Iterator[Callable[[], object]]:
    """What raises ``InvalidInput``, each for a rule that forbids what ``command`` states."""
    known_by: dict[str, Sequence[str]] = {
        "deliveries": command.deliveries,
        "windows": command.windows,
        "children": command.children,
        "materials": [material.code for material in command.materials],
        "procedures": [procedure.code for procedure in command.procedures],
        "steps": [step.name for step in command.steps],
    }
    yield from _unit_checks(command, desk)
    yield partial(_check_limits, command)
    yield partial(_check_extension, command)
    yield from (
        partial(_check_unrepeated, f"{field}[{number}]", one, names[:number])
        for field, names in known_by.items()
        for number, one in enumerate(names)
    )
    for number, material in enumerate(command.materials):
        yield partial(_check_gap, material, f"materials[{number}].gap_allowed")
    yield partial(_check_reference, command, "parent", command.parent)
    for number, child in enumerate(command.children):
        yield partial(_check_reference, command, f"children[{number}]", child)
    yield partial(_check_period, command)


def _step(number: int, step: StatedStep) -> ItemStep:
    limit = _limit(f"step.{number}", step.name, step.limit, _PROMISE)
    return ItemStep(name=step.name, unit=step.unit, limit=limit)


def _limit(name: str, label: str, stated: StatedLimit | None, basis: str) -> Limit | None:
    """Days begin with the next one and roll forward by 民法典 201 and 203; hours run at once."""
    if stated is None:
        return None
    is_days = stated.unit.is_days
    return Limit(
        id=f"item.{name}",
        amount=stated.amount,
        unit=stated.unit,
        start=StartConvention.NEXT_DAY if is_days else StartConvention.EXACT,
        roll_forward=stated.unit is LimitUnit.NATURAL_DAYS,
        label=f"{label}{stated.amount}{stated.unit.label}",
        basis=stated.basis or basis,
    )


def _unit_checks(command: PublishItem, desk: Desk) -> Iterator[Callable[[], object]]:
    yield partial(desk.check_unit, command.unit, "unit")
    for number, step in enumerate(command.steps):
        if step.unit is not None:
            yield partial(desk.check_unit, step.unit, f"steps[{number}].unit")


def _check_limits(command: PublishItem) -> None:
    statutory, promised = command.statutory, command.promised
    if promised is None:
        if command.kind is CaseKind.PROMISED:
            raise InvalidInput(
                "ITEM_PROMISE_MISSING", "承诺件须填承诺时限", field="promised", remedy=_REMEDY
            )
    elif statutory and statutory.unit is promised.unit and promised.amount > statutory.amount:
        raise InvalidInput(
            "ITEM_PROMISE_TOO_LONG",
            f"承诺时限 {promised.amount}{promised.unit.label}长于"
            f"法定时限 {statutory.amount}{statutory.unit.label}",
            field="promised",
            remedy="承诺时限不得超过法定时限",
        )


def _check_extension(command: PublishItem) -> None:
    own = command.extension
    if own is None:
        return
    if not command.extendable or command.statutory is None:
        raise InvalidInput(
            "ITEM_NOT_EXTENDABLE",
            "没有法定时限或不可延长的事项,不能规定延长",
            field="extension",
            remedy="请删去延长的规定,或填写法定时限并标为可延长",
        )
    allowed = granters_of(items.decide_purpose(command))
    if own.approver not in allowed:
        raise InvalidInput(
            "ITEM_APPROVER_IMPOSSIBLE",
            f"没有角色能以「{own.approver.label}」的身份批准延长",
            field="extension.approver",
            remedy=f"可选: {'、'.join(sorted(one.label for one in allowed))}",
        )


def _check_unrepeated(field: str, one: str, before: Sequence[str]) -> None:
    if one in before:
        raise InvalidInput(
            "ITEM_CODE_REPEATED",
            f"「{one}」重复",
            field=field,
            remedy="请换用不重复的编码或名称",
        )


def _check_gap(material: Material, field: str) -> None:
    if material.gap_allowed and not material.required:
        raise InvalidInput(
            "ITEM_GAP_NOT_REQUIRED",
            f"材料「{material.name}」并非必要,不存在容缺",
            field=field,
            remedy="只有必要材料才能标为可容缺",
        )


def _check_reference(command: PublishItem, field: str, code: str | None) -> None:
    if code == command.code:
        raise InvalidInput(
            "ITEM_REFERS_TO_ITSELF",
            f"事项「{command.code}」不能是自己的上级或子项",
            field=field,
            remedy=_REMEDY,
        )


def _check_period(command: PublishItem) -> None:
    if command.effective_to is not None and command.effective_to < command.effective_from:
        raise InvalidInput(
            "ITEM_PERIOD_REVERSED",
            f"失效日期 {command.effective_to} 早于生效日期 {command.effective_from}",
            field="effective_to",
            remedy=_REMEDY,
        )
