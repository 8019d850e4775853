"""主密钥: that another master key takes the place of the one that wraps all keys of the hall.

How it is done is `bancheng.infra.rotation`'s matter. A key is named by its id, which tells nothing
of it.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.guards import Attempt, Targets, guarded

KeyId = Annotated[
    str, Meta(min_length=2, max_length=64, pattern="^[0-9a-f]+$", description="主密钥标识")
]


@topic("office.key-rotation-begun")
class KeyRotationBegun(Event, frozen=True, kw_only=True):
    """主密钥轮换开始: from now on new keys are wrapped under ``new``, and old ones wrapped anew."""

    old: str
    new: str


@topic("office.key-rotation-ended")
class KeyRotationEnded(Event, frozen=True, kw_only=True):
    """主密钥轮换完成: all ``keys`` of the hall are wrapped under ``new``; the other is given up."""

    new: str
    keys: int


class BeginKeyRotation(Command, frozen=True, kw_only=True):
    """开始轮换主密钥: record that another one is put in the place of ``old``."""

    old: Annotated[KeyId, Meta(description="现用主密钥标识")]
    new: Annotated[KeyId, Meta(description="新主密钥标识")]


class EndKeyRotation(Command, frozen=True, kw_only=True):
    """完成轮换主密钥: record that nothing is wrapped under the old one any more."""

    new: Annotated[KeyId, Meta(description="新主密钥标识")]
    keys: Annotated[int, Meta(ge=0, le=1_000_000_000, description="密钥个数")]


class MasterKeyRegister(msgspec.Struct, frozen=True, kw_only=True):
    """主密钥登记: the write state; ``following`` is the one that a rotation is under way to."""

    following: str | None = None


def evolve(register: MasterKeyRegister, recorded: Recorded) -> MasterKeyRegister:
    """The state after ``recorded``."""
    match recorded.event:
        case KeyRotationBegun(new=new):
            return MasterKeyRegister(following=new)
        case KeyRotationEnded():
            return MasterKeyRegister()
    return register


def _following(register: MasterKeyRegister) -> tuple[str, ...]:
    return () if register.following is None else (register.following,)


NEW = Targets[MasterKeyRegister](lambda command: command.new, _following)


def may_begin(register: MasterKeyRegister, attempt: Attempt) -> None:
    """One to that key is not under way yet. ``WrongStep`` ``ROTATION_UNDER_WAY``."""
    if register.following == attempt.target:
        raise WrongStep(
            "ROTATION_UNDER_WAY", "向该主密钥的轮换已在进行", remedy="再次运行即继续,不必另行开始"
        )


def may_end(register: MasterKeyRegister, attempt: Attempt) -> None:
    """One to that key is under way. ``WrongStep`` ``NO_ROTATION``."""
    if register.following != attempt.target:
        raise WrongStep("NO_ROTATION", "没有向该主密钥进行中的轮换", remedy="请核对主密钥标识")


@guarded(may_begin, NEW)
def begin_rotation(_: MasterKeyRegister, command: BeginKeyRotation, __: Desk) -> list[Event]:
    return [KeyRotationBegun(old=command.old, new=command.new)]


@guarded(may_end, NEW)
def end_rotation(_: MasterKeyRegister, command: EndKeyRotation, __: Desk) -> list[Event]:
    return [KeyRotationEnded(new=command.new, keys=command.keys)]
