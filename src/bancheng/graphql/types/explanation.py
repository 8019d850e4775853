"""时限说明 as GraphQL: each date a limit was given and each verdict on it, interval by interval."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import strawberry

from bancheng.app.queries import DeadlineHistory, DecidedDate
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.explain import amount_in_words
from bancheng.domain.time_limits.intervals import Interval
from bancheng.domain.time_limits.levels import PlannedWarning, WarningLevel
from bancheng.domain.time_limits.terms import DueDate, LimitUnit, Verdict
from bancheng.graphql.context import Asking
from bancheng.graphql.enums import enum_of
from bancheng.graphql.types.shown import WITH_THE_ROW, relation

_KIND: Any = enum_of(LimitKind)
_STATE: Any = enum_of(DeadlineState)
_LEVEL: Any = enum_of(WarningLevel)
_UNIT: Any = enum_of(LimitUnit)
_MINUTE = timedelta(minutes=1)


@strawberry.type(description="计时时段: 计入或不计入时限的一段时间,及其原因。")
class CountedInterval:
    """A stretch of time, from ``since`` up to, not including, ``until``."""

    since: datetime = strawberry.field(description="自何时起。")
    until: datetime = strawberry.field(description="到何时止,不含。")
    counted: bool = strawberry.field(description="是否计入。")
    days: int = strawberry.field(description="计入的天数;以天计的时限才有。")
    minutes: float = strawberry.field(description="计入的分钟数;以小时或分钟计的时限才有。")
    reason: str = strawberry.field(description="原因。")
    event: str | None = strawberry.field(description="暂停事件的标识。")


@strawberry.type(description="计划预警: 自该时刻起达到该级别。")
class WarningPlan:
    """A warning that was planned with the date."""

    level: _LEVEL = strawberry.field(description="级别。")
    level_label: str = strawberry.field(description="级别的名称。")
    at: datetime = strawberry.field(description="时刻。")
    basis: str = strawberry.field(description="依据。")


@strawberry.type(description="定期记录: 对一项时限的一次定期,及记录它的事件。")
class DateDecision:
    """One date that the limit was given."""

    term: str = strawberry.field(description="事件名称。")
    event_id: str = strawberry.field(description="事件标识。")
    decided_at: datetime = strawberry.field(description="定期时间。")
    limit_id: str = strawberry.field(description="时限规则标识。")
    limit: str = strawberry.field(description="时限与起算、届满方式。")
    basis: str = strawberry.field(description="依据。")
    rule_version: str = strawberry.field(description="规则库版本。")
    calendar_version: str = strawberry.field(description="日历版本。")
    provisional: bool = strawberry.field(description="是否暂定。")
    started_at: datetime = strawberry.field(description="起算时间。")
    due_at: datetime = strawberry.field(description="到期时间,此刻起为逾期。")
    due_date: date = strawberry.field(description="到期日。")
    extension: int | None = strawberry.field(description="延期量,单位同时限。")
    extension_basis: str | None = strawberry.field(description="延期依据。")
    intervals: list[CountedInterval] = strawberry.field(description="计入与不计入的时段。")
    plan: list[WarningPlan] = strawberry.field(description="计划的预警。")
    lines: list[str] = strawberry.field(description="说明文字,逐行。")


@strawberry.type(description="时限结论: 是否按时,差多少;记录后不再改变。")
class LimitVerdict:
    """A verdict, as it was recorded."""

    due_at: datetime = strawberry.field(description="所依据的到期时间。")
    finished_at: datetime = strawberry.field(description="结论所依的办结时间。")
    on_time: bool = strawberry.field(description="是否按时。")
    limit_unit: _UNIT = strawberry.field(description="时限单位。")
    limit_unit_label: str = strawberry.field(description="时限单位的名称。")
    used: int = strawberry.field(description="已用时限。")
    remaining: int = strawberry.field(description="剩余时限。")
    overdue: int = strawberry.field(description="逾期时限。")
    used_minutes: int = strawberry.field(description="已用分钟数。")
    remaining_minutes: int = strawberry.field(description="剩余分钟数。")
    overdue_minutes: int = strawberry.field(description="逾期分钟数。")
    rule_version: str = strawberry.field(description="规则库版本。")
    calendar_version: str = strawberry.field(description="日历版本。")
    intervals: list[CountedInterval] = strawberry.field(description="计入与不计入的时段。")
    lines: list[str] = strawberry.field(description="说明文字,逐行。")


async def _unit_name(root: Any) -> Any:
    unit = None if root.unit is None else await root.asking.loaders.unit(root.unit)
    return None if unit is None else unit.name


@strawberry.type(description="时限说明: 一项时限的历次定期与结论,从事件中读出。")
class Explanation:
    """One limit of a ticket, and all that was decided about it."""

    asking: strawberry.Private[Asking]
    kind: _KIND = strawberry.field(description="时限种类。")
    kind_label: str = strawberry.field(description="时限种类的名称。")
    subject: str = strawberry.field(description="所属的办不成事工单、派单或督办单。")
    unit: str | None = strawberry.field(description="责任单位编码,空为本厅。")
    unit_name = relation(_unit_name, str | None, "责任单位的名称。", seen_by=WITH_THE_ROW)
    run: int = strawberry.field(description="第几次起算(重办加一)。")
    cycle: int = strawberry.field(description="第几轮(重新定期、重办加一)。")
    state: _STATE = strawberry.field(description="时限状态。")
    state_label: str = strawberry.field(description="时限状态的名称。")
    raised: list[_LEVEL] = strawberry.field(description="本轮已发的预警级别。")
    decisions: list[DateDecision] = strawberry.field(description="历次定期,按先后。")
    verdicts: list[LimitVerdict] = strawberry.field(description="历次结论,按先后。")


def explanation_of(history: DeadlineHistory, asking: Asking) -> Explanation:
    """What ``history`` tells, as GraphQL."""
    deadline = history.deadline
    verdicts = zip(history.verdicts, history.verdict_lines(), strict=True)
    return Explanation(
        asking=asking,
        kind=_KIND(deadline.kind.value),
        kind_label=deadline.kind.label,
        subject=deadline.subject,
        unit=deadline.unit,
        run=deadline.run,
        cycle=deadline.cycle,
        state=_STATE(deadline.state.value),
        state_label=deadline.state.label,
        raised=[_LEVEL(level.value) for level in deadline.raised],
        decisions=[_decision(one) for one in history.decisions],
        verdicts=[_verdict(one, lines) for one, lines in verdicts],
    )


def _decision(decided: DecidedDate) -> DateDecision:
    due: DueDate = decided.due
    return DateDecision(
        term=decided.term,
        event_id=decided.event_id,
        decided_at=decided.decided_at,
        limit_id=due.limit.id,
        limit=amount_in_words(due.limit),
        basis=due.limit.basis,
        rule_version=due.rule_version,
        calendar_version=due.calendar_version,
        provisional=due.provisional,
        started_at=due.started_at,
        due_at=due.due_at,
        due_date=due.due_date,
        extension=due.extension.amount if due.extension else None,
        extension_basis=due.extension.basis if due.extension else None,
        intervals=_intervals(due.explanation),
        plan=[_planned(one) for one in due.warnings],
        lines=decided.lines(),
    )


def _verdict(verdict: Verdict, lines: list[str]) -> LimitVerdict:
    same = ("due_at", "finished_at", "on_time", "used", "remaining", "overdue", "used_minutes",
            "remaining_minutes", "overdue_minutes", "rule_version", "calendar_version")  # fmt: skip
    return LimitVerdict(
        limit_unit=_UNIT(verdict.unit.value),
        limit_unit_label=verdict.unit.label,
        intervals=_intervals(verdict.explanation),
        lines=lines,
        **{name: getattr(verdict, name) for name in same},
    )


def _planned(planned: PlannedWarning) -> WarningPlan:
    level = planned.level
    return WarningPlan(
        level=_LEVEL(level.value), level_label=level.label, at=planned.at, basis=planned.basis
    )


def _intervals(intervals: Iterable[Interval]) -> list[CountedInterval]:
    return [
        CountedInterval(
            since=one.since,
            until=one.until,
            counted=one.counted,
            days=one.days,
            minutes=one.time / _MINUTE,
            reason=one.reason,
            event=one.event or None,
        )
        for one in intervals
    ]
