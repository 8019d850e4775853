"""What each event of a ticket does to its deadlines."""

from collections.abc import Mapping, Sequence
from typing import Any

from bancheng.domain.complaint import (
    analyse,
    answer,
    contact,
    deadline,
    discover,
    dispatch,
    ending,
    meeting,
    merging,
    on_the_spot,
    regrade,
    repeating,
    returns,
    supervise,
    supervised_before,
    suspend,
    verify,
)
from bancheng.domain.complaint.terms import Status
from bancheng.domain.deadlines import (
    AllReleased,
    Change,
    Ended,
    Moves,
    Redecided,
    Released,
    Reopened,
    Started,
)
from bancheng.domain.events import Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.supervision.events import MOVES as OF_SUPERVISION
from bancheng.domain.warnings.events import MOVES as OF_WARNINGS

ACCEPT, SIGN_IN, RESPOND = LimitKind.ACCEPT, LimitKind.SIGN_IN, LimitKind.RESPOND
RESOLVE, FEEDBACK, CALL_BACK = LimitKind.RESOLVE, LimitKind.FEEDBACK, LimitKind.CALL_BACK
ANSWER, ANALYSE, DISPATCH = LimitKind.ANSWER, LimitKind.ANALYSE, LimitKind.DISPATCH
ANSWER_INQUIRY, STRIKE_OFF = LimitKind.ANSWER_INQUIRY, LimitKind.STRIKE_OFF
RULE, REASSIGN, FOLLOW_UP = LimitKind.RULE, LimitKind.REASSIGN, LimitKind.FOLLOW_UP


def _reported(event: discover.TicketReported, recorded: Recorded) -> Sequence[Change]:
    matter = recorded.stream_id
    return (
        Started(kind=ACCEPT, subject=matter, due=event.accept_due),
        Started(kind=ANSWER, subject=matter, due=event.answer_due),
    )


def _accepted(event: discover.TicketAccepted, recorded: Recorded) -> Sequence[Change]:
    matter = recorded.stream_id
    changes: list[Change] = [
        Ended(kind=ACCEPT, subject=matter),
        Started(kind=ANALYSE, subject=matter, due=event.analyse_due),
    ]
    # Where no rule limits it, the answer is measured with the analysis that it saves.
    if event.answer_inquiry_due is not None:
        due = event.answer_inquiry_due
        changes.append(Started(kind=ANSWER_INQUIRY, subject=matter, due=due))
    return changes


# What was asked of a unit outlives the matter: it waits for its answer.
_OVER = AllReleased(but=(FEEDBACK, LimitKind.CARD_FEEDBACK, FOLLOW_UP))


def _refused(_: object, recorded: Recorded) -> Sequence[Change]:
    # A no with reason and remedy is an answer.
    matter = recorded.stream_id
    return (Ended(kind=ACCEPT, subject=matter), Ended(kind=ANSWER, subject=matter), _OVER)


def _repeated(event: repeating.RepeatRegistered, recorded: Recorded) -> Sequence[Change]:
    # Who brings nothing new was told again what came of it; else all goes on as for any other.
    return () if event.new_facts else _refused(event, recorded)


def _diverted(_: object, recorded: Recorded) -> Sequence[Change]:
    return (Ended(kind=ACCEPT, subject=recorded.stream_id), _OVER)


def _dropped(event: ending.WorkOrderDropped, _: Recorded) -> Sequence[Change]:
    return _released(event.order_id)


def _withdrawn(_: object, __: Recorded) -> Sequence[Change]:
    # Nobody has answered, and nobody waits: what was over by then stays late.
    return (_OVER,)


def _terminated(_: object, recorded: Recorded) -> Sequence[Change]:
    # As with a refusal: the reason and what remains to do are an answer.
    return (Ended(kind=ANSWER, subject=recorded.stream_id), _OVER)


def _merged(_: object, recorded: Recorded) -> Sequence[Change]:
    # Who reported it was told what becomes of it; the answer they wait for is that of the main one.
    return (Ended(kind=ACCEPT, subject=recorded.stream_id), _OVER)


# What is owed by the hall itself in each status, whether or not a rule limits it.
_OWED: Mapping[Status, tuple[LimitKind, ...]] = {
    Status.REPORTED: (ACCEPT, ANSWER),
    Status.ACCEPTED: (ANALYSE, ANSWER),
    Status.ANALYSED: (DISPATCH, ANSWER),
}


def _merge_undone(event: merging.MergeUndone, recorded: Recorded) -> Sequence[Change]:
    # The same runs: what passed in between has passed, and nobody is given new time.
    again = [Reopened(kind=one.kind, subject=one.subject, due=one.due) for one in event.dues]
    matter, resumed = recorded.stream_id, {one.kind for one in event.dues}
    owed = (kind for kind in _OWED[event.status] if kind not in resumed)
    dues = {DISPATCH: event.dispatch_due}
    return (*again, *(Started(kind=kind, subject=matter, due=dues.get(kind)) for kind in owed))


def _analysed(event: analyse.CauseAnalysed, recorded: Recorded) -> Sequence[Change]:
    matter = recorded.stream_id
    # An analysis that is corrected gives no new time to dispatch.
    return (
        Ended(kind=ANALYSE, subject=matter),
        Started(kind=DISPATCH, subject=matter, due=event.dispatch_due, if_stopped=True),
    )


def _settled(
    event: analyse.InquiryAnswered | analyse.PraisePassedOn, recorded: Recorded
) -> Sequence[Change]:
    # The window that first heard an inquiry may answer it without an acceptance.
    done = (ACCEPT, ANALYSE, ANSWER_INQUIRY, ANSWER)
    return (
        *(Ended(kind=kind, subject=recorded.stream_id) for kind in done),
        _OVER,
        Started(kind=STRIKE_OFF, subject=recorded.stream_id, due=event.strike_off_due),
    )


def _dispatched(event: dispatch.WorkOrderDispatched, recorded: Recorded) -> Sequence[Change]:
    order, unit, matter = event.order_id, event.unit, recorded.stream_id
    return (
        Ended(kind=DISPATCH, subject=matter),
        Released(kind=ANSWER_INQUIRY, subject=matter),
        Started(kind=RESOLVE, subject=order, unit=unit, due=event.due),
        Started(kind=SIGN_IN, subject=order, unit=unit, due=event.sign_in_due),
        Started(kind=RESPOND, subject=order, unit=unit, due=event.respond_due),
    )


def _answered_for(event: Any, _: Recorded) -> Sequence[Change]:
    # An objection answers the order as a signature does; only the time to resolve goes on.
    return (Ended(kind=SIGN_IN, subject=event.order_id),)


def _objected(event: returns.WorkOrderReturned, recorded: Recorded) -> Sequence[Change]:
    order = event.order_id
    return (
        *_answered_for(event, recorded),
        Ended(kind=RESPOND, subject=order),
        Started(kind=RULE, subject=order, due=event.rule_due),
    )


def _return_rejected(event: returns.ReturnRejected, _: Recorded) -> Sequence[Change]:
    return (Ended(kind=RULE, subject=event.order_id),)


def _return_upheld(event: returns.ReturnUpheld, _: Recorded) -> Sequence[Change]:
    order = event.order_id
    return (
        Ended(kind=RULE, subject=order),
        *_released(order),
        Started(kind=REASSIGN, subject=order, due=event.reassign_due),
    )


def _order_ended(event: returns.WorkOrderEnded, recorded: Recorded) -> Sequence[Change]:
    # Nobody takes it over: how long its unit had it was judged when the return was upheld.
    over = Released(kind=REASSIGN, subject=event.order_id)
    if event.call_back_due is None:
        return (over,)
    due = event.call_back_due
    return (over, Started(kind=CALL_BACK, subject=recorded.stream_id, due=due))


def _reassigned(event: dispatch.WorkOrderReassigned, _: Recorded) -> Sequence[Change]:
    return (Ended(kind=REASSIGN, subject=event.order_id), *_released(event.order_id))


def _released(order: str) -> Sequence[Change]:
    """The order left its unit: its time is over, and was in time or late for that unit."""
    return [Released(kind=kind, subject=order) for kind in (SIGN_IN, RESPOND, RESOLVE)]


def _responded(event: deadline.ProgressNoted, _: Recorded) -> Sequence[Change]:
    return (Ended(kind=RESPOND, subject=event.order_id),)


def _contacted(event: contact.ReporterContacted, _: Recorded) -> Sequence[Change]:
    # Also if the handler called: the accused unit may not, and the reporter was responded to.
    if event.order_id is None or not event.call.reached:
        return ()
    return (Ended(kind=RESPOND, subject=event.order_id),)


def _redecided(
    event: deadline.ExtensionGranted | suspend.WorkOrderSuspended | suspend.WorkOrderResumed,
    _: Recorded,
) -> Sequence[Change]:
    return (Redecided(kind=RESOLVE, subject=event.order_id, due=event.due),)


def _settled_on_the_spot(
    event: on_the_spot.TicketSettledOnTheSpot, recorded: Recorded
) -> Sequence[Change]:
    matter = recorded.stream_id
    done = (ACCEPT, ANALYSE, DISPATCH)
    changes: list[Change] = [
        *(Ended(kind=kind, subject=matter) for kind in done),
        # Of what was an inquiry until it was corrected.
        Released(kind=ANSWER_INQUIRY, subject=matter),
    ]
    if event.call_back_due is not None:
        changes.append(Started(kind=CALL_BACK, subject=matter, due=event.call_back_due))
    return changes


def _settlement_rejected(
    event: on_the_spot.SettlementRejected, recorded: Recorded
) -> Sequence[Change]:
    matter = recorded.stream_id
    return (
        Released(kind=CALL_BACK, subject=matter),
        Started(kind=ANALYSE, subject=matter, due=event.analyse_due),
    )


def _regraded(event: regrade.TicketRegraded, _: Recorded) -> Sequence[Change]:
    return [Redecided(kind=RESOLVE, subject=one.order_id, due=one.due) for one in event.orders]


def _submitted(event: deadline.ResultSubmitted, recorded: Recorded) -> Sequence[Change]:
    changes: list[Change] = [
        Ended(kind=RESPOND, subject=event.order_id),
        Ended(kind=RESOLVE, subject=event.order_id, on_time=event.verdict.on_time),
    ]
    if event.call_back_due is not None:
        due = event.call_back_due
        changes.append(Started(kind=CALL_BACK, subject=recorded.stream_id, due=due))
    return changes


def _called_back(event: verify.CallBackRecorded, recorded: Recorded) -> Sequence[Change]:
    # Who was not reached is still owed the call; a try alone would make a late one look in time.
    return (Ended(kind=CALL_BACK, subject=recorded.stream_id),) if event.call.reached else ()


def _verified(event: verify.VerificationPassed, recorded: Recorded) -> Sequence[Change]:
    # Whoever was reached before was called in time or not; nobody else is called any more.
    matter = recorded.stream_id
    return (
        Released(kind=CALL_BACK, subject=matter),
        *([Ended(kind=ANSWER, subject=matter)] if event.answered else ()),
        Started(kind=STRIKE_OFF, subject=matter, due=event.strike_off_due),
    )


def _answered(
    _: answer.ReporterAnswered | answer.AnswerPublished, recorded: Recorded
) -> Sequence[Change]:
    return (Ended(kind=ANSWER, subject=recorded.stream_id),)


def _reworked(event: verify.ReworkOrdered, recorded: Recorded) -> Sequence[Change]:
    # Who was not called yet need not be before the unit has tried again.
    matter = recorded.stream_id
    return (
        Released(kind=CALL_BACK, subject=matter),
        Started(kind=RESOLVE, subject=event.order_id, due=event.due),
        *(_owed_again(event, matter) if event.answer_set_aside else ()),
    )


def _owed_again(event: verify.ReworkOrdered, matter: str) -> Sequence[Change]:
    if event.answer_due is None:
        return (Started(kind=ANSWER, subject=matter, due=None),)
    return (Reopened(kind=ANSWER, subject=matter, due=event.answer_due),)


def _met(event: meeting.MeetingHeld, _: Recorded) -> Sequence[Change]:
    due = event.follow_up_due
    if due is None:
        return ()
    return (Started(kind=FOLLOW_UP, subject=event.meeting_id, unit=event.unit, due=due),)


def _followed_up(event: meeting.MeetingFollowedUp, _: Recorded) -> Sequence[Change]:
    return (Ended(kind=FOLLOW_UP, subject=event.meeting_id, on_time=event.verdict.on_time),)


def _supervised_before(
    event: supervised_before.SupervisionOrderIssued, _: Recorded
) -> Sequence[Change]:
    due = event.feedback_due
    return (Started(kind=FEEDBACK, subject=event.supervision_order_id, unit=event.unit, due=due),)


def _answered_before(
    event: supervised_before.SupervisionOrderAnswered, _: Recorded
) -> Sequence[Change]:
    return (Ended(kind=FEEDBACK, subject=event.supervision_order_id),)


def _struck_off(_: object, recorded: Recorded) -> Sequence[Change]:
    return (Ended(kind=STRIKE_OFF, subject=recorded.stream_id), _OVER)


def _reopened(event: supervise.TicketReopened, recorded: Recorded) -> Sequence[Change]:
    matter = recorded.stream_id
    return (
        Started(kind=ANSWER, subject=matter, due=event.answer_due),
        Started(kind=ANALYSE, subject=matter, due=event.analyse_due),
    )


MOVES: Mapping[type, Moves] = {
    discover.TicketReported: _reported,
    discover.TicketAccepted: _accepted,
    discover.TicketRefused: _refused,
    discover.TicketDiverted: _diverted,
    ending.WorkOrderDropped: _dropped,
    ending.TicketWithdrawn: _withdrawn,
    ending.TicketTerminated: _terminated,
    repeating.RepeatRegistered: _repeated,
    merging.TicketMerged: _merged,
    merging.MergeUndone: _merge_undone,
    analyse.CauseAnalysed: _analysed,
    analyse.InquiryAnswered: _settled,
    analyse.PraisePassedOn: _settled,
    on_the_spot.TicketSettledOnTheSpot: _settled_on_the_spot,
    on_the_spot.SettlementRejected: _settlement_rejected,
    dispatch.WorkOrderDispatched: _dispatched,
    dispatch.WorkOrderSignedIn: _answered_for,
    returns.WorkOrderReturned: _objected,
    returns.ReturnRejected: _return_rejected,
    returns.ReturnUpheld: _return_upheld,
    returns.WorkOrderEnded: _order_ended,
    dispatch.WorkOrderReassigned: _reassigned,
    deadline.ExtensionGranted: _redecided,
    suspend.WorkOrderSuspended: _redecided,
    suspend.WorkOrderResumed: _redecided,
    regrade.TicketRegraded: _regraded,
    meeting.MeetingHeld: _met,
    meeting.MeetingFollowedUp: _followed_up,
    deadline.ProgressNoted: _responded,
    contact.ReporterContacted: _contacted,
    deadline.ResultSubmitted: _submitted,
    verify.CallBackRecorded: _called_back,
    answer.ReporterAnswered: _answered,
    answer.AnswerPublished: _answered,
    verify.VerificationPassed: _verified,
    verify.ReworkOrdered: _reworked,
    supervised_before.SupervisionOrderIssued: _supervised_before,
    supervised_before.SupervisionOrderAnswered: _answered_before,
    supervise.TicketStruckOff: _struck_off,
    supervise.TicketReopened: _reopened,
    **OF_SUPERVISION,
    **OF_WARNINGS,
}
