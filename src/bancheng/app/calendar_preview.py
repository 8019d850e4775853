"""日历预览: which running limits another calendar would decide anew, told before it is published.

It asks the same function as 重新定期 itself (`replanned`), on the same limits: what is told is what
is then done.
"""

from collections.abc import Iterable

from msgspec import Struct

from bancheng.app.ports import Store
from bancheng.app.registry import matter_kind
from bancheng.domain.deadlines import Deadline
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.domain.warnings.raising import replanned


class MovedLimit(Struct, frozen=True, kw_only=True):
    """将移动的时限: a running limit as it was decided, and as it would be decided anew."""

    matter_id: str
    kind: LimitKind
    subject: str
    before: DueDate
    after: DueDate

    @property
    def changes(self) -> str:
        """变动: what of it would be another: its end, whether it is provisional, its warnings."""
        before, after = self.before, self.after
        named = {
            "到期时间": before.due_at != after.due_at,
            "是否暂定": before.provisional is not after.provisional,
            "预警时间": before.warnings != after.warnings,
        }
        return "、".join(name for name, differs in named.items() if differs)


class MovedLimits(Struct, frozen=True, kw_only=True):
    """移动清单: the limits found. Not ``complete``: there are more matters than were looked at."""

    limits: tuple[MovedLimit, ...]
    complete: bool

    @property
    def count(self) -> str:
        """How many, as people read it."""
        return f"{len(self.limits)}" if self.complete else f"至少 {len(self.limits)}"


def moved_limits(
    store: Store,
    matters: Iterable[str],
    calendar: Calendar,
    rulebook: RuleBook,
    *,
    matters_max: int,
) -> MovedLimits:
    """The running limits of ``matters`` that ``calendar`` would decide anew, in their order.

    At most ``matters_max`` are looked at: each has its stream read.
    """
    moved: list[MovedLimit] = []
    for place, matter_id in enumerate(matters):
        if place == matters_max:
            return MovedLimits(limits=tuple(moved), complete=False)
        moved += _moved(store, matter_id, calendar, rulebook)
    return MovedLimits(limits=tuple(moved), complete=True)


def _moved(
    store: Store, matter_id: str, calendar: Calendar, rulebook: RuleBook
) -> Iterable[MovedLimit]:
    for one in _running(store, matter_id):
        after = replanned(one, calendar, rulebook)
        if after is not None:
            yield MovedLimit(
                matter_id=matter_id,
                kind=one.kind,
                subject=one.subject,
                before=one.due,
                after=after,
            )


def _running(store: Store, matter_id: str) -> list[Deadline]:
    kind, history = matter_kind(matter_id), store.load(matter_id)
    if kind is None or not history:
        return []
    return [one for one in kind.state_after(history).deadlines.values() if one.is_running]
