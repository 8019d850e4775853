"""What decisions about a ticket need to know of it, and nothing a screen needs."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Final

import msgspec
from msgspec import Meta

from bancheng.domain.commands import Command, Desk
from bancheng.domain.complaint.terms import (
    EscalationCause,
    MeetingResult,
    MeetingState,
    OrderStatus,
    Outcome,
    Status,
    TicketCategory,
)
from bancheng.domain.deadlines import Deadline, key_of
from bancheng.domain.errors import NotFound, WrongStep
from bancheng.domain.events import term_of
from bancheng.domain.hands import WHOLE
from bancheng.domain.holding.matter import Unfit
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.matter_state import MatterState
from bancheng.domain.people import Actor, Role
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.time_limits.limit import DueDate, Verdict

PREFIX: Final = "ticket-"
# What a unit objects to waits for its ruling, and what was rightly returned for a handler: neither
# is the unit's to do.
IN_HAND: Final = (OrderStatus.DISPATCHED, OrderStatus.SIGNED_IN)
_OF_ORDERS: Final = (LimitKind.SIGN_IN, LimitKind.RESPOND, LimitKind.RESOLVE)
SETTLED: Final = frozenset({OrderStatus.SUBMITTED, OrderStatus.REASSIGNED, OrderStatus.ENDED})


class TicketCommand(Command, frozen=True, kw_only=True):
    """办不成事工单指令: an act on an existing ticket."""

    ticket_id: Annotated[str, Meta(max_length=80, description="办不成事工单标识")]
    about_field: ClassVar[str] = "ticket_id"


class OrderCommand(TicketCommand, frozen=True, kw_only=True):
    """派单指令: an act on one work order of a ticket."""

    order_id: Annotated[str, Meta(max_length=80, description="派单编号")]

    def order_named(self) -> str | None:
        return self.order_id


class RegradeAsked(msgspec.Struct, frozen=True, kw_only=True):
    """待批重新定级: by whom another complexity was asked for, and which."""

    by: frozenset[str]
    complexity: str


class SuspensionAsked(msgspec.Struct, frozen=True, kw_only=True):
    """待批挂起: by whom it was asked that an order wait, and until when the reporter was told."""

    by: frozenset[str]
    until: datetime


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """所关联件: a ticket that this one was linked to here: its number, and whether this follows."""

    number: str
    follows: bool


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """会议: which units were convened, what it waits for, and what it settled."""

    units: tuple[str, ...]
    state: MeetingState = MeetingState.CONVENED
    result: MeetingResult | None = None


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """并入情况: into which ticket one was merged, what it waited for then, and what ran on it.

    ``answered``: it was answered with that one since.
    """

    into: str
    number: str
    status: Status
    running: tuple[str, ...]
    answered: bool = False


class WorkOrder(msgspec.Struct, frozen=True, kw_only=True):
    """派单: what one unit was asked to do, and what the order waits for.

    ``return_due`` is until when the unit may object, ``final`` that it may not any more because a
    ruling assigned it. ``signed_in`` says that the unit has signed for the order, whatever that
    waits for now. ``dispatched_by`` is the unit of who dispatched it, also of one that it was taken
    over from. ``extension_asked`` is when more time was asked for, and ``extension_askers`` by
    whom, until that was ruled; ``suspension_asked`` that it should wait.
    ``termination_asked_by`` is who asked that the matter end, until that is ruled.
    ``released`` is what its unit may read of the report, sealed, ``tells`` which of the reporter's
    data that holds. ``replaces`` is the order that this one was reassigned from.
    By when the order must be solved is what its deadline says.
    """

    id: str
    unit: str
    lead: bool
    status: OrderStatus
    return_due: DueDate | None = None
    final: bool = False
    signed_in: bool = False
    dispatched_by: str = ""
    extension_asked: datetime | None = None
    extension_askers: frozenset[str] = frozenset()
    suspension_asked: SuspensionAsked | None = None
    termination_asked_by: frozenset[str] | None = None
    released: ReleasedText | None = None
    tells: tuple[PersonalField, ...] = ()
    outcome: Outcome | None = None
    replaces: str | None = None

    def require(self, act: type[Command], *statuses: OrderStatus) -> None:
        """Raise ``WrongStep`` unless the work order waits in one of ``statuses``."""
        if self.status not in statuses:
            needed = "、".join(status.label for status in statuses)
            raise WrongStep(
                "WRONG_ORDER_STATUS",
                f"派单 {self.id} 当前为「{self.status.label}」,不能{term_of(act)}",
                remedy=f"本操作只适用于: {needed}",
            )


class Ticket(MatterState[Status], frozen=True, kw_only=True):
    """办不成事工单: the write state.

    ``resolvers`` are the staff who signed for an order, told of progress or submitted a result.
    ``reached`` says that the reporter was reached since the last result, ``unreached`` when they
    were tried in vain, ``said_unsolved`` that they then said no. ``answered`` says that somebody
    was told what stands now, or that it was published; what is an ``own_finding`` of the hall has
    nobody to tell.
    ``heard_by`` is the unit where it was told, which stays responsible (首问负责), and
    ``first_receiver`` the first that was sent it to lead (首接负责), or who took over from them.
    ``units`` are those that the matter concerns besides those with an order: the first of these,
    who was found responsible, who took over. ``accused`` is the unit that it is about,
    ``accused_window`` and ``accused_staff`` whom at it, as it was told or corrected last,
    ``accused_window_unit`` to whom the window belonged then; ``agrees_to_contact``: its reporter
    lets the accused call them. It was told at ``reported_at``.
    ``passed_on`` are the closed units that the matter went from by itself, each with its successor.
    ``settled`` is the outcome of what was settled at the window. ``meetings`` are those about it,
    ``named_lead`` is the unit that the last of them named to lead. ``reworks`` and
    ``reassignments`` count, ``escalated`` says of which too many were recorded. ``links`` are the
    tickets that it was linked to here, by their ids, ``linked_by`` those that were linked to it
    there. ``merged`` is into which one it was merged, ``has_merged`` which others were merged into
    it; ``repeats`` is the answered one that it reports again.
    """

    number: str = ""
    service_item: str | None = None
    status: Status = Status.REPORTED
    category: TicketCategory = TicketCategory.COMPLAINT
    complexity: str | None = None
    anonymous: bool = False
    orders: dict[str, WorkOrder] = msgspec.field(default_factory=dict)
    resolvers: frozenset[str] = frozenset()
    reached: bool = False
    unreached: tuple[datetime, ...] = ()
    said_unsolved: bool = False
    answered: bool = False
    own_finding: bool = False
    first_contact_owner: str = ""
    heard_by: str = ""
    first_receiver: str | None = None
    reported_at: datetime | None = None
    units: frozenset[str] = frozenset()
    accused: str | None = None
    accused_window: str | None = None
    accused_window_unit: str | None = None
    accused_staff: str | None = None
    agrees_to_contact: bool = False
    passed_on: frozenset[tuple[str, str]] = frozenset()
    settled: Outcome | None = None
    meetings: dict[str, Meeting] = msgspec.field(default_factory=dict)
    named_lead: str | None = None
    regrade_asked: RegradeAsked | None = None
    reworks: int = 0
    reassignments: int = 0
    escalated: frozenset[EscalationCause] = frozenset()
    findings: frozenset[str] = frozenset()
    links: Mapping[str, Link] = msgspec.field(default_factory=dict)
    linked_by: frozenset[str] = frozenset()
    merged: Merged | None = None
    has_merged: frozenset[str] = frozenset()
    repeats: str | None = None

    def order(self, order_id: str) -> WorkOrder:
        """The work order, or ``NotFound``."""
        try:
            return self.orders[order_id]
        except KeyError:
            raise NotFound(
                "WORK_ORDER_NOT_FOUND",
                f"本件没有派单「{order_id}」",
                field="order_id",
                remedy="请核对派单编号",
            ) from None

    def deadline(self, order: WorkOrder) -> Deadline:
        """The deadline by which the work order must be solved."""
        return self.deadlines[key_of(LimitKind.RESOLVE, order.id)]

    def handed_on(self, order_id: str, desk: Desk) -> Verdict | None:
        """The verdict on the time that a unit had the order which now leaves it, if any ran."""
        deadline = self.deadline(self.order(order_id))
        return deadline.judged(desk.now, desk.calendar) if deadline.is_running else None

    @property
    def lead_order(self) -> WorkOrder | None:
        """The order of the unit that leads now, or led last."""
        leads = [one for one in self.orders.values() if one.lead]
        gone = (OrderStatus.REASSIGNED, OrderStatus.ENDED)
        return max(leads, key=lambda one: (one.status not in gone, one.id), default=None)

    def is_last(self, order: WorkOrder) -> bool:
        """Whether nothing but the result of ``order`` is waited for."""
        return all(o.id == order.id or o.status in SETTLED for o in self.orders.values())

    def every_unit_is_right(self) -> bool:
        """Whether only orders are left that their units rightly returned: it is the duty of none.

        What was answered before a reopening is not an answer any more.
        """
        submitted = OrderStatus.SUBMITTED
        left = [
            o
            for o in self.orders.values()
            if o.status not in SETTLED or (o.status is submitted and o.outcome is not None)
        ]
        return bool(left) and all(o.status is OrderStatus.RELEASED for o in left)

    @property
    def achieved(self) -> Outcome | None:
        """What stands as the result: of the lead unit, or of whoever settled it at the window."""
        lead = (one for one in self.orders.values() if one.lead)
        stands = [one.outcome for one in lead if one.status is OrderStatus.SUBMITTED]
        return stands[-1] if stands else self.settled

    def only_explained(self) -> bool:
        """Whether every standing result says that the law does not allow what was asked.

        A reopening sets earlier results aside: they no longer stand for what the office says.
        """
        results = [o.outcome for o in self.orders.values() if o.status is OrderStatus.SUBMITTED]
        results.append(self.settled)
        return all(outcome in (Outcome.EXPLAINED, None) for outcome in results)

    def times_at(self, unit: str, order: WorkOrder) -> int:
        """How often ``unit`` has had ``order``, or one of those in whose place it was sent."""
        before = self.orders.get(order.replaces or "")
        return (order.unit == unit) + (0 if before is None else self.times_at(unit, before))

    def involves(self, unit: str) -> bool:
        """Whether the matter concerns ``unit``: it is accused, or has or had a part in it."""
        orders = (order.unit for order in self.orders.values())
        return unit in {self.accused, self.accused_window_unit, *self.units, *orders}

    @property
    def owes_answer(self) -> bool:
        """Whether somebody reported it who has not been told what became of it."""
        return not (self.answered or self.reached or self.own_finding)

    def answered_by(self, matter: str) -> DueDate | None:
        """Until when ``matter`` had to be answered and was; ``None`` without a limit or answer."""
        deadline = self.deadlines.get(key_of(LimitKind.ANSWER, matter))
        return None if deadline is None or deadline.is_running else deadline.due

    @property
    def is_owed(self) -> bool:
        """Whether anybody has anything to do on it."""
        return not self.status.is_closed or any(one.is_running for one in self.deadlines.values())

    def owes(self, unit: str) -> bool:
        """Whether ``unit`` has an order in hand, heard a matter that is open, or owes an answer."""
        if any(self.orders[one].unit == unit for one in self.in_hand):
            return True
        if unit == self.heard_by and not self.status.is_closed:
            return True
        # An order that it objects to runs on, and is not its to do until that is ruled upon.
        running = [one for one in self.deadlines.values() if one.is_running]
        own = (one for one in running if (one.unit or self.heard_by) == unit)
        return any(one.kind not in _OF_ORDERS for one in own)

    @property
    def in_hand(self) -> tuple[str, ...]:
        """The orders that their units have to work on; none of a ticket that is past that."""
        if self.status is not Status.DISPATCHED:
            return ()
        return tuple(order.id for order in self.orders.values() if order.status in IN_HAND)

    @property
    def parts(self) -> tuple[str, ...]:
        """The ticket itself, by an empty key, and all its orders."""
        return (WHOLE, *self.orders)

    def require_part(self, act: type[Command], part: str) -> None:
        """``WrongStep`` ``WRONG_STATUS``, ``NotFound`` ``WORK_ORDER_NOT_FOUND``."""
        if not part:
            self.require(act, *(status for status in Status if not status.is_closed))
            return
        self.require(act, Status.DISPATCHED)
        self.order(part)

    def require_part_open(self, act: type[Command], part: str) -> None:
        """``WrongStep`` ``WRONG_ORDER_STATUS`` unless the order is with its unit."""
        if part:
            self.orders[part].require(act, *IN_HAND, OrderStatus.RETURNED)

    def units_of(self, part: str) -> Collection[str]:
        """The unit of the order, or that of who has the ticket in hand, or heard it."""
        found = self.holders.get(WHOLE)
        return {self.orders[part].unit if part else found.unit if found else self.heard_by}

    def unfit(self, part: str, person: Actor) -> Unfit | None:
        """Why ``person`` can not have it in hand: tickets are for handlers, orders for units."""
        if part and person.unit != self.orders[part].unit:
            return Unfit.OTHER_UNIT
        if not person.may(*((Role.UNIT_OFFICER, Role.HANDLER) if part else (Role.HANDLER,))):
            return Unfit.OTHER_ROLE
        is_concerned = self.is_recused(person.id) or person.id == self.accused_staff
        return Unfit.CONCERNED if is_concerned else None

    def order_of(self, unit: str, subject: str | None) -> str | None:
        """The order of ``unit`` that ``subject`` names, else the first that it has in hand."""
        named = self.orders.get(subject or "")
        if named is not None and named.unit == unit:
            return named.id
        return next((one for one in self.in_hand if self.orders[one].unit == unit), None)

    def require_supervised(self, act: type[Command]) -> None:
        """Also a refusal may be questioned, but not what has ended or went to another channel."""
        ended = (Status.CLOSED, Status.DIVERTED)
        self.require(act, *(status for status in Status if status not in ended))

    def successors_of(self, unit: str) -> frozenset[str]:
        """``unit``, and every unit that took the matter over from it, one after another."""
        found = frozenset({unit})
        while more := {end for start, end in self.passed_on if start in found} - found:
            found |= more
        return found

    def next_order_number(self) -> int:
        """The serial of the next work order within the ticket, from 1."""
        return len(self.orders) + 1
