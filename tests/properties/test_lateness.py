"""No delay can be hidden: whatever happens to a matter, a late moment stays visible.

In the verdict, in the ledgers, in their filters and in the rate, for the unit that held it. The
oracle (`properties.lateness`) looks only at intervals.
"""

import random
from datetime import timedelta
from itertools import groupby
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from msgspec.structs import replace

from bancheng.app import deciding
from bancheng.domain import deadlines
from bancheng.domain.case import deadline as case_extension
from bancheng.domain.case import recall
from bancheng.domain.case import supervise as case_supervise
from bancheng.domain.case.recall import DecisionRecalled
from bancheng.domain.complaint import deadline as extension
from bancheng.domain.complaint.state import Ticket as TicketState
from bancheng.domain.deadlines import Deadline, DeadlineState, Ended
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits import stopwatch
from bancheng.domain.time_limits.stopwatch import Stopwatch, check_extension
from bancheng.infra.database import connect
from bancheng.projections import matters
from bancheng.projections.cases import changes as case_changes
from bancheng.projections.cases.cases import CASES, CASES_BY_ID
from bancheng.projections.cases.ratings import RATINGS
from bancheng.projections.deadlines import board
from bancheng.projections.deadlines.board import limit
from bancheng.projections.deadlines.deadlines import DEADLINES, DEADLINES_OF_MATTERS
from bancheng.projections.ledger.windows import HoldsAt
from bancheng.projections.reports.on_time_rates import ON_TIME_RATES
from bancheng.projections.tickets import fold as ticket_fold
from bancheng.projections.tickets.tickets import TICKETS, TICKETS_BY_ID
from bancheng.projections.work_orders import work_orders as order_ledger
from bancheng.projections.work_orders.work_orders import ORDERS_OF_TICKETS, WORK_ORDERS
from projections.views import MemoryLog, Views
from properties import case_course, ticket_course
from properties.lateness import (
    ANSWER,
    DELIVER,
    RESOLVE,
    RESPOND,
    SIGN_IN,
    SUPPLEMENT,
    WHOLE,
    Span,
    misdated,
    spans_of,
)
from properties.walks import LATER_CALENDAR, ToldLater, Walk
from support.given import CALENDAR

SEEDS = range(30)
# Days between two acts: what has a limit of a week runs out while its matter is under way.
PAUSES = (timedelta(minutes=10), timedelta(hours=20), timedelta(days=2), timedelta(days=5))
RECALLED = "recalled case"
COURSES = {
    "ticket": ticket_course.TICKETS,
    "case": case_course.CASES,
    RECALLED: case_course.RECALLED,
}
READ_MODELS = (
    matters.PROJECTION,
    TICKETS.projection,
    WORK_ORDERS.projection,
    CASES.projection,
    RATINGS.projection,
    DEADLINES.projection,
)
OURS = (RESOLVE, SIGN_IN, RESPOND, ANSWER, *WHOLE, DELIVER)
KINDS = (*OURS, SUPPLEMENT)


class Hidden(AssertionError):
    """A late moment that somebody would not see."""


def walked(kind: str, seed: int, way: type[Walk] = Walk) -> Walk:
    """The walk of ``seed``; a third of them meets another calendar, every recall does."""
    chance = random.Random(seed)
    chosen = [chance.randrange(2**20) for _ in range(40)]
    walk = way(COURSES[kind], chosen, changes_at=seed % 20 if seed % 3 == 0 else -1, pauses=PAUSES)
    if kind == RECALLED and (recalled_at := _first_recall(walk)) is not None:
        # Another calendar comes while the decision stands, early or just before its recall.
        return way(COURSES[kind], chosen, changes_at=recalled_at - seed % 2, pauses=PAUSES)
    return walk


def check(kind: str, walk: Walk) -> list[Span]:
    """Build the ledgers, and look for every late moment; ``Hidden`` if one is not there."""
    # A little later than the last event, so that what still runs may be over.
    now = walk.log[-1].envelope.occurred_at + timedelta(days=3)
    with TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{folder}/views.db")
        try:
            views = Views(engine, MemoryLog(walk.log), projections=READ_MODELS).caught_up()
            with views.database.read() as connection:
                return _looked_at(connection, walk, kind, now)
        finally:
            engine.dispose()


def _first_recall(walk: Walk) -> int | None:
    return next((n for n, step in enumerate(walk.steps) if _recalled(step)), None)


def _recalled(step: Any) -> list[Any]:
    """The dates that the step gave again to what a decision had ended."""
    recalls = (one for one in step.events if isinstance(one, DecisionRecalled))
    return [one for event in recalls for one in event.dues]


def _looked_at(connection: Any, walk: Any, kind: str, now: Any) -> list[Span]:
    for fault in misdated(walk.steps):
        raise Hidden(fault)
    spans = spans_of(walk.log, walk.changed_at)
    for span in spans:
        if span.moved_when_late:
            raise Hidden(f"{span.moved_when_late} moved a date that had passed")
    ours = [span for span in spans if span.kind in OURS]
    late = [span for span in ours if span.late_since(now) is not None]
    on_board = DEADLINES_OF_MATTERS(connection, [walk.matter]).get(walk.matter, [])
    _see_board(spans, on_board, now)
    _see_rate(connection, late, walk, now)
    if kind == "ticket":
        _see_orders(connection, spans, walk.matter, now)
    _see_matter(connection, ours, walk.matter, kind, now)
    return late


def _see_board(spans: list[Span], board: Any, now: Any) -> None:
    """Each run of each limit stands on the board as the interval says, under whoever held it."""
    runs = sorted(
        (row for row in board if row.kind in KINDS),
        key=lambda row: (row.kind, row.subject, row.run),
    )
    shown = {k: list(rows) for k, rows in groupby(runs, lambda row: (row.kind, row.subject))}
    expected: dict[Any, list[Span]] = {}
    for span in spans:
        expected.setdefault((span.kind, span.subject), []).append(span)
    for key, found in expected.items():
        for span, row in zip(found, shown.get(key, []), strict=True):
            since = span.late_since(now)
            is_late = row.expired_at is not None or (row.finished_at is None and row.due_at <= now)
            if is_late is not (since is not None):
                raise Hidden(f"{key}: late since {since}, shown {row.state} {row.expired_at}")
            if row.expired_at is not None and row.expired_at != since:
                raise Hidden(f"{key}: late since {since}, shown {row.expired_at}")
            if span.ended_at is not None and row.state.is_late is not is_late:
                raise Hidden(f"{key} ended {row.state}, late since {since}")


def _see_rate(connection: Any, late: list[Span], walk: Any, now: Any) -> None:
    counted = {kind: sum(span.kind is kind for span in late) for kind in OURS}
    days = CALENDAR.local(walk.log[0].envelope.occurred_at).date(), CALENDAR.local(now).date()
    scope = ON_TIME_RATES.scope(first_day=max(days[0], days[1] - timedelta(365)), last_day=days[1])
    rows = ON_TIME_RATES.read(connection, scope, CALENDAR, ["kind"], now=now)
    shown = {row.kind: row.late for row in rows}
    for kind, number in counted.items():
        if shown.get(kind, 0) != number:
            raise Hidden(f"{number} late of {kind}, the rate has {shown.get(kind, 0)}")


def _see_orders(connection: Any, spans: list[Span], ticket: str, now: Any) -> None:
    orders = {row.order_id: row for row in ORDERS_OF_TICKETS(connection, [ticket]).get(ticket, [])}
    for subject, row in orders.items():
        own = [span for span in spans if (span.kind, span.subject) == (RESOLVE, subject)]
        ended_late = any(one.ended_at and one.late_since(now) for one in own)
        if (row.on_time is False) is not ended_late:
            raise Hidden(f"{subject} ended late: {ended_late}, shown on time: {row.on_time}")
        if bool(row.late_verdicts) is not ended_late:
            raise Hidden(f"{subject} counts {row.late_verdicts} late verdicts")


def _see_matter(connection: Any, spans: list[Span], matter: str, kind: str, now: Any) -> None:
    by_id, ledger = (TICKETS_BY_ID, TICKETS) if kind == "ticket" else (CASES_BY_ID, CASES)
    row = by_id(connection, [matter]).get(matter)
    binding = _resolving(spans) if kind == "ticket" else _binding(spans)
    ended_late = any(one.was_late or (one.ended_at and one.late_since(now)) for one in binding)
    if (row.on_time is False) is not ended_late:
        raise Hidden(f"{matter} ended late: {ended_late}, shown on time: {row.on_time}")
    if any(one.late_since(now) for one in spans):
        found = ledger.count(connection, ledger.filter(late=HoldsAt(holds=True, now=now)))
        if found != 1:
            raise Hidden(f"{matter} was late and is not found")


def _resolving(spans: list[Span]) -> list[Span]:
    return [span for span in spans if span.kind is RESOLVE]


def _binding(spans: list[Span]) -> list[Span]:
    """Of a case the promise binds, or the law where nothing was promised."""
    promised = [span for span in spans if span.kind is LimitKind.PROMISED]
    return promised or [span for span in spans if span.kind is LimitKind.STATUTORY]


@pytest.mark.parametrize("way", [Walk, ToldLater])
@pytest.mark.parametrize("kind", ["ticket", "case"])
def test_no_act_on_a_matter_loses_a_late_moment(kind, way):
    late = []
    for seed in SEEDS:
        try:
            late += check(kind, walked(kind, seed, way))
        except Hidden as hidden:
            pytest.fail(f"walk {seed}: {hidden}")
    # Else they would prove nothing.
    assert len(late) >= 15
    assert any(span.ended_at is None for span in late)
    assert any(span.ended_at is not None for span in late)


@pytest.mark.long
def test_no_recall_loses_a_late_moment_or_the_time_that_an_applicant_had_left():
    again, late = [], []
    for seed in range(4 * len(SEEDS)):
        walk = walked(RECALLED, seed)
        if not (found := [one for step in walk.steps for one in _recalled(step)]):
            continue  # what is not recalled is looked at by the others
        again += found
        try:
            late += check(RECALLED, walk)
        except Hidden as hidden:
            pytest.fail(f"walk {seed}: {hidden}")
    # Else they would prove nothing.
    assert len(late) >= 15
    assert sum(one.kind is SUPPLEMENT for one in again) >= 10
    assert sum(one.due.calendar_version == LATER_CALENDAR.version for one in again) >= 20


def _no_lateness_in_releases(change, expired_at):
    return DeadlineState.RELEASED if not isinstance(change, Ended) else real(change, expired_at)


real = deadlines.ended_as


def _last_verdict_only(row, verdict):
    row["first_on_time"] = row["last_on_time"] = row["on_time"] = verdict.on_time


def _undecided_left_out(span):
    return limit.c.state == DeadlineState.LATE


def _a_date_takes_lateness_back(monkeypatch):
    """An extension, or a regrading, after the limit had run out."""
    monkeypatch.setattr(Deadline, "has_expired", lambda self, at: False)
    monkeypatch.setattr(extension, "check_extension", _asked_in_time)
    monkeypatch.setattr(stopwatch, "check_extension", _asked_in_time)
    monkeypatch.setattr(case_extension, "check_extension", _asked_in_time)


def _asked_in_time(rule, due, *, at, approvers):
    return check_extension(rule, due, at=due.started_at, approvers=approvers)


def _releases_are_never_late(monkeypatch):
    for module in (deadlines, board):
        monkeypatch.setattr(module, "ended_as", _no_lateness_in_releases)


def _a_hop_has_no_verdict(monkeypatch):
    monkeypatch.setattr(TicketState, "handed_on", lambda self, order_id, desk: None)


def _an_early_end_has_no_verdict(monkeypatch):
    monkeypatch.setattr(case_supervise, "verdicts_of", lambda case, desk: ())


def _the_last_verdict_is_all(monkeypatch):
    for module in (ticket_fold, order_ledger, case_changes):
        monkeypatch.setattr(module, "judge_row", _last_verdict_only)
        monkeypatch.setattr(module, "only_late", lambda row, name="on_time": None, raising=False)


def _other_limits_are_never_late(monkeypatch):
    """What has no verdict in any event: a signature, an answer, a delivery."""
    end = board._end

    def silent(recorded, row, change):
        end(recorded, row, change)
        if row.get("kind") in (SIGN_IN, RESPOND, ANSWER, DELIVER):
            row["expired_at"] = None

    monkeypatch.setattr(board, "_end", silent)


def _the_rate_looks_at_decisions(monkeypatch):
    measures = [
        one._replace(counts=_undecided_left_out) if one.name == "late" else one
        for one in ON_TIME_RATES.measures
    ]
    monkeypatch.setattr(ON_TIME_RATES, "measures", measures)


def _what_is_told_at_the_desk_is_believed(monkeypatch):
    monkeypatch.setattr(deciding, "check_limits", lambda *_: None)


def _a_recall_dates_as_before(monkeypatch):
    monkeypatch.setattr(Stopwatch, "reopen", lambda watch, *_: replace(watch, stopped_at=None))


def _a_recall_gives_no_rest_back(monkeypatch):
    monkeypatch.setattr(recall, "_kept_back", lambda *_: None)


def _a_wrong_refusal_makes_the_applicant_late(monkeypatch):
    _with_recalled(monkeypatch, lambda one: replace(one, corrects=False))


def _a_recall_makes_punctual(monkeypatch):
    _with_recalled(monkeypatch, lambda one: replace(one, corrects=True))


def _with_recalled(monkeypatch, changed):
    reopened = recall._reopened
    monkeypatch.setattr(recall, "_reopened", lambda *given: changed(reopened(*given)))


PLANTED = (
    _a_recall_dates_as_before,
    _a_recall_gives_no_rest_back,
    _a_wrong_refusal_makes_the_applicant_late,
    _a_recall_makes_punctual,
    _a_date_takes_lateness_back,
    _releases_are_never_late,
    _a_hop_has_no_verdict,
    _an_early_end_has_no_verdict,
    _the_last_verdict_is_all,
    _the_rate_looks_at_decisions,
    _other_limits_are_never_late,
    _what_is_told_at_the_desk_is_believed,
)


@pytest.mark.long
@pytest.mark.parametrize("planted", PLANTED, ids=lambda it: it.__name__.strip("_"))
def test_what_the_program_once_did_would_be_found(monkeypatch, planted):
    planted(monkeypatch)
    way = ToldLater if planted is _what_is_told_at_the_desk_is_believed else Walk
    for seed in range(4 * len(SEEDS)):  # some are noticed by few walks
        for kind in COURSES:
            walk = walked(kind, seed, way)
            if kind == RECALLED and not any(map(_recalled, walk.steps)):
                continue
            try:
                check(kind, walk)
            except Hidden:
                return
    pytest.fail("no walk noticed")
