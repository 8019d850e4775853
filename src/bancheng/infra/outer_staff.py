"""外部人员: who comes by a provider, as the register has them.

Without a map the register is kept here alone. With one it follows what the provider tells, by an
act of its own that stands in the trail; whom the hall has dismissed stays dismissed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bancheng.app.engine import Context, Engine
from bancheng.app.ports import Answer
from bancheng.domain.errors import InvalidInput, NotAllowed
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.people import Actor, Role
from bancheng.infra.outer_sign_in import Told
from bancheng.infra.password_sign_in import Known, PasswordSignIn
from bancheng.infra.staff_map import StaffMap, unfit
from bancheng.projections.office import MemberRow

STAFF_ID_LENGTH_MAX: Final = 40


@dataclass(frozen=True)
class Registered:
    """登记: by which act the register followed a provider, and what came of it."""

    command: RegisterStaff
    answer: Answer
    by: Actor


@dataclass(frozen=True)
class OuterStaff:
    """外部人员: of one hall. ``shown`` waits until the register shows an act."""

    engine: Engine
    passwords: PasswordSignIn
    map: StaffMap | None
    shown: Callable[[int], bool]

    def come(self, told: Told, provider: str) -> tuple[Known, Registered | None]:
        """Who came by ``provider`` (as people call it), after the register has followed it.

        ``NotAllowed``: ``STAFF_NOT_OF_THIS_HALL``, or as `StaffMap.registration`. Blocks.
        """
        if len(told.staff_id) > STAFF_ID_LENGTH_MAX:
            raise _stranger(told.staff_id)
        member = self.passwords.member(told.staff_id)
        if self.map is None or (member is not None and not member.active):
            return self._known(told.staff_id), None
        command = self.map.registration(told)
        if member is not None and stands_as(member, command):
            return self._known(told.staff_id), None
        registered = self._register(command, provider)
        self.shown(registered.answer.position)
        return self._known(told.staff_id), registered

    def _register(self, command: RegisterStaff, provider: str) -> Registered:
        by = Actor(
            id="provider", name=provider, post="登录平台", unit="SYSTEM",
            roles=(Role.ADMINISTRATOR,),
        )  # fmt: skip
        key = f"sign-in/{self.engine.ids.new()}"
        context = Context(actor=by, key=key, place=Place(Channel.UNSTATED))
        try:
            return Registered(command, self.engine.execute(command, context), by)
        except InvalidInput as error:
            raise unfit(error) from error

    def _known(self, staff_id: str) -> Known:
        known = self.passwords.known(staff_id)
        if known is None:
            raise _stranger(staff_id)
        return known


def stands_as(member: MemberRow, command: RegisterStaff) -> bool:
    """Whether the register has already what ``command`` would have it have."""
    stands = member.name, member.post, member.unit, frozenset(member.roles)
    return stands == (command.name, command.post, command.unit, frozenset(command.roles))


def _stranger(staff_id: str) -> NotAllowed:
    return NotAllowed(
        "STAFF_NOT_OF_THIS_HALL",
        f"本厅的人员名册中没有工号「{staff_id[:STAFF_ID_LENGTH_MAX]}」,或已停用",
        remedy="请系统管理员登记人员后再登录",
    )
