"""承办: who has a matter, or an order of a ticket, in hand: claimed, assigned, given back.

To have something in hand is to answer for it, not a lock: who else may act on it is as before. The
acts are the same for tickets and cases. Whoever is recused or accused has nothing of it in hand.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, ClassVar, Final, Protocol

from msgspec import Meta

from bancheng.domain.commands import Command, Desk, StaffRef
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep
from bancheng.domain.events import Event, term_of, topic
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.hands import Hands, Holder, Holders, its_order, lets, lets_of, takes
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Actor, FreeText, Role
from bancheng.domain.recusal import RecusalOrdered
from bancheng.domain.steps import Step
from bancheng.domain.warnings.events import DutiesPassedOn
from bancheng.domain.warnings.matter import MatterCommand


class Unfit(Labelled):
    """不宜承办: why somebody can not have a part of a matter in hand."""

    OTHER_UNIT = "other_unit", "不是承办单位的人员"
    OTHER_ROLE = "other_role", "岗位不办理此项工作"
    CONCERNED = "concerned", "与本件有利害关系"


class Matter(Protocol):
    """案件: a ticket or a case; ``holders`` by the part that each has in hand."""

    @property
    def holders(self) -> Holders: ...
    @property
    def parts(self) -> Sequence[str]:
        """All parts that there are or were."""

    def require_part(self, act: type[Command], part: str) -> None:
        """Raise the refusal unless there is that part, and anything is done on it by ``act``."""

    def require_part_open(self, act: type[Command], part: str) -> None:
        """Raise ``WrongStep`` unless somebody has to work on the part."""

    def units_of(self, part: str) -> Collection[str]:
        """The units that the part is with."""

    def unfit(self, part: str, person: Actor) -> Unfit | None:
        """Why ``person`` can not have the part in hand, if so."""


class HoldingEvent(Event, frozen=True, kw_only=True):
    """承办事件: something about who has a matter in hand, or of it the order ``order_id``."""

    order_id: str | None = None


@topic("holding.claimed", step=Step.DISPATCH)
class WorkClaimed(HoldingEvent, frozen=True, kw_only=True):
    """认领: somebody took in hand what nobody had."""


@topic("holding.assigned", step=Step.DISPATCH)
class WorkAssigned(HoldingEvent, frozen=True, kw_only=True):
    """指派承办人: somebody of ``unit`` has it in hand from now on, and ``before`` no more."""

    staff_id: str
    name: str
    unit: str
    before: str | None = None


@topic("holding.given-back", step=Step.DISPATCH)
class WorkGivenBack(HoldingEvent, frozen=True, kw_only=True):
    """退回承办: ``staff_id`` has it in hand no more, and nobody else of their unit yet; sealed."""

    staff_id: str
    reason: FreeText


@topic("holding.taken-back", step=Step.DISPATCH)
class WorkTakenBack(HoldingEvent, frozen=True, kw_only=True):
    """收回承办: ``staff_id`` had left the unit or the hall with it in hand; nobody has it now."""

    staff_id: str


class HoldingCommand(MatterCommand, frozen=True, kw_only=True):
    """承办指令: an act about who has a matter, or an order of it, in hand."""

    order_id: (
        Annotated[str, Meta(max_length=80, description="派单编号;不填为办不成事工单或办件本身")]
        | None
    ) = None


class ClaimWork(HoldingCommand, frozen=True, kw_only=True):
    """认领: take in hand what nobody has."""


class AssignWork(HoldingCommand, frozen=True, kw_only=True):
    """指派承办人: put it into the hands of a member of the unit, also out of another one's."""

    staff_id: Annotated[StaffRef, Meta(description="承办人工号")]

    puts_in_hands: ClassVar[bool] = True

    def staff_named(self) -> tuple[str, ...]:
        return (self.staff_id,)


class GiveBackWork(HoldingCommand, frozen=True, kw_only=True):
    """退回承办: give what one has in hand back to the unit."""

    reason: Annotated[FreeText, Meta(description="退回理由")]


class TakeBackWork(HoldingCommand, frozen=True, kw_only=True):
    """收回承办: take out of the hands of who has left what they had in hand."""

    staff_id: Annotated[StaffRef, Meta(description="已离开人员工号")]


PARTS: Final = Targets[Matter](of=its_order, within=lambda matter: matter.parts)


def may_claim(matter: Matter, attempt: Attempt) -> None:
    """Who may have it in hand, as long as nobody has.

    ``WRONG_STATUS``, ``WORK_ORDER_NOT_FOUND``, ``WRONG_ORDER_STATUS``, ``NotAllowed``
    ``NOT_OWN_UNIT`` or ``NOT_THEIR_WORK``, ``WrongStep`` ``IN_HAND_ALREADY``.
    """
    _admit(matter, attempt)
    _require_fit(matter, attempt)
    if (found := matter.holders.get(attempt.target)) is not None:
        raise WrongStep(
            "IN_HAND_ALREADY",
            f"已由「{found.name}」({found.staff_id})承办",
            remedy="请由其退回,或由单位负责人另行指派",
        )


def may_assign(matter: Matter, attempt: Attempt) -> None:
    """The head of the unit or who has it in hand; if nobody has, whoever could claim it.

    Of what is the hall's, or lies there, also who leads it today. ``NotAllowed``
    ``HELD_BY_ANOTHER``.
    """
    _admit(matter, attempt)
    if _leads(matter, attempt):
        return
    _require_fit(matter, attempt)
    found = matter.holders.get(attempt.target)
    if found is not None and found.staff_id != attempt.desk.actor.id:
        raise _held_by_another(found, attempt)


def may_give_back(matter: Matter, attempt: Attempt) -> Holder:
    """Who has it in hand, or who leads the unit. ``WrongStep`` ``IN_NOBODYS_HAND``."""
    _admit(matter, attempt)
    found = _held(matter, attempt)
    if found.staff_id != attempt.desk.actor.id and not _leads(matter, attempt):
        raise _held_by_another(found, attempt)
    return found


def may_take_back(matter: Matter, attempt: Attempt) -> Holder:
    """What somebody has in hand. ``WrongStep`` ``IN_NOBODYS_HAND``."""
    matter.require_part(attempt.act, attempt.target)
    matter.require_part_open(attempt.act, attempt.target)
    return _held(matter, attempt)


def _admit(matter: Matter, attempt: Attempt) -> None:
    """The part is there, the actor of its unit, and somebody has to work on it.

    In this order: what waits for what on the order of another unit is not to be found out.
    """
    act, part = attempt.act, attempt.target
    matter.require_part(act, part)
    is_other = matter.unfit(part, attempt.desk.actor) is Unfit.OTHER_UNIT
    if is_other and not _leads(matter, attempt):
        raise NotAllowed(
            "NOT_OWN_UNIT", "本项工作现不在您所在的单位", remedy="请由承办单位的人员办理"
        )
    matter.require_part_open(act, part)


def _held(matter: Matter, attempt: Attempt) -> Holder:
    found = matter.holders.get(attempt.target)
    if found is None:
        raise WrongStep(
            "IN_NOBODYS_HAND", "现无承办人,由单位统一办理", remedy="请先认领或指派承办人"
        )
    return found


def _require_fit(matter: Matter, attempt: Attempt) -> None:
    unfit = matter.unfit(attempt.target, attempt.desk.actor)
    if unfit is not None:
        raise NotAllowed("NOT_THEIR_WORK", f"您不能承办: {unfit.label}", remedy="请由其他人员承办")


def _leads(matter: Matter, attempt: Attempt) -> bool:
    """Whether the actor leads the unit that has the part, or the hall where it lies."""
    actor = attempt.desk.actor
    if not attempt.target and actor.may(Role.DUTY_LEADER):
        return True
    return actor.may(Role.UNIT_HEAD) and actor.unit in matter.units_of(attempt.target)


def _held_by_another(found: Holder, attempt: Attempt) -> NotAllowed:
    return NotAllowed(
        "HELD_BY_ANOTHER",
        f"现由「{found.name}」({found.staff_id})承办,您不能{term_of(attempt.act)}",
        remedy="请由承办人本人或其单位负责人办理",
    )


@guarded(may_claim, PARTS)
def claim(_: Matter, command: ClaimWork, __: Desk) -> list[Event]:
    return [WorkClaimed(order_id=command.order_id)]


@guarded(may_assign, PARTS)
def assign(matter: Matter, command: AssignWork, desk: Desk) -> list[Event]:
    part, person = its_order(command), fit_person(matter, command, desk)
    before = matter.holders.get(part)
    if before is not None and before.staff_id == person.id:
        raise InvalidInput(
            "ASSIGNEE_UNCHANGED",
            f"工号「{person.id}」已是承办人",
            field="staff_id",
            remedy="无需重复指派",
        )
    return [
        WorkAssigned(
            order_id=command.order_id,
            staff_id=person.id,
            name=person.name,
            unit=person.unit,
            before=None if before is None else before.staff_id,
        )
    ]


def fit_person(matter: Matter, command: AssignWork, desk: Desk) -> Actor:
    """Whom ``command`` names, if they can have the part in hand, else ``InvalidInput``.

    Why somebody is concerned in the matter is not said: who assigns may not know of whom it is.
    """
    found = desk.staff.get(command.staff_id)
    person = desk.member_of("" if found is None else found.unit, command.staff_id, "staff_id")
    unfit = matter.unfit(its_order(command), person)
    if person.id in desk.kept_from:
        unfit = Unfit.CONCERNED
    if unfit is not None:
        raise InvalidInput(
            "ASSIGNEE_UNFIT",
            f"工号「{person.id}」不能承办: {unfit.label}",
            field="staff_id",
            remedy="请指派承办单位中办理此项工作的其他人员",
        )
    return person


@guarded(may_give_back, PARTS)
def give_back(matter: Matter, command: GiveBackWork, desk: Desk) -> list[Event]:
    found = matter.holders[its_order(command)]
    reason = desk.sealed(command.reason)
    return [WorkGivenBack(order_id=command.order_id, staff_id=found.staff_id, reason=reason)]


@guarded(may_take_back, PARTS)
def take_back(matter: Matter, command: TakeBackWork, _: Desk) -> list[Event]:
    found = matter.holders[its_order(command)]
    if found.staff_id != command.staff_id:
        raise InvalidInput(
            "HELD_BY_SOMEBODY_ELSE",
            "已由他人承办",
            field="staff_id",
            remedy="无需收回",
        )
    return [WorkTakenBack(order_id=command.order_id, staff_id=found.staff_id)]


def _assigned(event: WorkAssigned, _: object, holders: Holders) -> Holders:
    one = Holder(staff_id=event.staff_id, name=event.name, unit=event.unit)
    return {**holders, its_order(event): one}


# Of a closed unit, too: whoever of its people goes to the successor takes the work up there.
HANDS: Final[Mapping[type[Event], Hands]] = {
    WorkClaimed: takes(its_order),
    WorkAssigned: _assigned,
    **dict.fromkeys((WorkGivenBack, WorkTakenBack), lets(its_order)),
    RecusalOrdered: lets_of(lambda event, one: one.staff_id == event.staff_id),
    DutiesPassedOn: lets_of(lambda event, one: one.unit == event.unit),
}
EVENTS: Final = (WorkClaimed, WorkAssigned, WorkGivenBack, WorkTakenBack)
