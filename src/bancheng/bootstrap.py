"""The only place that chooses adapters: `build(config)` → `Container`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import sqlalchemy

from bancheng.app.engine import Engine
from bancheng.app.ports import Clock, Ids
from bancheng.app.registry import BY_COMMAND
from bancheng.app.shapes import read_types
from bancheng.config import Config
from bancheng.hall_data import log_beside, masters_of, opened
from bancheng.hall_notices import Room as NoticeRoom
from bancheng.hall_notices import sending_of, settings_of
from bancheng.hall_rules import (
    CALENDAR_SECONDS,
    HallRules,
    PublishedCalendar,
    PublishedRules,
    rules_of,
    unit_names,
)
from bancheng.hall_ways_in import Room, ends_of, ways_into
from bancheng.infra import database
from bancheng.infra.access_log import CommittedAccesses
from bancheng.infra.bookmarks import Bookmark, PlannedBookmark
from bancheng.infra.clock import RandomIds, SystemClock
from bancheng.infra.codec import Codec, read_event_types
from bancheng.infra.enrolment import Enrolments
from bancheng.infra.hall_keys import HallKeys
from bancheng.infra.identity import Identity
from bancheng.infra.key_remains import KeyRemains
from bancheng.infra.leadership import Leadership
from bancheng.infra.likely_repeats import LikelyRepeats
from bancheng.infra.notice_queue import NoticeQueue
from bancheng.infra.notice_settings import NoticeSettings
from bancheng.infra.outer_sign_in import Provider
from bancheng.infra.outer_staff import OuterStaff
from bancheng.infra.password_sign_in import PasswordSignIn
from bancheng.infra.person_index import PersonIndex
from bancheng.infra.person_indexing import PersonIndexing
from bancheng.infra.person_search import PersonSearch
from bancheng.infra.rulebooks import load_rulebook
from bancheng.infra.sealed_steps import SealedSteps
from bancheng.infra.sessions import Sessions
from bancheng.infra.store import Store
from bancheng.infra.vault import KeyVault
from bancheng.jobs import (
    Erasing,
    HandingOver,
    Noticing,
    Reactor,
    Replanning,
    Sending,
    Succession,
    Sweep,
    Sweeper,
    Telling,
)
from bancheng.projections.ledger.cursors import Cursor
from bancheng.projections.machine.base import Database
from bancheng.projections.machine.batches import ALONE, BESIDE_OTHERS, Batches
from bancheng.projections.machine.rebuild import Builder
from bancheng.projections.machine.runner import Runner
from bancheng.projections.registry import PROJECTIONS

# After how many of them nobody decides by an old calendar any more: the last one who looked it up
# may use it for one, and be as slow again, and then some.
CALENDARS_SETTLED = 3


@dataclass(frozen=True, kw_only=True)
class Container:
    """What an installation is made of."""

    config: Config
    database: sqlalchemy.Engine
    clock: Clock
    store: Store
    engine: Engine
    runner: Runner
    batches: Batches
    builder: Builder
    sweep: Sweep
    reactor: Reactor
    succession: Succession
    handing_over: HandingOver
    erasing: Erasing
    noticing: Noticing
    telling: Telling
    notices: NoticeQueue
    sending: Sending
    indexing: PersonIndexing
    person_search: PersonSearch
    likely_repeats: LikelyRepeats
    sweeper: Sweeper
    calendar: PublishedCalendar
    rulebook: PublishedRules
    rules: HallRules
    identity: Identity
    sessions: Sessions
    passwords: PasswordSignIn
    enrolments: Enrolments
    steps: SealedSteps
    providers: Mapping[str, Provider]
    outer_staff: OuterStaff
    keys: sqlalchemy.Engine
    accesses: CommittedAccesses

    @contextmanager
    def in_bulk(self) -> Iterator["Container"]:
        """The hall for work that can be repeated: it is on the disk, all of it, at the end.

        Until then no other unit takes work, and no other window is there, than at the beginning.
        """
        # Thousands of acts would ask the database for them, each.
        units, windows = self.rules.units(), self.rules.windows()
        rules = replace(self.rules, open_units=lambda: units, open_windows=lambda: windows)
        with self.store.in_bulk() as store:
            engine = replace(self.engine, store=store, rules=rules)
            yield replace(self, store=store, rules=rules, engine=engine)

    def close(self) -> None:
        """Stop what runs and give the connections back."""
        self.sweeper.stop()
        self.sending.close()
        self.runner.stop()
        self.accesses.close()
        self.database.dispose()
        self.keys.dispose()


def build(config: Config, *, clock: Clock | None = None, ids: Ids | None = None) -> Container:
    """The hall of ``config``, its tables in place. ``clock`` and ``ids`` serve tests and demo."""
    read_event_types()
    read_types([*BY_COMMAND, Cursor])
    clock = clock or SystemClock()
    ids = ids or RandomIds(clock)
    settings = settings_of(config)  # before anything is opened that a fault would leave open
    masters = masters_of(config)
    data = opened(config, masters)
    accesses = CommittedAccesses(log_beside(data, config), clock, config.hash_algorithm)
    hall_keys = HallKeys.opened(data, masters)
    keys = database.connect(config.database_url)
    vault = KeyVault(keys, masters, hall_keys, clock=clock, ids=ids)
    codec = Codec(vault)
    index = PersonIndex(hall_keys.of("person_index"), vault.open)
    indexing = PersonIndexing(data, codec, index)
    store = Store(data, codec, index, algorithm=config.hash_algorithm)
    batch = ALONE if database.is_postgresql(data) else BESIDE_OTHERS
    batches = Batches(store, vault, batch, codec.warm)
    builder, runner = _followed(_views_of(data), batches)
    store.on_append(runner.wake)
    calendar = PublishedCalendar(data)
    rulebook = PublishedRules(data, calendar, clock, load_rulebook(config.rulebook))
    sessions = Sessions(data, clock, ids, ends_of(config))
    identity = Identity(data, clock, sessions)
    rules = rules_of(data, calendar, rulebook, identity.sessions_of)
    engine = Engine(store, vault, clock, ids, rules, config.hall)
    notices = _notices_of(settings, NoticeRoom(config, engine, NoticeQueue(data), accesses))
    return Container(
        config=config,
        database=data,
        keys=keys,
        accesses=accesses,
        clock=clock,
        store=store,
        engine=engine,
        runner=runner,
        batches=batches,
        builder=builder,
        calendar=calendar,
        rulebook=rulebook,
        indexing=indexing,
        person_search=PersonSearch(index),
        likely_repeats=LikelyRepeats(index),
        rules=rules,
        identity=identity,
        sessions=sessions,
        **notices._asdict(),
        **_jobs_of(
            engine, data, runner, indexing, vault=vault, notices=notices, rules=rules
        )._asdict(),
        **ways_into(config, Room(engine, sessions, data, vault, hall_keys, runner))._asdict(),
    )


def _followed(views: Database, batches: Batches) -> tuple[Builder, Runner]:
    """What builds the read models, all of which are there now, and what has them follow."""
    builder = Builder(views, batches)
    builder.ensure(PROJECTIONS)
    return builder, Runner(views, batches, PROJECTIONS)


def _views_of(data: sqlalchemy.Engine) -> Database:
    """How the read models that stand in ``data`` are read and written."""
    return Database(
        write=lambda: database.write(data, durable=False),
        read=lambda: database.read(data),
        exchange=lambda connection: database.exchange(data, connection),
    )


class _Notices(NamedTuple):
    notices: NoticeQueue
    noticing: Noticing
    telling: Telling
    sending: Sending


def _notices_of(settings: NoticeSettings, room: NoticeRoom) -> _Notices:
    """Who is told what, and by which ways it goes out."""
    engine, queue = room.engine, room.queue
    names = partial(unit_names, room.queue.engine)
    noticing = Noticing(engine, queue, settings.routes, names)
    return _Notices(queue, noticing, Telling(engine, queue), sending_of(settings, room))


class _Jobs(NamedTuple):
    sweep: Sweep
    reactor: Reactor
    succession: Succession
    handing_over: HandingOver
    erasing: Erasing
    sweeper: Sweeper


def _jobs_of(
    engine: Engine,
    data: sqlalchemy.Engine,
    runner: Runner,
    indexing: PersonIndexing,
    *,
    vault: KeyVault,
    notices: _Notices,
    rules: HallRules,
) -> _Jobs:
    """What the hall does by itself."""

    def board_has(position: int) -> bool:
        return runner.wait(position, ("deadline_board",))

    sweep = Sweep(engine, data, board_has)
    patience = CALENDARS_SETTLED * CALENDAR_SECONDS
    replanning = Replanning(sweep, PlannedBookmark(data), board_has, patience)
    reactor = Reactor(engine, Bookmark(data, "reactor"))
    succession = Succession(engine, data, runner.wait)
    handing_over = HandingOver(
        lambda: replace(engine, rules=rules.for_a_batch()), data, runner.wait
    )
    erasing = Erasing(engine, data, runner.wait, KeyRemains(data).clean)
    sweeper = Sweeper(
        sweep,
        reactor,
        replanning,
        succession,
        Leadership(data),
        indexing=indexing,
        handing_over=handing_over,
        erasing=erasing,
        noticing=notices.noticing,
        telling=notices.telling,
        keys=vault,
    )
    return _Jobs(sweep, reactor, succession, handing_over, erasing, sweeper)
