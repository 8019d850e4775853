"""工作交接: all that somebody has in hand goes to a colleague by one list, which both sign.

Who hands over, or the head of their unit, proposes; who receives signs. From then on the hall
carries it out, matter by matter, each with an event of its own.
"""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Final

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.commands import Command, Desk, StaffRef
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep, together
from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.guards import Attempt, guarded, nothing
from bancheng.domain.hands import HOLDING
from bancheng.domain.held_parts import HeldPart
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Actor, FreeText, Role

PREFIX: Final = "hand-over-"
LISTED_MAX: Final = 2_000  # what somebody has beyond that goes by another list
HandOverId = Annotated[str, Meta(max_length=80, description="工作交接标识")]


class WorkHandOverStatus(Labelled):
    """交接状态: what a list waits for, or how it ended."""

    PROPOSED = "proposed", "待接手人签收"
    SIGNED = "signed", "已签收"
    WITHDRAWN = "withdrawn", "已撤回"


@topic("handover.proposed")
class WorkHandOverProposed(Event, frozen=True, kw_only=True):
    """提出交接: what ``from_staff`` has in hand is to be that of ``to_staff`` of the same unit.

    ``parts`` are the list, ``unlisted`` is how many more there were than one list takes.
    """

    from_staff: str
    from_name: str
    to_staff: str
    to_name: str
    unit: str
    parts: tuple[HeldPart, ...]
    unlisted: int
    reason: FreeText


@topic("handover.signed")
class WorkHandOverSigned(Event, frozen=True, kw_only=True):
    """签收交接: who receives has signed the list; the hall carries it out."""


@topic("handover.withdrawn")
class WorkHandOverWithdrawn(Event, frozen=True, kw_only=True):
    """撤回交接: the list is void; who had the work has it still."""


class ProposeWorkHandOver(Command, frozen=True, kw_only=True):
    """提出交接: list all that somebody has in hand, for a colleague of their unit to sign."""

    from_staff: Annotated[StaffRef, Meta(description="交出人工号")]
    to_staff: Annotated[StaffRef, Meta(description="接手人工号")]
    reason: Annotated[FreeText, Meta(description="交接原因")]

    def staff_named(self) -> tuple[str, ...]:
        return (self.from_staff, self.to_staff)

    def in_hand_of(self) -> str | None:
        return self.from_staff


class HandOverCommand(Command, frozen=True, kw_only=True):
    """交接指令: an act on a list that was proposed."""

    hand_over_id: HandOverId
    about_field: ClassVar[str] = "hand_over_id"


class SignWorkHandOver(HandOverCommand, frozen=True, kw_only=True):
    """签收交接: sign the list, as who receives."""


class WithdrawWorkHandOver(HandOverCommand, frozen=True, kw_only=True):
    """撤回交接: take the list back before it is signed."""


class WorkHandOver(msgspec.Struct, frozen=True, kw_only=True):
    """工作交接: the write state; ``proposed_by`` signed first."""

    status: WorkHandOverStatus | None = None
    from_staff: str = ""
    to_staff: str = ""
    unit: str = ""
    proposed_by: str = ""


def evolve(hand_over: WorkHandOver, recorded: Recorded) -> WorkHandOver:
    """The state after ``recorded``."""
    match recorded.event:
        case WorkHandOverProposed() as event:
            return WorkHandOver(
                status=WorkHandOverStatus.PROPOSED,
                from_staff=event.from_staff,
                to_staff=event.to_staff,
                unit=event.unit,
                proposed_by=recorded.envelope.actor.id,
            )
        case WorkHandOverSigned():
            return replace(hand_over, status=WorkHandOverStatus.SIGNED)
        case WorkHandOverWithdrawn():
            return replace(hand_over, status=WorkHandOverStatus.WITHDRAWN)
    return hand_over


def may_sign(hand_over: WorkHandOver, attempt: Attempt) -> None:
    """Who receives, and did not propose it, once. ``NotAllowed`` ``NOT_RECEIVER``."""
    actor = attempt.desk.actor
    # Whoever leads the unit may take the work themself, and somebody else has to list it then.
    if actor.id != hand_over.to_staff or actor.id == hand_over.proposed_by:
        raise NotAllowed(
            "NOT_RECEIVER", "交接清单应由接手人签收,提出人不能自签", remedy="请由接手人办理"
        )
    _require_proposed(hand_over)


def may_withdraw(hand_over: WorkHandOver, attempt: Attempt) -> None:
    """Either of both, or the head of their unit. ``NotAllowed`` ``NOT_OWN_HAND_OVER``."""
    actor = attempt.desk.actor
    leads = actor.may(Role.UNIT_HEAD) and actor.unit == hand_over.unit
    if not leads and actor.id not in (hand_over.from_staff, hand_over.to_staff):
        raise NotAllowed(
            "NOT_OWN_HAND_OVER", "您不是交接双方", remedy="请由交接双方或其单位负责人办理"
        )
    _require_proposed(hand_over)


def _require_proposed(hand_over: WorkHandOver) -> None:
    if hand_over.status is not WorkHandOverStatus.PROPOSED:
        said = "" if hand_over.status is None else hand_over.status.label
        raise WrongStep("HAND_OVER_SETTLED", f"该交接清单{said}", remedy="无需再办理")


@guarded(nothing)
def propose(_: WorkHandOver, command: ProposeWorkHandOver, desk: Desk) -> list[Event]:
    leaver, receiver = together(
        lambda: desk.member(command.from_staff, "from_staff"),
        lambda: desk.member(command.to_staff, "to_staff"),
    )
    together(
        lambda: _check_receiver(leaver, receiver, desk),
        lambda: _check_may_propose(leaver, desk.actor),
    )
    # Not together with those: whether somebody has work in hand is not told to just anybody.
    listed = _listed(desk)
    return [
        WorkHandOverProposed(
            from_staff=leaver.id,
            from_name=leaver.name,
            to_staff=receiver.id,
            to_name=receiver.name,
            unit=leaver.unit,
            parts=tuple(listed[:LISTED_MAX]),
            unlisted=max(len(listed) - LISTED_MAX, 0),
            reason=desk.sealed(command.reason),
        )
    ]


def _check_receiver(leaver: Actor, receiver: Actor, desk: Desk) -> None:
    desk.member_of(leaver.unit, receiver.id, "to_staff")
    if receiver.id == leaver.id:
        raise InvalidInput(
            "HAND_OVER_TO_ONESELF", "不能交给本人", field="to_staff", remedy="请填写另一人的工号"
        )
    if not receiver.may(*HOLDING):
        raise InvalidInput(
            "RECEIVER_UNFIT",
            f"工号「{receiver.id}」的岗位不承办工作",
            field="to_staff",
            remedy="请填写本单位承办人员的工号",
        )


def _check_may_propose(leaver: Actor, actor: Actor) -> None:
    leads = actor.may(Role.UNIT_HEAD, Role.DUTY_LEADER) and actor.unit == leaver.unit
    if actor.id != leaver.id and not leads:
        raise InvalidInput(
            "HAND_OVER_OF_OTHERS",
            "只能移交本人的工作",
            field="from_staff",
            remedy="他人的工作由本人或其单位负责人提出移交",
        )


def _listed(desk: Desk) -> Sequence[HeldPart]:
    # Whom all of it is about is answered as if there was none: a list would tell them of it.
    if not desk.in_hand.known:
        raise InvalidInput(
            "NOTHING_IN_HAND", "此人没有在手的工作", field="from_staff", remedy="无需交接"
        )
    return desk.in_hand.parts


@guarded(may_sign)
def sign(_: WorkHandOver, __: SignWorkHandOver, ___: Desk) -> list[Event]:
    return [WorkHandOverSigned()]


@guarded(may_withdraw)
def withdraw(_: WorkHandOver, __: WithdrawWorkHandOver, ___: Desk) -> list[Event]:
    return [WorkHandOverWithdrawn()]
