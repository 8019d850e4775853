"""单位: the units of a hall, one stream each."""

from typing import Annotated

import msgspec
from msgspec import Meta

from bancheng.domain.commands import Command, Desk, OpenWork, UnitRef
from bancheng.domain.errors import InvalidInput, WrongStep
from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.guards import Attempt, guarded, nothing

UnitCode = Annotated[
    str, Meta(min_length=1, max_length=40, pattern="^[A-Za-z0-9_-]+$", description="单位编码")
]


@topic("office.unit-registered")
class UnitRegistered(Event, frozen=True, kw_only=True):
    """单位登记: a unit joined the hall, or changed its name."""

    code: str
    name: str


@topic("office.unit-closed")
class UnitClosed(Event, frozen=True, kw_only=True):
    """单位停用: the unit receives no new work; its history stays.

    What it still owes, its items and its staff go to ``successor``; without one it owed nothing.
    """

    successor: str | None = None


class RegisterUnit(Command, frozen=True, kw_only=True):
    """单位登记: enter a unit, or its new name, into the register."""

    code: UnitCode
    name: Annotated[str, Meta(min_length=1, max_length=100, description="单位名称")]


class CloseUnit(Command, frozen=True, kw_only=True):
    """单位停用: give the unit no new work, and name who takes over what it still has."""

    code: UnitCode
    successor: (
        Annotated[
            UnitRef, Meta(description="承接单位编码;本单位尚有未结事项、事项目录或人员的必填")
        ]
        | None
    ) = None

    def unit_closed(self) -> str:
        return self.code


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """单位: the write state; without a name it was never registered.

    ``successor`` is who took over from a closed one, if anybody did.
    """

    name: str = ""
    closed: bool = False
    successor: str | None = None


def evolve(unit: Unit, recorded: Recorded) -> Unit:
    """The state after ``recorded``."""
    match recorded.event:
        case UnitRegistered(name=name):
            return Unit(name=name)
        case UnitClosed(successor=successor):
            return Unit(name=unit.name, closed=True, successor=successor)
    return unit


def may_close_unit(unit: Unit, _: Attempt) -> None:
    """A unit of the register closes once. ``WrongStep`` ``UNIT_NOT_OPEN``.

    One that was closed without a successor may be given one: a rework or a reopening can bring work
    back to it that nobody could foresee.
    """
    if not unit.name or (unit.closed and unit.successor is not None):
        raise WrongStep(
            "UNIT_NOT_OPEN", "该单位不存在或已停用", field="code", remedy="请核对单位编码"
        )


@guarded(nothing)
def register_unit(unit: Unit, command: RegisterUnit, _: Desk) -> list[Event]:
    if unit.name == command.name and not unit.closed:
        raise InvalidInput(
            "UNIT_UNCHANGED",
            f"单位「{command.code}」已登记为「{command.name}」",
            field="code",
            remedy="无需重复登记",
        )
    return [UnitRegistered(code=command.code, name=command.name)]


@guarded(may_close_unit)
def close_unit(unit: Unit, command: CloseUnit, desk: Desk) -> list[Event]:
    if command.successor is None:
        _check_owes_nothing(unit, command.code, desk)
    elif desk.check_unit(command.successor, "successor") == command.code:
        raise InvalidInput(
            "SUCCESSOR_IS_ITSELF",
            "单位不能承接自己的事项",
            field="successor",
            remedy="请填写另一个单位",
        )
    return [UnitClosed(successor=command.successor)]


def _told(one: OpenWork) -> str:
    example = f"(如 {one.example})" if one.example else ""
    return f"{one.term} {one.count} 项{example}"


def _check_owes_nothing(unit: Unit, code: str, desk: Desk) -> None:
    if unit.closed:
        raise InvalidInput(
            "SUCCESSOR_MISSING",
            f"单位「{code}」已停用",
            field="successor",
            remedy="如须补充指定承接单位,请填写",
        )
    if desk.open_work:
        kinds = "、".join(map(_told, desk.open_work))
        raise InvalidInput(
            "SUCCESSOR_MISSING",
            f"单位「{code}」尚有: {kinds}",
            field="successor",
            remedy="请指定承接单位;不承接的,请先办结、改派、取消或调离",
        )
