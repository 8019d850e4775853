"""Laws of a ticket: what holds on any way its staff may take, allowed or not.

A walk is a list of numbers. Each chooses an act from the registry, fills its fields by name and
type, and lets somebody try it; so an act added to the registry joins by itself.
"""

import enum
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, reduce
from types import NoneType, UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bancheng.app.registry import ACTS, BY_COMMAND, TICKET, Act
from bancheng.domain.commands import Command, Desk
from bancheng.domain.complaint.deadline import ExtensionGranted, ResultSubmitted
from bancheng.domain.complaint.dispatch import WorkOrderDispatched
from bancheng.domain.complaint.supervise import TicketReopened
from bancheng.domain.complaint.terms import OrderStatus, Status, TicketCategory
from bancheng.domain.complaint.verify import ReworkOrdered
from bancheng.domain.errors import DomainError
from bancheng.domain.events import TOPICS, Event
from bancheng.domain.people import Actor, Personal
from bancheng.infra.codec import Codec
from support.builders import REPORTER, TEXT, officer_of, reporting
from support.fakes import PlainVault, a_hall, do, opened
from support.given import CALENDAR, CLERK, RULES, STAFF, UNITS

PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=3), timedelta(days=1))
BLIND = 0.15  # the share of steps taken without looking whether they are allowed
TICKET_ACTS = [act for act in ACTS if act.on is TICKET and not act.opens]
CHOICES: dict[str, tuple[Any, ...]] = {
    "unit": ("RS", "YB", "GA"), "lead_unit": ("RS", "GA"), "units": (("RS",), ("RS", "YB")),
    "co_units": ((), ("YB",)), "cause": ("delay",), "complexity": ("simple", "general", "hard"),
    "target": ("petition_office",), "reason": ("litigation", "not_our_duty"),
    "limit_working_days": (None, 3), "feedback_working_days": (2,),
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
        acts = chance.sample(TICKET_ACTS, len(TICKET_ACTS))
        first = self._filled(acts[0], state, chance)
        if chance.random() < BLIND:
            return first[0], chance.choice(STAFF)
        tries = (self._filled(act, state, chance) for act in acts)
        return next((it for it in tries if self._is_legal(state, *it)), first)

    def _filled(self, act: Act, state: Any, chance: random.Random) -> tuple[Command, Actor]:
        hints = hints_of(act.command)
        names = {
            "ticket_id": (self.ticket,),
            "order_id": (*state.orders, "none"),
            "slip_id": (*state.open_slips, "none"),
        }
        values = {
            name: self._value(hints[name], names.get(name) or CHOICES.get(name, ()), chance)
            for name in act.command.__struct_fields__
        }
        order = state.orders.get(values.get("order_id"))
        unit = order.unit if order else state.open_slips.get(values.get("slip_id"), "RS")
        usual = next(actor for actor in STAFF if actor.may(*act.by))
        return act.command(**values), officer_of(unit) if usual.unit == "RS" else usual

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
            return chance.choice(list(hint))
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


def decided(state: Any, command: Command, desk: Desk) -> tuple[Event, ...] | str:
    try:
        return tuple(BY_COMMAND[type(command)].decide(state, command, desk))
    except DomainError as refusal:
        return refusal.code


def reread(recorded: Any) -> Any:
    """``recorded`` as it comes back from the log: personal values sealed."""
    codec = Codec(PlainVault())
    envelope, event = codec.decode(*codec.encode(recorded.envelope, recorded.event))
    return replace(recorded, envelope=envelope, event=event)


chosen = st.lists(st.integers(0, 2**20), min_size=15, max_size=40)
walks = st.builds(Walk, chosen)
few = settings(derandomize=True, max_examples=20, deadline=None, database=None)


def test_the_walks_go_everywhere():
    missing = {cls for name, cls in TOPICS.items() if name.startswith("complaint.")}
    for seed in range(100):
        chance = random.Random(seed)
        walk = Walk([chance.randrange(2**20) for _ in range(40)])
        missing -= {type(one.event) for one in walk.log}
        if not missing:
            return
    raise AssertionError(f"never seen: {sorted(cls.__name__ for cls in missing)}")


@few
@given(walks)
def test_a_refused_command_leaves_nothing_and_an_allowed_one_something(walk):
    for step in walk.steps:
        assert bool(step.events) is step.is_stored is not bool(step.refusal)


@few
@given(walks)
def test_what_comes_back_from_the_log_leads_to_the_same_decisions(walk):
    state = TICKET.evolve(TICKET.empty(), reread(walk.log[0]))
    rest = iter(walk.log[1:])
    for step in walk.steps:
        assert state == step.before
        if step.refusal != "ROLE_MISSING":
            assert decided(state, step.command, step.desk) == (step.refusal or step.events)
        for _ in step.events:
            state = TICKET.evolve(state, reread(next(rest)))


@few
@given(walks)
def test_a_closed_ticket_says_nothing_but_that_it_is_reopened(walk):
    for step in walk.steps:
        if step.before.status is Status.CLOSED:
            assert {type(event) for event in step.events} <= {TicketReopened}


@few
@given(walks)
def test_every_event_comes_back_from_the_log_as_it_was(walk):
    vault = PlainVault()
    for recorded in walk.log:
        back = reread(recorded)
        assert opened(vault, back.event) == opened(vault, recorded.event)
        assert opened(vault, back.envelope) == opened(vault, recorded.envelope)


@few
@given(walks)
def test_a_ticket_is_resolved_exactly_when_no_unit_owes_anything(walk):
    settled = {OrderStatus.SUBMITTED, OrderStatus.REASSIGNED}
    for step in walk.steps:
        owes = any(order.status not in settled for order in step.before.orders.values())
        assert owes is (step.before.status is Status.DISPATCHED)


@few
@given(numbers=chosen, at=st.integers(0, 20))
def test_a_later_rule_book_or_calendar_changes_no_date_that_was_decided(numbers, at):
    due: dict[str, tuple[datetime, str]] = {}
    for recorded in Walk(numbers, changes_at=at).log:
        event = recorded.event
        if isinstance(event, WorkOrderDispatched | ExtensionGranted | ReworkOrdered):
            due[event.order_id] = (event.due.due_at, event.due.rule_version)
        if isinstance(event, ResultSubmitted):
            verdict = event.verdict
            assert (verdict.due_at, verdict.rule_version) == due[event.order_id]
            assert verdict.on_time is (recorded.envelope.occurred_at < verdict.due_at)
