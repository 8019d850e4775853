"""日历预览: which running limits another calendar would move, told before it is published."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Protocol

from msgspec import Struct

from bancheng.app.ports import Store
from bancheng.app.queries import deadlines_of
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.calendar import Calendar


class OpenLimit(Protocol):
    """A running limit, as the board names it."""

    @property
    def limit_key(self) -> str: ...
    @property
    def matter_id(self) -> str: ...
    @property
    def kind(self) -> LimitKind: ...
    @property
    def subject(self) -> str: ...


# Those that run between two instants, behind a key: at most a page of them, by key.
Page = Callable[[datetime, datetime, str], Sequence[OpenLimit]]


class MovedLimit(Struct, frozen=True, kw_only=True):
    """将移动的时限: a running limit, the day on which it ends, and would end."""

    matter_id: str
    kind: LimitKind
    subject: str
    before: date
    after: date


def moved_limits(
    store: Store, page: Page, days: Iterable[date], calendar: Calendar
) -> Iterator[MovedLimit]:
    """The running limits that end on another day once ``days`` are those of ``calendar``."""
    changed, behind = sorted(days), ""
    if not changed:
        return
    # Whatever ended before the first of them, or begins after the last, they do not touch.
    since, until = calendar.start_of(changed[0]), calendar.instant(changed[-1], 24 * 60)
    while found := page(since, until, behind):
        for matter_id, of_it in groupby(found, key=lambda one: one.matter_id):
            yield from _moved(store, matter_id, list(of_it), calendar)
        behind = found[-1].limit_key


def _moved(
    store: Store, matter_id: str, limits: list[OpenLimit], calendar: Calendar
) -> Iterator[MovedLimit]:
    asked = {(one.kind, one.subject) for one in limits}
    for one in (history.deadline for history in deadlines_of(store, matter_id)):
        if (one.kind, one.subject) in asked and one.is_running:
            after = one.watch.replan(calendar).due
            if after.due_at != one.due.due_at:
                yield MovedLimit(
                    matter_id=matter_id,
                    kind=one.kind,
                    subject=one.subject,
                    before=one.due.due_date,
                    after=after.due_date,
                )
