"""What may be done to the time of one deadline: pause, resume, extend, change, reopen, replan.

A decision asks here for the new due date and stores it in its event: a due date is decided anew
from its start with all its pauses, so nothing is ever a running total. Which deadlines a matter
has, and which of them run, is kept in `domain/deadlines.py`.
"""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bancheng.domain.errors import NotAllowed, WrongStep
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.intervals import Instant
from bancheng.domain.time_limits.limit import decide_due, extend
from bancheng.domain.time_limits.rules import ExtensionRule, RuleBook
from bancheng.domain.time_limits.terms import DueDate, Limit, Pause


class Stopwatch(Struct, frozen=True, kw_only=True):
    """计时器: the time of one deadline, read from its due date.

    Not ``pausable``: its time never stands still. ``stopped_at`` is when it ended, if it has.
    """

    due: DueDate
    pausable: bool = True
    stopped_at: Instant | None = None

    def check_pause(self, at: datetime) -> None:
        """暂停审查: whether it may be paused ``at``.

        ``WrongStep`` ``DEADLINE_NEVER_PAUSES``, ``DEADLINE_STOPPED`` or ``DEADLINE_PAUSED``. A
        pause whose approved time is over does not stand in the way: it has ended by itself.
        """
        self._require_running()
        if not self.pausable:
            raise WrongStep(
                "DEADLINE_NEVER_PAUSES",
                "群众视角的计时不因内部程序暂停",
                remedy="请只暂停承办单位的计时",
            )
        paused = self._open_pause()
        if paused and paused.approved_until and paused.approved_until > at:
            raise WrongStep("DEADLINE_PAUSED", "计时已经暂停", remedy="请先恢复计时")

    def pause(self, pause: Pause, calendar: Calendar) -> "Stopwatch":
        """暂停: with ``pause`` added; see `check_pause` for what is refused."""
        self.check_pause(pause.started_at)
        return self._decided(calendar, pauses=(*self.due.pauses, pause))

    def check_resume(self) -> Pause:
        """恢复审查: the pause to end.

        ``WrongStep`` ``DEADLINE_STOPPED`` or ``DEADLINE_NOT_PAUSED``.
        """
        self._require_running()
        paused = self._open_pause()
        if paused is None:
            raise WrongStep("DEADLINE_NOT_PAUSED", "计时没有暂停", remedy="请核对后再恢复")
        return paused

    def resume(self, at: datetime, calendar: Calendar) -> "Stopwatch":
        """恢复: with the open pause ended ``at``; what it lasted past its approved time counted."""
        paused = self.check_resume()
        closed = replace(paused, resumed_at=at)
        pauses = tuple(closed if pause is paused else pause for pause in self.due.pauses)
        return self._decided(calendar, pauses=pauses)

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
        self._require_running()
        rule = check_extension(
            rulebook.extension_for(purpose), self.due, at=at, approvers=approvers
        )
        due = extend(self.due, rule, calendar, rulebook_version=rulebook.version)
        return replace(self, due=due)

    def change_limit(
        self, limit: Limit, calendar: Calendar, *, rulebook_version: str
    ) -> "Stopwatch":
        """改换时限: by another rule or complexity; start and pauses stay, an extension does not."""
        self._require_running()
        # Without what the extension added: it was granted for the limit that holds no more. But how
        # often more time was granted counts on, else each regrading would make it free again.
        earlier = self.due.extension
        due = decide_due(
            limit,
            self.due.started_at,
            calendar,
            rulebook_version=rulebook_version,
            pauses=self.due.pauses,
            extension=None if earlier is None else replace(earlier, amount=0),
        )
        return replace(self, due=due)

    def replan(self, calendar: Calendar) -> "Stopwatch":
        """重排: with the due date by a new calendar; what was stopped keeps its own."""
        self._require_running()
        return self._decided(calendar, pauses=self.due.pauses)

    def reopen(self, calendar: Calendar, left_out: Pause | None = None) -> "Stopwatch":
        """续计: what had stopped goes on by ``calendar``, from its first start, with its pauses.

        ``left_out`` does not count. Without it the time counts in which it stood stopped.
        """
        more = () if left_out is None else (left_out,)
        again = self._decided(calendar, pauses=(*self.due.pauses, *more))
        return replace(again, stopped_at=None)

    def _decided(self, calendar: Calendar, *, pauses: tuple[Pause, ...]) -> "Stopwatch":
        due = decide_due(
            self.due.limit,
            self.due.started_at,
            calendar,
            rulebook_version=self.due.rule_version,
            pauses=pauses,
            extension=self.due.extension,
            effect=self.due.effect,
        )
        return replace(self, due=due)

    @property
    def is_on_pause(self) -> bool:
        """Whether a pause is on that nobody ended, also one whose approved time is over."""
        return self._open_pause() is not None

    def _open_pause(self) -> Pause | None:
        last = self.due.pauses[-1] if self.due.pauses else None
        return last if last and last.resumed_at is None else None

    def _require_running(self) -> None:
        if self.stopped_at is not None:
            raise WrongStep("DEADLINE_STOPPED", "计时已经停止", remedy="请核对本件的办理状态")


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
    if at >= due.due_at:
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


def check_asker(askers: Collection[str], granter: str) -> None:
    """异人批准: ``NotAllowed`` ``EXTENSION_ASKER_GRANTS`` if who asked would grant it."""
    if granter in askers:
        raise NotAllowed(
            "EXTENSION_ASKER_GRANTS",
            "申请延期的人不得批准自己的申请",
            remedy="请由另一名有权批准的人批复",
        )
