"""AB岗: who stands in for whom of the same unit, always while they are away, or for a period.

It is told on the stream of who is stood in for (A岗). Who stands in (B岗) may then do on work in
the hands of the other what that one could: see `bancheng.domain.acting`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from bancheng.domain.acting import conferred
from bancheng.domain.commands import Command, Desk, StaffRef
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt
from bancheng.domain.hands import HOLDING
from bancheng.domain.people import Actor, Role


class StandIn(Struct, frozen=True, kw_only=True):
    """替岗: from when to when somebody stands in; without an end, whenever the other is away."""

    since: datetime | None
    until: datetime | None


StandIns = Mapping[str, StandIn]


@topic("office.stand-in-named")
class StandInNamed(Event, frozen=True, kw_only=True):
    """双岗登记: ``stand_in`` stands in from ``since`` to ``until``, else during each absence."""

    stand_in: str
    name: str
    since: datetime | None = None
    until: datetime | None = None


@topic("office.stand-in-ended")
class StandInEnded(Event, frozen=True, kw_only=True):
    """双岗撤销: ``stand_in`` does not stand in any more."""

    stand_in: str


class OfPair(Command, frozen=True, kw_only=True):
    """双岗指令: an act about two who stand in for each other's work."""

    staff_id: Annotated[StaffRef, Meta(description="A岗工号: 由他人替岗的人员")]
    stand_in: Annotated[StaffRef, Meta(description="B岗工号: 替岗的人员,须为同一单位")]


class NameStandIn(OfPair, frozen=True, kw_only=True):
    """双岗登记: say who stands in for somebody; repeat it to say otherwise from when to when."""

    since: (
        Annotated[datetime, Meta(tz=True, description="替岗起时;填写止时而不填此项的,自登记时起")]
        | None
    ) = None
    until: (
        Annotated[datetime, Meta(tz=True, description="替岗止时;不填为常设,A岗离岗期间替岗")] | None
    ) = None

    def staff_named(self) -> tuple[str, ...]:
        return (self.stand_in,)


class EndStandIn(OfPair, frozen=True, kw_only=True):
    """双岗撤销: let somebody not stand in for the other any more."""


def require_led(unit: str, attempt: Attempt) -> None:
    """``NotAllowed`` ``STAND_IN_OF_OTHERS`` but for who leads the unit, and the administrator."""
    actor = attempt.desk.actor
    leads = actor.may(Role.UNIT_HEAD, Role.DUTY_LEADER) and actor.unit == unit
    if not leads and not actor.may(Role.ADMINISTRATOR):
        raise NotAllowed(
            "STAND_IN_OF_OTHERS",
            "不能登记其他单位的AB岗",
            remedy="请由其单位负责人或系统管理员登记",
        )


def require_named(stand_ins: StandIns, attempt: Attempt) -> None:
    """``WrongStep`` ``NOT_NAMED`` unless they stand in, or are to."""
    found = stand_ins.get(attempt.target)
    if found is None or (found.until is not None and found.until <= attempt.desk.now):
        raise WrongStep("NOT_NAMED", "此人没有未到期的双岗登记", remedy="无需撤销")


def named(principal: Actor, stand_ins: StandIns, command: NameStandIn, desk: Desk) -> list[Event]:
    """That somebody stands in for ``principal``."""
    person, period = together(
        lambda: _stand_in(principal, command, desk), lambda: _period(command, desk)
    )
    if stand_ins.get(person.id) == period:
        raise InvalidInput(
            "STAND_IN_UNCHANGED",
            "AB岗的登记内容没有变化",
            field="stand_in",
            remedy="无需重复登记",
        )
    return [
        StandInNamed(stand_in=person.id, name=person.name, since=period.since, until=period.until)
    ]


def _stand_in(principal: Actor, command: NameStandIn, desk: Desk) -> Actor:
    if command.stand_in == principal.id:
        raise InvalidInput(
            "PAIRED_WITH_ONESELF",
            "A岗与B岗不能是同一人",
            field="stand_in",
            remedy="请填写另一人的工号",
        )
    person = desk.member_of(principal.unit, command.stand_in, "stand_in")
    if not person.may(*HOLDING) or conferred(principal, person) is None:
        raise InvalidInput(
            "STAND_IN_UNFIT",
            f"工号「{person.id}」的岗位不能替「{principal.id}」办理",
            field="stand_in",
            remedy="请填写承办岗位人员的工号;核查员与单位承办人不能互相替岗",
        )
    return person


def _period(command: NameStandIn, desk: Desk) -> StandIn:
    since, until = command.since, command.until
    if until is None:
        if since is not None:
            raise InvalidInput(
                "PERIOD_WITHOUT_END",
                "只填了替岗起时",
                field="until",
                remedy="请填写止时;常设的起止都不填",
            )
        return StandIn(since=None, until=None)
    # What was done before somebody was named can not be done in another's place afterwards.
    since = desk.now if since is None or since < desk.now else since
    if until <= since:
        raise InvalidInput(
            "PERIOD_OVER",
            "替岗止时须晚于起时与此刻",
            field="until",
            remedy="请核对起止时间",
        )
    return StandIn(since=since, until=until)


def after(stand_ins: StandIns, event: Event) -> StandIns:
    """Who stands in after ``event``."""
    match event:
        case StandInNamed():
            period = StandIn(since=event.since, until=event.until)
            return {**stand_ins, event.stand_in: period}
        case StandInEnded(stand_in=gone):
            return {key: one for key, one in stand_ins.items() if key != gone}
    return stand_ins
