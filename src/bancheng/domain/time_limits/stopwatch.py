"""What may be done to one clock, and what it did: pause, resume, extend, change, reopen, measure.

A decision asks here for the new due date and stores it in its event; nothing is ever a running
total. Which clocks a matter has, and which of them run, is kept in `domain/deadlines.py`.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from bancheng.domain.errors import NotAllowed, WrongStep
from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.intervals import Instant
from bancheng.domain.time_limits.limit import decide_due, extend, judge
from bancheng.domain.time_limits.pauses import effective_span
from bancheng.domain.time_limits.rules import ExtensionRule, RuleBook
from bancheng.domain.time_limits.terms import DueDate, Limit, Pause, PauseKind, Verdict


class StopwatchState(Labelled):
    """计时状态: whether a clock runs, stands still by law, or has nothing to measure."""

    RUNNING = "running", "计时中"
    PAUSED = "paused", "暂停"
    EXCLUDED = "excluded", "不计时"
    STOPPED = "stopped", "已停止"


class StopwatchInterval(Struct, frozen=True, kw_only=True):
    """计时区间: what a clock did from ``since`` up to, not including, ``until``."""

    state: StopwatchState
    since: Instant
    until: Instant


class Stopwatch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """计时器: one clock, read from its due date. Not ``pausable``: it never pauses."""

    due: DueDate
    pausable: bool = True
    stopped_at: Instant | None = None

    def state_at(self, instant: datetime) -> StopwatchState:
        """计时状态: what the clock does at ``instant``, also in the past."""
        if self.stopped_at is not None and instant >= self.stopped_at:
            return StopwatchState.STOPPED
        for pause in self.due.pauses:
            span = effective_span(pause)
            if span is not None and span.since <= instant < span.until:
                excluded = pause.kind is PauseKind.EXCLUDED
                return StopwatchState.EXCLUDED if excluded else StopwatchState.PAUSED
        return StopwatchState.RUNNING

    def intervals(self, now: datetime) -> tuple[StopwatchInterval, ...]:
        """计时区间: everything the clock did from its start to ``now`` or its stop."""
        end = min(now, self.stopped_at or now)
        return tuple(self._intervals(self.due.started_at, end))

    def _intervals(self, since: datetime, until: datetime) -> Iterator[StopwatchInterval]:
        spans = (span for pause in self.due.pauses if (span := effective_span(pause)))
        edges = {edge for span in spans for edge in (span.since, span.until)}
        cuts = sorted({since, until, *(edge for edge in edges if since < edge < until)})
        for begin, end in pairwise(cuts):
            yield StopwatchInterval(state=self.state_at(begin), since=begin, until=end)

    def reading(self, now: datetime, calendar: Calendar) -> Verdict:
        """读数: used, remaining and overdue at ``now``; once stopped it stays as it was."""
        return judge(self.due, min(now, self.stopped_at or now), calendar)

    def check_pause(self, at: datetime) -> None:
        """暂停审查: ``WrongStep`` if the clock has stopped, never pauses or is paused ``at``."""
        self._require_running_clock()
        if not self.pausable:
            raise WrongStep(
                "CLOCK_NEVER_PAUSES",
                "群众视角的计时不因内部程序暂停",
                remedy="请只暂停承办单位的计时",
            )
        paused = self._open_pause()
        if paused and paused.approved_until and paused.approved_until > at:
            raise WrongStep("CLOCK_PAUSED", "计时已经暂停", remedy="请先恢复计时")

    def pause(self, pause: Pause, calendar: Calendar) -> "Stopwatch":
        """暂停: see `check_pause` for what is refused."""
        self.check_pause(pause.started_at)
        return self._decided(calendar, pauses=(*self.due.pauses, pause))

    def check_resume(self) -> Pause:
        """恢复审查: the pause to end; ``WrongStep`` if there is none or the clock has stopped."""
        self._require_running_clock()
        paused = self._open_pause()
        if paused is None:
            raise WrongStep("CLOCK_NOT_PAUSED", "计时没有暂停", remedy="请核对后再恢复")
        return paused

    def resume(self, at: datetime, calendar: Calendar) -> "Stopwatch":
        """恢复: ends the open pause; what it lasted beyond its approved time has counted."""
        paused = self.check_resume()
        closed = replace(paused, resumed_at=at)
        pauses = tuple(closed if pause is paused else pause for pause in self.due.pauses)
        return self._decided(calendar, pauses=pauses)

    def stop(self, at: datetime) -> "Stopwatch":
        """停止: the matter is done, merged or ended; from now on the reading is frozen."""
        self._require_running_clock()
        return replace(self, stopped_at=at)

    def reopen(self, at: datetime, calendar: Calendar) -> "Stopwatch":
        """重启: the same clock goes on; the time since it was stopped is excluded."""
        if self.stopped_at is None:
            raise WrongStep("CLOCK_RUNNING", "计时没有停止", remedy="无需重启")
        gap = Pause(
            kind=PauseKind.EXCLUDED, ground="已办结", started_at=self.stopped_at, resumed_at=at
        )
        return replace(self._decided(calendar, pauses=(*self.due.pauses, gap)), stopped_at=None)

    def extend(
        self,
        rulebook: RuleBook,
        calendar: Calendar,
        *,
        at: datetime,
        approvers: Collection[str],
        purpose: str = "resolve",
    ) -> "Stopwatch":
        """延期: see `check_extension` for what is refused."""
        self._require_running_clock()
        rule = check_extension(
            rulebook.extension_for(purpose), self.due, at=at, approvers=approvers
        )
        due = extend(self.due, rule, calendar, rulebook_version=rulebook.version)
        return replace(self, due=due)

    def change_limit(
        self, limit: Limit, calendar: Calendar, *, rulebook_version: str
    ) -> "Stopwatch":
        """改换时限: another rule or priority; start and pauses stay, an extension does not."""
        self._require_running_clock()
        due = decide_due(
            limit,
            self.due.started_at,
            calendar,
            rulebook_version=rulebook_version,
            pauses=self.due.pauses,
        )
        return replace(self, due=due)

    def replan(self, calendar: Calendar) -> "Stopwatch":
        """重排: the due date by a new calendar; a stopped clock keeps its own."""
        return (
            self if self.stopped_at is not None else self._decided(calendar, pauses=self.due.pauses)
        )

    def _decided(self, calendar: Calendar, *, pauses: tuple[Pause, ...]) -> "Stopwatch":
        due = decide_due(
            self.due.limit,
            self.due.started_at,
            calendar,
            rulebook_version=self.due.rule_version,
            pauses=pauses,
            extension=self.due.extension,
        )
        return replace(self, due=due)

    @property
    def is_on_pause(self) -> bool:
        """Whether a pause is on that nobody ended, also one whose approved time is over."""
        return self._open_pause() is not None

    def _open_pause(self) -> Pause | None:
        last = self.due.pauses[-1] if self.due.pauses else None
        return last if last and last.resumed_at is None else None

    def _require_running_clock(self) -> None:
        if self.stopped_at is not None:
            raise WrongStep("CLOCK_STOPPED", "计时已经停止", remedy="如需继续, 请先重启")


def check_extension(
    rule: ExtensionRule | None, due: DueDate, *, at: datetime, approvers: Collection[str] | None
) -> ExtensionRule:
    """延期审查: the rule by which ``due`` may be extended, asked ``at``, by one of ``approvers``.

    Without ``approvers`` it is only asked for. ``WrongStep`` ``EXTENSION_NOT_ALLOWED``,
    ``EXTENSION_USED_UP`` or ``EXTENSION_TOO_LATE``; ``NotAllowed`` ``EXTENSION_NOT_YOURS``.
    """
    granted = due.extension.times if due.extension else 0
    if rule is None or rule.unit is not due.limit.unit:
        raise WrongStep(
            "EXTENSION_NOT_ALLOWED",
            f"规则库没有为此时限({due.limit.label})规定延期",
            remedy="请按期办结",
        )
    if granted >= rule.times_max:
        raise WrongStep(
            "EXTENSION_USED_UP",
            f"规则只允许延期 {rule.times_max} 次, 已延期 {granted} 次",
            remedy="请按期办结; 确不能办结的, 请说明措施与期限",
        )
    if rule.before_expiry and at >= due.due_at:
        raise WrongStep(
            "EXTENSION_TOO_LATE",
            f"期限({due.due_date}止)已过, 不能再延期",
            remedy="请尽快办结并说明逾期原因",
        )
    if approvers is not None:
        check_approver(rule, approvers)
    return rule


def check_approver(rule: ExtensionRule, approvers: Collection[str]) -> None:
    """批准权: ``NotAllowed`` ``EXTENSION_NOT_YOURS`` unless the approver is among them."""
    if rule.approver_role not in approvers:
        raise NotAllowed(
            "EXTENSION_NOT_YOURS",
            f"延期须由{rule.approver_role.label}批准",
            remedy="请送有权批准的人审批",
        )
