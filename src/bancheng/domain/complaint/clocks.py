"""What each event of a ticket does to its clocks."""

from collections.abc import Callable, Sequence
from typing import Any

from bancheng.domain.clocks import (
    AllEnded,
    Change,
    Ended,
    LimitKind,
    LimitState,
    Redecided,
    Started,
)
from bancheng.domain.complaint import deadline, discover, dispatch, supervise, verify
from bancheng.domain.events import Recorded
from bancheng.domain.warnings import (
    DueDateReplanned,
    WarningAnswered,
    WarningRaised,
    WarningRevoked,
)

ACCEPT, SIGN_IN = LimitKind.ACCEPT, LimitKind.SIGN_IN
RESOLVE, FEEDBACK = LimitKind.RESOLVE, LimitKind.FEEDBACK


def changes_of(recorded: Recorded) -> Sequence[Change]:
    """What ``recorded`` does to the clocks of its ticket; mostly nothing."""
    case = CLOCKS.get(type(recorded.event))
    return () if case is None else case(recorded.event, recorded)


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
    return changes


def _answered_for(event: Any, _: Recorded) -> Sequence[Change]:
    # An objection answers the order as a signature does; only the time to resolve goes on.
    return (Ended(kind=SIGN_IN, subject=event.order_id),)


def _released(event: Any, _: Recorded) -> Sequence[Change]:
    return tuple(
        Ended(kind=kind, subject=event.order_id, state=LimitState.CANCELLED)
        for kind in (SIGN_IN, RESOLVE)
    )


def _extended(event: deadline.ExtensionGranted, _: Recorded) -> Sequence[Change]:
    return (Redecided(kind=RESOLVE, subject=event.order_id, due=event.due),)


def _submitted(event: deadline.ResultSubmitted, _: Recorded) -> Sequence[Change]:
    state = LimitState.MET if event.verdict.on_time else LimitState.LATE
    return (Ended(kind=RESOLVE, subject=event.order_id, state=state),)


def _reworked(event: verify.ReworkOrdered, _: Recorded) -> Sequence[Change]:
    return (Started(kind=RESOLVE, subject=event.order_id, due=event.due),)


def _slip_issued(event: supervise.SupervisionOrderIssued, _: Recorded) -> Sequence[Change]:
    due = event.feedback_due
    return (Started(kind=FEEDBACK, subject=event.slip_id, unit=event.unit, due=due),)


def _slip_answered(event: supervise.SupervisionOrderAnswered, _: Recorded) -> Sequence[Change]:
    return (Ended(kind=FEEDBACK, subject=event.slip_id),)


def _over(_: object, __: Recorded) -> Sequence[Change]:
    return (AllEnded(),)


def _warned(event: WarningRaised, _: Recorded) -> Sequence[Change]:
    if event.feedback_due is None:
        return ()
    due, unit = event.feedback_due, event.unit
    return (Started(kind=FEEDBACK, subject=event.warning_id, unit=unit, due=due),)


def _warning_answered(event: WarningAnswered, _: Recorded) -> Sequence[Change]:
    return (Ended(kind=FEEDBACK, subject=event.warning_id),)


def _warning_revoked(event: WarningRevoked, _: Recorded) -> Sequence[Change]:
    return (Ended(kind=FEEDBACK, subject=event.warning_id, state=LimitState.CANCELLED),)


def _replanned(event: DueDateReplanned, _: Recorded) -> Sequence[Change]:
    return (Redecided(kind=event.kind, subject=event.subject, due=event.due),)


CLOCKS: dict[type, Callable[[Any, Recorded], Sequence[Change]]] = {
    discover.TicketReported: _reported,
    discover.TicketAccepted: _decided_on,
    # A slip or a card outlives a refusal, so its clock does too; only striking off ends them all.
    discover.TicketRefused: _decided_on,
    discover.TicketDiverted: _decided_on,
    dispatch.WorkOrderDispatched: _dispatched,
    dispatch.WorkOrderSignedIn: _answered_for,
    dispatch.WorkOrderReturned: _answered_for,
    dispatch.ReturnUpheld: _released,
    dispatch.WorkOrderReassigned: _released,
    deadline.ExtensionGranted: _extended,
    deadline.ResultSubmitted: _submitted,
    verify.ReworkOrdered: _reworked,
    supervise.SupervisionOrderIssued: _slip_issued,
    supervise.SupervisionOrderAnswered: _slip_answered,
    supervise.TicketStruckOff: _over,
    WarningRaised: _warned,
    WarningAnswered: _warning_answered,
    WarningRevoked: _warning_revoked,
    DueDateReplanned: _replanned,
}
