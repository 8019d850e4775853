"""What decisions about a ticket need to know of it, and nothing a screen needs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Final

import msgspec
from msgspec import Meta

from bancheng.domain.commands import Command
from bancheng.domain.complaint.terms import OrderStatus, Outcome, Status, TicketCategory
from bancheng.domain.deadlines import Deadline, key_of
from bancheng.domain.errors import NotAllowed, NotFound, WrongStep
from bancheng.domain.events import term_of
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Actor, Role
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.warnings.matter import Warned

PREFIX: Final = "ticket-"


SETTLED: Final = frozenset({OrderStatus.SUBMITTED, OrderStatus.REASSIGNED})


class TicketCommand(Command, frozen=True, kw_only=True):
    """工单指令: an act on an existing ticket."""

    ticket_id: Annotated[str, Meta(max_length=80, description="工单标识")]
    about_field: ClassVar[str] = "ticket_id"


class WorkOrder(msgspec.Struct, frozen=True, kw_only=True):
    """工单: what one unit was asked to do. ``final``: assigned by ruling, no return any more.

    ``signed_in``: the unit has signed for it, whatever the order waits for now. By when it must
    be solved is what its deadline says.
    """

    id: str
    unit: str
    lead: bool
    status: OrderStatus
    return_due: DueDate | None = None
    final: bool = False
    signed_in: bool = False
    extension_asked: datetime | None = None
    outcome: Outcome | None = None


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """办不成事工单: the write state. ``resolvers`` are the staff who submitted a result."""

    number: str = ""
    status: Status = Status.REPORTED
    category: TicketCategory = TicketCategory.COMPLAINT
    complexity: str | None = None
    anonymous: bool = False
    orders: dict[str, WorkOrder] = msgspec.field(default_factory=dict)
    resolvers: frozenset[str] = frozenset()
    called_back: bool = False
    said_unsolved: bool = False
    deadlines: Mapping[str, Deadline] = msgspec.field(default_factory=dict)
    warnings: Mapping[str, Warned] = msgspec.field(default_factory=dict)
    open_supervision_orders: dict[str, str] = msgspec.field(default_factory=dict)
    supervision_orders: int = 0

    def require(self, command: Command, *statuses: Status) -> None:
        """Raise ``WrongStep`` unless the ticket waits in one of ``statuses``."""
        if self.status not in statuses:
            needed = "、".join(status.label for status in statuses)
            raise WrongStep(
                "WRONG_STATUS",
                f"本件当前为「{self.status.label}」,不能{term_of(type(command))}",
                remedy=f"本操作只适用于: {needed}",
            )

    def order(self, order_id: str) -> WorkOrder:
        """The work order, or ``NotFound``."""
        try:
            return self.orders[order_id]
        except KeyError:
            raise NotFound(
                "WORK_ORDER_NOT_FOUND",
                f"本件没有工单「{order_id}」",
                field="order_id",
                remedy="请核对工单编号",
            ) from None

    def deadline(self, order: WorkOrder) -> Deadline:
        """The deadline by which the work order must be solved."""
        return self.deadlines[key_of(LimitKind.RESOLVE, order.id)]

    def is_last(self, order: WorkOrder) -> bool:
        """Whether nothing but the result of ``order`` is waited for."""
        return all(o.id == order.id or o.status in SETTLED for o in self.orders.values())

    def only_explained(self) -> bool:
        """Whether every standing result says that the law does not allow what was asked.

        A reopening sets earlier results aside: they no longer stand for what the office says.
        """
        results = [o.outcome for o in self.orders.values() if o.status is OrderStatus.SUBMITTED]
        return all(outcome in (Outcome.EXPLAINED, None) for outcome in results)

    def next_order_number(self) -> int:
        """The serial of the next work order within the ticket, from 1."""
        return len(self.orders) + 1


def require_order(order: WorkOrder, command: Command, *statuses: OrderStatus) -> None:
    """Raise ``WrongStep`` unless the work order waits in one of ``statuses``."""
    if order.status not in statuses:
        needed = "、".join(status.label for status in statuses)
        raise WrongStep(
            "WRONG_ORDER_STATUS",
            f"工单 {order.id} 当前为「{order.status.label}」,不能{term_of(type(command))}",
            remedy=f"本操作只适用于: {needed}",
        )


def require_own_unit(order: WorkOrder, actor: Actor) -> None:
    """Raise ``NotAllowed`` if a unit officer touches another unit's work order."""
    if order.unit != actor.unit and not actor.may(Role.HANDLER):
        raise NotAllowed(
            "NOT_OWN_UNIT",
            f"工单 {order.id} 不属于您所在的单位",
            remedy="请由承办单位办理,或联系工单处理员改派",
        )
