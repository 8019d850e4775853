"""回避: who has an interest in a matter asks not to act on it, and somebody else decides.

The person themself has to ask, whoever reported or applied may, and it may be decided without
either (公务员法 76, 77; 信访工作条例 28; 济南12345条例 32). Until it is decided nothing stops. The
acts are the same for tickets and cases; that who is recused does nothing is asked in one place
(`bancheng.domain.guards`).
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Protocol

from msgspec import Meta

from bancheng.domain.commands import Desk, StaffRef
from bancheng.domain.errors import InvalidInput, NotAllowed, NotFound, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.impartiality import Recusal, RecusalGround
from bancheng.domain.people import FreeText, Role
from bancheng.domain.warnings.matter import MatterCommand

_OF_UNITS: Final = (Role.UNIT_OFFICER, Role.UNIT_HEAD)
_OF_THE_HALL: Final = (Role.SUPERVISOR, Role.EFFICIENCY_SUPERVISOR)
# Whoever reports or applies speaks to these; nobody else asks in their name.
_HEAR_PEOPLE: Final = (Role.WINDOW_CLERK, Role.HANDLER)


class Matter(Protocol):
    """案件: a ticket or a case; ``recusals`` by the staff ids of whom they are."""

    @property
    def recusals(self) -> Mapping[str, Recusal]: ...
    def is_recused(self, staff_id: str) -> bool:
        """Whether it was ordered that they do nothing here."""

    def has_to_answer(self, unit: str) -> bool:
        """Whether the unit has or had something to keep a limit of in it."""


class RecusalEvent(Event, frozen=True, kw_only=True):
    """回避事件: something about the recusal of ``staff_id`` of ``unit``, and why; sealed."""

    staff_id: str
    unit: str
    reason: FreeText


@topic("recusal.requested")
class RecusalRequested(RecusalEvent, frozen=True, kw_only=True):
    """申请回避: somebody asked that a person do nothing on the matter.

    ``by_party``: whoever reported or applied wants it, and somebody of the hall wrote that down;
    else the person asked by themself.
    """

    ground: RecusalGround
    by_party: bool


@topic("recusal.ordered")
class RecusalOrdered(RecusalEvent, frozen=True, kw_only=True):
    """决定回避: the person does nothing on the matter any more, whether or not it was asked."""

    ground: RecusalGround


@topic("recusal.denied")
class RecusalDenied(RecusalEvent, frozen=True, kw_only=True):
    """不予回避: what was asked is no ground; the person goes on."""


@topic("recusal.lifted")
class RecusalLifted(RecusalEvent, frozen=True, kw_only=True):
    """解除回避: the ground is gone; the person may act again."""


EVENTS: Final = (RecusalRequested, RecusalOrdered, RecusalDenied, RecusalLifted)


class RecusalCommand(MatterCommand, frozen=True, kw_only=True):
    """回避指令: an act about the recusal of one person on one matter."""

    in_person: ClassVar[bool] = True

    staff_id: Annotated[StaffRef, Meta(description="须回避人员工号")]
    reason: Annotated[FreeText, Meta(description="理由")]

    def staff_named(self) -> tuple[str, ...]:
        return (self.staff_id,)


class RequestRecusal(RecusalCommand, frozen=True, kw_only=True):
    """申请回避: ask for oneself, or write down that who reported or applied asks."""

    ground: Annotated[RecusalGround, Meta(description="回避情形")]


class OrderRecusal(RecusalCommand, frozen=True, kw_only=True):
    """决定回避: let the person do nothing on the matter any more; also if nobody asked."""

    ground: Annotated[RecusalGround, Meta(description="回避情形")]


class DenyRecusal(RecusalCommand, frozen=True, kw_only=True):
    """不予回避: decide that what was asked is no ground."""


class LiftRecusal(RecusalCommand, frozen=True, kw_only=True):
    """解除回避: let the person act again, since the ground is gone."""


def _of(command: RecusalCommand) -> str:
    return command.staff_id


ASKED: Final = Targets[Matter](
    of=_of,
    within=lambda matter: [one for one, it in matter.recusals.items() if not it.ordered],
)
RECUSED: Final = Targets[Matter](
    of=_of, within=lambda matter: [one for one, it in matter.recusals.items() if it.ordered]
)


def may_request(matter: Matter, attempt: Attempt) -> None:
    """Whoever may act on it, once for themself; a unit only on what it has to answer for.

    ``NotAllowed`` ``NOT_CONCERNED``, ``WrongStep`` ``RECUSAL_ASKED``.
    """
    actor = attempt.desk.actor
    if actor.may(*_OF_UNITS) and set(actor.roles) <= set(_OF_UNITS):
        _require_concerned(matter, attempt)
    if actor.id in matter.recusals and not actor.may(*_HEAR_PEOPLE):
        raise WrongStep(
            "RECUSAL_ASKED", "您在本件的回避已经申请", remedy="请等待决定,决定前继续办理"
        )


def _require_concerned(matter: Matter, attempt: Attempt) -> None:
    if not matter.has_to_answer(attempt.desk.actor.unit):
        raise NotAllowed(
            "NOT_CONCERNED", "本件没有须由贵单位办理的事项", remedy="请由办理本件的单位或人员提出"
        )


def may_order(matter: Matter, attempt: Attempt) -> None:
    """Who supervises, or the head of a unit that has to answer. ``NOT_CONCERNED``.

    What else a head does at the hall, as at a window, gives no right to decide.
    """
    if not attempt.desk.actor.may(*_OF_THE_HALL):
        _require_concerned(matter, attempt)


def may_deny(matter: Matter, attempt: Attempt) -> Recusal:
    """As `may_order`, of a request that waits. ``NotFound`` ``RECUSAL_NOT_ASKED``."""
    return _standing(matter, attempt, ordered=False)


def may_lift(matter: Matter, attempt: Attempt) -> Recusal:
    """As `may_order`, of what was ordered. ``NotFound`` ``NOT_RECUSED``."""
    return _standing(matter, attempt, ordered=True)


def _standing(matter: Matter, attempt: Attempt, *, ordered: bool) -> Recusal:
    may_order(matter, attempt)
    actor, found = attempt.desk.actor, matter.recusals.get(attempt.target)
    if found is None or found.ordered is not ordered:
        raise _not_recused(attempt.target) if ordered else _not_asked(attempt.target)
    if actor.id == attempt.target:
        raise NotAllowed(
            "OWN_RECUSAL", "本人的回避不能由本人决定", remedy="请由另一位有权决定的人员办理"
        )
    if not actor.may(*_OF_THE_HALL) and found.unit != actor.unit:
        raise NotAllowed(
            "NOT_OWN_UNIT", "该人员不属于贵单位", remedy="请由其单位负责人或监督人员决定"
        )
    return found


@guarded(may_request)
def request_recusal(matter: Matter, command: RequestRecusal, desk: Desk) -> list[Event]:
    actor, is_own = desk.actor, command.staff_id == desk.actor.id
    if not is_own and not actor.may(*_HEAR_PEOPLE):
        raise InvalidInput(
            "RECUSAL_OF_OTHERS",
            "只能申请本人回避",
            field="staff_id",
            remedy="反映人或申请人要求他人回避的,由窗口人员或工单处理员登记",
        )
    if command.staff_id in matter.recusals:
        raise _known_already()
    return [
        RecusalRequested(
            staff_id=command.staff_id,
            unit=actor.unit if is_own else _unit_of(command, desk),
            ground=command.ground,
            reason=desk.sealed(command.reason),
            by_party=not is_own,
        )
    ]


@guarded(may_order)
def order_recusal(matter: Matter, command: OrderRecusal, desk: Desk) -> list[Event]:
    if command.staff_id == desk.actor.id:
        raise InvalidInput(
            "RECUSAL_OF_ONESELF",
            "本人的回避不能由本人决定",
            field="staff_id",
            remedy="请申请回避,由另一位有权决定的人员办理",
        )
    if matter.is_recused(command.staff_id):
        raise _known_already()
    # Also of a head who sits at a window: there they hear what is asked, and decide nothing.
    own = None if desk.actor.may(*_OF_THE_HALL) else desk.actor.unit
    return [
        RecusalOrdered(
            staff_id=command.staff_id,
            unit=_unit_of(command, desk, own),
            ground=command.ground,
            reason=desk.sealed(command.reason),
        )
    ]


@guarded(may_deny, ASKED)
def deny_recusal(matter: Matter, command: DenyRecusal, desk: Desk) -> list[Event]:
    unit = matter.recusals[command.staff_id].unit
    reason = desk.sealed(command.reason)
    return [RecusalDenied(staff_id=command.staff_id, unit=unit, reason=reason)]


@guarded(may_lift, RECUSED)
def lift_recusal(matter: Matter, command: LiftRecusal, desk: Desk) -> list[Event]:
    unit = matter.recusals[command.staff_id].unit
    reason = desk.sealed(command.reason)
    return [RecusalLifted(staff_id=command.staff_id, unit=unit, reason=reason)]


def recusals_after(recusals: Mapping[str, Recusal], event: Event) -> Mapping[str, Recusal]:
    """The recusals after ``event``: those that wait, and those that were ordered."""
    match event:
        case RecusalRequested(staff_id=who, unit=unit, ground=ground):
            return {**recusals, who: Recusal(unit=unit, ground=ground)}
        case RecusalOrdered(staff_id=who, unit=unit, ground=ground):
            return {**recusals, who: Recusal(unit=unit, ground=ground, ordered=True)}
        case RecusalDenied(staff_id=who) | RecusalLifted(staff_id=who):
            return {other: one for other, one in recusals.items() if other != who}
    return recusals


def _unit_of(command: RecusalCommand, desk: Desk, only: str | None = None) -> str:
    """The unit of whom it is about. ``InvalidInput`` ``STAFF_OF_OTHER_UNIT`` if not ``only``."""
    found = desk.member(command.staff_id, "staff_id")
    return found.unit if only is None else desk.member_of(only, found.id, "staff_id").unit


def _not_asked(staff_id: str) -> NotFound:
    return NotFound(
        "RECUSAL_NOT_ASKED",
        f"工号「{staff_id}」在本件没有待决定的回避申请",
        field="staff_id",
        remedy="请核对回避台账中的工号",
    )


def _not_recused(staff_id: str) -> NotFound:
    return NotFound(
        "NOT_RECUSED",
        f"工号「{staff_id}」在本件没有被决定回避",
        field="staff_id",
        remedy="请核对回避台账中的工号",
    )


def _known_already() -> InvalidInput:
    return InvalidInput(
        "RECUSAL_KNOWN",
        "此人在本件的回避已经申请或决定",
        field="staff_id",
        remedy="请核对回避台账",
    )
