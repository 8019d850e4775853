"""An oracle of lateness: it looks at intervals and nothing else.

A holder (a work order, or a case) has a span of time: it begins with a date by which something is
due, the date may be replaced, and the span ends. There was a late moment if a date passed while it
was the one that held. Nothing here asks the program's deadlines, verdicts or ledgers; each event
that gives, replaces or ends a date is listed by hand.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from bancheng.domain.calls import CallResult
from bancheng.domain.case import (
    accept,
    decide,
    forward,
    procedure,
    recall,
    renewal,
    supervise,
    theme,
)
from bancheng.domain.case import deadline as extensions
from bancheng.domain.case import verify as issuing
from bancheng.domain.complaint import (
    analyse,
    contact,
    deadline,
    discover,
    dispatch,
    ending,
    merging,
    regrade,
    repeating,
    returns,
    suspend,
    verify,
)
from bancheng.domain.complaint import supervise as complaint
from bancheng.domain.deadlines import key_of
from bancheng.domain.events import Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.limit import DueDate, StartConvention
from bancheng.domain.warnings.events import DueDateReplanned, DutiesPassedOn
from properties.walks import LATER_CALENDAR
from support.given import CALENDAR

RESOLVE, WHOLE = LimitKind.RESOLVE, (LimitKind.STATUTORY, LimitKind.PROMISED)
SUPPLEMENT = LimitKind.SUPPLEMENT  # the applicant's own time: while the case is decided it stands
DAY, KNOWN = timedelta(days=1), {one.version: one for one in (CALENDAR, LATER_CALENDAR)}
SIGN_IN, RESPOND = LimitKind.SIGN_IN, LimitKind.RESPOND
ANSWER, DELIVER = LimitKind.ANSWER, LimitKind.DELIVER


class Held(NamedTuple):
    """One date, from when it held, and until when if the span ended or was decided under it."""

    since: datetime
    due_at: datetime
    until: datetime | None = None


@dataclass
class Span:
    """What one holder had to do, from its first date to its end.

    ``was_late``: it had ended late before what ended it was recalled.
    """

    kind: LimitKind
    subject: str
    dates: list[Held]
    ended_at: datetime | None = None
    was_late: bool = False
    moved_when_late: list[type] = field(default_factory=list)

    def late_since(self, now: datetime) -> datetime | None:
        """When a date first passed, as it is known ``now``."""
        ends = [*(one.since for one in self.dates[1:]), now]
        # Another system may tell of its end after later dates were given.
        over = self.dates[-1].until or now
        for held, end in zip(self.dates, ends, strict=True):
            if min(held.until or end, over) >= held.due_at:
                return held.due_at
        return None


class Given(NamedTuple):
    kind: LimitKind
    subject: str
    due: DueDate


def spans_of(log: Sequence[Recorded], published_at: datetime | None = None) -> list[Span]:
    """Every span of the matter, in the order of their beginning.

    ``published_at`` is when the calendar came that holds since then.
    """
    spans: list[Span] = []
    running: dict[tuple[LimitKind, str], Span] = {}
    for one in log:
        at, event = _when(one), one.event
        for key in _ended(event, one.stream_id, running):
            _end(running.pop(key), at)
        if isinstance(event, recall.DecisionRecalled):
            running |= _go_on(spans, event, at, published_at)
        if isinstance(event, merging.MergeUndone):
            running |= _not_ended(spans, event)
        for kind, subject, due in _begun(event, one.stream_id):
            span = Span(kind, subject, [Held(at, due.due_at)])
            running[kind, subject] = span
            spans.append(span)
        for kind, subject, due in _replaced(event):
            if span := running.get((kind, subject)):
                _replace(span, event, at, due)
    return spans


def _when(one: Recorded) -> datetime:
    """When it was done, as far as that may be believed: at the desk nobody is believed."""
    envelope = one.envelope
    return envelope.recorded_at if envelope.source_system is None else envelope.occurred_at


def _end(span: Span, at: datetime) -> None:
    span.ended_at, span.dates[-1] = at, span.dates[-1]._replace(until=at)


def _go_on(
    spans: Iterable[Span], event: Any, at: datetime, published_at: datetime | None
) -> dict[tuple[LimitKind, str], Span]:
    """What ended by the decision has not ended: it is the same span, and has a new date now."""
    last = {(span.kind, span.subject): span for span in spans}
    again = {}
    for kind, subject, due in _each(event.dues, (*WHOLE, SUPPLEMENT)):
        span = again[kind, subject] = last[kind, subject]
        span.was_late = span.was_late or span.late_since(at) is not None
        before, decided_at = span.dates[-1], span.ended_at
        assert decided_at is not None
        if kind is not SUPPLEMENT:
            # The organ went on owing by that date, until another calendar moved it.
            moved = published_at if due.due_at != before.due_at and published_at else at
            span.dates[-1] = before._replace(until=max(decided_at, min(moved, at)))
        span.ended_at = None
        span.dates.append(Held(at, due.due_at))
    return again


def _not_ended(spans: Iterable[Span], event: Any) -> dict[tuple[LimitKind, str], Span]:
    """What ended by the merge has not ended: its date held all the time, and still does."""
    last = {(span.kind, span.subject): span for span in spans}
    again = {
        (one.kind, one.subject): last[one.kind, one.subject]
        for one in event.dues
        if (one.kind, one.subject) in last
    }
    for span in again.values():
        span.ended_at, span.dates[-1] = None, span.dates[-1]._replace(until=None)
    return again


def _replace(span: Span, event: Any, at: datetime, due: DueDate) -> None:
    before = span.dates[-1]
    if isinstance(event, DueDateReplanned) and event.before.provisional:
        # No notice had arranged the year: the date never held.
        span.dates[-1] = Held(before.since, due.due_at)
        return
    # A calendar may give what is late another date; that it was late stays all the same.
    is_granted = not isinstance(event, DueDateReplanned)
    if is_granted and at >= before.due_at and due.due_at > before.due_at:
        span.moved_when_late.append(type(event))
    span.dates.append(Held(at, due.due_at))


def _begun(event: Any, matter: str) -> Iterator[Given]:
    match event:
        case dispatch.WorkOrderDispatched():
            yield Given(RESOLVE, event.order_id, event.due)
            yield from _if_any(SIGN_IN, event.order_id, event.sign_in_due)
            yield from _if_any(RESPOND, event.order_id, event.respond_due)
        case verify.ReworkOrdered():
            yield Given(RESOLVE, event.order_id, event.due)
        case discover.TicketReported() | complaint.TicketReopened():
            yield from _if_any(ANSWER, matter, event.answer_due)
        case accept.CaseAccepted() | accept.CaseDeemedAccepted() | theme.ChildOpened():
            for kind, due in zip(WHOLE, (event.terms.statutory, event.terms.promised), strict=True):
                yield from _if_any(kind, matter, due)
            yield from _if_any(SUPPLEMENT, matter, getattr(event, "gap_due", None))
        case decide.CaseDecided() | renewal.CaseDeemedRenewed():
            yield from _if_any(DELIVER, matter, event.deliver_due)
        case DutiesPassedOn():
            yield from _each(event.limits)


def _if_any(kind: LimitKind, subject: str, due: DueDate | None) -> Iterator[Given]:
    if due is not None:
        yield Given(kind, subject, due)


def _replaced(event: Any) -> Iterator[Given]:
    match event:
        case (
            deadline.ExtensionGranted() | suspend.WorkOrderSuspended() | suspend.WorkOrderResumed()
        ):
            yield Given(RESOLVE, event.order_id, event.due)
        case regrade.TicketRegraded():
            for one in event.orders:
                yield Given(RESOLVE, one.order_id, one.due)
        case (
            extensions.CaseExtensionGranted()
            | procedure.SpecialProcedureStarted()
            | procedure.SpecialProcedureEnded()
        ):
            yield from _each(event.dues)
        case DueDateReplanned():
            yield Given(event.kind, event.subject, event.due)


def _each(dues: Iterable[Any], kinds: Sequence[LimitKind] = WHOLE) -> Iterator[Given]:
    for one in dues:
        if one.kind in kinds:
            yield Given(one.kind, one.subject, one.due)


def _ended(event: Any, matter: str, running: Iterable[tuple[LimitKind, str]]) -> list[Any]:
    return [key for key in running if key in {*_ended_orders(event), *_ended_wholes(event, matter)}]


def _ended_orders(event: Any) -> Iterator[tuple[LimitKind, str]]:
    match event:
        case deadline.ResultSubmitted():
            yield from ((kind, event.order_id) for kind in (RESOLVE, RESPOND))
        case returns.ReturnUpheld() | dispatch.WorkOrderReassigned() | ending.WorkOrderDropped():
            yield from ((kind, event.order_id) for kind in (RESOLVE, SIGN_IN, RESPOND))
        case dispatch.WorkOrderSignedIn():
            yield SIGN_IN, event.order_id
        case returns.WorkOrderReturned():
            yield from ((kind, event.order_id) for kind in (SIGN_IN, RESPOND))
        case deadline.ProgressNoted():
            yield RESPOND, event.order_id
        case contact.ReporterContacted(order_id=str(order), call=CallResult.CONNECTED):
            yield RESPOND, order


def _ended_wholes(event: Any, matter: str) -> Iterator[tuple[LimitKind, str]]:
    match event:
        case (
            discover.TicketRefused()
            | discover.TicketDiverted()
            | ending.TicketWithdrawn()
            | ending.TicketTerminated()
            | merging.TicketMerged()
            | repeating.RepeatRegistered(new_facts=False)
            | analyse.InquiryAnswered()
            | analyse.PraisePassedOn()
            | verify.VerificationPassed()
        ):
            yield ANSWER, matter
        case decide.CaseDecided() | renewal.CaseDeemedRenewed() | forward.CaseForwarded():
            yield from ((kind, matter) for kind in (*WHOLE, SUPPLEMENT))
        case accept.GapFilled(missing=()):
            yield SUPPLEMENT, matter
        case recall.DecisionRecalled() | issuing.ResultDelivered() | theme.ClosedWithTheme():
            yield DELIVER, matter
        case (
            supervise.CaseWithdrawn()
            | supervise.CaseDeemedWithdrawn()
            | supervise.CaseTerminated()
            | supervise.CaseVoided()
        ):
            yield from ((kind, matter) for kind in (*WHOLE, SUPPLEMENT, DELIVER))
        case DutiesPassedOn():
            yield from ((one.kind, one.subject) for one in _each(event.limits))


def misdated(steps: Iterable[Any]) -> Iterator[str]:
    """What a recall dated otherwise than by counting days on the calendar of that day."""
    for step in steps:
        for event in step.events:
            if isinstance(event, recall.DecisionRecalled):
                for one in event.dues:
                    yield from _misdated(one, step)


def _misdated(one: Any, step: Any) -> Iterator[str]:
    ended, calendar = step.before.deadlines[key_of(one.kind, one.subject)], step.desk.calendar
    was, due, limit = ended.due, one.due, one.due.limit
    if one.kind in WHOLE and limit.start is StartConvention.NEXT_DAY and not due.pauses:
        days = _days(calendar, calendar.local(due.started_at).date(), due.due_date)
        if days != due.amount:
            yield f"{one.kind} of {due.amount} days is due after {days}"
    if one.kind is SUPPLEMENT and ended.ended_at < was.due_at:
        decided_on, now = (calendar.local(at).date() for at in (ended.ended_at, step.desk.now))
        # Of the day of the decision they had a part, and lost it, unless it was left out already.
        is_left_out = any(calendar.local(p.resumed_at).date() == decided_on for p in was.pauses)
        since = decided_on if is_left_out else decided_on - DAY
        if limit.start is StartConvention.NEXT_DAY:  # the day of its start is none of its days
            since = max(since, calendar.local(due.started_at).date())
        had = _days(KNOWN[was.calendar_version], since, was.due_date)
        if (has := _days(calendar, now, due.due_date)) < had:
            yield f"the applicant had {had} days left, and has {has}"


def _days(calendar: Calendar, after: date, last: date) -> int:
    """Working days after ``after``, up to ``last`` included."""
    days = (after + n * DAY for n in range(1, (last - after).days + 1))
    return sum(map(calendar.is_working_day, days))
