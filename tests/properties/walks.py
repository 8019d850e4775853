"""Walks: one ticket, and staff who try what a list of numbers tells them.

Each number chooses an act from the registry, fills its fields by name and type, and lets somebody
try it; so an act added to the registry joins by itself.
"""

import enum
import random
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, reduce
from types import NoneType, UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from msgspec.structs import replace

from bancheng.app.registry import ACTS, BY_COMMAND, TICKET, Act
from bancheng.domain.commands import Command, Desk
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Event
from bancheng.domain.people import Actor, Personal
from bancheng.domain.time_limits.levels import WarningLevel
from support.builders import REPORTER, TEXT, officer_of, reporting
from support.fakes import a_hall, do
from support.given import CALENDAR, CLERK, RULES, STAFF, START, UNITS

PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=3), timedelta(days=2))
BLIND = 0.15  # the share of steps taken without looking whether they are allowed
TICKET_ACTS = [act for act in ACTS if TICKET in act.on and not act.opens]
CHOICES: dict[str, tuple[Any, ...]] = {
    "unit": ("RS", "YB", "GA"), "lead_unit": ("RS", "GA"), "units": (("RS",), ("RS", "YB")),
    "co_units": ((), ("YB",)), "cause": ("delay",), "complexity": ("simple", "general", "hard"),
    "target": ("petition_office",), "reason": ("litigation", "not_our_duty"),
    "limit_working_days": (None, 3), "feedback_working_days": (2,),
    "until": (START + timedelta(10), START + timedelta(200)),
}  # fmt: skip
LATER = replace(
    RULES,
    version="2099.1",
    limits=tuple(replace(r, limit=replace(r.limit, amount=30)) for r in RULES.limits),
)
LATER_CALENDAR = replace(CALENDAR, version="2099", working_weekdays=(0, 1), days={})


@cache
def hints_of(command: type[Command]) -> dict[str, Any]:
    return get_type_hints(command, include_extras=True)


@dataclass
class Step:
    """One command, the ticket before it, and what came of it."""

    before: Any
    command: Command
    desk: Desk
    events: tuple[Event, ...]
    refusal: str
    is_stored: bool


@dataclass
class Walk:
    """A hall in which one ticket goes through what the numbers say."""

    numbers: list[int]
    changes_at: int = -1
    steps: list[Step] = field(default_factory=list)
    log: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        with a_hall("memory", None) as engine:
            self.engine = engine
            chance = random.Random(sum(self.numbers))
            category, reporter = (
                chance.choice(list(TicketCategory)),
                chance.choice([None, REPORTER]),
            )
            opening = reporting(category=category, reporter=reporter)
            self.ticket = do(engine, opening, CLERK).stream_id
            for number, chosen in enumerate(self.numbers):
                if number == self.changes_at:
                    engine.rules.rulebook_in_force = LATER
                    engine.rules.calendar_in_force = LATER_CALENDAR
                self._step(random.Random(chosen))
            self.log = engine.store.log

    def _step(self, chance: random.Random) -> None:
        self.engine.clock.advance(chance.choice(PAUSES))
        state = reduce(TICKET.evolve, self.engine.store.load(self.ticket), TICKET.empty())
        command, actor = self._chosen(state, chance)
        before, desk, refusal = self._stored(), self._desk(actor), ""
        try:
            do(self.engine, command, actor)
        except DomainError as error:
            refusal = error.code
        events = tuple(one.event for one in self.engine.store.log[before[0] :])
        is_stored = self._stored() != before
        self.steps.append(Step(state, command, desk, events, refusal, is_stored))

    def _chosen(self, state: Any, chance: random.Random) -> tuple[Command, Actor]:
        done = Counter(type(step.command) for step in self.steps if step.events)
        # What is always allowed, such as a slip, would else be most of the walk.
        acts = sorted(TICKET_ACTS, key=lambda act: done[act.command] + 2 * chance.random())
        first = self._filled(acts[0], state, chance)
        if chance.random() < BLIND:
            return first[0], chance.choice(STAFF)
        tries = (self._filled(act, state, chance) for act in acts)
        return next((it for it in tries if self._is_legal(state, *it)), first)

    def _filled(self, act: Act, state: Any, chance: random.Random) -> tuple[Command, Actor]:
        hints = hints_of(act.command)
        names = {
            "ticket_id": (self.ticket,),
            "matter_id": (self.ticket,),
            "order_id": _known(state.orders, chance),
            "slip_id": _known(state.open_slips, chance),
            "warning_id": _known(state.warnings, chance),
            **_of_a_clock(state, chance),
        }
        values = {
            name: self._value(hints[name], names.get(name) or CHOICES.get(name, ()), chance)
            for name in act.command.__struct_fields__
        }
        return act.command(**values), _usual(act, _addressed(state, values))

    def _value(self, hint: Any, options: tuple[Any, ...], chance: random.Random) -> Any:
        if get_origin(hint) is Annotated:
            return self._value(get_args(hint)[0], options, chance)
        if get_origin(hint) is UnionType:
            members = [one for one in get_args(hint) if one is not NoneType]
            return (
                options[0]
                if options and chance.random() < 0.7
                else chance.choice([None, self._value(members[0], options, chance)])
            )
        if isinstance(hint, type) and issubclass(hint, Personal):
            return hint(TEXT.plain)
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            return chance.choice(options or list(hint))
        return chance.choice((True, False) if hint is bool else options)

    def _desk(self, actor: Actor) -> Desk:
        rules = self.engine.rules
        return Desk(
            now=self.engine.clock.now(), actor=actor, calendar=rules.calendar(),
            rulebook=rules.rulebook(), units=UNITS, stream_id=self.ticket,
        )  # fmt: skip

    def _is_legal(self, state: Any, command: Command, actor: Actor) -> bool:
        return not isinstance(decided(state, command, self._desk(actor)), str)

    def _stored(self) -> tuple[int, int, Any]:
        store = self.engine.store
        return len(store.log), len(store.answers), dict(store.numbers)


def _of_a_clock(state: Any, chance: random.Random) -> dict[str, tuple[Any, ...]]:
    """One of the limits of the ticket, and the level that it warns of next."""
    running = [clock.key for clock in state.clocks.values() if clock.is_running]
    known = running if running and chance.random() > BLIND else state.clocks
    clock = state.clocks.get(chance.choice(_known(known, chance)))
    if clock is None:
        return {"subject": ("none",)}
    levels = [warning.level for warning in clock.due.warnings if warning.level not in clock.raised]
    return {
        "kind": (clock.kind,), "subject": (clock.subject,),
        "level": tuple(levels[:1] or WarningLevel),
    }  # fmt: skip


def _known(ids: Collection[str], chance: random.Random) -> tuple[str, ...]:
    return tuple(ids) if ids and chance.random() > BLIND else (*ids, "none")


def _addressed(state: Any, values: dict[str, Any]) -> str | None:
    """The unit that the order, the slip or the warning went to; none if it is the hall's own."""
    for known, name in ((state.orders, "order_id"), (state.warnings, "warning_id")):
        if values.get(name) in known:
            unit: str | None = known[values[name]].unit
            return unit
    return state.open_slips.get(values.get("slip_id"), "RS")


def _usual(act: Act, unit: str | None) -> Actor:
    may = [actor for actor in STAFF if actor.may(*act.by)]
    if unit is None:
        return next(actor for actor in may if actor.unit == "HALL")
    return officer_of(unit) if may[0].unit == "RS" else may[0]


def decided(state: Any, command: Command, desk: Desk) -> tuple[Event, ...] | str:
    try:
        return tuple(BY_COMMAND[type(command)].decide(state, command, desk))
    except DomainError as refusal:
        return refusal.code
