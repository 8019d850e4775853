"""What each event of a ticket does to its deadlines."""

from collections.abc import Mapping, Sequence
from typing import Any

from bancheng.domain.complaint import (
    deadline,
    discover,
    dispatch,
    returns,
    supervise,
    suspend,
    verify,
)
from bancheng.domain.deadlines import (
    AllEnded,
    Change,
    DeadlineState,
    Ended,
    Moves,
    Redecided,
    Started,
)
from bancheng.domain.events import Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.warnings.events import MOVES as OF_WARNINGS

ACCEPT, SIGN_IN, RESPOND = LimitKind.ACCEPT, LimitKind.SIGN_IN, LimitKind.RESPOND
RESOLVE, FEEDBACK, CALL_BACK = LimitKind.RESOLVE, LimitKind.FEEDBACK, LimitKind.CALL_BACK


def _reported(event: discover.TicketReported, recorded: Recorded) -> Sequence[Change]:
    if event.accept_due is None:
        return ()
    return (Started(kind=ACCEPT, subject=recorded.stream_id, due=event.accept_due),)


def _decided_on(_: object, recorded: Recorded) -> Sequence[Change]:
    return (Ended(kind=ACCEPT, subject=recorded.stream_id),)


def _dispatched(event: dispatch.WorkOrderDispatched, _: Recorded) -> Sequence[Change]:
    order, unit = event.order_id, event.unit
    changes = [Started(kind=RESOLVE, subject=order, unit=unit, due=event.due)]
    if event.sign_in_due is not None:
        changes.append(Started(kind=SIGN_IN, subject=order, unit=unit, due=event.sign_in_due))
    if event.respond_due is not None:
        changes.append(Started(kind=RESPOND, subject=order, unit=unit, due=event.respond_due))
    return changes


def _answered_for(event: Any, _: Recorded) -> Sequence[Change]:
    # An objection answers the order as a signature does; only the time to resolve goes on.
    return (Ended(kind=SIGN_IN, subject=event.order_id),)


def _objected(event: returns.WorkOrderReturned, recorded: Recorded) -> Sequence[Change]:
    return (*_answered_for(event, recorded), Ended(kind=RESPOND, subject=event.order_id))


def _responded(event: deadline.ProgressNoted, _: Recorded) -> Sequence[Change]:
    return (Ended(kind=RESPOND, subject=event.order_id),)


def _released(event: Any, _: Recorded) -> Sequence[Change]:
    return tuple(
        Ended(kind=kind, subject=event.order_id, state=DeadlineState.CANCELLED)
        for kind in (SIGN_IN, RESPOND, RESOLVE)
    )


def _redecided(
    event: deadline.ExtensionGranted | suspend.WorkOrderSuspended | suspend.WorkOrderResumed,
    _: Recorded,
) -> Sequence[Change]:
    return (Redecided(kind=RESOLVE, subject=event.order_id, due=event.due),)


def _regraded(event: suspend.TicketRegraded, _: Recorded) -> Sequence[Change]:
    return [Redecided(kind=RESOLVE, subject=one.order_id, due=one.due) for one in event.orders]


def _submitted(event: deadline.ResultSubmitted, recorded: Recorded) -> Sequence[Change]:
    state = DeadlineState.MET if event.verdict.on_time else DeadlineState.LATE
    changes: list[Change] = [
        Ended(kind=RESPOND, subject=event.order_id),
        Ended(kind=RESOLVE, subject=event.order_id, state=state),
    ]
    if event.call_back_due is not None:
        due = event.call_back_due
        changes.append(Started(kind=CALL_BACK, subject=recorded.stream_id, due=due))
    return changes


def _called_back(event: verify.CallBackRecorded, recorded: Recorded) -> Sequence[Change]:
    # Who was not reached is still owed the call; a try alone would make a late one look in time.
    return (Ended(kind=CALL_BACK, subject=recorded.stream_id),) if event.reached else ()


def _verified(_: object, recorded: Recorded) -> Sequence[Change]:
    # Whoever was reached before was called in time or not; nobody else is called any more.
    return (Ended(kind=CALL_BACK, subject=recorded.stream_id, state=DeadlineState.CANCELLED),)


def _reworked(event: verify.ReworkOrdered, recorded: Recorded) -> Sequence[Change]:
    # Who was not called yet need not be before the unit has tried again.
    return (
        Ended(kind=CALL_BACK, subject=recorded.stream_id, state=DeadlineState.CANCELLED),
        Started(kind=RESOLVE, subject=event.order_id, due=event.due),
    )


def _supervision_order_issued(
    event: supervise.SupervisionOrderIssued, _: Recorded
) -> Sequence[Change]:
    due = event.feedback_due
    return (Started(kind=FEEDBACK, subject=event.supervision_order_id, unit=event.unit, due=due),)


def _supervision_order_answered(
    event: supervise.SupervisionOrderAnswered, _: Recorded
) -> Sequence[Change]:
    return (Ended(kind=FEEDBACK, subject=event.supervision_order_id),)


def _over(_: object, __: Recorded) -> Sequence[Change]:
    # What a card asked of somebody is still to be answered, also once the matter is closed.
    return (AllEnded(but=(LimitKind.CARD_FEEDBACK,)),)


MOVES: Mapping[type, Moves] = {
    discover.TicketReported: _reported,
    discover.TicketAccepted: _decided_on,
    # A supervision order or a card outlives a refusal, and so does its deadline.
    discover.TicketRefused: _decided_on,
    discover.TicketDiverted: _decided_on,
    dispatch.WorkOrderDispatched: _dispatched,
    dispatch.WorkOrderSignedIn: _answered_for,
    returns.WorkOrderReturned: _objected,
    returns.ReturnUpheld: _released,
    dispatch.WorkOrderReassigned: _released,
    deadline.ExtensionGranted: _redecided,
    suspend.WorkOrderSuspended: _redecided,
    suspend.WorkOrderResumed: _redecided,
    suspend.TicketRegraded: _regraded,
    deadline.ProgressNoted: _responded,
    deadline.ResultSubmitted: _submitted,
    verify.CallBackRecorded: _called_back,
    verify.VerificationPassed: _verified,
    verify.ReworkOrdered: _reworked,
    supervise.SupervisionOrderIssued: _supervision_order_issued,
    supervise.SupervisionOrderAnswered: _supervision_order_answered,
    supervise.TicketStruckOff: _over,
    **OF_WARNINGS,
}
