"""调阅与联系: who works on a ticket opens what is known of its reporter, and calls them.

The accused never do, unless the reporter agreed to it when they were heard: then nobody has to call
in the place of their unit (济南12345条例 16, 32; 信访工作条例 30).
"""

from collections.abc import Collection
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from bancheng.domain.calls import CallResult
from bancheng.domain.commands import Desk
from bancheng.domain.complaint.accused import is_accused
from bancheng.domain.complaint.guards import open_order
from bancheng.domain.complaint.state import Ticket, TicketCommand, WorkOrder
from bancheng.domain.complaint.terms import OrderStatus, Status
from bancheng.domain.complaint.verify import may_verify
from bancheng.domain.disclosure import (
    Contact,
    Disclosure,
    Fields,
    Purpose,
    check_call,
    disclosed,
    not_concerned,
    require_openable,
    require_purpose,
)
from bancheng.domain.errors import DomainError, NotAllowed, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.people import FreeText, Role
from bancheng.domain.steps import Step

_KIND: Final = "tickets"
_OPEN = tuple(one for one in Status if one is not Status.CLOSED)
_AT_WORK = (OrderStatus.DISPATCHED, OrderStatus.SIGNED_IN)
_OF_UNITS = (Role.UNIT_OFFICER, Role.UNIT_HEAD)


@topic("complaint.reporter-disclosed")
class ReporterDisclosed(Disclosure, frozen=True, kw_only=True):
    """调阅反映人: somebody opened sealed data of a ticket: which, for what, why; no value."""


@topic("complaint.reporter-contacted", step=Step.DEADLINE)
class ReporterContacted(Contact, frozen=True, kw_only=True):
    """联系反映人: the reporter was called, or tried; ``order_id`` is the order that it was for.

    Who is reached has been responded to: the time to respond of that order is over, whoever called.
    """

    order_id: str | None = None


class DiscloseReporter(TicketCommand, frozen=True, kw_only=True):
    """调阅反映人: open sealed data of a ticket; the clear values are answered once, kept nowhere.

    The same key again is another opening, which is recorded like the first one.
    """

    purpose: Purpose
    fields: Fields
    reason: Annotated[FreeText, Meta(description="调阅事由")]
    opens_data: ClassVar[bool] = True
    asks_successors: ClassVar[bool] = True


class ContactReporter(TicketCommand, frozen=True, kw_only=True):
    """联系反映人: record a call to the reporter; a call-back has an act of its own."""

    purpose: Purpose
    call: Annotated[CallResult, Meta(description="通话结果")]
    order_id: (
        Annotated[str, Meta(max_length=80, description="为哪一派单联系;派发之前的不填")] | None
    ) = None
    note: Annotated[FreeText | None, Meta(description="通话情况;未接通时必填")] = None
    asks_successors: ClassVar[bool] = True

    def order_named(self) -> str | None:
        return self.order_id


CALLED_FOR: Final = Targets[Ticket](
    of=lambda command: command.order_id or "", within=lambda ticket: ("", *ticket.orders)
)


def may_disclose(ticket: Ticket, attempt: Attempt) -> Collection[Role]:
    """As what the actor may open data of the ticket: a handler, its verifier, a unit in charge.

    ``NotAllowed`` ``ACCUSED_SEES_NOTHING``, ``WINDOW_UNTOLD`` or ``ACCUSED_UNIT`` for the accused,
    ``NOT_CONCERNED`` for who does not work on it now; a verifier hears what `may_verify` says.
    """
    ticket.require(attempt.act, *_OPEN)
    check_not_at_accused_window(ticket, attempt.desk)
    actor = attempt.desk.actor
    standing: set[Role] = set()
    in_charge = actor.may(*_OF_UNITS) and bool(_orders_at_work(ticket, actor.unit))
    if actor.may(Role.HANDLER):
        standing.add(Role.HANDLER)
    if in_charge and not is_accused(ticket, actor.unit, attempt.desk):
        standing.add(Role.UNIT_OFFICER)
    refused = _refusal_to_verify(ticket, attempt)
    if actor.may(Role.VERIFIER) and refused is None:
        standing.add(Role.VERIFIER)
    if standing:
        require_openable(attempt.desk, standing, kind=_KIND)
        return standing
    if in_charge:
        raise accused_unit()
    raise refused if actor.may(Role.VERIFIER) and refused else not_concerned()


def may_contact(ticket: Ticket, attempt: Attempt) -> Collection[Role]:
    """As what the actor may tell of a call: a handler, or the unit that works on the order."""
    ticket.require(attempt.act, *_OPEN)
    if ticket.anonymous:
        raise WrongStep("NO_ONE_TO_CALL", "匿名反映,无法联系", remedy="请按反映内容直接办理")
    check_not_at_accused_window(ticket, attempt.desk)
    actor = attempt.desk.actor
    order = open_order(ticket, attempt, *_AT_WORK) if attempt.target else None
    if not actor.may(Role.HANDLER):
        if order is None or order.unit != actor.unit:
            raise not_concerned()
        if is_accused(ticket, actor.unit, attempt.desk):
            raise accused_unit()
    standing = Role.HANDLER if actor.may(Role.HANDLER) else Role.UNIT_OFFICER
    require_purpose(attempt.desk, (standing,), kind=_KIND)
    return (standing,)


@guarded(may_disclose)
def disclose(ticket: Ticket, command: DiscloseReporter, desk: Desk) -> list[Event]:
    standing = may_disclose(ticket, Attempt(DiscloseReporter, desk))
    return [disclosed(ReporterDisclosed, command, desk, standing, kind=_KIND)]


@guarded(may_contact, CALLED_FOR)
def contact(ticket: Ticket, command: ContactReporter, desk: Desk) -> list[Event]:
    standing = may_contact(ticket, Attempt(ContactReporter, desk, command.order_id or ""))
    check_call(command, desk, standing, kind=_KIND)
    return [
        ReporterContacted(
            purpose=command.purpose,
            call=command.call,
            note=command.note and desk.sealed(command.note),
            order_id=command.order_id,
        )
    ]


def check_not_at_accused_window(ticket: Ticket, desk: Desk) -> None:
    """``NotAllowed`` for who is at the accused window. No consent is for them.

    From whom the ticket is withheld it is before this; who has other desks may sit at the window,
    also while they act in the place of somebody who does not.
    """
    at_counter = any(one.may(Role.WINDOW_CLERK) for one in (desk.actor, desk.own) if one)
    if ticket.accused_window is not None and at_counter and desk.at_window is None:
        raise NotAllowed(
            "WINDOW_UNTOLD",
            "本件反映的是某一窗口,须写明您在哪个窗口办理",
            field="place.window",
            remedy="请填写办理地点的窗口编号",
        )
    if desk.at_window is not None and desk.at_window == ticket.accused_window:
        raise NotAllowed(
            "ACCUSED_SEES_NOTHING",
            "本件反映的是您所在的窗口,不能调阅或联系反映人",
            remedy="请回避,由其他工单处理员办理",
        )


def _orders_at_work(ticket: Ticket, unit: str) -> list[WorkOrder]:
    return [
        order for order in ticket.orders.values() if order.unit == unit and order.status in _AT_WORK
    ]


def accused_unit() -> NotAllowed:
    return NotAllowed(
        "ACCUSED_UNIT",
        "本件反映的是贵单位,反映人未同意由贵单位联系,不能调阅或联系反映人",
        remedy="请由工单处理员代为联系,联系上即计为已响应",
    )


def _refusal_to_verify(ticket: Ticket, attempt: Attempt) -> DomainError | None:
    try:
        may_verify(ticket, attempt)
    except DomainError as refusal:
        return refusal
    return None
