"""承办: who has a matter, or an order of a ticket, in hand: claimed, assigned, given back.

To have something in hand is to answer for it, not a lock: who else may act on it is as before. The
acts are the same for tickets and cases. Whoever is recused or accused has nothing of it in hand.
"""

from typing import Annotated, ClassVar

from msgspec import Meta

from bancheng.domain.commands import Desk, StaffRef
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep
from bancheng.domain.events import Event, term_of
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.hands import Holder, its_order
from bancheng.domain.holding.events import WorkAssigned, WorkClaimed, WorkGivenBack
from bancheng.domain.holding.matter import PARTS, HoldingCommand, Matter, Unfit, held_by_somebody
from bancheng.domain.people import Actor, FreeText, Role


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


def may_give_back(matter: Matter, attempt: Attempt) -> None:
    """Who has it in hand, or who leads the unit. ``WrongStep`` ``IN_NOBODYS_HAND``."""
    _admit(matter, attempt)
    found = held_by_somebody(matter, attempt)
    if found.staff_id != attempt.desk.actor.id and not _leads(matter, attempt):
        raise _held_by_another(found, attempt)


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
    person = desk.member(command.staff_id, "staff_id")
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
