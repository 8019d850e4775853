"""单位: the units of a hall, one stream each."""

from typing import Annotated

import msgspec
from msgspec import Meta

from bancheng.domain.commands import Command, Desk
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
    """单位停用: the unit receives no new work; its history stays."""


class RegisterUnit(Command, frozen=True, kw_only=True):
    """单位登记: enter a unit, or its new name, into the register."""

    code: UnitCode
    name: Annotated[str, Meta(min_length=1, max_length=100, description="单位名称")]


class CloseUnit(Command, frozen=True, kw_only=True):
    """单位停用: give the unit no new work."""

    code: UnitCode


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """单位: the write state; without a name it was never registered."""

    name: str = ""
    closed: bool = False


def evolve(unit: Unit, recorded: Recorded) -> Unit:
    """The state after ``recorded``."""
    match recorded.event:
        case UnitRegistered(name=name):
            return Unit(name=name)
        case UnitClosed():
            return Unit(name=unit.name, closed=True)
    return unit


def may_close_unit(unit: Unit, _: Attempt) -> None:
    """A unit of the register closes once. ``WrongStep`` ``UNIT_NOT_OPEN``."""
    if not unit.name or unit.closed:
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
def close_unit(_: Unit, __: CloseUnit, ___: Desk) -> list[Event]:
    return [UnitClosed()]
