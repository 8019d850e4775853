"""What holds in this hall now: the calendar, the rules, who is here, what is on offer.

`HallRules` is the `bancheng.app.rules.Rules` that decisions ask, answered from the ledgers.
"""

import math
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy

from bancheng.app.ports import Clock
from bancheng.domain.commands import OpenWork
from bancheng.domain.held_parts import InHand
from bancheng.domain.items import ServiceItem
from bancheng.domain.people import Actor
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.rulebook import RuleBook, RuleBookError
from bancheng.domain.windows import WindowTerms
from bancheng.infra import database, person_ties
from bancheng.infra.calendars import national_calendar
from bancheng.infra.rulebooks import shipped_book
from bancheng.projections import items, office, publications, stand_ins, withheld
from bancheng.projections.in_hand import in_hand_of
from bancheng.projections.open_work import open_work, unnamed

P = ParamSpec("P")
T = TypeVar("T")
CALENDAR_SECONDS = 1.0


class PublishedCalendar:
    """The calendar published last, else the national one; looked up at most once a second."""

    def __init__(self, engine: sqlalchemy.Engine) -> None:
        self._engine = engine
        self._position = 0
        self._looked_at = -math.inf
        self._calendar = national_calendar()

    def __call__(self) -> Calendar:
        if time.monotonic() - self._looked_at >= CALENDAR_SECONDS:
            self._look_up()
            self._looked_at = time.monotonic()
        return self._calendar

    def refresh(self) -> None:
        """Look again at the next question."""
        self._looked_at = -math.inf

    def _look_up(self) -> None:
        with database.read(self._engine) as connection:
            position = publications.calendar_position(connection)
            if position != self._position:
                self._calendar = publications.latest_calendar(connection) or self._calendar
                self._position = position


class PublishedRules:
    """The rule book in force today, else ``unpublished``; looked up at most once a second."""

    def __init__(
        self,
        engine: sqlalchemy.Engine,
        calendar: Callable[[], Calendar],
        clock: Clock,
        unpublished: RuleBook,
    ) -> None:
        self._engine = engine
        self._calendar, self._clock = calendar, clock
        self._seen: tuple[int, date] | None = None
        self._looked_at = -math.inf
        self.unpublished = unpublished
        self._book = unpublished
        self()  # a hall without rules does not open

    def __call__(self) -> RuleBook:
        today = self._calendar().local(self._clock.now()).date()
        is_old = time.monotonic() - self._looked_at >= CALENDAR_SECONDS
        # A version may hold from today on that was published long ago.
        if is_old or self._seen is None or self._seen[1] != today:
            self._look_up(today)
            self._looked_at = time.monotonic()
        return self._book

    def refresh(self) -> None:
        """Look again at the next question."""
        self._looked_at = -math.inf

    def _look_up(self, today: date) -> None:
        with database.read(self._engine) as connection:
            seen = publications.rulebook_position(connection), today
            if seen != self._seen:
                published = publications.rulebook_on(connection, today)
                self._book = published or _in_force(self.unpublished, today)
                self._seen = seen


@dataclass(frozen=True, kw_only=True)
class HallRules:
    """规则: the calendar and rule book in force, the units that take work, the items on offer."""

    calendar_in_force: Callable[[], Calendar]
    rulebook_in_force: Callable[[], RuleBook]
    open_units: Callable[[], frozenset[str]]
    item_in_force: Callable[[str, datetime], ServiceItem | None]
    item_is_known: Callable[[str], bool]
    active_member: Callable[[str], Actor | None]
    stand_in_now: Callable[[str, str, datetime], bool]
    left_by: Callable[[str, datetime], frozenset[str]]
    open_windows: Callable[[], frozenset[str] | None]
    window_unit: Callable[[str], str | None]
    terms_of_window: Callable[[str], WindowTerms | None]
    successors_named: Callable[[], Mapping[str, str]]
    work_of_unit: Callable[[str, Actor], Sequence[OpenWork]]
    held_by: Callable[[str, Actor], InHand]
    sessions_of: Callable[[str], frozenset[str]]
    holders_of: Callable[[Iterable[str]], Mapping[str, frozenset[str]]]
    matters_alike: Callable[[Collection[str]], frozenset[str]]

    def for_a_batch(self) -> "HallRules":
        """The same, but that people and units are looked up once: for many acts in a moment."""
        return replace(
            self, open_units=cache(self.open_units), active_member=cache(self.active_member)
        )

    def calendar(self) -> Calendar:
        return self.calendar_in_force()

    def rulebook(self) -> RuleBook:
        return self.rulebook_in_force()

    def shipped_book(self, id_: str) -> RuleBook | None:
        return shipped_book(id_)

    def units(self) -> frozenset[str]:
        return self.open_units()

    def member(self, staff_id: str) -> Actor | None:
        return self.active_member(staff_id)

    def stands_in(self, staff_id: str, by: str, now: datetime) -> bool:
        return self.stand_in_now(staff_id, by, now)

    def units_left(self, staff_id: str, since: datetime) -> frozenset[str]:
        return self.left_by(staff_id, since)

    def successors(self) -> Mapping[str, str]:
        return self.successors_named()

    def windows(self) -> frozenset[str] | None:
        return self.open_windows()

    def unit_of_window(self, window: str) -> str | None:
        return self.window_unit(window)

    def window_terms(self, window: str) -> WindowTerms | None:
        return self.terms_of_window(window)

    def open_work(self, unit: str, asker: Actor) -> Sequence[OpenWork]:
        return self.work_of_unit(unit, asker)

    def in_hand(self, staff_id: str, asker: Actor) -> InHand:
        return self.held_by(staff_id, asker)

    def sessions(self, staff_id: str) -> frozenset[str]:
        return self.sessions_of(staff_id)

    def holders(self, keys: Iterable[str]) -> Mapping[str, frozenset[str]]:
        return self.holders_of(keys)

    def alike(self, matters: Collection[str]) -> frozenset[str]:
        return self.matters_alike(matters)

    def item(self, code: str, at: datetime) -> ServiceItem | None:
        return self.item_in_force(code, at)

    def knows_item(self, code: str) -> bool:
        return self.item_is_known(code)


def rules_of(
    data: sqlalchemy.Engine,
    calendar: PublishedCalendar,
    rulebook: PublishedRules,
    sessions_of: Callable[[str], frozenset[str]],
) -> HallRules:
    """The rules of the hall whose ledgers stand in ``data``."""
    return HallRules(
        calendar_in_force=calendar,
        rulebook_in_force=rulebook,
        open_units=lambda: _read(data, office.open_units),
        item_in_force=lambda code, at: _read(
            data, items.in_force, code, calendar().local(at).date(), at
        ),
        item_is_known=lambda code: code in _read(data, items.items_by_code, [code]),
        active_member=lambda staff_id: _active_member(data, staff_id),
        stand_in_now=lambda staff_id, by, now: _read(data, stand_ins.stands_in, staff_id, by, now),
        left_by=lambda staff_id, since: _read(data, office.units_left, staff_id, since),
        open_windows=lambda: _read(data, office.open_windows),
        window_unit=lambda window: _read(data, office.unit_of_window, window),
        terms_of_window=lambda window: _read(data, office.terms_of_window, window),
        successors_named=lambda: _read(data, office.successors),
        work_of_unit=lambda unit, asker: _read(data, _open_work, unit, asker),
        held_by=lambda staff_id, asker: _read(data, _in_hand_of, staff_id, asker),
        sessions_of=sessions_of,
        holders_of=lambda keys: _read(data, person_ties.holders, keys),
        matters_alike=lambda matters: _read(data, person_ties.alike, matters),
    )


def _open_work(connection: sqlalchemy.Connection, unit: str, asker: Actor) -> Sequence[OpenWork]:
    every = open_work(connection, unit)
    kept = withheld.withheld_from(connection, asker)
    known = open_work(withheld.without(connection, kept), unit)
    # It may not be left to nobody: if that is all there is, who asks is told that there is some.
    return known or unnamed(every)


def _in_hand_of(connection: sqlalchemy.Connection, staff_id: str, asker: Actor) -> InHand:
    parts = in_hand_of(connection, staff_id)
    # Most who ask are accused by nobody: that is looked up at once, and what is withheld is few.
    kept = withheld.streams_of(connection, withheld.withheld_from(connection, asker))
    return InHand(parts=parts, withheld=kept & {one.matter_id for one in parts})


def unit_names(data: sqlalchemy.Engine) -> dict[str, str]:
    """What the units of the hall are called, by their codes."""
    return {one.code: one.name for one in _read(data, office.all_units)}


def _in_force(book: RuleBook, today: date) -> RuleBook:
    if not book.holds_on(today):
        raise RuleBookError(
            [f"规则库「{book.id}」{book.version} 在 {today} 不施行; 请换用施行中的规则库"]
        )
    return book


def _read(
    engine: sqlalchemy.Engine,
    question: Callable[Concatenate[sqlalchemy.Connection, P], T],
    *asked: P.args,
    **named: P.kwargs,
) -> T:
    with database.read(engine) as connection:
        return question(connection, *asked, **named)


def _active_member(engine: sqlalchemy.Engine, staff_id: str) -> Actor | None:
    member = _read(engine, office.staff_member, staff_id)
    return office.actor_of(member) if member is not None and member.active else None
