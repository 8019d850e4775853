"""限时看板与时钟: the board shows what the write state decides by, after any walk."""

import random
from datetime import timedelta
from functools import cache, reduce

import pytest
from msgspec.structs import replace

from bancheng.app.acts.tickets import TICKET
from bancheng.domain.complaint.deadline import NoteProgress, ResultSubmitted
from bancheng.domain.complaint.dispatch import WorkOrderDispatched
from bancheng.domain.complaint.moves import MOVES
from bancheng.domain.complaint.returns import RejectReturn
from bancheng.domain.complaint.supervised_before import (
    SupervisionOrderAnswered,
    SupervisionOrderIssued,
)
from bancheng.domain.complaint.terms import OrderStatus
from bancheng.domain.complaint.verify import ReworkOrdered
from bancheng.domain.deadlines import Deadline, DeadlineState, fold
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.matters import changes_of
from bancheng.domain.supervision.events import (
    AnswerExtended,
    MeasureAnswered,
    MeasureDeclined,
    MeasureProposed,
    MeasureTaken,
    SupervisionColour,
)
from bancheng.domain.supervision.taking import IssueSupervisionOrder
from bancheng.domain.time_limits.levels import Rung, WarningLevel
from bancheng.domain.warnings.answering import RevokeWarning
from bancheng.domain.warnings.events import DueDateReplanned, WarningRevoked
from bancheng.infra.database import connect
from bancheng.projections import matters
from bancheng.projections.deadlines.deadlines import DEADLINES, DEADLINES_OF_MATTERS
from bancheng.projections.ledger.windows import LevelAt
from bancheng.projections.tickets.tickets import TICKETS
from bancheng.projections.work_orders.work_orders import ORDERS_OF_TICKETS, WORK_ORDERS
from projections.ladder_walks import a_climb
from projections.views import MemoryLog, Views
from properties import case_course, ticket_course
from properties.walks import Walk
from support import builders
from support.builders import TEXT
from support.given import RULES, STREAM

READ_MODELS = (
    matters.PROJECTION,
    TICKETS.projection,
    WORK_ORDERS.projection,
    DEADLINES.projection,
)


SEEDS, MORE = range(6, 18), range(18, 150)
UNSET = {term.code for term in RULES.unset}


@cache
def a_walk(seed, course=ticket_course.TICKETS):
    chance = random.Random(seed)
    walk = Walk(course, [chance.randrange(2**20) for _ in range(50)], changes_at=10 + 2 * seed)
    walk.log = [_recorded_late(one) for one in walk.log]
    return walk


def _recorded_late(one):
    """What was recorded an hour after it happened, as an import would be."""
    late = one.envelope.occurred_at + timedelta(hours=1)
    return replace(one, envelope=replace(one.envelope, recorded_at=late))


def by_the_fold(log):
    """Every run of every deadline of one ticket, as the description of its events has them."""
    deadlines: dict[str, Deadline] = {}
    runs: dict[str, dict] = {}
    for one in log:
        at = one.envelope.occurred_at
        for change in (None, *changes_of(one)):  # what one event ends it may start anew
            deadlines = fold(deadlines, () if change is None else (change,), at)
            runs |= {f"{it.key}/{it.run}": _shown(it, runs, one, at) for it in deadlines.values()}
    return runs


def _shown(it, runs, one, at):
    ended_at = runs.get(f"{it.key}/{it.run}", {}).get("finished_at")
    finished_at = None if it.is_running else ended_at or at
    return {"matter_id": one.stream_id, **_as_shown(it, finished_at)}


def _as_shown(it, finished_at):
    coming = [one for one in it.due.warnings if one.level not in it.raised]
    following = coming[0] if coming and it.is_running else None
    top = max((one.height for one in it.climbed), default=-1)
    rungs = [one for one in it.ladder if one.rung.height > top]
    rung = rungs[0] if rungs and it.is_running else None
    return {
        "kind": it.kind, "subject": it.subject, "unit": it.unit,
        "expired_at": it.expired_at, "run": it.run, "cycle": it.cycle, "state": it.state,
        "finished_at": finished_at,
        "started_at": it.due.started_at, "due_at": it.due.due_at,
        "due_date": it.due.due_date, "provisional": it.due.provisional,
        "extended": it.due.extension is not None and it.due.extension.amount > 0,
        **_last_pause(it.due.pauses),
        "plan": it.due.warnings, "raised": it.raised,
        "next_rung": rung and rung.rung,
        "next_rung_at": rung and max(rung.at, it.rung_from or rung.at),
        "rule_version": it.due.rule_version, "calendar_version": it.due.calendar_version,
        "next_level": following and following.level, "next_at": following and following.at,
    }  # fmt: skip


def _last_pause(pauses):
    if not pauses:
        return {"paused_at": None, "resumes_at": None}
    last = pauses[-1]
    ends = [end for end in (last.resumed_at, last.approved_until) if end]
    return {"paused_at": last.started_at, "resumes_at": min(ends)}


def on_the_board(views, ticket=STREAM):
    with views.database.read() as connection:
        return {
            row.limit_key: row for row in DEADLINES_OF_MATTERS(connection, [ticket]).get(ticket, [])
        }


def agree(views, log, ticket):
    """Whether the board has the rows of the fold, and no other."""
    expected, found = by_the_fold(log), on_the_board(views, ticket)
    shown = {
        key: {name: getattr(row, name) for name in expected.get(key, ())}
        for key, row in found.items()
    }
    assert shown == expected


@pytest.fixture
def views(tmp_path):
    """Read models of their own for each log; the dialects do not matter here."""
    engines = []

    def open_views(log, batch=200):
        engine = connect(f"sqlite:///{tmp_path}/{len(engines)}.db")
        engines.append(engine)
        return Views(engine, log, projections=READ_MODELS, batch=batch)

    yield open_views
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize(
    "course", [ticket_course.TICKETS, case_course.CASES], ids=lambda it: it.kind.prefix
)
@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_walk_the_board_shows_what_the_deadlines_say(views, seed, course):
    walk = a_walk(seed, course)
    agree(views(MemoryLog(walk.log)).caught_up(), walk.log, walk.matter)


CLIMBS = range(40)


@pytest.mark.parametrize("seed", CLIMBS)
def test_after_any_climb_the_board_shows_which_rung_comes_next_and_when(views, seed):
    log = list(a_climb(seed))
    agree(views(MemoryLog(log)).caught_up(), log, STREAM)


def test_the_climbs_meet_whatever_moves_a_ladder():
    met = [one.event for seed in CLIMBS for one in a_climb(seed)]
    assert {type(one) for one in met} >= {
        MeasureProposed, MeasureDeclined, MeasureTaken, MeasureAnswered, AnswerExtended,
        ReworkOrdered,
        DueDateReplanned, WarningRevoked, WorkOrderDispatched, ResultSubmitted,
    }  # fmt: skip
    climbs = {one.rung for one in met if isinstance(one, MeasureProposed | MeasureTaken)}
    assert climbs >= {Rung.URGE, Rung.SUPERVISE, Rung.BULLETIN, Rung.INTERVIEW}


def test_the_walks_meet_everything_that_can_happen_to_a_deadline():
    # Nobody issues or answers the supervision orders of before any more, and few walks are late for
    # so long that anything is proposed: the climbs above are.
    missing = set(MOVES) - {SupervisionOrderIssued, SupervisionOrderAnswered, MeasureProposed}
    shown, is_paused = [], False
    for seed in (*SEEDS, *MORE):
        log = a_walk(seed).log
        missing -= {type(one.event) for one in log}
        shown += by_the_fold(log).values()
        is_paused = is_paused or any(row["paused_at"] for row in shown)
        if not missing and is_paused and seed not in SEEDS:
            break
    assert missing == set()
    assert {row["state"] for row in shown} == set(DeadlineState)
    assert max(row["run"] for row in shown) > 1
    assert any(row["cycle"] > row["run"] for row in shown)
    assert any(len(row["raised"]) > 1 for row in shown)
    assert {row["kind"] for row in shown if row["paused_at"]} == {LimitKind.RESOLVE}


def test_the_walks_of_cases_meet_every_kind_of_limit_that_a_case_has(views):
    of_tickets = {
        LimitKind.ACCEPT, LimitKind.SIGN_IN, LimitKind.RESPOND, LimitKind.RESOLVE,
        LimitKind.CALL_BACK, LimitKind.FOLLOW_UP,
    }  # fmt: skip
    # No shipped book limits these: they stand in the ledger of stretches only, if anywhere.
    unset = {kind for kind in LimitKind if kind.purpose in UNSET}
    every = set(LimitKind) - of_tickets - unset
    shown, wanted, is_paused = [], set(every), False
    # Few walks come far, so some more are taken if those above met too little.
    for seed in (*SEEDS, *MORE):
        walk = a_walk(seed, case_course.CASES)
        rows = by_the_fold(walk.log).values()
        pauses = any(row["paused_at"] and row["kind"] is LimitKind.STATUTORY for row in rows)
        if seed in SEEDS or wanted & {row["kind"] for row in rows} or (pauses and not is_paused):
            agree(views(MemoryLog(walk.log)).caught_up(), walk.log, walk.matter)
            shown += rows
            is_paused = is_paused or pauses
        wanted -= {row["kind"] for row in rows}
        if not wanted and is_paused and seed not in SEEDS:
            break
    assert {row["kind"] for row in shown} == every
    assert {row["state"] for row in shown} == set(DeadlineState)
    assert {row["kind"] for row in shown if row["paused_at"]} >= {LimitKind.STATUTORY}


def test_the_board_follows_the_deadlines_step_by_step(views):
    walk = a_walk(15)
    log = MemoryLog()
    followed = views(log, batch=1)
    for length in range(1, len(walk.log) + 1):
        log.events = walk.log[:length]
        agree(followed.caught_up(), log.events, walk.matter)


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_walk_the_work_orders_stand_as_the_rules_have_them(views, seed):
    walk = a_walk(seed)
    state = reduce(TICKET.evolve, walk.log, TICKET.empty())
    with views(MemoryLog(walk.log)).caught_up().database.read() as connection:
        found = ORDERS_OF_TICKETS(connection, [walk.matter]).get(walk.matter, [])
    assert {row.order_id: (row.unit, row.status, row.due_at, row.final) for row in found} == {
        order.id: (order.unit, order.status, state.deadline(order).due.due_at, order.final)
        for order in state.orders.values()
    }


@pytest.mark.parametrize(
    ("story", "status"),
    [
        (builders.a_dispatched_ticket, OrderStatus.DISPATCHED),
        (builders.a_signed_in_ticket, OrderStatus.SIGNED_IN),
    ],
)
def test_after_a_rejected_return_an_order_stands_where_it_stood(views, story, status):
    reject = RejectReturn(ticket_id=STREAM, order_id=builders.LEAD, ruling=TEXT)
    story = builders.after(builders.after(story(), builders.returning()), reject)
    with views(MemoryLog(story)).caught_up().database.read() as connection:
        (row,) = ORDERS_OF_TICKETS(connection, [STREAM])[STREAM]
    assert (row.status, row.final) == (status, True)


def a_supervision_order_and_a_card():
    supervision_order = IssueSupervisionOrder(
        matter_id=STREAM, unit="YB", colour=SupervisionColour.BLUE, ground="overdue", demand=TEXT
    )
    card = builders.raising(LimitKind.SIGN_IN, builders.LEAD, WarningLevel.RED)
    story = builders.after(builders.a_dispatched_ticket(accused_unit="YB"), supervision_order)
    return builders.after(story, card, at=builders.on_day("2026-03-05"))


def test_a_row_names_the_order_or_the_supervision_order_that_it_is_about_and_a_cards_answer_neither(
    views,
):
    board = on_the_board(views(MemoryLog(a_supervision_order_and_a_card())).caught_up())
    named = {key: (row.order_id, row.measure_id) for key, row in board.items()}
    assert named == {
        f"{STREAM}/accept/1": (None, None),
        "BCS-1-01/sign_in/1": ("BCS-1-01", None),
        "BCS-1-01/respond/1": ("BCS-1-01", None),
        "BCS-1-01/resolve/1": ("BCS-1-01", None),
        "BCS-1-D01/feedback/1": (None, "BCS-1-D01"),
        "BCS-1-01/sign_in/1/red/card_feedback/1": (None, None),
    }


def test_every_level_of_a_limit_comes_next_once_the_one_before_was_raised(views):
    story, key = builders.a_signed_in_ticket(), "BCS-1-01/resolve/1"
    for level, following in (("reminder", "yellow"), ("yellow", "red"), ("red", None)):
        act = builders.raising(LimitKind.RESOLVE, builders.LEAD, WarningLevel(level))
        story = builders.after(story, act, at=builders.on_day("2026-03-12"))
        row = on_the_board(views(MemoryLog(story)).caught_up())[key]
        assert row.raised[-1] == level
        assert row.next_level == following


def test_a_limit_whose_red_card_was_taken_back_is_no_longer_red(views):
    now = builders.on_day("2026-03-12")
    progress = NoteProgress(ticket_id=STREAM, order_id=builders.LEAD, progress=TEXT)
    story = builders.after(builders.a_signed_in_ticket(), progress)
    for level in ("reminder", "yellow", "red"):
        act = builders.raising(LimitKind.RESOLVE, builders.LEAD, WarningLevel(level))
        story = builders.after(story, act, at=now)
    card = RevokeWarning(
        matter_id=STREAM, warning_id="BCS-1-01/resolve/1/red", ruling=builders.TEXT
    )
    key = "BCS-1-01/resolve/1"
    for told, level in ((story, "red"), (builders.after(story, card), "yellow")):
        found = views(MemoryLog(told)).caught_up()
        assert on_the_board(found)[key].level(now) is WarningLevel(level)
        with found.database.read() as connection:
            asked = WORK_ORDERS.filter(level=LevelAt(level=WarningLevel.RED, now=now))
            assert WORK_ORDERS.count(connection, asked) == (level == "red")
