"""The figures of reports, counted once more from the events alone, by nothing that counts them."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from itertools import groupby
from typing import Any

import pytest

from bancheng.bootstrap import Container
from bancheng.domain.events import Recorded
from bancheng.projections.reports.call_back_rates import CALL_BACK_RATES
from bancheng.projections.reports.case_rates import CASE_RATES
from bancheng.projections.reports.report import Report
from bancheng.projections.reports.ticket_rates import TICKET_RATES
from contract.test_simulated_hall import EVENTFUL, UNTIL, lived

FIRST, LAST = date(2026, 3, 9), date(2026, 3, 29)
ENDS_TICKET = {
    "complaint.ticket-struck-off", "complaint.ticket-refused", "complaint.ticket-diverted",
    "complaint.ticket-withdrawn", "complaint.ticket-terminated", "complaint.ticket-merged",
}  # fmt: skip
GOES_ON = {"complaint.ticket-reopened", "complaint.merge-undone"}
ACCEPTS = {"case.case-accepted", "case.case-deemed-accepted"}
DECIDES = {"case.case-decided", "case.case-deemed-renewed"}
UNDECIDES = {
    "case.decision-recalled", "case.case-withdrawn", "case.case-deemed-withdrawn",
    "case.case-terminated", "case.case-voided",
}  # fmt: skip


@pytest.fixture(scope="module")
def hall() -> Iterator[Container]:
    with lived(120, UNTIL, EVENTFUL) as container:
        yield container


@pytest.fixture(scope="module")
def streams(hall: Container) -> list[list[Recorded]]:
    log = sorted(hall.store.read(0, 20_000), key=lambda one: (one.stream_id, one.version))
    return [list(of) for _, of in groupby(log, key=lambda one: one.stream_id)]


def figures(hall: Container, report: Report) -> Any:
    scope = report.scope(first_day=FIRST, last_day=LAST)
    with hall.database.connect() as connection:
        (row,) = report.read(connection, scope, hall.rules.calendar(), now=hall.engine.clock.now())
    return row


def is_in(at: datetime | None) -> bool:
    return at is not None and FIRST <= day(at) <= LAST


def day(at: datetime) -> date:
    return at.astimezone(timezone(timedelta(hours=8))).date()


def last(history: Iterable[Recorded], what: set[str], undone: set[str] = frozenset()) -> Any:  # type: ignore[assignment]
    """When one of ``what`` happened last, if nothing undid it."""
    at = None
    for one in history:
        if one.event.topic in what:
            at = one.envelope.occurred_at
        elif one.event.topic in undone:
            at = None
    return at


def began(history: list[Recorded], topic: str) -> datetime | None:
    return history[0].envelope.occurred_at if history[0].event.topic == topic else None


def test_tickets_are_as_many_as_the_events_say(hall: Container, streams):
    row = figures(hall, TICKET_RATES)
    tickets = [one for one in streams if began(one, "complaint.ticket-reported")]
    begun = [(began(one, "complaint.ticket-reported"), one) for one in tickets]
    over = [(at, last(one, ENDS_TICKET, GOES_ON), one) for at, one in begun]
    assert row.reported == sum(is_in(at) for at, _ in begun) > 0
    assert row.closed == sum(is_in(end) for _, end, _ in over) > 0
    carried = [
        one for at, end, one in over
        if at and day(at) < FIRST and (end is None or day(end) >= FIRST)
    ]  # fmt: skip
    assert row.carried == len(carried) > 0
    assert row.handled == row.reported + row.carried
    again = {"complaint.rework-ordered", "complaint.ticket-reopened"}
    by_itself = [
        one for _, end, one in over
        if is_in(end) and last(one, {"complaint.ticket-merged"}, GOES_ON) is None
    ]  # fmt: skip
    assert row.merged.numerator == row.closed - len(by_itself) > 0
    once = [one for one in by_itself if not any(event.event.topic in again for event in one)]
    assert (row.once.numerator, row.once.denominator) == (len(once), len(by_itself))


def test_calls_are_as_many_as_the_events_say(hall: Container, streams):
    row = figures(hall, CALL_BACK_RATES)
    calls = [
        one.event for of in streams for one in of
        if one.event.topic == "complaint.call-back-recorded" and is_in(one.envelope.occurred_at)
    ]  # fmt: skip
    reached = [one for one in calls if one.call == "connected"]
    good = {"very_satisfied", "satisfied", "basically_satisfied"}
    assert row.calls == len(calls) > 0
    assert row.reached.numerator == len(reached) > 0
    assert row.solved.denominator == row.satisfied.denominator == len(reached)
    assert row.solved.numerator == sum(one.solved is True for one in reached) > 0
    assert row.satisfied.numerator == sum(one.satisfaction in good for one in reached) > 0


def test_cases_are_as_many_as_the_events_say(hall: Container, streams):
    row = figures(hall, CASE_RATES)
    # A child of a theme counts with it: its stream begins with being opened by the theme.
    cases = [one for one in streams if began(one, "case.case-submitted")]
    decided = [(one, last(one, DECIDES, UNDECIDES)) for one in cases]
    assert row.submitted == sum(is_in(began(one, "case.case-submitted")) for one in cases) > 0
    assert row.decided == sum(is_in(at) for _, at in decided) > 0
    sent_up = [last(one, {"case.case-forwarded"}) for one in cases]
    assert row.forwarded == sum(map(is_in, sent_up))
    assert row.finished == row.decided + row.forwarded
    assert (row.late.numerator, row.late.denominator) == (
        sum(is_late(one) for one, at in decided if is_in(at)), row.decided,
    )  # fmt: skip
    online = {"online", "wechat", "app", "province"}
    sources = [one[0].event.source for one in cases if is_in(began(one, "case.case-submitted"))]
    assert row.online.numerator == sum(one in online for one in sources) > 0


def is_late(history: list[Recorded]) -> bool:
    """Whether any verdict on the promised limit, or on the statutory one if none was promised, is
    late."""
    found = [
        {verdict.kind: verdict.verdict.on_time for verdict in one.event.verdicts}
        for one in history
        if getattr(one.event, "verdicts", ())
    ]
    return any(not verdicts.get("promised", verdicts.get("statutory", True)) for verdicts in found)
