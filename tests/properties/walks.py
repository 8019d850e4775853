"""Walks: one matter, and staff who try what a list of numbers tells them.

Each number chooses an act from the registry, fills its fields by name and type, and lets somebody
try it; so an act added to the registry joins by itself. What is particular to tickets and to
cases stands in the course that a walk takes.
"""

import enum
import os
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property, reduce
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from hypothesis import Phase, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bancheng.app.acts.act import Act, Aggregate
from bancheng.app.acts.assistance import ASSISTANCE
from bancheng.app.engine import Engine
from bancheng.app.matter_files import files_of
from bancheng.app.names import names_on_file, reporter_on_file
from bancheng.app.opening import on_file
from bancheng.app.registry import ACTS, BY_COMMAND
from bancheng.domain.case.procedure import ProcedureNotice
from bancheng.domain.case.state import Case
from bancheng.domain.commands import Command, Desk
from bancheng.domain.complaint.deadline import SubmitResult
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Channel, Event, Place
from bancheng.domain.gathering import GatherMatter, ReleaseMatter
from bancheng.domain.holding.leaving import PassOnWork, TakeBackWork
from bancheng.domain.holding.taking import AssignWork, ClaimWork, GiveBackWork
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import ServiceItem
from bancheng.domain.matter_files import MatterFile
from bancheng.domain.notices.recording import (
    RecordNoticeFailed,
    RecordNoticeSent,
    ResendNotice,
)
from bancheng.domain.notices.terms import NoticeChannel
from bancheng.domain.people import Actor, Personal, Role
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.privacy.events import (
    PersonalDataErased,
    ProcessingRestricted,
    RestrictionLifted,
)
from bancheng.domain.recusal import DenyRecusal, LiftRecusal, OrderRecusal, RequestRecusal
from bancheng.domain.supervision.answering import CloseMeasure, ExtendAnswer
from bancheng.domain.supervision.climbing import ClimbLadder, DeclineMeasure, SignMeasure
from bancheng.domain.supervision.conduct import CardFinding, GiveConductCard
from bancheng.domain.supervision.events import (
    AnswerExtended,
    MeasureAnswered,
    MeasureClosed,
    MeasureDeclined,
    MeasureProposed,
    MeasureTaken,
)
from bancheng.domain.supervision.taking import (
    CallToInterview,
    IssueBulletin,
    IssueSupervisionOrder,
    ReferForAccountability,
    SendAdvisoryLetter,
    UrgeUnit,
)
from bancheng.domain.time_limits.conduct import CARDS
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.answering import AnswerWarning, AppealWarning
from bancheng.domain.warnings.events import (
    ConductCardGiven,
    WarningAnswered,
    WarningAppealed,
    WarningAppealRejected,
    WarningRevoked,
)
from bancheng.domain.warnings.matter import Warned
from bancheng.domain.warnings.raising import RaiseWarning, ReplanDueDate
from bancheng.jobs.sweep import SWEEPER
from support.builders import TEXT, officer_of
from support.fakes import a_hall, do
from support.given import (
    CALENDAR,
    CODE,
    EFFICIENCY,
    MEMBERS,
    PERSON,
    ROBOT,
    RULES,
    STAFF,
    START,
    UNITS,
)

PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=3), timedelta(days=2))
ASIDE = 2.5  # so much longer what calls to account is put off than what goes on with the matter
BY_ITSELF = 0.8  # how often, where units are slow, what then has to happen comes first
BLIND = 0.15  # the share of steps taken without looking whether they are allowed
# Nothing has to be kept, or no walk would be long enough for an erasure.
BOOK = replace(RULES, retention=tuple(replace(rule, years=0) for rule in RULES.retention))
LATER = replace(
    BOOK,
    version="2099.1",
    limits=tuple(replace(r, limit=replace(r.limit, amount=30)) for r in RULES.limits),
)
LATER_CALENDAR = replace(CALENDAR, version="2099", working_weekdays=(0, 1), days={})
ABOUT_WARNINGS = {
    ConductCardGiven, WarningAnswered, WarningAppealed, WarningAppealRejected, WarningRevoked,
}  # fmt: skip
ABOUT_MEASURES = {
    MeasureProposed, MeasureDeclined, MeasureTaken, MeasureAnswered, AnswerExtended, MeasureClosed,
}  # fmt: skip
OF_ERASURE = {ProcessingRestricted, RestrictionLifted, PersonalDataErased}
SIGNED = (SignMeasure, DeclineMeasure)
OF_THE_WARNED = {AnswerWarning, AppealWarning}
# They are mostly possible, and change nothing of the matter.
OF_NOTICES = frozenset({RecordNoticeSent, RecordNoticeFailed, ResendNotice})
# They are nearly always allowed and change nothing of the matter, but that it is not over.
CALLING_TO_ACCOUNT = {
    UrgeUnit, IssueSupervisionOrder, SendAdvisoryLetter, IssueBulletin, CallToInterview,
    ReferForAccountability, ExtendAnswer, CloseMeasure, GiveConductCard, CardFinding,
}  # fmt: skip
OF_CONDUCT = frozenset({GiveConductCard, CardFinding})
# Who is recused does nothing any more: a walk would not come far.
OF_RECUSALS = frozenset({RequestRecusal, OrderRecusal, DenyRecusal, LiftRecusal})
# Who has it in hand changes neither what is owed nor who may act.
OF_HOLDING = frozenset({ClaimWork, AssignWork, GiveBackWork, TakeBackWork, PassOnWork})
# What it is part of changes nothing of it.
OF_GATHERING = frozenset({GatherMatter, ReleaseMatter})
Options = Mapping[str, tuple[Any, ...]]
numbers = st.lists(st.integers(0, 2**20), min_size=15, max_size=40)
# To shrink a walk of forty acts takes minutes. Who looks into a failure asks for it: SHRINK=1.
_PHASES = [one for one in Phase if one is not Phase.explain]
_PHASES = _PHASES if "SHRINK" in os.environ else [Phase.explicit, Phase.generate]
few = settings(derandomize=True, max_examples=20, deadline=None, database=None, phases=_PHASES)


@cache
def hints_of(command: type[Command]) -> dict[str, Any]:
    return get_type_hints(command, include_extras=True)


@cache
def asked_for(hint: Any) -> tuple[Any, bool]:
    """What a field with ``hint`` takes, and whether it may be left out. A walk asks very often."""
    if get_origin(hint) is Annotated:
        return asked_for(get_args(hint)[0])
    if get_origin(hint) in (UnionType, Union):
        members = [one for one in get_args(hint) if one is not NoneType]
        return asked_for(members[0])[0], True
    return hint, False


@dataclass(frozen=True, eq=False)
class Course:
    """What a walk must know of a kind of matter: how one begins, what there is to name, who acts.

    ``options`` are the values worth trying for the fields of an act, and ``usual`` is who does it
    with the values that were chosen. ``exits`` are acts that are taken seldom: they end the walk.
    ``eager`` are taken soon: they take several steps while a time runs. ``prepared`` makes what
    there has to be before, ``others`` are the matters among it. ``late``: its units are slow.
    ``openings`` are the ways to begin, where who may depends on what the command says. ``window``
    is where all of it is done, if at one.
    """

    kind: Aggregate
    opening: Callable[[random.Random], tuple[Command, Actor]]
    options: Callable[[Act, Any, random.Random], Options]
    usual: Callable[[Act, Any, Mapping[str, Any]], Actor]
    offered: Mapping[str, ServiceItem] = field(default_factory=dict)
    exits: frozenset[type[Command]] = frozenset()
    eager: frozenset[type[Command]] = frozenset()
    prepared: Callable[[Engine], object] = lambda _: None
    others: tuple[str, ...] = ()
    late: bool = False
    openings: Callable[[random.Random], Command] | None = None
    window: str | None = None

    @cached_property
    def acts(self) -> list[Act]:
        return [act for act in ACTS if self.kind in act.on and not act.opens]


# Purposes of the book, and what may be opened for some of them.
SESSION = "session-1"
PROOF = "a digest, beside the log"
TO_OPEN = {
    "purpose": ("contact", "call_back", "bad_rating", "identify"),
    "fields": tuple(
        (one,)
        for one in (
            PersonalField.NAME,
            PersonalField.FULL_TEXT,
            PersonalField.PHONE,
            PersonalField.AGENT_NAME,
        )  # one of these is on file
    ),
}


@dataclass
class Step:
    """One command, the matter before it and how long the log was then, and what came of it."""

    before: Any
    position: int
    command: Command
    desk: Desk
    events: tuple[Event, ...]
    refusal: str
    is_stored: bool


@dataclass
class Walk:
    """A hall in which one matter goes through what the numbers say, from its ``opening``."""

    course: Course
    numbers: list[int]
    changes_at: int = -1
    pauses: tuple[timedelta, ...] = PAUSES
    matter: str = ""
    opening: Step = field(init=False)
    steps: list[Step] = field(default_factory=list)
    log: list[Any] = field(default_factory=list)
    changed_at: datetime | None = None
    looked_up: tuple[int, frozenset[PersonalField]] = (-1, frozenset())
    files: Mapping[str, MatterFile] = field(default_factory=dict)
    beside: Mapping[str, MatterFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with a_hall("memory", None) as engine:
            self.engine = engine
            engine.ids.one_time_code = lambda _: CODE
            engine.rules.items_on_offer.update(self.course.offered)
            engine.rules.open_sessions = frozenset({SESSION})
            engine.rules.rulebook_in_force = BOOK
            self.course.prepared(engine)
            opening = self.course.opening(random.Random(sum(self.numbers)))
            self.opening = self._taken(self.course.kind.empty(), *opening)
            self.matter = engine.store.log[self.opening.position].stream_id
            for number, chosen in enumerate(self.numbers):
                chance = random.Random(chosen)
                engine.clock.advance(chance.choice(self.pauses))
                if number == self.changes_at:
                    engine.rules.rulebook_in_force = LATER
                    self.changed_at = engine.clock.now()
                    engine.rules.calendar_in_force = replace(
                        LATER_CALENDAR, published_at=self.changed_at
                    )
                self._step(chance)
            self.log = [one for one in engine.store.log if one.stream_id == self.matter]

    def _step(self, chance: random.Random) -> None:
        kind = self.course.kind
        state = reduce(kind.evolve, self.engine.store.load(self.matter), kind.empty())
        self.steps.append(self._taken(state, *self._chosen(state, chance)))

    def _taken(self, state: Any, command: Command, actor: Actor) -> Step:
        before, desk, refusal = self._stored(), self._desk(actor), ""
        try:
            self._do(command, actor)
        except DomainError as error:
            refusal = error.code
        events = tuple(one.event for one in self.engine.store.log[before[0] :])
        is_stored = self._stored() != before
        return Step(state, before[0], command, desk, events, refusal, is_stored)

    def _do(self, command: Command, actor: Actor) -> None:
        place = Place(Channel.WINDOW, self.course.window)
        do(self.engine, command, actor, proof=PROOF, place=place)

    def _chosen(self, state: Any, chance: random.Random) -> tuple[Command, Actor]:
        done = Counter(type(step.command) for step in self.steps if step.events)
        # What is always allowed, such as a supervision order, would else be most of the walk.
        # With a chance of their own, so that no walk is another one for them.
        beside, own = (
            random.Random(len(self.steps)),
            OF_NOTICES | CALLING_TO_ACCOUNT | OF_HOLDING | OF_GATHERING,
        )
        weight = {
            act.command: done[act.command] + 2 * (beside if act.command in own else chance).random()
            for act in self.course.acts
        }
        weight |= {command: weight[command] + 2 for command in self.course.exits}
        # Last of all: they are possible where nothing else is, and would keep others away there.
        weight |= {command: weight[command] + 9 for command in OF_NOTICES & self.course.exits}
        weight |= {command: weight[command] - 1 for command in self.course.eager}
        aside = CALLING_TO_ACCOUNT | ((OF_HOLDING | OF_GATHERING) - self.course.eager)
        weight |= {one: weight[one] + ASIDE for one in aside if one in weight}
        acts = sorted(self.course.acts, key=lambda act: weight[act.command])
        first = self.filled(acts[0], state, chance)
        if chance.random() < BLIND:
            return first[0], chance.choice(STAFF)
        tries = (self.filled(act, state, chance) for act in acts)
        return next((it for it in tries if self._is_legal(state, *it)), first)

    def filled(
        self, act: Act, state: Any, chance: random.Random, desk: Desk | None = None
    ) -> tuple[Command, Actor]:
        hints, names = hints_of(act.command), act.command.__struct_fields__
        options = {
            "erasure_id": ("erasure-1",),
            "erase_from": (START.date(),),
            "answer_working_days": (2,),
            act.command.about_field: (self.matter,),
            **({"warning_id": known(state.warnings, chance)} if "warning_id" in names else {}),
            **({"measure_id": _measures(act, state, chance)} if "measure_id" in names else {}),
            **(_of_a_deadline(state, chance) if {"kind", "subject"} <= {*names} else {}),
            **({"notice": (self._notice(desk),)} if "notice" in names else {}),
            **TO_OPEN,
            "keeps": ((), tuple(PersonalField)),
            **({"at": (self._hearing_day(desk),)} if "at" in names else {}),
            **self.course.options(act, state, chance),
            **(_of_a_notice(state) if "notice_id" in names else {}),
            **(_of_a_measure(state, chance) if "stands_on" in names else {}),
            **(_of_conduct(state) if act.command in OF_CONDUCT else {}),
            **({"staff_id": _to_be_recused(act, state)} if act.command in OF_RECUSALS else {}),
            **(_to_hold(act, state) if act.command in OF_HOLDING else {}),
            **(_to_gather(act, state, self.course) if act.command in OF_GATHERING else {}),
        }
        values = {name: self._value(hints[name], options.get(name, ()), chance) for name in names}
        return act.command(**values), self.course.usual(act, state, values)

    def _hearing_day(self, desk: Desk | None) -> datetime:
        """The first noon that the notice of a hearing leaves time for, by these rules."""
        laid = self._desk(STAFF[0]) if desk is None else desk
        limit = laid.rulebook.limit_for("case.hearing_notice", item_type=PowerType.LICENCE)
        assert limit is not None
        return laid.due(limit, "case.hearing_notice").due_at - timedelta(hours=12)

    def _notice(self, desk: Desk | None) -> ProcedureNotice:
        now = self.engine.clock.now() if desk is None else desk.now
        today = CALENDAR.local(now).date()
        return ProcedureNotice(number="告知1号", told_on=today, working_days=3)

    def _value(self, hint: Any, options: tuple[Any, ...], chance: random.Random) -> Any:
        wanted, may_be_left_out = asked_for(hint)
        if not may_be_left_out:
            return self._given(wanted, options, chance)
        if options and chance.random() < 0.7:
            return options[0]
        return chance.choice([None, self._given(wanted, options, chance)])

    def _given(self, wanted: Any, options: tuple[Any, ...], chance: random.Random) -> Any:
        if isinstance(wanted, type) and issubclass(wanted, Personal):
            named = (one for one in options if isinstance(one, wanted))
            return next(named, wanted(TEXT.plain))
        if isinstance(wanted, type) and issubclass(wanted, enum.Enum):
            return chance.choice(options or list(wanted))
        return chance.choice((True, False) if wanted is bool else options)

    def _desk(self, actor: Actor) -> Desk:
        rules = self.engine.rules
        return Desk(
            now=self.engine.clock.now(), actor=actor, calendar=rules.calendar(),
            rulebook=rules.rulebook(), units=UNITS, staff=MEMBERS, items=self.course.offered,
            person=PERSON, stream_id=self.matter, one_time_code=CODE,
            on_file=names_on_file(
                self.matter, self.engine.store.load, self.engine.vault.open
            ),
            reporter=reporter_on_file(
                self.matter, self.engine.store.load, self.engine.vault.open
            ),
            openable=self._openable(), sessions=rules.open_sessions, files=self.files,
            in_hand=rules.held_parts,
        )  # fmt: skip

    def _openable(self) -> frozenset[PersonalField]:
        """What the matter has of people; looked up once for each length of its log."""
        told = len(self.engine.store.log)
        if self.looked_up[0] != told:
            load, holders = self.engine.store.load, self.engine.rules.holders
            self.looked_up = told, frozenset(on_file(self.matter, load))
            # Nothing happens to the others: they are read once.
            self.beside = self.beside or files_of(self.course.others, load, holders)
            self.files = {**self.beside, **files_of((self.matter,), load, holders)}
        return self.looked_up[1]

    def _is_legal(self, state: Any, command: Command, actor: Actor) -> bool:
        return not isinstance(decided(state, command, self._desk(actor)), str)

    def _stored(self) -> tuple[int, int, Any]:
        store = self.engine.store
        return len(store.log), len(store.answers), dict(store.numbers)


def _to_be_recused(act: Act, state: Any) -> tuple[str, ...]:
    """Somebody of whom it was asked or ordered, or else anybody."""
    known_already = tuple(state.recusals)
    if act.command in (DenyRecusal, LiftRecusal) and known_already:
        return known_already
    # Not whoever alone chairs hearings, nor the second without whom nothing is surveyed, nor the
    # other handler, whom tickets go to.
    surveys = act.command is OrderRecusal and isinstance(state, Case)
    alone = ("second-", "third-", "h2") if surveys else ("third-", "h2")
    members = [one for one in MEMBERS if not one.startswith(alone)]
    return (*members, *(f"head-{unit}" for unit in sorted(UNITS)))


def _to_hold(act: Act, state: Any) -> Options:
    """Who has something in hand, and somebody who might."""
    holders = tuple(sorted({one.staff_id for one in state.holders.values()})) or ("none",)
    return {
        "staff_id": holders if act.command is TakeBackWork else tuple(MEMBERS),
        "from_staff": holders, "to_staff": tuple(MEMBERS), "hand_over_id": ("hand-over-1",),
    }  # fmt: skip


def _to_gather(act: Act, state: Any, course: Course) -> Options:
    gathered = tuple(state.gathered_in) or ("none",)
    there = tuple(one for one in course.others if one.startswith(ASSISTANCE.prefix))
    return {"assistance_id": there if act.command is GatherMatter else gathered}


def _of_a_notice(state: Any) -> Options:
    return {
        "notice_id": (min(state.failed_notices, default="notice-1"),),
        "of_topic": ("complaint.ticket-accepted",), "text": ("已受理",), "tries": (1,),
        "channel": tuple(NoticeChannel), "unit": ("RS",), "post": (Role.HANDLER,),
        "route": ("sms",), "sent_at": (START,), "message_id": ("notice-1",),
        "fault": ("HTTP_500",),
    }  # fmt: skip


def _measures(act: Act, state: Any, chance: random.Random) -> tuple[str, ...]:
    """The measures of the matter; for who signs mostly those that wait for a signature."""
    proposed = [id_ for id_, one in state.measures.items() if one.proposed]
    signs = act.command in SIGNED
    return known(proposed if signs and proposed else state.measures, chance)


def _of_conduct(state: Any) -> Options:
    units = [unit for unit in sorted(UNITS) if state.involves(unit)]
    return {
        "unit": tuple(units),
        "conduct": tuple(one.code for one in RULES.conducts),
        "level": CARDS,
        "finding_id": tuple(f"step_overdue/e{n}" for n in range(9)),
    }


def _of_a_measure(state: Any, chance: random.Random) -> Options:
    """A ground of the book, and what shows it: mostly a warning or a limit that there is."""
    shown = [*state.warnings, *(f"{one.key}/{one.run}" for one in state.deadlines.values())]
    units = sorted(UNITS)
    owing = [unit for unit in units if state.owes(unit)]
    return {
        "unit": tuple(owing or [unit for unit in units if state.involves(unit)]),
        "ground": ("overdue", "untrue_record"),
        "stands_on": known(shown, chance),
    }


@dataclass
class ToldLater(Walk):
    """A walk on which the clock gives the warnings, and acts are told as of before.

    At the desk as of some time since what a person did last, as far as that is allowed; a result
    may come from another system, as of any time.
    """

    def _do(self, command: Command, actor: Actor) -> None:
        if isinstance(command, RaiseWarning | ReplanDueDate):
            do(self.engine, command, SWEEPER, place=Place(Channel.SYSTEM))
            return
        chance = random.Random(len(self.engine.store.log))
        now, last = self.engine.clock.now(), self._last_of_people()
        is_elsewhere = isinstance(command, SubmitResult) and chance.random() < 0.7
        since = timedelta(days=12) if is_elsewhere or last is None else now - last
        told: dict[str, Any] = {"occurred_at": now - chance.random() * since}
        if is_elsewhere:
            told |= {"source_system": "old", "source_id": "1", "batch_id": "b"}
        try:
            do(self.engine, command, actor, **told)
        except DomainError:
            do(self.engine, command, actor)

    def _last_of_people(self) -> datetime | None:
        of_people = (
            one.envelope.occurred_at
            for one in self.engine.store.load(self.matter)
            if one.envelope.channel is not Channel.SYSTEM
        )
        return max(of_people, default=None)


@dataclass
class LeftLate(Walk):
    """A walk on which the days go by, and mostly what the ladder calls for is done."""

    pauses: tuple[timedelta, ...] = (timedelta(hours=3), timedelta(days=1), timedelta(days=2))

    def _chosen(self, state: Any, chance: random.Random) -> tuple[Command, Actor]:
        if chance.random() < BY_ITSELF:
            signing = [act for act in self.course.acts if act.command in SIGNED]
            signed = [self.filled(act, state, chance) for act in signing]
            for one in (*chance.sample(signed, len(signed)), *_rungs(self.matter, state)):
                if self._is_legal(state, *one):
                    return one
        return super()._chosen(state, chance)


def _rungs(matter: str, state: Any) -> Iterator[tuple[Command, Actor]]:
    for one in state.deadlines.values():
        named = {"matter_id": matter, "kind": one.kind, "subject": one.subject}
        yield ClimbLadder(**named), ROBOT
        yield RaiseWarning(**named, level=WarningLevel.RED), EFFICIENCY


@cache
def walk_of(course: Course, seed: int) -> Walk:
    """A walk that is the same each time, for laws that need rare things and know where they are."""
    chance, walk = random.Random(seed), LeftLate if course.late else Walk
    changes_at = -1 if course.late else seed % 20
    return walk(course, [chance.randrange(2**20) for _ in range(40)], changes_at=changes_at)


def _of_a_deadline(state: Any, chance: random.Random) -> Options:
    """One of the limits of the matter, and the level that it warns of next."""
    running = [deadline.key for deadline in state.deadlines.values() if deadline.is_running]
    keys = running if running and chance.random() > BLIND else state.deadlines
    deadline = state.deadlines.get(chance.choice(known(keys, chance)))
    if deadline is None:
        return {"subject": ("none",)}
    levels = [
        warning.level for warning in deadline.due.warnings if warning.level not in deadline.raised
    ]
    return {
        "kind": (deadline.kind,), "subject": (deadline.subject,),
        "level": tuple(levels[:1] or WarningLevel),
    }  # fmt: skip


def holder_of(warned: Warned) -> Actor:
    """Who holds the post that a card names."""
    if warned.unit is not None:
        return officer_of(warned.unit)
    roles = warned.kind.answered_by(None)
    return next(actor for actor in STAFF if actor.may(*roles))


def known(ids: Collection[str], chance: random.Random) -> tuple[str, ...]:
    """``ids``, and sometimes, or if there are none, one that does not exist."""
    return tuple(ids) if ids and chance.random() > BLIND else (*ids, "none")


def decided(state: Any, command: Command, desk: Desk) -> tuple[Event, ...] | str:
    """What the rules say to ``command``: its events, or the code of the refusal."""
    try:
        return tuple(BY_COMMAND[type(command)].decide(state, command, desk))
    except DomainError as refusal:
        return refusal.code
