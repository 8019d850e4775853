"""How one act is decided: the desk is laid, the decision asked, its events stamped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bancheng.app.acts.act import Act, Aggregate
from bancheng.app.ports import Clock, Ids, Register, Unit, Vault
from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import InvalidInput
from bancheng.domain.events import Channel, Envelope, Event, Recorded
from bancheng.domain.items import ServiceItem
from bancheng.domain.people import Actor, Party
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.rulebook import RuleBook

Stamped = list[tuple[Envelope, Event]]


class Rules(Protocol):
    """规则: which calendar and rule book hold, which units take work, what items promise."""

    def calendar(self) -> Calendar: ...
    def rulebook(self) -> RuleBook: ...
    def units(self) -> frozenset[str]: ...
    def item(self, code: str, at: datetime) -> ServiceItem | None:
        """The version of the item that holds at that instant; it may have ceased to."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """请求: who asks, from where, under which key.

    ``expected_version`` is the version of the matter the clerk saw; without it the command
    is decided on whatever is there. ``occurred_at`` (UTC) claims an earlier time and is only
    for imports, which name their source.
    """

    actor: Actor
    key: str
    channel: Channel
    request_id: str = ""
    expected_version: int | None = None
    occurred_at: datetime | None = None
    source_system: str | None = None
    source_id: str | None = None
    batch_id: str | None = None


class Stream:
    """事件流: what happened to one matter, and the state it has led to, as far as a story has come.

    Each event is folded once, and not before somebody asks for the state.
    """

    def __init__(self, kind: Aggregate[Any], stream_id: str, history: list[Recorded]) -> None:
        self.kind = kind
        self.stream_id = stream_id
        self._history = history
        self._state = kind.empty()
        self._folded = 0

    @property
    def version(self) -> int:
        """That of its last event; 0 if nothing has happened yet."""
        return len(self._history)

    @property
    def state(self) -> Any:
        """What everything so far has led to."""
        fresh = self._history[self._folded :]
        self._state = self.kind.state_after(fresh, self._state)
        self._folded = len(self._history)
        return self._state

    @property
    def last_at(self) -> datetime | None:
        """Before which nothing may be said to happen to it, if there is such an instant."""
        is_bound = bool(self._history) and self.kind.chronological
        return self._history[-1].envelope.occurred_at if is_bound else None

    def goes_on(self, stamped: Stamped, position: int) -> None:
        """``stamped`` was stored behind what there was; ``position`` is where its last event is."""
        self._history += [
            Recorded(
                stream_id=self.stream_id,
                version=version,
                position=position,
                envelope=envelope,
                event=event,
            )
            for version, (envelope, event) in enumerate(stamped, start=self.version + 1)
        ]


@dataclass(frozen=True)
class Deciding:
    """办理: what every decision needs besides the history of its matter."""

    vault: Vault
    clock: Clock
    ids: Ids
    rules: Rules
    hall: str

    def decide(
        self, act: Act, command: Command, context: Context, stream: Stream, unit: Unit
    ) -> Stamped:
        """The events of the act, each in its envelope; a ``DomainError`` if a rule forbids it."""
        desk = self._desk(act, command, context, stream, unit)
        events = act.decide(stream.state, command, desk)
        return self._stamped(act, events, command, context, desk)

    def _desk(
        self, act: Act, command: Command, context: Context, stream: Stream, unit: Unit
    ) -> Desk:
        person: Party | None = getattr(command, "reporter", None) or getattr(
            command, "applicant", None
        )
        now = self._occurred_at(context, stream.last_at)
        return Desk(
            now=now,
            actor=context.actor,
            calendar=self.rules.calendar(),
            rulebook=self.rules.rulebook(),
            units=self.rules.units(),
            items=self._items(command, now),
            stream_id=stream.stream_id,
            person=None if person is None else self.vault.identify(person),
            official_number=self._official_number(act, unit),
            query_code=self.ids.query_code() if act.opens else "",
        )

    def _items(self, command: Command, now: datetime) -> Mapping[str, ServiceItem]:
        code: str | None = getattr(command, "item", None)
        at: datetime = getattr(command, "applied_at", now)
        item = None if code is None else self.rules.item(code, at)
        if item is None:
            return {}
        parts = ((part, self.rules.item(part, at)) for part in item.children)
        return {item.code: item} | {part: found for part, found in parts if found is not None}

    def _official_number(self, act: Act, unit: Unit) -> str:
        ledger = act.on[0].ledger
        if not act.opens or ledger is None:
            return ""
        year = self.rules.calendar().local(self.clock.now()).year
        number = unit.next_number(Register(hall=self.hall, ledger=ledger, year=year))
        return f"{ledger}{self.hall}{year}{number:06d}"

    def _stamped(
        self,
        act: Act,
        events: Sequence[Event],
        command: Command,
        context: Context,
        desk: Desk,
    ) -> Stamped:
        recorded_at = self.clock.now()
        return [
            (
                Envelope(
                    event_id=self.ids.new(),
                    occurred_at=desk.now,
                    recorded_at=recorded_at,
                    actor=context.actor,
                    channel=context.channel,
                    act=act.name,
                    request_id=context.request_id,
                    key=context.key,
                    basis=act.basis,
                    why=None if command.why is None else desk.sealed(command.why),
                    source_system=context.source_system,
                    source_id=context.source_id,
                    batch_id=context.batch_id,
                ),
                event,
            )
            for event in events
        ]

    def _occurred_at(self, context: Context, last: datetime | None) -> datetime:
        now = self.clock.now()
        claimed = context.occurred_at
        if claimed is None:  # clocks of two machines may differ by a little: never step back
            return now if last is None else max(now, last)
        if context.source_system is None:
            raise InvalidInput(
                "OCCURRED_TIME_NOT_ALLOWED",
                "只有批量导入可以填写发生时间",
                field="occurred_at",
                remedy="请删去发生时间,以系统时间为准",
            )
        if claimed > now or (last is not None and claimed < last):
            raise InvalidInput(
                "OCCURRED_TIME_IMPOSSIBLE",
                "发生时间不得晚于现在,也不得早于本件上一环节",
                field="occurred_at",
                remedy="请核对来源系统的时间",
            )
        return claimed
