"""What a pause leaves out of the counting: which instants, and which local days."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.intervals import Stretch
from bancheng.domain.time_limits.terms import Pause, PauseKind, StartConvention

Span = Stretch[datetime]
Days = Stretch[date]
_DAY, _TICK = timedelta(days=1), timedelta(microseconds=1)


def effective_span(pause: Pause) -> Span | None:
    """有效暂停: the part of ``pause`` in which no time counts, if any (行政许可法 45).

    It begins when the applicant was told, and ends with the resumption or with the approved time,
    whichever is earlier. A pause still on is taken to last for its approved time.
    """
    reason = f"{pause.kind.label}:{pause.ground}"
    if pause.kind is PauseKind.EXCLUDED:
        assert pause.resumed_at is not None
        return _span(pause.started_at, pause.resumed_at, reason, pause.event)
    if pause.told_at is None or pause.approved_until is None:
        return None
    until = min(pause.resumed_at or pause.approved_until, pause.approved_until)
    return _span(max(pause.started_at, pause.told_at), until, reason, pause.event)


def _span(since: datetime, until: datetime, reason: str, event: str) -> Span | None:
    return Stretch(since, until, reason, event) if since < until else None


def effective_spans(pauses: Iterable[Pause]) -> list[Span]:
    """暂停时段: the spans of all pauses in order, those that overlap or touch made into one.

    Making them one first is what keeps a due date the same however a pause was cut.
    """
    result: list[Span] = []
    for span in sorted(filter(None, map(effective_span, pauses))):
        if result and span.since <= result[-1].until:
            result[-1] = _together(result[-1], span)
        else:
            result.append(span)
    return result


def _together(a: Span, b: Span) -> Span:
    reason = a.reason if b.reason in a.reason else f"{a.reason}、{b.reason}"
    event = a.event if b.event in a.event else f"{a.event},{b.event}"
    return Stretch(a.since, max(a.until, b.until), reason, event)


def days_of(stretch: Days) -> list[date]:
    """The days of ``stretch``, one by one."""
    return [stretch.since + n * _DAY for n in range((stretch.until - stretch.since).days)]


def paused_days(pauses: Iterable[Pause], start: StartConvention, calendar: Calendar) -> list[Days]:
    """暂停日: which local days a limit in days leaves out.

    By the convention of the limit itself: under ``NEXT_DAY`` the day of the pause still counts
    and counting goes on the day after the resumption; under ``SAME_DAY`` the day of the pause is
    left out and the day of the resumption counts. A pause within one day leaves out none.

    Of what is ``EXCLUDED`` each day is left out on which it took anything.
    """
    given = tuple(pauses)
    excluded = effective_spans(one for one in given if one.kind is PauseKind.EXCLUDED)
    pausing = effective_spans(one for one in given if one.kind is not PauseKind.EXCLUDED)
    days = [_whole(span, calendar) for span in excluded]
    days += [_by_convention(span, start, calendar) for span in pausing]
    return sorted(one for one in days if one.since < one.until)


def _by_convention(span: Span, start: StartConvention, calendar: Calendar) -> Days:
    since = calendar.local(span.since).date()
    until = calendar.local(span.until).date()
    if start is StartConvention.NEXT_DAY:
        # A span up to midnight was resumed with the day that then begins, and that day counts:
        # without the tick it would be taken for the day of the resumption and left out.
        since += _DAY
        until = calendar.local(span.until - _TICK).date() + _DAY
    return Stretch(since, until, span.reason, span.event)


def _whole(span: Span, calendar: Calendar) -> Days:
    # By the convention of pauses the day of the decision would count. Whoever was wrongly refused
    # on their last day would then have nothing left of it at the recall.
    since = calendar.local(span.since).date()
    until = calendar.local(span.until - _TICK).date() + _DAY
    return Stretch(since, until, span.reason, span.event)
