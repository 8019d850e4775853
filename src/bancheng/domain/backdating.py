"""补录: an act may be told as of when it happened, yesterday's letter or the paper form.

What that may do to limits is one-sided. It may start a limit earlier, which is worse for the hall.
It may not make good what was missed: a limit that has run out by now is touched by no act that is
told as of before, none gets more time than the same act would give it now, and no applicant's
time to bring something is shortened. So lateness can not be told away.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bancheng.domain.deadlines import Deadline
from bancheng.domain.errors import InvalidInput
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.limit import decide_due
from bancheng.domain.time_limits.rules import RuleBook

Deadlines = Mapping[str, Deadline]
_FIELD: Final = "occurred_at"
_REMEDY: Final = "请删去发生时间,以系统时间为准,并在办理说明中写明实际发生的时间"


def check_age(claimed: datetime, now: datetime, book: RuleBook, calendar: Calendar) -> None:
    """``InvalidInput`` if the book lets no act be told as of then, or not as late as now."""
    limit = book.limit_for("record.back")
    if limit is None:
        raise InvalidInput(
            "OCCURRED_TIME_NOT_ALLOWED",
            "规则库没有规定补录,不能填写发生时间",
            field=_FIELD,
            remedy="请删去发生时间,以系统时间为准",
        )
    due = decide_due(limit, claimed, calendar, rulebook_version=book.version)
    if now >= due.due_at:
        raise InvalidInput(
            "OCCURRED_TIME_TOO_FAR",
            f"补录须在{due.due_date}前完成({limit.label};{limit.basis})",
            field=_FIELD,
            remedy=_REMEDY,
        )


def check_limits(
    before: Deadlines, told: Deadlines, present: Deadlines, since: datetime, now: datetime
) -> None:
    """``InvalidInput`` if an act told as of ``since`` would better a limit.

    ``told`` are the limits after it, ``present`` those that the same act would leave now.
    """
    for key, was in before.items():
        # A later date that it was given since does not undo that an earlier one had passed.
        ends = (was.due.due_at, was.expired_at or was.due.due_at)
        ran_out = was.is_running and any(since < end <= now for end in ends)
        if ran_out and told.get(key) != was:
            raise InvalidInput(
                "BACKDATED_PAST_LIMIT",
                f"「{was.kind.label}」时限已届满,不能以补录改变其逾期",
                field=_FIELD,
                remedy=_REMEDY,
            )
    for key, one in told.items():
        now_told = present.get(key)
        if now_told is not None and one.is_running and now_told.is_running:
            _check_time_given(one, now_told)


def check_begun(before: Deadlines, told: Deadlines, then: Deadlines) -> None:
    """``InvalidInput`` if an act, told as of ``then``, would touch a limit that began afterwards.

    A result that was written before the rework answers nothing that the rework asks.
    """
    for key, was in before.items():
        had = then.get(key)
        if told.get(key) != was and (had is None or had.run != was.run):
            raise InvalidInput(
                "OCCURRED_TIME_IMPOSSIBLE",
                f"「{was.kind.label}」时限在此之后才起算",
                field=_FIELD,
                remedy="请核对发生时间",
            )


def _check_time_given(told: Deadline, present: Deadline) -> None:
    label = told.kind.label
    if told.due.due_at > present.due.due_at:
        raise InvalidInput(
            "BACKDATED_MORE_TIME",
            f"补录不得延长「{label}」时限",
            field=_FIELD,
            remedy=_REMEDY,
        )
    # Whoever was told today has their days from today, whatever the paper says.
    if told.kind.theirs and told.due != present.due:
        raise InvalidInput(
            "BACKDATED_LESS_TIME",
            f"补录不得缩短申请人的「{label}」时限",
            field=_FIELD,
            remedy=_REMEDY,
        )
