"""The only place that chooses adapters: `build(config)` → `Container`."""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy

from bancheng.app.engine import Engine
from bancheng.app.ports import Clock, Ids
from bancheng.app.registry import BY_COMMAND
from bancheng.app.shapes import read_types
from bancheng.config import Config
from bancheng.domain.commands import OpenWork
from bancheng.domain.errors import NotAllowed, NotFound
from bancheng.domain.items import ServiceItem
from bancheng.domain.people import Actor
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.rulebook import RuleBook, RuleBookError
from bancheng.infra import database
from bancheng.infra.bookmarks import Bookmark, PlannedBookmark
from bancheng.infra.calendars import national_calendar
from bancheng.infra.clock import RandomIds, SystemClock
from bancheng.infra.codec import Codec, read_event_types
from bancheng.infra.identity import KEY_LABEL, Issuer, bearer
from bancheng.infra.leadership import Leadership
from bancheng.infra.master_key import MasterKey
from bancheng.infra.ownership import check_owner, claim
from bancheng.infra.recorder import Recorder
from bancheng.infra.rulebooks import load_rulebook, shipped_book
from bancheng.infra.schema import create_schema, store_schema
from bancheng.infra.store import Store
from bancheng.infra.vault import KeyVault
from bancheng.jobs import Reactor, Replanning, Succession, Sweep, Sweeper
from bancheng.projections import items, office, publications
from bancheng.projections.ledger.cursors import Cursor
from bancheng.projections.machine.base import Database
from bancheng.projections.machine.batches import ALONE, BESIDE_OTHERS, Batches
from bancheng.projections.machine.rebuild import Builder
from bancheng.projections.machine.runner import Runner
from bancheng.projections.office import MemberRow
from bancheng.projections.open_work import open_work
from bancheng.projections.registry import PROJECTIONS

P = ParamSpec("P")
T = TypeVar("T")
CALENDAR_SECONDS = 1.0
# After how many of them nobody decides by an old calendar any more: the last one who looked it up
# may use it for one, and be as slow again, and then some.
CALENDARS_SETTLED = 3


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
    open_windows: Callable[[], frozenset[str] | None]
    successors_named: Callable[[], Mapping[str, str]]
    work_of_unit: Callable[[str], Sequence[OpenWork]]

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

    def successors(self) -> Mapping[str, str]:
        return self.successors_named()

    def windows(self) -> frozenset[str] | None:
        return self.open_windows()

    def open_work(self, unit: str) -> Sequence[OpenWork]:
        return self.work_of_unit(unit)

    def item(self, code: str, at: datetime) -> ServiceItem | None:
        return self.item_in_force(code, at)

    def knows_item(self, code: str) -> bool:
        return self.item_is_known(code)


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
    sweeper: Sweeper
    calendar: PublishedCalendar
    rulebook: PublishedRules
    rules: HallRules
    issuer: Issuer
    keys: sqlalchemy.Engine

    def authenticate(self, header: str | None) -> Actor:
        """The member of staff whose token ``header`` carries, as they stand now."""
        owner = self.issuer.verify(bearer(header))
        member = self._member(owner.staff_id)
        if member.admitted != owner.admitted:
            raise NotAllowed(
                "TOKEN_REVOKED",
                f"工号「{owner.staff_id}」曾被停用,停用前的令牌不再有效",
                remedy="请重新登录或换领令牌",
            )
        return _actor(member)

    def token(self, staff_id: str, hours: float) -> str:
        """A token for a member of staff, until they are dismissed; ``NotAllowed`` for nobody."""
        return self.issuer.issue(staff_id, hours, self._member(staff_id).admitted)

    def _member(self, staff_id: str) -> MemberRow:
        member = _active(self.database, staff_id)
        if member is None:
            raise NotAllowed(
                "ACCOUNT_INACTIVE", f"工号「{staff_id}」不存在或已停用", remedy="请联系系统管理员"
            )
        return member

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
        self.runner.stop()
        self.database.dispose()
        self.keys.dispose()


def build(config: Config, *, clock: Clock | None = None, ids: Ids | None = None) -> Container:
    """The hall of ``config``, its tables in place. ``clock`` and ``ids`` serve tests and demo."""
    read_event_types()
    read_types([*BY_COMMAND, Cursor])
    clock = clock or SystemClock()
    ids = ids or RandomIds(clock)
    master = MasterKey.of(config.master_key)
    data = _opened(config, master)
    keys = database.connect(config.database_url)
    vault = KeyVault(keys, master, clock=clock, ids=ids)
    codec = Codec(vault)
    store = Store(data, codec, algorithm=config.hash_algorithm)
    views = Database(
        write=lambda: database.write(data, durable=False),
        read=lambda: database.read(data),
        exchange=lambda connection: database.exchange(data, connection),
    )
    batch = ALONE if database.is_postgresql(data) else BESIDE_OTHERS
    batches = Batches(store, vault, batch, codec.warm)
    builder = Builder(views, batches)
    builder.ensure(PROJECTIONS)
    runner = Runner(views, batches, PROJECTIONS)
    store.on_append(runner.wake)
    calendar = PublishedCalendar(data)
    rulebook = PublishedRules(data, calendar, clock, load_rulebook(config.rulebook))
    rules = _rules(data, calendar, rulebook)
    engine = Engine(store, vault, clock, ids, rules, config.hall)

    def board_has(position: int) -> bool:
        return runner.wait(position, ("deadline_board",))

    sweep = Sweep(engine, data, board_has)
    replanning = Replanning(
        sweep, PlannedBookmark(data), board_has, CALENDARS_SETTLED * CALENDAR_SECONDS
    )
    reactor = Reactor(engine, Bookmark(data, "reactor"))
    succession = Succession(engine, data, runner.wait)
    return Container(
        config=config,
        database=data,
        keys=keys,
        clock=clock,
        store=store,
        engine=engine,
        runner=runner,
        batches=batches,
        builder=builder,
        sweep=sweep,
        calendar=calendar,
        rulebook=rulebook,
        reactor=reactor,
        succession=succession,
        sweeper=Sweeper(sweep, reactor, replanning, succession, Leadership(data)),
        rules=rules,
        issuer=Issuer(master.derive(KEY_LABEL), clock, config.hall),
    )


def _rules(
    data: sqlalchemy.Engine, calendar: PublishedCalendar, rulebook: PublishedRules
) -> HallRules:
    return HallRules(
        calendar_in_force=calendar,
        rulebook_in_force=rulebook,
        open_units=lambda: _read(data, office.open_units),
        item_in_force=lambda code, at: _read(
            data, items.in_force, code, calendar().local(at).date(), at
        ),
        item_is_known=lambda code: code in _read(data, items.items_by_code, [code]),
        active_member=lambda staff_id: _active_member(data, staff_id),
        open_windows=lambda: _read(data, office.open_windows),
        successors_named=lambda: _read(data, office.successors),
        work_of_unit=lambda unit: _read(data, open_work, unit),
    )


def _opened(config: Config, master: MasterKey) -> sqlalchemy.Engine:
    """The database of ``config``, its tables in place, if it belongs to this hall and key."""
    engine = database.connect(config.database_url)
    try:
        database.check_reachable(engine, config.database)
        create_schema(engine)
        claim(engine, config.hall, master)
    except Exception:
        engine.dispose()
        raise
    return engine


@contextmanager
def log_of(config: Config) -> Iterator[Recorder]:
    """The log of ``config`` alone, to be looked at: sealed values stay sealed, no key is needed.

    Raises as `require_hall` does.
    """
    with _found(config) as engine:
        create_schema(engine)  # refuses that of a later version
        with database.read(engine) as connection:
            check_owner(connection, config.hall)
        yield Recorder(engine)


def require_hall(config: Config) -> None:
    """``NotFound`` if no hall was ever opened there; a hall is not made by looking for it."""
    with _found(config):
        pass


@contextmanager
def _found(config: Config) -> Iterator[sqlalchemy.Engine]:
    if not database.may_be_there(config.database_url):
        raise _no_hall(config)
    engine = database.connect(config.database_url)
    try:
        database.check_reachable(engine, config.database)
        with database.read(engine) as connection:
            if not database.has_table(connection, store_schema.name):
                raise _no_hall(config)
        yield engine
    finally:
        engine.dispose()


def _no_hall(config: Config) -> NotFound:
    return NotFound(
        "HALL_NOT_FOUND",
        f"{config.database} 中没有大厅的数据",
        remedy="请核对 BANCHENG_DATABASE_URL",
    )


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
    member = _active(engine, staff_id)
    return None if member is None else _actor(member)


def _active(engine: sqlalchemy.Engine, staff_id: str) -> MemberRow | None:
    member = _read(engine, office.staff_member, staff_id)
    return member if member is not None and member.active else None


def _actor(member: MemberRow) -> Actor:
    return Actor(
        id=member.staff_id,
        name=member.name,
        post=member.post,
        unit=member.unit,
        roles=member.roles,
    )
