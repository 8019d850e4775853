"""限时看板: one row a limit, running or finished. What is overdue is asked, never stored."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Annotated, Final

import msgspec
from sqlalchemy import ColumnElement, Index, and_, exists, or_, text

from bancheng.domain.deadlines import (
    AllReleased,
    Change,
    DeadlineState,
    Ended,
    LevelRaised,
    LevelRevoked,
    Redecided,
    Released,
    Reopened,
    RungClimbed,
    RungsHeld,
    Started,
    climbed_after,
    ended_as,
    expired_before,
    expiry_at_end,
    key_of,
    still_raised,
)
from bancheng.domain.events import Event, Recorded
from bancheng.domain.limit_kinds import LegalEffect, LimitKind
from bancheng.domain.matters import changes_of
from bancheng.domain.time_limits.levels import PlannedRung, PlannedWarning, Rung, WarningLevel
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.time_limits.pauses import effective_span
from bancheng.domain.time_limits.plan import held_until, rungs_left
from bancheng.projections.deadlines import levels
from bancheng.projections.deadlines.runs import runs_of
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    asked,
    asked_any,
    key,
    prose,
    sorts,
    unit_code,
    unread,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import as_json, partial_index
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.matters import MatterId, MatterNumber

_OF_ORDERS = (
    LimitKind.SIGN_IN, LimitKind.RESPOND, LimitKind.RESOLVE, LimitKind.RULE, LimitKind.REASSIGN,
)  # fmt: skip
# What an applicant owes is nobody's lateness.
OURS = tuple(kind for kind in LimitKind if not kind.theirs)

# As text, word for word in the index and in who asks: else the index would not be used. Nor would
# SQLite use it if it could tell that the state is asked for: it has an index that begins with it.
MAY_LAPSE: Final = text(f"state || '' = '{DeadlineState.RUNNING}' AND effect IS NOT NULL")
_HAS_NEXT: Final = text("next_at IS NOT NULL")
_HAS_NEXT_RUNG: Final = text("next_rung_at IS NOT NULL")


class DeadlineRow(msgspec.Struct, frozen=True, kw_only=True):
    """时限: one limit, running or ended, and the ``subject`` that it is about."""

    limit_key: Annotated[str, Word("时限标识"), key]
    matter_id: MatterId
    matter_number: MatterNumber
    kind: Annotated[LimitKind, Word("时限种类"), asked_any]
    subject: Annotated[str, Word("所属的办不成事工单、派单或督办单")]
    order_id: Annotated[str | None, Word("派单编号")]
    measure_id: Annotated[str | None, Word("督促编号")]
    unit: Annotated[str | None, Word("责任单位编码"), asked, unit_code]
    run: Annotated[int, Word("第几次起算(重办加一)")]
    cycle: Annotated[int, Word("第几轮(重新定期、重办加一),每轮各级预警至多一次")]
    started_at: Annotated[datetime, Word("起算时间"), sorts]
    due_at: Annotated[datetime, Word("到期时间,此刻起为逾期"), asked, sorts]
    due_date: Annotated[date, Word("到期日,当日24时止"), asked]
    provisional: Annotated[bool, Word("是否暂定(所涉年份的放假通知尚未发布)"), asked]
    reminder_at: Annotated[datetime | None, Word("达到预警的时间,此刻起至少为此级"), asked]
    blue_at: Annotated[datetime | None, Word("达到蓝色的时间,此刻起至少为此级"), asked]
    yellow_at: Annotated[datetime | None, Word("达到黄牌的时间,此刻起至少为此级"), asked]
    orange_at: Annotated[datetime | None, Word("达到橙色的时间,此刻起至少为此级"), asked]
    red_at: Annotated[datetime | None, Word("达到红牌的时间,此刻起为红牌"), asked]
    effect: Annotated[LegalEffect | None, Word("届满的法定后果")]
    extended: Annotated[bool, Word("是否已延期")]
    paused_at: Annotated[datetime | None, Word("最近一次暂停的起时")]
    resumes_at: Annotated[datetime | None, Word("最近一次暂停的止时,到时自动恢复")]
    limit_id: Annotated[str, unseen]
    label: Annotated[str, Word("时限规则"), prose]
    rule_version: Annotated[str, Word("规则库版本"), prose]
    calendar_version: Annotated[str, Word("日历版本"), prose]
    plan: Annotated[tuple[PlannedWarning, ...], unread, unseen]
    raised: Annotated[tuple[str, ...], unseen] = ()
    revoked: Annotated[tuple[str, ...], unseen] = ()
    next_level: Annotated[WarningLevel | None, Word("下一预警级别")]
    next_at: Annotated[datetime | None, Word("下一预警时间")]
    ladder: Annotated[tuple[PlannedRung, ...], unread, unseen]
    climbed: Annotated[tuple[str, ...], unseen] = ()
    rung_from: Annotated[datetime | None, unseen] = None
    next_rung: Annotated[Rung | None, Word("下一督促阶梯")]
    next_rung_at: Annotated[datetime | None, Word("下一督促阶梯的时间,不早于上一级的次日")]
    state: Annotated[DeadlineState, Word("时限状态"), asked_any]
    expired_at: Annotated[datetime | None, Word("首次届满未结的时间,其后改期也不抹去"), asked]
    finished_at: Annotated[datetime | None, Word("时限结束时间"), asked]
    counted_at: Annotated[
        datetime, Word("计入统计的时间: 结束与届满中较早的;仍在计时的为到期时间"), asked
    ]
    position: Annotated[Position, unseen]

    def level(self, now: datetime) -> WarningLevel | None:
        """预警级别: what the limit has reached at ``now``; none if it has ended."""
        since = {
            WarningLevel.REMINDER: self.reminder_at,
            WarningLevel.BLUE: self.blue_at,
            WarningLevel.YELLOW: self.yellow_at,
            WarningLevel.ORANGE: self.orange_at,
            WarningLevel.RED: self.red_at,
        }
        return levels.level_of(since, now) if self.state is DeadlineState.RUNNING else None


limit = table_of(
    DeadlineRow,
    "deadline_board",
    Index("deadline_board_matter", "matter_id"),
    Index("deadline_board_state_due", "state", "due_at", "limit_key"),
    # Few limits have an effect in law; the others must cost the sweep nothing.
    Index(
        "deadline_board_effect",
        "due_at",
        "limit_key",
        sqlite_where=MAY_LAPSE,
        postgresql_where=MAY_LAPSE,
    ),
    Index(
        "deadline_board_next",
        "next_at",
        "limit_key",
        sqlite_where=_HAS_NEXT,
        postgresql_where=_HAS_NEXT,
    ),
    Index(
        "deadline_board_next_rung",
        "next_rung_at",
        "limit_key",
        sqlite_where=_HAS_NEXT_RUNG,
        postgresql_where=_HAS_NEXT_RUNG,
    ),
    Index("deadline_board_unit", "unit", "due_at", "limit_key"),
    Index("deadline_board_counted_at", "counted_at"),
    Index("deadline_board_due_at", "due_at", "limit_key"),
    Index("deadline_board_started_at", "started_at", "limit_key"),
    partial_index("deadline_board_finished_at", "finished_at", where="finished_at IS NOT NULL"),
)
_plan_of = msgspec.json.Decoder(tuple[PlannedWarning, ...]).decode
_ladder_of = msgspec.json.Decoder(tuple[PlannedRung, ...]).decode


_OnRunning = Redecided | LevelRaised | LevelRevoked | RungClimbed | Ended | Released


def running_at(*more: ColumnElement[bool]) -> dict[str, ColumnElement[bool]]:
    """For each level the condition that a limit is running, at that level, and ``more``."""
    running = and_(limit.c.state == DeadlineState.RUNNING, *more)
    return {name: running & at for name, at in levels.conditions(limit).items()}


def is_late(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether the limit had run out with nothing done, by ``now``, whatever became of it since."""
    over = and_(limit.c.state == DeadlineState.RUNNING, limit.c.due_at <= now)
    return or_(limit.c.expired_at.is_not(None), over)


def counts(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether it was kept or broken by ``now``.

    What was released in time is neither, and what still runs may be either.
    """
    outside = (limit.c.state == DeadlineState.RELEASED) & limit.c.expired_at.is_(None)
    ended = limit.c.state != DeadlineState.RUNNING
    return and_(or_(ended, is_late(now)), ~outside)


def any_is_late(of_it: ColumnElement[bool]) -> Callable[..., ColumnElement[bool]]:
    """Whether any limit of the hall or its units ``of_it`` is late, as a question at an instant."""
    return lambda now: exists().where(of_it, limit.c.kind.in_(OURS), is_late(now))


def changed(rows: Rows, _: Event, recorded: Recorded) -> None:
    for change in changes_of(recorded):
        _change(rows, recorded, change)


def _change(rows: Rows, recorded: Recorded, change: Change) -> None:
    match change:
        case Started():
            _start(rows, recorded, change)
        case AllReleased(but=but):
            _release_all(rows, recorded, but)
        case Reopened(kind=kind, subject=subject):
            not_before = _rung_from(rows, recorded)
            _reopen(recorded, runs_of(rows, limit, recorded, kind, subject), change, not_before)
        case RungsHeld(until=until):
            _hold(rows, recorded, until)
        case _:
            for row in _running(rows, recorded, change):
                _move(recorded, row, change)


def _release_all(rows: Rows, recorded: Recorded, but: Collection[LimitKind]) -> None:
    for row in rows.all_of(limit, recorded.stream_id):
        if row["kind"] not in but:
            _end(recorded, row, None)


def _hold(rows: Rows, recorded: Recorded, until: datetime) -> None:
    for row in rows.all_of(limit, recorded.stream_id):
        if row["state"] is DeadlineState.RUNNING:
            row["rung_from"] = held_until(row["rung_from"], until)
            row["position"] = recorded.position
            _look_up(row)


def _rung_from(rows: Rows, recorded: Recorded) -> datetime | None:
    """From when on the matter may climb, if it ever climbed."""
    climbed = (row["rung_from"] for row in rows.all_of(limit, recorded.stream_id))
    return max((at for at in climbed if at is not None), default=None)


def _move(recorded: Recorded, row: Row, change: _OnRunning) -> None:
    match change:
        case Redecided():
            _decide(recorded, row, change)
        case LevelRevoked(level=level, due_at=due_at):
            if row["due_at"] == due_at:
                row["revoked"] = (*row["revoked"], level.value)
                row["position"] = recorded.position
                row |= {**_levels(_plan_of(row["plan"]), row["revoked"]), "ladder": "[]"}
                _look_up(row)
        case LevelRaised(level=level, ladder=ladder):
            row["raised"] = (*row["raised"], level.value)
            row["position"] = recorded.position
            if ladder:
                row["ladder"] = as_json(ladder)
            _look_ahead(row, _plan_of(row["plan"]))
            _look_up(row)
        case RungClimbed(cycle=cycle, rung=rung):
            if row["cycle"] == cycle:
                row["climbed"] = climbed_after(row["climbed"], rung.value)
                row["position"] = recorded.position
                _look_up(row)
        case _:
            _end(recorded, row, change)


_NONE: Row = {
    "run": 0, "cycle": 0, "unit": None, "raised": (), "revoked": (), "plan": "[]", "state": None,
    "ladder": "[]", "climbed": (),
}  # fmt: skip


def _start(rows: Rows, recorded: Recorded, change: Started) -> None:
    earlier = runs_of(rows, limit, recorded, change.kind, change.subject)
    last: Row = earlier[-1] if earlier else _NONE
    if change.due is None or (change.if_stopped and last["state"] is DeadlineState.RUNNING):
        return  # what no rule limits stands in the ledger of stretches only
    _end(recorded, last, None)
    run = last["run"] + 1
    row = rows.new(
        limit,
        limit_key=f"{key_of(change.kind, change.subject)}/{run}",
        matter_id=recorded.stream_id,
        kind=change.kind,
        subject=change.subject,
        order_id=change.subject if change.kind in _OF_ORDERS else None,
        measure_id=change.subject if change.kind is LimitKind.FEEDBACK else None,
        unit=change.unit or last["unit"],
        run=run,
        cycle=last["cycle"] + 1,
        state=DeadlineState.RUNNING,
        position=recorded.position,
        rung_from=_rung_from(rows, recorded),
        **_terms(change.due),
        **_given(last, change.due),
    )
    _look_ahead(row, change.due.warnings)
    _look_up(row)


def _decide(recorded: Recorded, row: Row, change: Redecided | Reopened) -> None:
    at = recorded.envelope.occurred_at
    row["expired_at"] = expired_before(change, row["expired_at"], row["due_at"], at)
    given = _given(row, change.due)
    row |= {**_terms(change.due), "cycle": row["cycle"] + 1, **given}
    row["counted_at"] = row["expired_at"] or row["due_at"]
    row["position"] = recorded.position
    _look_ahead(row, change.due.warnings)
    _look_up(row)


def _reopen(
    recorded: Recorded, runs: Sequence[Row], change: Reopened, rung_from: datetime | None
) -> None:
    if runs and runs[-1]["state"] is not DeadlineState.RUNNING:
        runs[-1].update(state=DeadlineState.RUNNING, finished_at=None, rung_from=rung_from)
        _decide(recorded, runs[-1], change)


def _given(last: Row, due: DueDate) -> Row:
    """Which levels stay given under ``due``, which of them taken back, and when the others come."""
    before = _plan_of(last["plan"])
    raised, revoked = (
        still_raised(last[name], before, due.warnings) for name in ("raised", "revoked")
    )
    goes_on = tuple(before) == tuple(due.warnings)
    return {
        "raised": raised,
        "revoked": revoked,
        "ladder": last["ladder"] if goes_on else "[]",
        "climbed": last["climbed"] if goes_on else (),
        **_levels(due.warnings, revoked),
    }


def _levels(plan: Sequence[PlannedWarning], revoked: Sequence[str]) -> Row:
    # A card that was wrong lights nothing; the lighter ones that came before it still do.
    return levels.reached(one for one in plan if one.level.value not in revoked)


def _end(recorded: Recorded, row: Row, change: Ended | Released | None) -> None:
    if row["state"] is not DeadlineState.RUNNING:
        return
    at = recorded.envelope.occurred_at
    row["expired_at"] = expiry_at_end(row["expired_at"], row["due_at"], at)
    row["state"] = ended_as(change, row["expired_at"])
    row["finished_at"] = at
    row["counted_at"] = row["expired_at"] or at
    row["next_level"] = row["next_at"] = row["next_rung"] = row["next_rung_at"] = None
    row["position"] = recorded.position


def _look_ahead(row: Row, plan: Sequence[PlannedWarning]) -> None:
    """Keep in the row which warning of its ``plan`` comes next."""
    coming = [warning for warning in plan if warning.level.value not in row["raised"]]
    row["next_level"] = coming[0].level if coming else None
    row["next_at"] = coming[0].at if coming else None


def _look_up(row: Row) -> None:
    """Keep in the row which rung the hall has to take or propose next, if the limit runs."""
    runs = row["state"] is DeadlineState.RUNNING
    plan = _ladder_of(row["ladder"]) if runs else ()
    climbed = [Rung(one) for one in row["climbed"]]  # type: ignore[call-arg]
    coming = next(iter(rungs_left(plan, climbed)), None)
    at = None if coming is None else max(coming.at, row["rung_from"] or coming.at)
    row |= {"next_rung": coming and coming.rung, "next_rung_at": at}


def _terms(due: DueDate) -> Row:
    return {
        "started_at": due.started_at,
        "due_at": due.due_at,
        "counted_at": due.due_at,
        "due_date": due.due_date,
        "provisional": due.provisional,
        "plan": as_json(due.warnings),
        "effect": due.effect and due.effect.code,
        "extended": due.extension is not None and due.extension.amount > 0,
        **_pause(due),
        "limit_id": due.limit.id,
        "label": due.limit.label,
        "rule_version": due.rule_version,
        "calendar_version": due.calendar_version,
    }


def _pause(due: DueDate) -> Row:
    """The last span in which the deadline stands still; it goes on by itself at its end."""
    span = effective_span(due.pauses[-1]) if due.pauses else None
    return {"paused_at": span and span.since, "resumes_at": span and span.until}


def _running(rows: Rows, recorded: Recorded, change: _OnRunning) -> list[Row]:
    found = runs_of(rows, limit, recorded, change.kind, change.subject)
    return [row for row in found if row["state"] is DeadlineState.RUNNING]
