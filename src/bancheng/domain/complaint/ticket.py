"""The whole life of a ticket: what each event leaves in the write state. It only assigns."""

from typing import Any

from msgspec.structs import replace

from bancheng.domain.complaint import (
    analyse,
    answer,
    checks,
    contact,
    correct,
    deadline,
    discover,
    dispatch,
    ending,
    escalate,
    on_the_spot,
    regrade,
    regroup,
    release,
    returns,
    supervise,
    suspend,
    verify,
)
from bancheng.domain.complaint.hands import HANDS
from bancheng.domain.complaint.meeting_left import LEFT_BY_MEETINGS
from bancheng.domain.complaint.moves import MOVES
from bancheng.domain.complaint.state import (
    SETTLED,
    RegradeAsked,
    SuspensionAsked,
    Ticket,
    WorkOrder,
)
from bancheng.domain.complaint.supervised_before_left import LEFT_BEFORE
from bancheng.domain.complaint.terms import OrderStatus, Status
from bancheng.domain.complaint.tied import LEFT_BY_TIES
from bancheng.domain.events import Channel, Recorded
from bancheng.domain.matter_state import LEFT_ON_ALL, Leaves, evolved, leaves, with_duties_passed_on
from bancheng.domain.people import Role
from bancheng.domain.warnings.events import DutiesPassedOn

TRIES_KEPT = 100  # no rule book asks for more
_ABOUT = (
    ("accused_unit", "accused"), ("accused_window", "accused_window"),
    ("accused_staff", "accused_staff"),
)  # fmt: skip


def evolve(ticket: Ticket, recorded: Recorded) -> Ticket:
    """The state after ``recorded``."""
    return evolved(ticket, recorded, LEFT_BY_EVENTS, MOVES, HANDS)


def _reported(ticket: Ticket, event: discover.TicketReported, recorded: Recorded) -> Ticket:
    return replace(
        ticket,
        number=event.number,
        service_item=event.service_item,
        category=event.category,
        status=Status.REPORTED,
        anonymous=event.reporter is None,
        first_contact_owner=event.first_contact_owner,
        accused=event.accused_unit,
        accused_window=event.accused_window,
        accused_window_unit=event.accused_window_unit,
        accused_staff=event.accused_staff,
        agrees_to_contact=event.agrees_to_contact,
        own_finding=event.reporter is None and event.channel is Channel.STAFF,
        heard_by=recorded.envelope.actor.unit,
        reported_at=recorded.envelope.occurred_at,
        units=frozenset({recorded.envelope.actor.unit}),
    )


def _corrected(ticket: Ticket, event: correct.TicketCorrected, _: Recorded) -> Ticket:
    agrees = event.agrees_to_contact
    told = {field: getattr(event, name) for name, field in _ABOUT if name in event.corrected}
    told |= {field: None for name, field in _ABOUT if name in event.cleared}
    if "accused_window" in told:
        told["accused_window_unit"] = event.accused_window_unit
    return replace(
        ticket,
        category=event.category or ticket.category,
        service_item=event.service_item or ticket.service_item,
        anonymous=ticket.anonymous and event.reporter is None,
        # Whoever turns out to have reported it waits for an answer.
        own_finding=ticket.own_finding
        and event.reporter is None
        and event.channel in (None, Channel.STAFF),
        agrees_to_contact=ticket.agrees_to_contact if agrees is None else agrees,
        **told,
    )


def _to(status: Status) -> Leaves[Ticket]:
    return leaves(status=status)


def _analysed(ticket: Ticket, event: analyse.CauseAnalysed, _: Recorded) -> Ticket:
    units = ticket.units | set(event.units)
    return replace(ticket, status=Status.ANALYSED, complexity=event.complexity, units=units)


def _dispatched(ticket: Ticket, event: dispatch.WorkOrderDispatched, recorded: Recorded) -> Ticket:
    order = WorkOrder(
        id=event.order_id,
        unit=event.unit,
        lead=event.lead,
        status=OrderStatus.DISPATCHED,
        return_due=event.return_due,
        final=event.final,
        dispatched_by=_dispatched_by(ticket, event, recorded),
        released=event.released,
        tells=event.tells,
        replaces=event.replaces,
    )
    before = _taken_over_from(ticket, event, recorded)
    first = ticket.first_receiver or (event.unit if event.lead else None)
    went = frozenset() if before is None else frozenset({(before.unit, order.unit)})
    return replace(
        ticket,
        status=Status.DISPATCHED,
        orders={**ticket.orders, order.id: order},
        first_receiver=event.unit if before and before.unit == first else first,
        passed_on=ticket.passed_on | went,
    )


def _dispatched_by(ticket: Ticket, event: dispatch.WorkOrderDispatched, recorded: Recorded) -> str:
    # Nobody decided anew who solves it: what the hall passes on by itself is still its own matter.
    before = _taken_over_from(ticket, event, recorded)
    return recorded.envelope.actor.unit if before is None else before.dispatched_by


def _taken_over_from(
    ticket: Ticket, event: dispatch.WorkOrderDispatched, recorded: Recorded
) -> WorkOrder | None:
    """The order of a closed unit in whose place the hall has sent this one by itself."""
    by_itself = event.replaces is not None and recorded.envelope.actor.may(Role.SYSTEM)
    return ticket.orders[event.replaces or ""] if by_itself else None


def _released(ticket: Ticket, event: release.TextReleased, _: Recorded) -> Ticket:
    return _with(ticket, event.order_id, released=event.released, tells=event.tells)


def _took_part(ticket: Ticket, recorded: Recorded) -> Ticket:
    return replace(ticket, resolvers=ticket.resolvers | recorded.envelope.doers)


def _signed_in(ticket: Ticket, event: dispatch.WorkOrderSignedIn, recorded: Recorded) -> Ticket:
    signed = _with(ticket, event.order_id, status=OrderStatus.SIGNED_IN, signed_in=True)
    return _took_part(signed, recorded)


def _took_part_in(ticket: Ticket, _event: object, recorded: Recorded) -> Ticket:
    return _took_part(ticket, recorded)


def _order_to(**changes: Any) -> Leaves[Ticket]:
    return lambda ticket, event, _recorded: _with(ticket, event.order_id, **changes)


def _return_rejected(ticket: Ticket, event: returns.ReturnRejected, _: Recorded) -> Ticket:
    # What the unit had signed for it has in hand again; it does not sign twice.
    signed_in = ticket.orders[event.order_id].signed_in
    status = OrderStatus.SIGNED_IN if signed_in else OrderStatus.DISPATCHED
    return _with(ticket, event.order_id, status=status, final=True)


def _extension_asked(
    ticket: Ticket, event: deadline.ExtensionRequested, recorded: Recorded
) -> Ticket:
    at, by = recorded.envelope.occurred_at, recorded.envelope.doers
    return _with(ticket, event.order_id, extension_asked=at, extension_askers=by)


def _submitted(ticket: Ticket, event: deadline.ResultSubmitted, recorded: Recorded) -> Ticket:
    after = _with(
        ticket,
        event.order_id,
        status=OrderStatus.SUBMITTED,
        outcome=event.outcome,
        extension_asked=None,
        suspension_asked=None,
        termination_asked_by=None,
    )
    return _uncalled(_took_part(_resolved_if_done(after), recorded))


def _uncalled(ticket: Ticket) -> Ticket:
    # What the reporter said before says nothing about what is done anew.
    return replace(ticket, reached=False, unreached=(), said_unsolved=False, answered=False)


def _resolved_if_done(ticket: Ticket) -> Ticket:
    """The ticket, which is resolved once no unit owes anything any more."""
    if not all(order.status in SETTLED for order in ticket.orders.values()):
        return ticket
    return replace(ticket, status=Status.RESOLVED, regrade_asked=None)


def _dropped(ticket: Ticket, event: ending.WorkOrderDropped, _: Recorded) -> Ticket:
    asked = dict.fromkeys(("extension_asked", "suspension_asked", "termination_asked_by"))
    return _with(ticket, event.order_id, status=OrderStatus.ENDED, **asked)


def _termination_asked(
    ticket: Ticket, event: ending.TerminationRequested, recorded: Recorded
) -> Ticket:
    return _with(ticket, event.order_id, termination_asked_by=recorded.envelope.doers)


def _order_ended(ticket: Ticket, event: returns.WorkOrderEnded, _: Recorded) -> Ticket:
    return _resolved_if_done(_with(ticket, event.order_id, status=OrderStatus.ENDED))


def _declined(status: Status) -> Leaves[Ticket]:
    def declined(ticket: Ticket, _: Any, __: Recorded) -> Ticket:
        # What every unit rightly returned is over with the ticket; a reopening sends out new ones.
        orders = {
            key: replace(one, status=OrderStatus.ENDED) if one.status not in SETTLED else one
            for key, one in ticket.orders.items()
        }
        return replace(ticket, status=status, orders=orders, regrade_asked=None)

    return declined


def _called_back(ticket: Ticket, event: verify.CallBackRecorded, recorded: Recorded) -> Ticket:
    if event.call.reached:
        return replace(ticket, reached=True, said_unsolved=event.solved is False)
    # By when it was entered: calls of three days that are told in one sitting prove none of them.
    tried = (*ticket.unreached, recorded.envelope.recorded_at)
    return replace(ticket, unreached=tried[-TRIES_KEPT:])


def _verified(ticket: Ticket, event: verify.VerificationPassed, _: Recorded) -> Ticket:
    answered = ticket.answered or event.answered
    return replace(ticket, status=Status.VERIFIED, answered=answered)


def _settled(
    ticket: Ticket, event: on_the_spot.TicketSettledOnTheSpot, recorded: Recorded
) -> Ticket:
    return replace(
        _uncalled(_took_part(ticket, recorded)),
        status=Status.RESOLVED,
        complexity=event.complexity,
        settled=event.outcome,
        answered=True,  # they stand at the window
    )


def _settlement_rejected(
    ticket: Ticket, _event: on_the_spot.SettlementRejected, _: Recorded
) -> Ticket:
    after = replace(ticket, status=Status.ACCEPTED, settled=None, reworks=ticket.reworks + 1)
    return _uncalled(after)


def _reworked(ticket: Ticket, event: verify.ReworkOrdered, _: Recorded) -> Ticket:
    # Also if no result follows: its order may be ended, and what stands is verified again.
    after = _uncalled(_with(ticket, event.order_id, status=OrderStatus.SIGNED_IN, final=True))
    return replace(after, status=Status.DISPATCHED, settled=None, reworks=ticket.reworks + 1)


def _reassigned(ticket: Ticket, event: dispatch.WorkOrderReassigned, _: Recorded) -> Ticket:
    after = _with(ticket, event.order_id, status=OrderStatus.REASSIGNED)
    return replace(after, reassignments=ticket.reassignments + 1)


def _lead_changed(ticket: Ticket, event: regroup.LeadChanged, _: Recorded) -> Ticket:
    # Only who leads asks that the matter end.
    after = _with(ticket, event.former, lead=False, termination_asked_by=None)
    final = event.final or ticket.orders[event.order_id].final
    return _with(after, event.order_id, lead=True, final=final)


def _escalated(ticket: Ticket, event: escalate.TicketEscalated, _: Recorded) -> Ticket:
    return replace(ticket, escalated=ticket.escalated | {event.cause})


def _reopened(ticket: Ticket, _event: supervise.TicketReopened, _: Recorded) -> Ticket:
    orders = {key: replace(order, outcome=None) for key, order in ticket.orders.items()}
    return replace(
        _uncalled(ticket), status=Status.ACCEPTED, orders=orders, settled=None, named_lead=None
    )


def _with(ticket: Ticket, order_id: str, **changes: Any) -> Ticket:
    order = replace(ticket.orders[order_id], **changes)
    return replace(ticket, orders={**ticket.orders, order_id: order})


def _regrade_asked(ticket: Ticket, event: regrade.RegradeRequested, recorded: Recorded) -> Ticket:
    asked = RegradeAsked(by=recorded.envelope.doers, complexity=event.complexity)
    return replace(ticket, regrade_asked=asked)


def _regraded(ticket: Ticket, event: regrade.TicketRegraded, _: Recorded) -> Ticket:
    return replace(ticket, complexity=event.complexity, regrade_asked=None)


def _suspension_asked(
    ticket: Ticket, event: suspend.SuspensionRequested, recorded: Recorded
) -> Ticket:
    asked = SuspensionAsked(by=recorded.envelope.doers, until=event.until)
    return _with(ticket, event.order_id, suspension_asked=asked)


def _found(ticket: Ticket, event: checks.TicketCheckFailed, _: Recorded) -> Ticket:
    return replace(ticket, findings=ticket.findings | {event.finding_id})


def _passed_on(ticket: Ticket, event: DutiesPassedOn, _: Recorded) -> Ticket:
    return replace(
        with_duties_passed_on(ticket, event),
        heard_by=event.successor if ticket.heard_by == event.unit else ticket.heard_by,
        first_receiver=(
            event.successor if ticket.first_receiver == event.unit else ticket.first_receiver
        ),
        units=ticket.units | {event.successor},
        passed_on=ticket.passed_on | {(event.unit, event.successor)},
    )


LEFT_BY_EVENTS: dict[type, Leaves[Ticket]] = {
    discover.TicketReported: _reported,
    correct.TicketCorrected: _corrected,
    discover.TicketAccepted: _to(Status.ACCEPTED),
    discover.TicketRefused: _declined(Status.REFUSED),
    discover.TicketDiverted: _declined(Status.DIVERTED),
    ending.WorkOrderDropped: _dropped,
    ending.TicketWithdrawn: leaves(status=Status.WITHDRAWN, regrade_asked=None),
    ending.TerminationRequested: _termination_asked,
    ending.TerminationDenied: _order_to(termination_asked_by=None),
    ending.TicketTerminated: leaves(status=Status.TERMINATED, regrade_asked=None),
    analyse.CauseAnalysed: _analysed,
    analyse.InquiryAnswered: leaves(status=Status.VERIFIED, answered=True),
    # Who praises somebody asks for nothing.
    analyse.PraisePassedOn: leaves(status=Status.VERIFIED, answered=True),
    dispatch.WorkOrderDispatched: _dispatched,
    dispatch.WorkOrderSignedIn: _signed_in,
    release.TextReleased: _released,
    release.TextWithdrawn: _order_to(released=None, tells=()),
    deadline.ProgressNoted: _took_part_in,
    contact.ReporterContacted: _took_part_in,
    returns.WorkOrderReturned: _order_to(status=OrderStatus.RETURNED),
    returns.ReturnRejected: _return_rejected,
    returns.ReturnUpheld: _order_to(status=OrderStatus.RELEASED),
    returns.WorkOrderEnded: _order_ended,
    dispatch.WorkOrderReassigned: _reassigned,
    deadline.ExtensionRequested: _extension_asked,
    deadline.ExtensionGranted: _order_to(extension_asked=None),
    deadline.ExtensionDenied: _order_to(extension_asked=None),
    regrade.RegradeRequested: _regrade_asked,
    regrade.TicketRegraded: _regraded,
    regrade.RegradeDenied: leaves(regrade_asked=None),
    suspend.SuspensionRequested: _suspension_asked,
    suspend.WorkOrderSuspended: _order_to(suspension_asked=None),
    suspend.SuspensionDenied: _order_to(suspension_asked=None),
    on_the_spot.TicketSettledOnTheSpot: _settled,
    on_the_spot.SettlementRejected: _settlement_rejected,
    escalate.TicketEscalated: _escalated,
    regroup.LeadChanged: _lead_changed,
    **LEFT_BY_MEETINGS,
    deadline.ResultSubmitted: _submitted,
    verify.CallBackRecorded: _called_back,
    answer.ReporterAnswered: leaves(answered=True),
    answer.AnswerPublished: leaves(answered=True),
    verify.VerificationPassed: _verified,
    verify.ReworkOrdered: _reworked,
    **LEFT_BEFORE,
    checks.TicketCheckFailed: _found,
    **LEFT_BY_TIES,
    supervise.TicketStruckOff: _to(Status.CLOSED),
    supervise.TicketReopened: _reopened,
    **LEFT_ON_ALL,
    DutiesPassedOn: _passed_on,
}
