"""A hall in memory: the engine's ports without a database, and a way to meddle with them."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from bancheng.app.engine import Context, Engine
from bancheng.app.ports import Answer, Asked, Proof, Register, Store, Unit, Vault
from bancheng.app.shapes import fields_holding
from bancheng.domain.commands import Command, OpenWork
from bancheng.domain.errors import Conflict
from bancheng.domain.events import Channel, Envelope, Event, Place, Recorded
from bancheng.domain.held_parts import InHand
from bancheng.domain.items import ServiceItem
from bancheng.domain.people import Actor, Party, Personal
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.domain.windows import WindowTerms
from bancheng.infra import database
from bancheng.infra.clock import FixedClock, SeededIds
from bancheng.infra.codec import Codec
from bancheng.infra.hall_keys import HallKeys
from bancheng.infra.master_key import MasterKeys
from bancheng.infra.ownership import claim
from bancheng.infra.rulebooks import shipped_book
from bancheng.infra.schema import create_schema
from bancheng.infra.store import Store as DatabaseStore
from bancheng.infra.vault import KeyVault

from .given import CALENDAR, MEMBERS, RULES, START, UNITS

S = TypeVar("S", bound=msgspec.Struct)
BACKENDS = ("memory", "sqlite")


class MemoryStore:
    """事件库 in memory, for one thread. Positions are numbered from 1, without gaps."""

    def __init__(self) -> None:
        self.log: list[Recorded] = []
        self.answers: dict[str, tuple[str, Answer]] = {}
        self.numbers: dict[Register, int] = {}
        self.proofs: list[Proof] = []

    def load(self, stream_id: str) -> list[Recorded]:
        return [one for one in self.log if one.stream_id == stream_id]

    def answered(self, asked: Asked) -> Answer | None:
        fingerprint, answer = self.answers.get(asked.key, (asked.fingerprint, None))
        if fingerprint != asked.fingerprint:
            raise Conflict("KEY_REUSED", "请求标识已用于另一项操作", field="key", remedy="请换用")
        return answer

    def stream_under(self, key: str) -> str | None:
        return self.answers[key][1].stream_id if key in self.answers else None

    @contextmanager
    def unit(self) -> Iterator["MemoryUnit"]:
        unit = MemoryUnit(self)
        yield unit
        self.numbers.update(unit.numbers)
        self.log.extend(unit.events)
        self.answers.update(unit.answers)
        self.proofs.extend(unit.proofs)

    def read(self, after: int, limit: int) -> list[Recorded]:
        return self.log[after : after + limit]

    def head(self) -> int:
        return len(self.log)


class MemoryUnit:
    """事务: what is put into it reaches the store when its block ends well."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.numbers: dict[Register, int] = {}
        self.events: list[Recorded] = []
        self.proofs: list[Proof] = []
        self.answers: dict[str, tuple[str, Answer]] = {}

    def next_number(self, register: Register) -> int:
        last = self.numbers.get(register, self._store.numbers.get(register, 0))
        self.numbers[register] = last + 1
        return last + 1

    def append(
        self,
        stream_id: str,
        expected_version: int,
        events: Sequence[tuple[Envelope, Event]],
        asked: Asked,
    ) -> Answer:
        if not events:
            raise ValueError("nothing to append")
        if asked.key in self._store.answers:
            raise Conflict("KEY_REUSED", "请求标识已用于另一项操作", field="key", remedy="请换用")
        own = [one for one in self.events if one.stream_id == stream_id]
        if len(self._store.load(stream_id)) + len(own) != expected_version:
            raise Conflict("VERSION_CONFLICT", "本件刚被他人更新", remedy="请刷新后重新办理")
        first = len(self._store.log) + len(self.events) + 1
        self.events += [
            Recorded(
                stream_id=stream_id, version=expected_version + n + 1, position=first + n,
                envelope=envelope, event=event,
            )
            for n, (envelope, event) in enumerate(events)
        ]  # fmt: skip
        last = self.events[-1]
        answer = Answer(stream_id=stream_id, version=last.version, position=last.position)
        self.answers[asked.key] = (asked.fingerprint, answer)
        return answer

    def keep(self, proof: Proof) -> None:
        self.proofs.append(proof)


class PlainVault:
    """密钥库 that seals nothing: the box is the text."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._people = 0

    def seal(self, value: Personal) -> bytes:
        return (value.plain or "").encode()

    def open(self, value: Personal) -> str | None:
        return value.plain if value.box is None else value.box.decode()

    def masked(self, value: Personal | None) -> str | None:
        return None if value is None else value.mask(self.open(value) or "")

    def identify(self, reporter: Party) -> str:
        self._people += 1
        number = None if reporter.id_number is None else self.open(reporter.id_number)
        known = f"{reporter.id_kind}|{number}" if number else f"?{self._people}"
        return self._known.setdefault(known, f"person-{self._people}")

    def fingerprint(self, data: bytes) -> str:
        return hashlib.sha256(data).hexdigest()


@dataclass(kw_only=True)
class FixedRules:
    """规则 that hold until a test changes them."""

    calendar_in_force: Calendar = CALENDAR
    rulebook_in_force: RuleBook = RULES
    open_units: frozenset[str] = UNITS
    open_windows: frozenset[str] | None = None
    units_of_windows: Mapping[str, str] = field(default_factory=dict)
    open_sessions: frozenset[str] = frozenset()
    held_parts: InHand = field(default_factory=InHand)
    alike_matters: frozenset[str] = frozenset()
    terms_of_windows: Mapping[str, WindowTerms] = field(default_factory=dict)
    pairs: frozenset[tuple[str, str]] = frozenset()
    items_on_offer: dict[str, ServiceItem] = field(default_factory=dict)

    def calendar(self) -> Calendar:
        return self.calendar_in_force

    def rulebook(self) -> RuleBook:
        return self.rulebook_in_force

    def shipped_book(self, id_: str) -> RuleBook | None:
        return shipped_book(id_)

    def units(self) -> frozenset[str]:
        return self.open_units

    def member(self, staff_id: str) -> Actor | None:
        return MEMBERS.get(staff_id)

    def window_terms(self, window: str) -> WindowTerms | None:
        return self.terms_of_windows.get(window)

    def stands_in(self, staff_id: str, by: str, now: datetime) -> bool:
        return (staff_id, by) in self.pairs

    def units_left(self, staff_id: str, since: datetime) -> frozenset[str]:
        return frozenset()

    def successors(self) -> Mapping[str, str]:
        return {}

    def windows(self) -> frozenset[str] | None:
        return self.open_windows

    def unit_of_window(self, window: str) -> str | None:
        return self.units_of_windows.get(window)

    def open_work(self, unit: str, asker: Actor) -> Sequence[OpenWork]:
        return ()

    def in_hand(self, staff_id: str, asker: Actor) -> InHand:
        return self.held_parts

    def sessions(self, staff_id: str) -> frozenset[str]:
        return self.open_sessions

    def holders(self, keys: Iterable[str]) -> Mapping[str, frozenset[str]]:
        return {}

    def alike(self, matters: Collection[str]) -> frozenset[str]:
        return self.alike_matters

    def item(self, code: str, at: datetime) -> ServiceItem | None:
        return self.items_on_offer.get(code)

    def knows_item(self, code: str) -> bool:
        return code in self.items_on_offer


@dataclass
class MeddledStore:
    """A store that counts what it is asked, and in which somebody else acts meanwhile.

    They act just before or just after a stream is loaded, or before a transaction begins.
    """

    store: Store
    before_load: Callable[[], None] = lambda: None
    after_load: Callable[[], None] = lambda: None
    before_unit: Callable[[], None] = lambda: None
    look_ups: int = field(default=0, init=False)
    loads: int = field(default=0, init=False)
    units: int = field(default=0, init=False)

    def load(self, stream_id: str) -> list[Recorded]:
        self.loads += 1
        self.before_load()
        found = self.store.load(stream_id)
        self.after_load()
        return found

    def answered(self, asked: Asked) -> Answer | None:
        self.look_ups += 1
        return self.store.answered(asked)

    def stream_under(self, key: str) -> str | None:
        return self.store.stream_under(key)

    def unit(self) -> AbstractContextManager[Unit]:
        self.units += 1
        self.before_unit()
        return self.store.unit()

    def read(self, after: int, limit: int) -> list[Recorded]:
        return self.store.read(after, limit)

    def head(self) -> int:
        return self.store.head()


@contextmanager
def a_hall(backend: str, folder: Path | None, at: datetime = START) -> Iterator[Engine]:
    """An engine with nothing in it, in memory or on a SQLite file in ``folder``."""
    clock = FixedClock(at)
    ids = SeededIds(1, clock)
    rules = FixedRules()
    if backend == "memory":
        store: Store = MemoryStore()
        vault: Vault = PlainVault()
        yield Engine(store, vault, clock, ids, rules, "150502")
        return
    url = f"sqlite:///{folder}/hall.db"
    events, keys = database.connect(url), database.connect(url)
    create_schema(events)
    masters = MasterKeys.of(b"master key of the tests, 32 byte")
    claim(events, "150502", masters)
    key_vault = KeyVault(keys, masters, HallKeys.opened(events, masters), clock=clock, ids=ids)
    try:
        store = DatabaseStore(events, Codec(key_vault))
        yield Engine(store, key_vault, clock, ids, rules, "150502")
    finally:
        events.dispose()
        keys.dispose()


def do(
    engine: Engine, command: Command, by: Actor, key: str | None = None, **context: Any
) -> Answer:
    """Let ``by`` give ``command``, under a key of its own unless one is named."""
    fresh = f"{type(command).__name__}-{engine.store.head()}"
    return engine.execute(
        command, Context(actor=by, key=key or fresh, **{"place": Place(Channel.WINDOW), **context})
    )


def with_store(engine: Engine, store: Store) -> Engine:
    """The same hall behind another store."""
    return Engine(store, engine.vault, engine.clock, engine.ids, engine.rules, engine.hall)


def events_of(engine: Engine) -> list[Event]:
    """Every event of the log, with its personal values opened."""
    return [opened(engine.vault, one.event) for one in engine.store.read(0, 1000)]


def opened(vault: Vault, event: S) -> S:
    """``event``, its envelope or a write state, as it was before it was sealed."""
    changes = {name: _opened(vault, getattr(event, name)) for name in event.__struct_fields__}
    return replace(event, **changes)


def _opened(vault: Vault, value: object) -> object:
    if isinstance(value, Personal):
        return type(value)(vault.open(value), owner=value.owner)
    if isinstance(value, msgspec.Struct):
        names = fields_holding(type(value), Personal)
        return replace(value, **{name: _opened(vault, getattr(value, name)) for name in names})
    if isinstance(value, Mapping):
        return {key: _opened(vault, one) for key, one in value.items()}
    return value
